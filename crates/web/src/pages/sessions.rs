//! Who is signed in, and the tokens of the API.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use http::StatusCode;
use hubfolk_store::{ApiToken, NewApiToken, OrgGrant, Session, Store};
use jiff::SignedDuration;
use serde_json::json;

use crate::access::{Caller, Proof, Role};
use crate::app::App;
use crate::form::Form;
use crate::layout::{self, Section, Shell};
use crate::log::Deed;
use crate::problem::Problem;
use crate::question::{Desk, Question};
use crate::questions::sign_in::{ListSessions, ListTokens, TokenItem, session_name};
use crate::random;
use crate::show;

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/sessions", get(show))
        .route("/sessions/{name}/end", post(end))
        .route("/sessions/others/end", post(end_others))
        .route("/tokens", post(make))
        .route("/tokens/{id}/revoke", post(revoke))
}

struct SessionRow {
    /// What stands in addresses: not enough to sign in with.
    name: String,
    who: String,
    began: String,
    seen: String,
    ends: String,
    address: String,
    agent: String,
    own: bool,
}

struct TokenRow {
    id: i64,
    name: String,
    role: String,
    made: String,
    used: String,
    ends: String,
    good: bool,
}

#[derive(Template)]
#[template(path = "sessions.html")]
struct SessionsPage {
    shell: Shell,
    sessions: Vec<SessionRow>,
    tokens: Vec<TokenRow>,
    roles: Vec<&'static str>,
    orgs: Vec<String>,
    form: Form,
    /// A token that was made just now: it is shown this once.
    made: Option<String>,
    /// The form for a new password, for those who have one.
    password: Option<Form>,
    /// Whether those of others are listed, too.
    all: bool,
}

/// What the page shows beside the lists.
#[derive(Default)]
pub(super) struct Shown {
    form: Form,
    made: Option<String>,
    password: Form,
}

impl Shown {
    fn form(form: Form) -> Self {
        Self { form, ..Self::default() }
    }

    /// The page with a refused form for a new password.
    pub(super) fn password(password: Form) -> Self {
        Self { form: empty(), made: None, password }
    }
}

/// The form for a token as it is at first.
fn empty() -> Form {
    Form::default().with("days", "90")
}

async fn show(State(app): State<App>, caller: Caller) -> Result<Response, Problem> {
    page(&app, &caller, Shown::form(empty())).await
}

pub(super) async fn page(app: &App, caller: &Caller, shown: Shown) -> Result<Response, Problem> {
    let Shown { form, made, password } = shown;
    let page = app.read(caller, Role::Viewer, move |desk| {
        let shell = Shell::new(desk, Section::Sessions, None)?;
        let all = desk.caller().access.everywhere == Some(Role::Admin);
        let roles = Role::ALL.into_iter().filter(|role| Some(*role) <= desk.caller().access.best());
        let roles = roles.map(Role::name).collect();
        let orgs = desk.orgs()?.into_iter().map(|(name, _)| name).collect();
        let (sessions, tokens) = (sessions(desk)?, tokens(desk)?);
        let account = match desk.caller().user_id {
            Some(id) => desk.store().account(id)?,
            None => None,
        };
        let has_password = account.is_some_and(|account| account.password.is_some());
        let password = has_password.then_some(password);
        Ok(SessionsPage { shell, sessions, tokens, roles, orgs, form, made, password, all })
    });
    layout::page(&page.await?)
}

fn sessions(desk: &mut Desk<'_>) -> Result<Vec<SessionRow>, Problem> {
    let sessions = ListSessions {}.ask(desk)?.items.into_iter();
    Ok(sessions
        .map(|session| SessionRow {
            began: show::minute(&session.began).into_owned(),
            seen: show::minute(&session.last_seen).into_owned(),
            ends: show::minute(&session.expires).into_owned(),
            agent: browser(&session.agent),
            name: session.name,
            who: session.who,
            address: session.address,
            own: session.own,
        })
        .collect())
}

fn tokens(desk: &mut Desk<'_>) -> Result<Vec<TokenRow>, Problem> {
    Ok(ListTokens {}.ask(desk)?.items.into_iter().map(row).collect())
}

fn row(token: TokenItem) -> TokenRow {
    let within = token.orgs.iter().map(|one| format!("{} in {}", one.role, one.org));
    let roles: Vec<String> = token.role.into_iter().chain(within).collect();
    let never = || "never".to_owned();
    TokenRow {
        id: token.id,
        name: token.name,
        role: roles.join(", "),
        made: format!("{} by {}", show::minute(&token.created), token.created_by),
        used: token.last_used.map_or_else(never, |at| show::minute(&at).into_owned()),
        ends: match (token.revoked, token.expires) {
            (Some(at), _) => format!("revoked {}", show::minute(&at)),
            (None, Some(at)) => show::minute(&at).into_owned(),
            (None, None) => never(),
        },
        good: token.good,
    }
}

/// A browser and its system, from what it says of itself.
fn browser(agent: &str) -> String {
    let find = |known: &[(&'static str, &'static str)]| {
        known.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name)
    };
    // Each says that it is all of those before it.
    let program = find(&[
        ("Firefox/", "Firefox"),
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
        ("curl/", "curl"),
    ]);
    let system = find(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ]);
    match (program, system) {
        (Some(program), Some(system)) => format!("{program} on {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => agent.chars().filter(|c| !c.is_control()).take(40).collect(),
    }
}

async fn end(
    State(app): State<App>,
    caller: Caller,
    Path(name): Path<String>,
) -> Result<Redirect, Problem> {
    let now = app.now();
    app.write(move |store| {
        let session = find(store, &caller, &name, now.as_microsecond())?;
        store.end_session(&session.hash)?;
        Deed::of(&caller, now, "session.ended").on(name).write(store)
    })
    .await?;
    Ok(Redirect::to("/sessions"))
}

/// A session that the caller may end; those of others do not exist for them.
fn find(store: &mut Store, caller: &Caller, name: &str, now: i64) -> Result<Session, Problem> {
    let all = caller.access.everywhere == Some(Role::Admin);
    let mut sessions = store.sessions(now)?.into_iter();
    sessions
        .find(|one| session_name(&one.hash) == name && (all || one.user_id == caller.user_id))
        .ok_or_else(|| Problem::not_found("there is no such session, or it has ended"))
}

async fn end_others(State(app): State<App>, caller: Caller) -> Result<Redirect, Problem> {
    let now = app.now();
    app.write(move |store| {
        let Proof::Session(own) = caller.proof.clone() else { return Ok(()) };
        let ended = store.end_sessions(caller.user_id, &own)?;
        Deed::of(&caller, now, "session.ended").on(format!("{ended} others")).write(store)
    })
    .await?;
    Ok(Redirect::to("/sessions"))
}

async fn make(State(app): State<App>, caller: Caller, mut form: Form) -> Result<Response, Problem> {
    let name = form.get("name").to_owned();
    if name.is_empty() || name.chars().count() > 64 || name.chars().any(char::is_control) {
        form.refuse("name", "say in 1 to 64 characters what the token is for");
    }
    let role = Role::parse(form.get("role"));
    if role.is_none() {
        form.refuse("role", "choose a role");
    }
    let days: Option<i64> = match form.get("days") {
        "" => None,
        text => match text.parse() {
            Ok(days) if (1..=3650).contains(&days) => Some(days),
            _ => {
                form.refuse("days", "a number of days from 1 to 3650, or nothing for no end");
                None
            }
        },
    };
    let org = form.get("org").to_owned();
    let org_id = match org.as_str() {
        "" => None,
        name => {
            let name = name.to_owned();
            let found = app.read(&caller, Role::Viewer, move |desk| desk.org(&name)).await;
            match found {
                Ok(org) => Some(org.id),
                Err(problem) if problem.status == StatusCode::NOT_FOUND => {
                    form.refuse("org", problem.message);
                    None
                }
                Err(problem) => return Err(problem),
            }
        }
    };
    let role = role.unwrap_or(Role::Viewer);
    let enough = match org_id {
        Some(id) => caller.access.role_in(id) >= Some(role),
        None => caller.access.everywhere >= Some(role),
    };
    if form.is_good() && !enough {
        form.refuse("role", "a token may not do more than you may");
    }
    if !form.is_good() {
        let page = page(&app, &caller, Shown::form(form)).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    let token = format!("hubfolk_{}", random::secret());
    let now = app.now();
    let grant = |id| OrgGrant { org: id, role: role.name().to_owned() };
    let new = NewApiToken {
        hash: random::digest(&token),
        name: name.clone(),
        role: org_id.is_none().then(|| role.name().to_owned()),
        orgs: org_id.into_iter().map(grant).collect(),
        created_by: caller.who.clone(),
        user_id: caller.user_id,
        expires: days.map(|days| (now + SignedDuration::from_hours(24 * days)).as_microsecond()),
    };
    let deed = Deed::of(&caller, now, "token.made")
        .on(name)
        .detail(json!({ "role": role.name(), "org": org_id, "days": days }));
    app.write(move |store| {
        store.add_api_token(&new, now.as_microsecond())?;
        deed.write(store)
    })
    .await?;
    let made = Some(token);
    page(&app, &caller, Shown { form: empty(), made, password: Form::default() }).await
}

async fn revoke(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<i64>,
) -> Result<Redirect, Problem> {
    let now = app.now();
    app.write(move |store| {
        let all = caller.access.everywhere == Some(Role::Admin);
        let mut tokens = store.api_tokens()?.into_iter();
        let own = |one: &ApiToken| all || (one.user_id.is_some() && one.user_id == caller.user_id);
        let token = tokens
            .find(|one| one.id == id && own(one))
            .ok_or_else(|| Problem::not_found("there is no such token"))?;
        if store.revoke_api_token(id, now.as_microsecond())? {
            Deed::of(&caller, now, "token.revoked").on(token.name).write(store)?;
        }
        Ok(())
    })
    .await?;
    Ok(Redirect::to("/sessions"))
}
