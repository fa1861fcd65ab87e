//! A repository by type and id.

use hubfolk_api::{
    auth_check::{AuthCheck, AuthCheckWrite},
    discussions::CreateDiscussion,
    likes::{LikeRepo, ListRepoLikers, UnlikeRepo},
    notifications::{UpdateWatchSettings, WatchTarget, WatchTargetType},
    repos::{
        CreateRepo, DeleteRepo, DuplicateRepo, GetRepoInfo, GetRepoResourceGroup, MoveRepo,
        RepoType, SetRepoResourceGroup, UpdateRepoSettings,
    },
};

use super::{AccessRequests, Client, Discussion, Discussions, Settings};

/// A repository by type and id, made by [`Hub::model`](crate::Hub::model) and its siblings.
#[derive(Debug, Clone)]
pub struct Repo<C = crate::Hub> {
    client: C,
    repo_type: RepoType,
    id: String,
}

impl<C: Client> Repo<C> {
    pub(crate) fn new(client: C, repo_type: RepoType, id: String) -> Self {
        Self { client, repo_type, id }
    }

    /// The id, `owner/name`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The type.
    #[must_use]
    pub fn repo_type(&self) -> &RepoType {
        &self.repo_type
    }

    /// Makes it, empty and with the owner's default visibility.
    pub fn create(&self) -> C::Sent<CreateRepo> {
        let (owner, name) = match self.id.split_once('/') {
            Some((owner, name)) => (Some(owner.to_owned()), name),
            None => (None, self.id.as_str()),
        };
        let create = CreateRepo::builder(name)
            .repo_type(self.repo_type.clone())
            .maybe_organization(owner)
            .build();
        self.client.perform(create)
    }

    /// What the Hub knows about it.
    pub fn info(&self) -> C::Sent<GetRepoInfo> {
        self.client.perform(GetRepoInfo::new(self.repo_type.clone(), &self.id))
    }

    /// Who likes it.
    pub fn likers(&self) -> C::Listed<ListRepoLikers> {
        self.client.enumerate(ListRepoLikers::new(self.repo_type.clone(), &self.id))
    }

    /// Likes it, which the Hub has closed to programs: expect an error that says so.
    pub fn like(&self) -> C::Sent<LikeRepo> {
        self.client.perform(LikeRepo::new(self.repo_type.clone(), &self.id))
    }

    /// Takes the caller's like back.
    pub fn unlike(&self) -> C::Sent<UnlikeRepo> {
        self.client.perform(UnlikeRepo::new(self.repo_type.clone(), &self.id))
    }

    /// Checks that the caller may read its files.
    pub fn auth_check(&self) -> C::Sent<AuthCheck> {
        self.client.perform(AuthCheck::new(self.repo_type.clone(), &self.id))
    }

    /// Checks that the caller may write to it.
    pub fn auth_check_write(&self) -> C::Sent<AuthCheckWrite> {
        self.client.perform(AuthCheckWrite::new(self.repo_type.clone(), &self.id))
    }

    /// Gives it another name or owner.
    pub fn move_to(&self, id: impl Into<String>) -> C::Sent<MoveRepo> {
        self.client.perform(MoveRepo::new(self.repo_type.clone(), &self.id, id))
    }

    /// Copies it, with its files, to another name or owner.
    pub fn duplicate(&self, to: impl Into<String>) -> C::Sent<DuplicateRepo> {
        self.client.perform(DuplicateRepo::new(self.repo_type.clone(), &self.id, to))
    }

    /// Changes to its settings, to be collected and saved.
    pub fn settings(&self) -> Settings<C> {
        let change = UpdateRepoSettings::builder(self.repo_type.clone(), &self.id).build();
        Settings::new(self.client.clone(), change)
    }

    /// The resource group it belongs to; "not found" and `None` both say that there is none.
    pub fn resource_group(&self) -> C::Sent<GetRepoResourceGroup> {
        self.client.perform(GetRepoResourceGroup::new(self.repo_type.clone(), &self.id))
    }

    /// Puts it into a resource group, by the group's id, or out of every group.
    pub fn set_resource_group(&self, group: Option<String>) -> C::Sent<SetRepoResourceGroup> {
        self.client.perform(SetRepoResourceGroup::new(self.repo_type.clone(), &self.id, group))
    }

    /// Who asks for access to it, where it is gated.
    #[must_use]
    pub fn access_requests(&self) -> AccessRequests<C> {
        AccessRequests::new(self.client.clone(), self.repo_type.clone(), self.id.clone())
    }

    /// Its discussions and pull requests, to be looked for.
    pub fn discussions(&self) -> Discussions<C> {
        Discussions::new(self.client.clone(), self.repo_type.clone(), self.id.clone())
    }

    /// A discussion or pull request by its number.
    #[must_use]
    pub fn discussion(&self, num: u64) -> Discussion<C> {
        Discussion::new(self.client.clone(), self.repo_type.clone(), self.id.clone(), num)
    }

    /// Begins a discussion; the first comment is Markdown.
    pub fn create_discussion(&self, title: &str, text: &str) -> C::Sent<CreateDiscussion> {
        self.client.perform(CreateDiscussion::new(self.repo_type.clone(), &self.id, title, text))
    }

    /// Begins a pull request, as a draft.
    pub fn create_pull_request(&self, title: &str, text: &str) -> C::Sent<CreateDiscussion> {
        let new = CreateDiscussion::new(self.repo_type.clone(), &self.id, title, text);
        self.client.perform(new.pull_request())
    }

    /// Watches it from now on: the caller is told what happens in its discussions.
    pub fn watch(&self) -> C::Done<()> {
        self.set_watched(UpdateWatchSettings::watch)
    }

    /// Watches it no more.
    pub fn unwatch(&self) -> C::Done<()> {
        self.set_watched(UpdateWatchSettings::unwatch)
    }

    /// The Hub wants the object id, which only the info has.
    fn set_watched(&self, change: fn(WatchTarget) -> UpdateWatchSettings) -> C::Done<()> {
        let info = GetRepoInfo::new(self.repo_type.clone(), &self.id);
        self.client.run(move |hub| async move {
            // Without an id the change is refused before it is sent, and says why.
            let id = hub.send(info).await?.object_id.unwrap_or_default();
            hub.send(change(WatchTarget::new(WatchTargetType::Repo, id))).await
        })
    }

    /// Deletes it with everything in it, for ever.
    pub fn delete(&self) -> C::Sent<DeleteRepo> {
        self.client.perform(DeleteRepo::new(self.repo_type.clone(), &self.id))
    }
}
