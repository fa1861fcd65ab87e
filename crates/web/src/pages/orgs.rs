//! Organizations: the fleet, with how each stands.

use askama::Template;
use axum::Router;
use axum::response::Response;
use axum::routing::get;

use super::parts::{Chip, Choice, Pager, address};
use super::visit::Visit;
use crate::access::Role;
use crate::app::App;
use crate::layout::{Section, Shell, org_url};
use crate::problem::Problem;
use crate::question::Question;
use crate::questions::orgs::{Health, ListOrganizations, OrgRow, OrgSort, OrgsPage};
use crate::questions::words::{Named, Order, Word};
use crate::show;

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/orgs", get(show_page))
}

#[derive(Template)]
#[template(path = "orgs.html")]
struct OrgsHtml {
    shell: Shell,
    admin: bool,
    nothing: bool,
    search: String,
    healths: Vec<Choice>,
    sort: Option<&'static str>,
    order: Option<&'static str>,
    /// How they stand, how many, and the list of them.
    counts: Vec<(&'static str, usize, String)>,
    chips: Vec<Chip>,
    heads: Vec<Head>,
    page: OrgsPage,
    rows: Vec<Row>,
    pager: Pager,
}

struct Head {
    title: &'static str,
    number: bool,
    url: Option<String>,
    sorted: Option<&'static str>,
}

struct Row {
    name: String,
    url: String,
    health: &'static str,
    class: &'static str,
    members: i64,
    missing: i64,
    synced: Option<String>,
    age: String,
    run: Option<i64>,
    state: &'static str,
    next: Option<String>,
    error: String,
}

async fn show_page(visit: Visit<ListOrganizations>) -> Result<Response, Problem> {
    let page = visit.show(Section::Organizations, |desk, shell, asked| {
        let admin = desk.caller().access.everywhere == Some(Role::Admin);
        let page = asked.clone().ask(desk)?;
        Ok(OrgsHtml::new(shell, admin, asked, page))
    });
    page.await
}

impl OrgsHtml {
    fn new(shell: Shell, admin: bool, asked: &ListOrganizations, page: OrgsPage) -> Self {
        const BASE: &str = "/orgs";
        let plain = ListOrganizations { cursor: None, ..asked.clone() };
        let to =
            |cursor: Option<String>| address(BASE, &ListOrganizations { cursor, ..asked.clone() });
        let counts = Health::ALL.iter().zip(&page.health).filter(|(_, count)| count.orgs > 0);
        let search = asked.search.as_ref().map(|text| Chip {
            text: show::line(&format!("“{text}”")),
            url: address(BASE, &ListOrganizations { search: None, ..plain.clone() }),
        });
        let health = asked.health.map(|health| Chip {
            text: health.0.word().to_owned(),
            url: address(BASE, &ListOrganizations { health: None, ..plain.clone() }),
        });
        let now = asked.sort.map_or(OrgSort::Name, |sort| sort.0);
        let descending = asked.order.is_some_and(|order| order.0 == Order::Descending);
        let head = |title, number, sort: Option<OrgSort>| {
            let current = sort == Some(now);
            let url = sort.map(|sort| {
                let order = (current && !descending).then_some(Named(Order::Descending));
                let sort = Some(Named(sort));
                address(BASE, &ListOrganizations { sort, order, ..plain.clone() })
            });
            let sorted = current.then_some(if descending { "descending" } else { "ascending" });
            Head { title, number, url, sorted }
        };
        Self {
            admin,
            nothing: shell.orgs == 0,
            search: asked.search.clone().unwrap_or_default(),
            healths: Choice::list(
                "any",
                Health::ALL.iter().map(|health| (health.word(), health.word())),
                asked.health.map(|health| health.0.word()),
            ),
            sort: asked.sort.map(|sort| sort.0.word()),
            order: asked.order.map(|order| order.0.word()),
            counts: counts
                .map(|(health, count)| {
                    let health = Some(Named(*health));
                    let url = address(BASE, &ListOrganizations { health, ..plain.clone() });
                    (count.health, count.orgs, url)
                })
                .collect(),
            chips: search.into_iter().chain(health).collect(),
            heads: vec![
                head("Organization", false, Some(OrgSort::Name)),
                head("Health", false, Some(OrgSort::Health)),
                head("Seats", true, Some(OrgSort::Members)),
                head("Missing", true, None),
                head("Synced", false, Some(OrgSort::Synced)),
                head("Last run", false, None),
                head("Next sync (UTC)", false, None),
                head("Last error", false, None),
            ],
            rows: page.items.iter().map(Row::new).collect(),
            pager: Pager {
                first: asked.cursor.as_ref().map(|_| to(None)),
                previous: None,
                next: page.next.clone().map(|cursor| to(Some(cursor))),
            },
            page,
            shell,
        }
    }
}

impl Row {
    fn new(org: &OrgRow) -> Self {
        Self {
            name: show::line(&org.org),
            url: org_url(&org.org, ""),
            health: org.health,
            class: match org.health {
                "good" => "good",
                "failing" => "bad",
                "new" => "dim",
                _ => "warn",
            },
            members: org.members,
            missing: org.missing,
            synced: org.synced.clone(),
            age: show::length(org.age_seconds.unwrap_or(0)),
            run: org.last_run,
            state: org.last_state.unwrap_or_default(),
            next: org.next_sync.clone(),
            error: org
                .error
                .as_ref()
                .map(|error| show::sentence(&error.message))
                .unwrap_or_default(),
        }
    }
}
