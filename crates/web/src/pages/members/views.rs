//! Filters that somebody gives a name.

use axum::extract::{Path, State};
use axum::response::Redirect;

use crate::access::{Caller, Role};
use crate::app::App;
use crate::form::Form;
use crate::layout::org_url;
use crate::problem::Problem;
use crate::question::{invalid, parse, query};
use crate::questions::members::ListMembers;

/// The longest name.
const LONGEST: usize = 60;
/// Most views that one person has of one organization.
const MOST: usize = 50;

/// `POST /orgs/{org}/members/views`.
pub(super) async fn save(
    State(app): State<App>,
    caller: Caller,
    Path(org): Path<String>,
    form: Form,
) -> Result<Redirect, Problem> {
    let name: String = form.get("name").chars().filter(|c| !c.is_control()).collect();
    if name.is_empty() || name.chars().count() > LONGEST {
        return Err(invalid("name", format!("a view's name has from 1 to {LONGEST} characters"))
            .hint("go back and give these filters a name"));
    }
    // Only filters that the page takes are kept, in the form that it writes them.
    let asked: ListMembers = parse(&[("org", &org)], Some(form.get("query")))?;
    let kept = query(&ListMembers { cursor: None, ..asked });
    let (row, owner) = may_look(&app, &caller, &org).await?;
    let now = app.now().as_microsecond();
    let saved = kept.clone();
    app.write(move |store| {
        let views = store.saved_views(row, owner)?;
        let same =
            |view: &hubfolk_store::SavedView| view.name.to_lowercase() == name.to_lowercase();
        if views.len() >= MOST && !views.iter().any(same) {
            return Err(invalid("name", format!("there are {MOST} views already"))
                .hint("forget one of them first"));
        }
        Ok(store.save_view(row, owner, &name, &saved, now)?)
    })
    .await?;
    Ok(Redirect::to(&back(&org, &kept)))
}

/// `POST /orgs/{org}/members/views/{id}/remove`.
pub(super) async fn remove(
    State(app): State<App>,
    caller: Caller,
    Path((org, id)): Path<(String, i64)>,
) -> Result<Redirect, Problem> {
    let (row, owner) = may_look(&app, &caller, &org).await?;
    let gone = app.write(move |store| Ok(store.drop_view(row, owner, id)?)).await?;
    if !gone {
        return Err(Problem::not_found("there is no such view"));
    }
    Ok(Redirect::to(&back(&org, "")))
}

/// The organization's row and whose views they are.
async fn may_look(app: &App, caller: &Caller, org: &str) -> Result<(i64, Option<i64>), Problem> {
    let (org, owner) = (org.to_owned(), caller.user_id);
    let row = app.read(caller, Role::Viewer, move |desk| Ok(desk.org(&org)?.id)).await?;
    Ok((row, owner))
}

fn back(org: &str, query: &str) -> String {
    let base = org_url(org, "/members");
    if query.is_empty() { base } else { format!("{base}?{query}") }
}
