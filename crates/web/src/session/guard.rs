//! Lets in who showed who they are, and says so to what comes after.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, header};
use hubfolk_store::{Micros, Store};

use super::{Cookie, OWNER};
use crate::access::{Access, Caller, Known, Proof};
use crate::app::App;
use crate::problem::Problem;
use crate::random;

/// How old a note of the last use may be.
const MINUTE: Micros = 60_000_000;

/// Stands before every route that is not for everybody.
pub(crate) async fn guard(State(app): State<App>, mut request: Request, next: Next) -> Response {
    match enter(&app, request.uri().path(), request.headers()).await {
        Ok(Some(caller)) => {
            request.extensions_mut().insert(caller.clone());
            let mut response = next.run(request).await;
            // For the page of a problem, which is made further out.
            response.extensions_mut().insert(caller);
            response
        }
        Ok(None) => Problem::signed_out().into_response(),
        Err(problem) => problem.into_response(),
    }
}

/// Who asks, if they showed it.
pub(crate) async fn enter(
    app: &App,
    path: &str,
    headers: &HeaderMap,
) -> Result<Option<Caller>, Problem> {
    let bearer = headers.get(header::AUTHORIZATION).map(|value| {
        let text = value.to_str().unwrap_or_default();
        text.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
    });
    let now = app.now().as_microsecond();
    let found = match bearer {
        // A header that is there is never made up for by a cookie.
        Some(Some((_, token))) if for_tokens(path) => {
            let hash = random::digest(token.trim());
            app.look(move |store| by_token(store, &hash, now)).await?
        }
        Some(_) => None,
        None => match Cookie::of(&app.config().place).read(headers) {
            None => None,
            Some(secret) => {
                let hash = random::digest(secret);
                app.look(move |store| by_session(store, &hash, now)).await?
            }
        },
    };
    let Some((known, seen)) = found else { return Ok(None) };
    if now - seen > MINUTE {
        touch(app.clone(), known.proof.clone(), now);
    }
    Ok(Some(Caller(Arc::new(known))))
}

/// Where tokens are good: not on pages, which are for people.
fn for_tokens(path: &str) -> bool {
    path.starts_with("/api/") || path == "/metrics"
}

fn by_session(
    store: &mut Store,
    hash: &str,
    now: Micros,
) -> Result<Option<(Known, Micros)>, Problem> {
    let Some(session) = store.session(hash, now)? else { return Ok(None) };
    let (who, access) = match session.user_id {
        None => (OWNER.to_owned(), Access::full()),
        Some(id) => match store.account(id)? {
            Some(account) if !account.disabled => {
                let access = Access::stored(account.role.as_deref(), &account.orgs);
                (account.name, access)
            }
            _ => return Ok(None),
        },
    };
    let proof = Proof::Session(session.hash);
    Ok(Some((Known { who, user_id: session.user_id, access, proof }, session.seen_at)))
}

fn by_token(
    store: &mut Store,
    hash: &str,
    now: Micros,
) -> Result<Option<(Known, Micros)>, Problem> {
    let Some(token) = store.api_token(hash, now)? else { return Ok(None) };
    let mut access = Access::stored(token.role.as_deref(), &token.orgs);
    if let Some(id) = token.user_id {
        // A token never outlives, nor may more than, the account it acts for.
        match store.account(id)? {
            Some(account) if !account.disabled => {
                access = access.within(&Access::stored(account.role.as_deref(), &account.orgs));
            }
            _ => return Ok(None),
        }
    }
    let who = format!("{} (token {})", token.created_by, token.name);
    let seen = token.used_at.unwrap_or(0);
    let proof = Proof::Token(token.id);
    Ok(Some((Known { who, user_id: token.user_id, access, proof }, seen)))
}

/// Notes the use; nobody waits for it, and one that is lost is made up for by the next.
fn touch(app: App, proof: Proof, now: Micros) {
    tokio::spawn(async move {
        let _ = app
            .write(move |store| match &proof {
                Proof::Session(hash) => Ok(store.touch_session(hash, now)?),
                Proof::Token(id) => Ok(store.touch_api_token(*id, now)?),
            })
            .await;
    });
}
