//! A form as it was typed, and what is wrong with which field.

use std::collections::BTreeMap;

use axum::extract::{FromRequest, RawForm, Request};
use url::form_urlencoded;

use crate::problem::Problem;

/// What was typed into a form. It is shown again when something is wrong, but for secrets.
#[derive(Debug, Clone, Default)]
pub struct Form {
    values: BTreeMap<String, String>,
    wrong: BTreeMap<String, String>,
}

/// Fields that are never sent back to a browser.
const SECRET: [&str; 4] = ["password", "old", "token", "client_secret"];

impl Form {
    /// A form with a value to begin with.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.values.insert(name.to_owned(), value.into());
        self
    }

    /// The value of a field, without blanks around it; empty when it was not sent.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        self.values.get(name).map_or("", |value| value.trim())
    }

    /// The value of a field exactly as it was typed: for passwords.
    #[must_use]
    pub fn raw(&self, name: &str) -> &str {
        self.values.get(name).map_or("", String::as_str)
    }

    /// What a field shows again.
    #[must_use]
    pub fn shown(&self, name: &str) -> &str {
        if SECRET.contains(&name) { "" } else { self.get(name) }
    }

    /// Whether a box is ticked.
    #[must_use]
    pub fn ticked(&self, name: &str) -> bool {
        !self.get(name).is_empty()
    }

    /// What is wrong with a field.
    #[must_use]
    pub fn wrong(&self, name: &str) -> Option<&str> {
        self.wrong.get(name).map(String::as_str)
    }

    /// Says what is wrong with a field; the first word on it stands.
    pub fn refuse(&mut self, name: &str, why: impl Into<String>) {
        self.wrong.entry(name.to_owned()).or_insert_with(|| why.into());
    }

    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.wrong.is_empty()
    }
}

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let RawForm(bytes) = RawForm::from_request(request, state).await.map_err(|rejection| {
            use axum::response::IntoResponse;
            let text = rejection.body_text();
            Problem::new(rejection.into_response().status(), "form", text)
        })?;
        let mut form = Self::default();
        for (name, value) in form_urlencoded::parse(&bytes) {
            // PostgreSQL cannot hold a NUL, and nothing that a person types has one.
            form.values.insert(name.into_owned(), value.replace('\0', "\u{fffd}"));
        }
        Ok(form)
    }
}
