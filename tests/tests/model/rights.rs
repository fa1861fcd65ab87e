//! Who may do what, as the contract tells it: sections 1.4, 8 and 9.1.

use crate::cast::{ORG, Power, Who};
use crate::state::{Name, Repo, RepoNo, State};
use crate::turn::Verdict;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Access {
    None,
    Read,
    Write,
    Admin,
}

impl Who {
    /// A token that nobody has is refused before anything else is looked at.
    pub(crate) fn known(self) -> Verdict<()> {
        if self == Self::Unknown { Err(401) } else { Ok(()) }
    }

    /// The name of somebody who is logged in.
    pub(crate) fn user(self) -> Verdict<&'static str> {
        match self {
            Self::Known { name, .. } => Ok(name),
            Self::Anonymous | Self::Unknown => Err(401),
        }
    }

    pub(crate) fn power(self) -> Option<Power> {
        match self {
            Self::Known { power, .. } => Some(power),
            Self::Anonymous | Self::Unknown => None,
        }
    }

    /// The name of somebody who writes for themselves, such as taking back a like.
    pub(crate) fn acts(self) -> Verdict<&'static str> {
        let name = self.user()?;
        if self.power() == Some(Power::Write) { Ok(name) } else { Err(403) }
    }
}

impl State {
    /// What somebody may do with a repo, token aside.
    pub(crate) fn own_access(&self, user: &str, repo: &Repo) -> Access {
        if repo.owner() == user {
            return Access::Admin;
        }
        let member = self.members.get(user).filter(|_| repo.owner() == ORG);
        let Some(member) = member else { return Access::None };
        if member.role == "admin" {
            return Access::Admin;
        }
        let role = match &repo.group {
            Some(group) => member.groups.get(group).map_or("no_access", String::as_str),
            None => &member.role,
        };
        match role {
            "admin" => Access::Admin,
            "write" => Access::Write,
            "contributor" | "read" => Access::Read,
            _ => Access::None,
        }
    }

    pub(crate) fn access(&self, who: Who, repo: &Repo) -> Access {
        let open = if repo.private { Access::None } else { Access::Read };
        let Who::Known { name, power, .. } = who else { return open };
        let most = match power {
            Power::Write => Access::Admin,
            Power::Read => Access::Read,
            Power::Fine if repo.kind == "model" && repo.id == "acme/m1" => Access::Admin,
            Power::Fine => Access::None,
        };
        self.own_access(name, repo).min(most).max(open)
    }

    /// The repo of this name, for somebody who may know of it. What is private looks missing; an
    /// old name leads to the new one.
    pub(crate) fn find(&self, who: Who, kind: &'static str, id: &str) -> Verdict<RepoNo> {
        who.known()?;
        let missing = if who == Who::Anonymous { 401 } else { 404 };
        let (number, moved) = match self.names.get(&(kind, id.to_owned())) {
            Some(Name::Is(number)) => (*number, false),
            Some(Name::Was(number)) => (*number, true),
            None => return Err(missing),
        };
        let repo = &self.repos[number];
        if repo.gone || self.access(who, repo) == Access::None {
            return Err(missing);
        }
        if moved { Err(307) } else { Ok(number) }
    }

    /// The same for somebody who needs a right to it.
    pub(crate) fn find_to(
        &self,
        who: Who,
        kind: &'static str,
        id: &str,
        needed: Access,
    ) -> Verdict<RepoNo> {
        let number = self.find(who, kind, id)?;
        who.user()?;
        if self.access(who, &self.repos[number]) < needed { Err(403) } else { Ok(number) }
    }

    /// Whether somebody is at home in a namespace enough to make something there.
    pub(crate) fn makes_in(&self, user: &str, namespace: &str) -> bool {
        let member = self.members.get(user).filter(|_| namespace == ORG);
        namespace == user
            || member.is_some_and(|member| {
                matches!(member.role.as_str(), "admin" | "write" | "contributor")
            })
    }
}
