//! A sequence on its way: simulator and model side by side, and what has happened so far.

use std::collections::BTreeMap;
use std::fmt::Debug;

use hubfolk_sim::Running;
use serde_json::Value;

use crate::cast::{CALLERS, Who};
use crate::chance::Chance;
use crate::state::State;
use crate::wire::{Reply, Wire};

/// How much of the story a failure tells.
const TOLD: usize = 25;

pub(crate) struct Turn {
    seed: u64,
    pub(crate) chance: Chance,
    pub(crate) state: State,
    /// Who asks in this step.
    pub(crate) who: Who,
    wire: Wire,
    _hub: Running,
    story: Vec<String>,
    pub(crate) steps: usize,
    pub(crate) reads: usize,
    reading: bool,
    pub(crate) statuses: BTreeMap<u16, usize>,
}

/// What a request is answered with, or the status it is refused with.
pub(crate) type Verdict<T> = Result<T, u16>;

impl Turn {
    pub(crate) fn new(seed: u64, hub: Running) -> Self {
        Self {
            seed,
            chance: Chance::new(seed),
            state: State::new(),
            who: Who::Anonymous,
            wire: Wire::new(hub.address()),
            _hub: hub,
            story: Vec::new(),
            steps: 0,
            reads: 0,
            reading: false,
            statuses: BTreeMap::new(),
        }
    }

    /// A new step, by somebody.
    pub(crate) fn next(&mut self, family: &str) {
        self.steps += 1;
        self.reading = false;
        // Those who may do most things come more often, or little would ever happen.
        let often = &CALLERS[2..5];
        let from = if self.chance.one_in(3) { often } else { &CALLERS };
        self.who = *self.chance.pick(from);
        self.story.push(format!("step {} {family}", self.steps));
    }

    /// Somebody only looks.
    pub(crate) fn look(&mut self) {
        let who = *self.chance.pick(&CALLERS);
        self.look_as(&who);
    }

    pub(crate) fn look_as(&mut self, who: &Who) {
        self.reading = true;
        self.who = *who;
    }

    /// Asks the simulator as whoever it is the turn of.
    pub(crate) fn ask(&mut self, method: &str, path: &str, body: Option<Value>) -> Reply {
        let token = match self.who {
            Who::Anonymous => None,
            Who::Unknown => Some("hf_test_nobody"),
            Who::Known { token, .. } => Some(token),
        };
        let reply = self.wire.ask(method, path, token, body.as_ref());
        let shown = body.map(|body| body.to_string()).unwrap_or_default();
        let who = token.unwrap_or("anonymous");
        self.story
            .push(format!("  {who}: {method} {path} {shown} -> {} {}", reply.status, reply.text));
        if self.reading {
            self.reads += 1;
        } else {
            *self.statuses.entry(reply.status).or_default() += 1;
        }
        reply
    }

    /// Asks, and holds the status against the model's; gives what the model says it is about.
    pub(crate) fn judged<T: Copy>(
        &mut self,
        method: &str,
        path: &str,
        body: Option<Value>,
        verdict: Verdict<T>,
    ) -> Option<(T, Reply)> {
        self.judged_as(200, method, path, body, verdict)
    }

    /// The same, for operations whose success has another status.
    pub(crate) fn judged_as<T: Copy>(
        &mut self,
        success: u16,
        method: &str,
        path: &str,
        body: Option<Value>,
        verdict: Verdict<T>,
    ) -> Option<(T, Reply)> {
        let reply = self.ask(method, path, body);
        let expected = verdict.map_or_else(|status| status, |_| success);
        self.same("status", &reply.status, &expected);
        verdict.ok().map(|about| (about, reply))
    }

    /// Ends the test where the two differ.
    pub(crate) fn same<T: PartialEq + Debug + ?Sized>(&self, what: &str, simulator: &T, model: &T) {
        if simulator == model {
            return;
        }
        let begin = self.story.len().saturating_sub(TOLD);
        panic!(
            "{what}: the simulator says\n  {simulator:?}\nand the model\n  {model:?}\nseed {}, the last of it:\n{}",
            self.seed,
            self.story[begin..].join("\n")
        );
    }
}
