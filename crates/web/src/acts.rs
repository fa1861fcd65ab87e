//! One act, one value: what an approver may do by a program as well as on a page.
//!
//! As with questions, an act is a struct whose fields stand in its path; from the table fall out the
//! route of the API and its entry in the served OpenAPI document, and the pages do the same values.
//! What an agent asks can be read here and is answered on the page alone: a yes that a program can
//! send is one that a model can send.

mod approvals;
mod runs;

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, on};
use axum::{Json, Router};
use http::{Method, StatusCode};
use schemars::JsonSchema;
use serde::{Serialize, de::DeserializeOwned};

use crate::access::{Caller, Role};
use crate::app::App;
use crate::problem::Problem;

pub(crate) use approvals::with_gate;
pub use approvals::{ListApprovals, Waiting, WaitingRequest};
pub use runs::{ApproveRun, RejectRun, SyncAsked, SyncNow};

/// Something that is done, or that only the service itself knows.
pub trait Act: DeserializeOwned + JsonSchema + Send + Sync + 'static {
    /// Unique name, verb first.
    const NAME: &'static str;
    /// Path of the API; every field stands in it.
    const PATH: &'static str;
    /// One sentence without a full stop.
    const SUMMARY: &'static str;
    /// How it is sent.
    const METHOD: Method = Method::POST;
    /// The status of its answer.
    const STATUS: StatusCode = StatusCode::OK;
    /// Who may do it.
    const LEAST: Role = Role::Approver;

    /// What it is answered with.
    type Answer: Serialize + JsonSchema + Send + 'static;

    /// Does it, and writes down who did.
    ///
    /// # Errors
    ///
    /// 403 without the role, 404 for what is not there, 409 for what cannot be done now.
    fn act(
        self,
        app: App,
        caller: Caller,
    ) -> impl Future<Output = Result<Self::Answer, Problem>> + Send;
}

/// Is shown every act once.
pub trait Visitor {
    /// An act.
    fn act<A: Act>(&mut self);
}

/// Shows every act to the visitor.
pub fn visit(visitor: &mut impl Visitor) {
    visitor.act::<SyncNow>();
    visitor.act::<ApproveRun>();
    visitor.act::<RejectRun>();
    visitor.act::<ListApprovals>();
}

/// The routes of all acts.
pub(crate) fn routes() -> Router<App> {
    let mut routes = Routes(Router::new());
    visit(&mut routes);
    routes.0
}

struct Routes(Router<App>);

impl Visitor for Routes {
    fn act<A: Act>(&mut self) {
        let method = match A::METHOD {
            Method::GET => MethodFilter::GET,
            _ => MethodFilter::POST,
        };
        self.0 = std::mem::take(&mut self.0).route(A::PATH, on(method, answer::<A>));
    }
}

async fn answer<A: Act>(
    State(app): State<App>,
    caller: Caller,
    Path(act): Path<A>,
) -> Result<Response, Problem> {
    caller.needs(A::LEAST)?;
    let done = act.act(app, caller).await?;
    Ok((A::STATUS, Json(done)).into_response())
}
