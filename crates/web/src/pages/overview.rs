//! One organization at a glance.

use askama::Template;
use axum::Router;
use axum::response::Response;
use axum::routing::get;
use hubfolk_license::mail::{Mail, Mails};
use hubfolk_license::overview::{Numbers, Truths, Week};
use hubfolk_license::select::{Truth, UNKNOWN};
use hubfolk_license::views::RunView;

use super::parts::address;
use super::visit::Visit;
use crate::access::Role;
use crate::app::App;
use crate::chart::{self, Pair, Series, Slice};
use crate::layout::{Section, Shell, org_url};
use crate::problem::Problem;
use crate::question::Question;
use crate::questions::members::ListMembers;
use crate::questions::overview::{GetOverview, Overview};
use crate::questions::words::{Named, Word};
use crate::show;

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/orgs/{org}", get(show_page))
}

#[derive(Template)]
#[template(path = "overview.html")]
struct OverviewHtml {
    shell: Shell,
    base: String,
    title: String,
    endpoint: String,
    run: i64,
    as_of: String,
    age: String,
    stale: bool,
    days: u32,
    ranges: [(u32, &'static str); 4],
    numbers: Option<Numbers>,
    tiles: Vec<Tile>,
    trend: String,
    trend_days: Vec<TrendDay>,
    seats: Vec<SeatRow>,
    facts: Vec<Fact>,
    facts_unknown: bool,
    /// Empty when nobody came or went.
    weeks_svg: String,
    began_lately: bool,
    weeks: Vec<WeekRow>,
    changed: Vec<ChangedRow>,
    runs: Vec<RunRow>,
    /// The last sync, if it did not bring the ledger up to date.
    trouble: Option<RunRow>,
}

struct Tile {
    name: &'static str,
    value: i64,
    url: String,
    unknown: i64,
    unknown_url: String,
}

struct TrendDay {
    day: String,
    cells: Vec<(i64, String)>,
    total: i64,
}

struct SeatRow {
    license: String,
    members: i64,
    share: String,
    /// Empty without a price.
    monthly: String,
    url: String,
}

struct Fact {
    name: &'static str,
    svg: String,
    parts: Vec<FactPart>,
}

struct FactPart {
    name: &'static str,
    class: &'static str,
    value: i64,
    share: String,
    url: String,
}

struct WeekRow {
    from: String,
    joined: i64,
    joined_url: String,
    left: i64,
    left_url: String,
}

struct ChangedRow {
    name: String,
    class: &'static str,
    count: i64,
    url: String,
}

#[derive(Clone)]
struct RunRow {
    run: i64,
    state: &'static str,
    class: &'static str,
    started: String,
    url: String,
    error: String,
    published: bool,
    members: i64,
    came: i64,
    left: i64,
    /// How many would leave, of a run that was held back.
    gone: i64,
}

impl RunRow {
    fn new(base: &str, run: RunView) -> Self {
        let published = run.state == "published";
        Self {
            run: run.run.unwrap_or(0),
            url: format!("{base}/runs/{}", run.run.unwrap_or(0)),
            state: run.state,
            class: show::run_state(run.state),
            started: run.started.unwrap_or_default(),
            error: run.error.map(|error| show::sentence(&error.message)).unwrap_or_default(),
            published,
            members: run.members,
            came: run.joined + run.returned,
            left: run.left,
            gone: if published { 0 } else { run.missing },
        }
    }
}

/// After so many seconds the page says in colour that it is old.
const OLD: i64 = 25 * 3600;

async fn show_page(visit: Visit<GetOverview>) -> Result<Response, Problem> {
    let page = visit.show(Section::Overview, |desk, shell, asked| {
        let overview = asked.clone().ask(desk)?;
        Ok(OverviewHtml::new(shell, asked, overview))
    });
    page.await
}

/// Where the ledger began.
struct Began {
    run: Option<i64>,
    at: Option<String>,
}

impl Began {
    /// What changes are listed after in the week in which it began.
    fn within(&self, from: &str, to: &str) -> Option<String> {
        let day = show::day(self.at.as_deref()?);
        (from..=to).contains(&day).then(|| format!("run:{}", self.run.unwrap_or(0)))
    }
}

/// Which of the three facts a link is about.
#[derive(Clone, Copy)]
enum FactName {
    TwoFactor,
    External,
    Pro,
}

impl OverviewHtml {
    fn new(shell: Shell, asked: &GetOverview, overview: Overview) -> Self {
        let org = asked.org.as_str();
        let base = org_url(org, "");
        let numbers = overview.numbers;
        let age = overview.age_seconds.unwrap_or(0);
        let began = Began { run: overview.first_run, at: overview.began.clone() };
        let mut facts = numbers.as_ref().map_or_else(Vec::new, |numbers| facts(org, numbers));
        facts.extend(overview.emails.map(|mails| mail_fact(org, mails)));
        let runs: Vec<RunRow> =
            overview.runs.into_iter().map(|run| RunRow::new(&base, run)).collect();
        Self {
            run: overview.run.unwrap_or(0),
            as_of: overview.as_of.unwrap_or_default(),
            age: show::length(age),
            stale: age > OLD,
            days: asked.days.unwrap_or(90),
            ranges: [(30, "30 days"), (90, "90 days"), (180, "half a year"), (365, "a year")],
            tiles: numbers
                .as_ref()
                .map_or_else(Vec::new, |numbers| tiles(org, numbers, overview.emails)),
            trend: numbers.as_ref().map_or_else(String::new, trend),
            trend_days: numbers.as_ref().map_or_else(Vec::new, |numbers| trend_days(org, numbers)),
            seats: numbers.as_ref().map_or_else(Vec::new, |numbers| seats(org, numbers)),
            facts_unknown: facts
                .iter()
                .flat_map(|fact| &fact.parts)
                .any(|part| part.class == "unknown" && part.value > 0),
            facts,
            began_lately: began
                .within(
                    overview.weeks.first().map_or("", |week| &week.from),
                    overview.weeks.last().map_or("", |week| &week.to),
                )
                .is_some(),
            weeks_svg: weeks_chart(&overview.weeks),
            weeks: overview
                .weeks
                .into_iter()
                .rev()
                .map(|week| {
                    let first = began.within(&week.from, &week.to);
                    let since = first.unwrap_or_else(|| week.from.clone());
                    let span = format!("since={since}&until={}", week.to);
                    let kinds = "kind=member.joined&kind=member.returned";
                    WeekRow {
                        joined_url: format!("{base}/changes?{kinds}&{span}"),
                        left_url: format!("{base}/changes?kind=member.left&{span}"),
                        from: week.from,
                        joined: week.joined,
                        left: week.left,
                    }
                })
                .collect(),
            changed: overview
                .since_yesterday
                .iter()
                .map(|changed| ChangedRow {
                    name: show::kind(&changed.kind).into_owned(),
                    class: show::weight(&changed.kind),
                    count: changed.changes,
                    url: format!(
                        "{base}/changes?kind={}&since={}",
                        changed.kind, overview.yesterday
                    ),
                })
                .collect(),
            trouble: runs
                .first()
                .filter(|run| matches!(run.state, "failed" | "quarantined" | "rejected"))
                .cloned(),
            runs,
            numbers,
            title: overview.org,
            endpoint: overview.endpoint,
            base,
            shell,
        }
    }
}

fn weeks_chart(weeks: &[Week]) -> String {
    let (joined, left) =
        weeks.iter().fold((0, 0), |(up, down), week| (up + week.joined, down + week.left));
    if joined + left == 0 {
        return String::new();
    }
    let pair = |week: &Week| Pair {
        label: week.from.get(5..).unwrap_or_default().to_owned(),
        up: week.joined,
        down: week.left,
    };
    chart::bars(
        "weeks",
        "People who joined and left, by week",
        &format!(
            "{joined} joined or came back and {left} left in {} weeks; the table below has each week",
            weeks.len()
        ),
        ("joined", "left"),
        &weeks.iter().map(pair).collect::<Vec<_>>(),
    )
}

fn members_url(org: &str, with: impl FnOnce(&mut ListMembers)) -> String {
    let mut question = ListMembers { org: org.to_owned(), ..ListMembers::default() };
    with(&mut question);
    address(&org_url(org, "/members"), &question)
}

fn fact_url(org: &str, name: FactName, truth: Truth) -> String {
    members_url(org, |question| {
        let field = match name {
            FactName::TwoFactor => &mut question.two_factor,
            FactName::External => &mut question.external,
            FactName::Pro => &mut question.pro,
        };
        *field = Some(Named(truth));
    })
}

fn mail_url(org: &str, mail: Mail) -> String {
    members_url(org, |question| question.email = Some(Named(mail)))
}

/// Where the verified addresses are, of an organization that allows some domains.
fn mail_fact(org: &str, mails: Mails) -> Fact {
    let values = [
        ("allowed domains", "yes", Mail::Allowed, mails.allowed),
        ("other domains", "no", Mail::Outside, mails.outside),
        ("none verified", "neither", Mail::None, mails.none),
        ("unknown", "unknown", Mail::Unknown, mails.unknown),
    ];
    let slices = values.map(|(name, class, _, value)| Slice { name, class, value });
    let name = "E-mail addresses";
    Fact {
        name,
        svg: chart::share("fe", name, &slices),
        parts: values
            .into_iter()
            .map(|(name, class, mail, value)| FactPart {
                name,
                class,
                value,
                share: show::percent(value, mails.total()),
                url: mail_url(org, mail),
            })
            .collect(),
    }
}

fn tiles(org: &str, numbers: &Numbers, mails: Option<Mails>) -> Vec<Tile> {
    let tile = |name, fact, truth, truths: Truths| Tile {
        name,
        value: if truth == Truth::Yes { truths.yes } else { truths.no },
        url: fact_url(org, fact, truth),
        unknown: truths.unknown,
        unknown_url: fact_url(org, fact, Truth::Unknown),
    };
    let mut tiles = vec![
        tile("without 2FA", FactName::TwoFactor, Truth::No, numbers.two_factor),
        tile("external", FactName::External, Truth::Yes, numbers.external),
    ];
    tiles.extend(mails.map(|mails| Tile {
        name: "with other e-mail domains",
        value: mails.outside,
        url: mail_url(org, Mail::Outside),
        unknown: mails.unknown,
        unknown_url: mail_url(org, Mail::Unknown),
    }));
    tiles.push(tile("with Pro", FactName::Pro, Truth::Yes, numbers.pro));
    tiles
}

fn facts(org: &str, numbers: &Numbers) -> Vec<Fact> {
    let fact = |id, name, fact, truths: Truths, names: [&'static str; 2]| {
        let values = [
            (names[0], Truth::Yes, truths.yes),
            (names[1], Truth::No, truths.no),
            ("unknown", Truth::Unknown, truths.unknown),
        ];
        let slices = values.map(|(name, truth, value)| Slice { name, class: truth.word(), value });
        Fact {
            name,
            svg: chart::share(id, name, &slices),
            parts: values
                .into_iter()
                .map(|(name, truth, value)| FactPart {
                    name,
                    class: truth.word(),
                    value,
                    share: show::percent(value, truths.total()),
                    url: fact_url(org, fact, truth),
                })
                .collect(),
        }
    };
    vec![
        fact(
            "f2",
            "Two-factor authentication",
            FactName::TwoFactor,
            numbers.two_factor,
            ["on", "off"],
        ),
        fact(
            "fx",
            "External collaborators",
            FactName::External,
            numbers.external,
            ["external", "internal"],
        ),
        fact("fp", "Pro subscriptions", FactName::Pro, numbers.pro, ["Pro", "none"]),
    ]
}

fn trend(numbers: &Numbers) -> String {
    let days: Vec<String> = numbers.trend.iter().map(|day| day.day.clone()).collect();
    let series: Vec<Series> = numbers
        .seats
        .iter()
        .enumerate()
        .map(|(place, seat)| Series {
            name: seat.license.clone(),
            class: place % 6,
            values: numbers
                .trend
                .iter()
                .map(|day| day.members.get(place).copied().unwrap_or(0))
                .collect(),
        })
        .collect();
    let total = |day: Option<&hubfolk_license::overview::Day>| {
        show::number(day.map_or(0, |day| day.members.iter().sum::<i64>()))
    };
    let desc = format!(
        "From {} seats on {} to {} on {}; the table below has each day on which it changed",
        total(numbers.trend.first()),
        days.first().map_or("", String::as_str),
        total(numbers.trend.last()),
        days.last().map_or("", String::as_str),
    );
    chart::area("trend", "Seats by license type over time", &desc, &days, &series)
}

/// The days on which the numbers differ from the day before, newest first.
fn trend_days(org: &str, numbers: &Numbers) -> Vec<TrendDay> {
    let mut days = Vec::new();
    let mut before: &[i64] = &[];
    for day in &numbers.trend {
        if day.members.as_slice() != before {
            let cells = day.members.iter().zip(&numbers.seats).map(|(members, seat)| {
                let url = members_url(org, |question| {
                    question.as_of = Some(day.day.clone());
                    question.license = Some(seat.license.clone());
                });
                (*members, url)
            });
            days.push(TrendDay {
                day: day.day.clone(),
                cells: cells.collect(),
                total: day.members.iter().sum(),
            });
        }
        before = &day.members;
    }
    days.reverse();
    days
}

fn seats(org: &str, numbers: &Numbers) -> Vec<SeatRow> {
    numbers
        .seats
        .iter()
        .map(|seat| SeatRow {
            license: seat.license.clone(),
            members: seat.members,
            share: show::percent(seat.members, numbers.members),
            monthly: match &seat.monthly {
                Some(money) => show::money(money),
                None if seat.members == 0 || seat.license == UNKNOWN => "–".to_owned(),
                None => String::new(),
            },
            url: members_url(org, |question| question.license = Some(seat.license.clone())),
        })
        .collect()
}
