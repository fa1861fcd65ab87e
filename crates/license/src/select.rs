//! Which members a question is about.

use hubfolk_store::{Field, Status};

use crate::mail::Mail;
use crate::roles::Licenses;
use crate::views::Member;

/// A fact that holds, does not, or could not be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Truth {
    /// It is known to hold.
    Yes,
    /// It is known not to.
    No,
    /// The token of the last sync could not see it.
    Unknown,
}

impl Truth {
    /// Every answer.
    pub const ALL: [Self; 3] = [Self::Yes, Self::No, Self::Unknown];

    /// The answer as people type it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::Unknown => "unknown",
        }
    }

    /// The answer in a value that may be unknown.
    #[must_use]
    pub fn of(value: Option<bool>) -> Self {
        match value {
            Some(true) => Self::Yes,
            Some(false) => Self::No,
            None => Self::Unknown,
        }
    }
}

/// Which members there are to choose from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Standing {
    /// Listed.
    Active,
    /// Absent from the last complete list, not yet taken for gone.
    Missing,
    /// Gone.
    Left,
    /// Everyone who ever was a member.
    All,
}

impl Standing {
    /// Every one.
    pub const ALL: [Self; 4] = [Self::Active, Self::Missing, Self::Left, Self::All];

    /// The standing as people type it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Missing => "missing",
            Self::Left => "left",
            Self::All => "all",
        }
    }

    fn takes(self, status: Status) -> bool {
        match self {
            Self::Active => status == Status::Active,
            Self::Missing => status == Status::Missing,
            Self::Left => status == Status::Left,
            Self::All => true,
        }
    }
}

/// Filters that all must fit. What is unknown of a member fits none but `unknown`, and is counted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Select {
    /// Only this role; `unknown` means that none was ever seen.
    pub role: Option<String>,
    /// Only this license type; `unknown` means none.
    pub license: Option<String>,
    /// Only by two-factor authentication.
    pub two_factor: Option<Truth>,
    /// Only by external collaborators and others.
    pub external: Option<Truth>,
    /// Only by Pro subscription.
    pub pro: Option<Truth>,
    /// Only members of this resource group, by name or id.
    pub group: Option<String>,
    /// Only those whose username, full name or e-mail contains this.
    pub search: Option<String>,
    /// Only this status; listed members without it.
    pub status: Option<Standing>,
    /// Only by where the verified e-mail address is.
    pub mail: Option<Mail>,
    /// The domains that are allowed, lower-cased.
    pub domains: Vec<String>,
}

/// How the absence of a value is asked for.
pub const UNKNOWN: &str = "unknown";

/// A license type that there is not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoLicense {
    /// What was asked for.
    pub asked: String,
    /// The types there are.
    pub known: Vec<String>,
}

/// Someone whom a filter may take.
pub trait Candidate {
    /// Whether the role, as last seen, is this lower-cased one; none when it was never seen.
    fn role_is(&self, folded: &str) -> Option<bool>;
    /// Whether the license type is this lower-cased one; none for none.
    fn license_is(&self, folded: &str) -> Option<bool>;
    /// One of the facts that hold or do not.
    fn truth(&self, field: Field) -> Truth;
    /// Whether the groups are known now.
    fn knows_groups(&self) -> bool;
    /// Whether they are in a group of this id or lower-cased name.
    fn in_group(&self, id: &str, folded: &str) -> bool;
    /// Whether username, full name or e-mail contains this lower-cased text.
    fn mentions(&self, folded: &str) -> bool;
    /// Listed, missing or gone.
    fn status(&self) -> Status;
    /// Where the verified e-mail address is, by these allowed domains.
    fn mail(&self, domains: &[String]) -> Mail;
}

impl Candidate for Member {
    fn role_is(&self, folded: &str) -> Option<bool> {
        self.role.as_deref().map(|role| fold(role) == folded)
    }

    fn license_is(&self, folded: &str) -> Option<bool> {
        self.license.as_deref().map(|license| fold(license) == folded)
    }

    fn truth(&self, field: Field) -> Truth {
        let value = match field {
            Field::TwoFactor => self.two_factor,
            Field::External => self.external,
            Field::Pro => self.is_pro,
            _ => None,
        };
        Truth::of(value.filter(|_| self.knows(field)))
    }

    fn knows_groups(&self) -> bool {
        self.knows(Field::Groups)
    }

    fn in_group(&self, id: &str, folded: &str) -> bool {
        self.groups.iter().any(|group| group.id == id || fold(&group.name) == folded)
    }

    fn mentions(&self, folded: &str) -> bool {
        let within = |value: &str| fold(value).contains(folded);
        within(&self.username)
            || self.fullname.as_deref().is_some_and(within)
            || self.email.as_deref().is_some_and(within)
    }

    fn status(&self) -> Status {
        match self.status {
            "missing" => Status::Missing,
            "left" => Status::Left,
            _ => Status::Active,
        }
    }

    fn mail(&self, domains: &[String]) -> Mail {
        Mail::of_member(self, domains)
    }
}

/// How names, roles and groups are compared: the databases fold case differently, so the program
/// does it.
#[must_use]
pub fn fold(text: &str) -> String {
    text.to_lowercase()
}

impl Select {
    /// The choice, ready to be made.
    ///
    /// # Errors
    ///
    /// When there is no such license type.
    pub fn checked(&self, licenses: &Licenses) -> Result<Chosen, NoLicense> {
        if let Some(asked) = &self.license {
            let mut known: Vec<&str> = licenses.iter().map(|(_, license)| license).collect();
            known.sort_unstable();
            known.dedup();
            let folded = fold(asked);
            if folded != UNKNOWN && !known.iter().any(|license| fold(license) == folded) {
                let known = known.into_iter().map(str::to_owned).collect();
                return Err(NoLicense { asked: asked.clone(), known });
            }
        }
        let folded = |text: &Option<String>| text.as_deref().map(fold);
        Ok(Chosen {
            role: folded(&self.role),
            license: folded(&self.license),
            facts: FACTS.map(|(field, _)| match field {
                Field::TwoFactor => self.two_factor,
                Field::External => self.external,
                Field::Pro => self.pro,
                _ => None,
            }),
            group: self.group.as_ref().map(|group| (group.clone(), fold(group))),
            search: folded(&self.search).filter(|text| !text.is_empty()),
            standing: self.status.unwrap_or(Standing::Active),
            told_status: self.status.is_some(),
            mail: self.mail,
            domains: self.domains.clone(),
            missing: 0,
            unknown: [0; FACTS.len()],
        })
    }
}

/// Facts that a filter may need and a member may lack.
const FACTS: [(Field, &str); 5] = [
    (Field::TwoFactor, "two-factor authentication"),
    (Field::External, "external or not"),
    (Field::Pro, "Pro or not"),
    (Field::Groups, "which groups"),
    (Field::Email, "the e-mail address"),
];

/// The places of those that are no mere yes or no.
const GROUPS: usize = 3;
const EMAIL: usize = 4;

/// A choice at work, with what it had to pass over.
#[derive(Debug, Clone)]
pub struct Chosen {
    role: Option<String>,
    license: Option<String>,
    facts: [Option<Truth>; FACTS.len()],
    group: Option<(String, String)>,
    search: Option<String>,
    standing: Standing,
    told_status: bool,
    mail: Option<Mail>,
    domains: Vec<String>,
    missing: u64,
    unknown: [u64; FACTS.len()],
}

/// Someone passed over for what is unknown of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PassedOver {
    /// What is unknown.
    pub field: Field,
    /// The same in words.
    pub what: &'static str,
    /// How many.
    pub members: u64,
}

impl Chosen {
    /// Whether those who left are to be looked at, too.
    #[must_use]
    pub fn wants_left(&self) -> bool {
        matches!(self.standing, Standing::Left | Standing::All)
    }

    /// The text that is looked for, lower-cased.
    #[must_use]
    pub fn search(&self) -> Option<&str> {
        self.search.as_deref()
    }

    /// Whether the filters fit; counts who is passed over for what is unknown of them.
    pub fn takes(&mut self, member: &impl Candidate) -> bool {
        let status = member.status();
        let wanted = self.standing.takes(status);
        // Most members fall to the cheapest question.
        if !wanted && status != Status::Missing || !self.fits_plain(member) {
            return false;
        }
        let mut unknown = None;
        let mut fits = true;
        for (place, asked) in self.facts.into_iter().enumerate() {
            let Some(asked) = asked else { continue };
            let truth = member.truth(FACTS[place].0);
            if truth == Truth::Unknown && asked != Truth::Unknown {
                unknown = unknown.or(Some(place));
            }
            fits &= truth == asked;
        }
        if let Some((id, folded)) = &self.group {
            if !member.knows_groups() {
                unknown = unknown.or(Some(GROUPS));
            }
            fits = fits && member.in_group(id, folded);
        }
        if let Some(asked) = self.mail {
            let mail = member.mail(&self.domains);
            if mail == Mail::Unknown && asked != Mail::Unknown {
                unknown = unknown.or(Some(EMAIL));
            }
            fits &= mail == asked;
        }
        match (wanted, unknown) {
            (true, Some(place)) => self.unknown[place] += 1,
            (true, None) => return fits,
            (false, None) => self.missing += u64::from(fits),
            (false, Some(_)) => {}
        }
        false
    }

    fn fits_plain(&self, member: &impl Candidate) -> bool {
        let fits = |asked: &Option<String>, is: &dyn Fn(&str) -> Option<bool>| match asked {
            None => true,
            Some(asked) => is(asked).unwrap_or(asked == UNKNOWN),
        };
        fits(&self.role, &|role| member.role_is(role))
            && fits(&self.license, &|license| member.license_is(license))
            && self.search.as_deref().is_none_or(|text| member.mentions(text))
    }

    /// How many are missing since the last complete sync and would fit otherwise, unless a status
    /// was asked for.
    #[must_use]
    pub fn missing(&self) -> u64 {
        if self.told_status { 0 } else { self.missing }
    }

    /// Who was passed over for what is unknown of them.
    pub fn passed_over(&self) -> impl Iterator<Item = PassedOver> {
        let counted = self.unknown.into_iter().zip(FACTS);
        counted.filter(|(members, _)| *members > 0).map(|(members, (field, what))| PassedOver {
            field,
            what,
            members,
        })
    }

    /// The same in words.
    #[must_use]
    pub fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if self.missing() > 0 {
            notes.push(format!("{} more missing since the last complete sync", self.missing()));
        }
        for PassedOver { what, members, .. } in self.passed_over() {
            notes.push(format!("{what} is unknown for {members} more"));
        }
        notes
    }
}
