//! A service account of an organization by id, and its tokens.

use hubfolk_api::service_accounts::{
    CreateServiceAccountToken, DeleteServiceAccount, DeleteServiceAccountToken, GetServiceAccount,
    RotateServiceAccountToken, TokenPermission, UpdateServiceAccountToken,
};

use super::Client;

/// A service account by id, made by
/// [`Organization::service_account`](super::Organization::service_account).
///
/// ```
/// # async fn example(hub: hubfolk::Hub) -> Result<(), hubfolk::Error> {
/// let acme = hub.organization("acme");
/// let account = acme.create_service_account("nightly builds").await?;
/// let builds = acme.service_account(&account.id);
/// let made = builds.create_token("pipeline", ["repo.write"]).await?;
/// // The one time the token is shown: keep `made.token.expose()` where only the pipeline reads it.
/// assert_eq!(format!("{:?}", made.token), "Secret(..)");
/// # Ok(())
/// # }
/// # let sim = hubfolk_sim::Sim::builder()
/// #     .world(hubfolk_sim::World::from_json(r#"{"users": [{"name": "bob"}],
/// #         "orgs": [{"name": "acme", "plan": "enterprise",
/// #             "members": [{"user": "bob", "role": "admin"}]}],
/// #         "tokens": [{"token": "hf_test_bob", "user": "bob", "role": "write"}]}"#).unwrap())
/// #     .start_on_thread().unwrap();
/// # let hub = hubfolk::Hub::builder().endpoint(sim.url()).token("hf_test_bob").build().unwrap();
/// # tokio::runtime::Runtime::new().unwrap().block_on(example(hub)).unwrap();
/// ```
#[derive(Debug, Clone)]
pub struct ServiceAccount<C = crate::Hub> {
    client: C,
    organization: String,
    id: String,
}

impl<C: Client> ServiceAccount<C> {
    pub(crate) fn new(client: C, organization: String, id: String) -> Self {
        Self { client, organization, id }
    }

    /// The id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The account with what is known of its tokens.
    pub fn get(&self) -> C::Sent<GetServiceAccount> {
        self.client.perform(GetServiceAccount::new(&self.organization, &self.id))
    }

    /// Makes a token that may do this in the whole organization; it is shown this one time.
    ///
    /// [`CreateServiceAccountToken::builder`] has the other choices.
    pub fn create_token<P: Into<TokenPermission>>(
        &self,
        name: impl Into<String>,
        permissions: impl IntoIterator<Item = P>,
    ) -> C::Sent<CreateServiceAccountToken> {
        let permissions = permissions.into_iter().map(Into::into).collect();
        let token = CreateServiceAccountToken::builder(&self.organization, &self.id)
            .display_name(name)
            .permissions(permissions);
        self.client.perform(token.build())
    }

    /// One of its tokens by id.
    #[must_use]
    pub fn token(&self, token_id: impl Into<String>) -> ServiceAccountToken<C> {
        let account = self.clone();
        ServiceAccountToken { account, id: token_id.into() }
    }

    /// Deletes it with all its tokens, which stop working.
    pub fn delete(&self) -> C::Sent<DeleteServiceAccount> {
        self.client.perform(DeleteServiceAccount::new(&self.organization, &self.id))
    }
}

/// A token of a service account by id, made by [`ServiceAccount::token`].
///
/// ```
/// # async fn example(hub: hubfolk::Hub) -> Result<(), hubfolk::Error> {
/// # let acme = hub.organization("acme");
/// # let account = acme.create_service_account("builds").await?;
/// # let builds = acme.service_account(&account.id);
/// # let made = builds.create_token("pipeline", ["repo.write"]).await?;
/// # let token_id = made.token_info.unwrap().id;
/// let renewed = builds.token(&token_id).rotate().await?;
/// assert_ne!(renewed.token, made.token);
/// builds.token(&token_id).delete().await?;
/// # Ok(())
/// # }
/// # let sim = hubfolk_sim::Sim::builder()
/// #     .world(hubfolk_sim::World::from_json(r#"{"users": [{"name": "bob"}],
/// #         "orgs": [{"name": "acme", "plan": "enterprise",
/// #             "members": [{"user": "bob", "role": "admin"}]}],
/// #         "tokens": [{"token": "hf_test_bob", "user": "bob", "role": "write"}]}"#).unwrap())
/// #     .start_on_thread().unwrap();
/// # let hub = hubfolk::Hub::builder().endpoint(sim.url()).token("hf_test_bob").build().unwrap();
/// # tokio::runtime::Runtime::new().unwrap().block_on(example(hub)).unwrap();
/// ```
#[derive(Debug, Clone)]
pub struct ServiceAccountToken<C = crate::Hub> {
    account: ServiceAccount<C>,
    id: String,
}

impl<C: Client> ServiceAccountToken<C> {
    /// The id, which is not the token.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Gives it another name.
    pub fn rename(&self, name: impl Into<String>) -> C::Sent<UpdateServiceAccountToken> {
        let ServiceAccount { client, organization, id } = &self.account;
        let change = UpdateServiceAccountToken::builder(organization, id, &self.id);
        client.perform(change.display_name(name).build())
    }

    /// Sets all that it may do in the whole organization.
    pub fn set_permissions<P: Into<TokenPermission>>(
        &self,
        permissions: impl IntoIterator<Item = P>,
    ) -> C::Sent<UpdateServiceAccountToken> {
        let ServiceAccount { client, organization, id } = &self.account;
        let permissions = permissions.into_iter().map(Into::into).collect();
        let change = UpdateServiceAccountToken::builder(organization, id, &self.id);
        client.perform(change.permissions(permissions).build())
    }

    /// Replaces it by a new one, which is shown this one time; the old one stops working.
    pub fn rotate(&self) -> C::Sent<RotateServiceAccountToken> {
        let ServiceAccount { client, organization, id } = &self.account;
        client.perform(RotateServiceAccountToken::new(organization, id, &self.id))
    }

    /// Deletes it; it stops working.
    pub fn delete(&self) -> C::Sent<DeleteServiceAccountToken> {
        let ServiceAccount { client, organization, id } = &self.account;
        client.perform(DeleteServiceAccountToken::new(organization, id, &self.id))
    }
}
