//! Sign in with Hugging Face: who is a member of a chosen organization comes in.
//!
//! The dialogue is OAuth 2 with PKCE. State and verifier live in a short cookie of the browser that
//! began it, so that an answer meant for another browser is worth nothing here.

use axum::Router;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{HeaderMap, StatusCode, header};
use hubfolk_api::Secret;
use hubfolk_api::oauth::{ExchangeOauthCode, GetOauthUserinfo, OauthUserinfo};
use hubfolk_license::roles::rank;
use hubfolk_store::{AccountKind, NewAccount, OrgGrant, Store};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use serde_json::json;
use url::form_urlencoded;

use crate::access::Role;
use crate::app::App;
use crate::form::Form;
use crate::listen::Peer;
use crate::log::Deed;
use crate::problem::Problem;
use crate::random;
use crate::session::{Asked, Cookie, local, sign_in_page, too_often};

/// Name of the setting.
const SETTING: &str = "hub_sign_in";

/// How long the dialogue at the Hub may take.
const DIALOGUE: SignedDuration = SignedDuration::from_mins(10);

/// How signing in with the Hub is set up.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct HubSignIn {
    /// The Hub.
    pub(crate) endpoint: String,
    /// The program as the Hub knows it.
    pub(crate) client_id: String,
    /// Whether there is a secret of the program, in the state folder.
    pub(crate) has_secret: bool,
    /// Who is let in.
    pub(crate) rules: Vec<Rule>,
}

/// Members of one organization who are let in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Rule {
    /// Row id of the organization.
    pub(crate) org: i64,
    /// The least role in it, in the Hub's words; empty for every member.
    pub(crate) hub_role: String,
    /// What they may do here.
    pub(crate) role: Role,
    /// Whether they may do it in every organization, and not in this one alone.
    pub(crate) everywhere: bool,
}

impl HubSignIn {
    /// How it is set up; none when it is not.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub(crate) fn load(store: &mut Store) -> Result<Option<Self>, Problem> {
        let Some(text) = store.setting(SETTING)? else { return Ok(None) };
        let set: Self = serde_json::from_str(&text).map_err(|error| Problem::internal(&error))?;
        Ok(Some(set).filter(|set| !set.client_id.is_empty()))
    }

    pub(crate) fn save(&self, store: &mut Store) -> Result<(), Problem> {
        let text = serde_json::to_string(self).map_err(|error| Problem::internal(&error))?;
        Ok(store.save_setting(SETTING, &text)?)
    }
}

/// Whether the page of signing in offers it.
pub(crate) fn is_offered(store: &mut Store) -> Result<bool, Problem> {
    Ok(HubSignIn::load(store)?.is_some_and(|set| !set.rules.is_empty()))
}

pub(crate) fn open() -> Router<App> {
    Router::new().route("/sign-in/hub", get(begin)).route("/sign-in/hub/callback", get(come_back))
}

/// What a browser keeps while its person is at the Hub.
#[derive(Serialize, Deserialize)]
struct Dialogue {
    state: String,
    verifier: String,
    next: String,
}

fn cookie(app: &App) -> Cookie {
    Cookie::named(&app.config().place, "hubfolk-hub")
}

fn callback(app: &App) -> String {
    format!("{}/sign-in/hub/callback", app.url())
}

async fn begin(State(app): State<App>, Query(asked): Query<Asked>) -> Result<Response, Problem> {
    let set = app.look(HubSignIn::load).await?;
    let set = set.ok_or_else(|| Problem::not_found("signing in with the Hub is not set up"))?;
    let dialogue =
        Dialogue { state: random::secret(), verifier: random::secret(), next: local(&asked.next) };
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("client_id", &set.client_id)
        .append_pair("redirect_uri", &callback(&app))
        .append_pair("response_type", "code")
        .append_pair("scope", "openid profile")
        .append_pair("state", &dialogue.state)
        // The digest of a secret is just what S256 asks for.
        .append_pair("code_challenge", &random::digest(&dialogue.verifier))
        .append_pair("code_challenge_method", "S256")
        .finish();
    let kept = serde_json::to_vec(&dialogue).map_err(|error| Problem::internal(&error))?;
    let cookie = cookie(&app).set(&URL_SAFE_NO_PAD.encode(kept), DIALOGUE);
    let url = format!("{}/oauth/authorize?{query}", set.endpoint.trim_end_matches('/'));
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to(&url)).into_response())
}

#[derive(Deserialize)]
struct Back {
    code: Option<String>,
    state: Option<String>,
    error: Option<String>,
}

async fn come_back(
    State(app): State<App>,
    peer: Peer,
    headers: HeaderMap,
    Query(back): Query<Back>,
) -> Result<Response, Problem> {
    let keys = [format!("address {peer}")];
    let now = app.now().as_microsecond();
    if let Some(seconds) = app.attempts().wait(&keys, now) {
        return Err(too_often(seconds));
    }
    let kept = cookie(&app).read(&headers).and_then(|text| URL_SAFE_NO_PAD.decode(text).ok());
    let kept = kept.and_then(|bytes| serde_json::from_slice::<Dialogue>(&bytes).ok());
    let dialogue = kept.filter(|kept| back.state.as_deref() == Some(kept.state.as_str()));
    let outcome = match (dialogue, back.code) {
        (None, _) => Err("This did not begin in this browser, or too long ago.".to_owned()),
        (Some(_), None) if back.error.as_deref() == Some("access_denied") => {
            Err("The Hub was told no.".to_owned())
        }
        (Some(_), None) => Err("The Hub sent no code.".to_owned()),
        (Some(dialogue), Some(code)) => {
            admit(&app, code, &dialogue).await?.map(|id| (id, dialogue.next))
        }
    };
    match outcome {
        Ok((user_id, next)) => {
            app.attempts().succeeded(&keys);
            let session = app.begin_session(Some(user_id), peer.to_string(), &headers).await?;
            let mut response = Redirect::to(&next).into_response();
            response.headers_mut().append(header::SET_COOKIE, session);
            response.headers_mut().append(header::SET_COOKIE, cookie(&app).clear());
            Ok(response)
        }
        Err(wrong) => {
            app.attempts().failed(&keys, now);
            let page = sign_in_page(&app, Form::default(), "/", Some(wrong)).await?;
            Ok((StatusCode::FORBIDDEN, [(header::SET_COOKIE, cookie(&app).clear())], page)
                .into_response())
        }
    }
}

/// Asks the Hub who it is, and makes or renews the account of who is let in.
async fn admit(
    app: &App,
    code: String,
    dialogue: &Dialogue,
) -> Result<Result<i64, String>, Problem> {
    let Some(set) = app.look(HubSignIn::load).await? else {
        return Ok(Err("Signing in with the Hub is not set up any more.".to_owned()));
    };
    let person = match ask_the_hub(app, &set, code, &dialogue.verifier).await {
        Ok(person) => person,
        Err(error) => {
            tracing::warn!(error = hubfolk_license::chain(&error), "signing in at the Hub failed");
            return Ok(Err("The Hub did not say who you are; try again in a moment.".to_owned()));
        }
    };
    let now = app.now();
    app.write(move |store| {
        let name = person.preferred_username.clone().unwrap_or_else(|| person.sub.clone());
        let (role, orgs) = grants(store, &set, &person)?;
        if role.is_none() && orgs.is_empty() {
            let wrong =
                format!("The account {name} is in none of the organizations that come in here.");
            return Ok(Err(wrong));
        }
        let detail = json!({ "role": role.map(Role::name), "orgs": orgs });
        let new = NewAccount {
            kind: AccountKind::Hub,
            key: person.sub,
            name: name.clone(),
            password: None,
            role: role.map(|role| role.name().to_owned()),
            orgs,
        };
        let account = store.save_account(&new, now.as_microsecond())?;
        if account.disabled {
            return Ok(Err("This account is kept out.".to_owned()));
        }
        Deed::by(name.clone(), now, "hub.signed_in").on(name).detail(detail).write(store)?;
        Ok(Ok(account.id))
    })
    .await
}

async fn ask_the_hub(
    app: &App,
    set: &HubSignIn,
    code: String,
    verifier: &str,
) -> Result<OauthUserinfo, hubfolk::Error> {
    let secret = if set.has_secret { app.tokens().read_client_secret() } else { None };
    let hub = hubfolk::Hub::builder()
        .endpoint(set.endpoint.as_str())
        .max_rate_limit_wait(std::time::Duration::from_secs(10))
        .max_attempts(3)
        .build()?;
    let exchange = ExchangeOauthCode::new(
        Secret::new(code),
        callback(app),
        set.client_id.as_str(),
        Secret::new(verifier),
    );
    let token = hub.send(exchange.with_secret(secret)).await?;
    let token = token.access_token.expose().to_owned().into();
    hub.acting_as(Some(&token))?.send(GetOauthUserinfo::new()).await
}

/// What the rules give a person.
fn grants(
    store: &mut Store,
    set: &HubSignIn,
    person: &OauthUserinfo,
) -> Result<(Option<Role>, Vec<OrgGrant>), Problem> {
    let (mut everywhere, mut orgs) = (None, Vec::new());
    for rule in &set.rules {
        let Some(org) = store.org(rule.org)? else { continue };
        // By id where the ledger knows it: a name can come to belong to somebody else.
        let member = person.orgs.iter().find(|theirs| match &org.hf_id {
            Some(id) => theirs.sub == *id,
            None => theirs
                .preferred_username
                .as_ref()
                .is_some_and(|name| name.to_lowercase() == org.slug.to_lowercase()),
        });
        let Some(member) = member else { continue };
        let role = member.role_in_org.as_ref().map(|role| role.as_str());
        if !rule.hub_role.is_empty() && rank(role) < rank(Some(&rule.hub_role)) {
            continue;
        }
        if rule.everywhere {
            everywhere = everywhere.max(Some(rule.role));
        } else {
            orgs.push(OrgGrant { org: rule.org, role: rule.role.name().to_owned() });
        }
    }
    Ok((everywhere, orgs))
}
