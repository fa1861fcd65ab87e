//! What a question holds, and the codes that people type.

use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Act, Question, Shown};
use crate::audit::digest;

impl<'a> Act<'a> {
    pub(super) fn parts(&self) -> [&'a str; 4] {
        [self.principal, self.tool, self.arguments, self.target]
    }
}

/// A question as it is kept, sealed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct State {
    principal: String,
    tool: String,
    arguments: String,
    target: String,
    pub(super) shown: Shown,
    asked: Timestamp,
    pub(super) expires: Timestamp,
}

impl State {
    pub(super) fn new(act: &Act<'_>, shown: &Shown, asked: Timestamp, expires: Timestamp) -> Self {
        Self {
            principal: act.principal.to_owned(),
            tool: act.tool.to_owned(),
            arguments: digest(act.arguments),
            target: act.target.to_owned(),
            shown: shown.clone(),
            asked,
            expires,
        }
    }

    pub(super) fn is_for(&self, act: &Act<'_>) -> bool {
        self.principal == act.principal
            && self.tool == act.tool
            && self.arguments == digest(act.arguments)
            && self.target == act.target
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("it has string keys only")
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok()
    }

    pub(super) fn question(self, code: String) -> Question {
        Question {
            code,
            principal: self.principal,
            tool: self.tool,
            target: self.target,
            shown: self.shown,
            asked: self.asked,
            expires: self.expires,
        }
    }
}

/// Digits and letters that no two people read differently.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A new code: eight characters in two groups.
pub(super) fn new_code() -> String {
    let mut bytes = [0; 8];
    SystemRandom::new().fill(&mut bytes).expect("the system gives randomness");
    let mut code: String =
        bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect();
    code.insert(4, '-');
    code
}

/// The code that a person typed: in any case, with or without the hyphen, O for 0, I or L for 1.
pub(super) fn read_code(typed: &str) -> Option<String> {
    let mut code = String::with_capacity(9);
    for c in typed.trim().chars().filter(|c| *c != '-') {
        let c = match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            c => c,
        };
        if !c.is_ascii() || !ALPHABET.contains(&(c as u8)) {
            return None;
        }
        code.push(c);
    }
    (code.len() == 8).then(|| {
        code.insert(4, '-');
        code
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_people_type_it_and_nothing_else_is_one() {
        assert_eq!(read_code(" k7qm2xpd ").as_deref(), Some("K7QM-2XPD"));
        assert_eq!(read_code("oil0-1234").as_deref(), Some("0110-1234"));
        for wrong in ["", "../../x", "K7QM-2XP", "K7QM-2XPDD", "K7QM/2XPD", "ÄÄÄÄÄÄÄÄ"] {
            assert_eq!(read_code(wrong), None, "{wrong}");
        }
        let code = new_code();
        assert_eq!(read_code(&code), Some(code));
    }
}
