//! Service accounts: users that work for an organization without being one of its members.

use jiff::Timestamp;

use super::{ChangeError, OrgIx, User, UserIx, World, avatar_of, folded};
use crate::id::{IdKind, ObjectId};

#[derive(Debug)]
pub(crate) struct ServiceAccount {
    pub(crate) id: ObjectId,
    pub(crate) user: Box<str>,
    pub(crate) fullname: Box<str>,
    pub(crate) description: Option<String>,
    pub(crate) created_at: Timestamp,
}

impl ServiceAccount {
    /// The address that the Hub makes for it.
    pub(crate) fn email(&self) -> String {
        format!("{}@service-accounts.invalid", self.user)
    }
}

impl World {
    /// Adds a service account, which takes no seat.
    ///
    /// # Errors
    ///
    /// When there is no such organization, or somebody has that name.
    pub fn add_service_account(
        &mut self,
        org: &str,
        user: &str,
        fullname: &str,
        created_at: Timestamp,
    ) -> Result<ObjectId, ChangeError> {
        let org = self.org_named(org)?;
        let id = self.next_id(IdKind::ServiceAccount);
        let account = ServiceAccount {
            id,
            user: user.into(),
            fullname: fullname.into(),
            description: None,
            created_at,
        };
        self.insert_service_account(org, account)?;
        Ok(id)
    }

    pub(crate) fn insert_service_account(
        &mut self,
        org: OrgIx,
        account: ServiceAccount,
    ) -> Result<UserIx, ChangeError> {
        let user = self.insert_user(User {
            id: account.id,
            fullname: account.fullname.clone(),
            avatar_url: avatar_of(account.id),
            created_at: account.created_at,
            serves: Some(org),
            ..User::named(&account.user)
        })?;
        self.org_mut(org).service_accounts.push(account);
        Ok(user)
    }

    /// Makes a service account of this display name, under a username that is free.
    pub(crate) fn new_service_account(
        &mut self,
        org: OrgIx,
        fullname: &str,
        description: Option<String>,
        now: Timestamp,
    ) -> ObjectId {
        let stem = slug(&self.org(org).name, fullname);
        let free = |name: &str| !self.names.contains_key(&folded(name));
        let name = std::iter::once(stem.clone())
            .chain((2..).map(|number: u32| format!("{stem}-{number}")))
            .find(|name| free(name))
            .expect("the numbers do not end");
        let id = self.next_id(IdKind::ServiceAccount);
        let account = ServiceAccount {
            id,
            user: name.into(),
            fullname: fullname.into(),
            description,
            created_at: now,
        };
        self.insert_service_account(org, account).expect("name and id are free");
        id
    }

    /// Ends a service account and its tokens; its name is free for somebody else.
    pub(crate) fn delete_service_account(&mut self, org: OrgIx, id: ObjectId) {
        let accounts = &mut self.org_mut(org).service_accounts;
        let Some(at) = accounts.iter().position(|account| account.id == id) else { return };
        let account = accounts.remove(at);
        for group in &mut self.org_mut(org).groups {
            group.users.remove(&id);
        }
        self.delete_user(&account.user).expect("every service account has a user");
    }
}

/// A username of an organization's name and a display name.
fn slug(org: &str, fullname: &str) -> String {
    let mut name = org.to_lowercase();
    for word in fullname.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty()) {
        name.push('-');
        name.push_str(&word.to_lowercase());
    }
    name
}
