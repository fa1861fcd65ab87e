//! A visit to a page that shows a question's answer: who comes, and what is asked by path and query.

use askama::Template;
use axum::extract::{FromRequestParts, RawPathParams};
use axum::response::Response;
use http::request::Parts;

use crate::access::Caller;
use crate::app::App;
use crate::layout::{self, Section, Shell};
use crate::problem::Problem;
use crate::question::{Desk, Question, parse};

/// A visit; the same question as the API's route of that name reads.
pub(super) struct Visit<Q> {
    app: App,
    caller: Caller,
    /// The organization that the path names.
    org: Option<String>,
    asked: Q,
}

impl<Q: Question> FromRequestParts<App> for Visit<Q> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let caller = Caller::from_request_parts(parts, app).await?;
        let path = RawPathParams::from_request_parts(parts, app).await;
        let path = path.map_err(|_| Problem::not_found("there is no such page"))?;
        let path: Vec<(&str, &str)> = path.iter().collect();
        let org = path.iter().find(|(name, _)| *name == "org").map(|(_, org)| (*org).to_owned());
        let asked = parse(&path, parts.uri.query())?;
        Ok(Self { app: app.clone(), caller, org, asked })
    }
}

impl<Q: Question> Visit<Q> {
    /// Makes the page, with the frame that stands around it, where the ledger can be asked.
    pub(super) async fn show<P: Template + Send + 'static>(
        self,
        section: Section,
        make: impl FnOnce(&mut Desk<'_>, Shell, &Q) -> Result<P, Problem> + Send + 'static,
    ) -> Result<Response, Problem> {
        let Self { app, caller, org, asked } = self;
        let page = app.read(&caller, Q::LEAST, move |desk| {
            let shell = Shell::new(desk, section, org.as_deref())?;
            make(desk, shell, &asked)
        });
        layout::page(&page.await?)
    }
}
