//! Handles that read well: `hub.user("ada").followers()`, `hub.model("acme/m").likers()`.
//!
//! A handle is a name and a client. Each method is one operation; it answers with what the client
//! makes of operations: futures and streams from [`Hub`], values and iterators from the blocking
//! client. So every method stands here once, for both.

use futures_util::future::BoxFuture;
use hubfolk_api::{
    Endpoint, Paged,
    credentials::ReportLeakedCredentials,
    openapi::GetOpenapiDocument,
    repos::RepoType,
    whoami::{GetWhoami, TokenRole},
};

use crate::{error::Error, hub::Hub, pages::Listing};

pub use self::{
    access_requests::AccessRequests,
    collections::{Collection, CollectionUpdate, Collections},
    discussions::{Discussion, Discussions},
    member::Member,
    notifications::Notifications,
    organization::Organization,
    repo::Repo,
    resource_group::ResourceGroup,
    scim::{Scim, ScimPerson, ScimTeam},
    service_account::{ServiceAccount, ServiceAccountToken},
    settings::Settings,
    usage::{OrganizationUsage, OwnUsage},
    user::User,
    webhooks::Webhooks,
};

mod access_requests;
mod collections;
mod discussions;
mod member;
mod notifications;
mod organization;
mod repo;
mod resource_group;
mod scim;
mod service_account;
mod settings;
mod usage;
mod user;
mod webhooks;

/// A client that can do operations; [`Hub`] and its blocking sibling.
pub trait Client: Clone + sealed::Sealed {
    /// What doing an operation gives.
    type Sent<E: Endpoint>;
    /// What reading a list gives; `.pages()` gives it page by page.
    type Listed<E: Paged>;
    /// What something made of several operations gives.
    type Done<T: Send + 'static>;

    /// Does one operation.
    fn perform<E: Endpoint>(&self, operation: E) -> Self::Sent<E>;

    /// Reads a list.
    fn enumerate<E: Paged>(&self, operation: E) -> Self::Listed<E>;

    /// Does something made of several operations.
    fn run<T, F, W>(&self, work: W) -> Self::Done<T>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, Error>> + Send + 'static,
        W: FnOnce(Hub) -> F;
}

pub(crate) mod sealed {
    /// Keeps the trait to this crate, so that it can grow.
    pub trait Sealed {}
}

impl sealed::Sealed for Hub {}

impl Client for Hub {
    type Sent<E: Endpoint> = BoxFuture<'static, Result<E::Response, Error>>;
    type Listed<E: Paged> = Listing<E::Item>;
    type Done<T: Send + 'static> = BoxFuture<'static, Result<T, Error>>;

    fn perform<E: Endpoint>(&self, operation: E) -> Self::Sent<E> {
        let hub = self.clone();
        Box::pin(async move { hub.send(operation).await })
    }

    fn enumerate<E: Paged>(&self, operation: E) -> Self::Listed<E> {
        self.list(operation)
    }

    fn run<T, F, W>(&self, work: W) -> Self::Done<T>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, Error>> + Send + 'static,
        W: FnOnce(Hub) -> F,
    {
        Box::pin(work(self.clone()))
    }
}

/// The ways from a client to its handles, for [`Hub`] and its blocking sibling.
macro_rules! entrances {
    ($client:ty) => {
        impl $client {
            /// The account of the token: name, organizations, rights.
            ///
            /// # Errors
            ///
            /// Without a valid token an [`Error::Api`](crate::Error::Api) with status 401.
            pub fn whoami(&self) -> <Self as crate::handles::Client>::Sent<GetWhoami> {
                crate::handles::Client::perform(self, GetWhoami::new())
            }

            /// What the caller uses and pays for.
            #[must_use]
            pub fn usage(&self) -> crate::handles::OwnUsage<Self> {
                crate::handles::OwnUsage::new(self.clone())
            }

            /// The Hub's own description of its operations.
            pub fn openapi_document(
                &self,
            ) -> <Self as crate::handles::Client>::Sent<GetOpenapiDocument> {
                crate::handles::Client::perform(self, GetOpenapiDocument::new())
            }

            /// Searches users, organizations, repositories, papers and collections by name.
            ///
            /// The only public search for people.
            pub fn search(
                &self,
                text: impl Into<String>,
            ) -> <Self as crate::handles::Client>::Sent<hubfolk_api::quicksearch::QuickSearch> {
                let search = hubfolk_api::quicksearch::QuickSearch::new(text);
                crate::handles::Client::perform(self, search)
            }

            /// The caller's own repositories with the space they take.
            pub fn repositories(
                &self,
            ) -> <Self as crate::handles::Client>::Listed<hubfolk_api::repos::ListUserRepos> {
                let own = hubfolk_api::repos::ListUserRepos::new();
                crate::handles::Client::enumerate(self, own)
            }

            /// The caller's webhooks.
            #[must_use]
            pub fn webhooks(&self) -> crate::handles::Webhooks<Self> {
                crate::handles::Webhooks::new(self.clone())
            }

            /// The caller's notifications.
            #[must_use]
            pub fn notifications(&self) -> crate::handles::Notifications<Self> {
                crate::handles::Notifications::new(self.clone())
            }

            /// What the token as a whole may do; `None` for a caller without an access token.
            ///
            /// The Hub has no operation for it: this is the answer of
            /// [`whoami`](Self::whoami), of which few are allowed.
            ///
            /// # Errors
            ///
            /// As [`whoami`](Self::whoami).
            pub fn token_permission(
                &self,
            ) -> <Self as crate::handles::Client>::Done<Option<TokenRole>> {
                crate::handles::Client::run(self, |hub| async move {
                    Ok(hub.send(GetWhoami::new()).await?.token_permission().cloned())
                })
            }

            /// Makes leaked tokens invalid everywhere, whoever they belong to.
            ///
            /// The caller's own token is not sent.
            pub fn report_leaked_credentials<S: Into<hubfolk_api::Secret>>(
                &self,
                credentials: impl IntoIterator<Item = S>,
            ) -> <Self as crate::handles::Client>::Sent<ReportLeakedCredentials> {
                crate::handles::Client::perform(self, ReportLeakedCredentials::new(credentials))
            }

            /// A user by name.
            #[must_use]
            pub fn user(&self, name: impl Into<String>) -> crate::handles::User<Self> {
                crate::handles::User::new(self.clone(), name.into())
            }

            /// An organization by name.
            #[must_use]
            pub fn organization(
                &self,
                name: impl Into<String>,
            ) -> crate::handles::Organization<Self> {
                crate::handles::Organization::new(self.clone(), name.into())
            }

            /// Answers a question about a set of people, made of several operations.
            ///
            /// What takes long is better asked with an
            /// [`Inquiry`](crate::questions::Inquiry), which can be gone on with.
            ///
            /// # Errors
            ///
            /// Those of [`Inquiry::run`](crate::questions::Inquiry::run).
            pub fn ask(
                &self,
                question: crate::questions::Question,
            ) -> <Self as crate::handles::Client>::Done<crate::questions::Answer> {
                crate::handles::Client::run(self, |hub| async move {
                    let mut inquiry = crate::questions::Inquiry::new(question);
                    inquiry.run(&hub, crate::questions::CONCURRENCY, |_| {}).await
                })
            }

            /// Collections to look for: of owners, with an item, with a text.
            pub fn collections(&self) -> crate::handles::Collections<Self> {
                crate::handles::Collections::new(self.clone())
            }

            /// A collection by slug, with the id at its end.
            #[must_use]
            pub fn collection(&self, slug: impl Into<String>) -> crate::handles::Collection<Self> {
                crate::handles::Collection::new(self.clone(), slug.into())
            }

            /// A model by id, `owner/name`.
            #[must_use]
            pub fn model(&self, id: impl Into<String>) -> crate::handles::Repo<Self> {
                self.repo(RepoType::Model, id)
            }

            /// A dataset by id, `owner/name`.
            #[must_use]
            pub fn dataset(&self, id: impl Into<String>) -> crate::handles::Repo<Self> {
                self.repo(RepoType::Dataset, id)
            }

            /// A Space by id, `owner/name`.
            #[must_use]
            pub fn space(&self, id: impl Into<String>) -> crate::handles::Repo<Self> {
                self.repo(RepoType::Space, id)
            }

            /// A repository by type and id.
            #[must_use]
            pub fn repo(
                &self,
                repo_type: RepoType,
                id: impl Into<String>,
            ) -> crate::handles::Repo<Self> {
                crate::handles::Repo::new(self.clone(), repo_type, id.into())
            }
        }
    };
}
#[cfg(feature = "blocking")]
pub(crate) use entrances;

entrances!(Hub);
