//! Webhooks: the Hub tells an address, or starts a job, when something happens.

use bon::Builder;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    endpoint::{Answer, Effect, Endpoint, Operation, Paged},
    id::{self, Invalid},
    table::Visitor,
};

pub use self::parts::{
    Secret, Webhook, WebhookAnswer, WebhookDomain, WebhookState, WebhookWatched, WebhookWatchedType,
};

mod parts;

/// Shows every operation of this file to the visitor.
pub(crate) fn visit(visitor: &mut impl Visitor) {
    visitor.list::<ListWebhooks>();
    visitor.call::<GetWebhook>();
    visitor.call::<CreateWebhook>();
    visitor.call::<UpdateWebhook>();
    visitor.call::<DeleteWebhook>();
    visitor.call::<EnableWebhook>();
    visitor.call::<DisableWebhook>();
    visitor.call::<ReplayWebhook>();
}

/// List the caller's webhooks.
///
/// The Hub answers with all of them at once; should it ever page them, every page is read.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct ListWebhooks {}

impl ListWebhooks {
    /// All of them.
    #[must_use]
    pub fn new() -> Self {
        Self {}
    }
}

impl Endpoint for ListWebhooks {
    const OPERATION: Operation =
        Operation::get("list_webhooks", "/api/settings/webhooks", "List the caller's webhooks");
    type Response = Vec<Webhook>;
}

impl Paged for ListWebhooks {
    type Item = Webhook;
}

/// Get one of the caller's webhooks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct GetWebhook {
    /// Id of the webhook, 24 hexadecimal digits.
    pub webhook_id: String,
}

impl GetWebhook {
    /// The webhook with this id.
    #[must_use]
    pub fn new(webhook_id: impl Into<String>) -> Self {
        Self { webhook_id: webhook_id.into() }
    }
}

impl Endpoint for GetWebhook {
    const OPERATION: Operation = Operation::get(
        "get_webhook",
        "/api/settings/webhooks/{webhookId}",
        "Get one of the caller's webhooks",
    );
    type Response = WebhookAnswer;

    fn validate(&self) -> Result<(), Invalid> {
        webhook_id(&self.webhook_id)
    }
}

/// Create a webhook that calls an address or starts a job.
///
/// Exactly one of `url`, `job` and `jobSourceId` says what happens.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Builder)]
#[serde(rename_all = "camelCase")]
#[builder(on(String, into))]
#[non_exhaustive]
pub struct CreateWebhook {
    /// What is watched: repositories, users, organizations; at least one.
    #[builder(start_fn)]
    #[schemars(length(min = 1))]
    pub watched: Vec<WebhookWatched>,
    /// Address that is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "uri"))]
    pub url: Option<String>,
    /// Job that is started, as the Hub's jobs describe it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job: Option<Map<String, Value>>,
    /// Id of a job that is started again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job_source_id: Option<String>,
    /// What is told: `repo`, `discussion`, or both.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1))]
    pub domains: Option<Vec<WebhookDomain>>,
    /// Secret that comes with every call, printable ASCII; the Hub never shows it again.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[builder(into)]
    #[schemars(regex(pattern = r"^[\x20-\x7F]*$"))]
    pub secret: Option<Secret>,
}

impl CreateWebhook {
    /// A webhook that calls this address about everything that happens to these.
    #[must_use]
    pub fn to_url(url: impl Into<String>, watched: Vec<WebhookWatched>) -> Self {
        Self::builder(watched).url(url).domains(WebhookDomain::all()).build()
    }
}

impl Endpoint for CreateWebhook {
    const OPERATION: Operation = Operation::post(
        "create_webhook",
        "/api/settings/webhooks",
        "Create a webhook that calls an address or starts a job",
    );
    type Response = WebhookAnswer;

    fn validate(&self) -> Result<(), Invalid> {
        let targets = [self.url.is_some(), self.job.is_some(), self.job_source_id.is_some()];
        if targets.into_iter().filter(|given| *given).count() != 1 {
            let rule = "must be given, or a job in its place: exactly one of `url`, `job` and \
                        `jobSourceId`, as in `url=https://acme.example/hook`";
            return Err(Invalid::new("url", self.url.as_deref().unwrap_or_default(), rule));
        }
        at_least_one(&self.watched)?;
        parts(&self.watched, self.url.as_deref(), self.domains.as_deref(), self.secret.as_ref())
    }
}

/// Change a webhook; what is not given stays as it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Builder)]
#[serde(rename_all = "camelCase")]
#[builder(on(String, into))]
#[non_exhaustive]
pub struct UpdateWebhook {
    /// Id of the webhook, 24 hexadecimal digits.
    #[builder(start_fn)]
    pub webhook_id: String,
    /// What is watched, all of it; at least one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1))]
    pub watched: Option<Vec<WebhookWatched>>,
    /// Address that is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "uri"))]
    pub url: Option<String>,
    /// Job that is started, as the Hub's jobs describe it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job: Option<Map<String, Value>>,
    /// Id of a job that is started again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job_source_id: Option<String>,
    /// What is told: `repo`, `discussion`, or both.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1))]
    pub domains: Option<Vec<WebhookDomain>>,
    /// Secret that comes with every call, printable ASCII; the Hub never shows it again.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[builder(into)]
    #[schemars(regex(pattern = r"^[\x20-\x7F]*$"))]
    pub secret: Option<Secret>,
}

impl Endpoint for UpdateWebhook {
    const OPERATION: Operation = Operation::post(
        "update_webhook",
        "/api/settings/webhooks/{webhookId}",
        "Change a webhook; what is not given stays as it is",
    )
    .effect(Effect::Idempotent);
    type Response = WebhookAnswer;

    fn validate(&self) -> Result<(), Invalid> {
        webhook_id(&self.webhook_id)?;
        if let Some(watched) = &self.watched {
            at_least_one(watched)?;
        }
        let watched = self.watched.as_deref().unwrap_or_default();
        parts(watched, self.url.as_deref(), self.domains.as_deref(), self.secret.as_ref())
    }
}

/// Delete a webhook.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct DeleteWebhook {
    /// Id of the webhook, 24 hexadecimal digits.
    pub webhook_id: String,
}

impl DeleteWebhook {
    /// No more webhook with this id.
    #[must_use]
    pub fn new(webhook_id: impl Into<String>) -> Self {
        Self { webhook_id: webhook_id.into() }
    }
}

impl Endpoint for DeleteWebhook {
    const OPERATION: Operation = Operation::delete(
        "delete_webhook",
        "/api/settings/webhooks/{webhookId}",
        "Delete a webhook",
    )
    .answer(Answer::Ignored);
    type Response = ();

    fn validate(&self) -> Result<(), Invalid> {
        webhook_id(&self.webhook_id)
    }
}

/// Switch a webhook on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct EnableWebhook {
    /// Id of the webhook, 24 hexadecimal digits.
    pub webhook_id: String,
}

impl EnableWebhook {
    /// The webhook with this id.
    #[must_use]
    pub fn new(webhook_id: impl Into<String>) -> Self {
        Self { webhook_id: webhook_id.into() }
    }
}

impl Endpoint for EnableWebhook {
    const OPERATION: Operation = Operation::post(
        "enable_webhook",
        "/api/settings/webhooks/{webhookId}/enable",
        "Switch a webhook on",
    )
    .effect(Effect::Idempotent);
    type Response = WebhookAnswer;

    fn validate(&self) -> Result<(), Invalid> {
        webhook_id(&self.webhook_id)
    }
}

/// Switch a webhook off.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct DisableWebhook {
    /// Id of the webhook, 24 hexadecimal digits.
    pub webhook_id: String,
}

impl DisableWebhook {
    /// The webhook with this id.
    #[must_use]
    pub fn new(webhook_id: impl Into<String>) -> Self {
        Self { webhook_id: webhook_id.into() }
    }
}

impl Endpoint for DisableWebhook {
    const OPERATION: Operation = Operation::post(
        "disable_webhook",
        "/api/settings/webhooks/{webhookId}/disable",
        "Switch a webhook off",
    )
    .effect(Effect::Idempotent);
    type Response = WebhookAnswer;

    fn validate(&self) -> Result<(), Invalid> {
        webhook_id(&self.webhook_id)
    }
}

/// What a replay came to.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Replayed {
    /// HTTP status that the address answered with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// Send something that a webhook has told before once more.
///
/// The ids of what was told are on the webhook's page on the site.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ReplayWebhook {
    /// Id of the webhook, 24 hexadecimal digits.
    pub webhook_id: String,
    /// Id of what was told, from the webhook's page.
    pub log_id: String,
}

impl ReplayWebhook {
    /// This delivery of this webhook.
    #[must_use]
    pub fn new(webhook_id: impl Into<String>, log_id: impl Into<String>) -> Self {
        Self { webhook_id: webhook_id.into(), log_id: log_id.into() }
    }
}

impl Endpoint for ReplayWebhook {
    const OPERATION: Operation = Operation::post(
        "replay_webhook",
        "/api/settings/webhooks/{webhookId}/replay/{logId}",
        "Send something that a webhook has told before once more",
    );
    type Response = Replayed;

    fn validate(&self) -> Result<(), Invalid> {
        webhook_id(&self.webhook_id)?;
        if self.log_id.is_empty() {
            let rule = "is empty; the webhook's page on the site has the ids of what was told";
            return Err(Invalid::new("log id", "", rule));
        }
        Ok(())
    }
}

fn webhook_id(text: &str) -> Result<(), Invalid> {
    id::object_id("webhook id", text)
}

fn at_least_one(watched: &[WebhookWatched]) -> Result<(), Invalid> {
    if watched.is_empty() {
        let rule = "is empty; name what to watch, as in `model:acme/m` or `org:acme`";
        return Err(Invalid::new("watched", "", rule));
    }
    Ok(())
}

fn parts(
    watched: &[WebhookWatched],
    url: Option<&str>,
    domains: Option<&[WebhookDomain]>,
    secret: Option<&Secret>,
) -> Result<(), Invalid> {
    watched.iter().try_for_each(WebhookWatched::check)?;
    if let Some(text) = url {
        let parsed = url::Url::parse(text);
        if !parsed.is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host()) {
            let rule = "is no web address, as in `https://acme.example/hook`";
            return Err(Invalid::new("url", text, rule));
        }
    }
    match domains {
        Some([]) => {
            return Err(Invalid::new("domains", "", "is empty; give `repo`, `discussion` or both"));
        }
        Some(domains) => {
            for domain in domains {
                if let WebhookDomain::Other(other) = domain {
                    let rule = "is neither `repo` nor `discussion`";
                    return Err(Invalid::new("domain", other, rule));
                }
            }
        }
        None => {}
    }
    secret.map_or(Ok(()), Secret::check)
}
