//! Gates: asked, granted, decided, withdrawn, listed, and who passes.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::cast::{PEOPLE, Power, Who};
use crate::repos::some;
use crate::rights::Access;
use crate::state::{Repo, RepoNo, State};
use crate::turn::{Turn, Verdict};

const STATUSES: [&str; 4] = ["pending", "accepted", "rejected", "reset"];

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Request {
    status: &'static str,
    /// Who accepted or granted it.
    by: Option<&'static str>,
}

impl State {
    /// Whether somebody needs no request.
    fn insider(&self, user: &str, repo: &Repo) -> bool {
        let needed = if repo.members_gated { Access::Write } else { Access::Read };
        repo.owner() == user || self.own_access(user, repo) >= needed
    }

    fn passes(&self, user: &str, repo: &Repo) -> bool {
        self.insider(user, repo)
            || repo.requests.get(user).is_some_and(|request| request.status == "accepted")
    }

    /// Section 1.4: whether the files are open.
    fn opens(&self, who: Who, repo: &Repo) -> Verdict<()> {
        if repo.gate == "no" {
            return Ok(());
        }
        let user = who.user()?;
        let reads =
            who.power() != Some(Power::Fine) || (repo.kind == "model" && repo.id == "acme/m1");
        if self.passes(user, repo) && reads { Ok(()) } else { Err(403) }
    }

    /// A gated repo, for somebody who decides about it.
    fn decides(&self, who: Who, kind: &'static str, id: &str) -> Verdict<RepoNo> {
        let number = self.find_to(who, kind, id, Access::Write)?;
        if self.repos[number].gate == "no" { Err(400) } else { Ok(number) }
    }
}

pub(crate) fn step(turn: &mut Turn) {
    let (kind, id) = some(turn);
    match turn.chance.below(10) {
        0..=2 => ask(turn, kind, &id),
        3 | 4 => handle(turn, kind, &id),
        5 => grant(turn, kind, &id),
        6 => batch(turn, kind, &id),
        7 => withdraw(turn, kind, &id),
        8 => list(turn, kind, &id),
        _ => check(turn, kind, &id),
    }
}

fn base(kind: &str, id: &str) -> String {
    format!("/api/{kind}s/{id}/user-access-request")
}

fn page(kind: &str, id: &str, rest: &str) -> String {
    let prefix = if kind == "model" { String::new() } else { format!("/{kind}s") };
    format!("{prefix}/{id}/{rest}")
}

fn ask(turn: &mut Turn, kind: &'static str, id: &str) {
    let verdict = turn.state.find(turn.who, kind, id).and_then(|number| {
        let user = turn.who.acts()?;
        if turn.state.repos[number].gate == "no" { Err(400) } else { Ok((number, user)) }
    });
    let path = page(kind, id, "ask-access");
    let body = json!({ "Company": "Acme" });
    let Some(((number, user), _)) = turn.judged_as(303, "POST", &path, Some(body), verdict) else {
        return;
    };
    if turn.state.passes(user, &turn.state.repos[number]) {
        return;
    }
    let repo = &mut turn.state.repos[number];
    let before = repo.requests.get(user).map(|request| request.status);
    if matches!(before, None | Some("reset")) {
        let status = if repo.gate == "auto" { "accepted" } else { "pending" };
        repo.requests.insert(user, Request { status, by: None });
    }
}

fn withdraw(turn: &mut Turn, kind: &'static str, id: &str) {
    let verdict = turn.state.find(turn.who, kind, id).and_then(|number| {
        let user = turn.who.acts()?;
        let waits = turn.state.repos[number].requests.get(user);
        if waits.is_some_and(|one| one.status == "pending") { Ok((number, user)) } else { Err(404) }
    });
    let path = format!("{}/cancel", base(kind, id));
    if let Some(((number, user), reply)) = turn.judged("POST", &path, None, verdict) {
        turn.same("withdrawn", &reply.json(), &json!({ "ok": true }));
        turn.state.repos[number].requests.remove(user);
    }
}

/// Some person; once in a while nobody.
fn somebody(turn: &mut Turn) -> (&'static str, bool) {
    let name = turn.chance.known(&PEOPLE, "nobody-here");
    (name, name != "nobody-here")
}

fn decided(status: &'static str, by: Who) -> Request {
    Request { status, by: if status == "accepted" { by.user().ok() } else { None } }
}

fn handle(turn: &mut Turn, kind: &'static str, id: &str) {
    let (user, exists) = somebody(turn);
    let status = turn.chance.known(&STATUSES, "bogus");
    let long = turn.chance.one_in(15);
    let mut body = json!({ "user": user, "status": status });
    if long {
        body["rejectionReason"] = json!("x".repeat(201));
    }
    let bad = long || status == "bogus";
    let verdict = turn.who.known().and(if bad { Err(400) } else { Ok(()) });
    let verdict = verdict.and_then(|()| turn.state.decides(turn.who, kind, id));
    let verdict = verdict.and_then(|number| {
        let before = turn.state.repos[number].requests.get(user);
        let changes = before.is_some_and(|request| request.status != status);
        if exists && changes { Ok(number) } else { Err(404) }
    });
    let path = format!("{}/handle", base(kind, id));
    if let Some((number, reply)) = turn.judged("POST", &path, Some(body), verdict) {
        turn.same("handled", &reply.json(), &json!({}));
        let request = decided(status, turn.who);
        turn.state.repos[number].requests.insert(user, request);
    }
}

fn grant(turn: &mut Turn, kind: &'static str, id: &str) {
    let (user, exists) = somebody(turn);
    let verdict = turn.state.decides(turn.who, kind, id).and_then(|number| match () {
        () if !exists => Err(404),
        () if turn.state.passes(user, &turn.state.repos[number]) => Err(400),
        () => Ok(number),
    });
    let path = format!("{}/grant", base(kind, id));
    let body = json!({ "user": user });
    if let Some((number, _)) = turn.judged("POST", &path, Some(body), verdict) {
        let request = decided("accepted", turn.who);
        turn.state.repos[number].requests.insert(user, request);
    }
}

/// A batch is content with what is so already.
fn batch(turn: &mut Turn, kind: &'static str, id: &str) {
    let status = *turn.chance.pick(&STATUSES);
    let count = turn.chance.below(4);
    let people: Vec<_> = (0..count).map(|_| somebody(turn)).collect();
    let requests: Vec<Value> = people.iter().map(|(user, _)| json!({ "user": user })).collect();
    let verdict = turn.who.known().and(if count == 0 { Err(400) } else { Ok(()) });
    let verdict = verdict.and_then(|()| turn.state.decides(turn.who, kind, id));
    let path = format!("{}/batch", base(kind, id));
    let body = json!({ "status": status, "requests": requests });
    let Some((number, reply)) = turn.judged("POST", &path, Some(body), verdict) else { return };
    let who = turn.who;
    let outcomes = people.iter().map(|(user, exists)| {
        let Some(request) = turn.state.repos[number].requests.get_mut(user) else {
            let error = if *exists { "request_not_found" } else { "user_not_found" };
            return json!({ "user": user, "ok": false, "error": error });
        };
        if request.status != status {
            *request = decided(status, who);
        }
        json!({ "user": user, "ok": true })
    });
    let outcomes: Vec<Value> = outcomes.collect();
    turn.same("outcomes", &reply.json(), &json!(outcomes));
}

fn list(turn: &mut Turn, kind: &'static str, id: &str) {
    let status = *turn.chance.pick(&STATUSES);
    read_list(turn, kind, id, status);
}

fn read_list(turn: &mut Turn, kind: &'static str, id: &str, status: &'static str) {
    let verdict = turn.state.find_to(turn.who, kind, id, Access::Write);
    let path = format!("{}/{status}", base(kind, id));
    let Some((number, reply)) = turn.judged("GET", &path, None, verdict) else { return };
    let requests = turn.state.repos[number].requests.iter();
    let known: BTreeMap<String, Value> = requests
        .filter(|(_, request)| request.status == status)
        .map(|(user, request)| ((*user).to_owned(), json!(request.by)))
        .collect();
    let found: BTreeMap<String, Value> = reply
        .json()
        .as_array()
        .into_iter()
        .flatten()
        .map(|one| {
            turn.same("status in the list", &one["status"], &json!(status));
            let user = one["user"]["user"].as_str().unwrap().to_owned();
            (user, one["grantedBy"]["user"].clone())
        })
        .collect();
    turn.same("requests", &found, &known);
}

fn read_report(turn: &mut Turn, kind: &'static str, id: &str) {
    let verdict = turn.state.find_to(turn.who, kind, id, Access::Write);
    let path = page(kind, id, "user-access-report");
    let Some((number, reply)) = turn.judged("GET", &path, None, verdict) else { return };
    let known: BTreeMap<String, String> = turn.state.repos[number]
        .requests
        .iter()
        .map(|(user, request)| ((*user).to_owned(), request.status.to_owned()))
        .collect();
    let found: BTreeMap<String, String> = reply
        .json()
        .as_array()
        .into_iter()
        .flatten()
        .map(|one| {
            let text = |key: &str| one[key].as_str().unwrap().to_owned();
            (text("user"), text("status"))
        })
        .collect();
    turn.same("report", &found, &known);
}

fn check(turn: &mut Turn, kind: &'static str, id: &str) {
    let verdict = turn.state.find(turn.who, kind, id);
    let verdict = verdict.and_then(|number| turn.state.opens(turn.who, &turn.state.repos[number]));
    turn.judged("GET", &format!("/api/{kind}s/{id}/auth-check"), None, verdict);
    let verdict = turn.state.find_to(turn.who, kind, id, Access::Write).map(|_| ());
    turn.judged("GET", &format!("/api/{kind}s/{id}/auth-check/write"), None, verdict);
}

pub(crate) fn read(turn: &mut Turn) {
    let all: Vec<_> = turn.state.living().map(|(_, repo)| (repo.kind, repo.id.clone())).collect();
    for (kind, id) in all {
        check(turn, kind, &id);
        for status in STATUSES {
            read_list(turn, kind, &id, status);
        }
        read_report(turn, kind, &id);
    }
}
