//! The caller's webhooks.

use hubfolk_api::webhooks::{
    CreateWebhook, DeleteWebhook, DisableWebhook, EnableWebhook, GetWebhook, ListWebhooks,
    ReplayWebhook, UpdateWebhook,
};

use super::Client;

/// The caller's webhooks, made by [`Hub::webhooks`](crate::Hub::webhooks).
///
/// ```
/// # async fn example(endpoint: &str) -> Result<(), hubfolk::Error> {
/// use hubfolk::api::webhooks::{CreateWebhook, WebhookWatchedType, WebhookState, WebhookWatched};
///
/// let hub = hubfolk::Hub::builder().endpoint(endpoint).token("hf_test_ada").build()?;
/// let watched = vec![WebhookWatched::new(WebhookWatchedType::User, "ada")];
/// let hook = CreateWebhook::to_url("https://acme.example/hook", watched);
/// let made = hub.webhooks().create(hook).await?.webhook;
/// let off = hub.webhooks().disable(made.id).await?.webhook;
/// assert_eq!(off.disabled, Some(WebhookState::Disabled));
/// # Ok(())
/// # }
/// # let sim = hubfolk_sim::Sim::builder()
/// #     .world(hubfolk_sim::World::from_json(r#"{"users": [{"name": "ada"}],
/// #         "tokens": [{"token": "hf_test_ada", "user": "ada", "role": "write"}]}"#).unwrap())
/// #     .start_on_thread().unwrap();
/// # tokio::runtime::Runtime::new().unwrap().block_on(example(&sim.url())).unwrap();
/// ```
#[derive(Debug, Clone)]
pub struct Webhooks<C = crate::Hub> {
    client: C,
}

impl<C: Client> Webhooks<C> {
    pub(crate) fn new(client: C) -> Self {
        Self { client }
    }

    /// All of them.
    pub fn list(&self) -> C::Listed<ListWebhooks> {
        self.client.enumerate(ListWebhooks::new())
    }

    /// One of them.
    pub fn get(&self, id: impl Into<String>) -> C::Sent<GetWebhook> {
        self.client.perform(GetWebhook::new(id))
    }

    /// Makes one; its secret is never shown again.
    pub fn create(&self, webhook: CreateWebhook) -> C::Sent<CreateWebhook> {
        self.client.perform(webhook)
    }

    /// Changes one; what is not given stays as it is.
    pub fn update(&self, changes: UpdateWebhook) -> C::Sent<UpdateWebhook> {
        self.client.perform(changes)
    }

    /// Deletes one.
    pub fn delete(&self, id: impl Into<String>) -> C::Sent<DeleteWebhook> {
        self.client.perform(DeleteWebhook::new(id))
    }

    /// Switches one on.
    pub fn enable(&self, id: impl Into<String>) -> C::Sent<EnableWebhook> {
        self.client.perform(EnableWebhook::new(id))
    }

    /// Switches one off.
    pub fn disable(&self, id: impl Into<String>) -> C::Sent<DisableWebhook> {
        self.client.perform(DisableWebhook::new(id))
    }

    /// Sends something that it has told before once more; its page on the site has the ids.
    pub fn replay(
        &self,
        id: impl Into<String>,
        log_id: impl Into<String>,
    ) -> C::Sent<ReplayWebhook> {
        self.client.perform(ReplayWebhook::new(id, log_id))
    }
}
