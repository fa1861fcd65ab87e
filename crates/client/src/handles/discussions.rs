//! Discussions and pull requests of a repository: the list of them, and one by its number.

use hubfolk_api::{
    discussions::{
        ChangeDiscussionStatus, CommentDiscussion, DeleteDiscussion, DeletePullRequestRef,
        DiscussionSort, DiscussionStatus, DiscussionStatusFilter, DiscussionType,
        EditDiscussionComment, GetDiscussionDetails, GetPullRequestStorage, GetRepoDiscussions,
        HideDiscussionComment, MergePullRequest, PinDiscussion, RenameDiscussion,
    },
    repos::RepoType,
};

use super::Client;

/// Discussions and pull requests to look for, made by
/// [`Repo::discussions`](crate::handles::Repo::discussions).
///
/// ```
/// # let sim = hubfolk_sim::Sim::builder()
/// #     .world(hubfolk_sim::World::demo(1, 60)).start_on_thread().unwrap();
/// # let endpoint = sim.url();
/// # tokio::runtime::Runtime::new().unwrap().block_on(async {
/// use futures_util::TryStreamExt;
/// use hubfolk::Hub;
///
/// let hub = Hub::builder().endpoint(endpoint).build()?;
/// let open = hub.model("meridian-labs/tide-base").discussions().only_pull_requests().open();
/// let found: Vec<_> = open.list().try_collect().await?;
/// assert!(found.iter().all(|pull| pull.is_pull_request));
/// # Ok::<(), hubfolk::Error>(())
/// # }).unwrap();
/// ```
#[derive(Debug, Clone)]
#[must_use = "they are only looked for with `list`"]
pub struct Discussions<C = crate::Hub> {
    client: C,
    request: GetRepoDiscussions,
}

impl<C: Client> Discussions<C> {
    pub(crate) fn new(client: C, repo_type: RepoType, repo: String) -> Self {
        Self { client, request: GetRepoDiscussions::new(repo_type, repo) }
    }

    /// Without pull requests.
    pub fn only_discussions(mut self) -> Self {
        self.request.discussion_type = Some(DiscussionType::Discussion);
        self
    }

    /// Pull requests alone.
    pub fn only_pull_requests(mut self) -> Self {
        self.request.discussion_type = Some(DiscussionType::PullRequest);
        self
    }

    /// Only what goes on, drafts with it.
    pub fn open(mut self) -> Self {
        self.request.status = Some(DiscussionStatusFilter::Open);
        self
    }

    /// Only what is over, merged or not.
    pub fn closed(mut self) -> Self {
        self.request.status = Some(DiscussionStatusFilter::Closed);
        self
    }

    /// Only what this account began.
    pub fn author(mut self, name: impl Into<String>) -> Self {
        self.request.author = Some(name.into());
        self
    }

    /// Only what has this text.
    pub fn search(mut self, text: impl Into<String>) -> Self {
        self.request.search = Some(text.into());
        self
    }

    /// What comes first.
    pub fn sort(mut self, sort: DiscussionSort) -> Self {
        self.request.sort = Some(sort);
        self
    }

    /// Reads them, 50 a page; the newest come first unless told otherwise.
    pub fn list(self) -> C::Listed<GetRepoDiscussions> {
        self.client.enumerate(self.request)
    }
}

/// A discussion or pull request by its number, made by
/// [`Repo::discussion`](crate::handles::Repo::discussion).
///
/// ```
/// # let sim = hubfolk_sim::Sim::builder()
/// #     .world(hubfolk_sim::World::demo(1, 60)).start_on_thread().unwrap();
/// # let endpoint = sim.url();
/// # tokio::runtime::Runtime::new().unwrap().block_on(async {
/// use hubfolk::{Hub, api::discussions::DiscussionStatus};
///
/// let hub = Hub::builder().endpoint(endpoint).token("hf_test_demo_admin").build()?;
/// let model = hub.model("meridian-labs/tide-base");
/// let made = model.create_discussion("Units", "Metres or feet?").await?;
///
/// let discussion = model.discussion(made.num);
/// discussion.comment("Metres, the card says so now").await?;
/// discussion.close().await?;
/// assert_eq!(discussion.details().await?.status, Some(DiscussionStatus::Closed));
/// # Ok::<(), hubfolk::Error>(())
/// # }).unwrap();
/// ```
#[derive(Debug, Clone)]
pub struct Discussion<C = crate::Hub> {
    client: C,
    repo_type: RepoType,
    repo: String,
    num: u64,
}

impl<C: Client> Discussion<C> {
    pub(crate) fn new(client: C, repo_type: RepoType, repo: String, num: u64) -> Self {
        Self { client, repo_type, repo, num }
    }

    /// The number within the repository.
    #[must_use]
    pub fn num(&self) -> u64 {
        self.num
    }

    /// The id of the repository, `owner/name`.
    #[must_use]
    pub fn repo(&self) -> &str {
        &self.repo
    }

    /// The whole thread.
    pub fn details(&self) -> C::Sent<GetDiscussionDetails> {
        let repo_type = self.repo_type.clone();
        self.client.perform(GetDiscussionDetails::new(repo_type, &self.repo, self.num))
    }

    /// The whole thread with the changes of a pull request as a unified diff.
    pub fn details_with_diff(&self) -> C::Sent<GetDiscussionDetails> {
        let repo_type = self.repo_type.clone();
        self.client.perform(GetDiscussionDetails::new(repo_type, &self.repo, self.num).with_diff())
    }

    /// Writes a comment in Markdown.
    pub fn comment(&self, text: &str) -> C::Sent<CommentDiscussion> {
        let repo_type = self.repo_type.clone();
        self.client.perform(CommentDiscussion::new(repo_type, &self.repo, self.num, text))
    }

    /// Changes the text of a comment, which must be one's own.
    pub fn edit_comment(
        &self,
        id: &str,
        text: impl Into<String>,
    ) -> C::Sent<EditDiscussionComment> {
        let repo_type = self.repo_type.clone();
        let edit = EditDiscussionComment::new(repo_type, &self.repo, self.num, id, text);
        self.client.perform(edit)
    }

    /// Hides a comment, for ever.
    pub fn hide_comment(&self, id: &str) -> C::Sent<HideDiscussionComment> {
        let repo_type = self.repo_type.clone();
        self.client.perform(HideDiscussionComment::new(repo_type, &self.repo, self.num, id))
    }

    /// Sets the status: open or closed. Opening a draft publishes it.
    pub fn set_status(&self, status: DiscussionStatus) -> C::Sent<ChangeDiscussionStatus> {
        let repo_type = self.repo_type.clone();
        let change = ChangeDiscussionStatus::new(repo_type, &self.repo, self.num, status);
        self.client.perform(change)
    }

    /// Sets the status with a comment.
    pub fn set_status_with(
        &self,
        status: DiscussionStatus,
        comment: impl Into<String>,
    ) -> C::Sent<ChangeDiscussionStatus> {
        let repo_type = self.repo_type.clone();
        let change = ChangeDiscussionStatus::new(repo_type, &self.repo, self.num, status);
        self.client.perform(change.comment(comment))
    }

    /// Closes it.
    pub fn close(&self) -> C::Sent<ChangeDiscussionStatus> {
        self.set_status(DiscussionStatus::Closed)
    }

    /// Opens it again.
    pub fn reopen(&self) -> C::Sent<ChangeDiscussionStatus> {
        self.set_status(DiscussionStatus::Open)
    }

    /// Offers the draft of a pull request for review; there is no way back.
    pub fn publish(&self) -> C::Sent<ChangeDiscussionStatus> {
        self.set_status(DiscussionStatus::Open)
    }

    /// Gives it another title.
    pub fn rename(&self, title: &str) -> C::Sent<RenameDiscussion> {
        let repo_type = self.repo_type.clone();
        self.client.perform(RenameDiscussion::new(repo_type, &self.repo, self.num, title))
    }

    /// Merges the pull request, which must not be a draft.
    pub fn merge(&self) -> C::Sent<MergePullRequest> {
        let repo_type = self.repo_type.clone();
        self.client.perform(MergePullRequest::new(repo_type, &self.repo, self.num))
    }

    /// Merges the pull request with a comment.
    pub fn merge_with(&self, comment: impl Into<String>) -> C::Sent<MergePullRequest> {
        let repo_type = self.repo_type.clone();
        let merge = MergePullRequest::new(repo_type, &self.repo, self.num);
        self.client.perform(merge.comment(comment))
    }

    /// Pins it to the top of the page, or takes the pin away.
    pub fn pin(&self, pinned: bool) -> C::Sent<PinDiscussion> {
        let repo_type = self.repo_type.clone();
        self.client.perform(PinDiscussion::new(repo_type, &self.repo, self.num, pinned))
    }

    /// Deletes it with all its comments, for ever.
    pub fn delete(&self) -> C::Sent<DeleteDiscussion> {
        let repo_type = self.repo_type.clone();
        self.client.perform(DeleteDiscussion::new(repo_type, &self.repo, self.num))
    }

    /// Deletes the git reference of a closed or merged pull request, for ever.
    pub fn delete_ref(&self) -> C::Sent<DeletePullRequestRef> {
        let repo_type = self.repo_type.clone();
        self.client.perform(DeletePullRequestRef::new(repo_type, &self.repo, self.num))
    }

    /// How much storage the pull request takes.
    pub fn storage(&self) -> C::Sent<GetPullRequestStorage> {
        let repo_type = self.repo_type.clone();
        self.client.perform(GetPullRequestStorage::new(repo_type, &self.repo, self.num))
    }
}
