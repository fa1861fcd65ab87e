//! Roles as people type them, alone and with a group.

use clap::ValueEnum;
use hubfolk_api::account::Role;

/// A role in an organization or a resource group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(super) enum RoleWord {
    Admin,
    Write,
    Contributor,
    Read,
    NoAccess,
}

impl From<RoleWord> for Role {
    fn from(word: RoleWord) -> Self {
        match word {
            RoleWord::Admin => Self::Admin,
            RoleWord::Write => Self::Write,
            RoleWord::Contributor => Self::Contributor,
            RoleWord::Read => Self::Read,
            RoleWord::NoAccess => Self::NoAccess,
        }
    }
}

/// `NAME=ROLE`: a group or a user, and the role there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct WithRole {
    pub(super) name: String,
    pub(super) role: RoleWord,
}

pub(super) fn with_role(text: &str) -> Result<WithRole, String> {
    let form = "give NAME=ROLE, as in research=write";
    let (name, word) = text.rsplit_once('=').ok_or(form)?;
    if name.is_empty() {
        return Err(form.to_owned());
    }
    let role = RoleWord::from_str(word, false).map_err(|_| {
        format!("`{word}` is no role; one is admin, write, contributor, read or no_access")
    })?;
    Ok(WithRole { name: name.to_owned(), role })
}

#[cfg(test)]
mod tests {
    use super::{RoleWord, WithRole, with_role};

    #[test]
    fn a_group_and_its_role_are_read_and_what_is_wrong_is_said() {
        let research = WithRole { name: "research".to_owned(), role: RoleWord::NoAccess };
        assert_eq!(with_role("research=no_access"), Ok(research));
        for wrong in ["research", "=read", "research=owner", "research="] {
            assert!(with_role(wrong).is_err(), "{wrong}");
        }
    }
}
