//! What the ledger knows of one member at one time.

use std::fmt;

use crate::Error;

/// A fact about a member that the Hub may or may not show to a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Field {
    /// Role in the organization.
    Role = 0,
    /// Two-factor authentication.
    TwoFactor = 1,
    /// Verified e-mail address.
    Email = 2,
    /// External collaborator.
    External = 3,
    /// Resource groups and the role in each.
    Groups = 4,
    /// Pro subscription.
    Pro = 5,
    /// Full name.
    Fullname = 6,
}

impl Field {
    /// Every field, in the order in which they are reported.
    pub const ALL: [Self; 7] = [
        Self::Role,
        Self::TwoFactor,
        Self::Email,
        Self::External,
        Self::Groups,
        Self::Pro,
        Self::Fullname,
    ];

    /// The field's name in JSON objects.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Role => "role",
            Self::TwoFactor => "two_factor",
            Self::Email => "email",
            Self::External => "external",
            Self::Groups => "groups",
            Self::Pro => "is_pro",
            Self::Fullname => "fullname",
        }
    }
}

/// A set of [`Field`]s.
#[derive(Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct Fields(u8);

impl Fields {
    /// No field.
    pub const NONE: Self = Self(0);
    /// The fields whose presence depends on the token: the *coverage* of a run is a subset.
    pub const COVERAGE: Self = Self(0b1_1111);
    /// Every field.
    pub const ALL: Self = Self(0b111_1111);

    /// Whether `field` is in the set.
    #[must_use]
    pub fn has(self, field: Field) -> bool {
        self.0 & (1 << field as u8) != 0
    }

    /// Adds `field`.
    pub fn insert(&mut self, field: Field) {
        self.0 |= 1 << field as u8;
    }

    /// Takes `field` out.
    pub fn remove(&mut self, field: Field) {
        self.0 &= !(1 << field as u8);
    }

    /// Fields in both sets.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Fields in either set.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Fields in this set that the other lacks.
    #[must_use]
    pub fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether the set is empty.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The fields, in order.
    pub fn iter(self) -> impl Iterator<Item = Field> {
        Field::ALL.into_iter().filter(move |field| self.has(*field))
    }

    /// The fields' names, in order.
    #[must_use]
    pub fn names(self) -> Vec<&'static str> {
        self.iter().map(Field::name).collect()
    }

    /// The set as it is stored.
    #[must_use]
    pub fn bits(self) -> i64 {
        i64::from(self.0)
    }

    /// The set that was stored as `bits`; bits that this program does not know are dropped.
    #[must_use]
    pub fn from_bits(bits: i64) -> Self {
        Self((bits & i64::from(Self::ALL.0)) as u8)
    }
}

impl fmt::Debug for Fields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.names()).finish()
    }
}

impl FromIterator<Field> for Fields {
    fn from_iter<I: IntoIterator<Item = Field>>(fields: I) -> Self {
        let mut set = Self::NONE;
        fields.into_iter().for_each(|field| set.insert(field));
        set
    }
}

/// Whether a member was in the last complete list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    /// Listed.
    Active,
    /// Absent from the last complete list, not yet taken for gone.
    Missing,
    /// Gone.
    Left,
}

impl Status {
    /// The status as it stands in JSON and in the database.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Missing => "missing",
            Self::Left => "left",
        }
    }

    pub(crate) fn parse(text: &str) -> Result<Self, Error> {
        [Self::Active, Self::Missing, Self::Left]
            .into_iter()
            .find(|status| status.name() == text)
            .ok_or_else(|| Error::Unreadable { what: "member status", value: text.to_owned() })
    }
}

/// A member's role in one resource group.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct GroupRole {
    /// The group's 24 hex id.
    pub id: String,
    /// The group's name, as last seen.
    pub name: String,
    /// The role, in the Hub's words.
    pub role: String,
}

/// Everything the ledger holds about one member of one organization at one time.
///
/// A value without its bit in `known` was never seen and is `None`; a value whose bit is in `known`
/// but not in `fresh` was seen once, and was not shown when the member was last listed by a token
/// that sees it of others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberState {
    /// The person's 24 hex id, the key.
    pub user_id: String,
    /// Username as the Hub shows it.
    pub username: String,
    /// Full name.
    pub fullname: Option<String>,
    /// Verified e-mail address; `None` with `known` containing [`Field::Email`] means none verified.
    pub email: Option<String>,
    /// Role in the Hub's words.
    pub role: Option<String>,
    /// Pro subscription.
    pub is_pro: Option<bool>,
    /// Two-factor authentication.
    pub two_factor: Option<bool>,
    /// External collaborator.
    pub external: Option<bool>,
    /// Resource groups, sorted by id.
    pub groups: Vec<GroupRole>,
    /// Fields that were ever seen.
    pub known: Fields,
    /// Fields that were seen when last looked for.
    pub fresh: Fields,
    /// Listed, missing or gone.
    pub status: Status,
    /// Complete runs in a row without this member.
    pub absences: i64,
    /// When the first membership began.
    pub first_seen: i64,
}
