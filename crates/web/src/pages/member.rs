//! One member: as they are, what they could do when, and what happened to them.

use askama::Template;
use axum::Router;
use axum::response::Response;
use axum::routing::get;
use hubfolk_license::mail::Mail;
use hubfolk_license::profile::{Profile, Spell};
use hubfolk_license::views::Member;
use hubfolk_store::{Field, Micros};

use super::change_row::ChangeRow;
use super::parts::{Pager, Person, address, member_url};
use super::visit::Visit;
use crate::app::App;
use crate::chart::{self, Lane, Span};
use crate::layout::{Section, Shell, org_url, segment};
use crate::problem::Problem;
use crate::question::Question;
use crate::questions::member::{GetMember, MemberPage};
use crate::questions::members::domains;
use crate::show;

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/orgs/{org}/members/{member}", get(show_page))
}

type Truth = (&'static str, &'static str);

#[derive(Template)]
#[template(path = "member.html")]
struct MemberHtml {
    shell: Shell,
    base: String,
    person: Person,
    fullname: String,
    email: String,
    /// The address is at no domain that the organization allows.
    outside: bool,
    member: Member,
    knows_role: bool,
    knows_email: bool,
    two_factor: Truth,
    external: Truth,
    pro: Truth,
    hub_url: String,
    others: Vec<(String, String)>,
    svg: String,
    /// Where, what, from, to.
    spans: Vec<(String, String, String, String)>,
    cut: bool,
    /// A title, and values with the time they held.
    histories: Vec<(&'static str, Vec<(String, String)>)>,
    changes: Vec<ChangeRow>,
    with_member: bool,
    total: i64,
    pager: Pager,
}

async fn show_page(visit: Visit<GetMember>) -> Result<Response, Problem> {
    let page = visit.show(Section::Members, |desk, shell, asked| {
        let org = desk.org(&asked.org)?;
        let domains = domains(desk, &org)?;
        let now = desk.now().as_microsecond();
        let page = asked.clone().ask(desk)?;
        let mail = Mail::of_member(&page.member, &domains);
        let outside = mail == Mail::Outside && !domains.is_empty();
        let known = MemberHtml::new(shell, asked, &org.endpoint, now, page);
        Ok(MemberHtml { outside, ..known })
    });
    page.await
}

impl MemberHtml {
    fn new(shell: Shell, asked: &GetMember, endpoint: &str, now: Micros, page: MemberPage) -> Self {
        let MemberPage { member, profile, changes, total, next, others } = page;
        let org = asked.org.as_str();
        let here = member_url(org, &member.id);
        let to = |cursor: Option<String>| address(&here, &GetMember { cursor, ..asked.clone() });
        Self {
            base: org_url(org, ""),
            person: Person::new(org, &member.id, &member.username, member.fullname.as_deref()),
            fullname: member.fullname.as_deref().map(show::room).unwrap_or_default(),
            email: member.email.as_deref().map(show::room).unwrap_or_default(),
            outside: false,
            knows_role: member.knows(Field::Role),
            knows_email: member.knows(Field::Email),
            two_factor: show::safety(member.two_factor, member.knows(Field::TwoFactor)),
            external: show::truth(member.external, member.knows(Field::External)),
            pro: show::truth(member.is_pro, member.knows(Field::Pro)),
            hub_url: format!("{endpoint}/{}", segment(&member.username)),
            others: others.into_iter().map(|id| (id.clone(), member_url(org, &id))).collect(),
            svg: drawing(&profile, &member, now),
            spans: table(&profile),
            cut: profile.cut,
            histories: vec![
                ("Usernames", history(&profile.usernames, "")),
                ("Full names", history(&profile.fullnames, "none")),
                ("E-mail addresses", history(&profile.emails, "none verified")),
            ],
            changes: changes.iter().map(|change| ChangeRow::new(org, change)).collect(),
            with_member: false,
            total,
            pager: Pager {
                first: asked.cursor.as_ref().map(|_| to(None)),
                previous: None,
                next: next.map(|cursor| to(Some(cursor))),
            },
            member,
            shell,
        }
    }
}

/// Which colour a role has: the same as in the chart of seats.
fn colour(role: Option<&str>) -> usize {
    match role {
        Some("admin") => 0,
        Some("write") => 1,
        Some("contributor") => 2,
        Some("read") => 3,
        Some("no_access") => 4,
        _ => 5,
    }
}

fn drawing(profile: &Profile, member: &Member, now: Micros) -> String {
    let bar = |spell: &Spell, class| Span {
        label: spell.value.clone().unwrap_or_else(|| "none".to_owned()),
        class,
        begin: spell.begin(),
        end: spell.end(),
    };
    let by_role = |spell: &Spell| bar(spell, colour(spell.value.as_deref()));
    let listed =
        |spell: &Spell| bar(spell, if spell.value.as_deref() == Some("missing") { 2 } else { 1 });
    let mut lanes = vec![
        Lane {
            name: "Membership".to_owned(),
            spans: profile.memberships.iter().map(listed).collect(),
        },
        Lane { name: "Role".to_owned(), spans: profile.roles.iter().map(by_role).collect() },
    ];
    lanes.extend(profile.groups.iter().take(MOST_LANES).map(|group| Lane {
        name: group.name.clone(),
        spans: group.roles.iter().map(by_role).collect(),
    }));
    let role = member.role.as_deref().map_or_else(|| "unknown".to_owned(), show::line);
    let desc = format!(
        "{} times of membership, {} roles, {} groups; the role is {role}. The table below has all.",
        profile.memberships.len(),
        profile.roles.len(),
        profile.groups.len(),
    );
    chart::spans("access", "Membership, role and groups over time", &desc, &lanes, now)
}

/// Groups that are drawn; the table has them all.
const MOST_LANES: usize = 40;

fn table(profile: &Profile) -> Vec<(String, String, String, String)> {
    let row = |place: &str, spell: &Spell| {
        let value = spell.value.as_deref().map_or_else(|| "none".to_owned(), show::line);
        (show::line(place), value, spell.from.clone(), spell.to.clone().unwrap_or_default())
    };
    let mut rows: Vec<_> =
        profile.memberships.iter().map(|spell| row("Membership", spell)).collect();
    rows.extend(profile.roles.iter().map(|spell| row("Role", spell)));
    for group in &profile.groups {
        rows.extend(group.roles.iter().map(|spell| row(&group.name, spell)));
    }
    rows
}

/// The latest first.
fn history(spells: &[Spell], none: &str) -> Vec<(String, String)> {
    let shown = spells.iter().rev().map(|spell| {
        let value = spell.value.as_deref().map_or_else(|| none.to_owned(), show::room);
        let to = spell.to.as_deref().map_or("now", show::day);
        (value, format!("{} to {to}", show::day(&spell.from)))
    });
    shown.collect()
}
