//! Everything the simulated Hub knows, indexed so that no request scans a list.

mod big;
mod file;
mod load;
mod members;
mod names;
mod problem;
mod repos;
mod social;

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use jiff::Timestamp;
use serde_json::{Map, Value};

pub use self::big::BIG_ADMIN_TOKEN;
pub(crate) use self::file::Counters;
pub use self::file::{
    AccessStatus, FineGrained, Gated, Plan, RepoType, Scope, ScopeEntity, TokenRole,
};
pub(crate) use self::members::{AuditEntry, GroupRepo, Member, ResourceGroup, ServiceAccount};
pub use self::members::{AuditNote, NewMember};
pub(crate) use self::names::is_repo_id;
pub use self::names::{NameProblem, check_name};
pub(crate) use self::problem::read as read_json;
pub use self::problem::{Problem, WorldError};
pub(crate) use self::repos::{NewRepo, Repo, RepoFound};
use crate::id::{IdKind, ObjectId};

/// A user's place in the world; users are never taken out, so it stays valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct UserIx(u32);

/// An organization's place in the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct OrgIx(u32);

/// A repo's place in the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct RepoIx(u32);

/// Who owns a name: users and organizations share one namespace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Account {
    User(UserIx),
    Org(OrgIx),
}

/// A simulated Hub's accounts, repos and tokens, and what may be changed about them.
///
/// Names are looked up without regard to case and answered as they were written.
#[derive(Debug, Default)]
pub struct World {
    users: Vec<User>,
    orgs: Vec<Org>,
    repos: Vec<Repo>,
    names: HashMap<Box<str>, Account>,
    users_by_id: HashMap<ObjectId, UserIx>,
    repo_names: HashMap<(RepoType, Box<str>), repos::RepoName>,
    repos_by_owner: HashMap<Box<str>, Vec<RepoIx>>,
    tokens: HashMap<Box<str>, Token>,
    follows: HashMap<(UserIx, Account), ObjectId>,
    liked: HashMap<(UserIx, RepoIx), ObjectId>,
    access: HashMap<(RepoIx, UserIx), AccessStatus>,
    made_up: [u64; 9],
    newcomers: u64,
}

#[derive(Debug)]
pub(crate) struct User {
    pub(crate) id: ObjectId,
    pub(crate) name: Box<str>,
    pub(crate) fullname: Box<str>,
    pub(crate) avatar_url: Box<str>,
    pub(crate) is_pro: bool,
    pub(crate) two_factor: bool,
    pub(crate) created_at: Timestamp,
    pub(crate) details: Box<str>,
    /// What only some users have, kept apart so that a million plain users stay small.
    pub(crate) more: Option<Box<UserExtras>>,
    pub(crate) orgs: Vec<OrgIx>,
    pub(crate) followers: BTreeMap<ObjectId, UserIx>,
    pub(crate) following: BTreeMap<ObjectId, UserIx>,
    pub(crate) following_orgs: u32,
    pub(crate) likes: BTreeMap<ObjectId, RepoIx>,
    pub(crate) discussions: u32,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct UserExtras {
    pub(crate) email: Option<String>,
    pub(crate) email_verified: bool,
    pub(crate) can_pay: bool,
    pub(crate) period_end: Option<i64>,
    pub(crate) billing_mode: Option<String>,
    pub(crate) counters: Counters,
    pub(crate) socials: Map<String, Value>,
}

#[derive(Debug)]
pub(crate) struct Org {
    pub(crate) id: ObjectId,
    pub(crate) name: Box<str>,
    pub(crate) fullname: Box<str>,
    pub(crate) avatar_url: Box<str>,
    pub(crate) plan: Option<Plan>,
    pub(crate) details: Box<str>,
    pub(crate) is_verified: bool,
    pub(crate) private_by_default: bool,
    pub(crate) hide_members: bool,
    pub(crate) email_domains: Vec<String>,
    /// By user id, which is the order of the members list.
    pub(crate) members: BTreeMap<ObjectId, Member>,
    /// Who is a member but left out of the list, as by an outage on the Hub's side.
    pub(crate) unlisted: std::collections::HashSet<ObjectId>,
    pub(crate) groups: Vec<ResourceGroup>,
    pub(crate) service_accounts: Vec<ServiceAccount>,
    pub(crate) audit_log: Vec<AuditEntry>,
    pub(crate) counters: Counters,
    pub(crate) socials: Map<String, Value>,
    pub(crate) followers: BTreeMap<ObjectId, UserIx>,
}

#[derive(Debug)]
pub(crate) struct Token {
    pub(crate) user: UserIx,
    pub(crate) role: TokenRole,
    pub(crate) display_name: Box<str>,
    pub(crate) created_at: Timestamp,
    pub(crate) expires_at: Option<Timestamp>,
    pub(crate) fine_grained: Option<FineGrained>,
}

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

/// Why a change to the world was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ChangeError {
    /// Nobody has this name.
    #[error("there is no user `{0}` in this world")]
    NoSuchUser(String),
    /// No organization has this name.
    #[error("there is no organization `{0}` in this world")]
    NoSuchOrg(String),
    /// The user is not in that organization.
    #[error("`{user}` is not a member of `{org}`")]
    NotAMember {
        /// The organization.
        org: String,
        /// The user.
        user: String,
    },
    /// The organization has no such resource group.
    #[error("`{org}` has no resource group `{group}`")]
    NoSuchGroup {
        /// The organization.
        org: String,
        /// The group's name or id.
        group: String,
    },
    /// No repo has this id.
    #[error("there is no {} `{id}` in this world", kind.as_str())]
    NoSuchRepo {
        /// Its kind.
        kind: RepoType,
        /// Its id.
        id: String,
    },
    /// Somebody has this name or id already.
    #[error("`{0}` is taken")]
    Taken(String),
    /// The name does not fit into an address.
    #[error("`{name}` cannot be an account name: {problem}")]
    BadName {
        /// The name.
        name: String,
        /// What is wrong with it.
        problem: NameProblem,
    },
}

/// Dates that a world leaves out.
pub(crate) const LONG_AGO: Timestamp = Timestamp::constant(1_646_263_744, 0);

fn folded(name: &str) -> Box<str> {
    name.to_lowercase().into_boxed_str()
}

impl World {
    /// A world without anyone in it.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads a world from the text of a world file.
    ///
    /// # Errors
    ///
    /// Names every place where the text is not a world: unknown keys, names or ids used twice,
    /// references to what the file does not hold.
    ///
    /// # Examples
    ///
    /// ```
    /// let error = hubfolk_sim::World::from_json(r#"{"users": [{"nmae": "ada"}]}"#).unwrap_err();
    /// assert!(error.to_string().starts_with("users[0]: unknown key `nmae`"));
    /// ```
    pub fn from_json(text: &str) -> Result<Self, WorldError> {
        load::from_json(text)
    }

    /// Reads a world file.
    ///
    /// # Errors
    ///
    /// As [`World::from_json`], and when the file cannot be read.
    pub fn from_file(path: &Path) -> Result<Self, WorldError> {
        let text = std::fs::read_to_string(path)
            .map_err(|cause| WorldError::unreadable(path.display().to_string(), cause))?;
        Self::from_json(&text)
    }

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
        let name = self.user(user).name.clone();
        self.names.remove(&folded(&name));
        self.users_by_id.remove(&id);
        self.tokens.retain(|_, token| token.user != user);
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

    /// Makes a token for a user. `expires_at` none means never.
    ///
    /// # Errors
    ///
    /// When there is no such user.
    pub fn add_token(
        &mut self,
        token: &str,
        user: &str,
        role: TokenRole,
        expires_at: Option<Timestamp>,
    ) -> Result<(), ChangeError> {
        let owner = self.user_named(user)?;
        let entry = Token {
            user: owner,
            role,
            display_name: "made by the simulator".into(),
            created_at: LONG_AGO,
            expires_at,
            fine_grained: (role == TokenRole::FineGrained).then(FineGrained::default),
        };
        self.tokens.insert(token.into(), entry);
        Ok(())
    }

    /// Gives a token scopes and makes it fine-grained. False when there is no such token.
    pub fn set_scopes(&mut self, token: &str, scopes: FineGrained) -> bool {
        let Some(entry) = self.tokens.get_mut(token) else { return false };
        entry.role = TokenRole::FineGrained;
        entry.fine_grained = Some(scopes);
        true
    }

    /// Takes a token away; requests that bring it are refused from now on.
    pub fn revoke_token(&mut self, token: &str) -> bool {
        self.tokens.remove(token).is_some()
    }

    /// The id of a user or organization.
    #[must_use]
    pub fn id_of(&self, name: &str) -> Option<ObjectId> {
        self.account(name).map(|account| match account {
            Account::User(user) => self.user(user).id,
            Account::Org(org) => self.org(org).id,
        })
    }

    /// The names of all organizations, in the order they were added.
    pub fn organizations(&self) -> impl Iterator<Item = &str> {
        self.orgs.iter().map(|org| &*org.name)
    }

    pub(crate) fn user(&self, user: UserIx) -> &User {
        &self.users[user.0 as usize]
    }

    pub(crate) fn org(&self, org: OrgIx) -> &Org {
        &self.orgs[org.0 as usize]
    }

    pub(crate) fn account(&self, name: &str) -> Option<Account> {
        self.names.get(&folded(name)).copied()
    }

    pub(crate) fn token(&self, token: &str) -> Option<&Token> {
        self.tokens.get(token)
    }

    pub(crate) fn access_status(&self, repo: RepoIx, user: UserIx) -> Option<AccessStatus> {
        self.access.get(&(repo, user)).copied()
    }

    pub(crate) fn user_with_id(&self, id: ObjectId) -> Option<UserIx> {
        self.users_by_id.get(&id).copied()
    }

    /// Numbers the people that faults bring in.
    pub(crate) fn next_newcomer(&mut self) -> u64 {
        self.newcomers += 1;
        self.newcomers
    }

    fn user_named(&self, name: &str) -> Result<UserIx, ChangeError> {
        match self.account(name) {
            Some(Account::User(user)) => Ok(user),
            _ => Err(ChangeError::NoSuchUser(name.to_owned())),
        }
    }

    fn org_named(&self, name: &str) -> Result<OrgIx, ChangeError> {
        match self.account(name) {
            Some(Account::Org(org)) => Ok(org),
            _ => Err(ChangeError::NoSuchOrg(name.to_owned())),
        }
    }

    fn insert_user(&mut self, user: User) -> Result<UserIx, ChangeError> {
        if self.names.contains_key(&folded(&user.name)) {
            return Err(ChangeError::Taken(user.name.into_string()));
        }
        if self.users_by_id.contains_key(&user.id) {
            return Err(ChangeError::Taken(user.id.to_string()));
        }
        let index = UserIx(u32::try_from(self.users.len()).expect("fewer than 4 billion users"));
        self.names.insert(folded(&user.name), Account::User(index));
        self.users_by_id.insert(user.id, index);
        self.users.push(user);
        Ok(index)
    }

    fn insert_org(&mut self, org: Org) -> Result<OrgIx, ChangeError> {
        if self.names.contains_key(&folded(&org.name)) {
            return Err(ChangeError::Taken(org.name.into_string()));
        }
        let index = OrgIx(u32::try_from(self.orgs.len()).expect("fewer than 4 billion orgs"));
        self.names.insert(folded(&org.name), Account::Org(index));
        self.orgs.push(org);
        Ok(index)
    }

    /// The next made-up id of a kind; an id that a world file names itself is stepped over.
    fn next_id(&mut self, kind: IdKind) -> ObjectId {
        loop {
            let counter = &mut self.made_up[kind as usize];
            *counter += 1;
            let id = ObjectId::made_up(kind, *counter);
            let taken = match kind {
                IdKind::User => self.users_by_id.contains_key(&id),
                _ => false,
            };
            if !taken {
                return id;
            }
        }
    }
}

impl User {
    fn named(name: &str) -> Self {
        Self {
            id: ObjectId::made_up(IdKind::User, 0),
            name: name.into(),
            fullname: name.into(),
            avatar_url: Box::default(),
            is_pro: false,
            two_factor: false,
            created_at: LONG_AGO,
            details: Box::default(),
            more: None,
            orgs: Vec::new(),
            followers: BTreeMap::new(),
            following: BTreeMap::new(),
            following_orgs: 0,
            likes: BTreeMap::new(),
            discussions: 0,
        }
    }
}

impl Org {
    fn named(name: &str, id: ObjectId) -> Self {
        Self {
            id,
            name: name.into(),
            fullname: name.into(),
            avatar_url: avatar_of(id),
            plan: None,
            details: Box::default(),
            is_verified: false,
            private_by_default: false,
            hide_members: false,
            email_domains: Vec::new(),
            members: BTreeMap::new(),
            unlisted: std::collections::HashSet::new(),
            groups: Vec::new(),
            service_accounts: Vec::new(),
            audit_log: Vec::new(),
            counters: Counters::default(),
            socials: Map::new(),
            followers: BTreeMap::new(),
        }
    }
}

/// The relative avatar the Hub makes up for accounts without a picture: 32 digits, as of an MD5.
fn avatar_of(id: ObjectId) -> Box<str> {
    let id = id.to_string();
    format!("/avatars/{}{id}.svg", &id[16..]).into_boxed_str()
}
