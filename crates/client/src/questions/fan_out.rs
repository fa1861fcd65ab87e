//! Asking about each person, a few at the same time.

use futures_util::{StreamExt, stream};
use hubfolk_api::{
    repos::RepoId,
    users::{GetUserOverview, ListLikedRepos, ListUserFollowing},
};
use serde::{Deserialize, Serialize};

use super::{
    discussions,
    inquiry::{Inquiry, Person, Run},
    plan::Plan,
    shown,
};
use crate::{error::Error, hub::Hub};

/// So many people in a row without any answer mean that the Hub is not there.
const SILENCE: usize = 10;

/// What each person is asked for, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Each {
    pub(super) source: Source,
    pub(super) units: Vec<Unit>,
    /// Who was found before anything was asked.
    #[serde(default)]
    pub(super) found: Vec<String>,
    /// Entries of the list of what is asked about that could not be read.
    #[serde(default)]
    pub(super) odd: u64,
}

/// Where a person's part of the answer stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Source {
    /// In the list of what the person likes.
    Likes {
        /// What is looked for.
        repo: RepoId,
    },
    /// In the list of whom the person follows.
    Following {
        /// Who is looked for.
        account: String,
    },
    /// In the organizations of the person's profile.
    Organizations {
        /// The one that is looked for because its own list is closed; without, all are wanted.
        hidden_in: Option<String>,
    },
    /// In the list of discussions that the person began.
    Begun {
        /// Where they are.
        repo: RepoId,
    },
    /// In the comments of each discussion; what is asked about are discussions, not people.
    Threads {
        /// Where they are.
        repo: RepoId,
    },
}

/// One person, or discussion, to ask about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Unit {
    /// Name of the person, or number of the discussion.
    pub(super) name: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) outcome: Option<Outcome>,
}

/// What came of asking about one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Outcome {
    /// It was read to the end, or far enough: the names that were looked for and found.
    Read(Vec<String>),
    /// It was not read, and why.
    Failed(String),
}

/// What one person's profile or list gave.
struct Read {
    found: Vec<String>,
    /// Names to show of organizations.
    fullnames: Vec<(String, String)>,
}

impl Read {
    fn only(found: Vec<String>) -> Self {
        Self { found, fullnames: Vec::new() }
    }
}

/// Why one person's part is not known.
enum Failure {
    Hub(Error),
    /// It came, and some of it makes no sense.
    Odd(String),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Hub(error)
    }
}

impl Each {
    pub(super) fn of(source: Source, people: &[Person]) -> Self {
        let unit = |person: &Person| Unit { name: person.username.clone(), outcome: None };
        Self { source, units: people.iter().map(unit).collect(), found: Vec::new(), odd: 0 }
    }

    pub(super) fn done(&self) -> u64 {
        self.units.iter().filter(|unit| unit.outcome.is_some()).count() as u64
    }

    /// What is read of each person, in words.
    pub(super) fn words(&self) -> String {
        match &self.source {
            Source::Likes { repo } => {
                format!("each member's likes, fewer than the likers of {}", shown(repo))
            }
            Source::Following { account } => {
                format!("whom each member follows, fewer than the followers of {account}")
            }
            Source::Organizations { hidden_in: Some(other) } => {
                format!("each member's profile, because the members of {other} are hidden")
            }
            Source::Organizations { hidden_in: None } => "each liker's profile".to_owned(),
            Source::Begun { repo } => {
                format!("what each member began, fewer than the discussions of {}", shown(repo))
            }
            Source::Threads { repo } => format!(
                "the discussions of {}, {} of them with their comments",
                shown(repo),
                self.units.len()
            ),
        }
    }
}

impl Inquiry {
    /// Asks about everybody of whom nothing is known yet.
    pub(super) async fn follow_plan(
        &mut self,
        run: &mut Run<'_>,
        concurrency: usize,
    ) -> Result<(), Error> {
        let Some(Plan::Each(each)) = &mut self.plan else { return Ok(()) };
        let source = each.source.clone();
        let mut waiting = Vec::new();
        for (index, unit) in each.units.iter_mut().enumerate() {
            if !matches!(unit.outcome, Some(Outcome::Read(_))) {
                unit.outcome = None;
                waiting.push((index, unit.name.clone()));
            }
        }
        let hub = run.hub.clone();
        let mut answers = stream::iter(waiting)
            .map(|(index, name)| {
                let (hub, source) = (hub.clone(), source.clone());
                async move { (index, source.read(&hub, name).await) }
            })
            .buffer_unordered(concurrency);
        let mut silent: Vec<usize> = Vec::new();
        while let Some((index, answer)) = answers.next().await {
            let outcome = match answer {
                Ok(read) => {
                    silent.clear();
                    self.fullnames.extend(read.fullnames);
                    Outcome::Read(read.found)
                }
                Err(Failure::Odd(why)) => Outcome::Failed(why),
                Err(Failure::Hub(error)) if concerns_everybody(&error) => return Err(error),
                Err(Failure::Hub(error)) => {
                    if matches!(error, Error::Transport(_)) {
                        silent.push(index);
                    } else {
                        silent.clear();
                    }
                    if silent.len() >= SILENCE {
                        // It was not about these people, so they are asked about again.
                        silent.iter().for_each(|&index| self.record(index, None));
                        return Err(error);
                    }
                    Outcome::Failed(error.to_string())
                }
            };
            self.record(index, Some(outcome));
            self.tell(run);
        }
        Ok(())
    }

    fn record(&mut self, index: usize, outcome: Option<Outcome>) {
        if let Some(Plan::Each(each)) = &mut self.plan {
            each.units[index].outcome = outcome;
        }
    }
}

/// Whether asking about the next person cannot go better.
fn concerns_everybody(error: &Error) -> bool {
    matches!(error, Error::RateLimited(_) | Error::Config(_)) || error.is_auth()
}

impl Source {
    async fn read(self, hub: &Hub, name: String) -> Result<Read, Failure> {
        match self {
            Self::Begun { repo } => Ok(Read::only(discussions::begun_by(hub, &repo, name).await?)),
            Self::Threads { repo } => {
                Ok(Read::only(discussions::writers(hub, &repo, &name).await?))
            }
            Self::Likes { repo } => {
                let mut pages = hub.list(ListLikedRepos::new(name)).pages();
                let mut odd = 0;
                while let Some(page) = pages.next().await {
                    let page = page?;
                    odd += page.odd.len();
                    let it = page.items.iter().any(|like| {
                        like.repo.repo_type == repo.repo_type
                            && like.repo.name.eq_ignore_ascii_case(&repo.name)
                    });
                    if it {
                        return Ok(Read::only(vec![repo.name]));
                    }
                }
                not_found(odd)
            }
            Self::Following { account } => {
                let mut pages = hub.list(ListUserFollowing::new(name)).pages();
                let mut odd = 0;
                while let Some(page) = pages.next().await {
                    let page = page?;
                    odd += page.odd.len();
                    if page.items.iter().any(|user| user.username.eq_ignore_ascii_case(&account)) {
                        return Ok(Read::only(vec![account]));
                    }
                }
                not_found(odd)
            }
            Self::Organizations { hidden_in } => {
                let profile = hub.send(GetUserOverview::new(name)).await?;
                // Absent is not empty.
                let Some(orgs) = profile.orgs else {
                    return Err(Failure::Odd(
                        "the profile shows no organizations at all".to_owned(),
                    ));
                };
                let Some(other) = hidden_in else {
                    let fullnames = orgs
                        .iter()
                        .filter_map(|org| Some((org.username.clone(), org.fullname.clone()?)));
                    let fullnames = fullnames.collect();
                    let found = orgs.into_iter().map(|org| org.username).collect();
                    return Ok(Read { found, fullnames });
                };
                if orgs.iter().any(|org| org.username.eq_ignore_ascii_case(&other)) {
                    return Ok(Read::only(vec![other]));
                }
                Err(Failure::Odd(format!(
                    "the members of {other} are hidden, and the profile does not name it"
                )))
            }
        }
    }
}

/// What was looked for is not there, unless it is among what could not be read.
fn not_found(odd: usize) -> Result<Read, Failure> {
    match odd {
        0 => Ok(Read::only(Vec::new())),
        odd => Err(Failure::Odd(format!("entries of the list could not be read: {odd}"))),
    }
}
