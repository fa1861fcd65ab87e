//! One member: as they are, what happened to them and why, and what was known of them over time.

use hubfolk_license::profile::Profile;
use hubfolk_license::views::{ChangeView, Member};
use hubfolk_store::{AsOf, Feed, RunState};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::members::rows;
use crate::problem::Problem;
use crate::question::{Desk, Question, cursor, place};

/// One member and their whole history.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct GetMember {
    /// Name of the organization.
    pub org: String,
    /// The person's id, present or former username, or e-mail address.
    pub member: String,
    /// Where to go on in the changes: the `next` of the page before.
    pub cursor: Option<String>,
    /// At most so many changes, up to 500; 50 without it.
    #[schemars(range(min = 1, max = 500))]
    pub limit: Option<u32>,
}

/// A member with their history.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct MemberPage {
    /// As they are, or were when they left.
    pub member: Member,
    /// What was known of them over time.
    pub profile: Profile,
    /// What happened to them, newest first.
    pub changes: Vec<ChangeView>,
    /// How many changes there are on all pages.
    pub total: i64,
    /// The cursor of the next page of changes.
    pub next: Option<String>,
    /// Ids of other people who go, or went, by the same name.
    pub others: Vec<String>,
}

/// Most versions and times in groups that a profile is made of.
const MOST_VERSIONS: usize = 1000;

impl Question for GetMember {
    const NAME: &'static str = "get_member";
    const PATH: &'static str = "/api/orgs/{org}/members/{member}";
    const SUMMARY: &'static str = "Get a member with their whole history and its causes";
    type Answer = MemberPage;

    fn ask(self, desk: &mut Desk<'_>) -> Result<MemberPage, Problem> {
        let org = desk.org(&self.org)?;
        let limit = rows(self.limit, 50)?;
        let before = self.cursor.as_deref().map(place::<i64>).transpose()?;
        let name = self.member.trim().trim_start_matches('@');
        let mut people = desk.store().find_member(org.id, name)?.into_iter();
        let never = || {
            Problem::not_found("nobody of this name or id was ever a member")
                .hint("the search of the page Members finds parts of names")
        };
        let user_id = people.next().ok_or_else(never)?;
        let view = desk.view(&org, None)?;
        let store = desk.store();
        let row = store.last_version(org.id, &user_id)?.ok_or_else(never)?;
        let listed = store.listed(org.id, AsOf::Now, &[row])?.into_iter().next();
        let most = i64::try_from(MOST_VERSIONS).expect("a small number");
        let versions = store.versions(org.id, &user_id, most)?;
        let spans = store.group_spans(org.id, &user_id, most)?;
        let feed = Feed { before, user_id: Some(user_id), limit, ..Feed::default() };
        let fed = store.feed(org.id, &feed)?;
        debug_assert_eq!(view.run.state, RunState::Published);
        Ok(MemberPage {
            member: Member::new(listed.ok_or_else(never)?, &view.run, &view.licenses),
            profile: Profile::new(&versions, &spans, MOST_VERSIONS),
            next: fed.events.last().filter(|_| fed.more).map(|event| cursor(&event.seq)),
            changes: fed.events.into_iter().map(ChangeView::from).collect(),
            total: fed.total,
            others: people.collect(),
        })
    }

    fn next(answer: &MemberPage) -> Option<&str> {
        answer.next.as_deref()
    }
}
