//! Publishing a run: decides about each member, in order of their ids, and writes it.

use std::collections::HashMap;

use hubfolk_store::{
    Cause, Event, EventKind, Fields, Listed, NewVersion, Publish, Run, ServiceAccountRow, Staged,
};
use serde_json::json;

use crate::Error;
use crate::audit::Causes;
use crate::diff::{self, Change, Context, Outcome};
use crate::judge::Limits;
use crate::roles::Licenses;

/// Everything that a publish needs to know besides what is staged.
pub(crate) struct Plan {
    pub(crate) coverage: Fields,
    /// The coverage of the run before, none for the first.
    pub(crate) coverage_before: Option<Fields>,
    /// Open memberships that the list lacked, when that means anything.
    pub(crate) gone: Vec<i64>,
    /// A person decided that the absent have left.
    pub(crate) decided: bool,
    pub(crate) limits: Limits,
    pub(crate) licenses: Licenses,
    pub(crate) causes: Causes,
    pub(crate) group_names: Vec<(String, String)>,
    pub(crate) service_accounts: Option<Vec<ServiceAccountRow>>,
}

/// How many members are decided on at a time.
const CHUNK: i64 = 1024;

/// Publishes: fills in the run's counts and returns it.
pub(crate) fn settle(publish: &mut Publish<'_>, mut run: Run, plan: &Plan) -> Result<Run, Error> {
    if let Some(accounts) = &plan.service_accounts {
        publish.service_accounts(accounts)?;
    }
    if let Some(before) = plan.coverage_before
        && before != plan.coverage
    {
        publish.append(&mut [Event {
            seq: 0,
            at: publish.at(),
            run: run.run,
            kind: EventKind::CoverageChanged,
            user_id: None,
            username: None,
            group: None,
            old: Some(json!(before.names()).to_string()),
            new: Some(json!(plan.coverage.names()).to_string()),
            cause: Cause::OBSERVED,
            hash: Vec::new(),
        }])?;
    }
    listed(publish, &mut run, plan)?;
    absent(publish, &mut run, plan)?;
    // The list of groups, where it could be read, has the last word on their names.
    publish.group_names(&plan.group_names)?;
    run.unchanged = run.members - run.joined - run.returned - run.changed;
    Ok(run)
}

fn listed(publish: &mut Publish<'_>, run: &mut Run, plan: &Plan) -> Result<(), Error> {
    let context = Context { coverage: plan.coverage, at: publish.at(), licenses: &plan.licenses };
    let mut after = String::new();
    loop {
        let staged = publish.staged(false, &after, CHUNK)?;
        let Some(last) = staged.last() else { return Ok(()) };
        after.clone_from(&last.user_id);
        let mut groups: Vec<_> = staged
            .iter()
            .flat_map(|entry| &entry.groups)
            .map(|group| (group.id.clone(), group.name.clone()))
            .collect();
        groups.sort();
        groups.dedup_by(|a, b| a.0 == b.0);
        publish.group_names(&groups)?;
        let mut priors = priors(publish, &staged)?;
        let (former, owners) = background(publish, &staged, &priors)?;
        let mut versions = Vec::new();
        let mut events = Vec::new();
        let mut touched = Vec::new();
        for entry in staged {
            let owner = owners.get(&entry.user_id).map(String::as_str);
            let prior = priors.remove(&entry.user_id);
            let outcome = match &prior {
                Some(prior) => diff::update(&prior.state, &entry, owner, context),
                None => {
                    let former = former.get(&entry.user_id).copied();
                    diff::arrival(&entry, former, owner, context)
                }
            };
            count(run, &outcome.changes);
            if let Some(prior) = &prior
                && outcome.changes.is_empty()
            {
                if outcome.touch {
                    touched.push((prior.membership_id, entry.hash, outcome.state.fresh));
                }
                continue;
            }
            push(publish, run, plan, outcome, prior, Some(entry), &mut versions, &mut events);
        }
        publish.write(&versions)?;
        publish.touch(&touched)?;
        publish.append(&mut events)?;
    }
}

fn absent(publish: &mut Publish<'_>, run: &mut Run, plan: &Plan) -> Result<(), Error> {
    let mut gone = publish.memberships(&plan.gone)?;
    gone.sort_by(|a, b| a.state.user_id.cmp(&b.state.user_id));
    let mut versions = Vec::new();
    let mut events = Vec::new();
    let mut again = Vec::new();
    for prior in gone {
        let state = &prior.state;
        let left = plan.decided
            || state.absences + 1 >= plan.limits.absences
            || plan.causes.names_leaving(&state.user_id, &state.username);
        let outcome = diff::absence(state, left);
        if outcome.changes.is_empty() {
            again.push(prior.membership_id);
            continue;
        }
        count(run, &outcome.changes);
        push(publish, run, plan, outcome, Some(prior), None, &mut versions, &mut events);
    }
    publish.write(&versions)?;
    publish.count_absences(&again)?;
    publish.append(&mut events)?;
    Ok(())
}

fn priors(publish: &mut Publish<'_>, staged: &[Staged]) -> Result<HashMap<String, Listed>, Error> {
    let rows: Vec<i64> = staged.iter().filter_map(|entry| entry.membership_id).collect();
    let priors = publish.memberships(&rows)?;
    Ok(priors.into_iter().map(|prior| (prior.state.user_id.clone(), prior)).collect())
}

/// Since when arrivals had first been members, by id.
type Former = HashMap<String, i64>;
/// Whose usernames arrivals and renamed members took, by id.
type Owners = HashMap<String, String>;

fn background(
    publish: &mut Publish<'_>,
    staged: &[Staged],
    priors: &HashMap<String, Listed>,
) -> Result<(Former, Owners), Error> {
    let arrivals: Vec<&str> = staged
        .iter()
        .filter(|entry| !priors.contains_key(&entry.user_id))
        .map(|entry| entry.user_id.as_str())
        .collect();
    let former = publish.formerly(&arrivals)?;
    let names: Vec<(&str, &str)> = staged
        .iter()
        .filter(|entry| {
            // Another case of the same letters is nobody else's name.
            priors.get(&entry.user_id).is_none_or(|prior| {
                prior.state.username.to_lowercase() != entry.username.to_lowercase()
            })
        })
        .map(|entry| (entry.user_id.as_str(), entry.username.as_str()))
        .collect();
    let owners = publish.name_owners(&names)?;
    Ok((former, owners))
}

fn count(run: &mut Run, changes: &[Change]) {
    let has = |kind| changes.iter().any(|change| change.kind == kind);
    if has(EventKind::Joined) {
        run.joined += 1;
    } else if has(EventKind::Returned) {
        run.returned += 1;
    } else if has(EventKind::Left) {
        run.left += 1;
    } else if has(EventKind::Missing) {
        run.missing += 1;
    } else if changes.iter().any(|change| change.kind != EventKind::Learned) {
        run.changed += 1;
    }
}

#[expect(clippy::too_many_arguments, reason = "one place for both kinds of outcome")]
fn push(
    publish: &Publish<'_>,
    run: &Run,
    plan: &Plan,
    outcome: Outcome,
    prior: Option<Listed>,
    entry: Option<Staged>,
    versions: &mut Vec<NewVersion>,
    events: &mut Vec<Event>,
) {
    let Outcome { state, changes, .. } = outcome;
    for change in changes {
        events.push(Event {
            seq: 0,
            at: publish.at(),
            run: run.run,
            kind: change.kind,
            user_id: Some(state.user_id.clone()),
            username: Some(state.username.clone()),
            cause: plan.causes.of(change.kind, &state.user_id, &state.username),
            group: change.group,
            old: change.old.map(|old| old.to_string()),
            new: change.new.map(|new| new.to_string()),
            hash: Vec::new(),
        });
    }
    versions.push(NewVersion {
        ends: state.status == hubfolk_store::Status::Left,
        hash: entry.as_ref().map_or(0, |entry| entry.hash),
        avatar_url: entry.and_then(|entry| entry.avatar_url),
        prior,
        state,
    });
}
