//! Signing in with an account of the Hub: the dialogue in the browser and the program's requests.
//!
//! Every client id is known. The page of the dialogue lets one choose who signs in, because nobody
//! has a password here; `&user=ada` in its address answers for that user, `&user=` says no.

use std::collections::HashMap;
use std::sync::Mutex;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, LOCATION};
use http::{HeaderValue, Method, Request, Response, StatusCode};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use url::form_urlencoded;

use super::Hub;
use super::body::AnswerBody;
use crate::chance::Chance;
use crate::world::{Account, World};

/// Seconds that an access token is good.
const LASTS: i64 = 28_800;

/// Codes that were handed out and not used yet, and tokens.
#[derive(Debug, Default)]
pub(crate) struct Oauth(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    given: u64,
    codes: HashMap<String, Code>,
    /// Users by token.
    tokens: HashMap<String, String>,
}

/// What a code is bound to.
#[derive(Debug)]
struct Code {
    user: String,
    client_id: String,
    redirect_uri: String,
    challenge: String,
}

impl State {
    /// A text that nobody has yet; it says that it is one of a test.
    fn fresh(&mut self, what: &str) -> String {
        self.given += 1;
        let mut chance = Chance::stream(self.given, what);
        format!("hf_test_{what}_{:016x}", chance.next())
    }
}

type Fields = HashMap<String, String>;

fn fields(text: &[u8]) -> Fields {
    form_urlencoded::parse(text).into_owned().collect()
}

/// Answers a request below `/oauth/`; none elsewhere.
pub(super) fn answer(hub: &Hub, request: &Request<Bytes>) -> Option<Response<AnswerBody>> {
    let query = fields(request.uri().query().unwrap_or_default().as_bytes());
    match (request.method(), request.uri().path()) {
        (&Method::GET, "/oauth/authorize") => Some(authorize(hub, &query)),
        (&Method::POST, "/oauth/token") => Some(exchange(hub, &fields(request.body()))),
        (&Method::GET | &Method::POST, "/oauth/userinfo") => Some(userinfo(hub, request)),
        _ => None,
    }
}

fn authorize(hub: &Hub, asked: &Fields) -> Response<AnswerBody> {
    let get = |name: &str| asked.get(name).map_or("", String::as_str);
    let complete = get("response_type") == "code"
        && !get("client_id").is_empty()
        && get("redirect_uri").starts_with("http")
        && get("code_challenge_method") == "S256"
        && !get("code_challenge").is_empty();
    if !complete {
        return text(
            StatusCode::BAD_REQUEST,
            "The request of the application is incomplete".into(),
        );
    }
    let Some(user) = asked.get("user") else { return page(asked) };
    let mut back = form_urlencoded::Serializer::new(String::new());
    if user.is_empty() {
        back.append_pair("error", "access_denied");
    } else {
        if !matches!(hub.world().account(user), Some(Account::User(_))) {
            return text(StatusCode::NOT_FOUND, "There is no such user".into());
        }
        let mut state = hub.oauth.0.lock().expect("nobody panics while holding it");
        let code = state.fresh("code");
        back.append_pair("code", &code);
        let given = Code {
            user: user.clone(),
            client_id: get("client_id").to_owned(),
            redirect_uri: get("redirect_uri").to_owned(),
            challenge: get("code_challenge").to_owned(),
        };
        state.codes.insert(code, given);
    }
    back.append_pair("state", get("state"));
    let join = if get("redirect_uri").contains('?') { '&' } else { '?' };
    let to = format!("{}{join}{}", get("redirect_uri"), back.finish());
    let mut response = text(StatusCode::SEE_OTHER, String::new());
    if let Ok(to) = HeaderValue::from_str(&to) {
        response.headers_mut().insert(LOCATION, to);
    }
    response
}

/// The page that asks a person.
fn page(asked: &Fields) -> Response<AnswerBody> {
    let mut form = String::new();
    for (name, value) in asked {
        let (name, value) = (escaped(name), escaped(value));
        form.push_str(&format!("<input type=\"hidden\" name=\"{name}\" value=\"{value}\">"));
    }
    let html = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Sign in</title>\
         <h1>Sign in to a simulated Hub</h1><form action=\"/oauth/authorize\">{form}\
         <p><label>Username <input name=\"user\" required></label> <button>Authorize</button></p>\
         </form></html>"
    );
    let mut response = text(StatusCode::OK, html);
    let kind = HeaderValue::from_static("text/html; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

fn exchange(hub: &Hub, asked: &Fields) -> Response<AnswerBody> {
    let get = |name: &str| asked.get(name).map_or("", String::as_str);
    if get("grant_type") != "authorization_code" {
        return refused("unsupported_grant_type");
    }
    let mut state = hub.oauth.0.lock().expect("nobody panics while holding it");
    // Taken whatever comes of it: a code works once.
    let Some(code) = state.codes.remove(get("code")) else { return refused("invalid_grant") };
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(get("code_verifier")));
    if code.client_id != get("client_id")
        || code.redirect_uri != get("redirect_uri")
        || code.challenge != challenge
    {
        return refused("invalid_grant");
    }
    let token = state.fresh("oauth");
    state.tokens.insert(token.clone(), code.user);
    let body = json!({
        "access_token": token, "token_type": "bearer", "expires_in": LASTS,
        "scope": "openid profile",
    });
    let mut response = json_answer(StatusCode::OK, &body);
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn userinfo(hub: &Hub, request: &Request<Bytes>) -> Response<AnswerBody> {
    let header = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = header.and_then(|text| text.strip_prefix("Bearer ")).unwrap_or_default();
    let user = {
        let state = hub.oauth.0.lock().expect("nobody panics while holding it");
        state.tokens.get(token).cloned()
    };
    let body = user.and_then(|user| about(&hub.world(), &user));
    match body {
        Some(body) => json_answer(StatusCode::OK, &body),
        None => json_answer(StatusCode::UNAUTHORIZED, &json!({ "error": "invalid_token" })),
    }
}

fn about(world: &World, name: &str) -> Option<Value> {
    let Some(Account::User(user)) = world.account(name) else { return None };
    let user = world.user(user);
    let orgs: Vec<Value> = user
        .orgs
        .iter()
        .map(|&org| {
            let org = world.org(org);
            json!({
                "sub": org.id.to_string(),
                "name": org.fullname,
                "preferred_username": org.name,
                "picture": org.avatar_url,
                "roleInOrg": org.members.get(&user.id).map(|member| member.role.clone()),
            })
        })
        .collect();
    Some(json!({
        "sub": user.id.to_string(),
        "name": user.fullname,
        "preferred_username": user.name,
        "picture": user.avatar_url,
        "isPro": user.is_pro,
        "orgs": orgs,
    }))
}

fn refused(error: &str) -> Response<AnswerBody> {
    json_answer(StatusCode::BAD_REQUEST, &json!({ "error": error }))
}

fn json_answer(status: StatusCode, body: &Value) -> Response<AnswerBody> {
    let mut response = text(status, body.to_string());
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

fn text(status: StatusCode, body: String) -> Response<AnswerBody> {
    let mut response = Response::new(AnswerBody::Whole(Some(Bytes::from(body))));
    *response.status_mut() = status;
    let kind = HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}
