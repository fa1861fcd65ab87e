//! Requests for access to gated repos: listing, deciding, asking, reporting.

use http::StatusCode;
use http::header::{CONTENT_DISPOSITION, HeaderValue, LOCATION};
use hubfolk_api::access_requests::{
    AccessStatus as WireStatus, AskAccess, BatchAccessRequests, CancelOwnAccessRequest,
    GetUserAccessReport, GrantAccess, HandleAccessRequest, ListAccessRequests, MOST_IN_A_BATCH,
};
use hubfolk_api::repos::RepoType as WireRepoType;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::{Ask, Behaviour, Change, Order, PublicUser, Show, repo_type};
use crate::answer::{Answer, Refusal};
use crate::clock::wire_date;
use crate::id::ObjectId;
use crate::paging::{self, CursorForm, PageSizes, cut};
use crate::visibility::RepoAccess;
use crate::world::{
    AccessBook, AccessRequest, AccessStatus, Account, Decided, Gated, RepoIx, UserIx, World,
};

/// Longest reason of a decision, in characters.
const LONGEST_REASON: usize = 200;

/// Longest text to search for.
const LONGEST_SEARCH: usize = 250;

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Request<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<ObjectId>,
    user: Requester<'a>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    fields: &'a Map<String, Value>,
    timestamp: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    reviewed_at: Option<String>,
    status: AccessStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    granted_by: Option<PublicUser<'a>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Requester<'a> {
    #[serde(flatten)]
    user: PublicUser<'a>,
    verified_org_names: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
}

impl Show<ListAccessRequests> for Behaviour {
    const PAGES: Option<PageSizes> =
        Some(PageSizes { least: 10, most: 1000, default: 1000, cursor: CursorForm::Dotted });

    /// The newest first. A repo that is not gated any more keeps its lists.
    fn show(ask: &Ask<'_>, request: &ListAccessRequests) -> Result<Answer, Refusal> {
        let status = status(&request.status)?;
        let after = time(request.after.as_deref(), "after")?;
        let before = time(request.before.as_deref(), "before")?;
        let begin = request.q.as_deref().unwrap_or_default().to_lowercase();
        not_too_long(request.q.as_deref(), LONGEST_SEARCH, "q")?;
        let repo = administered(ask, &request.repo_type, &request.repo)?;
        let none = AccessBook::default();
        let book = ask.world.access_book(repo).unwrap_or(&none);
        let page = cut(&book.requests, paging::Order::Descending, ask.page, |_, one| {
            one.status == status
                && after.is_none_or(|after| one.timestamp > after)
                && before.is_none_or(|before| one.timestamp < before)
                && ask.world.user(one.user).name.to_lowercase().starts_with(&begin)
        });
        // The page borrows the book, which may be the empty one of this call.
        Ok(ask.paged(&page, CursorForm::Dotted, |_, one| view(ask.world, one)))
    }
}

fn view<'a>(world: &'a World, one: &'a AccessRequest) -> Request<'a> {
    Request {
        request_id: one.shown_id,
        user: Requester {
            user: PublicUser::new(world.user(one.user), None),
            verified_org_names: verified_orgs(world, one.user),
            email: email(world, one),
        },
        fields: &one.fields,
        timestamp: wire_date(one.timestamp),
        reviewed_at: one.reviewed_at.map(wire_date),
        status: one.status,
        granted_by: one.granted_by.map(|user| PublicUser::new(world.user(user), None)),
    }
}

fn verified_orgs(world: &World, user: UserIx) -> Vec<&str> {
    let orgs = world.user(user).orgs.iter().map(|&org| world.org(org));
    orgs.filter(|org| org.is_verified && !org.hide_members).map(|org| &*org.name).collect()
}

/// Who was let in without asking never gave an address.
fn email<'a>(world: &'a World, one: &AccessRequest) -> Option<&'a str> {
    if one.unasked {
        return None;
    }
    world.user(one.user).more.as_deref()?.email.as_deref()
}

impl Change<HandleAccessRequest> for Behaviour {
    fn change(order: &mut Order<'_>, request: &HandleAccessRequest) -> Result<Answer, Refusal> {
        let status = status(&request.status)?;
        reasons(&request.rejection_reason, &request.reset_reason)?;
        let named = [&request.user, &request.user_id, &request.request_id];
        only_one(named.into_iter().filter(|one| one.is_some()).count())?;
        let (repo, by) = gated(order, &request.repo_type, &request.repo)?;
        let user = match &request.request_id {
            Some(id) => order.world.access_book(repo).and_then(|book| {
                Some(
                    book.requests.get(&id.parse().ok()?).filter(|one| one.shown_id.is_some())?.user,
                )
            }),
            None => Some(
                person(order.world, request.user.as_deref(), request.user_id.as_deref())
                    .ok_or_else(|| Refusal::not_found("User not found"))?,
            ),
        };
        let decided = user.map(|user| order.world.decide_access(repo, user, status, by, order.now));
        match decided {
            Some(Decided::Changed) => Ok(Answer::json(&json!({}))),
            _ => Err(Refusal::not_found("No access request found matching your criteria")),
        }
    }
}

impl Change<GrantAccess> for Behaviour {
    fn change(order: &mut Order<'_>, request: &GrantAccess) -> Result<Answer, Refusal> {
        let named = [&request.user, &request.user_id];
        only_one(named.into_iter().filter(|one| one.is_some()).count())?;
        let (repo, by) = gated(order, &request.repo_type, &request.repo)?;
        let user = person(order.world, request.user.as_deref(), request.user_id.as_deref())
            .ok_or_else(|| Refusal::not_found("User not found"))?;
        let is_in = crate::visibility::passes_gate(order.world, repo, user);
        if is_in || !order.world.grant_access(repo, user, by, order.now) {
            return Err(Refusal::bad_request("That user already has access to the repo"));
        }
        Ok(Answer::json(&json!({})))
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Outcome<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<&'a str>,
    ok: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'static str>,
}

impl Change<BatchAccessRequests> for Behaviour {
    /// Unlike one decision, a batch is content with what is so already.
    fn change(order: &mut Order<'_>, request: &BatchAccessRequests) -> Result<Answer, Refusal> {
        let status = status(&request.status)?;
        reasons(&request.rejection_reason, &request.reset_reason)?;
        if request.requests.is_empty() {
            return Err(Refusal::invalid(
                "Too small: expected array to have >=1 items",
                "requests",
            ));
        }
        if request.requests.len() > MOST_IN_A_BATCH {
            let problem = "Too big: expected array to have <=100 items";
            return Err(Refusal::invalid(problem, "requests"));
        }
        for (index, one) in request.requests.iter().enumerate() {
            if one.user.is_some() == one.user_id.is_some() {
                let problem = "Either userId or user must be provided, but not both";
                return Err(Refusal::invalid(problem, &format!("requests[{index}]")));
            }
        }
        let (repo, by) = gated(order, &request.repo_type, &request.repo)?;
        let now = order.now;
        let outcomes: Vec<Outcome<'_>> = request
            .requests
            .iter()
            .map(|one| {
                let found = person(order.world, one.user.as_deref(), one.user_id.as_deref());
                let error = match found {
                    None => Some("user_not_found"),
                    Some(user) => match order.world.decide_access(repo, user, status, by, now) {
                        Decided::NoRequest => Some("request_not_found"),
                        Decided::Changed | Decided::Same => None,
                    },
                };
                Outcome {
                    user: one.user.as_deref(),
                    user_id: one.user_id.as_deref(),
                    ok: error.is_none(),
                    error,
                }
            })
            .collect();
        Ok(Answer::json(&outcomes))
    }
}

impl Change<CancelOwnAccessRequest> for Behaviour {
    fn change(order: &mut Order<'_>, request: &CancelOwnAccessRequest) -> Result<Answer, Refusal> {
        let caller = order.caller()?;
        let repo = caller.repo(order.world, repo_type(&request.repo_type)?, &request.repo)?;
        let user = caller.may_act(order.world)?;
        if order.world.withdraw_access_request(repo, user) {
            return Ok(Answer::json(&json!({ "ok": true })));
        }
        Err(Refusal::not_found("No pending access request found for this repo and this user"))
    }
}

impl Change<AskAccess> for Behaviour {
    /// Leads back to the repo's page, whatever came of it.
    fn change(order: &mut Order<'_>, request: &AskAccess) -> Result<Answer, Refusal> {
        let caller = order.caller()?;
        let repo = caller.repo(order.world, repo_type(&request.repo_type)?, &request.repo)?;
        let user = caller.may_act(order.world)?;
        needs_gate(order.world, repo)?;
        if !crate::visibility::passes_gate(order.world, repo, user) {
            let fields = request.fields.iter().map(|(k, v)| (k.clone(), v.clone().into()));
            order.world.ask_access(repo, user, fields.collect(), order.now);
        }
        let repo = order.world.repo(repo);
        let page = format!("/{}{}", repo.kind.page_prefix(), repo.id);
        let location = HeaderValue::from_str(&page).expect("ids of repos are ASCII");
        Ok(Answer::text("See Other").status(StatusCode::SEE_OTHER).header(LOCATION, location))
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ReportEntry<'a> {
    fullname: &'a str,
    user: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
    time: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    reviewed_at: Option<String>,
    status: AccessStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    granted_by: Option<Value>,
}

impl Show<GetUserAccessReport> for Behaviour {
    /// A file to save, the oldest request first.
    fn show(ask: &Ask<'_>, request: &GetUserAccessReport) -> Result<Answer, Refusal> {
        let index = administered(ask, &request.repo_type, &request.repo)?;
        let none = AccessBook::default();
        let book = ask.world.access_book(index).unwrap_or(&none);
        let entries: Vec<ReportEntry<'_>> = book
            .requests
            .values()
            .map(|one| {
                let user = ask.world.user(one.user);
                ReportEntry {
                    fullname: &user.fullname,
                    user: &user.name,
                    email: email(ask.world, one),
                    time: wire_date(one.timestamp),
                    reviewed_at: one.reviewed_at.map(wire_date),
                    status: one.status,
                    granted_by: one.granted_by.map(|by| {
                        let by = ask.world.user(by);
                        json!({ "fullname": by.fullname, "user": by.name })
                    }),
                }
            })
            .collect();
        let name = ask.world.repo(index).id.replace('/', "-");
        let file = format!("attachment; filename=user-access-report-{name}.json");
        let file = HeaderValue::from_str(&file).expect("ids of repos are ASCII");
        let mut answer = Answer::json(&entries).header(CONTENT_DISPOSITION, file);
        answer.content_type = "application/json";
        Ok(answer)
    }
}

/// The repo whose requests the caller may see.
fn administered(ask: &Ask<'_>, kind: &WireRepoType, id: &str) -> Result<RepoIx, Refusal> {
    ask.caller.repo_to_change(ask.world, repo_type(kind)?, id, RepoAccess::Write)
}

/// The gated repo whose requests the caller may decide, and the caller.
fn gated(order: &Order<'_>, kind: &WireRepoType, id: &str) -> Result<(RepoIx, UserIx), Refusal> {
    let caller = order.caller()?;
    let repo = caller.repo_to_change(order.world, repo_type(kind)?, id, RepoAccess::Write)?;
    needs_gate(order.world, repo)?;
    Ok((repo, caller.logged_in()?))
}

fn needs_gate(world: &World, repo: RepoIx) -> Result<(), Refusal> {
    let repo = world.repo(repo);
    match repo.gated {
        Gated::No => Err(Refusal::not_gated(repo.kind.as_str(), &repo.id)),
        Gated::Auto | Gated::Manual => Ok(()),
    }
}

fn person(world: &World, name: Option<&str>, id: Option<&str>) -> Option<UserIx> {
    match name {
        Some(name) => match world.account(name)? {
            Account::User(user) => Some(user),
            Account::Org(_) => None,
        },
        None => world.user_with_id(id?.parse().ok()?),
    }
}

fn only_one(given: usize) -> Result<(), Refusal> {
    if given == 1 {
        return Ok(());
    }
    Err(Refusal::bad_request("✖ Either userId or user must be provided, but not both"))
}

fn status(word: &WireStatus) -> Result<AccessStatus, Refusal> {
    match word {
        WireStatus::Pending => Ok(AccessStatus::Pending),
        WireStatus::Accepted => Ok(AccessStatus::Accepted),
        WireStatus::Rejected => Ok(AccessStatus::Rejected),
        WireStatus::Reset => Ok(AccessStatus::Reset),
        _ => Err(Refusal::invalid(
            "Invalid option: expected one of \"accepted\"|\"rejected\"|\"pending\"|\"reset\"",
            "status",
        )),
    }
}

fn reasons(rejection: &Option<String>, reset: &Option<String>) -> Result<(), Refusal> {
    not_too_long(rejection.as_deref(), LONGEST_REASON, "rejectionReason")?;
    not_too_long(reset.as_deref(), LONGEST_REASON, "resetReason")
}

fn not_too_long(text: Option<&str>, most: usize, field: &str) -> Result<(), Refusal> {
    if text.is_some_and(|text| text.chars().count() > most) {
        let problem = format!("Too big: expected string to have <={most} characters");
        return Err(Refusal::invalid(&problem, field));
    }
    Ok(())
}

fn time(text: Option<&str>, field: &str) -> Result<Option<Timestamp>, Refusal> {
    let read =
        |text: &str| text.parse().map_err(|_| Refusal::invalid("Invalid ISO datetime", field));
    text.map(read).transpose()
}
