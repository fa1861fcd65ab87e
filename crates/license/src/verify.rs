//! Whether a ledger still says what it said: chain, digests, and the members that follow from both.

use hubfolk_store::{AsOf, Error, EventFilter, Org, RunState, Store, chain_hash};
use serde::Serialize;

use crate::replay::{Replay, comparable, facts_of};

/// The outcome of checking one organization's ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verification {
    /// The organization.
    pub org: String,
    /// Events read.
    pub events: i64,
    /// Published runs whose list was recomputed.
    pub runs: i64,
    /// Whether everything holds.
    pub ok: bool,
    /// The first event that does not hold, or the last one before a list that does not.
    pub first_bad_seq: Option<i64>,
    /// What does not hold, for a person.
    pub problem: Option<String>,
}

/// How many events are read at a time.
const PAGE: i64 = 5000;

/// Recomputes the chain of events, the digest of every published run, and the current members.
///
/// # Errors
///
/// When the database fails.
pub fn verify(store: &mut Store, org: &Org) -> Result<Verification, Error> {
    let mut found = Verification {
        org: org.slug.clone(),
        events: 0,
        runs: 0,
        ok: true,
        first_bad_seq: None,
        problem: None,
    };
    let mut replay = Replay::default();
    let mut last_of_run: Vec<(i64, i64)> = Vec::new();
    let (mut seq, mut hash) = (0, Vec::new());
    loop {
        let filter = EventFilter { after: seq, limit: Some(PAGE), ..EventFilter::default() };
        let page = store.events(org.id, &filter)?;
        if page.is_empty() {
            break;
        }
        for event in page {
            let expected = chain_hash(&hash, &event);
            if event.seq != seq + 1 || event.hash != expected {
                let what = if event.seq == seq + 1 { "was altered" } else { "follows a gap" };
                return Ok(found.bad(seq + 1, format!("event {} {what}", event.seq)));
            }
            (seq, hash) = (event.seq, event.hash.clone());
            replay.apply(&event);
            match last_of_run.last_mut() {
                Some((run, last)) if *run == event.run => *last = seq,
                _ => last_of_run.push((event.run, seq)),
            }
            found.events += 1;
        }
    }
    if store.chain_end(org.id)? != (seq, hash) {
        return Ok(found.bad(seq + 1, "events are missing at the end".to_owned()));
    }

    let mut runs = store.runs(org.id, i64::MAX)?;
    runs.reverse();
    for run in runs.iter().filter(|run| run.state == RunState::Published) {
        let digest = store.digest_at(org.id, run.at)?;
        if run.digest.as_ref() != Some(&digest) {
            let last = last_of_run.iter().filter(|(no, _)| *no <= run.run).map(|(_, seq)| *seq);
            let problem =
                format!("the members as of run {} are not the ones it published", run.run);
            return Ok(found.bad(last.max().unwrap_or(0), problem));
        }
        found.runs += 1;
    }

    let mut problem = None;
    let mut members = 0;
    store.members(org.id, AsOf::Now, false, |member| {
        members += 1;
        let told = replay.members().get(&member.state.user_id).cloned().map(comparable);
        if told != Some(facts_of(&member.state)) && problem.is_none() {
            problem = Some(format!("the events do not lead to {}", member.state.username));
        }
        Ok::<_, Error>(())
    })?;
    if problem.is_none() && members != replay.members().len() {
        problem = Some("the events lead to other members than there are".to_owned());
    }
    Ok(match problem {
        Some(problem) => found.bad(seq, problem),
        None => found,
    })
}

impl Verification {
    fn bad(mut self, seq: i64, problem: String) -> Self {
        self.ok = false;
        self.first_bad_seq = Some(seq);
        self.problem = Some(problem);
        self
    }
}
