//! Users: who they are, and what may be changed about them.

use jiff::Timestamp;

use super::{
    Account, ChangeError, LONG_AGO, User, UserExtras, World, avatar_of, check_name, folded,
};
use crate::id::{IdKind, ObjectId};

/// What to add a user with; the rest is made up.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct NewUser {
    /// See [`check_name`].
    pub name: String,
    /// The name shown; the username when empty.
    pub fullname: String,
    /// Made up when absent.
    pub id: Option<ObjectId>,
    /// Has a PRO subscription.
    pub is_pro: bool,
    /// Has two-factor authentication.
    pub two_factor: bool,
    /// The account's address, shown to its owner.
    pub email: Option<String>,
    /// When the account was made.
    pub created_at: Option<Timestamp>,
}

impl NewUser {
    /// A user called `name`, everything else made up.
    #[must_use]
    pub fn named(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }
}

impl World {
    /// Adds a user.
    ///
    /// # Errors
    ///
    /// When the name does not fit into an address, or name or id are taken.
    pub fn add_user(&mut self, new: NewUser) -> Result<ObjectId, ChangeError> {
        check_name(&new.name)
            .map_err(|problem| ChangeError::BadName { name: new.name.clone(), problem })?;
        let id = new.id.unwrap_or_else(|| self.next_id(IdKind::User));
        let more = new.email.map(|email| {
            Box::new(UserExtras {
                email: Some(email),
                email_verified: true,
                ..UserExtras::default()
            })
        });
        let fullname = if new.fullname.is_empty() { new.name.clone() } else { new.fullname };
        self.insert_user(User {
            id,
            fullname: fullname.into_boxed_str(),
            avatar_url: avatar_of(id),
            is_pro: new.is_pro,
            two_factor: new.two_factor,
            created_at: new.created_at.unwrap_or(LONG_AGO),
            more,
            ..User::named(&new.name)
        })?;
        Ok(id)
    }

    /// Gives a user another name. The old one is free afterwards, and the repos move along.
    ///
    /// # Errors
    ///
    /// When there is no such user, or the new name is taken or not allowed.
    pub fn rename_user(&mut self, name: &str, to: &str) -> Result<(), ChangeError> {
        let user = self.user_named(name)?;
        check_name(to).map_err(|problem| ChangeError::BadName { name: to.to_owned(), problem })?;
        if self.names.get(&folded(to)).is_some_and(|&owner| owner != Account::User(user)) {
            return Err(ChangeError::Taken(to.to_owned()));
        }
        let old = self.user(user).name.clone();
        self.names.remove(&folded(&old));
        self.names.insert(folded(to), Account::User(user));
        self.users[user.0 as usize].name = to.into();
        self.move_namespace(&old, to);
        Ok(())
    }

    /// Deletes an account: it leaves its organizations, its name is free for somebody else.
    ///
    /// # Errors
    ///
    /// When there is no such user.
    pub fn delete_user(&mut self, name: &str) -> Result<(), ChangeError> {
        let user = self.user_named(name)?;
        let id = self.user(user).id;
        for org in std::mem::take(&mut self.users[user.0 as usize].orgs) {
            self.orgs[org.0 as usize].drop_member(id);
        }
        self.forget_social(user);
        self.forget_collections(Account::User(user));
        self.forget_access_requests(user);
        self.forget_webhooks(user);
        self.forget_inbox(user);
        let name = self.user(user).name.clone();
        self.names.remove(&folded(&name));
        self.users_by_id.remove(&id);
        let tokens: Vec<_> = self.tokens_of(user).into_iter().map(|(token, _)| token.id).collect();
        self.tokens.retain(|_, token| token.user != user);
        tokens.into_iter().for_each(|id| self.note_token_deleted(id));
        Ok(())
    }

    /// Switches a user's two-factor authentication.
    ///
    /// # Errors
    ///
    /// When there is no such user.
    pub fn set_two_factor(&mut self, name: &str, on: bool) -> Result<(), ChangeError> {
        let user = self.user_named(name)?;
        self.users[user.0 as usize].two_factor = on;
        Ok(())
    }

    /// Starts or ends a user's PRO subscription.
    ///
    /// # Errors
    ///
    /// When there is no such user.
    pub fn set_pro(&mut self, name: &str, on: bool) -> Result<(), ChangeError> {
        let user = self.user_named(name)?;
        self.users[user.0 as usize].is_pro = on;
        Ok(())
    }

    /// Changes the name shown.
    ///
    /// # Errors
    ///
    /// When there is no such user.
    pub fn set_fullname(&mut self, name: &str, fullname: &str) -> Result<(), ChangeError> {
        let user = self.user_named(name)?;
        self.users[user.0 as usize].fullname = fullname.into();
        Ok(())
    }
}
