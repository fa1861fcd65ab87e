//! Which members a question is about.

use hubfolk_license::roles::Licenses;
use hubfolk_license::select::{self, Chosen, NoLicense, Standing, Truth};
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
    pub(super) fn checked(&self, licenses: &Licenses) -> Result<Chosen, Failure> {
        let truth = |asked: Option<bool>| asked.map(|asked| Truth::of(Some(asked)));
        let select = select::Select {
            role: self.role.clone(),
            license: self.license.clone(),
            two_factor: truth(self.two_factor),
            external: truth(self.external),
            pro: truth(self.pro),
            group: self.group.clone(),
            search: self.search.clone(),
            status: self.status.map(StatusAsked::standing),
            ..select::Select::default()
        };
        select.checked(licenses).map_err(|NoLicense { asked, known }| {
            let wrong = format!("there is no license type `{}`", excerpt(&asked, 40));
            Failure::invalid(wrong)
                .hint(format!("choose from: {}", known.join(", ")))
                .meant(&asked, known.iter().map(String::as_str))
        })
    }
}

impl StatusAsked {
    fn standing(self) -> Standing {
        match self {
            Self::Active => Standing::Active,
            Self::Missing => Standing::Missing,
            Self::Left => Standing::Left,
            Self::All => Standing::All,
        }
    }
}
