//! Setup and settings: which organizations are kept, and how.

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use http::StatusCode;
use hubfolk_store::{Credential, Org, OrgKey, OrgMatch, OrgSetting, Turn};
use serde::Deserialize;
use serde_json::json;

use crate::access::{Caller, Role};
use crate::app::App;
use crate::connection::{self, Finding, Report, SOON, Tone};
use crate::form::Form;
use crate::layout::{self, Section, Shell, org_url};
use crate::log::Deed;
use crate::org_form::{self, LICENSES, Wishes, price_field};
use crate::problem::Problem;
use crate::question::Desk;
use crate::show::shown;
use crate::token_place::KINDS;

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/setup", get(show_setup).post(save_setup))
        .route("/orgs/{org}/settings", get(show_settings).post(save_settings))
        .route("/orgs/{org}/settings/remove", post(remove))
}

#[derive(Template)]
#[template(path = "org_form.html")]
struct OrgPage {
    shell: Shell,
    title: String,
    action: String,
    form: Form,
    findings: Vec<Finding>,
    /// How it stands with what is set already.
    status: Vec<Finding>,
    kinds: [(&'static str, &'static str); 5],
    prices: Vec<(String, &'static str)>,
    token_help: &'static str,
    /// Whether this is about an organization that the ledger has.
    exists: bool,
    /// Whether the service keeps it.
    kept: bool,
    first: bool,
    anyway: bool,
    saved: bool,
}

/// What a page shows beside the form.
#[derive(Default)]
struct Shown {
    findings: Vec<Finding>,
    anyway: bool,
    saved: bool,
}

/// An organization as it is kept now.
struct Kept {
    org: Org,
    setting: Option<OrgSetting>,
    credential: Option<Credential>,
    turn: Option<Turn>,
    form: Form,
}

impl Kept {
    fn load(desk: &mut Desk<'_>, name: &str) -> Result<Self, Problem> {
        let org = desk.org(name)?;
        let store = desk.store();
        let setting = store.org_setting(org.id)?;
        let credential = store.credential(org.id)?;
        let turn = store.turn(org.id)?;
        let prices = store.prices(org.id)?;
        let form = org_form::filled(&org, setting.as_ref(), credential.as_ref(), &prices);
        Ok(Self { org, setting, credential, turn, form })
    }

    fn has_pasted_token(&self) -> bool {
        self.credential.as_ref().is_some_and(|credential| credential.kind == "stored")
    }

    /// What is worth knowing before anything is changed.
    fn status(&self, now: jiff::Timestamp) -> Vec<Finding> {
        let mut all = Vec::new();
        let mut say = |tone, what: String, remedy: Option<&str>| {
            all.push(Finding { tone, field: "", what, remedy: remedy.map(str::to_owned) });
        };
        if self.setting.is_none() {
            say(
                Tone::Warn,
                "The ledger has this organization, but the service does not keep it up to date."
                    .to_owned(),
                Some("Say where a token is, and save."),
            );
        }
        if let Some(turn) = self.turn.as_ref().filter(|turn| turn.next_at < i64::MAX) {
            match &turn.waiting {
                Some(why) => say(
                    Tone::Warn,
                    format!("{why} Next sync at {} UTC.", shown(turn.next_at)),
                    None,
                ),
                None => say(Tone::Good, format!("Next sync at {} UTC.", shown(turn.next_at)), None),
            }
        }
        let powerful = self.credential.as_ref().is_some_and(|one| {
            matches!(one.role.as_deref(), Some("write" | "god"))
                || one.scopes.as_deref().is_some_and(|scopes| scopes.contains("write"))
        });
        if powerful {
            say(
                Tone::Warn,
                "The token may change things at the Hub, which nothing here needs.".to_owned(),
                Some(
                    "Give a fine-grained token with read access to the organization in its place.",
                ),
            );
        }
        if let Some(ends) = self.credential.as_ref().and_then(|one| one.expires) {
            let left = ends - now.as_microsecond();
            if left < SOON.as_micros() as i64 {
                say(
                    Tone::Warn,
                    format!("The token ends at {} UTC.", shown(ends)),
                    Some("Make a new one in the Hub's settings, Access Tokens, and give it here."),
                );
            }
        }
        all
    }
}

async fn show_setup(State(app): State<App>, caller: Caller) -> Result<Response, Problem> {
    new_page(&app, &caller, org_form::empty(), Shown::default()).await
}

async fn new_page(
    app: &App,
    caller: &Caller,
    form: Form,
    shown: Shown,
) -> Result<Response, Problem> {
    caller.needs_everywhere(Role::Admin)?;
    let page = app.read(caller, Role::Admin, move |desk| {
        let shell = Shell::new(desk, Section::Organizations, None)?;
        let first = shell.orgs == 0;
        Ok(OrgPage {
            shell,
            title: "Add an organization".to_owned(),
            action: "/setup".to_owned(),
            form,
            findings: shown.findings,
            status: Vec::new(),
            kinds: KINDS,
            prices: price_fields(),
            token_help: "It is written to a file that only this service reads.",
            exists: false,
            kept: false,
            first,
            anyway: shown.anyway,
            saved: false,
        })
    });
    layout::page(&page.await?)
}

fn price_fields() -> Vec<(String, &'static str)> {
    LICENSES.iter().map(|license| (price_field(license), *license)).collect()
}

async fn save_setup(
    State(app): State<App>,
    caller: Caller,
    mut form: Form,
) -> Result<Response, Problem> {
    caller.needs_everywhere(Role::Admin)?;
    let refused = |form, shown| async {
        let page = new_page(&app, &caller, form, shown).await?;
        Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
    };
    let Some(wishes) = org_form::read(&mut form, false) else {
        return refused(form, Shown::default()).await;
    };
    let report = test(&app, &wishes, None).await;
    match form.get("do") {
        "test" => {
            let shown = Shown { findings: report.findings, ..Shown::default() };
            return new_page(&app, &caller, form, shown).await;
        }
        "anyway" => {}
        _ if !report.is_usable() => {
            blame(&mut form, &report);
            return refused(form, Shown { findings: report.findings, anyway: true, saved: false })
                .await;
        }
        _ => {}
    }
    let (key, now) = (org_key(&wishes, &report), app.now());
    let opened = app.write(move |store| {
        let (org, found) = store.open_org(&key, now.as_microsecond())?;
        Ok((org, found != OrgMatch::OtherIdentity))
    });
    let (org, same) = opened.await?;
    if !same {
        form.refuse(
            "name",
            "the ledger has another organization under this name: its id at the Hub differs",
        );
        return refused(form, Shown { findings: report.findings, ..Shown::default() }).await;
    }
    save(&app, &caller, &org, wishes, report).await?;
    Ok(Redirect::to(&org_url(&org.slug, "/runs")).into_response())
}

fn org_key(wishes: &Wishes, report: &Report) -> OrgKey {
    let (name, hf_id) = match &report.identity {
        Some((name, id)) => (name.clone(), Some(id.clone())),
        None => (wishes.name.clone(), None),
    };
    OrgKey { endpoint: wishes.endpoint.clone(), name, hf_id }
}

/// Says at its field what the test found.
fn blame(form: &mut Form, report: &Report) {
    for finding in report.findings.iter().filter(|finding| finding.tone == Tone::Bad) {
        form.refuse(finding.field, finding.what.clone());
    }
}

/// Tests a form; the token is the one that was pasted, or the one at its place.
async fn test(app: &App, wishes: &Wishes, org: Option<&Kept>) -> Report {
    let token = match &wishes.token {
        Some(token) => Ok(Some(token.clone())),
        None => app.token(credential(wishes, org.map_or(0, |kept| kept.org.id))).await,
    };
    match token {
        Ok(token) => {
            connection::test(&wishes.endpoint, token.as_ref(), &wishes.name, app.now()).await
        }
        Err(why) => Report {
            findings: vec![Finding {
                tone: Tone::Bad,
                field: if wishes.kind == "stored" { "token" } else { "place" },
                what: format!("The token cannot be had: {why}."),
                remedy: None,
            }],
            ..Report::default()
        },
    }
}

/// Where the token is, by the form.
fn credential(wishes: &Wishes, org_id: i64) -> Credential {
    let place = match wishes.kind.as_str() {
        "stored" => format!("org-{org_id}.token"),
        "none" => String::new(),
        _ => wishes.place.clone(),
    };
    Credential { org_id, kind: wishes.kind.clone(), place, ..Credential::default() }
}

/// Keeps an organization as the form says; its next sync begins at once.
async fn save(
    app: &App,
    caller: &Caller,
    org: &Org,
    wishes: Wishes,
    report: Report,
) -> Result<(), Problem> {
    let failed = |error: std::io::Error| Problem::internal(&error);
    match (&wishes.token, wishes.kind.as_str()) {
        (Some(token), _) => drop(app.tokens().write(org.id, token).map_err(failed)?),
        (None, "stored") => {}
        // A pasted token that is not used any more is not left lying about.
        (None, _) => app.tokens().forget(org.id).map_err(failed)?,
    }
    let now = app.now();
    let mut credential = credential(&wishes, org.id);
    credential.role = report.role;
    credential.scopes = report.scopes;
    credential.expires = report.expires.map(|at| at.as_microsecond());
    credential.checked = Some(now.as_microsecond());
    let (caller, org) = (caller.clone(), org.clone());
    let org_id = org.id;
    app.write(move |store| {
        let schedule = wishes.schedule.to_string();
        credential.last_success = store.credential(org_id)?.and_then(|old| old.last_success);
        store.save_credential(&credential)?;
        store.save_prices(org_id, &wishes.prices)?;
        store.save_org_setting(&OrgSetting {
            org_id,
            enabled: true,
            schedule: schedule.clone(),
            domains: wishes.domains.clone(),
            avatars: wishes.avatars,
            changed_at: now.as_microsecond(),
        })?;
        let next_at = now.as_microsecond();
        store.save_turn(&Turn { org_id, next_at, failures: 0, waiting: None })?;
        let prices = wishes.prices.iter().map(|price| (price.license.clone(), price.minor));
        Deed::of(&caller, now, "settings.changed")
            .org(org_id)
            .on(org.slug)
            .detail(json!({
                "token": wishes.kind,
                "place": if wishes.kind == "stored" { "" } else { &wishes.place },
                "new_token": wishes.token.is_some(),
                "schedule": schedule,
                "domains": wishes.domains,
                "avatars": wishes.avatars,
                "prices": prices.collect::<std::collections::BTreeMap<_, _>>(),
            }))
            .write(store)
    })
    .await?;
    app.scheduler().ask(org_id);
    Ok(())
}

#[derive(Deserialize)]
struct Asked {
    saved: Option<String>,
}

async fn show_settings(
    State(app): State<App>,
    caller: Caller,
    Path(name): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let shown = Shown { saved: asked.saved.is_some(), ..Shown::default() };
    settings_page(&app, &caller, name, None, shown).await
}

async fn settings_page(
    app: &App,
    caller: &Caller,
    name: String,
    form: Option<Form>,
    shown: Shown,
) -> Result<Response, Problem> {
    let page = app.read(caller, Role::Admin, move |desk| {
        let kept = Kept::load(desk, &name)?;
        let shell = Shell::new(desk, Section::Settings, Some(&name))?;
        Ok(OrgPage {
            shell,
            title: "Settings".to_owned(),
            action: org_url(&name, "/settings"),
            status: kept.status(desk.now()),
            findings: shown.findings,
            kinds: KINDS,
            prices: price_fields(),
            token_help: if kept.has_pasted_token() {
                "There is one; leave the field empty to keep it."
            } else {
                "It is written to a file that only this service reads."
            },
            exists: true,
            kept: kept.setting.is_some(),
            first: false,
            anyway: shown.anyway,
            saved: shown.saved,
            form: form.unwrap_or(kept.form),
        })
    });
    layout::page(&page.await?)
}

async fn save_settings(
    State(app): State<App>,
    caller: Caller,
    Path(name): Path<String>,
    mut form: Form,
) -> Result<Response, Problem> {
    let kept = {
        let name = name.clone();
        app.read(&caller, Role::Admin, move |desk| Kept::load(desk, &name)).await?
    };
    // Which organization it is stands in the path; a form cannot make it another.
    form = form.with("name", kept.org.slug.as_str()).with("endpoint", kept.org.endpoint.as_str());
    let refused = |form, shown| async {
        let page = settings_page(&app, &caller, name.clone(), Some(form), shown).await?;
        Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
    };
    let Some(wishes) = org_form::read(&mut form, kept.has_pasted_token()) else {
        return refused(form, Shown::default()).await;
    };
    let report = test(&app, &wishes, Some(&kept)).await;
    match form.get("do") {
        "test" => {
            let shown = Shown { findings: report.findings, ..Shown::default() };
            return settings_page(&app, &caller, name, Some(form), shown).await;
        }
        "anyway" => {}
        _ if !report.is_usable() => {
            blame(&mut form, &report);
            return refused(form, Shown { findings: report.findings, anyway: true, saved: false })
                .await;
        }
        _ => {}
    }
    save(&app, &caller, &kept.org, wishes, report).await?;
    Ok(Redirect::to(&org_url(&name, "/settings?saved=yes")).into_response())
}

async fn remove(
    State(app): State<App>,
    caller: Caller,
    Path(name): Path<String>,
) -> Result<Redirect, Problem> {
    let org = app.read(&caller, Role::Admin, move |desk| desk.org(&name)).await?;
    app.tokens().forget(org.id).map_err(|error| Problem::internal(&error))?;
    let now = app.now();
    app.write(move |store| {
        store.drop_org_setting(org.id)?;
        Deed::of(&caller, now, "settings.removed").org(org.id).on(org.slug).write(store)
    })
    .await?;
    Ok(Redirect::to("/orgs"))
}
