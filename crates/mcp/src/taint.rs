//! What strangers' words a session has read, and what follows from it.
//!
//! A model that has read a stranger's words may be following them. With `--taint` its next writes
//! need a person's yes; with `--lockdown` it never reads them.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use hubfolk_api::Effect;

use crate::text::Label;

/// How careful the operator wants the server to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Care {
    /// Leave out strangers' words.
    pub lockdown: bool,
    /// Ask before any write once strangers' words were read.
    pub taint: bool,
}

/// What stands in the place of a stranger's words under `--lockdown`.
pub const LEFT_OUT: &str = "[left out: a stranger's words]";

impl Care {
    /// Whether words under this label may be shown.
    #[must_use]
    pub fn shows(self, label: &Label) -> bool {
        !(self.lockdown && label.is_strangers())
    }

    /// The words, or what stands in their place.
    #[must_use]
    pub fn words<'a>(self, label: &Label, text: &'a str) -> &'a str {
        if self.shows(label) { text } else { LEFT_OUT }
    }
}

/// Most sources that a session names; more are counted.
const NAMED: usize = 3;

/// What one session has read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Session {
    sources: Vec<String>,
    more: usize,
}

impl Session {
    /// Takes note that words under this label were shown.
    pub fn read(&mut self, label: &Label) {
        if !label.is_strangers() || self.sources.contains(&label.source) {
            return;
        }
        if self.sources.len() < NAMED {
            self.sources.push(label.source.clone());
        } else {
            self.more += 1;
        }
    }

    /// Whether strangers' words were read.
    #[must_use]
    pub fn is_tainted(&self) -> bool {
        !self.sources.is_empty()
    }

    /// Why a person has to be asked before a call with this effect, if one has.
    #[must_use]
    pub fn asks(&self, care: Care, effect: Effect) -> Option<String> {
        if effect == Effect::Destructive {
            return Some("it cannot be undone".to_owned());
        }
        if effect.is_read() || !care.taint || !self.is_tainted() {
            return None;
        }
        let mut why = format!("strangers' words were read before: {}", self.sources.join(", "));
        if self.more > 0 {
            why.push_str(&format!(" and {} more", self.more));
        }
        Some(why)
    }
}

/// Most sessions that are told apart.
const SESSIONS: usize = 4096;

/// The sessions of a server that many call: one for each principal, over all of its requests.
#[derive(Debug, Default)]
pub struct Sessions(Mutex<HashMap<String, Session>>);

impl Sessions {
    /// Takes note that words under this label were shown to a principal.
    pub fn read(&self, principal: &str, label: &Label) {
        if !label.is_strangers() {
            return;
        }
        let mut sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if sessions.len() < SESSIONS || sessions.contains_key(principal) {
            sessions.entry(principal.to_owned()).or_default().read(label);
        }
    }

    /// What a principal has read; with too many to tell apart, anybody may have read anything.
    #[must_use]
    pub fn of(&self, principal: &str) -> Session {
        let sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match sessions.get(principal) {
            Some(session) => session.clone(),
            None if sessions.len() >= SESSIONS => {
                Session { sources: vec!["somewhere".to_owned()], more: 0 }
            }
            None => Session::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Relation, label};

    const TAINT: Care = Care { lockdown: false, taint: true };

    #[test]
    fn after_a_strangers_words_a_write_asks_and_a_read_does_not() {
        let mut session = Session::default();
        session.read(&label("model acme/m discussion 1", Some("ada"), Relation::Member));
        assert_eq!(session.asks(TAINT, Effect::Write), None);
        session.read(&label("model acme/m discussion 2", Some("eve"), Relation::Stranger));
        assert_eq!(session.asks(TAINT, Effect::Read), None);
        assert_eq!(session.asks(Care::default(), Effect::Write), None);
        let why = session.asks(TAINT, Effect::Idempotent).unwrap_or_default();
        assert!(why.contains("discussion 2") && !why.contains("discussion 1"), "{why}");
        assert!(session.asks(Care::default(), Effect::Destructive).is_some());
    }

    #[test]
    fn lockdown_leaves_out_strangers_and_nobody_else() {
        let care = Care { lockdown: true, taint: false };
        let eve = label("x", Some("eve"), Relation::Stranger);
        let ada = label("x", Some("ada"), Relation::Owner);
        assert_eq!((care.words(&eve, "hi"), care.words(&ada, "hi")), (LEFT_OUT, "hi"));
    }

    #[test]
    fn one_principals_reading_taints_no_other_until_they_cannot_be_told_apart() {
        let sessions = Sessions::default();
        let eve = label("x", Some("eve"), Relation::Stranger);
        sessions.read("p0", &eve);
        assert!(sessions.of("p0").is_tainted() && !sessions.of("p1").is_tainted());
        (1..SESSIONS).for_each(|n| sessions.read(&format!("p{n}"), &eve));
        assert!(sessions.of("a new one").is_tainted());
    }
}
