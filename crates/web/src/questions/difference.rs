//! Who differs between any two points of an organization's history, and in what.

use hubfolk_license::roster::{Difference, Kind};
use hubfolk_license::views::{Member, time};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::members::rows;
use super::words::Named;
use crate::problem::Problem;
use crate::question::{Desk, Question, cursor, place};

/// Who differs between two points of the history.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct GetDifference {
    /// Name of the organization.
    pub org: String,
    /// From the members as they were then: a date (its end, UTC), a time, an age such as 2w, or
    /// run:17. Without it, from the first published run.
    pub from: Option<String>,
    /// To the members as they were then; as they are, without it.
    pub to: Option<String>,
    /// Only those who differ this way.
    pub kind: Option<Named<Kind>>,
    /// Where to go on: the `next` of the page before.
    pub cursor: Option<String>,
    /// At most so many, up to 500; 50 without it.
    #[schemars(range(min = 1, max = 500))]
    pub limit: Option<u32>,
}

/// A run that is one side of a difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Side {
    /// The run.
    pub run: i64,
    /// When it was.
    pub at: String,
}

/// A field that differs, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FieldChange {
    /// The field.
    pub field: &'static str,
    /// What it was; null for nothing or unknown.
    pub old: Option<String>,
    /// What it is; null for nothing or unknown.
    pub new: Option<String>,
}

/// Someone who differs.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Differing {
    /// `joined`, `left` or `changed`.
    pub kind: &'static str,
    /// The person's id.
    pub id: String,
    /// The latest username.
    pub username: String,
    /// The latest full name.
    pub fullname: Option<String>,
    /// The latest role.
    pub role: Option<String>,
    /// What changed.
    pub fields: Vec<FieldChange>,
}

/// A page of those who differ.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct DifferencePage {
    /// The earlier side.
    pub from: Side,
    /// The later side.
    pub to: Side,
    /// People who joined.
    pub joined: usize,
    /// People who left.
    pub left: usize,
    /// People who are another than before.
    pub changed: usize,
    /// Those who differ, by kind and username.
    pub items: Vec<Differing>,
    /// How many there are on all pages.
    pub total: usize,
    /// The cursor of the next page.
    pub next: Option<String>,
}

/// The two runs of a page, and where it begins.
#[derive(Serialize, Deserialize)]
struct Place(i64, i64, usize);

impl Question for GetDifference {
    const NAME: &'static str = "get_difference";
    const PATH: &'static str = "/api/orgs/{org}/difference";
    const SUMMARY: &'static str = "Get who differs between two points of the history, and in what";
    type Answer = DifferencePage;

    fn ask(self, desk: &mut Desk<'_>) -> Result<DifferencePage, Problem> {
        let org = desk.org(&self.org)?;
        let limit = rows(self.limit, 50)?;
        let place = self.cursor.as_deref().map(place::<Place>).transpose()?;
        let run = |number: i64| Some(format!("run:{number}"));
        let (from, to) = match &place {
            Some(Place(from, to, _)) => (run(*from), run(*to)),
            None => {
                let first = desk.store().published_since(org.id, i64::MIN)?;
                (self.from.or(first.and_then(run)), self.to)
            }
        };
        let mut before = desk.view(&org, from.as_deref())?;
        let mut after = desk.view(&org, to.as_deref())?;
        if before.run.run > after.run.run {
            std::mem::swap(&mut before, &mut after);
        }
        let (old, new) = (desk.roster(&org, &before)?, desk.roster(&org, &after)?);
        let difference = Difference::shared(&old, &new);
        let wanted = match self.kind {
            Some(kind) => difference.of(kind.0),
            None => &difference.people,
        };
        let start = place.map_or(0, |Place(_, _, start)| start).min(wanted.len());
        let end = (start + limit).min(wanted.len());
        let pairs = new.pairs(desk.store(), &old, &before.licenses, &wanted[start..end])?;
        let items = pairs.into_iter().zip(&wanted[start..end]);
        let side = |run: &hubfolk_store::Run| Side { run: run.run, at: time(run.at) };
        let next = Place(before.run.run, after.run.run, end);
        Ok(DifferencePage {
            from: side(&before.run),
            to: side(&after.run),
            joined: difference.of(Kind::Joined).len(),
            left: difference.of(Kind::Left).len(),
            changed: difference.of(Kind::Changed).len(),
            items: items.filter_map(|((old, new), one)| differing(one.kind, old, new)).collect(),
            total: wanted.len(),
            next: (end < wanted.len()).then(|| cursor(&next)),
        })
    }

    fn next(answer: &DifferencePage) -> Option<&str> {
        answer.next.as_deref()
    }
}

fn differing(kind: Kind, old: Option<Member>, new: Option<Member>) -> Option<Differing> {
    let fields = match (&old, &new) {
        (Some(old), Some(new)) => fields(old, new),
        _ => Vec::new(),
    };
    let latest = new.or(old)?;
    Some(Differing {
        kind: kind.name(),
        id: latest.id,
        username: latest.username,
        fullname: latest.fullname,
        role: latest.role,
        fields,
    })
}

fn fields(old: &Member, new: &Member) -> Vec<FieldChange> {
    let truth = |member: &Member, field: &str, value: Option<bool>| {
        let known = value.filter(|_| !member.unknown.contains(&field));
        known.map(|value| if value { "yes" } else { "no" }.to_owned())
    };
    let groups = |member: &Member| {
        let groups = member.groups.iter().map(|group| format!("{} ({})", group.name, group.role));
        Some(groups.collect::<Vec<_>>().join(", ")).filter(|text| !text.is_empty())
    };
    let both = [
        ("username", Some(old.username.clone()), Some(new.username.clone())),
        ("fullname", old.fullname.clone(), new.fullname.clone()),
        ("email", old.email.clone(), new.email.clone()),
        ("role", old.role.clone(), new.role.clone()),
        (
            "two_factor",
            truth(old, "two_factor", old.two_factor),
            truth(new, "two_factor", new.two_factor),
        ),
        ("external", truth(old, "external", old.external), truth(new, "external", new.external)),
        ("is_pro", truth(old, "is_pro", old.is_pro), truth(new, "is_pro", new.is_pro)),
        ("groups", groups(old), groups(new)),
        ("status", Some(old.status.to_owned()), Some(new.status.to_owned())),
    ];
    both.into_iter()
        .filter(|(_, old, new)| old != new)
        .map(|(field, old, new)| FieldChange { field, old, new })
        .collect()
}
