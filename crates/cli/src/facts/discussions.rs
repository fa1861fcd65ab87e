//! The keys of discussions, their events, and notifications.

use super::{Key, Kind, key, nested};

/// Somebody who began or did something.
const AUTHOR: &[Key] = &[
    key("_id", "id"),
    key("name", "username"),
    key("fullname", "fullname"),
    key("avatarUrl", "avatar_url"),
    key("type", "account_type"),
    key("isPro", "is_pro"),
    key("isHf", "is_hf"),
    key("isHfAdmin", "is_hf_admin"),
    key("isMod", "is_mod"),
    key("followerCount", "follower_count"),
    key("isUserFollowing", "is_user_following"),
    key("plan", "plan"),
    key("primaryOrg", "primary_org"),
    key("isOwner", "is_owner"),
    key("isOrgMember", "is_org_member"),
    key("isBlockedByMe", "is_blocked_by_me"),
    key("oauthApp", "oauth_app"),
];

const REPO: &[Key] = &[key("name", "name"), key("type", "repo_type")];

const REPO_OWNER: &[Key] = &[
    key("name", "username"),
    key("isParticipating", "is_participating"),
    key("type", "account_type"),
    key("isDiscussionAuthor", "is_discussion_author"),
];

/// A discussion or pull request in a list.
pub(crate) const DISCUSSION: Kind = Kind {
    keys: &[
        key("num", "num"),
        key("title", "title"),
        key("status", "status"),
        key("isPullRequest", "is_pull_request"),
        nested("author", "author", AUTHOR),
        nested("repo", "repo", REPO),
        key("createdAt", "created_at"),
        key("numComments", "num_comments"),
        key("topReactions", "top_reactions"),
        key("numReactionUsers", "num_reaction_users"),
        key("pinned", "pinned"),
        nested("repoOwner", "repo_owner", REPO_OWNER),
    ],
    columns: &["num", "title", "status", "kind", "author", "created_at"],
};

const CHANGES: &[Key] = &[
    key("base", "base"),
    key("mergeCommitId", "merge_commit_id"),
    key("headCommitId", "head_commit_id"),
    key("refDeleted", "ref_deleted"),
];

const VERSION: &[Key] = &[
    key("raw", "raw"),
    key("html", "html"),
    key("updatedAt", "updated_at"),
    nested("author", "author", AUTHOR),
];

/// What any kind of event may have.
const DATA: &[Key] = &[
    key("edited", "edited"),
    key("hidden", "hidden"),
    key("hiddenBy", "hidden_by"),
    key("hiddenReason", "hidden_reason"),
    nested("latest", "latest", VERSION),
    key("numEdits", "num_edits"),
    key("editors", "editors"),
    key("editorAvatarUrls", "editor_avatar_urls"),
    key("reactions", "reactions"),
    key("identifiedLanguage", "identified_language"),
    key("relatedEventId", "related_event_id"),
    key("isReport", "is_report"),
    key("parentCommentId", "parent_comment_id"),
];

const EVENT: &[Key] = &[
    key("id", "id"),
    key("type", "event_type"),
    nested("author", "author", AUTHOR),
    key("createdAt", "created_at"),
    nested("data", "data", DATA),
];

/// A discussion or pull request with all its events.
pub(crate) const DISCUSSION_DETAILS: Kind = Kind {
    keys: &[
        key("_id", "id"),
        key("num", "num"),
        key("title", "title"),
        key("status", "status"),
        key("isPullRequest", "is_pull_request"),
        nested("author", "author", AUTHOR),
        nested("org", "org", AUTHOR),
        nested("repo", "repo", REPO),
        key("createdAt", "created_at"),
        key("pinned", "pinned"),
        key("locked", "locked"),
        key("collection", "collection"),
        key("isReport", "is_report"),
        key("filesWithConflicts", "files_with_conflicts"),
        nested("changes", "changes", CHANGES),
        key("diffUrl", "diff_url"),
        key("diff", "diff"),
        nested("events", "events", EVENT),
    ],
    columns: &["num", "title", "status", "is_pull_request", "author", "created_at", "repo"],
};

/// The storage of a pull request.
pub(crate) const PULL_REQUEST_STORAGE: Kind = Kind {
    keys: &[key("estimatedStorage", "estimated_storage"), key("refDeleted", "ref_deleted")],
    columns: &["estimated_storage", "ref_deleted"],
};

const ABOUT: &[Key] = &[
    key("id", "id"),
    key("num", "num"),
    key("title", "title"),
    key("status", "status"),
    key("isPullRequest", "is_pull_request"),
    nested(
        "participating",
        "participating",
        &[key("_id", "id"), key("user", "username"), key("avatar", "avatar_url")],
    ),
];

/// A notification.
pub(crate) const NOTIFICATION: Kind = Kind {
    keys: &[
        key("type", "notification_type"),
        key("updatedAt", "updated_at"),
        key("read", "read"),
        nested("repo", "repo", REPO),
        nested("discussion", "discussion", ABOUT),
        key("discussionEventId", "discussion_event_id"),
        key("paper", "paper"),
        key("paperDiscussion", "paper_discussion"),
        key("post", "post"),
        key("blog", "blog"),
    ],
    columns: &["discussion_id", "read", "repo", "num", "title", "updated_at"],
};
