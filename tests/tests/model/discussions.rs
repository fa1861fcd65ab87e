//! Discussions and pull requests: begun, answered, edited, hidden, renamed, closed, merged, pinned,
//! deleted, and read by everyone who sees the repo.

use serde_json::{Value, json};

use crate::cast::{PEOPLE, Power, Who};
use crate::repos::some as some_repo;
use crate::rights::Access;
use crate::state::{RepoNo, State};
use crate::turn::{Turn, Verdict};

const HIDDEN: &str = "This comment has been hidden";
const PAGE: usize = 50;

#[derive(Debug, Clone)]
pub(crate) struct Talk {
    author: &'static str,
    title: String,
    status: &'static str,
    pull: bool,
    pinned: bool,
    events: Vec<Event>,
}

#[derive(Debug, Clone)]
struct Event {
    /// Known for comments, which can be changed.
    id: String,
    author: &'static str,
    what: What,
}

#[derive(Debug, Clone, PartialEq)]
enum What {
    Comment { text: String, edited: bool, hidden: bool },
    Status(&'static str),
    Title(String, String),
    Pinned(bool),
}

impl What {
    fn comment(text: &str) -> Self {
        Self::Comment { text: text.to_owned(), edited: false, hidden: false }
    }

    /// As events are shown, the parts that the model knows.
    fn shown(&self) -> Value {
        match self {
            Self::Comment { hidden: true, .. } => json!(["comment", HIDDEN, true, true]),
            Self::Comment { text, edited, .. } => json!(["comment", text, edited, false]),
            Self::Status(status) => json!(["status-change", status]),
            Self::Title(from, to) => json!(["title-change", from, to]),
            Self::Pinned(on) => json!(["pinning-change", on]),
        }
    }
}

/// An event of an answer in the same form.
fn shown(event: &Value) -> Value {
    let (kind, data) = (&event["type"], &event["data"]);
    match kind.as_str().unwrap() {
        "comment" => json!([kind, data["latest"]["raw"], data["edited"], data["hidden"]]),
        "status-change" => json!([kind, data["status"]]),
        "title-change" => json!([kind, data["from"], data["to"]]),
        "pinning-change" => json!([kind, data["pinned"]]),
        _ => json!([kind]),
    }
}

/// Which discussion, and who wants something of it.
#[derive(Debug, Clone, Copy)]
struct Found {
    repo: RepoNo,
    num: u64,
    user: &'static str,
}

impl State {
    /// Somebody whose token writes in discussions of this repo.
    fn discusses(&self, who: Who, repo: RepoNo) -> Verdict<&'static str> {
        let user = who.user()?;
        let repo = &self.repos[repo];
        match who.power() {
            Some(Power::Write) => Ok(user),
            Some(Power::Fine) if repo.kind == "model" && repo.id == "acme/m1" => Ok(user),
            _ => Err(403),
        }
    }

    fn talk(&self, who: Who, kind: &'static str, id: &str, num: u64) -> Verdict<RepoNo> {
        let repo = self.find(who, kind, id)?;
        if self.repos[repo].talks.contains_key(&num) { Ok(repo) } else { Err(404) }
    }

    fn talk_to_change(&self, who: Who, kind: &'static str, id: &str, num: u64) -> Verdict<Found> {
        let repo = self.talk(who, kind, id, num)?;
        let user = self.discusses(who, repo)?;
        Ok(Found { repo, num, user })
    }

    fn of(&self, found: Found) -> &Talk {
        &self.repos[found.repo].talks[&found.num]
    }

    /// Whether somebody writes to the repo, which lets them lead its discussions.
    fn leads(&self, found: Found) -> bool {
        self.own_access(found.user, &self.repos[found.repo]) >= Access::Write
    }

    fn author_or_leader(&self, found: Found) -> Verdict<Found> {
        let own = self.of(found).author == found.user;
        if own || self.leads(found) { Ok(found) } else { Err(403) }
    }
}

impl Turn {
    fn happened(&mut self, found: Found, id: &str, what: What) {
        let talk = self.state.repos[found.repo].talks.get_mut(&found.num).unwrap();
        talk.events.push(Event { id: id.to_owned(), author: found.user, what });
    }

    fn talk_mut(&mut self, found: Found) -> &mut Talk {
        self.state.repos[found.repo].talks.get_mut(&found.num).unwrap()
    }
}

pub(crate) fn step(turn: &mut Turn) {
    match turn.chance.below(14) {
        0..=2 => create(turn),
        3 | 4 => comment(turn),
        5 => edit(turn),
        6 => hide(turn),
        7 => rename(turn),
        8 | 9 => change_status(turn),
        10 => merge(turn),
        11 => pin(turn),
        12 if turn.chance.one_in(3) => delete(turn),
        12 => {
            let (kind, id) = some_repo(turn);
            list(turn, kind, &id);
        }
        _ => {
            let (kind, id, num) = some(turn);
            read_one(turn, kind, &id, num);
        }
    }
}

/// Some discussion of some repo; more often one that is there.
fn some(turn: &mut Turn) -> (&'static str, String, u64) {
    let all: Vec<(&'static str, String, u64)> = turn
        .state
        .living()
        .flat_map(|(_, repo)| repo.talks.keys().map(|num| (repo.kind, repo.id.clone(), *num)))
        .collect();
    if all.is_empty() || turn.chance.one_in(10) {
        let (kind, id) = some_repo(turn);
        return (kind, id, 77);
    }
    turn.chance.pick(&all).clone()
}

fn base(kind: &str, id: &str, num: u64) -> String {
    format!("/api/{kind}s/{id}/discussions/{num}")
}

fn create(turn: &mut Turn) {
    let (kind, id) = some_repo(turn);
    let title = *turn.chance.pick(&["A question", "Better weights", "ab", "Typo in the card"]);
    let text = *turn.chance.pick(&["How **big**?", "Please look", "", "It says 7"]);
    let pull = turn.chance.one_in(2);
    let body = json!({ "title": title, "description": text, "pullRequest": pull });
    let verdict = turn.state.find(turn.who, kind, &id).and_then(|repo| {
        let user = turn.state.discusses(turn.who, repo)?;
        if title.len() < 3 || text.is_empty() { Err(400) } else { Ok((repo, user)) }
    });
    let path = format!("/api/{kind}s/{id}/discussions");
    let Some(((repo, user), reply)) = turn.judged("POST", &path, Some(body), verdict) else {
        return;
    };
    let known = &mut turn.state.repos[repo];
    known.last_talk += 1;
    let num = known.last_talk;
    let status = if pull { "draft" } else { "open" };
    let talk = Talk {
        author: user,
        title: title.to_owned(),
        status,
        pull,
        pinned: false,
        events: Vec::new(),
    };
    known.talks.insert(num, talk);
    turn.same("number", &reply.json()["num"], &json!(num));
    // Only the details say the id of the first comment.
    let details = turn.ask("GET", &base(kind, &id, num), None).json();
    let first = details["events"][0]["id"].as_str().unwrap().to_owned();
    turn.happened(Found { repo, num, user }, &first, What::comment(text));
    compare(turn, repo, num, &details);
}

fn comment(turn: &mut Turn) {
    let (kind, id, num) = some(turn);
    let text = *turn.chance.pick(&["Thank you", "I see", ""]);
    let verdict = turn.state.talk_to_change(turn.who, kind, &id, num);
    let verdict = verdict.and_then(|found| if text.is_empty() { Err(400) } else { Ok(found) });
    let path = format!("{}/comment", base(kind, &id, num));
    let body = json!({ "comment": text });
    if let Some((found, reply)) = turn.judged_as(201, "POST", &path, Some(body), verdict) {
        let event = reply.json()["newMessage"].clone();
        turn.happened(found, event["id"].as_str().unwrap(), What::comment(text));
        turn.same("new message", &shown(&event), &What::comment(text).shown());
    }
}

/// A comment of a discussion: its id, author, and whether it is hidden.
fn some_comment(
    turn: &mut Turn,
    verdict: Verdict<Found>,
    kind: &'static str,
    id: &str,
    num: u64,
) -> (String, Verdict<(Found, usize)>) {
    let none = "65f0a1b2c3d4e5f607182933".to_owned();
    let repo = turn.state.talk(turn.who, kind, id, num).ok();
    let events =
        repo.map_or_else(Vec::new, |repo| turn.state.repos[repo].talks[&num].events.clone());
    let comments = events.iter().enumerate();
    let comments: Vec<(usize, String)> = comments
        .filter(|(_, event)| matches!(event.what, What::Comment { .. }))
        .map(|(at, event)| (at, event.id.clone()))
        .collect();
    let (at, comment) = turn.chance.known(&comments, (usize::MAX, none));
    let verdict =
        verdict.and_then(|found| if at == usize::MAX { Err(404) } else { Ok((found, at)) });
    (comment, verdict)
}

fn edit(turn: &mut Turn) {
    let (kind, id, num) = some(turn);
    let verdict = turn.state.talk_to_change(turn.who, kind, &id, num);
    let (comment, verdict) = some_comment(turn, verdict, kind, &id, num);
    let verdict = verdict.and_then(|(found, at)| {
        let event = &turn.state.of(found).events[at];
        match event.what {
            _ if event.author != found.user => Err(403),
            What::Comment { hidden: true, .. } => Err(400),
            _ => Ok((found, at)),
        }
    });
    let path = format!("{}/comment/{comment}/edit", base(kind, &id, num));
    let body = json!({ "content": "Better words" });
    if let Some(((found, at), reply)) = turn.judged("POST", &path, Some(body), verdict) {
        let text = "Better words".to_owned();
        let now = What::Comment { text, edited: true, hidden: false };
        turn.same("edited", &shown(&reply.json()["updatedComment"]), &now.shown());
        turn.talk_mut(found).events[at].what = now;
    }
}

fn hide(turn: &mut Turn) {
    let (kind, id, num) = some(turn);
    let verdict = turn.state.talk_to_change(turn.who, kind, &id, num);
    let (comment, verdict) = some_comment(turn, verdict, kind, &id, num);
    let verdict = verdict.and_then(|(found, at)| {
        let own = turn.state.of(found).events[at].author == found.user;
        if own || turn.state.leads(found) { Ok((found, at)) } else { Err(403) }
    });
    let path = format!("{}/comment/{comment}/hide", base(kind, &id, num));
    if let Some(((found, at), reply)) = turn.judged("POST", &path, None, verdict) {
        let now = What::Comment { text: String::new(), edited: true, hidden: true };
        turn.same("hidden", &shown(&reply.json()["updatedComment"]), &now.shown());
        turn.talk_mut(found).events[at].what = now;
    }
}

fn rename(turn: &mut Turn) {
    let (kind, id, num) = some(turn);
    let title = *turn.chance.pick(&["A better title", "  Trimmed  ", "ab"]);
    let verdict = turn.state.talk_to_change(turn.who, kind, &id, num);
    let verdict = verdict.and_then(|found| if title == "ab" { Err(400) } else { Ok(found) });
    let verdict = verdict.and_then(|found| turn.state.author_or_leader(found));
    let path = format!("{}/title", base(kind, &id, num));
    let body = json!({ "title": title });
    if let Some((found, reply)) = turn.judged("POST", &path, Some(body), verdict) {
        let talk = turn.talk_mut(found);
        let from = std::mem::replace(&mut talk.title, title.trim().to_owned());
        let what = What::Title(from, title.trim().to_owned());
        turn.same("renamed", &shown(&reply.json()["newTitle"]), &what.shown());
        turn.happened(found, "", what);
    }
}

fn change_status(turn: &mut Turn) {
    let (kind, id, num) = some(turn);
    let status = *turn.chance.pick(&["open", "closed"]);
    let text = turn.chance.one_in(3).then_some("That is why");
    let verdict = turn.state.talk_to_change(turn.who, kind, &id, num);
    let verdict = verdict.and_then(|found| turn.state.author_or_leader(found));
    let verdict = verdict.and_then(|found| match turn.state.of(found).status {
        "merged" => Err(400),
        _ => Ok(found),
    });
    let path = format!("{}/status", base(kind, &id, num));
    let mut body = json!({ "status": status });
    if let Some(text) = text {
        body["comment"] = json!(text);
    }
    if let Some((found, reply)) = turn.judged("POST", &path, Some(body), verdict) {
        if let Some(text) = text {
            learn(turn, kind, &id, found, text);
        }
        let what = What::Status(status);
        turn.same("status", &shown(&reply.json()["newStatus"]), &what.shown());
        turn.happened(found, "", what);
        turn.talk_mut(found).status = status;
    }
}

/// A comment that came with something else: its id stands in the details only.
fn learn(turn: &mut Turn, kind: &'static str, id: &str, found: Found, text: &str) {
    let details = turn.ask("GET", &base(kind, id, found.num), None).json();
    let events = details["events"].as_array().unwrap();
    let comment = events.iter().rev().find(|event| event["type"] == "comment").unwrap();
    turn.happened(found, comment["id"].as_str().unwrap(), What::comment(text));
}

fn merge(turn: &mut Turn) {
    let (kind, id, num) = some(turn);
    let verdict = turn.state.talk_to_change(turn.who, kind, &id, num).and_then(|found| {
        let repo = &turn.state.repos[found.repo];
        let talk = turn.state.of(found);
        match () {
            () if turn.state.access(turn.who, repo) < Access::Write => Err(403),
            () if !talk.pull || talk.status != "open" => Err(400),
            () => Ok(found),
        }
    });
    let path = format!("{}/merge", base(kind, &id, num));
    if let Some((found, _)) = turn.judged("POST", &path, None, verdict) {
        turn.talk_mut(found).status = "merged";
        turn.happened(found, "", What::Status("merged"));
    }
}

fn pin(turn: &mut Turn) {
    let (kind, id, num) = some(turn);
    let on = turn.chance.one_in(2);
    let verdict = turn.state.talk_to_change(turn.who, kind, &id, num);
    let verdict =
        verdict.and_then(|found| if turn.state.leads(found) { Ok(found) } else { Err(403) });
    let path = format!("{}/pin", base(kind, &id, num));
    let body = json!({ "pinned": on });
    if let Some((found, _)) = turn.judged("POST", &path, Some(body), verdict) {
        let before = std::mem::replace(&mut turn.talk_mut(found).pinned, on);
        if before != on {
            turn.happened(found, "", What::Pinned(on));
        }
    }
}

fn delete(turn: &mut Turn) {
    let (kind, id, num) = some(turn);
    let verdict = turn.state.talk_to_change(turn.who, kind, &id, num);
    let verdict =
        verdict.and_then(|found| if turn.state.leads(found) { Ok(found) } else { Err(403) });
    if let Some((found, _)) = turn.judged("DELETE", &base(kind, &id, num), None, verdict) {
        turn.state.repos[found.repo].talks.remove(&found.num);
    }
}

/// Holds a whole discussion against the model.
fn compare(turn: &Turn, repo: RepoNo, num: u64, found: &Value) {
    let known = &turn.state.repos[repo].talks[&num];
    turn.same("repo", &found["repo"]["name"], &json!(turn.state.repos[repo].id));
    turn.same("title", &found["title"], &json!(known.title));
    turn.same("author", &found["author"]["name"], &json!(known.author));
    turn.same("status", &found["status"], &json!(known.status));
    turn.same("pinned", &found["pinned"], &json!(known.pinned));
    turn.same("isPullRequest", &found["isPullRequest"], &json!(known.pull));
    let merged = found["changes"]["mergeCommitId"].is_string();
    turn.same("merge commit", &merged, &(known.status == "merged"));
    let events = |event: &Value| json!([event["author"]["name"], shown(event)]);
    let events: Vec<Value> = found["events"].as_array().unwrap().iter().map(events).collect();
    // What a pull request brings with it is no concern of the model.
    let commits = |event: &Value| event[1][0] != "commit";
    let events: Vec<Value> = events.into_iter().filter(commits).collect();
    let own = known.events.iter().map(|event| json!([event.author, event.what.shown()]));
    turn.same("events", &events, &own.collect());
}

fn read_one(turn: &mut Turn, kind: &'static str, id: &str, num: u64) {
    let verdict = turn.state.talk(turn.who, kind, id, num);
    if let Some((repo, reply)) = turn.judged("GET", &base(kind, id, num), None, verdict) {
        compare(turn, repo, num, &reply.json());
    }
}

fn list(turn: &mut Turn, kind: &'static str, id: &str) {
    let which = *turn.chance.pick(&["all", "discussion", "pull_request"]);
    let status = *turn.chance.pick(&["all", "open", "closed"]);
    let author = turn.chance.one_in(3).then(|| *turn.chance.pick(&PEOPLE));
    read_list(turn, kind, id, which, status, author);
}

fn read_list(
    turn: &mut Turn,
    kind: &'static str,
    id: &str,
    which: &str,
    status: &str,
    author: Option<&'static str>,
) {
    let verdict = turn.state.find(turn.who, kind, id);
    let mut path = format!("/api/{kind}s/{id}/discussions?type={which}&status={status}");
    if let Some(author) = author {
        path += &format!("&author={author}");
    }
    let Some((repo, reply)) = turn.judged("GET", &path, None, verdict) else { return };
    let over = |talk: &Talk| matches!(talk.status, "closed" | "merged");
    let fits = |talk: &Talk| match which {
        "discussion" => !talk.pull,
        "pull_request" => talk.pull,
        _ => true,
    };
    let mut known: Vec<(u64, &Talk)> = turn.state.repos[repo]
        .talks
        .iter()
        .map(|(num, talk)| (*num, talk))
        .filter(|(_, talk)| fits(talk) && author.is_none_or(|author| talk.author == author))
        .collect();
    let closed = known.iter().filter(|(_, talk)| over(talk)).count();
    known.retain(|(_, talk)| match status {
        "open" => !over(talk),
        "closed" => over(talk),
        _ => true,
    });
    let count = known.len();
    // The newest first; that the pinned ones are above them is a matter of the web page.
    known.sort_by_key(|(num, _)| std::cmp::Reverse(*num));
    known.truncate(PAGE);
    let known: Vec<Value> = known
        .into_iter()
        .map(|(num, talk)| json!([num, talk.title, talk.author, talk.status, talk.pinned]))
        .collect();
    let page = reply.json();
    let found: Vec<Value> = page["discussions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            json!([one["num"], one["title"], one["author"]["name"], one["status"], one["pinned"]])
        })
        .collect();
    turn.same("discussions", &found, &known);
    turn.same("count", &page["count"], &json!(count));
    turn.same("closed", &page["numClosedDiscussions"], &json!(closed));
}

pub(crate) fn read(turn: &mut Turn) {
    let all: Vec<(&'static str, String, Vec<u64>)> = turn
        .state
        .living()
        .map(|(_, repo)| (repo.kind, repo.id.clone(), repo.talks.keys().copied().collect()))
        .collect();
    for (kind, id, numbers) in all {
        read_list(turn, kind, &id, "all", "all", None);
        for num in numbers {
            read_one(turn, kind, &id, num);
        }
    }
}
