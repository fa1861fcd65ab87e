//! The keyboard.

use serde_json::{Value, json};

use super::element::REFERENCE;
use super::{Browser, Element};

/// A key that stands for no letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// On to the next part of the page.
    Tab,
    /// Back to the one before.
    ShiftTab,
    /// Does what a link or button is for.
    Enter,
    /// Ticks and presses.
    Space,
    /// Down in a list or group.
    Down,
    /// Closes.
    Escape,
}

impl Key {
    fn code(self) -> &'static str {
        match self {
            Self::Tab | Self::ShiftTab => "\u{e004}",
            Self::Enter => "\u{e007}",
            Self::Space => " ",
            Self::Down => "\u{e015}",
            Self::Escape => "\u{e00c}",
        }
    }
}

impl Browser {
    /// Presses a key where the focus is.
    pub fn press(&self, key: Key) {
        let mut strokes = vec![stroke("keyDown", key.code()), stroke("keyUp", key.code())];
        if key == Key::ShiftTab {
            strokes.insert(0, stroke("keyDown", "\u{e008}"));
            strokes.push(stroke("keyUp", "\u{e008}"));
        }
        self.strike(&strokes);
    }

    /// Types a text where the focus is.
    pub fn type_text(&self, text: &str) {
        let strokes: Vec<Value> = text
            .chars()
            .flat_map(|c| [stroke("keyDown", &c.to_string()), stroke("keyUp", &c.to_string())])
            .collect();
        self.strike(&strokes);
    }

    fn strike(&self, strokes: &[Value]) {
        let keyboard = json!({ "type": "key", "id": "keyboard", "actions": strokes });
        self.must("POST", "/actions", Some(&json!({ "actions": [keyboard] })));
    }

    /// What has the focus.
    ///
    /// # Panics
    ///
    /// When the page has none.
    #[must_use]
    pub fn focused(&self) -> Element<'_> {
        let found = self.must("GET", "/element/active", None);
        let id = found[REFERENCE].as_str().expect("something has the focus").to_owned();
        Element { browser: self, id }
    }
}

fn stroke(kind: &str, key: &str) -> Value {
    json!({ "type": kind, "value": key })
}
