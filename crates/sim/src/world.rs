//! Everything the simulated Hub knows, indexed so that no request scans a list.

mod access;
mod big;
mod billing;
mod change;
mod collections;
mod discussions;
mod file;
mod governance;
mod groups;
mod inbox;
mod load;
mod members;
mod names;
mod problem;
mod repos;
mod scim;
mod search;
mod service_accounts;
mod social;
mod tokens;
mod users;
mod webhooks;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fmt;
use std::path::Path;

use jiff::Timestamp;
use serde_json::{Map, Value};

pub(crate) use self::access::{AccessBook, AccessRequest, Decided};
pub use self::big::BIG_ADMIN_TOKEN;
pub(crate) use self::billing::{BilledItem, BilledSession, BilledStorage, Billing, Bills};
pub use self::change::ChangeError;
pub(crate) use self::collections::{
    Bucket, Collection, Item, NewCollection, Paper, Placed, Thing, words_of,
};
pub use self::discussions::NewDiscussion;
use self::discussions::Threads;
pub(crate) use self::discussions::{Comment, Discussion, Event, EventData, Pull};
pub use self::file::{
    AccessStatus, FineGrained, Gated, Plan, RepoType, Scope, ScopeEntity, TokenRole,
};
pub(crate) use self::file::{AutoJoinScope, Counters, DiscussionStatus};
pub use self::governance::AuditNote;
pub(crate) use self::governance::{AuditEntry, Deed, Network};
pub(crate) use self::groups::{AutoJoin, GroupRepo, ResourceGroup};
use self::inbox::Inbox;
pub(crate) use self::inbox::Note;
pub use self::members::NewMember;
pub(crate) use self::members::{Member, role};
pub(crate) use self::names::is_repo_id;
pub use self::names::{NameProblem, check_name};
pub(crate) use self::problem::read as read_json;
pub use self::problem::{Problem, WorldError};
pub(crate) use self::repos::{NewRepo, Repo, RepoFound, RepoSettings};
pub use self::scim::ScimTree;
pub(crate) use self::scim::{ScimGroup, ScimState, ScimUser};
pub(crate) use self::service_accounts::ServiceAccount;
pub(crate) use self::tokens::{Token, last4};
pub use self::users::NewUser;
pub use self::webhooks::Delivery;
pub(crate) use self::webhooks::{
    Domains, Happened, NewWebhook, Target, Watched, Webhook, WebhookState, web_address,
};
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

impl RepoIx {
    /// Repos in the order they were added.
    pub(crate) fn number(self) -> u64 {
        u64::from(self.0)
    }
}

/// Who owns a name: users and organizations share one namespace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Account {
    User(UserIx),
    Org(OrgIx),
}

/// A simulated Hub's accounts, repos and tokens, and what may be changed about them.
///
/// Names are looked up without regard to case and answered as they were written.
#[derive(Default)]
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
    collections: BTreeMap<ObjectId, Collection>,
    collections_by_owner: HashMap<Account, Vec<ObjectId>>,
    papers: HashMap<Box<str>, Paper>,
    buckets: HashMap<Box<str>, Bucket>,
    access: HashMap<RepoIx, AccessBook>,
    webhooks: Vec<Webhook>,
    threads: HashMap<RepoIx, Threads>,
    /// Discussions and pull requests by who began them.
    begun_by: HashMap<UserIx, BTreeSet<(RepoIx, u64)>>,
    inboxes: HashMap<UserIx, Inbox>,
    /// Who watches something that is not their own.
    watchers: HashMap<ObjectId, BTreeSet<UserIx>>,
    made_up: [u64; 32],
    newcomers: u64,
    scim: ScimState,
    bills: Bills,
    /// Whether operations are served of which nobody knows whether the Hub has them.
    experimental: bool,
}

/// Counts only: a world holds tokens, and what is printed ends up in logs.
impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("World")
            .field("users", &self.users.len())
            .field("orgs", &self.orgs.len())
            .field("repos", &self.repos.len())
            .field("tokens", &self.tokens.len())
            .finish_non_exhaustive()
    }
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
    /// The organization whose service account this is; people have none.
    pub(crate) serves: Option<OrgIx>,
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
    pub(crate) unlisted: HashSet<ObjectId>,
    pub(crate) groups: Vec<ResourceGroup>,
    pub(crate) service_accounts: Vec<ServiceAccount>,
    pub(crate) audit_log: Vec<AuditEntry>,
    pub(crate) network: Network,
    pub(crate) counters: Counters,
    pub(crate) socials: Map<String, Value>,
    pub(crate) followers: BTreeMap<ObjectId, UserIx>,
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

    pub(crate) fn user_with_id(&self, id: ObjectId) -> Option<UserIx> {
        self.users_by_id.get(&id).copied()
    }

    /// Whether an organization has this id.
    pub(crate) fn has_organization(&self, id: ObjectId) -> bool {
        self.orgs.iter().any(|org| org.id == id)
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
            serves: None,
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
            unlisted: HashSet::new(),
            groups: Vec::new(),
            service_accounts: Vec::new(),
            audit_log: Vec::new(),
            network: Network::default(),
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
