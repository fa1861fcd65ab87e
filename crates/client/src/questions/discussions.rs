//! Who began or wrote in the discussions of a repository.

use futures_util::StreamExt;
use hubfolk_api::{
    author::Author,
    discussions::{GetDiscussionDetails, GetRepoDiscussions},
    repos::RepoId,
};
use serde_json::Value;

use super::{
    fan_out::{Each, Source, Unit},
    inquiry::{Inquiry, People, Person, Run},
    plan::{Begun, Plan},
    shown,
};
use crate::{error::Error, hub::Hub};

impl From<Author> for Person {
    fn from(author: Author) -> Self {
        Self { username: author.username, id: author.id, fullname: author.fullname }
    }
}

/// What tells people apart in what was found: the id, or the name where there is none.
pub(super) fn mark(id: Option<&str>, username: &str) -> String {
    id.map_or_else(|| format!("@{}", username.to_lowercase()), str::to_owned)
}

impl Inquiry {
    /// The list of discussions, then the comments of those that have any; or, where only the
    /// beginning counts and the list is long, what each person began.
    pub(super) async fn plan_discusses(
        &mut self,
        run: &mut Run<'_>,
        repo: RepoId,
        comments: bool,
    ) -> Result<(), Error> {
        let list = GetRepoDiscussions::new(repo.repo_type.clone(), &repo.name);
        let begun = Begun::begin(Box::pin(run.hub.list(list).pages())).await?;
        self.tell(run);
        if begun.goes_on() && !comments {
            let count = begun.first.as_ref().and_then(|page| page.envelope.get("count"));
            let left = count.and_then(Value::as_u64).map(|count| begun.requests_left(count));
            if left.is_some_and(|left| left > self.headcount()) {
                self.ask_each(run, Source::Begun { repo });
                return Ok(());
            }
        }
        let (mut authors, mut threads) = (People::default(), Vec::new());
        let mut pages = begun.pages();
        while let Some(page) = pages.next().await {
            let page = page?;
            authors.odd += page.odd.len() as u64;
            for discussion in page.items {
                // The first comment is the beginning itself.
                if discussion.num_comments.is_none_or(|count| count > 1) {
                    threads.push(Unit { name: discussion.num.to_string(), outcome: None });
                }
                authors.list.extend(discussion.author.map(Person::from));
            }
            self.tell(run);
        }
        if !comments {
            self.compare_with(run, format!("the discussions of {}", shown(&repo)), &authors);
            return Ok(());
        }
        let marked = |person: &Person| mark(person.id.as_deref(), &person.username);
        self.plan = Some(Plan::Each(Each {
            source: Source::Threads { repo },
            units: threads,
            found: authors.list.iter().map(marked).collect(),
            odd: authors.odd,
        }));
        self.tell(run);
        Ok(())
    }
}

/// The repository's name when this person began anything in it.
pub(super) async fn begun_by(
    hub: &Hub,
    repo: &RepoId,
    username: String,
) -> Result<Vec<String>, Error> {
    let theirs =
        GetRepoDiscussions::builder(repo.repo_type.clone(), &repo.name).author(username).build();
    let page = hub.send(theirs).await?;
    Ok(if page.discussions.is_empty() { Vec::new() } else { vec![repo.name.clone()] })
}

/// Who wrote a comment in this discussion.
pub(super) async fn writers(hub: &Hub, repo: &RepoId, num: &str) -> Result<Vec<String>, Error> {
    let num = num.parse().unwrap_or_default();
    let details = GetDiscussionDetails::new(repo.repo_type.clone(), &repo.name, num);
    let thread = hub.send(details).await?;
    let comments = thread.events.iter().filter(|event| event.comment().is_some());
    let mut writers: Vec<String> = comments
        .filter_map(|event| event.author.as_ref())
        .map(|author| mark(author.id.as_deref(), &author.username))
        .collect();
    writers.sort_unstable();
    writers.dedup();
    Ok(writers)
}
