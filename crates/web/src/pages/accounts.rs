//! Who may sign in: local accounts, and members of organizations by way of the Hub.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use http::StatusCode;
use serde_json::json;

use crate::access::{Caller, Role};
use crate::accounts::{self, Wanted};
use crate::app::App;
use crate::form::Form;
use crate::hub_sign_in::{HubSignIn, Rule};
use crate::layout::{self, Section, Shell};
use crate::log::Deed;
use crate::problem::Problem;
use crate::question::Question;
use crate::questions::sign_in::{AccountItem, ListAccounts};
use crate::show;
use crate::{password, token_place};

/// Rules that the form has room for beyond those there are.
const MORE_RULES: usize = 2;

/// Roles in an organization, in the Hub's words, the highest first.
const HUB_ROLES: [&str; 5] = ["admin", "write", "contributor", "read", "no_access"];

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/accounts", get(show).post(save))
        .route("/accounts/{id}/remove", post(remove))
        .route("/accounts/hub", post(save_hub))
}

struct AccountRow {
    id: i64,
    name: String,
    kind: &'static str,
    role: String,
    made: String,
    seen: String,
    own: bool,
}

/// A line of the form for rules.
struct RuleRow {
    number: usize,
    org: String,
    hub_role: String,
    role: String,
    everywhere: bool,
    wrong: Option<String>,
}

#[derive(Template)]
#[template(path = "accounts.html")]
struct AccountsPage {
    shell: Shell,
    accounts: Vec<AccountRow>,
    orgs: Vec<String>,
    form: Form,
    hub: Form,
    rules: Vec<RuleRow>,
    roles: [&'static str; 3],
    hub_roles: [&'static str; 5],
    callback: String,
    has_secret: bool,
}

async fn show(State(app): State<App>, caller: Caller) -> Result<Response, Problem> {
    page(&app, &caller, Form::default(), None).await
}

/// The page, with a form that was refused.
async fn page(
    app: &App,
    caller: &Caller,
    form: Form,
    hub: Option<Form>,
) -> Result<Response, Problem> {
    caller.needs_everywhere(Role::Admin)?;
    let callback = format!("{}/sign-in/hub/callback", app.url());
    let page = app.read(caller, Role::Admin, move |desk| {
        let shell = Shell::new(desk, Section::Accounts, None)?;
        let orgs = desk.orgs()?;
        let name_of = |id: i64| {
            orgs.iter()
                .find(|(_, org)| org.id == id)
                .map_or_else(String::new, |(name, _)| name.clone())
        };
        let own = desk.caller().user_id;
        let items = ListAccounts {}.ask(desk)?.items;
        let accounts = items.into_iter().map(|account| row(account, own)).collect();
        let set = HubSignIn::load(desk.store())?.unwrap_or_default();
        let has_secret = set.has_secret;
        let hub = hub.unwrap_or_else(|| filled(&set, &name_of));
        let rules = (0..set.rules.len().max(given_rules(&hub)) + MORE_RULES)
            .map(|number| RuleRow {
                number,
                org: hub.get(&format!("org{number}")).to_owned(),
                hub_role: hub.get(&format!("hub_role{number}")).to_owned(),
                role: hub.get(&format!("role{number}")).to_owned(),
                everywhere: hub.ticked(&format!("everywhere{number}")),
                wrong: hub.wrong(&format!("org{number}")).map(str::to_owned),
            })
            .collect();
        Ok(AccountsPage {
            shell,
            accounts,
            orgs: orgs.iter().map(|(name, _)| name.clone()).collect(),
            form,
            hub,
            rules,
            roles: Role::ALL.map(Role::name),
            hub_roles: HUB_ROLES,
            callback,
            has_secret,
        })
    });
    layout::page(&page.await?)
}

fn row(account: AccountItem, own: Option<i64>) -> AccountRow {
    let within = account.orgs.iter().map(|one| format!("{} in {}", one.role, one.org));
    let role: Vec<String> = account.role.iter().cloned().chain(within).collect();
    let seen = account.last_signed_in.as_deref();
    AccountRow {
        own: own == Some(account.id),
        id: account.id,
        kind: if account.kind == "hub" { "Hugging Face" } else { "password" },
        role: role.join(", "),
        made: show::minute(&account.created).into_owned(),
        seen: seen.map_or_else(|| "never".to_owned(), |at| show::minute(at).into_owned()),
        name: account.name,
    }
}

/// The form as the settings fill it.
fn filled(set: &HubSignIn, name_of: &impl Fn(i64) -> String) -> Form {
    let endpoint = if set.endpoint.is_empty() { "https://huggingface.co" } else { &set.endpoint };
    let mut form =
        Form::default().with("endpoint", endpoint).with("client_id", set.client_id.as_str());
    for (number, rule) in set.rules.iter().enumerate() {
        form = form
            .with(&format!("org{number}"), name_of(rule.org))
            .with(&format!("hub_role{number}"), rule.hub_role.as_str())
            .with(&format!("role{number}"), rule.role.name())
            .with(&format!("everywhere{number}"), if rule.everywhere { "yes" } else { "" });
    }
    form
}

/// How many rules a form holds.
fn given_rules(form: &Form) -> usize {
    (0..100).take_while(|number| !form.get(&format!("org{number}")).is_empty()).count()
}

async fn save(State(app): State<App>, caller: Caller, mut form: Form) -> Result<Response, Problem> {
    caller.needs_everywhere(Role::Admin)?;
    let name = form.get("name").to_owned();
    if let Some(why) = accounts::objection(&name) {
        form.refuse("name", why);
    }
    if let Some(why) = password::objection(form.raw("password"), &name) {
        form.refuse("password", why);
    }
    let role = Role::parse(form.get("role")).unwrap_or_else(|| {
        form.refuse("role", "choose a role");
        Role::Viewer
    });
    let orgs = match form.get("org") {
        "" => Vec::new(),
        org => {
            let org = org.to_owned();
            match app.read(&caller, Role::Admin, move |desk| desk.org(&org)).await {
                Ok(org) => vec![org.id],
                Err(problem) if problem.status == StatusCode::NOT_FOUND => {
                    form.refuse("org", problem.message);
                    Vec::new()
                }
                Err(problem) => return Err(problem),
            }
        }
    };
    if !form.is_good() {
        let page = page(&app, &caller, form, None).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    let password = password::hashed(form.raw("password").to_owned()).await?;
    let (now, wanted) = (app.now(), Wanted { name, password, role, orgs });
    app.write(move |store| accounts::save(store, wanted, &caller.who, now).map(drop)).await?;
    Ok(Redirect::to("/accounts").into_response())
}

async fn remove(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<i64>,
) -> Result<Redirect, Problem> {
    caller.needs_everywhere(Role::Admin)?;
    let now = app.now();
    app.write(move |store| {
        let account = store.account(id)?;
        let account = account.ok_or_else(|| Problem::not_found("there is no such account"))?;
        accounts::remove(store, &account, &caller.who, now)
    })
    .await?;
    Ok(Redirect::to("/accounts"))
}

async fn save_hub(
    State(app): State<App>,
    caller: Caller,
    mut form: Form,
) -> Result<Response, Problem> {
    caller.needs_everywhere(Role::Admin)?;
    let mut set = app.look(HubSignIn::load).await?.unwrap_or_default();
    set.endpoint = form.get("endpoint").trim_end_matches('/').to_owned();
    set.client_id = form.get("client_id").to_owned();
    // The client's own rule for addresses: https, or this machine.
    if let Err(error) = hubfolk::Hub::builder().endpoint(set.endpoint.as_str()).build() {
        form.refuse("endpoint", error.to_string());
    }
    let secret = match form.raw("client_secret") {
        "" => None,
        text => match token_place::word(text) {
            Ok(secret) => Some(secret),
            Err(why) => {
                form.refuse("client_secret", why);
                None
            }
        },
    };
    set.rules.clear();
    for number in 0..given_rules(&form) {
        let key = format!("org{number}");
        let org = form.get(&key).to_owned();
        match app.read(&caller, Role::Admin, move |desk| desk.org(&org)).await {
            Ok(org) => set.rules.push(Rule {
                org: org.id,
                hub_role: form.get(&format!("hub_role{number}")).to_owned(),
                role: Role::parse(form.get(&format!("role{number}"))).unwrap_or(Role::Viewer),
                everywhere: form.ticked(&format!("everywhere{number}")),
            }),
            Err(problem) if problem.status.is_client_error() => form.refuse(&key, problem.message),
            Err(problem) => return Err(problem),
        }
    }
    if !form.is_good() {
        let page = page(&app, &caller, Form::default(), Some(form)).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    if let Some(secret) = secret {
        app.tokens().write_client_secret(&secret).map_err(|error| Problem::internal(&error))?;
        set.has_secret = true;
    }
    let now = app.now();
    app.write(move |store| {
        set.save(store)?;
        let rules = serde_json::to_value(&set.rules).unwrap_or_default();
        Deed::of(&caller, now, "hub_sign_in.changed")
            .on(set.endpoint.clone())
            .detail(json!({ "client_id": set.client_id, "rules": rules }))
            .write(store)
    })
    .await?;
    Ok(Redirect::to("/accounts").into_response())
}
