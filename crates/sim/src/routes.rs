//! From a method and a path to the behaviour of an operation.

use std::sync::LazyLock;

use bytes::Bytes;
use http::{Method, Request};
use hubfolk_api::endpoint::Operation;
use hubfolk_api::{
    Endpoint, access_requests, audit_log, auth_check, collections, credentials, discussions, likes,
    notifications, organizations, quicksearch, repos, resource_groups, service_accounts, users,
    webhooks, whoami, wire,
};
use hubfolk_api::{billing, scim};

use crate::answer::{Answer, Refusal};
use crate::handlers::{Ask, Behaviour, Change, Order, Show};
use crate::paging::PageSizes;

/// One operation with its behaviour.
#[derive(Debug)]
pub(crate) struct Route {
    pub(crate) operation: Operation,
    /// Text the path surely begins and ends with; spares most routes the full comparison.
    head: &'static str,
    tail: &'static str,
    pub(crate) pages: Option<PageSizes>,
    pub(crate) run: Run,
}

impl Route {
    /// What the path ends with behind its last field.
    pub(crate) fn tail(&self) -> &'static str {
        self.tail
    }

    /// Whether it is for identity providers, whose tokens are good for nothing else.
    pub(crate) fn is_scim(&self) -> bool {
        let path = self.operation.path;
        path.contains("/{tree}/v2/") || path.contains("/scim/v2/") || path.contains("/scim-")
    }
}

/// What a route does.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Run {
    Show(fn(&Ask<'_>, &Request<Bytes>) -> Result<Answer, Refusal>),
    Change(fn(&mut Order<'_>, &Request<Bytes>) -> Result<Answer, Refusal>),
}

static ROUTES: LazyLock<Vec<Route>> = LazyLock::new(|| {
    let mut routes = Routes(Vec::new());
    routes
        .show::<hubfolk_api::openapi::GetOpenapiDocument>()
        .show::<billing::GetOrganizationUsage>()
        .show::<billing::GetOrganizationUsageV2>()
        .show::<billing::GetOrganizationUsageByResourceGroup>()
        .show::<billing::GetOrganizationUsageByInferenceSession>()
        .show::<billing::GetUsage>()
        .show::<billing::GetUsageV2>()
        .show::<billing::GetUsageByInferenceSession>()
        .show::<billing::GetUsageJobs>()
        .show::<scim::ListScimUsers>()
        .show::<scim::GetScimUser>()
        .change::<scim::CreateScimUser>()
        .change::<scim::UpdateScimUser>()
        .change::<scim::ReplaceScimUser>()
        .change::<scim::RemoveScimUser>()
        .show::<scim::ListScimGroups>()
        .show::<scim::GetScimGroup>()
        .change::<scim::CreateScimGroup>()
        .change::<scim::UpdateScimGroup>()
        .change::<scim::ReplaceScimGroup>()
        .change::<scim::DeleteScimGroup>()
        .show::<scim::GetScimServiceProviderConfig>()
        .show::<scim::ListScimResourceTypes>()
        .show::<scim::ListScimSchemas>()
        .show::<scim::GetScimSchema>()
        .show::<whoami::GetWhoami>()
        .show::<users::GetUserOverview>()
        .show::<users::ListUserFollowers>()
        .show::<users::ListUserFollowing>()
        .show::<users::ListLikedRepos>()
        .show::<users::GetUserSocials>()
        .show::<users::GetUserAvatar>()
        .show::<organizations::GetOrganizationOverview>()
        .show::<organizations::ListOrganizationMembers>()
        .show::<organizations::ListOrganizationFollowers>()
        .show::<organizations::GetOrganizationSocials>()
        .show::<organizations::GetOrganizationAvatar>()
        .show::<likes::ListRepoLikers>()
        .change::<likes::LikeRepo>()
        .change::<likes::UnlikeRepo>()
        .show::<auth_check::AuthCheck>()
        .show::<auth_check::AuthCheckWrite>()
        .show::<repos::GetRepoInfo>()
        .change::<repos::CreateRepo>()
        .change::<repos::DeleteRepo>()
        .change::<repos::MoveRepo>()
        .change::<repos::DuplicateRepo>()
        .change::<repos::UpdateRepoSettings>()
        .show::<repos::GetRepoResourceGroup>()
        .change::<repos::SetRepoResourceGroup>()
        .show::<repos::ListModels>()
        .show::<repos::ListDatasets>()
        .show::<repos::ListSpaces>()
        .show::<repos::ListKernels>()
        .show::<repos::ListUserRepos>()
        .show::<access_requests::ListAccessRequests>()
        .change::<access_requests::HandleAccessRequest>()
        .change::<access_requests::GrantAccess>()
        .change::<access_requests::BatchAccessRequests>()
        .change::<access_requests::AskAccess>()
        .change::<access_requests::CancelOwnAccessRequest>()
        .show::<access_requests::GetUserAccessReport>()
        .show::<quicksearch::QuickSearch>()
        .show::<webhooks::ListWebhooks>()
        .show::<webhooks::GetWebhook>()
        .change::<webhooks::CreateWebhook>()
        .change::<webhooks::UpdateWebhook>()
        .change::<webhooks::DeleteWebhook>()
        .change::<webhooks::EnableWebhook>()
        .change::<webhooks::DisableWebhook>()
        .change::<webhooks::ReplayWebhook>()
        .show::<organizations::ListOrganizationRepositories>()
        .change::<organizations::ChangeOrganizationMemberRole>()
        .change::<organizations::InviteOrganizationMember>()
        .change::<organizations::RemoveOrganizationMember>()
        .show::<organizations::GetNetworkSecurity>()
        .change::<organizations::UpdateNetworkSecurity>()
        .change::<organizations::RevokeOrganizationToken>()
        .change::<organizations::RevokeOrganizationTokenById>()
        .show::<discussions::GetRepoDiscussions>()
        .show::<discussions::GetDiscussionDetails>()
        .show::<discussions::GetPullRequestStorage>()
        .change::<discussions::CreateDiscussion>()
        .change::<discussions::CommentDiscussion>()
        .change::<discussions::EditDiscussionComment>()
        .change::<discussions::HideDiscussionComment>()
        .change::<discussions::ChangeDiscussionStatus>()
        .change::<discussions::RenameDiscussion>()
        .change::<discussions::MergePullRequest>()
        .change::<discussions::PinDiscussion>()
        .change::<discussions::DeleteDiscussion>()
        .change::<discussions::DeletePullRequestRef>()
        .show::<notifications::ListNotifications>()
        .change::<notifications::MarkNotificationsAsRead>()
        .change::<notifications::DeleteNotifications>()
        .change::<notifications::UpdateWatchSettings>()
        .change::<notifications::UpdateNotificationSettings>()
        .show::<resource_groups::ListResourceGroups>()
        .show::<resource_groups::GetResourceGroup>()
        .change::<resource_groups::CreateResourceGroup>()
        .change::<resource_groups::UpdateResourceGroup>()
        .change::<resource_groups::DeleteResourceGroup>()
        .change::<resource_groups::UpdateResourceGroupSettings>()
        .change::<resource_groups::AddResourceGroupUsers>()
        .change::<resource_groups::ChangeResourceGroupUserRole>()
        .change::<resource_groups::RemoveResourceGroupUser>()
        .show::<service_accounts::ListServiceAccounts>()
        .show::<service_accounts::GetServiceAccount>()
        .change::<service_accounts::CreateServiceAccount>()
        .change::<service_accounts::DeleteServiceAccount>()
        .change::<service_accounts::CreateServiceAccountToken>()
        .change::<service_accounts::UpdateServiceAccountToken>()
        .change::<service_accounts::RotateServiceAccountToken>()
        .change::<service_accounts::DeleteServiceAccountToken>()
        .change::<credentials::ReportLeakedCredentials>()
        .show::<audit_log::ExportAuditLog>()
        .show::<collections::ListCollections>()
        .show::<collections::GetCollection>()
        .change::<collections::CreateCollection>()
        .change::<collections::UpdateCollectionMetadata>()
        .change::<collections::DeleteCollection>()
        .show::<collections::GetCollectionResourceGroup>()
        .change::<collections::SetCollectionResourceGroup>()
        .change::<collections::AddCollectionItem>()
        .change::<collections::UpdateCollectionItem>()
        .change::<collections::DeleteCollectionItem>()
        .change::<collections::BatchUpdateCollectionItems>();
    // The first route that matches is the one that is meant.
    routes.0.sort_by_key(|route| std::cmp::Reverse(route.operation.specificity()));
    routes.0
});

struct Routes(Vec<Route>);

impl Routes {
    fn show<E: Endpoint>(&mut self) -> &mut Self
    where
        Behaviour: Show<E>,
    {
        let run = Run::Show(|ask, request| Behaviour::show(ask, &decode::<E>(request)?));
        self.add::<E>(<Behaviour as Show<E>>::PAGES, run)
    }

    fn change<E: Endpoint>(&mut self) -> &mut Self
    where
        Behaviour: Change<E>,
    {
        let run = Run::Change(|order, request| Behaviour::change(order, &decode::<E>(request)?));
        self.add::<E>(None, run)
    }

    fn add<E: Endpoint>(&mut self, pages: Option<PageSizes>, run: Run) -> &mut Self {
        let path = E::OPERATION.path;
        let head = path.split(['{', '[']).next().unwrap_or(path);
        let tail = if path.contains('[') { "" } else { path.rsplit('}').next().unwrap_or(path) };
        self.0.push(Route { operation: E::OPERATION, head, tail, pages, run });
        self
    }
}

fn decode<E: Endpoint>(request: &Request<Bytes>) -> Result<E, Refusal> {
    wire::decode(request).map_err(|error| {
        let mut text = error.to_string();
        let mut cause = std::error::Error::source(&error);
        while let Some(source) = cause {
            text = format!("{text}: {source}");
            cause = source.source();
        }
        Refusal::bad_request(format!("✖ Invalid input: {text}"))
    })
}

/// The route of a request, if the Hub knows it.
pub(crate) fn find(method: &Method, path: &str) -> Option<&'static Route> {
    ROUTES.iter().find(|route| {
        route.operation.method == *method
            && path.starts_with(route.head)
            && path.ends_with(route.tail)
            && route.operation.matches(path)
    })
}

/// The names of all operations that are served.
pub(crate) fn operation_names() -> Vec<&'static str> {
    let mut names: Vec<_> = ROUTES.iter().map(|route| route.operation.name).collect();
    names.sort_unstable();
    names
}

pub(crate) fn knows_operation(name: &str) -> bool {
    ROUTES.iter().any(|route| route.operation.name == name)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use http::Method;
    use hubfolk_api::{Endpoint, Paged, table};

    use super::{find, operation_names};

    #[test]
    fn every_operation_of_the_table_is_served() {
        struct Names(Vec<&'static str>);
        impl table::Visitor for Names {
            fn call<E: Endpoint>(&mut self) {
                self.0.push(E::OPERATION.name);
            }
            fn list<E: Paged>(&mut self) {
                self.0.push(E::OPERATION.name);
            }
        }
        let mut table = Names(Vec::new());
        table::visit(&mut table);
        table.0.sort_unstable();
        assert_eq!(operation_names(), table.0);
    }

    #[test]
    fn legacy_ids_and_long_ids_reach_the_same_operation() {
        let name = |method: Method, path| find(&method, path).map(|route| route.operation.name);
        for (path, operation) in [
            ("/api/models/gpt2", "repo_info"),
            ("/api/models/acme/m", "repo_info"),
            ("/api/models/gpt2/likers", "list_repo_likers"),
            ("/api/models/acme/m/likers", "list_repo_likers"),
            ("/api/datasets/acme/d/auth-check", "auth_check"),
            ("/api/datasets/squad/auth-check/write", "auth_check_write"),
            ("/api/models/gpt2/revision/refs%2Fpr%2F1", "repo_info"),
            ("/api/organizations/acme/members", "list_organization_members"),
        ] {
            assert_eq!(name(Method::GET, path), Some(operation), "{path}");
        }
        assert_eq!(name(Method::POST, "/api/whoami-v2"), None);
        assert_eq!(name(Method::GET, "/api/agent-harnesses"), None);
    }
}
