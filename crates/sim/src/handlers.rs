//! What the simulated Hub does for each operation, one file a resource.

mod access_requests;
mod account;
mod audit_log;
mod author;
mod billing;
mod collections;
mod credentials;
mod discussions;
mod likes;
mod members;
mod notifications;
mod openapi;
mod organization_settings;
mod organizations;
mod quicksearch;
mod repos;
mod resource_groups;
mod scim;
mod service_accounts;
mod users;
mod webhooks;

use hubfolk_api::Endpoint;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};

use crate::answer::{Answer, Refusal};
use crate::id::ObjectId;
use crate::paging::{self, CursorForm, Page, PageAsk, PageSizes, Tricks};
use crate::visibility::{BadToken, Caller};
use crate::world::{Account, Deed, OrgIx, RepoIx, RepoType, User, UserIx, World};

/// A request that changes nothing.
#[derive(Debug)]
pub(crate) struct Ask<'a> {
    pub(crate) world: &'a World,
    pub(crate) caller: Caller<'a>,
    pub(crate) path: &'a str,
    pub(crate) query: &'a str,
    /// Whether a browser asks for a picture rather than a program for data.
    pub(crate) wants_image: bool,
    /// The page asked for; the first where the operation is no list.
    pub(crate) page: PageAsk,
    pub(crate) now: Timestamp,
}

/// A request that may change the world.
pub(crate) struct Order<'a> {
    pub(crate) world: &'a mut World,
    pub(crate) token: Option<&'a str>,
    pub(crate) now: Timestamp,
    /// Address it comes from.
    pub(crate) ip: &'a str,
    /// Program it comes from.
    pub(crate) agent: Option<&'a str>,
}

/// How an operation that only reads is answered.
pub(crate) trait Show<E: Endpoint> {
    /// Set for lists.
    const PAGES: Option<PageSizes> = None;

    fn show(ask: &Ask<'_>, request: &E) -> Result<Answer, Refusal>;
}

/// How an operation that changes something is carried out.
pub(crate) trait Change<E: Endpoint> {
    fn change(order: &mut Order<'_>, request: &E) -> Result<Answer, Refusal>;
}

/// Where the behaviour is implemented: one `impl` of [`Show`] or [`Change`] an operation.
#[derive(Debug)]
pub(crate) struct Behaviour;

/// Lists of people: a page size that the Hub does not document and that clients never send.
pub(crate) const PEOPLE: PageSizes =
    PageSizes { least: 1, most: 10_000, default: 500, cursor: CursorForm::Dotted };

impl Order<'_> {
    /// Writes what the caller did into the audit log of an organization. `message` goes on behind
    /// the caller's name.
    pub(crate) fn record(&mut self, org: OrgIx, kind: &str, message: String, data: Value) {
        let (at, token, ip, agent) = (self.now, self.token, self.ip, self.agent);
        self.world.record(org, &Deed { at, kind, message, data, token, ip, agent });
    }

    /// The same for whoever owns something; nobody keeps a log of what a user's things go through.
    pub(crate) fn record_for(
        &mut self,
        owner: Option<Account>,
        kind: &str,
        message: String,
        data: Value,
    ) {
        if let Some(Account::Org(org)) = owner {
            self.record(org, kind, message, data);
        }
    }

    /// The same for a repo.
    pub(crate) fn record_repo(&mut self, index: RepoIx, kind: &str, verb: &str) {
        let repo = self.world.repo(index);
        let owner = repo.owner().and_then(|name| self.world.account(name));
        let (word, id) = (repo.kind.as_str(), repo.id.to_string());
        let data = json!({ "repo": { "type": word, "name": id } });
        self.record_for(owner, kind, format!("{verb} {word} {id}"), data);
    }

    pub(crate) fn caller(&self) -> Result<Caller<'_>, Refusal> {
        Caller::identify(self.world, self.token, self.now)
            .map_err(|BadToken| Refusal::bad_credentials())
    }
}

impl<'a> Ask<'a> {
    /// The world as the caller sees it when a change is done, to answer with it.
    fn after_a_change(world: &'a World, caller: Caller<'a>, now: Timestamp) -> Self {
        let page = PageAsk { size: 1, after: None, number: 1, tricks: Tricks::default() };
        Self { world, caller, path: "", query: "", wants_image: false, page, now }
    }
}

impl Ask<'_> {
    /// A page as an answer with the address of the next one.
    pub(crate) fn paged<'w, T, V: Serialize>(
        &self,
        page: &Page<'w, T>,
        form: CursorForm,
        view: impl Fn(ObjectId, &'w T) -> V,
    ) -> Answer {
        let items: Vec<V> = page.items.iter().map(|&(id, item)| view(id, item)).collect();
        Answer::json(&items).next(paging::next_address(self.path, self.query, page.next, form))
    }

    /// A user as every list shows them.
    pub(crate) fn public_user(&self, index: UserIx) -> PublicUser<'_> {
        PublicUser::new(self.world.user(index), self.is_following(Account::User(index)))
    }

    /// Absent for anonymous callers.
    pub(crate) fn is_following(&self, account: Account) -> Option<bool> {
        self.caller.user().map(|user| self.world.is_following(user, account))
    }

    pub(crate) fn user(&self, name: &str) -> Result<UserIx, Refusal> {
        match self.world.account(name) {
            Some(Account::User(user)) => Ok(user),
            _ => Err(Refusal::not_found("User not found")),
        }
    }
}

/// The short form of a user in lists.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PublicUser<'a> {
    #[serde(rename = "_id")]
    id: ObjectId,
    avatar_url: &'a str,
    is_pro: bool,
    fullname: &'a str,
    user: &'a str,
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_following: Option<bool>,
}

impl<'a> PublicUser<'a> {
    fn new(user: &'a User, is_following: Option<bool>) -> Self {
        Self {
            id: user.id,
            avatar_url: &user.avatar_url,
            is_pro: user.is_pro,
            fullname: &user.fullname,
            user: &user.name,
            kind: "user",
            is_following,
        }
    }
}

/// The kinds of repo that have pages of their own; any other word in the path is no page at all.
pub(crate) fn repo_type(word: &hubfolk_api::repos::RepoType) -> Result<RepoType, Refusal> {
    use hubfolk_api::repos::RepoType as Wire;
    match word {
        Wire::Model => Ok(RepoType::Model),
        Wire::Dataset => Ok(RepoType::Dataset),
        Wire::Space => Ok(RepoType::Space),
        Wire::Kernel => Ok(RepoType::Kernel),
        _ => Err(Refusal::no_such_page()),
    }
}
