//! Settings of a repository, collected and then saved at once.

use hubfolk_api::repos::{
    DiscussionsSorting, Gated, NotificationsMode, UpdateRepoSettings, Visibility,
};

use super::Client;

/// Changes to the settings of one repository, made by
/// [`Repo::settings`](crate::handles::Repo::settings). Nothing is sent before
/// [`save`](Self::save); what is not set stays as it is.
///
/// ```
/// # async fn example(endpoint: &str) -> Result<(), hubfolk::Error> {
/// use hubfolk::api::repos::{Gated, NotificationsMode};
///
/// let hub = hubfolk::Hub::builder().endpoint(endpoint).token("hf_test_owner").build()?;
/// let model = hub.model("acme/m");
/// model
///     .settings()
///     .gated(Gated::Manual)
///     .gated_notifications("access@acme.example", NotificationsMode::Bulk)
///     .save()
///     .await?;
/// assert_eq!(model.info().await?.gated, Some(Gated::Manual));
/// # Ok(())
/// # }
/// # let sim = hubfolk_sim::Sim::builder()
/// #     .world(hubfolk_sim::World::from_json(r#"{"users": [{"name": "acme"}],
/// #         "tokens": [{"token": "hf_test_owner", "user": "acme", "role": "write"}],
/// #         "repos": [{"id": "acme/m"}]}"#).unwrap())
/// #     .start_on_thread().unwrap();
/// # tokio::runtime::Runtime::new().unwrap().block_on(example(&sim.url())).unwrap();
/// ```
#[derive(Debug, Clone)]
#[must_use = "nothing changes before `save`"]
pub struct Settings<C = crate::Hub> {
    client: C,
    change: UpdateRepoSettings,
}

impl<C: Client> Settings<C> {
    pub(crate) fn new(client: C, change: UpdateRepoSettings) -> Self {
        Self { client, change }
    }

    /// Who may see it; `protected` is for Spaces.
    pub fn visibility(mut self, visibility: Visibility) -> Self {
        self.change.visibility = Some(visibility);
        self
    }

    /// Whether people must ask for access.
    pub fn gated(mut self, gated: Gated) -> Self {
        self.change.gated = Some(gated);
        self
    }

    /// Whether members of the owning organization must ask too.
    pub fn org_members_gated(mut self, gated: bool) -> Self {
        self.change.org_members_gated = Some(gated);
        self
    }

    /// Which address hears of requests for access, and how.
    pub fn gated_notifications(
        mut self,
        email: impl Into<String>,
        mode: NotificationsMode,
    ) -> Self {
        self.change.gated_notifications_email = Some(email.into());
        self.change.gated_notifications_mode = Some(mode);
        self
    }

    /// Whether discussions and pull requests are off.
    pub fn discussions_disabled(mut self, disabled: bool) -> Self {
        self.change.discussions_disabled = Some(disabled);
        self
    }

    /// Which discussions come first.
    pub fn discussions_sorting(mut self, sorting: DiscussionsSorting) -> Self {
        self.change.discussions_sorting = Some(sorting);
        self
    }

    /// Sends the changes; the Hub echoes visibility and gate, and nothing of the rest.
    pub fn save(self) -> C::Sent<UpdateRepoSettings> {
        self.client.perform(self.change)
    }
}
