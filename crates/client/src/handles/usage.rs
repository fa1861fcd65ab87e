//! What an organization or the caller uses and pays for.

use hubfolk_api::billing::{
    GetOrganizationUsage, GetOrganizationUsageByInferenceSession,
    GetOrganizationUsageByResourceGroup, GetOrganizationUsageV2, GetUsage,
    GetUsageByInferenceSession, GetUsageJobs, GetUsageV2,
};

use super::Client;

/// What an organization uses, made by [`Organization::usage`](super::Organization::usage).
///
/// ```
/// # async fn example(hub: hubfolk::Hub) -> Result<(), hubfolk::Error> {
/// let now = hub.organization("acme").usage().current().await?;
/// println!("{} millionths of a dollar so far", now.total_cost_micro_usd());
/// # Ok(())
/// # }
/// # let sim = hubfolk_sim::Sim::builder()
/// #     .world(hubfolk_sim::World::from_json(r#"{"users": [{"name": "ada"}],
/// #         "orgs": [{"name": "acme", "members": [{"user": "ada", "role": "admin"}]}],
/// #         "tokens": [{"token": "hf_test_ada", "user": "ada"}]}"#).unwrap())
/// #     .start_on_thread().unwrap();
/// # let hub = hubfolk::Hub::builder().endpoint(sim.url()).token("hf_test_ada").build().unwrap();
/// # tokio::runtime::Runtime::new().unwrap().block_on(example(hub)).unwrap();
/// ```
#[derive(Debug, Clone)]
pub struct OrganizationUsage<C = crate::Hub> {
    client: C,
    organization: String,
}

impl<C: Client> OrganizationUsage<C> {
    pub(crate) fn new(client: C, organization: String) -> Self {
        Self { client, organization }
    }

    /// In the present billing period.
    pub fn current(&self) -> C::Sent<GetOrganizationUsage> {
        self.client.perform(GetOrganizationUsage::new(&self.organization))
    }

    /// In a billing period, by its id.
    pub fn period(&self, id: impl Into<String>) -> C::Sent<GetOrganizationUsage> {
        let usage = GetOrganizationUsage::builder(&self.organization).period_id(id).build();
        self.client.perform(usage)
    }

    /// Between two times, in Unix seconds; the answer is as the Hub sends it.
    pub fn between(&self, start: u64, end: u64) -> C::Sent<GetOrganizationUsageV2> {
        self.client.perform(GetOrganizationUsageV2::new(&self.organization, start, end))
    }

    /// By resource group, this month.
    pub fn by_resource_group(&self) -> C::Sent<GetOrganizationUsageByResourceGroup> {
        self.client.perform(GetOrganizationUsageByResourceGroup::new(&self.organization))
    }

    /// By inference session, this month.
    pub fn by_inference_session(&self) -> C::Sent<GetOrganizationUsageByInferenceSession> {
        self.client.perform(GetOrganizationUsageByInferenceSession::new(&self.organization))
    }
}

/// What the caller uses, made by [`Hub::usage`](crate::Hub::usage).
///
/// ```
/// # async fn example(hub: hubfolk::Hub) -> Result<(), hubfolk::Error> {
/// let jobs = hub.usage().jobs().await?;
/// println!("{:?} minutes of jobs", jobs.usage.total_minutes);
/// # Ok(())
/// # }
/// # let sim = hubfolk_sim::Sim::builder()
/// #     .world(hubfolk_sim::World::from_json(r#"{"users": [{"name": "ada"}],
/// #         "tokens": [{"token": "hf_test_ada", "user": "ada"}]}"#).unwrap())
/// #     .start_on_thread().unwrap();
/// # let hub = hubfolk::Hub::builder().endpoint(sim.url()).token("hf_test_ada").build().unwrap();
/// # tokio::runtime::Runtime::new().unwrap().block_on(example(hub)).unwrap();
/// ```
#[derive(Debug, Clone)]
pub struct OwnUsage<C = crate::Hub> {
    client: C,
}

impl<C: Client> OwnUsage<C> {
    pub(crate) fn new(client: C) -> Self {
        Self { client }
    }

    /// In the present billing period.
    pub fn current(&self) -> C::Sent<GetUsage> {
        self.client.perform(GetUsage::new())
    }

    /// In a billing period, by its id.
    pub fn period(&self, id: impl Into<String>) -> C::Sent<GetUsage> {
        self.client.perform(GetUsage::builder().period_id(id).build())
    }

    /// Between two times, in Unix seconds; the answer is as the Hub sends it.
    pub fn between(&self, start: u64, end: u64) -> C::Sent<GetUsageV2> {
        self.client.perform(GetUsageV2::new(start, end))
    }

    /// By inference session, this month.
    pub fn by_inference_session(&self) -> C::Sent<GetUsageByInferenceSession> {
        self.client.perform(GetUsageByInferenceSession::new())
    }

    /// By jobs, in the present billing period.
    pub fn jobs(&self) -> C::Sent<GetUsageJobs> {
        self.client.perform(GetUsageJobs::new())
    }
}
