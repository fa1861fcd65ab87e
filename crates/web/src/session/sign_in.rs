//! The pages of signing in and out.

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use http::{HeaderMap, StatusCode, header};
use hubfolk_store::AccountKind;
use serde::Deserialize;

use super::{Cookie, link};
use crate::access::{Caller, Proof};
use crate::app::App;
use crate::form::Form;
use crate::layout::{self, Shell};
use crate::listen::Peer;
use crate::log::Deed;
use crate::problem::Problem;
use crate::{accounts, hub_sign_in, password};

/// Routes for those who are not signed in.
pub(crate) fn open() -> Router<App> {
    Router::new()
        .route("/sign-in", get(show).post(by_password))
        .route("/sign-in/link/{secret}", get(by_link))
}

/// Routes for those who are.
pub(crate) fn guarded() -> Router<App> {
    Router::new().route("/sign-out", post(sign_out))
}

/// The page of signing in, which leads back from there.
pub(crate) fn sign_in_url(back: &str) -> String {
    match back {
        "" | "/" => "/sign-in".to_owned(),
        back => format!("/sign-in?{}", next_query(back)),
    }
}

fn next_query(back: &str) -> String {
    url::form_urlencoded::Serializer::new(String::new()).append_pair("next", back).finish()
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    pub(crate) next: String,
}

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    shell: Shell,
    form: Form,
    next: String,
    wrong: Option<String>,
    by_password: bool,
    by_hub: bool,
    hub_url: String,
    by_link: bool,
}

/// The page, with what went wrong.
pub(crate) async fn sign_in_page(
    app: &App,
    form: Form,
    next: &str,
    wrong: Option<String>,
) -> Result<Response, Problem> {
    let (by_password, by_hub) = app
        .look(|store| {
            let local = store.accounts()?.iter().any(|one| one.kind == AccountKind::Local);
            Ok((local, hub_sign_in::is_offered(store)?))
        })
        .await?;
    let next = local(next);
    layout::page(&SignInPage {
        shell: Shell::default(),
        hub_url: format!("/sign-in/hub?{}", next_query(&next)),
        next,
        form,
        wrong,
        by_password,
        by_hub,
        by_link: app.config().place.loopback || !(by_password || by_hub),
    })
}

async fn show(State(app): State<App>, Query(asked): Query<Asked>) -> Result<Response, Problem> {
    sign_in_page(&app, Form::default(), &asked.next, None).await
}

async fn by_password(
    State(app): State<App>,
    peer: Peer,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, Problem> {
    let name = form.get("name").to_owned();
    let key = accounts::key(&name);
    let keys = [format!("address {peer}"), format!("name {key}")];
    let now = app.now().as_microsecond();
    if let Some(seconds) = app.attempts().wait(&keys, now) {
        return Err(too_often(seconds));
    }
    let account =
        app.look(move |store| Ok(store.account_by_key(AccountKind::Local, &key)?)).await?;
    let stored = account.as_ref().and_then(|account| account.password.clone());
    let right = password::is_right(form.raw("password").to_owned(), stored).await;
    let account = account.filter(|account| right && !account.disabled);
    let Some(account) = account else {
        app.attempts().failed(&keys, now);
        tracing::warn!(address = %peer, "signing in failed");
        let wrong = "There is no account with this name and password.".to_owned();
        let next = form.get("next").to_owned();
        let page = sign_in_page(&app, form, &next, Some(wrong)).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    };
    app.attempts().succeeded(&keys);
    let cookie = app.begin_session(Some(account.id), peer.to_string(), &headers).await?;
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to(&local(form.get("next")))).into_response())
}

/// Signing in was tried too often.
pub(crate) fn too_often(seconds: u64) -> Problem {
    let message = "signing in failed too often from here or for this name";
    let mut problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, "too_often", message)
        .hint(format!("wait {} minutes", seconds.div_ceil(60)));
    problem.retry_after = u32::try_from(seconds).ok();
    problem
}

async fn by_link(
    State(app): State<App>,
    peer: Peer,
    headers: HeaderMap,
    Path(secret): Path<String>,
) -> Result<Response, Problem> {
    let keys = [format!("address {peer}")];
    let now = app.now().as_microsecond();
    if let Some(seconds) = app.attempts().wait(&keys, now) {
        return Err(too_often(seconds));
    }
    if !link::redeem(&app, &secret).await? {
        app.attempts().failed(&keys, now);
        let wrong = Some("This link was used already, or is too old.".to_owned());
        let page = sign_in_page(&app, Form::default(), "/", wrong).await?;
        return Ok((StatusCode::FORBIDDEN, page).into_response());
    }
    let cookie = app.begin_session(None, peer.to_string(), &headers).await?;
    let deed = Deed::by(super::OWNER.to_owned(), app.now(), "link.used").on(peer.to_string());
    app.write(move |store| deed.write(store)).await?;
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
pub(crate) fn local(next: &str) -> String {
    let ours = next.starts_with('/')
        && !next.starts_with("//")
        && !next.contains(|c: char| c == '\\' || c.is_control())
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
