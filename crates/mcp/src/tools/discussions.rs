//! Discussions and pull requests.

use serde_json::{Value, json};

use crate::{
    budget,
    call::{Call, Halt},
    commit::Plan,
    cursor::Place,
    failure::Failure,
    listing::View,
    repair,
    text::Relation,
    words::CONTRIBUTED,
};

/// Longest comment in characters; a longer one says how much is missing.
const LONGEST_COMMENT: usize = 6_000;

impl Call<'_> {
    /// The discussions of a repository.
    pub(crate) async fn discussions(&self) -> Result<String, Halt> {
        let (kind, repo) = self.repo()?;
        let author = match self.text("author") {
            Some(author) => Some(self.name(author).await?),
            None => None,
        };
        let call = self.operation(
            "get_repo_discussions",
            json!({
                "repoType": kind,
                "repo": repo,
                "type": self.text("type"),
                "status": self.text("status"),
                "author": author,
                "search": self.text("search"),
                "sort": self.text("sort"),
            }),
        )?;
        let owner = repo.split('/').next().map(str::to_owned);
        let source = format!("{kind} {repo} discussions");
        // In lists the Hub does not say who belongs; of the caller it is known.
        let home = self.caller.home().await;
        let at_home = owner.as_ref().is_some_and(|owner| home.relation(owner) == Relation::Member);
        let row = |mut row: Value| {
            let name = row["author"]["name"].as_str();
            if at_home && name.is_some_and(|name| home.relation(name) == Relation::Owner) {
                row["author"]["isOrgMember"] = true.into();
            }
            let label = self.label(&source, &row["author"], owner.as_deref());
            let title = row["title"].as_str().unwrap_or_default().to_owned();
            row["title"] = self.words(&label, &title).into();
            row["by"] = label.relation.name().into();
            let pull = row["isPullRequest"] == true;
            row["kind"] = if pull { "pull_request" } else { "discussion" }.into();
            Some(row)
        };
        let columns =
            ["num", "kind", "status", "author", "by", "createdAt", "numComments", "title"];
        Ok(self.list(call.as_ref(), &View::rows(&columns, &row)).await?)
    }

    /// A discussion: who said what, each labelled with who they are to the repository.
    pub(crate) async fn discussion(&self) -> Result<String, Halt> {
        let (kind, repo) = self.repo()?;
        let number = self.number()?;
        let diff = self.flag("diff").then_some(true);
        let place = json!({ "repoType": kind, "repo": repo, "num": number, "diff": diff });
        let mut discussion = self.read("get_discussion_details", place).await?;
        note_opener(&mut discussion);
        note_contributors(&mut discussion);
        let how = self.presentation()?;
        let cursors = self.cursors();
        let Place { seen, .. } = self.place(&cursors)?;
        let source = format!("{kind} {repo} discussion {number}");
        let owner = repo.split('/').next();

        let head = self.head(&discussion, &source, owner);
        let mut used = budget::tokens(&head) + 120;
        let mut text = head;
        let events = discussion["events"].as_array().map(Vec::as_slice).unwrap_or_default();
        let mut shown = 0;
        let mut next = None;
        for (index, event) in events.iter().enumerate().skip(seen) {
            let mut block = self.event(event, &source, owner, LONGEST_COMMENT);
            let mut cost = budget::tokens(&block) + 1;
            if used + cost > how.most {
                if shown > 0 {
                    next = Some(cursors.seal(&Place { page: None, seen: index }));
                    break;
                }
                let mut longest = LONGEST_COMMENT / 2;
                while used + cost > how.most && longest > 60 {
                    block = self.event(event, &source, owner, longest);
                    cost = budget::tokens(&block) + 1;
                    longest /= 2;
                }
            }
            used += cost;
            shown += 1;
            text.push_str(&block);
            text.push('\n');
        }
        let mut page = json!({
            "returned": shown,
            "has_more": next.is_some(),
            "total": events.len(),
        });
        if let Some(next) = next {
            page["next_cursor"] = next.into();
        }
        if let Some(diff) = discussion["diff"].as_str().filter(|_| page["has_more"] == false) {
            let left = how.most.saturating_sub(used);
            // Three characters a token is what code costs at the least, and every line is marked.
            let cut = budget::cut(diff, left * 3 / 2);
            let label = self.label(&format!("{source} diff"), &discussion["author"], owner);
            text.push_str(&label.quote(self.words(&label, cut.as_deref().unwrap_or(diff))));
            text.push('\n');
        }
        Ok(format!("{text}page: {page}"))
    }

    fn head(&self, discussion: &Value, source: &str, owner: Option<&str>) -> String {
        let label = self.label(source, &discussion["author"], owner);
        let title = discussion["title"].as_str().unwrap_or_default();
        let mut facts = vec![format!("status {}", word(&discussion["status"]))];
        for (key, name) in
            [("isPullRequest", "pull request"), ("pinned", "pinned"), ("locked", "locked")]
        {
            if discussion[key] == true {
                facts.push(name.to_owned());
            }
        }
        if let Some(base) = discussion["changes"]["base"].as_str() {
            facts.push(format!("into {base}"));
        }
        match &discussion["filesWithConflicts"] {
            Value::Array(files) if !files.is_empty() => {
                facts.push(format!("{} files with conflicts", files.len()));
            }
            Value::Bool(true) => facts.push("has conflicts".to_owned()),
            _ => {}
        }
        facts.push(format!("opened {}", word(&discussion["createdAt"])));
        format!("{}\n{}\n", facts.join(", "), label.quote(self.words(&label, title)))
    }

    fn event(&self, event: &Value, source: &str, owner: Option<&str>, longest: usize) -> String {
        let id = word(&event["id"]);
        let label = self.label(&format!("{source} {id}"), &event["author"], owner);
        let who = label.author.clone().unwrap_or_else(|| "somebody".to_owned());
        let at = word(&event["createdAt"]);
        let data = &event["data"];
        let quoted = |text: &str| {
            let cut = budget::cut(text, longest);
            label.quote(self.words(&label, cut.as_deref().unwrap_or(text)))
        };
        match event["type"].as_str().unwrap_or_default() {
            "comment" if data["hidden"] == true => {
                let reason = data["hiddenReason"].as_str().map(|reason| format!(" ({reason})"));
                format!("{at} comment {id} hidden{}", reason.unwrap_or_default())
            }
            "comment" => {
                let edited = if data["edited"] == true { ", edited" } else { "" };
                format!(
                    "{at}{edited}\n{}",
                    quoted(data["latest"]["raw"].as_str().unwrap_or_default())
                )
            }
            "status-change" => format!("{at} {who} set status {}", word(&data["status"])),
            "title-change" => format!(
                "{at} {who} renamed it\n{}",
                quoted(data["to"].as_str().unwrap_or_default())
            ),
            "commit" => format!(
                "{at} commit {}\n{}",
                short(&data["oid"]),
                quoted(data["subject"].as_str().unwrap_or_default())
            ),
            "pinning-change" => format!("{at} {who} set pinned {}", data["pinned"]),
            "locking-change" => format!("{at} {who} set locked {}", data["locked"]),
            other => format!("{at} {who} {other}"),
        }
    }

    /// The number of a discussion, from the argument or from an address given as `repo`.
    fn number(&self) -> Result<u64, Failure> {
        self.integer("number")
            .or_else(|| self.text("repo").and_then(repair::discussion_number))
            .filter(|number| *number > 0)
            .ok_or_else(|| Failure::invalid("give the discussion's `number`, 1 or more"))
    }

    /// Opens, comments, edits, moderates.
    pub(crate) async fn write_discussion(&self) -> Result<String, Halt> {
        let (kind, repo) = self.repo()?;
        let action = self.need("action")?;
        let named = format!("{kind} {repo}");
        let at = |rest: Value| {
            let mut arguments = json!({ "repoType": kind, "repo": repo });
            merge(&mut arguments, rest);
            arguments
        };
        let (what, operation, arguments) = match action {
            "open" | "open_pull_request" => {
                let pull = action == "open_pull_request";
                let title = self.need("title")?;
                let rest = json!({
                    "title": title,
                    "description": self.need("text")?,
                    "pullRequest": pull.then_some(true),
                });
                let thing = if pull { "pull request" } else { "discussion" };
                (format!("Open a {thing} in {named}"), "create_discussion", at(rest))
            }
            _ => {
                let number = self.number()?;
                let thing = format!("discussion {number} of {named}");
                let comment = self.text("text");
                let id = || self.need("comment_id");
                let (what, operation, rest) = match action {
                    "comment" => (
                        format!("Comment on {thing}"),
                        "comment_discussion",
                        json!({ "comment": self.need("text")? }),
                    ),
                    "edit_comment" => (
                        format!("Edit a comment of {thing}"),
                        "edit_discussion_comment",
                        json!({ "commentId": id()?, "content": self.need("text")? }),
                    ),
                    "hide_comment" => (
                        format!("Hide for good a comment of {thing}"),
                        "hide_discussion_comment",
                        json!({ "commentId": id()? }),
                    ),
                    "rename" => (
                        format!("Rename {thing}"),
                        "rename_discussion",
                        json!({ "title": self.need("title")? }),
                    ),
                    "close" => (
                        format!("Close {thing}"),
                        "change_discussion_status",
                        json!({ "status": "closed", "comment": comment }),
                    ),
                    "reopen" => (
                        format!("Reopen {thing}"),
                        "change_discussion_status",
                        json!({ "status": "open", "comment": comment }),
                    ),
                    "merge" => (
                        format!("Merge {thing}"),
                        "merge_pull_request",
                        json!({ "comment": comment }),
                    ),
                    "pin" => (format!("Pin {thing}"), "pin_discussion", json!({ "pinned": true })),
                    "unpin" => {
                        (format!("Unpin {thing}"), "pin_discussion", json!({ "pinned": false }))
                    }
                    _ => (format!("Delete for good {thing}"), "delete_discussion", json!({})),
                };
                let mut rest = rest;
                rest["num"] = number.into();
                (what, operation, at(rest))
            }
        };
        let call = self.operation(operation, arguments)?;
        let answer = match self.commit_one(Plan::one(what, call)).await? {
            Err(shown) => return Ok(shown),
            Ok(answer) => answer,
        };
        Ok(done(action, &answer).to_string())
    }
}

/// What a model needs to go on: the number, the comment's id, the status; not its own words again.
fn done(action: &str, answer: &Value) -> Value {
    let mut out = json!({ "done": action });
    for key in ["num", "url"] {
        if let Some(value) = answer.get(key) {
            out[key] = value.clone();
        }
    }
    for key in ["newMessage", "updatedComment"] {
        if let Some(id) = answer.pointer(&format!("/{key}/id")) {
            out["comment_id"] = id.clone();
        }
    }
    if let Some(status) = answer.pointer("/newStatus/data/status") {
        out["status"] = status.clone();
    }
    if action == "open_pull_request" {
        out["status"] = "draft".into();
    }
    out
}

/// Notes at the title who its author is to the repository, which the Hub says only at what they said.
fn note_opener(discussion: &mut Value) {
    let opener = discussion["author"]["name"].as_str();
    let events = discussion["events"].as_array().into_iter().flatten();
    let mut authors = events.map(|event| &event["author"]);
    let known = opener.and_then(|name| authors.find(|author| author["name"] == name));
    let Some(known) = known.cloned() else { return };
    for fact in ["isOwner", "isOrgMember"] {
        if discussion["author"].get(fact).is_none() && known.get(fact).is_some() {
            discussion["author"][fact] = known[fact].clone();
        }
    }
}

/// Notes who wrote commits that the repository took in; those of an open pull request are a
/// stranger's like all else.
fn note_contributors(discussion: &mut Value) {
    if discussion["status"] != "merged" {
        return;
    }
    let Some(events) = discussion["events"].as_array_mut() else { return };
    let name = |event: &Value| event["author"]["name"].as_str().map(str::to_owned);
    let contributors: Vec<String> =
        events.iter().filter(|event| event["type"] == "commit").filter_map(name).collect();
    for event in events.iter_mut() {
        if name(event).is_some_and(|name| contributors.contains(&name)) {
            event["author"][CONTRIBUTED] = true.into();
        }
    }
    let opener = discussion["author"]["name"].as_str();
    if opener.is_some_and(|name| contributors.iter().any(|known| known == name)) {
        discussion["author"][CONTRIBUTED] = true.into();
    }
}

fn merge(into: &mut Value, from: Value) {
    if let (Value::Object(into), Value::Object(from)) = (into, from) {
        into.extend(from);
    }
}

fn word(value: &Value) -> String {
    value.as_str().map_or_else(|| "unknown".to_owned(), |text| repair::excerpt(text, 80))
}

fn short(value: &Value) -> String {
    value.as_str().unwrap_or_default().chars().take(8).collect()
}
