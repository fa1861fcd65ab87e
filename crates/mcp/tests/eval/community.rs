//! What is discussed, who asks for access, what is collected.

use serde_json::{Value, json};

use crate::question::{GATED, MODEL, ORG, Question, ask, get, op, tool};
use crate::read::{
    Output, by, cell, column, column_where, column_with, count, counted_often, first, highest, last,
};
use crate::truth::{Truth, pick};

const PATH: &str = "/models/meridian-labs/tide-base/discussions";

/// Discussions of the model: the same filters for each tool, and the numbers in what comes back.
fn discussions(
    what: &'static str,
    filters: Value,
    right: impl Fn(&Truth) -> Vec<String> + 'static,
    field: &'static str,
    read: fn(&'static str) -> crate::read::Read,
) -> Question {
    let with = |mut base: Value| {
        for (name, value) in filters.as_object().unwrap() {
            base[name] = value.clone();
        }
        base
    };
    let mut typed = with(json!({"repo": MODEL}));
    typed["fields"] = json!([field]);
    ask(
        what,
        right,
        tool("list_discussions", typed, read(field)),
        op(
            "get_repo_discussions",
            with(json!({"repoType": "model", "repo": MODEL})),
            json!({"fields": [field]}),
            read(field),
        ),
        get(PATH, filters.clone(), read(field)),
    )
}

fn numbers(truth: &Truth, fits: impl Fn(&Value) -> bool) -> Vec<String> {
    pick(&truth.discussions(), "/num", fits)
}

fn is_open(discussion: &Value) -> bool {
    discussion["status"] == "open" || discussion["status"] == "draft"
}

fn is_pull(discussion: &Value) -> bool {
    discussion["isPullRequest"] == true
}

/// A thread as it is shown by the tool for it, or as JSON.
fn authors(output: &Output) -> Vec<String> {
    if let Some(events) = output.whole.pointer("/events").and_then(Value::as_array) {
        return pick(events, "/author/name", |event| event["type"] == "comment");
    }
    // Each comment stands below its label; a line of its words begins with a bar.
    let text = output.whole.as_str().unwrap_or_default();
    let labels = text.lines().filter(|line| line.starts_with('[') && line.ends_with(']')).skip(1);
    labels.filter_map(|line| line.rsplit(", ").nth(1)).map(str::to_owned).collect()
}

fn status(output: &Output) -> Vec<String> {
    if let Some(status) = output.whole.pointer("/status").and_then(Value::as_str) {
        return vec![status.to_owned()];
    }
    let text = output.whole.as_str().unwrap_or_default();
    let after = text.split_once("status ").map_or("", |(_, rest)| rest);
    after.split([',', '\n']).next().map(|word| word.trim().to_owned()).into_iter().collect()
}

fn lisbon(output: &Output) -> Vec<String> {
    let text = output.whole.to_string();
    vec![text.contains("datum=\\\"2024\\\"").to_string()]
}

/// One thread.
fn thread(
    what: &'static str,
    number: u64,
    right: impl Fn(&Truth) -> Vec<String> + 'static,
    read: fn(&Output) -> Vec<String>,
) -> Question {
    ask(
        what,
        right,
        tool(
            "get_discussion",
            json!({"repo": MODEL, "number": number, "max_tokens": 8000}),
            by(read),
        ),
        op(
            "get_discussion_details",
            json!({"repoType": "model", "repo": MODEL, "num": number}),
            json!({"max_tokens": 8000}),
            by(read),
        ),
        get(&format!("{PATH}/{number}"), json!({}), by(read)),
    )
}

/// Requests for access, in a state.
fn requests(what: &'static str, state: &'static str) -> Question {
    ask(
        what,
        move |truth| pick(&truth.requests(state), "/user/user", |_| true),
        get(
            &format!("/models/{GATED}/user-access-request/{state}"),
            json!({}),
            column("user.user"),
        ),
        op(
            "list_access_requests",
            json!({"type": "model", "repo": GATED, "status": state}),
            json!({"fields": ["user.user"]}),
            column("user.user"),
        ),
        get(
            &format!("/models/{GATED}/user-access-request/{state}"),
            json!({}),
            column("user.user"),
        ),
    )
}

/// Collections: core has them by path only.
fn collections(
    what: &'static str,
    arguments: Value,
    right: impl Fn(&Truth) -> Vec<String> + 'static,
    field: &'static str,
    read: fn(&'static str) -> crate::read::Read,
) -> Question {
    let raw = || get("/collections", arguments.clone(), read(field));
    ask(
        what,
        right,
        raw(),
        op(
            "list_collections",
            arguments.clone(),
            json!({"fields": [field, "upvotes"]}),
            read(field),
        ),
        raw(),
    )
}

fn most_upvoted(name: &'static str) -> crate::read::Read {
    highest(name, "upvotes")
}

fn items(output: &Output) -> Vec<String> {
    let items = output.whole["items"].as_array();
    pick(items.map_or(&[], Vec::as_slice), "/id", |_| true)
}

const COLLECTIONS: &str = "/api/collections?owner=meridian-labs";

pub(crate) fn questions() -> Vec<Question> {
    let everything = json!({});
    let counted_authors = || json!({"repo": MODEL, "count_by": "author"});
    vec![
        discussions(
            "Which discussions of tide-base are open?",
            json!({"status": "open", "type": "discussion"}),
            |truth| numbers(truth, |d| is_open(d) && !is_pull(d)),
            "num",
            column,
        ),
        discussions(
            "How many discussions and pull requests are open?",
            json!({"status": "open"}),
            |truth| vec![numbers(truth, is_open).len().to_string()],
            "num",
            |_| count(),
        ),
        discussions(
            "Which pull requests are open?",
            json!({"status": "open", "type": "pull_request"}),
            |truth| numbers(truth, |d| is_open(d) && is_pull(d)),
            "num",
            column,
        ),
        discussions(
            "Which pull request waits longest?",
            json!({"status": "open", "type": "pull_request"}),
            |truth| {
                numbers(truth, |d| is_open(d) && is_pull(d)).last().cloned().into_iter().collect()
            },
            "num",
            last,
        ),
        discussions(
            "Which open discussion is the oldest?",
            json!({"status": "open", "type": "discussion"}),
            |truth| {
                numbers(truth, |d| is_open(d) && !is_pull(d)).last().cloned().into_iter().collect()
            },
            "num",
            last,
        ),
        discussions(
            "What is the newest discussion about?",
            json!({"type": "discussion"}),
            |truth| {
                pick(&truth.discussions(), "/title", |d| !is_pull(d)).into_iter().take(1).collect()
            },
            "title",
            |name| first(name, 1),
        ),
        discussions(
            "What did walk-in open?",
            json!({"author": "walk-in"}),
            |truth| pick(&truth.discussions(), "/num", |d| d["author"]["name"] == "walk-in"),
            "num",
            column,
        ),
        discussions(
            "Which discussions are about units?",
            json!({"search": "units"}),
            |truth| {
                pick(&truth.discussions(), "/num", |d| {
                    d["title"].as_str().is_some_and(|title| title.contains("units"))
                })
            },
            "num",
            column,
        ),
        ask(
            "Which pull requests are merged?",
            |truth| numbers(truth, |d| d["status"] == "merged"),
            tool(
                "list_discussions",
                json!({"repo": MODEL, "type": "pull_request", "fields": ["num", "status"]}),
                column_where("num", &[("status", "merged")]),
            ),
            op(
                "get_repo_discussions",
                json!({"repoType": "model", "repo": MODEL, "type": "pull_request"}),
                json!({"filter": {"status": "merged"}, "fields": ["num"]}),
                column("num"),
            ),
            get(
                PATH,
                json!({"type": "pull_request"}),
                column_where("num", &[("status", "merged")]),
            ),
        ),
        ask(
            "Which pull requests are drafts?",
            |truth| numbers(truth, |d| d["status"] == "draft"),
            tool(
                "list_discussions",
                json!({"repo": MODEL, "type": "pull_request", "fields": ["num", "status"]}),
                column_where("num", &[("status", "draft")]),
            ),
            op(
                "get_repo_discussions",
                json!({"repoType": "model", "repo": MODEL, "type": "pull_request"}),
                json!({"filter": {"status": "draft"}, "fields": ["num"]}),
                column("num"),
            ),
            get(PATH, json!({"type": "pull_request"}), column_where("num", &[("status", "draft")])),
        ),
        ask(
            "Which discussion has most comments?",
            |truth| {
                let all = truth.discussions();
                let most = all.iter().max_by_key(|d| d["numComments"].as_u64()).unwrap();
                vec![most["num"].to_string()]
            },
            tool(
                "list_discussions",
                json!({"repo": MODEL, "fields": ["num", "numComments"]}),
                highest("num", "numComments"),
            ),
            op(
                "get_repo_discussions",
                json!({"repoType": "model", "repo": MODEL}),
                json!({"fields": ["num", "numComments"]}),
                highest("num", "numComments"),
            ),
            get(PATH, everything.clone(), highest("num", "numComments")),
        ),
        ask(
            "Which open questions has nobody answered?",
            |truth| numbers(truth, |d| is_open(d) && !is_pull(d) && d["numComments"] == 1),
            tool(
                "list_discussions",
                json!({"repo": MODEL, "status": "open", "type": "discussion", "fields": ["num", "numComments"]}),
                column_where("num", &[("numComments", "1")]),
            ),
            op(
                "get_repo_discussions",
                json!({"repoType": "model", "repo": MODEL, "status": "open", "type": "discussion"}),
                json!({"filter": {"numComments": 1}, "fields": ["num"]}),
                column("num"),
            ),
            get(
                PATH,
                json!({"status": "open", "type": "discussion"}),
                column_where("num", &[("numComments", "1")]),
            ),
        ),
        ask(
            "Who has opened more than one discussion or pull request?",
            |truth| {
                let authors = pick(&truth.discussions(), "/author/name", |_| true);
                let often =
                    |name: &&String| authors.iter().filter(|other| other == name).count() > 1;
                authors.iter().filter(often).cloned().collect()
            },
            tool("list_discussions", counted_authors(), counted_often()),
            op(
                "get_repo_discussions",
                json!({"repoType": "model", "repo": MODEL}),
                json!({"count_by": "author.name"}),
                counted_often(),
            ),
            None,
        ),
        ask(
            "Who asked about Lisbon?",
            |truth| {
                pick(&truth.discussions(), "/author/name", |d| {
                    d["title"].as_str().is_some_and(|title| title.contains("Lisbon"))
                })
            },
            tool(
                "list_discussions",
                json!({"repo": MODEL, "search": "Lisbon", "fields": ["author"]}),
                column("author"),
            ),
            op(
                "get_repo_discussions",
                json!({"repoType": "model", "repo": MODEL, "search": "Lisbon"}),
                json!({"fields": ["author.name"]}),
                column("author.name"),
            ),
            get(PATH, json!({"search": "Lisbon"}), column("author.name")),
        ),
        thread(
            "Who took part in discussion 10?",
            10,
            |truth| {
                pick(truth.discussion(10)["events"].as_array().unwrap(), "/author/name", |e| {
                    e["type"] == "comment"
                })
            },
            authors,
        ),
        thread(
            "Is discussion 5 still open?",
            5,
            |truth| pick(&[truth.discussion(5)], "/status", |_| true),
            status,
        ),
        thread(
            "What became of pull request 11?",
            11,
            |truth| pick(&[truth.discussion(11)], "/status", |_| true),
            status,
        ),
        thread(
            "Does discussion 10 say which datum helps?",
            10,
            |truth| {
                vec![truth.discussion(10).to_string().contains("datum=\\\"2024\\\"").to_string()]
            },
            lisbon,
        ),
        ask(
            "What is missing in the dataset coastlines?",
            |truth| {
                pick(
                    &truth.list("/api/datasets/meridian-labs/coastlines/discussions"),
                    "/title",
                    |_| true,
                )
            },
            tool(
                "list_discussions",
                json!({"repo": "datasets/meridian-labs/coastlines", "fields": ["title"]}),
                column("title"),
            ),
            op(
                "get_repo_discussions",
                json!({"repoType": "dataset", "repo": "meridian-labs/coastlines"}),
                json!({"fields": ["title"]}),
                column("title"),
            ),
            get(
                "/datasets/meridian-labs/coastlines/discussions",
                everything.clone(),
                column("title"),
            ),
        ),
        requests("Who waits for access to tide-large?", "pending"),
        requests("Who has been given access to tide-large?", "accepted"),
        requests("Who was refused access to tide-large?", "rejected"),
        ask(
            "Who of those who wait is from Norway?",
            |truth| {
                pick(&truth.requests("pending"), "/user/user", |r| {
                    r["fields"]["Country"] == "Norway"
                })
            },
            get(
                "/models/meridian-labs/tide-large/user-access-request/pending",
                everything.clone(),
                column_with("user.user", "fields", "Norway"),
            ),
            op(
                "list_access_requests",
                json!({"type": "model", "repo": GATED, "status": "pending"}),
                json!({"filter": {"fields.Country": "Norway"}, "fields": ["user.user"]}),
                column("user.user"),
            ),
            get(
                "/models/meridian-labs/tide-large/user-access-request/pending",
                everything.clone(),
                column_with("user.user", "fields", "Norway"),
            ),
        ),
        ask(
            "How many wait for access?",
            |truth| vec![truth.requests("pending").len().to_string()],
            get(
                "/models/meridian-labs/tide-large/user-access-request/pending",
                everything.clone(),
                count(),
            ),
            op(
                "list_access_requests",
                json!({"type": "model", "repo": GATED, "status": "pending"}),
                json!({"fields": ["user.user"]}),
                count(),
            ),
            get(
                "/models/meridian-labs/tide-large/user-access-request/pending",
                everything.clone(),
                count(),
            ),
        ),
        collections(
            "Which collections does meridian-labs have?",
            json!({"owner": ORG}),
            |truth| pick(&truth.list(COLLECTIONS), "/title", |_| true),
            "title",
            column,
        ),
        collections(
            "Which of its collections is liked most?",
            json!({"owner": ORG}),
            |truth| {
                let all = truth.list(COLLECTIONS);
                let most = all.iter().max_by_key(|c| c["upvotes"].as_u64()).unwrap();
                vec![most["title"].as_str().unwrap().to_owned()]
            },
            "title",
            most_upvoted,
        ),
        collections(
            "Which collections hold tide-base?",
            json!({"item": "models/meridian-labs/tide-base"}),
            |truth| {
                pick(
                    &truth.list("/api/collections?item=models/meridian-labs/tide-base"),
                    "/slug",
                    |_| true,
                )
            },
            "slug",
            column,
        ),
        ask(
            "What is in the collection Tide models?",
            |truth| {
                let slug = pick(&truth.list(COLLECTIONS), "/slug", |c| c["title"] == "Tide models")
                    .remove(0);
                pick(
                    truth.get(&format!("/api/collections/{slug}"))["items"].as_array().unwrap(),
                    "/id",
                    |_| true,
                )
            },
            get(
                "/collections",
                json!({"owner": ORG}),
                column_where("slug", &[("title", "Tide models")]),
            )
            .then(get("/collections/{}", everything.clone(), by(items))),
            op(
                "list_collections",
                json!({"owner": ORG}),
                json!({"filter": {"title": "Tide models"}, "fields": ["slug"]}),
                column("slug"),
            )
            .then(op(
                "get_collection",
                json!({"slug": "{}"}),
                json!({"fields": ["items"], "max_tokens": 8000}),
                by(items),
            )),
            get(
                "/collections",
                json!({"owner": ORG}),
                column_where("slug", &[("title", "Tide models")]),
            )
            .then(get("/collections/{}", everything.clone(), by(items))),
        ),
        ask(
            "Which service accounts does meridian-labs have?",
            |truth| {
                pick(
                    &truth.list("/api/organizations/meridian-labs/service-accounts"),
                    "/user",
                    |_| true,
                )
            },
            None,
            op(
                "list_service_accounts",
                json!({"organization": ORG}),
                json!({"fields": ["user"]}),
                column("user"),
            ),
            None,
        ),
        ask(
            "How many resource groups are there?",
            |truth| {
                vec![
                    truth
                        .list("/api/organizations/meridian-labs/resource-groups")
                        .len()
                        .to_string(),
                ]
            },
            None,
            op(
                "list_resource_groups",
                json!({"organization": ORG}),
                json!({"fields": ["name"]}),
                count(),
            ),
            None,
        ),
        ask(
            "What does meridian-labs say about itself?",
            |truth| {
                pick(&[truth.get("/api/organizations/meridian-labs/overview")], "/details", |_| {
                    true
                })
            },
            tool("get_profile", json!({"name": ORG, "fields": ["details"]}), cell("/details")),
            op(
                "get_organization_overview",
                json!({"organization": ORG}),
                json!({"fields": ["details"]}),
                cell("/details"),
            ),
            get("/organizations/meridian-labs/overview", json!({}), cell("/details")),
        ),
    ]
}
