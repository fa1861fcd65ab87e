//! Who asks for access to a gated repository, and what becomes of it.

use hubfolk_api::{
    access_requests::{
        AccessStatus, AskAccess, BatchAccessRequests, BatchedRequest, CancelOwnAccessRequest,
        GetUserAccessReport, GrantAccess, HandleAccessRequest, ListAccessRequests,
    },
    repos::RepoType,
};

use super::Client;

/// The requests for access to one repository, made by
/// [`Repo::access_requests`](crate::handles::Repo::access_requests).
///
/// ```
/// # async fn example(endpoint: &str) -> Result<(), hubfolk::Error> {
/// use futures_util::TryStreamExt;
///
/// let hub = hubfolk::Hub::builder().endpoint(endpoint).token("hf_test_owner").build()?;
/// let requests = hub.model("acme/m").access_requests();
/// for request in requests.pending().try_collect::<Vec<_>>().await? {
///     let Some(user) = request.user else { continue };
///     requests.reject(user.username, "please ask with the address of your institute").await?;
/// }
/// assert_eq!(requests.rejected().try_collect::<Vec<_>>().await?.len(), 1);
/// # Ok(())
/// # }
/// # let sim = hubfolk_sim::Sim::builder()
/// #     .world(hubfolk_sim::World::from_json(r#"{"users": [{"name": "acme"}, {"name": "bob"}],
/// #         "tokens": [{"token": "hf_test_owner", "user": "acme", "role": "write"}],
/// #         "repos": [{"id": "acme/m", "gated": "manual"}],
/// #         "accessRequests": [{"id": "acme/m", "user": "bob"}]}"#).unwrap())
/// #     .start_on_thread().unwrap();
/// # tokio::runtime::Runtime::new().unwrap().block_on(example(&sim.url())).unwrap();
/// ```
#[derive(Debug, Clone)]
pub struct AccessRequests<C = crate::Hub> {
    client: C,
    repo_type: RepoType,
    repo: String,
}

impl<C: Client> AccessRequests<C> {
    pub(crate) fn new(client: C, repo_type: RepoType, repo: String) -> Self {
        Self { client, repo_type, repo }
    }

    /// Who waits for a decision.
    pub fn pending(&self) -> C::Listed<ListAccessRequests> {
        let (kind, status) = (self.repo_type.clone(), AccessStatus::Pending);
        self.client.enumerate(ListAccessRequests::new(kind, &self.repo, status))
    }

    /// Who has access.
    pub fn accepted(&self) -> C::Listed<ListAccessRequests> {
        let (kind, status) = (self.repo_type.clone(), AccessStatus::Accepted);
        self.client.enumerate(ListAccessRequests::new(kind, &self.repo, status))
    }

    /// Who was turned away.
    pub fn rejected(&self) -> C::Listed<ListAccessRequests> {
        let (kind, status) = (self.repo_type.clone(), AccessStatus::Rejected);
        self.client.enumerate(ListAccessRequests::new(kind, &self.repo, status))
    }

    /// Whose request was taken back, so that they may ask again.
    pub fn reset_ones(&self) -> C::Listed<ListAccessRequests> {
        let (kind, status) = (self.repo_type.clone(), AccessStatus::Reset);
        self.client.enumerate(ListAccessRequests::new(kind, &self.repo, status))
    }

    /// Lets a person in who has asked.
    pub fn accept(&self, user: impl Into<String>) -> C::Sent<HandleAccessRequest> {
        self.client.perform(HandleAccessRequest::new(
            self.repo_type.clone(),
            &self.repo,
            user,
            AccessStatus::Accepted,
        ))
    }

    /// Turns a person away, saying why in at most 200 characters.
    pub fn reject(
        &self,
        user: impl Into<String>,
        reason: impl Into<String>,
    ) -> C::Sent<HandleAccessRequest> {
        let kind = self.repo_type.clone();
        let request = HandleAccessRequest::builder(kind, &self.repo, AccessStatus::Rejected)
            .user(user)
            .rejection_reason(reason)
            .build();
        self.client.perform(request)
    }

    /// Takes a decision back: the request waits again.
    pub fn cancel(&self, user: impl Into<String>) -> C::Sent<HandleAccessRequest> {
        self.client.perform(HandleAccessRequest::new(
            self.repo_type.clone(),
            &self.repo,
            user,
            AccessStatus::Pending,
        ))
    }

    /// Takes the request itself back, so that the person may ask again.
    pub fn reset(
        &self,
        user: impl Into<String>,
        reason: impl Into<String>,
    ) -> C::Sent<HandleAccessRequest> {
        let kind = self.repo_type.clone();
        let request = HandleAccessRequest::builder(kind, &self.repo, AccessStatus::Reset)
            .user(user)
            .reset_reason(reason)
            .build();
        self.client.perform(request)
    }

    /// Lets a person in who has not asked, or has not been let in.
    pub fn grant(&self, user: impl Into<String>) -> C::Sent<GrantAccess> {
        self.client.perform(GrantAccess::new(self.repo_type.clone(), &self.repo, user))
    }

    /// Gives up to 100 people who have asked the same status; each is answered for itself.
    pub fn batch(
        &self,
        status: AccessStatus,
        users: impl IntoIterator<Item = impl Into<String>>,
    ) -> C::Sent<BatchAccessRequests> {
        let kind = self.repo_type.clone();
        let requests: Vec<_> = users.into_iter().map(BatchedRequest::of).collect();
        let batch =
            BatchAccessRequests::builder(kind, &self.repo, status).requests(requests).build();
        self.client.perform(batch)
    }

    /// Asks for access as the caller, with the answers to the repository's form.
    pub fn ask(
        &self,
        fields: impl IntoIterator<Item = (impl Into<String>, impl Into<String>)>,
    ) -> C::Sent<AskAccess> {
        let ask = AskAccess::new(self.repo_type.clone(), &self.repo);
        let ask = fields.into_iter().fold(ask, |ask, (label, answer)| ask.field(label, answer));
        self.client.perform(ask)
    }

    /// Withdraws the caller's own request while it waits.
    pub fn cancel_own(&self) -> C::Sent<CancelOwnAccessRequest> {
        self.client.perform(CancelOwnAccessRequest::new(self.repo_type.clone(), &self.repo))
    }

    /// Everybody who asked, with what became of it.
    pub fn report(&self) -> C::Listed<GetUserAccessReport> {
        self.client.enumerate(GetUserAccessReport::new(self.repo_type.clone(), &self.repo))
    }
}
