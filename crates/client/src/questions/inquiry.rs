//! A question that is being answered: what is known so far, and the way on from there.

use std::collections::BTreeMap;

use hubfolk_api::{
    account::{OrganizationMember, PublicUser},
    likes::ListRepoLikers,
    organizations::ListOrganizationMembers,
};
use serde::{Deserialize, Serialize};

use super::{Answer, Question, conclude, plan::Plan};
use crate::{
    error::{Argument, ConfigError, Error},
    hub::Hub,
    pages::Page,
};

/// Form of what an inquiry is written as; another number is another form.
const VERSION: u32 = 1;

/// Members that are asked for at once; more than the Hub gives unasked, to need fewer requests.
pub(super) const MEMBERS_A_PAGE: u32 = 1_000;

/// A question and everything that has been found out about it so far.
///
/// It can be written with serde and read back, to go on after an interruption; it never holds a
/// token. [`Inquiry::run`] may be dropped at any time: what was found out until then is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Inquiry {
    version: u32,
    /// The Hub that answers; another one would know other people.
    endpoint: String,
    question: Question,
    /// Requests sent so far.
    requests: u64,
    /// Whom the question is about, once the list is whole.
    pub(super) people: Option<People>,
    pub(super) plan: Option<Plan>,
    /// Names to show of organizations that came up.
    pub(super) fullnames: BTreeMap<String, String>,
    /// Requests of runs before this one.
    #[serde(skip)]
    earlier: u64,
}

/// A whole list of people.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct People {
    pub(super) list: Vec<Person>,
    /// Entries that could not be read.
    pub(super) odd: u64,
}

/// Somebody whom the question is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Person {
    pub(super) username: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) fullname: Option<String>,
}

impl From<OrganizationMember> for Person {
    fn from(member: OrganizationMember) -> Self {
        Self { username: member.username, id: Some(member.id), fullname: member.fullname }
    }
}

impl From<PublicUser> for Person {
    fn from(user: PublicUser) -> Self {
        Self { username: user.username, id: user.id, fullname: user.fullname }
    }
}

/// How far an inquiry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// How much has been done.
    pub done: u64,
    /// How much there is in all, once that is known.
    pub total: Option<u64>,
    /// Requests sent so far.
    pub requests: u64,
}

impl Inquiry {
    /// A question of which nothing is known yet.
    #[must_use]
    pub fn new(question: Question) -> Self {
        Self {
            version: VERSION,
            endpoint: String::new(),
            question,
            requests: 0,
            people: None,
            plan: None,
            fullnames: BTreeMap::new(),
            earlier: 0,
        }
    }

    /// What is asked.
    #[must_use]
    pub fn question(&self) -> &Question {
        &self.question
    }

    /// The Hub that is asked; empty before the first run.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Whether this is the same question to the same Hub, in a form that this version reads.
    #[must_use]
    pub fn continues(&self, question: &Question, hub: &Hub) -> bool {
        let fresh = self.endpoint.is_empty();
        self.version == VERSION
            && self.question == *question
            && (fresh || self.endpoint == hub.endpoint())
    }

    /// Whether there is anything to go on from: whom the question is about is known.
    #[must_use]
    pub fn is_begun(&self) -> bool {
        self.people.is_some()
    }

    /// How far it is.
    #[must_use]
    pub fn progress(&self) -> Progress {
        let (done, total) = match &self.plan {
            Some(Plan::Each(each)) => (each.done(), Some(each.units.len() as u64)),
            _ => (0, None),
        };
        Progress { done, total, requests: self.requests }
    }

    /// Finds the answer, asking about so many people at the same time; `told` hears after every
    /// page and every person, and may write the inquiry down.
    ///
    /// People about whom an earlier run could not find out are asked about again.
    ///
    /// # Errors
    ///
    /// What concerns one person only makes that person unknown. What concerns everybody ends the
    /// run: a list that cannot be read, a token that is refused, a rate limit that lasts longer
    /// than the client may wait, a Hub that cannot be reached. The inquiry keeps what was found
    /// out, and can be run again.
    pub async fn run(
        &mut self,
        hub: &Hub,
        concurrency: usize,
        mut told: impl FnMut(&Self) + Send,
    ) -> Result<Answer, Error> {
        self.question.validate().map_err(|invalid| {
            Error::Argument(Box::new(Argument { operation: "ask", source: invalid.into() }))
        })?;
        if !self.continues(&self.question, hub) {
            let problem = format!("was begun at {} or by another version", self.endpoint);
            return Err(ConfigError::new("inquiry", problem).into());
        }
        hub.endpoint().clone_into(&mut self.endpoint);
        self.earlier = self.requests;
        let mut run = Run { hub, before: hub.stats().requests, told: &mut told };
        let outcome = self.go_on(&mut run, concurrency.max(1)).await;
        // What was sent for nothing was sent too.
        self.tell(&mut run);
        outcome.map(|()| self.answer())
    }

    async fn go_on(&mut self, run: &mut Run<'_>, concurrency: usize) -> Result<(), Error> {
        if self.people.is_none() {
            self.read_people(run).await?;
        }
        if self.plan.is_none() {
            self.choose_plan(run).await?;
        }
        self.follow_plan(run, concurrency).await
    }

    /// The answer as far as it is known; who has not been asked about yet is unknown.
    #[must_use]
    pub fn answer(&self) -> Answer {
        conclude::answer(self, self.requests)
    }

    async fn read_people(&mut self, run: &mut Run<'_>) -> Result<(), Error> {
        let people = match self.question.clone() {
            Question::Members { organization, .. } => {
                let members =
                    ListOrganizationMembers::builder(organization).limit(MEMBERS_A_PAGE).build();
                let pages = run.hub.list(members).pages();
                self.collect(run, Box::pin(pages)).await?
            }
            Question::Likers { repo } => {
                let likers = ListRepoLikers::new(repo.repo_type, repo.name);
                let pages = run.hub.list(likers).pages();
                self.collect(run, Box::pin(pages)).await?
            }
        };
        self.people = Some(people);
        (run.told)(self);
        Ok(())
    }

    /// Reads all pages that are left of a list of people; a person on two pages is one person.
    pub(super) async fn collect<T: Into<Person>>(
        &mut self,
        run: &mut Run<'_>,
        mut pages: Pages<T>,
    ) -> Result<People, Error> {
        use futures_util::StreamExt;

        let mut people = People::default();
        let mut seen = std::collections::HashSet::new();
        while let Some(page) = pages.next().await {
            let page = page?;
            people.odd += page.odd.len() as u64;
            for person in page.items.into_iter().map(Into::<Person>::into) {
                let key = person.id.clone().unwrap_or_else(|| person.username.to_lowercase());
                if seen.insert(key) {
                    people.list.push(person);
                }
            }
            self.tell(run);
        }
        Ok(people)
    }

    /// Counts what was sent and lets the program know.
    pub(super) fn tell(&mut self, run: &mut Run<'_>) {
        self.requests = self.earlier + (run.hub.stats().requests - run.before);
        (run.told)(self);
    }
}

/// The pages of a list of people.
pub(super) type Pages<T> =
    std::pin::Pin<Box<dyn futures_util::Stream<Item = Result<Page<T>, Error>> + Send>>;

/// What a run works with.
pub(super) struct Run<'a> {
    pub(super) hub: &'a Hub,
    /// Requests that the client had sent before.
    before: u64,
    told: &'a mut (dyn FnMut(&Inquiry) + Send),
}
