//! The pages of signing in and out.

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use http::{HeaderMap, StatusCode, header};
use serde::Deserialize;

use super::{Cookie, link};
use crate::access::{Caller, Proof};
use crate::app::App;
use crate::layout::{self, Shell};
use crate::listen::Peer;
use crate::problem::Problem;

/// Routes for those who are not signed in.
pub(crate) fn open() -> Router<App> {
    Router::new().route("/sign-in", get(show)).route("/sign-in/link/{secret}", get(by_link))
}

/// Routes for those who are.
pub(crate) fn guarded() -> Router<App> {
    Router::new().route("/sign-out", post(sign_out))
}

/// Leads to the page of signing in, and from there back.
pub(crate) fn to_sign_in(back: &str) -> Response {
    let url = match back {
        "" | "/" => "/sign-in".to_owned(),
        back => {
            let query = url::form_urlencoded::Serializer::new(String::new())
                .append_pair("next", back)
                .finish();
            format!("/sign-in?{query}")
        }
    };
    Redirect::to(&url).into_response()
}

#[derive(Debug, Default, Deserialize)]
struct Asked {
    #[serde(default)]
    next: String,
}

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    shell: Shell,
    next: String,
    wrong: Option<&'static str>,
}

async fn show(Query(asked): Query<Asked>) -> Result<Response, Problem> {
    layout::page(&SignInPage { shell: Shell::default(), next: local(&asked.next), wrong: None })
}

async fn by_link(
    State(app): State<App>,
    peer: Peer,
    headers: HeaderMap,
    Path(secret): Path<String>,
) -> Result<Response, Problem> {
    if !link::redeem(&app, &secret).await? {
        let wrong = Some("This link was used already, or is too old.");
        let page =
            layout::page(&SignInPage { shell: Shell::default(), next: String::new(), wrong })?;
        return Ok((StatusCode::FORBIDDEN, page).into_response());
    }
    let cookie = app.begin_session(None, peer.to_string(), &headers).await?;
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to("/")).into_response())
}

async fn sign_out(State(app): State<App>, caller: Caller) -> Result<Response, Problem> {
    if let Proof::Session(hash) = caller.proof.clone() {
        app.write(move |store| Ok(store.end_session(&hash)?)).await?;
    }
    let cookie = Cookie::of(&app.config().place).clear();
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to("/sign-in")).into_response())
}

/// A path of ours to go on to, or the beginning: an address given from outside leads nowhere else.
fn local(next: &str) -> String {
    let ours = next.starts_with('/')
        && !next.starts_with("//")
        && !next.contains(['\\', '\r', '\n', '\t'])
        && next.len() < 2000;
    if ours { next.to_owned() } else { "/".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::local;

    #[test]
    fn one_who_signs_in_stays_here() {
        assert_eq!(local("/orgs/acme?x=1"), "/orgs/acme?x=1");
        for elsewhere in
            ["", "https://evil.example", "//evil.example", "/\\evil.example", "/\t/evil"]
        {
            assert_eq!(local(elsewhere), "/", "{elsewhere:?}");
        }
    }
}
