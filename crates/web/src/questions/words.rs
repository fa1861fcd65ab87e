//! Words that filters take, each list closed: any other word is refused with these.

use hubfolk_license::mail::Mail;
use hubfolk_license::roster::{Kind, SortBy};
use hubfolk_license::select::{Standing, Truth};
use hubfolk_store::{EventKind, RunState};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// A value of a closed list that has names.
pub trait Word: Copy + 'static {
    /// What the list is called.
    const NAME: &'static str;
    /// Every value.
    const ALL: &'static [Self];

    /// The word for it.
    fn word(self) -> &'static str;
}

/// A value of a closed list, written as its word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Named<T>(pub T);

impl<T: Word> Serialize for Named<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.word())
    }
}

impl<'de, T: Word> Deserialize<'de> for Named<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let found = T::ALL.iter().copied().find(|value| value.word() == text);
        found.map(Self).ok_or_else(|| {
            let known: Vec<&str> = T::ALL.iter().map(|value| value.word()).collect();
            D::Error::custom(format!("choose from: {}", known.join(", ")))
        })
    }
}

impl<T: Word> JsonSchema for Named<T> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        T::NAME.into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let words: Vec<&str> = T::ALL.iter().map(|value| value.word()).collect();
        json_schema!({ "type": "string", "enum": words })
    }
}

macro_rules! words {
    ($($ty:ty: $name:literal = $all:expr;)*) => {
        $(impl Word for $ty {
            const NAME: &'static str = $name;
            const ALL: &'static [Self] = $all;

            fn word(self) -> &'static str {
                self.name()
            }
        })*
    };
}

words! {
    Truth: "Truth" = &Truth::ALL;
    Standing: "Standing" = &Standing::ALL;
    Mail: "Mail" = &Mail::ALL;
    SortBy: "SortBy" = &SortBy::ALL;
    Kind: "DifferenceKind" = &Kind::ALL;
    EventKind: "EventKind" = EventKind::ALL;
    RunState: "RunState" = &RunState::ALL;
    Order: "Order" = &Order::ALL;
    Column: "Column" = &Column::ALL;
}

/// From the first to the last, or from the last to the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Order {
    /// From the first to the last.
    Ascending,
    /// From the last to the first.
    Descending,
}

impl Order {
    const ALL: [Self; 2] = [Self::Ascending, Self::Descending];

    fn name(self) -> &'static str {
        match self {
            Self::Ascending => "asc",
            Self::Descending => "desc",
        }
    }
}

/// What is shown of a member besides the username.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Column {
    /// Full name.
    Fullname,
    /// Role.
    Role,
    /// License type.
    License,
    /// Two-factor authentication.
    TwoFactor,
    /// External collaborator.
    External,
    /// Pro subscription.
    Pro,
    /// Resource groups.
    Groups,
    /// Verified e-mail address.
    Email,
    /// Listed, missing or gone.
    Status,
    /// When they were first seen.
    FirstSeen,
    /// When anything last changed.
    LastChange,
}

impl Column {
    /// Every column, in the order they stand in.
    pub const ALL: [Self; 11] = [
        Self::Fullname,
        Self::Role,
        Self::License,
        Self::TwoFactor,
        Self::External,
        Self::Pro,
        Self::Groups,
        Self::Email,
        Self::Status,
        Self::FirstSeen,
        Self::LastChange,
    ];

    /// Those that are shown when nothing was chosen.
    pub const USUAL: [Self; 7] = [
        Self::Fullname,
        Self::Role,
        Self::TwoFactor,
        Self::External,
        Self::Groups,
        Self::Email,
        Self::LastChange,
    ];

    /// The name of the member's field.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Fullname => "fullname",
            Self::Role => "role",
            Self::License => "license",
            Self::TwoFactor => "two_factor",
            Self::External => "external",
            Self::Pro => "is_pro",
            Self::Groups => "groups",
            Self::Email => "email",
            Self::Status => "status",
            Self::FirstSeen => "first_seen",
            Self::LastChange => "last_change",
        }
    }

    /// The name for people.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Fullname => "Full name",
            Self::Role => "Role",
            Self::License => "License",
            Self::TwoFactor => "2FA",
            Self::External => "External",
            Self::Pro => "Pro",
            Self::Groups => "Groups",
            Self::Email => "E-mail",
            Self::Status => "Status",
            Self::FirstSeen => "First seen",
            Self::LastChange => "Last change",
        }
    }

    /// What members can be listed in order of by it.
    #[must_use]
    pub fn sort(self) -> Option<SortBy> {
        Some(match self {
            Self::Fullname => SortBy::Fullname,
            Self::Role | Self::License => SortBy::Role,
            Self::TwoFactor => SortBy::TwoFactor,
            Self::External => SortBy::External,
            Self::Pro => SortBy::Pro,
            Self::Groups => return None,
            Self::Email => SortBy::Email,
            Self::Status => SortBy::Status,
            Self::FirstSeen => SortBy::FirstSeen,
            Self::LastChange => SortBy::LastChange,
        })
    }
}
