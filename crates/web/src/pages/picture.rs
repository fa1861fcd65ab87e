//! The picture of a member, from this service, so that browsers ask nobody else.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::header;

use crate::access::{Caller, Role};
use crate::app::App;
use crate::problem::Problem;

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/orgs/{org}/avatars/{user_id}", get(show))
}

async fn show(
    State(app): State<App>,
    caller: Caller,
    Path((org, user_id)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let found = app.read(&caller, Role::Viewer, move |desk| {
        let org = desk.org(&org)?;
        let setting = desk.store().org_setting(org.id)?;
        let shown = setting.is_some_and(|setting| setting.avatars) && !user_id.contains('\0');
        let address = if shown { desk.store().picture(org.id, &user_id)? } else { None };
        Ok(address.map(|address| (org.endpoint, address)))
    });
    let none = || Problem::not_found("there is no picture here");
    let (endpoint, address) = found.await?.ok_or_else(none)?;
    // Asked as nobody: whose token syncs the organization is no concern of a picture's host.
    let hub = app.hubs().client(&endpoint, None).map_err(|error| Problem::internal(&error))?;
    match app.pictures().get(&hub, &address, app.now()).await {
        Some((kind, bytes)) => {
            let kept =
                [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "private, max-age=86400")];
            Ok((kept, bytes).into_response())
        }
        None => {
            let kept = [(header::CACHE_CONTROL, "private, max-age=3600")];
            Ok((kept, none()).into_response())
        }
    }
}
