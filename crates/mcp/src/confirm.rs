//! A person's yes that no model can make up.
//!
//! What has to be confirmed is sealed: encrypted and authenticated, bound to who asks, with which
//! tool and arguments, for which live target. It lasts ten minutes and works once, also between
//! processes that share a state folder. There the state of each is one file in one of three
//! folders: `pending`, `approved` after a person said yes in a terminal, `spent` after it was used
//! or declined. It only ever moves on, by renaming, so of two at once one wins; and it has moved for
//! good before anything is sent, so whatever is killed in between can only lose the yes.

mod folder;
mod state;

use std::io;
use std::path::Path;
use std::sync::Arc;

use hubfolk_license::clock::Clock;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::seal::Seal;
use folder::{Folder, Place};
use state::State;

pub(crate) use folder::private_folder;

/// How long a person has to answer.
pub const LASTS: SignedDuration = SignedDuration::from_mins(10);

/// Most that may wait for an answer at a time: a model that asks without end gets no further.
const MOST_PENDING: usize = 256;

/// What a yes is bound to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Act<'a> {
    /// The id of the account that acts.
    pub principal: &'a str,
    /// The tool, or the operation.
    pub tool: &'a str,
    /// Its arguments, see [`canonical`].
    pub arguments: &'a str,
    /// The Hub's id of what it is done to, as read just before; the name where it has none.
    pub target: &'a str,
}

/// A request as it would be sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// The HTTP method.
    pub method: String,
    /// Path and query.
    pub path: String,
    /// The JSON body; null without one.
    pub body: Value,
}

/// What the person who answers is shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Shown {
    /// Who acts: a username.
    pub who: String,
    /// What would be done, to what, in one line.
    pub what: String,
    /// Exactly what would be sent, in order.
    pub requests: Vec<Request>,
}

/// A question that waits for its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    /// What a person types after `hubfolk approve`.
    pub code: String,
    /// What comes back with the answer; nobody but a gate of this folder can read or make it.
    pub sealed: String,
    /// The question in one line.
    pub summary: String,
    /// Until when it can be answered.
    pub expires: Timestamp,
}

/// What a person answered in the client's form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Do it.
    Yes,
    /// Do not; it is spent, too.
    No,
}

/// Why a confirmation does not let a call through.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Refused {
    /// It was not made here, or for another account, tool, arguments or target.
    #[error("this confirmation is not for this call: it was made for something else, or not here")]
    NotThis,
    /// Its ten minutes are over.
    #[error("the confirmation has expired: call again to ask anew")]
    Expired,
    /// It was used or declined.
    #[error("the confirmation was used or declined already: call again to ask anew")]
    Spent,
    /// The person said no.
    #[error("a person declined")]
    Declined,
    /// Nobody has approved it yet.
    #[error("nobody has approved it yet: a person has to run `hubfolk approve {0}` in a terminal")]
    Waiting(String),
    /// Too many others wait.
    #[error("too many calls wait for a confirmation: have some answered, or wait ten minutes")]
    TooMany,
    /// The state folder cannot be read or written.
    #[error("the folder of confirmations cannot be used")]
    Folder(#[from] io::Error),
}

/// A question as `hubfolk approve` shows it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Question {
    /// What a person types.
    pub code: String,
    /// The id of the account that acts.
    pub principal: String,
    /// The tool.
    pub tool: String,
    /// The id of what it is done to.
    pub target: String,
    /// Who, what, and the exact requests.
    #[serde(flatten)]
    pub shown: Shown,
    /// When it was asked.
    pub asked: Timestamp,
    /// Until when it can be answered.
    pub expires: Timestamp,
}

/// Where questions are kept and answers are checked.
pub struct Gate {
    seal: Seal,
    folder: Folder,
    clock: Arc<dyn Clock>,
    lasts: SignedDuration,
}

impl std::fmt::Debug for Gate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Gate").field("folder", &self.folder).finish_non_exhaustive()
    }
}

impl Gate {
    /// The gate of a state folder, which is made if need be, for its owner alone.
    ///
    /// # Errors
    ///
    /// When the folder or its key cannot be read or written.
    pub fn open(folder: &Path, clock: Arc<dyn Clock>) -> io::Result<Self> {
        let folder = Folder::open(folder)?;
        let seal = Seal::of_folder(folder.root())?;
        Ok(Self { seal, folder, clock, lasts: LASTS })
    }

    /// The same gate with less time to answer; never with more than [`LASTS`].
    #[must_use]
    pub fn lasting(mut self, time: SignedDuration) -> Self {
        self.lasts = time.clamp(SignedDuration::from_secs(1), LASTS);
        self
    }

    /// Asks for a yes to one act; the same act asked again while it waits is the same question.
    ///
    /// # Errors
    ///
    /// [`Refused::TooMany`] and [`Refused::Folder`].
    pub fn ask(&self, act: &Act<'_>, shown: &Shown) -> Result<Pending, Refused> {
        let now = self.clock.now();
        self.prune(now);
        let waiting = self.states(Place::Pending)?;
        let fresh = |state: &State| now.duration_until(state.expires) > self.lasts / 2;
        let same = |state: &State| state.is_for(act) && state.shown == *shown && fresh(state);
        if let Some((code, state)) = waiting.iter().find(|(_, state)| same(state)) {
            return Ok(self.pending(code, state, act));
        }
        if waiting.len() >= MOST_PENDING {
            return Err(Refused::TooMany);
        }
        let state = State::new(act, shown, now, now + self.lasts);
        loop {
            let code = state::new_code();
            let sealed = self.seal.seal("question", &[&code], &state.to_bytes());
            if !self.folder.is_known(&code) && self.folder.create(&code, sealed.as_bytes())? {
                return Ok(self.pending(&code, &state, act));
            }
        }
    }

    fn pending(&self, code: &str, state: &State, act: &Act<'_>) -> Pending {
        let token = format!("{code} {}", state.expires.as_microsecond());
        Pending {
            code: code.to_owned(),
            sealed: self.seal.seal("confirmation", &act.parts(), token.as_bytes()),
            summary: format!("{} asks to {}", state.shown.who, state.shown.what),
            expires: state.expires,
        }
    }

    /// Lets one call through for an answer given in the client's form to the question that was
    /// sealed; either answer spends it.
    ///
    /// # Errors
    ///
    /// Why not; nothing may be sent then.
    pub fn redeem(&self, sealed: &str, answer: Answer, act: &Act<'_>) -> Result<(), Refused> {
        let token = self.seal.open("confirmation", &act.parts(), sealed).ok_or(Refused::NotThis)?;
        let token = String::from_utf8(token).map_err(|_| Refused::NotThis)?;
        let (code, expires) = token.split_once(' ').ok_or(Refused::NotThis)?;
        let expires = expires.parse().ok().and_then(|at| Timestamp::from_microsecond(at).ok());
        if self.clock.now() >= expires.ok_or(Refused::NotThis)? {
            return Err(Refused::Expired);
        }
        let moved = self.folder.advance(code, Place::Pending, Place::Spent)?
            || self.folder.advance(code, Place::Approved, Place::Spent)?;
        match (moved, answer) {
            (false, _) => Err(Refused::Spent),
            (true, Answer::No) => Err(Refused::Declined),
            (true, Answer::Yes) => Ok(()),
        }
    }

    /// Lets one call through for a question that a person approved in a terminal.
    ///
    /// # Errors
    ///
    /// Why not; nothing may be sent then.
    pub fn redeem_code(&self, code: &str, act: &Act<'_>) -> Result<(), Refused> {
        let code = state::read_code(code).ok_or(Refused::NotThis)?;
        let Some((place, state)) = self.find(&code)? else { return Err(Refused::NotThis) };
        if !state.is_for(act) {
            return Err(Refused::NotThis);
        }
        if self.clock.now() >= state.expires {
            return Err(Refused::Expired);
        }
        match place {
            Place::Pending => Err(Refused::Waiting(code)),
            Place::Spent => Err(Refused::Spent),
            Place::Approved if self.folder.advance(&code, place, Place::Spent)? => Ok(()),
            Place::Approved => Err(Refused::Spent),
        }
    }

    /// Lets one call through if a person approved exactly this in a terminal; no code is needed,
    /// because the act says which question it is.
    ///
    /// # Errors
    ///
    /// [`Refused::NotThis`] when nothing of the kind was approved.
    pub fn redeem_approved(&self, act: &Act<'_>) -> Result<(), Refused> {
        let now = self.clock.now();
        for (code, state) in self.states(Place::Approved)? {
            if state.is_for(act)
                && now < state.expires
                && self.folder.advance(&code, Place::Approved, Place::Spent)?
            {
                return Ok(());
            }
        }
        Err(Refused::NotThis)
    }

    /// The questions that wait for an answer, oldest first.
    ///
    /// # Errors
    ///
    /// When the folder cannot be read.
    pub fn waiting(&self) -> Result<Vec<Question>, Refused> {
        let now = self.clock.now();
        let states = self.states(Place::Pending)?;
        let mut questions: Vec<_> = states
            .into_iter()
            .filter(|(_, state)| now < state.expires)
            .map(|(code, state)| state.question(code))
            .collect();
        questions.sort_by(|a, b| (a.asked, &a.code).cmp(&(b.asked, &b.code)));
        Ok(questions)
    }

    /// The question with a code, as typed by a person.
    ///
    /// # Errors
    ///
    /// [`Refused::NotThis`], [`Refused::Expired`] and [`Refused::Spent`] when it waits no more.
    pub fn question(&self, code: &str) -> Result<Question, Refused> {
        let code = state::read_code(code).ok_or(Refused::NotThis)?;
        let Some((place, state)) = self.find(&code)? else { return Err(Refused::NotThis) };
        match place {
            Place::Pending if self.clock.now() >= state.expires => Err(Refused::Expired),
            Place::Pending => Ok(state.question(code)),
            Place::Approved | Place::Spent => Err(Refused::Spent),
        }
    }

    /// Takes a person's answer from the terminal.
    ///
    /// # Errors
    ///
    /// Those of [`Gate::question`]: it may have been answered elsewhere meanwhile.
    pub fn answer(&self, code: &str, answer: Answer) -> Result<(), Refused> {
        let question = self.question(code)?;
        let to = match answer {
            Answer::Yes => Place::Approved,
            Answer::No => Place::Spent,
        };
        if self.folder.advance(&question.code, Place::Pending, to)? {
            Ok(())
        } else {
            Err(Refused::Spent)
        }
    }

    fn states(&self, place: Place) -> Result<Vec<(String, State)>, Refused> {
        let mut states = Vec::new();
        for code in self.folder.codes(place)? {
            // Gone meanwhile, or half-written by a process that was killed: no question.
            if let Some(state) = self.read(place, &code)? {
                states.push((code, state));
            }
        }
        Ok(states)
    }

    fn find(&self, code: &str) -> Result<Option<(Place, State)>, Refused> {
        // In the order in which it moves, so that it cannot slip through between two looks.
        for place in [Place::Pending, Place::Approved, Place::Spent] {
            if let Some(state) = self.read(place, code)? {
                return Ok(Some((place, state)));
            }
        }
        Ok(None)
    }

    fn read(&self, place: Place, code: &str) -> Result<Option<State>, Refused> {
        let Some(sealed) = self.folder.read(place, code)? else { return Ok(None) };
        let plain = self.seal.open("question", &[code], &sealed);
        Ok(plain.and_then(|plain| State::from_bytes(&plain)))
    }

    /// Forgets what expired long ago. What cannot be removed is tried again next time.
    fn prune(&self, now: Timestamp) {
        for place in [Place::Pending, Place::Approved, Place::Spent] {
            for (code, state) in self.states(place).unwrap_or_default() {
                if now > state.expires + SignedDuration::from_hours(1) {
                    self.folder.forget(place, &code);
                }
            }
        }
    }
}

/// Arguments in the one form in which they are compared: keys sorted, no blanks.
///
/// ```
/// use hubfolk_mcp::confirm::canonical;
///
/// assert_eq!(canonical(&serde_json::json!({"b": [1, {"d": 1, "c": 2}], "a": null})),
///            r#"{"a":null,"b":[1,{"c":2,"d":1}]}"#);
/// ```
#[must_use]
pub fn canonical(arguments: &Value) -> String {
    match arguments {
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_unstable_by_key(|(key, _)| key.as_str());
            let fields: Vec<String> = fields
                .into_iter()
                .map(|(key, value)| format!("{}:{}", Value::from(key.as_str()), canonical(value)))
                .collect();
            format!("{{{}}}", fields.join(","))
        }
        Value::Array(items) => {
            format!("[{}]", items.iter().map(canonical).collect::<Vec<_>>().join(","))
        }
        plain => plain.to_string(),
    }
}
