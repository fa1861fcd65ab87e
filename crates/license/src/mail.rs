//! Where a member's verified e-mail address is, by the domains that an organization allows.

use hubfolk_store::Field;
use schemars::JsonSchema;
use serde::Serialize;

use crate::views::Member;

/// Where a member's verified e-mail address is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mail {
    /// At one of the allowed domains.
    Allowed,
    /// At another domain.
    Outside,
    /// Nowhere: none is verified.
    None,
    /// The token of the last sync could not see it.
    Unknown,
}

impl Mail {
    /// Every answer.
    pub const ALL: [Self; 4] = [Self::Allowed, Self::Outside, Self::None, Self::Unknown];

    /// The answer as people type it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Outside => "outside",
            Self::None => "none",
            Self::Unknown => "unknown",
        }
    }

    /// Whether it takes allowed domains to tell.
    #[must_use]
    pub fn needs_domains(self) -> bool {
        matches!(self, Self::Allowed | Self::Outside)
    }

    /// Where an address is; `domains` are lower-cased. A domain allows no domain below it: whoever
    /// runs one gives its addresses away.
    #[must_use]
    pub fn of(email: Option<&str>, known: bool, domains: &[String]) -> Self {
        if !known {
            return Self::Unknown;
        }
        let Some(email) = email.filter(|email| !email.is_empty()) else { return Self::None };
        let (_, domain) = email.rsplit_once('@').unwrap_or(("", email));
        let allowed = |one: &String| one == domain || *one == domain.to_lowercase();
        if domains.iter().any(allowed) { Self::Allowed } else { Self::Outside }
    }

    /// Where a member's address is.
    #[must_use]
    pub fn of_member(member: &Member, domains: &[String]) -> Self {
        Self::of(member.email.as_deref(), member.knows(Field::Email), domains)
    }
}

/// How many members have their verified address where.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Mails {
    /// At one of the allowed domains.
    pub allowed: i64,
    /// At another domain.
    pub outside: i64,
    /// Nowhere: none is verified.
    pub none: i64,
    /// The token of the last sync could not see it.
    pub unknown: i64,
}

impl Mails {
    /// One more.
    pub fn add(&mut self, mail: Mail) {
        *match mail {
            Mail::Allowed => &mut self.allowed,
            Mail::Outside => &mut self.outside,
            Mail::None => &mut self.none,
            Mail::Unknown => &mut self.unknown,
        } += 1;
    }

    /// All of them.
    #[must_use]
    pub fn total(self) -> i64 {
        self.allowed + self.outside + self.none + self.unknown
    }
}

#[cfg(test)]
mod tests {
    use super::Mail;

    #[test]
    fn an_address_is_allowed_by_its_whole_domain_and_nothing_else() {
        let domains = ["acme.com".to_owned(), "bücher.example".to_owned()];
        for (email, known, mail) in [
            (Some("ada@acme.com"), true, Mail::Allowed),
            (Some("ada@ACME.com"), true, Mail::Allowed),
            (Some("ada@BÜCHER.example"), true, Mail::Allowed),
            (Some("ada@eng.acme.com"), true, Mail::Outside),
            (Some("ada@notacme.com"), true, Mail::Outside),
            (Some("acme.com@evil.example"), true, Mail::Outside),
            (Some("\"a@acme.com\"@evil.example"), true, Mail::Outside),
            (Some("nonsense"), true, Mail::Outside),
            (Some(""), true, Mail::None),
            (None, true, Mail::None),
            (None, false, Mail::Unknown),
            (Some("ada@acme.com"), false, Mail::Unknown),
        ] {
            assert_eq!(Mail::of(email, known, &domains), mail, "{email:?} {known}");
        }
    }
}
