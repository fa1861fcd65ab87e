//! Strangers' words in what the Hub answers: labelled, noted, or left out.

use serde_json::{Map, Value};

use crate::{
    call::Call,
    callers::Home,
    text::{Label, Relation, label},
};

/// Fields that hold what people write freely.
const WRITTEN: [&str; 19] = [
    "title",
    "raw",
    "html",
    "content",
    "comment",
    "description",
    "details",
    "bio",
    "note",
    "reason",
    "subject",
    "from",
    "to",
    "text",
    "diff",
    "message",
    "short_description",
    "hiddenReason",
    "rejectionReason",
];

/// Set in an author whose commits the repository has taken.
pub(crate) const CONTRIBUTED: &str = "contributed";

/// Keys under which it stands who else is meant; what stands in them is no free text of an author.
const NAMES: [&str; 5] = ["author", "user", "owner", "org", "repo"];

/// Whose words an answer is made of, as far as the answer itself does not say.
#[derive(Debug)]
pub(crate) struct Source<'a> {
    /// Where the words stand.
    pub(crate) name: &'a str,
    /// The caller's own account and organizations: what these say of themselves is no stranger's.
    pub(crate) home: Home,
    /// Whether every text says whose words it is made of.
    pub(crate) labels: bool,
}

impl Call<'_> {
    /// The label of words by this author, as the Hub describes authors in answers.
    pub(crate) fn label(&self, source: &str, author: &Value, owner: Option<&str>) -> Label {
        let name = name_of(author);
        let is = |key: &str| author.get(key).and_then(Value::as_bool);
        let owns = name.is_some() && name == owner;
        let is_owner = if owns { Some(true) } else { is("isOwner") };
        let contributed = is(CONTRIBUTED) == Some(true);
        label(source, name, Relation::of(is_owner, is("isOrgMember"), contributed))
    }

    /// Takes note of words that are shown, or leaves them out.
    pub(crate) fn words<'t>(&self, label: &Label, text: &'t str) -> &'t str {
        if text.is_empty() {
            return text;
        }
        if self.care.shows(label) {
            self.server.sessions.read(&self.caller.principal, label);
        }
        self.care.words(label, text)
    }

    /// Goes through the answer of a request by path, which stays as the Hub sent it: words whose
    /// author is a stranger are noted, or left out.
    pub(crate) async fn guard(&self, value: &mut Value, source: &str) {
        // Who is at home matters only to those who asked for care.
        let careful = self.care.lockdown || self.care.taint;
        let home = if careful { self.caller.home().await } else { Home::default() };
        self.mark(value, &Source { name: source, home, labels: false });
    }

    /// A source whose every text says whose words it is made of.
    pub(crate) async fn labelling<'n>(&self, source: &'n str) -> Source<'n> {
        Source { name: source, home: self.caller.home().await, labels: true }
    }

    /// Goes through an answer: words are labelled with who wrote them, noted, or left out.
    pub(crate) fn mark(&self, value: &mut Value, source: &Source<'_>) {
        self.mark_within(value, source, &label(source.name, None, Relation::Stranger));
    }

    fn mark_within(&self, value: &mut Value, source: &Source<'_>, outer: &Label) {
        match value {
            Value::Array(items) => {
                items.iter_mut().for_each(|item| self.mark_within(item, source, outer));
            }
            Value::Object(fields) => {
                let inner = self.author(fields, source);
                let label = inner.as_ref().unwrap_or(outer);
                for (name, field) in fields.iter_mut() {
                    match field {
                        Value::String(text) if WRITTEN.contains(&name.as_str()) => {
                            self.mark_text(text, source, label);
                        }
                        // The answers of people who ask for access, by the form's questions.
                        Value::Object(answers) if name == "fields" => {
                            for answer in answers.values_mut() {
                                if let Value::String(text) = answer {
                                    self.mark_text(text, source, label);
                                }
                            }
                        }
                        Value::Array(_) | Value::Object(_) if !NAMES.contains(&name.as_str()) => {
                            self.mark_within(field, source, label);
                        }
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }

    fn mark_text(&self, text: &mut String, source: &Source<'_>, label: &Label) {
        let shown = self.words(label, text);
        if source.labels && !shown.is_empty() {
            *text = format!("{label} {shown}");
        } else if shown.len() != text.len() {
            *text = shown.to_owned();
        }
    }

    /// The label of what stands in this object, if it says who wrote it.
    fn author(&self, fields: &Map<String, Value>, source: &Source<'_>) -> Option<Label> {
        for key in ["author", "user"] {
            match fields.get(key) {
                Some(author @ Value::Object(_)) => {
                    return Some(self.label(source.name, author, None));
                }
                Some(Value::String(name)) => {
                    return Some(label(source.name, Some(name), source.home.relation(name)));
                }
                _ => {}
            }
        }
        // Collections have an owner; a profile's words are its account's own.
        let account = fields.get("owner").and_then(name_of);
        let account = account.or_else(|| {
            let name = fields.get("name").and_then(Value::as_str);
            name.filter(|_| fields.contains_key("fullname"))
        });
        account.map(|name| label(source.name, Some(name), source.home.relation(name)))
    }
}

fn name_of(account: &Value) -> Option<&str> {
    ["name", "user"].iter().find_map(|key| account[*key].as_str())
}
