//! What is known to differ, each with its reason.

use super::{Finding, explained::EXPLAINED};

/// A part of the Hub by its paths; `*` is any one piece.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Area {
    /// What its paths begin with.
    pub path: &'static str,
    /// What it is.
    pub what: &'static str,
}

const fn area(path: &'static str, what: &'static str) -> Area {
    Area { path, what }
}

/// The people and community side of the Hub: here every operation is accounted for.
pub const PEOPLE: &[Area] = &[
    area("/api/whoami-v2", "who the token belongs to"),
    area("/api/users", "users"),
    area("/api/organizations", "organizations and their governance"),
    area("/api/avatars", "pictures of accounts"),
    area("/api/settings", "the caller's own settings"),
    area("/api/notifications", "notifications"),
    area("/api/credentials", "leaked tokens"),
    area("/api/collections", "collections"),
    area("/api/repos", "making and moving repositories"),
    area("/api/quicksearch", "finding people by name"),
    area("/api/*/*/*/discussions", "discussions and pull requests"),
    area("/api/*/*/*/user-access-request", "access requests"),
    area("/api/*/*/*/resource-group", "the resource group of a repository"),
    area("/api/*/*/*/settings", "visibility and gate of a repository"),
    area("/*/*/ask-access", "access requests"),
    area("/datasets/*/*/ask-access", "access requests"),
    area("/*/*/user-access-report", "access requests"),
    area("/datasets/*/*/user-access-report", "access requests"),
];

const CONTENTS: &str = "contents of a repository";
const SPACE: &str = "running a Space";
const COMPUTE: &str = "jobs and other compute";
const PUBLICATIONS: &str = "papers, posts and articles";

/// What the Hub offers beside people and community.
pub const OUTSIDE: &[Area] = &[
    area("/api/*/*/*/treesize", CONTENTS),
    area("/api/*/*/*/lfs-files", CONTENTS),
    area("/api/*/*/*/commits", CONTENTS),
    area("/api/*/*/*/commit", CONTENTS),
    area("/api/*/*/*/refs", CONTENTS),
    area("/api/*/*/*/compare", CONTENTS),
    area("/api/*/*/*/paths-info", CONTENTS),
    area("/api/*/*/*/preupload", CONTENTS),
    area("/api/*/*/*/xet-write-token", CONTENTS),
    area("/api/*/*/*/xet-read-token", CONTENTS),
    area("/api/*/*/*/tag", CONTENTS),
    area("/api/*/*/*/branch", CONTENTS),
    area("/api/*/*/*/super-squash", CONTENTS),
    area("/api/*/*/*/tree", CONTENTS),
    area("/api/*/*/*/notebook", CONTENTS),
    area("/api/*/*/*/scan", CONTENTS),
    area("/api/*/*/*/jwt", CONTENTS),
    area("/api/*/*/*/leaderboard", CONTENTS),
    area("/api/*/*/*/sql-console", CONTENTS),
    area("/api/*/*/*/duplicate", CONTENTS),
    area("/api/buckets", "buckets, which hold files"),
    area("/api/buckets/*/*/settings", "buckets, which hold files"),
    area("/api/buckets/*/*/resource-group", "buckets, which hold files"),
    area("/api/kernels", "kernels, which are code"),
    area("/api/resolve-cache", CONTENTS),
    area("/*/*/resolve", CONTENTS),
    area("/spaces/*/*/resolve", CONTENTS),
    area("/datasets/*/*/resolve", CONTENTS),
    area("/buckets/*/*/resolve", CONTENTS),
    area("/api/spaces", SPACE),
    area("/api/jobs", COMPUTE),
    area("/api/scheduled-jobs", COMPUTE),
    area("/api/inference-endpoints", COMPUTE),
    area("/api/registry", COMPUTE),
    area("/api/agentic", "provisioning by partners"),
    area("/oauth", "the login dialogue of other sites"),
    area("/api/docs", "search in the documentation"),
    area("/api/blog", PUBLICATIONS),
    area("/api/posts", PUBLICATIONS),
    area("/api/papers", PUBLICATIONS),
    area("/api/daily_papers", PUBLICATIONS),
    area("/api/settings/papers", PUBLICATIONS),
    area("/api/settings/mcp", "settings of the Hub's own agent server"),
    area("/api/settings/metrics", "live load of the caller's machines"),
    area("/api/agent-harnesses", "a list of programs"),
    area("/api/models-tags-by-type", "words for searching models"),
    area("/api/datasets-tags-by-type", "words for searching datasets"),
    area("/api/trending", "what is popular"),
];

/// Whether the path is of no concern here; of several areas the one that says most counts.
pub(super) fn outside(path: &str) -> Option<&'static Area> {
    let best = |areas: &'static [Area]| {
        areas
            .iter()
            .filter_map(|area| Some((fit(area.path, path)?, area)))
            .max_by_key(|(fit, _)| *fit)
    };
    match (best(OUTSIDE), best(PEOPLE)) {
        (Some((outside, area)), Some((people, _))) => (outside > people).then_some(area),
        (Some((_, area)), None) => Some(area),
        (None, _) => None,
    }
}

/// How much of the path the area says: pieces, then how many of them are words.
fn fit(area: &str, path: &str) -> Option<(usize, usize)> {
    let mut pieces = path.split('/');
    let (mut count, mut words) = (0, 0);
    for wanted in area.split('/') {
        let piece = pieces.next()?;
        count += 1;
        if wanted != "*" {
            if wanted != piece {
                return None;
            }
            words += 1;
        }
    }
    Some((count, words))
}

/// An operation that stands in the document several times.
#[derive(Debug, Clone, Copy)]
pub(super) struct Expected {
    operation: &'static str,
    /// With `WORD` where the paths differ.
    path: &'static str,
    words: &'static [&'static str],
}

impl Expected {
    pub(super) fn paths(&self) -> impl Iterator<Item = String> {
        self.words.iter().map(|word| self.path.replace("WORD", word))
    }
}

const REPOS: &[&str] = &["models", "datasets", "spaces"];
const GATED: &[&str] = &["models", "datasets"];
const TREES: &[&str] = &["scim", "scim-provisioning"];
const SLUGS: &[&str] = &["{slug}-{id}", "{slug}"];

const fn spread(
    operation: &'static str,
    path: &'static str,
    words: &'static [&'static str],
) -> Expected {
    Expected { operation, path, words }
}

const SPREAD: &[Expected] = &[
    spread(
        "batch_access_requests",
        "/api/WORD/{namespace}/{repo}/user-access-request/batch",
        GATED,
    ),
    spread(
        "cancel_own_access_request",
        "/api/WORD/{namespace}/{repo}/user-access-request/cancel",
        GATED,
    ),
    spread("grant_access", "/api/WORD/{namespace}/{repo}/user-access-request/grant", GATED),
    spread(
        "handle_access_request",
        "/api/WORD/{namespace}/{repo}/user-access-request/handle",
        GATED,
    ),
    spread(
        "list_access_requests",
        "/api/WORD/{namespace}/{repo}/user-access-request/{status}",
        GATED,
    ),
    spread("add_collection_item", "/api/collections/{namespace}/WORD/items", SLUGS),
    spread("batch_update_collection_items", "/api/collections/{namespace}/WORD/items/batch", SLUGS),
    spread("delete_collection", "/api/collections/{namespace}/WORD", SLUGS),
    spread("get_collection", "/api/collections/{namespace}/WORD", SLUGS),
    spread(
        "get_collection_resource_group",
        "/api/collections/{namespace}/WORD/resource-group",
        SLUGS,
    ),
    spread(
        "set_collection_resource_group",
        "/api/collections/{namespace}/WORD/resource-group",
        SLUGS,
    ),
    spread("update_collection_metadata", "/api/collections/{namespace}/WORD", SLUGS),
    spread(
        "delete_collection_item",
        "/api/collections/{namespace}/WORD",
        &["{slug}-{id}/items/{itemId}", "{slug}/items/{slug}"],
    ),
    spread("ask_access", "WORD/{namespace}/{repo}/ask-access", &["", "/datasets"]),
    spread(
        "get_user_access_report",
        "WORD/{namespace}/{repo}/user-access-report",
        &["", "/datasets"],
    ),
    spread("get_repo_resource_group", "/api/WORD/{namespace}/{repo}/resource-group", REPOS),
    spread("set_repo_resource_group", "/api/WORD/{namespace}/{repo}/resource-group", REPOS),
    spread("update_repo_settings", "/api/WORD/{namespace}/{repo}/settings", REPOS),
    spread("list_scim_users", "/api/organizations/{name}/WORD/v2/Users", TREES),
    spread("create_scim_user", "/api/organizations/{name}/WORD/v2/Users", TREES),
    spread("get_scim_user", "/api/organizations/{name}/WORD/v2/Users/{userId}", TREES),
    spread("update_scim_user", "/api/organizations/{name}/WORD/v2/Users/{userId}", TREES),
    spread("replace_scim_user", "/api/organizations/{name}/WORD/v2/Users/{userId}", TREES),
    spread("list_scim_groups", "/api/organizations/{name}/WORD/v2/Groups", TREES),
    spread("create_scim_group", "/api/organizations/{name}/WORD/v2/Groups", TREES),
    spread("get_scim_group", "/api/organizations/{name}/WORD/v2/Groups/{groupId}", TREES),
    spread("update_scim_group", "/api/organizations/{name}/WORD/v2/Groups/{groupId}", TREES),
    spread("replace_scim_group", "/api/organizations/{name}/WORD/v2/Groups/{groupId}", TREES),
    spread("delete_scim_group", "/api/organizations/{name}/WORD/v2/Groups/{groupId}", TREES),
];

pub(super) fn expected(operation: &str) -> Option<&'static Expected> {
    SPREAD.iter().find(|expected| expected.operation == operation)
}

/// An operation of the people side that is in no surface.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct LeftOut {
    /// HTTP method.
    pub method: &'static str,
    /// Path in the document.
    pub path: &'static str,
    /// Why it is left out.
    pub why: &'static str,
}

/// Operations of the people side that are in no surface, on purpose.
pub const LEFT_OUT: &[LeftOut] = &[
    LeftOut {
        method: "DELETE",
        path: "/api/organizations/{name}/scim/v2/Users/{userId}",
        why: "it deletes the person's account for good, with everything in it; set `active` to \
              false instead",
    },
    LeftOut {
        method: "POST",
        path: "/api/quicksearch",
        why: "it asks the same as GET, with its filters in a body",
    },
    LeftOut {
        method: "GET",
        path: "/api/avatars/{namespace}",
        why: "it leads to a picture; `get_user_avatar` and `get_organization_avatar` say where \
              that is",
    },
    LeftOut {
        method: "POST",
        path: "/api/quicksearch",
        why: "the same search as with GET, for long lists of what to leave out",
    },
    LeftOut { method: "GET", path: "/api/organizations/{name}/billing/usage/live", why: LIVE },
    LeftOut { method: "GET", path: "/api/settings/billing/usage/live", why: LIVE },
    LeftOut { method: "GET", path: "/api/users/{username}/billing/usage/live", why: LIVE },
];

const LIVE: &str = "it streams server-sent events and has no one answer";

/// Why a finding is all right.
pub(super) fn explanation(finding: &Finding) -> Option<&'static str> {
    let left_out = || {
        let found = LEFT_OUT.iter().find(|left| {
            finding.operation.is_none()
                && left.method == finding.method
                && left.path == finding.path
        });
        found.map(|left| left.why)
    };
    let explained = || {
        let found = EXPLAINED.iter().find(|known| {
            let place = match known.place.strip_suffix('*') {
                Some(begin) => finding.place.starts_with(begin),
                None => finding.place == known.place,
            };
            let operation = finding.operation.is_some_and(|name| known.operations.contains(&name));
            place && operation && finding.difference == known.difference
        });
        found.map(|known| known.why)
    };
    left_out().or_else(explained)
}
