//! The pages, one file each.

mod accounts;
mod actions;
mod change_row;
mod changes;
mod groups;
mod home;
mod log;
mod member;
mod members;
mod orgs;
mod overview;
mod parts;
mod password;
mod picture;
mod run;
mod runs;
mod sessions;
mod setup;
mod visit;

use axum::Router;

use crate::app::App;
use crate::approvals;

/// The routes of all pages. Who is not signed in gets to none of them.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .merge(home::routes())
        .merge(password::routes())
        .merge(actions::routes())
        .merge(approvals::routes())
        .merge(setup::routes())
        .merge(orgs::routes())
        .merge(overview::routes())
        .merge(members::routes())
        .merge(member::routes())
        .merge(picture::routes())
        .merge(groups::routes())
        .merge(changes::routes())
        .merge(runs::routes())
        .merge(run::routes())
        .merge(accounts::routes())
        .merge(sessions::routes())
        .merge(log::routes())
}
