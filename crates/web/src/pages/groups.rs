//! Groups: members and resource groups with the role of each in each.

use askama::Template;
use axum::Router;
use axum::response::Response;
use axum::routing::get;

use super::parts::{Chip, Choice, Pager, Person, address};
use super::visit::Visit;
use crate::app::App;
use crate::layout::{Section, Shell, org_url};
use crate::problem::Problem;
use crate::question::Question;
use crate::questions::groups::{ListGroups, Matrix};
use crate::questions::members::ListMembers;
use crate::show;

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/orgs/{org}/groups", get(show_page))
}

#[derive(Template)]
#[template(path = "groups.html")]
struct GroupsHtml {
    shell: Shell,
    base: String,
    search: String,
    as_of: String,
    choices: Vec<Choice>,
    chips: Vec<Chip>,
    run_url: String,
    page: Matrix,
    columns: Vec<ColumnHead>,
    rows: Vec<Row>,
    wide: bool,
    left: Option<String>,
    right: Option<String>,
    pager: Pager,
}

struct ColumnHead {
    name: String,
    members: u32,
    url: String,
}

struct Row {
    person: Person,
    role: String,
    /// Role and its class.
    roles: Vec<Option<(String, &'static str)>>,
    more: usize,
}

/// Most groups to choose from.
const MOST: usize = 300;

async fn show_page(visit: Visit<ListGroups>) -> Result<Response, Problem> {
    let page = visit.show(Section::Groups, |desk, shell, asked| {
        let org = desk.org(&asked.org)?;
        let view = desk.view(&org, asked.as_of.as_deref())?;
        let known: Vec<(String, String)> = desk
            .roster(&org, &view)?
            .groups()
            .iter()
            .take(MOST)
            .map(|group| (group.id.clone(), group.name.clone()))
            .collect();
        let page = asked.clone().ask(desk)?;
        Ok(GroupsHtml::new(shell, asked, &known, page))
    });
    page.await
}

fn class(role: &str) -> &'static str {
    match role {
        "admin" => "admin",
        "write" => "write",
        "contributor" => "contributor",
        "read" => "read",
        _ => "other",
    }
}

impl GroupsHtml {
    fn new(shell: Shell, asked: &ListGroups, known: &[(String, String)], page: Matrix) -> Self {
        let org = asked.org.as_str();
        let base = org_url(org, "/groups");
        let plain = ListGroups { cursor: None, ..asked.clone() };
        let to = |cursor: Option<String>| address(&base, &ListGroups { cursor, ..asked.clone() });
        let width = page.groups.len();
        let skip = |skip: usize| {
            let skip = u32::try_from(skip).ok();
            // The same members, other groups.
            Some(address(&base, &ListGroups { skip, ..asked.clone() }))
        };
        let mut chips = Vec::new();
        if let Some(text) = &asked.search {
            let without = ListGroups { search: None, ..plain.clone() };
            let text = show::line(&format!("“{text}”"));
            chips.push(Chip { text, url: address(&base, &without) });
        }
        if let Some(group) = &asked.group {
            let name = known.iter().find(|(id, _)| id == group).map_or(group, |(_, name)| name);
            let without = ListGroups { group: None, ..plain.clone() };
            let text = show::line(&format!("group {name}"));
            chips.push(Chip { text, url: address(&base, &without) });
        }
        if let Some(at) = &asked.as_of {
            let without = ListGroups { as_of: None, ..plain.clone() };
            let text = show::line(&format!("as of {at}"));
            chips.push(Chip { text, url: address(&base, &without) });
        }
        let columns = page.groups.iter().map(|group| {
            let members = ListMembers {
                org: asked.org.clone(),
                group: Some(group.id.clone()),
                as_of: asked.as_of.clone(),
                ..ListMembers::default()
            };
            ColumnHead {
                name: show::line(&group.name),
                members: group.members,
                url: address(&org_url(org, "/members"), &members),
            }
        });
        let rows = page.rows.iter().map(|row| Row {
            person: Person::new(org, &row.id, &row.username, row.fullname.as_deref()),
            role: show::maybe(&row.role),
            roles: row
                .roles
                .iter()
                .map(|role| role.as_deref().map(|role| (show::line(role), class(role))))
                .collect(),
            more: row.more,
        });
        Self {
            search: asked.search.clone().unwrap_or_default(),
            as_of: asked.as_of.clone().unwrap_or_default(),
            choices: Choice::list(
                "any",
                known.iter().map(|(id, name)| (id, name)),
                asked.group.as_deref(),
            ),
            chips,
            run_url: org_url(org, &format!("/runs/{}", page.run)),
            columns: columns.collect(),
            rows: rows.collect(),
            wide: page.groups_total > width,
            left: if page.skipped > 0 { skip(page.skipped.saturating_sub(width)) } else { None },
            right: if page.skipped + width < page.groups_total {
                skip(page.skipped + width)
            } else {
                None
            },
            pager: Pager {
                first: (page.before > page.rows.len()).then(|| to(None)),
                previous: page.previous.clone().map(|cursor| to(Some(cursor))),
                next: page.next.clone().map(|cursor| to(Some(cursor))),
            },
            page,
            base,
            shell,
        }
    }
}
