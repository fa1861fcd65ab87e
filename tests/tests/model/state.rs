//! What the model knows.

use std::collections::{BTreeMap, BTreeSet};

use crate::access::Request;
use crate::cast::{GROUPS, LIKES, MEMBERS, REPOS};
use crate::collections::Collection;
use crate::discussions::Talk;
use crate::webhooks::Webhook;

/// Number of a repo, which stays the same under every name.
pub(crate) type RepoNo = usize;

#[derive(Debug, Clone)]
pub(crate) struct Repo {
    pub(crate) kind: &'static str,
    pub(crate) id: String,
    pub(crate) private: bool,
    pub(crate) gate: &'static str,
    /// Id of a resource group.
    pub(crate) group: Option<String>,
    /// Whether members of the organization need access like others.
    pub(crate) members_gated: bool,
    /// Requests for access, by user.
    pub(crate) requests: BTreeMap<&'static str, Request>,
    pub(crate) likers: BTreeSet<&'static str>,
    /// By number; numbers are never given twice.
    pub(crate) talks: BTreeMap<u64, Talk>,
    pub(crate) last_talk: u64,
    pub(crate) gone: bool,
}

impl Repo {
    pub(crate) fn owner(&self) -> &str {
        self.id.split_once('/').unwrap().0
    }
}

/// What a name leads to.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Name {
    Is(RepoNo),
    Was(RepoNo),
}

#[derive(Debug, Clone)]
pub(crate) struct Member {
    pub(crate) role: String,
    /// Roles by id of the resource group.
    pub(crate) groups: BTreeMap<String, String>,
}

#[derive(Debug)]
pub(crate) struct State {
    pub(crate) repos: Vec<Repo>,
    pub(crate) names: BTreeMap<(&'static str, String), Name>,
    pub(crate) members: BTreeMap<&'static str, Member>,
    /// Names of resource groups, by id.
    pub(crate) groups: BTreeMap<String, String>,
    /// By id.
    pub(crate) collections: BTreeMap<String, Collection>,
    /// By id.
    pub(crate) webhooks: BTreeMap<String, Webhook>,
}

impl State {
    pub(crate) fn new() -> Self {
        let mut state = Self {
            repos: Vec::new(),
            names: BTreeMap::new(),
            members: BTreeMap::new(),
            groups: GROUPS.map(|(id, name, _)| (id.to_owned(), name.to_owned())).into(),
            collections: BTreeMap::new(),
            webhooks: BTreeMap::new(),
        };
        for (kind, id, private, gate, group) in REPOS {
            let number = state.add_repo(kind, id.to_owned(), private);
            state.repos[number].gate = gate;
            state.repos[number].group = group.map(|group| GROUPS[group].0.to_owned());
        }
        for (user, repo) in LIKES {
            state.repos[repo].likers.insert(user);
        }
        for (user, role) in MEMBERS {
            let groups = GROUPS.iter().filter_map(|(id, _, users)| {
                let (_, role) = users.iter().find(|(name, _)| *name == user)?;
                Some(((*id).to_owned(), (*role).to_owned()))
            });
            let member = Member { role: role.to_owned(), groups: groups.collect() };
            state.members.insert(user, member);
        }
        state
    }

    pub(crate) fn add_repo(&mut self, kind: &'static str, id: String, private: bool) -> RepoNo {
        let number = self.repos.len();
        self.names.insert((kind, id.clone()), Name::Is(number));
        self.repos.push(Repo {
            kind,
            id,
            private,
            gate: "no",
            group: None,
            members_gated: false,
            requests: BTreeMap::new(),
            likers: BTreeSet::new(),
            talks: BTreeMap::new(),
            last_talk: 0,
            gone: false,
        });
        number
    }

    /// Repos that are there, with their numbers.
    pub(crate) fn living(&self) -> impl Iterator<Item = (RepoNo, &Repo)> {
        self.repos.iter().enumerate().filter(|(_, repo)| !repo.gone)
    }
}
