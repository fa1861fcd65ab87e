//! Which members a question is about.

use hubfolk_license::roles::Licenses;
use hubfolk_license::views::Member;
use hubfolk_store::Field;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::failure::Failure;
use crate::repair::excerpt;

/// Filters that all must fit. What is unknown of a member fits none and is counted instead.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Select {
    /// Only this role: admin, write, contributor, read, `no_access`.
    pub role: Option<String>,
    /// Only this license type: Admin, Write, Contributor, Read, No access.
    pub license: Option<String>,
    /// Only with, or only without, two-factor authentication.
    pub two_factor: Option<bool>,
    /// Only external collaborators, or only others.
    pub external: Option<bool>,
    /// Only with, or only without, a Pro subscription.
    pub pro: Option<bool>,
    /// Only members of this resource group, by name or id.
    pub group: Option<String>,
    /// Only those whose username, full name or e-mail contains this.
    pub search: Option<String>,
    /// Only this status; listed members without it.
    pub status: Option<StatusAsked>,
}

/// Which members there are to choose from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StatusAsked {
    /// Listed.
    Active,
    /// Absent from the last complete list, not yet taken for gone.
    Missing,
    /// Gone.
    Left,
    /// Everyone who ever was a member.
    All,
}

impl Select {
    pub(super) fn checked(&self, licenses: &Licenses) -> Result<Chosen<'_>, Failure> {
        if let Some(asked) = &self.license {
            let mut known: Vec<&str> = licenses.iter().map(|(_, license)| license).collect();
            known.sort_unstable();
            known.dedup();
            if !known.iter().any(|license| same(license, asked)) {
                let wrong = format!("there is no license type `{}`", excerpt(asked, 40));
                return Err(Failure::invalid(wrong)
                    .hint(format!("choose from: {}", known.join(", ")))
                    .meant(asked, known.iter().copied()));
            }
        }
        Ok(Chosen {
            select: self,
            search: self.search.as_deref().map(str::to_lowercase),
            missing: 0,
            unknown: [0; 4],
        })
    }
}

fn same(a: &str, b: &str) -> bool {
    a.to_lowercase() == b.to_lowercase()
}

/// Facts that a filter may need and a member may lack.
const FACTS: [(Field, &str); 4] = [
    (Field::TwoFactor, "two-factor authentication"),
    (Field::External, "external or not"),
    (Field::Pro, "Pro or not"),
    (Field::Groups, "which groups"),
];

/// A choice at work, with what it had to pass over.
pub(super) struct Chosen<'a> {
    select: &'a Select,
    search: Option<String>,
    missing: u64,
    unknown: [u64; FACTS.len()],
}

impl Chosen<'_> {
    pub(super) fn wants_left(&self) -> bool {
        matches!(self.select.status, Some(StatusAsked::Left | StatusAsked::All))
    }

    pub(super) fn takes(&mut self, member: &Member) -> bool {
        let wanted = self.wants_status(member);
        if !self.fits_plain(member) {
            return false;
        }
        if !wanted {
            self.missing += u64::from(member.status == "missing");
            return false;
        }
        let select = self.select;
        let asks = [
            select.two_factor.is_some(),
            select.external.is_some(),
            select.pro.is_some(),
            select.group.is_some(),
        ];
        for (index, asked) in asks.into_iter().enumerate() {
            if asked && !member.knows(FACTS[index].0) {
                self.unknown[index] += 1;
                return false;
            }
        }
        let equal = |asked: Option<bool>, value| asked.is_none() || asked == value;
        equal(select.two_factor, member.two_factor)
            && equal(select.external, member.external)
            && equal(select.pro, member.is_pro)
            && select.group.as_ref().is_none_or(|asked| {
                member.groups.iter().any(|group| group.id == *asked || same(&group.name, asked))
            })
    }

    fn wants_status(&self, member: &Member) -> bool {
        match self.select.status.unwrap_or(StatusAsked::Active) {
            StatusAsked::Active => member.status == "active",
            StatusAsked::Missing => member.status == "missing",
            StatusAsked::Left => member.status == "left",
            StatusAsked::All => true,
        }
    }

    fn fits_plain(&self, member: &Member) -> bool {
        let fits = |asked: &Option<String>, value: &Option<String>| {
            asked
                .as_ref()
                .is_none_or(|asked| value.as_ref().is_some_and(|value| same(asked, value)))
        };
        let found = |text: &str| {
            let within = |value: &str| value.to_lowercase().contains(text);
            within(&member.username)
                || member.fullname.as_deref().is_some_and(within)
                || member.email.as_deref().is_some_and(within)
        };
        fits(&self.select.role, &member.role)
            && fits(&self.select.license, &member.license)
            && self.search.as_deref().is_none_or(found)
    }

    pub(super) fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if self.missing > 0 && self.select.status.is_none() {
            notes.push(format!("{} more missing since the last complete sync", self.missing));
        }
        for (count, (_, what)) in self.unknown.iter().zip(FACTS) {
            if *count > 0 {
                notes.push(format!("{what} is unknown for {count} more"));
            }
        }
        notes
    }
}
