//! Strangers' words in what the Hub answers: labelled, noted, or left out.

use serde_json::{Map, Value};

use crate::{
    call::Call,
    text::{Label, Relation, label},
};

/// Fields that hold what people write freely.
const WRITTEN: [&str; 14] = [
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
];

impl Call<'_> {
    /// The label of words by this author, as the Hub describes authors in answers.
    pub(crate) fn label(&self, source: &str, author: &Value, owner: Option<&str>) -> Label {
        let name = ["name", "user"].iter().find_map(|key| author[*key].as_str());
        let is = |key: &str| author.get(key).and_then(Value::as_bool);
        let is_owner = is("isOwner").map(|yes| yes || (name.is_some() && name == owner));
        let is_owner = is_owner.or_else(|| (name.is_some() && name == owner).then_some(true));
        label(source, name, Relation::of(is_owner, is("isOrgMember"), false))
    }

    /// Takes note of words that are shown, or leaves them out.
    pub(crate) fn words<'t>(&self, label: &Label, text: &'t str) -> &'t str {
        if self.care.shows(label) && !text.is_empty() {
            self.server.sessions.read(&self.caller.principal, label);
        }
        if text.is_empty() { text } else { self.care.words(label, text) }
    }

    /// Goes through an answer: words whose author is a stranger are noted, or left out.
    pub(crate) fn guard(&self, value: &mut Value, source: &str) {
        self.guard_within(value, source, &Value::Null, false);
    }

    /// The same, and every text says whose words it is made of.
    pub(crate) fn labelled(&self, value: &mut Value, source: &str) {
        self.guard_within(value, source, &Value::Null, true);
    }

    fn guard_within(&self, value: &mut Value, source: &str, outer: &Value, labels: bool) {
        match value {
            Value::Array(items) => {
                items.iter_mut().for_each(|item| self.guard_within(item, source, outer, labels));
            }
            Value::Object(fields) => {
                let author = author(fields).unwrap_or_else(|| outer.clone());
                let label = self.label(source, &author, None);
                for (name, field) in fields.iter_mut() {
                    let written = WRITTEN.contains(&name.as_str());
                    match field {
                        Value::String(text) if written => {
                            let shown = self.words(&label, text);
                            if labels && !shown.is_empty() {
                                *text = format!("{label} {shown}");
                            } else if shown.len() != text.len() {
                                *text = shown.to_owned();
                            }
                        }
                        // The answers of people who ask for access, by the form's questions.
                        Value::Object(answers) if name == "fields" => {
                            for answer in answers.values_mut() {
                                if let Value::String(text) = answer {
                                    *text = self.words(&label, text).to_owned();
                                }
                            }
                        }
                        Value::Array(_) | Value::Object(_)
                            if !matches!(
                                name.as_str(),
                                "author" | "user" | "owner" | "org" | "repo"
                            ) =>
                        {
                            self.guard_within(field, source, &author, labels);
                        }
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
}

/// Who wrote what stands in this object.
fn author(fields: &Map<String, Value>) -> Option<Value> {
    for key in ["author", "user", "owner"] {
        match fields.get(key) {
            Some(author @ Value::Object(_)) => return Some(author.clone()),
            // A profile: its words are its account's own.
            Some(Value::String(_)) if key == "user" => return Some(Value::Object(fields.clone())),
            _ => {}
        }
    }
    None
}
