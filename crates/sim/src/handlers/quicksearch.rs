//! The search of the front page.

use hubfolk_api::quicksearch::{QuickSearch, SearchType};
use serde::Serialize;

use super::{Ask, Behaviour, Show};
use crate::answer::{Answer, Refusal};
use crate::id::ObjectId;
use crate::visibility::RepoAccess;
use crate::world::{Account, Repo, RepoType};

/// Results of each type unless told otherwise.
const DEFAULT_LIMIT: u32 = 10;

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Found<'a> {
    datasets: Vec<FoundRepo<'a>>,
    datasets_count: usize,
    models: Vec<FoundRepo<'a>>,
    models_count: usize,
    orgs: Vec<FoundOrg<'a>>,
    q: &'a str,
    spaces: Vec<FoundRepo<'a>>,
    spaces_count: usize,
    users: Vec<FoundUser<'a>>,
    papers: Vec<FoundRepo<'a>>,
    papers_count: usize,
    collections: Vec<FoundCollection<'a>>,
    collections_count: usize,
    buckets: Vec<FoundRepo<'a>>,
    buckets_count: usize,
    kernels: Vec<FoundRepo<'a>>,
    kernels_count: usize,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct FoundRepo<'a> {
    id: &'a str,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    private: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    emoji: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trending_weight: Option<u64>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct FoundUser<'a> {
    #[serde(rename = "_id")]
    id: ObjectId,
    avatar_url: &'a str,
    fullname: &'a str,
    user: &'a str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct FoundOrg<'a> {
    #[serde(rename = "_id")]
    id: ObjectId,
    avatar_url: &'a str,
    fullname: &'a str,
    name: &'a str,
}

#[derive(Debug, Serialize)]
struct FoundCollection<'a> {
    #[serde(rename = "_id")]
    id: ObjectId,
    title: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    description: &'a str,
}

impl<'a> FoundRepo<'a> {
    fn plain(id: &'a str, private: bool) -> Self {
        Self { id, private, emoji: None, trending_weight: None }
    }
}

impl Show<QuickSearch> for Behaviour {
    /// Accounts whose name or full name begins with the text, repos whose id has it.
    fn show(ask: &Ask<'_>, request: &QuickSearch) -> Result<Answer, Refusal> {
        let limit = request.limit.unwrap_or(DEFAULT_LIMIT);
        if limit < 1 {
            return Err(Refusal::invalid("Too small: expected number to be >=1", "limit"));
        }
        if limit > 20 {
            return Err(Refusal::invalid("Too big: expected number to be <=20", "limit"));
        }
        if request.types.iter().any(|one| matches!(one, SearchType::Other(_))) {
            return Err(Refusal::invalid("Invalid option", "type"));
        }
        let search = Search { ask, request, text: request.q.to_lowercase(), limit: limit as usize };
        let (models, models_count) = search.repos(RepoType::Model, &SearchType::Model);
        let (datasets, datasets_count) = search.repos(RepoType::Dataset, &SearchType::Dataset);
        let (spaces, spaces_count) = search.repos(RepoType::Space, &SearchType::Space);
        let (kernels, kernels_count) = search.repos(RepoType::Kernel, &SearchType::Kernel);
        let (papers, papers_count) = search.papers();
        let (collections, collections_count) = search.collections();
        let (buckets, buckets_count) = search.buckets();
        Ok(Answer::json(&Found {
            datasets,
            datasets_count,
            models,
            models_count,
            orgs: search.orgs(),
            q: &request.q,
            spaces,
            spaces_count,
            users: search.users(),
            papers,
            papers_count,
            collections,
            collections_count,
            buckets,
            buckets_count,
            kernels,
            kernels_count,
        }))
    }
}

struct Search<'a> {
    ask: &'a Ask<'a>,
    request: &'a QuickSearch,
    text: String,
    limit: usize,
}

impl<'a> Search<'a> {
    fn wants(&self, one: &SearchType) -> bool {
        self.request.types.is_empty() || self.request.types.contains(one)
    }

    fn leaves_out(&self, name: &str) -> bool {
        self.request.exclude.iter().any(|left| left == name)
    }

    fn is_meant(&self, name: &str, fullname: &str) -> bool {
        let begins = |text: &str| text.to_lowercase().starts_with(&self.text);
        (begins(name) || fullname.split_whitespace().any(begins)) && !self.leaves_out(name)
    }

    fn repos(&self, kind: RepoType, wanted: &SearchType) -> (Vec<FoundRepo<'a>>, usize) {
        if !self.wants(wanted) {
            return (Vec::new(), 0);
        }
        let mut found: Vec<&'a Repo> = self
            .ask
            .world
            .all_repos()
            .map(|(_, repo)| repo)
            .filter(|repo| repo.kind == kind && repo.id.to_lowercase().contains(&self.text))
            .filter(|repo| self.belongs(repo.owner().unwrap_or_default()))
            .filter(|repo| !self.leaves_out(&repo.id))
            .filter(|repo| self.ask.caller.repo_access(self.ask.world, repo) > RepoAccess::None)
            .collect();
        let count = found.len();
        found.sort_by_key(|repo| std::cmp::Reverse(repo.like_count()));
        found.truncate(self.limit);
        let view = |repo: &'a Repo| FoundRepo {
            id: &repo.id,
            private: repo.private,
            emoji: (kind == RepoType::Space).then(|| {
                repo.extra.get("emoji").and_then(serde_json::Value::as_str).unwrap_or_default()
            }),
            trending_weight: (kind != RepoType::Kernel).then(|| repo.like_count()),
        };
        (found.into_iter().map(view).collect(), count)
    }

    fn papers(&self) -> (Vec<FoundRepo<'a>>, usize) {
        if !self.wants(&SearchType::Paper) || self.request.namespace.is_some() {
            return (Vec::new(), 0);
        }
        let papers = self.ask.world.all_papers().into_iter().filter(|paper| {
            paper.title.to_lowercase().contains(&self.text) || paper.id.starts_with(&self.text)
        });
        let found = papers.map(|paper| FoundRepo::plain(&paper.id, false)).collect();
        self.counted(found)
    }

    fn buckets(&self) -> (Vec<FoundRepo<'a>>, usize) {
        if !self.wants(&SearchType::Bucket) {
            return (Vec::new(), 0);
        }
        let found = self
            .ask
            .world
            .all_buckets()
            .into_iter()
            .filter(|bucket| bucket.id.to_lowercase().contains(&self.text))
            .filter(|bucket| {
                let owner = bucket.id.split_once('/').map_or("", |(owner, _)| owner);
                self.belongs(owner)
                    && (!bucket.private || self.is_callers(self.ask.world.account(owner)))
            })
            .map(|bucket| FoundRepo::plain(&bucket.id, bucket.private))
            .collect();
        self.counted(found)
    }

    fn collections(&self) -> (Vec<FoundCollection<'a>>, usize) {
        if !self.wants(&SearchType::Collection) {
            return (Vec::new(), 0);
        }
        let world = self.ask.world;
        let found = world
            .collections()
            .filter(|one| one.title.to_lowercase().contains(&self.text))
            .filter(|one| {
                self.belongs(world.account_name(one.owner))
                    && (!one.private || self.is_callers(Some(one.owner)))
            })
            .map(|one| FoundCollection {
                id: one.id,
                title: &one.title,
                description: &one.description,
            })
            .collect();
        self.counted(found)
    }

    /// As much as is wanted, and how much there is.
    fn counted<T>(&self, mut found: Vec<T>) -> (Vec<T>, usize) {
        let count = found.len();
        found.truncate(self.limit);
        (found, count)
    }

    fn belongs(&self, owner: &str) -> bool {
        self.request.namespace.as_ref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(owner))
    }

    /// Private things are found by those who own them.
    fn is_callers(&self, owner: Option<Account>) -> bool {
        self.ask.caller.user().is_some_and(|user| owner == Some(Account::User(user)))
    }

    fn users(&self) -> Vec<FoundUser<'a>> {
        // The members of an organization are what belongs to it; of a user, nobody is.
        if !self.wants(&SearchType::User) || self.request.namespace.is_some() {
            return Vec::new();
        }
        let meant =
            self.ask.world.all_users().filter(|user| self.is_meant(&user.name, &user.fullname));
        let view = |user: &'a crate::world::User| FoundUser {
            id: user.id,
            avatar_url: &user.avatar_url,
            fullname: &user.fullname,
            user: &user.name,
        };
        meant.take(self.limit).map(view).collect()
    }

    fn orgs(&self) -> Vec<FoundOrg<'a>> {
        if !self.wants(&SearchType::Organization) || self.request.namespace.is_some() {
            return Vec::new();
        }
        let orgs = self.ask.world.organizations().filter_map(|name| {
            match self.ask.world.account(name)? {
                Account::Org(org) => Some(self.ask.world.org(org)),
                Account::User(_) => None,
            }
        });
        let meant = orgs.filter(|org| self.is_meant(&org.name, &org.fullname));
        meant
            .take(self.limit)
            .map(|org| FoundOrg {
                id: org.id,
                avatar_url: &org.avatar_url,
                fullname: &org.fullname,
                name: &org.name,
            })
            .collect()
    }
}
