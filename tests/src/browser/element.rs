//! A part of a page, as a person uses it.

use serde_json::{Value, json};

use super::Browser;
use super::driver::Refused;

/// The protocol's name for a reference to an element.
pub(super) const REFERENCE: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A part of the page that is shown.
#[derive(Debug)]
pub struct Element<'a> {
    pub(super) browser: &'a Browser,
    pub(super) id: String,
}

impl Element<'_> {
    /// Clicks in its middle, as a person would: what something else covers cannot be clicked.
    ///
    /// # Panics
    ///
    /// When it cannot be clicked.
    pub fn click(&self) {
        self.must("POST", "click", None);
    }

    /// Types at the end of what is there.
    ///
    /// # Panics
    ///
    /// When it takes no keys.
    pub fn type_in(&self, text: &str) {
        self.must("POST", "value", Some(&json!({ "text": text })));
    }

    /// Replaces what is there.
    ///
    /// # Panics
    ///
    /// When it takes no keys.
    pub fn fill(&self, text: &str) {
        self.must("POST", "clear", None);
        self.type_in(text);
    }

    /// The text that can be seen.
    #[must_use]
    pub fn text(&self) -> String {
        text_of(&self.must("GET", "text", None))
    }

    /// An attribute as it stands in the page; none when it is not there.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<String> {
        self.must("GET", &format!("attribute/{name}"), None).as_str().map(str::to_owned)
    }

    /// A property as it is now, such as the `value` of a field.
    #[must_use]
    pub fn property(&self, name: &str) -> Value {
        self.must("GET", &format!("property/{name}"), None)
    }

    /// What a screen reader calls it.
    #[must_use]
    pub fn label(&self) -> String {
        text_of(&self.must("GET", "computedlabel", None))
    }

    /// What a screen reader says it is.
    #[must_use]
    pub fn role(&self) -> String {
        text_of(&self.must("GET", "computedrole", None))
    }

    fn must(&self, method: &str, what: &str, body: Option<&Value>) -> Value {
        match self.command(method, what, body) {
            Ok(value) => value,
            Err(why) => self.browser.fail(&format!("{what} of an element: {why:?}")),
        }
    }

    fn command(&self, method: &str, what: &str, body: Option<&Value>) -> Result<Value, Refused> {
        self.browser.command(method, &format!("/element/{}/{what}", self.id), body)
    }
}

fn text_of(value: &Value) -> String {
    value.as_str().map(str::to_owned).unwrap_or_default()
}
