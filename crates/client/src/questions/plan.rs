//! Choosing the side that needs fewer requests: one list, or every person's own.

use std::collections::HashSet;

use futures_util::StreamExt;
use hubfolk_api::{
    likes::ListRepoLikers,
    organizations::{ListOrganizationFollowers, ListOrganizationMembers},
    repos::{GetRepoInfo, RepoId},
    users::{GetUserOverview, ListUserFollowers},
};
use serde::{Deserialize, Serialize};

use super::{
    Question, Relation,
    fan_out::{Each, Source},
    inquiry::{Inquiry, MEMBERS_A_PAGE, Pages, People, Person, Run},
    shown,
};
use crate::{error::Error, pages::Page};

/// How a question is answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Plan {
    /// One list was read and compared with the people.
    List(Compared),
    /// Each person is asked about.
    Each(Each),
}

/// What the comparison with a list gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Compared {
    /// The list, in words.
    pub(super) list: String,
    /// Names of the people who are on it.
    pub(super) matched: HashSet<String>,
    /// Entries of it that could not be read.
    pub(super) odd: u64,
}

/// A list of which the first page is here.
pub(super) struct Begun<T> {
    pub(super) first: Option<Page<T>>,
    rest: Pages<T>,
}

impl<T: Send + 'static> Begun<T> {
    pub(super) async fn begin(mut rest: Pages<T>) -> Result<Self, Error> {
        let first = rest.next().await.transpose()?;
        Ok(Self { first, rest })
    }

    pub(super) fn goes_on(&self) -> bool {
        self.first.as_ref().is_some_and(|page| page.has_next)
    }

    /// How many requests the rest takes when the list has so many entries.
    pub(super) fn requests_left(&self, entries: u64) -> u64 {
        let size = self.first.as_ref().map_or(0, |page| page.items.len() + page.odd.len());
        entries.div_ceil(size.max(1) as u64).saturating_sub(1)
    }

    pub(super) fn pages(self) -> Pages<T> {
        Box::pin(futures_util::stream::iter(self.first.map(Ok)).chain(self.rest))
    }
}

impl Inquiry {
    /// Decides, after a look at the first page of the list that could answer it all.
    pub(super) async fn choose_plan(&mut self, run: &mut Run<'_>) -> Result<(), Error> {
        let relation = match self.question().clone() {
            Question::Likers { .. } => {
                self.ask_each(run, Source::Organizations { hidden_in: None });
                return Ok(());
            }
            Question::Members { relation, .. } => relation,
        };
        match relation {
            Relation::Likes { repo } => self.plan_likes(run, repo).await,
            Relation::Follows { account } => self.plan_follows(run, account).await,
            Relation::BelongsTo { organization } => self.plan_belongs(run, organization).await,
            Relation::Discusses { repo, comments } => {
                self.plan_discusses(run, repo, comments).await
            }
        }
    }

    pub(super) fn ask_each(&mut self, run: &mut Run<'_>, source: Source) {
        let people = self.people.as_ref().map_or(&[][..], |people| &people.list);
        self.plan = Some(Plan::Each(Each::of(source, people)));
        self.tell(run);
    }

    pub(super) fn headcount(&self) -> u64 {
        self.people.as_ref().map_or(0, |people| people.list.len() as u64)
    }

    /// Reads the list to its end and compares it.
    async fn compare<T: Into<Person>>(
        &mut self,
        run: &mut Run<'_>,
        list: String,
        pages: Pages<T>,
    ) -> Result<(), Error> {
        let listed = self.collect(run, pages).await?;
        self.compare_with(run, list, &listed);
        Ok(())
    }

    /// Compares the people with a list that was read.
    pub(super) fn compare_with(&mut self, run: &mut Run<'_>, list: String, listed: &People) {
        let ids: HashSet<&str> =
            listed.list.iter().filter_map(|person| person.id.as_deref()).collect();
        let names: HashSet<String> =
            listed.list.iter().map(|person| person.username.to_lowercase()).collect();
        let people = self.people.iter().flat_map(|people| &people.list);
        // The id is who somebody is; the name counts where a list leaves the id out.
        let on_it = |person: &&Person| match &person.id {
            Some(id) if ids.contains(id.as_str()) => true,
            Some(_) if ids.len() == listed.list.len() => false,
            _ => names.contains(&person.username.to_lowercase()),
        };
        let matched = people.filter(on_it).map(|person| person.username.clone()).collect();
        self.plan = Some(Plan::List(Compared { list, matched, odd: listed.odd }));
        self.tell(run);
    }

    /// The likers of the repository, or the likes of each person.
    async fn plan_likes(&mut self, run: &mut Run<'_>, repo: RepoId) -> Result<(), Error> {
        let likers = ListRepoLikers::new(repo.repo_type.clone(), &repo.name);
        let begun = Begun::begin(Box::pin(run.hub.list(likers).pages())).await?;
        self.tell(run);
        if begun.goes_on() {
            let info = GetRepoInfo::builder(repo.repo_type.clone(), &repo.name)
                .expand(vec!["likes".to_owned(), "private".to_owned()])
                .build();
            // Without the number the list, which answers for everybody, is the safe choice.
            let info = run.hub.send(info).await.ok();
            self.tell(run);
            // People's own lists show public repositories only.
            let public = info.as_ref().is_some_and(|info| info.private != Some(true));
            let left = info.and_then(|info| info.likes).map(|likes| begun.requests_left(likes));
            if public && left.is_some_and(|left| left > self.headcount()) {
                self.ask_each(run, Source::Likes { repo });
                return Ok(());
            }
        }
        self.compare(run, format!("the likers of {}", shown(&repo)), begun.pages()).await
    }

    /// The followers of the account, or whom each person follows; followed organizations are on no
    /// list of a person's.
    async fn plan_follows(&mut self, run: &mut Run<'_>, account: String) -> Result<(), Error> {
        let list = format!("the followers of {account}");
        let followers = ListUserFollowers::new(&account);
        let begun = match Begun::begin(Box::pin(run.hub.list(followers).pages())).await {
            Ok(begun) => begun,
            Err(error) if error.is_not_found() => {
                self.tell(run);
                let followers = ListOrganizationFollowers::new(&account);
                let pages = Box::pin(run.hub.list(followers).pages());
                return self.compare(run, list, pages).await;
            }
            Err(error) => return Err(error),
        };
        self.tell(run);
        if begun.goes_on() {
            let profile = run.hub.send(GetUserOverview::new(&account)).await.ok();
            self.tell(run);
            let followers = profile.and_then(|profile| profile.num_followers);
            if followers.is_some_and(|count| begun.requests_left(count) > self.headcount()) {
                self.ask_each(run, Source::Following { account });
                return Ok(());
            }
        }
        self.compare(run, list, begun.pages()).await
    }

    /// The members of the other organization; where they are hidden, what profiles show.
    ///
    /// Profiles show public memberships only, so a no can come from the list alone: however long
    /// it is, it is not traded for them.
    async fn plan_belongs(&mut self, run: &mut Run<'_>, other: String) -> Result<(), Error> {
        let members = ListOrganizationMembers::builder(&other).limit(MEMBERS_A_PAGE).build();
        match Begun::begin(Box::pin(run.hub.list(members).pages())).await {
            Ok(begun) => self.compare(run, format!("the members of {other}"), begun.pages()).await,
            Err(error) if error.status().is_some_and(|s| matches!(s.as_u16(), 401 | 403)) => {
                self.ask_each(run, Source::Organizations { hidden_in: Some(other) });
                Ok(())
            }
            Err(error) => Err(error),
        }
    }
}
