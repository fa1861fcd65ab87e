//! The pages, one file each.

mod accounts;
mod home;
mod log;
mod sessions;

use axum::Router;

use crate::app::App;

/// The routes of all pages. Who is not signed in gets to none of them.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .merge(home::routes())
        .merge(accounts::routes())
        .merge(sessions::routes())
        .merge(log::routes())
}
