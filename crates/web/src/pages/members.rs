//! Members: search, filters, order, columns, a time, named filters, exports.

mod export;
mod views;

use askama::Template;
use axum::Router;
use axum::response::Response;
use axum::routing::{get, post};
use hubfolk_license::mail::Mail;
use hubfolk_license::roster::SortBy;
use hubfolk_license::select::{Standing, Truth, UNKNOWN};
use hubfolk_license::views::Member;
use hubfolk_store::Field;

use super::parts::{Chip, Choice, Pager, Person, address};
use super::visit::Visit;
use crate::app::App;
use crate::layout::{Section, Shell, org_url};
use crate::problem::Problem;
use crate::question::query;
use crate::questions::members::{ListMembers, MembersPage, answer, role_names};
use crate::questions::words::{Column, Named, Order, Word};
use crate::show;

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/orgs/{org}/members", get(list))
        .route("/orgs/{org}/members.csv", get(export::csv))
        .route("/orgs/{org}/members.ndjson", get(export::ndjson))
        .route("/orgs/{org}/members.json", get(export::json))
        .route("/orgs/{org}/members/views", post(views::save))
        .route("/orgs/{org}/members/views/{id}/remove", post(views::remove))
}

#[derive(Template)]
#[template(path = "members.html")]
struct MembersHtml {
    shell: Shell,
    base: String,
    query: String,
    page: MembersPage,
    search: String,
    as_of: String,
    sort: Option<&'static str>,
    order: Option<&'static str>,
    roles: Vec<Choice>,
    licenses: Vec<Choice>,
    two_factor: Vec<Choice>,
    external: Vec<Choice>,
    pro: Vec<Choice>,
    emails: Vec<Choice>,
    groups: Vec<Choice>,
    statuses: Vec<Choice>,
    all_columns: Vec<Choice>,
    chips: Vec<Chip>,
    notes: Vec<Note>,
    missing: Option<(u64, String)>,
    run_url: String,
    heads: Vec<Head>,
    rows: Vec<MemberRow>,
    pager: Pager,
    exports: [(&'static str, String); 3],
    views: Vec<NamedFilters>,
}

/// Members who are left out for what is unknown of them.
struct Note {
    members: u64,
    what: &'static str,
    url: String,
}

/// Filters with a name.
struct NamedFilters {
    id: i64,
    name: String,
    url: String,
}

struct Head {
    title: &'static str,
    url: Option<String>,
    sorted: Option<&'static str>,
}

struct MemberRow {
    person: Person,
    cells: Vec<Cell>,
}

enum Cell {
    Text(String),
    /// A stranger's text, which may be long.
    Wide(String),
    Role(String, bool),
    Truth((&'static str, &'static str)),
    Time(String),
    /// Name, role and address of some groups, how many more there are, and whether they are known.
    Groups(Vec<(String, String, String)>, usize, bool),
    Status(&'static str),
    /// An address, and whether it is at no allowed domain.
    Email(String, bool),
    /// Known not to be there, in words.
    Nothing(&'static str),
    Unknown,
}

/// Most groups to choose from, and of a member that are named in the list.
const MOST_GROUPS: usize = 300;
const NAMED_GROUPS: usize = 4;

async fn list(visit: Visit<ListMembers>) -> Result<Response, Problem> {
    let page = visit.show(Section::Members, |desk, shell, asked| {
        let found = asked.resolve(desk)?;
        let domains = found.domains.clone();
        let roles = role_names(&found.roster, &found.view);
        let mut licenses: Vec<String> =
            found.view.licenses.iter().map(|(_, license)| license.to_owned()).collect();
        licenses.sort();
        licenses.dedup();
        licenses.push(UNKNOWN.to_owned());
        let groups: Vec<(String, String)> = found
            .roster
            .groups()
            .iter()
            .take(MOST_GROUPS)
            .map(|group| {
                let text = format!("{} ({})", show::line(&group.name), show::number(group.members));
                (group.id.clone(), text)
            })
            .collect();
        let org = desk.org(&asked.org)?;
        let owner = desk.caller().user_id;
        let saved = desk.store().saved_views(org.id, owner)?;
        let page = answer(found, desk)?;
        let base = org_url(&asked.org, "/members");
        let views = saved.into_iter().map(|view| NamedFilters {
            id: view.id,
            name: view.name,
            url: if view.query.is_empty() {
                base.clone()
            } else {
                format!("{base}?{}", view.query)
            },
        });
        Ok(MembersHtml {
            shell,
            query: query(&ListMembers { cursor: None, ..asked.clone() }),
            search: asked.search.clone().unwrap_or_default(),
            as_of: asked.as_of.clone().unwrap_or_default(),
            sort: asked.sort.map(|sort| sort.0.word()),
            order: asked.order.map(|order| order.0.word()),
            roles: Choice::list("any", roles.iter().map(|it| (it, it)), asked.role.as_deref()),
            licenses: Choice::list(
                "any",
                licenses.iter().map(|it| (it, it)),
                asked.license.as_deref(),
            ),
            two_factor: words(&Truth::ALL, asked.two_factor, "any"),
            external: words(&Truth::ALL, asked.external, "any"),
            pro: words(&Truth::ALL, asked.pro, "any"),
            emails: Choice::list(
                "any",
                Mail::ALL
                    .into_iter()
                    .filter(|mail| !domains.is_empty() || !mail.needs_domains())
                    .map(|mail| (mail.name(), mail_words(mail))),
                asked.email.map(|asked| asked.0.name()),
            ),
            groups: Choice::list(
                "any",
                groups.iter().map(|(id, text)| (id, text)),
                asked.group.as_deref(),
            ),
            statuses: words(&Standing::ALL, asked.status, "listed"),
            all_columns: columns(asked),
            chips: chips(asked, &base, &groups),
            notes: notes(asked, &base, &page),
            missing: Some(page.missing).filter(|count| *count > 0).map(|count| {
                let status = Some(Named(Standing::Missing));
                (count, address(&base, &ListMembers { status, cursor: None, ..asked.clone() }))
            }),
            run_url: org_url(&asked.org, &format!("/runs/{}", page.run)),
            heads: heads(asked, &base),
            rows: page.items.iter().map(|member| row(asked, &domains, member)).collect(),
            pager: pager(asked, &base, &page),
            exports: [("CSV", "csv"), ("NDJSON", "ndjson"), ("JSON", "json")].map(
                |(name, ending)| {
                    let all = ListMembers { cursor: None, limit: None, ..asked.clone() };
                    (name, address(&format!("{base}.{ending}"), &all))
                },
            ),
            views: views.collect(),
            base,
            page,
        })
    });
    page.await
}

fn words<T: Word>(all: &[T], asked: Option<Named<T>>, none: &str) -> Vec<Choice> {
    let all = all.iter().map(|value| (value.word(), value.word()));
    Choice::list(none, all, asked.map(|asked| asked.0.word()))
}

/// Where an address is, as the filter calls it.
fn mail_words(mail: Mail) -> &'static str {
    match mail {
        Mail::Allowed => "allowed domains",
        Mail::Outside => "other domains",
        Mail::None => "none verified",
        Mail::Unknown => "unknown",
    }
}

fn columns(asked: &ListMembers) -> Vec<Choice> {
    let shown = asked.shown();
    let choice = |column: Column| Choice {
        value: column.name().to_owned(),
        text: column.title().to_owned(),
        chosen: shown.contains(&column),
    };
    Column::ALL.into_iter().map(choice).collect()
}

/// The filters in use, each with the address without it.
fn chips(asked: &ListMembers, base: &str, groups: &[(String, String)]) -> Vec<Chip> {
    let asked = &ListMembers { cursor: None, ..asked.clone() };
    let mut chips = Vec::new();
    let mut chip = |text: Option<String>, without: ListMembers| {
        if let Some(text) = text {
            chips.push(Chip { text: show::line(&text), url: address(base, &without) });
        }
    };
    macro_rules! chip {
        ($field:ident, $text:expr) => {
            chip(asked.$field.as_ref().map($text), ListMembers { $field: None, ..asked.clone() })
        };
    }
    chip!(search, |text| format!("“{text}”"));
    chip!(role, |role| format!("role {role}"));
    chip!(license, |license| format!("license {license}"));
    chip!(two_factor, |truth| format!("2FA {}", truth.0.word()));
    chip!(external, |truth| format!("external {}", truth.0.word()));
    chip!(pro, |truth| format!("Pro {}", truth.0.word()));
    chip!(email, |mail| format!("e-mail {}", mail_words(mail.0)));
    chip!(group, |group| {
        let name = groups.iter().find(|(id, _)| id == group).map_or(group, |(_, name)| name);
        format!("group {name}")
    });
    chip!(status, |status| format!("status {}", status.0.word()));
    chip!(as_of, |at| format!("as of {at}"));
    chips
}

fn notes(asked: &ListMembers, base: &str, page: &MembersPage) -> Vec<Note> {
    let unknown = Some(Named(Truth::Unknown));
    let all = ListMembers { cursor: None, ..asked.clone() };
    page.unknown
        .iter()
        .map(|passed| {
            let (what, without) = match passed.field {
                "two_factor" => (
                    "their two-factor authentication",
                    ListMembers { two_factor: unknown, ..all.clone() },
                ),
                "external" => {
                    ("whether they are external", ListMembers { external: unknown, ..all.clone() })
                }
                "email" => (
                    "their e-mail address",
                    ListMembers { email: Some(Named(Mail::Unknown)), ..all.clone() },
                ),
                "is_pro" => ("their subscription", ListMembers { pro: unknown, ..all.clone() }),
                _ => ("their groups", ListMembers { group: None, ..all.clone() }),
            };
            Note { members: passed.members, what, url: address(base, &without) }
        })
        .collect()
}

fn heads(asked: &ListMembers, base: &str) -> Vec<Head> {
    let now = asked.sort.map_or(SortBy::Username, |sort| sort.0);
    let descending = asked.order.is_some_and(|order| order.0 == Order::Descending);
    let head = |title, sort: Option<SortBy>| {
        let current = sort == Some(now);
        let url = sort.map(|sort| {
            let order = (current && !descending).then_some(Named(Order::Descending));
            let sort = Some(Named(sort));
            address(base, &ListMembers { sort, order, cursor: None, ..asked.clone() })
        });
        let sorted = current.then_some(if descending { "descending" } else { "ascending" });
        Head { title, url, sorted }
    };
    let mut heads = vec![head("Username", Some(SortBy::Username))];
    for column in asked.shown() {
        // Role and license have the same order: the arrow stands at one of them.
        let sort = column.sort().filter(|_| column != Column::License);
        heads.push(head(column.title(), sort));
    }
    heads
}

fn row(asked: &ListMembers, domains: &[String], member: &Member) -> MemberRow {
    let cells = asked.shown().into_iter().map(|column| cell(asked, domains, member, column));
    MemberRow {
        person: Person::new(&asked.org, &member.id, &member.username, member.fullname.as_deref()),
        cells: cells.collect(),
    }
}

fn cell(asked: &ListMembers, domains: &[String], member: &Member, column: Column) -> Cell {
    let truth = |field, value| Cell::Truth(show::truth(value, member.knows(field)));
    match column {
        Column::Fullname => Cell::Wide(show::maybe(&member.fullname)),
        Column::Role => Cell::Role(show::maybe(&member.role), member.knows(Field::Role)),
        Column::License => match &member.license {
            Some(license) => Cell::Text(show::line(license)),
            None => Cell::Unknown,
        },
        Column::TwoFactor => {
            Cell::Truth(show::safety(member.two_factor, member.knows(Field::TwoFactor)))
        }
        Column::External => truth(Field::External, member.external),
        Column::Pro => truth(Field::Pro, member.is_pro),
        Column::Groups => {
            let group = |group: &hubfolk_license::views::Group| {
                let question = ListMembers {
                    org: asked.org.clone(),
                    group: Some(group.id.clone()),
                    ..ListMembers::default()
                };
                let url = address(&org_url(&asked.org, "/members"), &question);
                (show::line(&group.name), show::line(&group.role), url)
            };
            Cell::Groups(
                member.groups.iter().take(NAMED_GROUPS).map(group).collect(),
                member.groups.len().saturating_sub(NAMED_GROUPS),
                member.knows(Field::Groups),
            )
        }
        Column::Email => match Mail::of_member(member, domains) {
            Mail::Unknown if member.email.is_none() => Cell::Unknown,
            Mail::None => Cell::Nothing("none verified"),
            mail => {
                let outside = mail == Mail::Outside && !domains.is_empty();
                Cell::Email(show::maybe(&member.email), outside)
            }
        },
        Column::Status => Cell::Status(member.status),
        Column::FirstSeen => Cell::Time(member.first_seen.clone()),
        Column::LastChange => Cell::Time(member.last_change.clone()),
    }
}

fn pager(asked: &ListMembers, base: &str, page: &MembersPage) -> Pager {
    let to = |cursor: &Option<String>| {
        let cursor = cursor.clone()?;
        Some(address(base, &ListMembers { cursor: Some(cursor), ..asked.clone() }))
    };
    let (previous, next) = (to(&page.previous), to(&page.next));
    let first = (page.before > page.items.len())
        .then(|| address(base, &ListMembers { cursor: None, ..asked.clone() }));
    Pager { first, previous, next }
}
