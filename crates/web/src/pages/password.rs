//! One's own password.

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;
use http::StatusCode;
use hubfolk_store::NewAccount;

use super::sessions::{self, Shown};
use crate::access::Caller;
use crate::accounts;
use crate::app::App;
use crate::form::Form;
use crate::log::Deed;
use crate::password;
use crate::problem::Problem;
use crate::session::too_often;

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/password", post(change))
}

async fn change(
    State(app): State<App>,
    caller: Caller,
    mut form: Form,
) -> Result<Response, Problem> {
    let account = match caller.user_id {
        Some(id) => app.look(move |store| Ok(store.account(id)?)).await?,
        None => None,
    };
    let Some(account) = account.filter(|account| account.password.is_some()) else {
        return Err(Problem::not_found("this account has no password"));
    };
    // Whoever sits down at a browser that is signed in does not get to guess without end.
    let keys = [format!("password {}", account.id)];
    let now = app.now();
    if let Some(seconds) = app.attempts().wait(&keys, now.as_microsecond()) {
        return Err(too_often(seconds));
    }
    if !password::is_right(form.raw("old").to_owned(), account.password.clone()).await {
        app.attempts().failed(&keys, now.as_microsecond());
        form.refuse("old", "this is not the password");
    }
    if let Some(why) = password::objection(form.raw("password"), &account.name) {
        form.refuse("password", why);
    }
    if !form.is_good() {
        let page = sessions::page(&app, &caller, Shown::password(form)).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    let hash = password::hashed(form.raw("password").to_owned()).await?;
    app.write(move |store| {
        let new = NewAccount {
            kind: account.kind,
            key: accounts::key(&account.name),
            name: account.name.clone(),
            password: Some(hash),
            role: account.role,
            orgs: account.orgs,
        };
        store.save_account(&new, now.as_microsecond())?;
        store.end_sessions(Some(account.id), "")?;
        Deed::of(&caller, now, "password.changed").on(account.name).write(store)
    })
    .await?;
    Ok(Redirect::to("/sign-in").into_response())
}
