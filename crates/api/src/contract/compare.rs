//! One operation of the table beside one of the document.

use std::collections::BTreeSet;

use super::{
    Difference,
    shape::{Field, Shape},
};

/// Collects what differs, by place.
#[derive(Debug, Default)]
pub(super) struct Differences(pub(super) Vec<Found>);

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) place: String,
    pub(super) difference: Difference,
    pub(super) document: String,
    pub(super) ours: String,
}

fn joined<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> String {
    let mut all = String::new();
    for text in texts {
        if !all.is_empty() {
            all.push_str(", ");
        }
        all.push_str(text.as_ref());
    }
    all
}

impl Differences {
    fn add(&mut self, place: &str, difference: Difference, document: String, ours: String) {
        self.0.push(Found { place: place.to_owned(), difference, document, ours });
    }

    /// A query or a body as a whole, where no parameter at all is also a shape.
    pub(super) fn request_parts(&mut self, place: &str, ours: &Shape, theirs: &Shape) {
        if ours.fields.is_empty() || theirs.fields.is_empty() {
            self.request_fields(place, ours, theirs);
        }
        if !theirs.fields.is_empty() || theirs.items.is_some() {
            self.request(place, ours, theirs);
        }
    }

    /// The fields of a query or a body, and what is below them.
    pub(super) fn request(&mut self, place: &str, ours: &Shape, theirs: &Shape) {
        if ours.is_any() || theirs.is_any() {
            return;
        }
        // Every form we send must be one that the document takes. An optional field has a null
        // in its schema, which is not sent.
        if ours.types.iter().any(|kind| *kind != "null" && !theirs.types.contains(kind)) {
            self.add(place, Difference::Type, joined(&theirs.types), joined(&ours.types));
        }
        self.named_values(place, ours, theirs);
        self.limits(place, ours, theirs);
        if !ours.fields.is_empty() && !theirs.fields.is_empty() {
            self.request_fields(place, ours, theirs);
        }
        if let (Some(ours), Some(theirs)) = (&ours.items, &theirs.items) {
            self.request(&format!("{place}[]"), ours, theirs);
        }
    }

    fn request_fields(&mut self, place: &str, ours: &Shape, theirs: &Shape) {
        for (name, theirs) in &theirs.fields {
            let at = format!("{place}.{name}");
            match ours.fields.get(name) {
                None => {
                    let needed = if theirs.required { "required" } else { "optional" };
                    self.add(&at, Difference::NewField, needed.to_owned(), "absent".to_owned());
                }
                Some(ours) => self.request_field(&at, ours, theirs),
            }
        }
        for name in ours.fields.keys().filter(|name| !theirs.fields.contains_key(*name)) {
            let at = format!("{place}.{name}");
            self.add(&at, Difference::GoneField, "absent".to_owned(), "sent".to_owned());
        }
    }

    fn request_field(&mut self, at: &str, ours: &Field, theirs: &Field) {
        if ours.required != theirs.required {
            let word = |required| if required { "required" } else { "optional" }.to_owned();
            self.add(at, Difference::Required, word(theirs.required), word(ours.required));
        }
        self.request(at, &ours.shape, &theirs.shape);
    }

    fn named_values(&mut self, place: &str, ours: &Shape, theirs: &Shape) {
        let unknown: Vec<&String> = theirs.values.difference(&ours.values).collect();
        if !unknown.is_empty() {
            self.add(place, Difference::NewValue, joined(unknown), joined(&ours.values));
        }
        if !theirs.values.is_empty() {
            let gone: Vec<&String> = ours.values.difference(&theirs.values).collect();
            if !gone.is_empty() {
                self.add(place, Difference::GoneValue, joined(&theirs.values), joined(gone));
            }
        }
    }

    fn limits(&mut self, place: &str, ours: &Shape, theirs: &Shape) {
        let keys: BTreeSet<&str> =
            ours.limits.keys().chain(theirs.limits.keys()).copied().collect();
        for key in keys {
            let (our, their) = (ours.limits.get(key), theirs.limits.get(key));
            if our != their {
                let word = |limit: Option<&String>| match limit {
                    Some(limit) => format!("{key} {limit}"),
                    None => format!("no {key}"),
                };
                self.add(place, Difference::Limit, word(their), word(our));
            }
        }
    }

    /// The fields of an answer, and what is below them.
    pub(super) fn answer(&mut self, place: &str, ours: &Shape, theirs: &Shape) {
        if ours.is_any() || theirs.is_any() {
            return;
        }
        if !theirs.types.is_subset(&ours.types) {
            self.add(place, Difference::Type, joined(&theirs.types), joined(&ours.types));
        }
        // Text that we keep as it comes cannot meet a value that it does not know.
        if !ours.values.is_empty() {
            let unknown: Vec<&String> = theirs.values.difference(&ours.values).collect();
            if !unknown.is_empty() {
                self.add(place, Difference::NewValue, joined(unknown), joined(&ours.values));
            }
        }
        if !ours.fields.is_empty() && !theirs.fields.is_empty() {
            self.answer_fields(place, ours, theirs);
        }
        if let (Some(ours), Some(theirs)) = (&ours.items, &theirs.items) {
            self.answer(&format!("{place}[]"), ours, theirs);
        }
        if let (Some(ours), Some(theirs), true) = (&ours.rest, &theirs.rest, ours.fields.is_empty())
        {
            self.answer(&format!("{place}.*"), ours, theirs);
        }
    }

    fn answer_fields(&mut self, place: &str, ours: &Shape, theirs: &Shape) {
        for (name, theirs) in &theirs.fields {
            let at = format!("{place}.{name}");
            match ours.fields.get(name) {
                None => {
                    let said = "sent".to_owned();
                    self.add(&at, Difference::NewField, said, "not known".to_owned());
                }
                Some(ours) => {
                    if ours.required && !theirs.required {
                        let (document, own) = ("may be absent", "needed");
                        self.add(&at, Difference::Required, document.to_owned(), own.to_owned());
                    }
                    self.answer(&at, &ours.shape, &theirs.shape);
                }
            }
        }
        for (name, field) in &ours.fields {
            // The document's copies drop `_id` where there is an `id` beside it.
            let dropped =
                name.strip_prefix('_').is_some_and(|plain| theirs.fields.contains_key(plain));
            if theirs.fields.contains_key(name) || dropped {
                continue;
            }
            let own = if field.required { "needed" } else { "known" };
            let at = format!("{place}.{name}");
            self.add(&at, Difference::GoneField, "absent".to_owned(), own.to_owned());
        }
    }
}
