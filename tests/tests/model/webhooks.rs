//! Webhooks: everyone's own.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::cast::{ORG, PEOPLE};
use crate::repos;
use crate::state::RepoNo;
use crate::turn::{Turn, Verdict};

const NONE: &str = "65f0a1b2c3d4e5f607182935";

#[derive(Debug, Clone)]
pub(crate) struct Webhook {
    owner: &'static str,
    url: String,
    secret: bool,
    disabled: bool,
    domains: Vec<&'static str>,
    watched: Vec<Watched>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Watched {
    Repo(RepoNo),
    User(&'static str),
    Org,
}

impl Webhook {
    pub(crate) fn forget_repo(&mut self, number: RepoNo) {
        self.watched.retain(|watched| *watched != Watched::Repo(number));
    }
}

pub(crate) fn step(turn: &mut Turn) {
    match turn.chance.below(8) {
        0 | 1 => create(turn),
        2 => change(turn),
        3 => delete(turn),
        4 | 5 => switch(turn),
        6 => read(turn),
        _ => {
            let id = some(turn);
            read_one(turn, &id);
        }
    }
}

/// Some webhook, of whomever.
fn some(turn: &mut Turn) -> String {
    let all: Vec<String> = turn.state.webhooks.keys().cloned().collect();
    turn.chance.known(&all, NONE.to_owned())
}

/// Something to watch: as a request has it, and what it is if the caller may know of it.
fn some_watched(turn: &mut Turn) -> (Value, Verdict<Watched>) {
    match turn.chance.below(4) {
        0 => (json!({ "type": "org", "name": ORG }), Ok(Watched::Org)),
        1 => {
            let name = turn.chance.known(&PEOPLE, "nobody-here");
            let there = PEOPLE.contains(&name);
            let found = if there { Ok(Watched::User(name)) } else { Err(400) };
            (json!({ "type": "user", "name": name }), found)
        }
        _ => {
            let (kind, id) = repos::some(turn);
            let found = turn.state.find(turn.who, kind, &id).map(Watched::Repo);
            (json!({ "type": kind, "name": id }), found.map_err(|_| 400))
        }
    }
}

fn some_domains(turn: &mut Turn) -> Vec<&'static str> {
    match turn.chance.below(3) {
        0 => vec!["repo"],
        1 => vec!["discussion"],
        _ => vec!["repo", "discussion"],
    }
}

fn create(turn: &mut Turn) {
    let url = format!("https://hooks.example/{}", turn.chance.below(100));
    let count = turn.chance.below(4);
    let watched: Vec<_> = (0..count).map(|_| some_watched(turn)).collect();
    let domains = some_domains(turn);
    let secret = turn.chance.one_in(2);
    let sent: Vec<&Value> = watched.iter().map(|(sent, _)| sent).collect();
    let mut body = json!({ "url": url, "watched": sent, "domains": domains });
    if secret {
        body["secret"] = json!("s3cret");
    }
    let verdict = turn.who.acts().and_then(|user| if count == 0 { Err(400) } else { Ok(user) });
    let found: Verdict<Vec<Watched>> = watched.into_iter().map(|(_, found)| found).collect();
    let verdict = verdict.and_then(|user| found.as_ref().map(|_| user).map_err(|status| *status));
    let Some((owner, reply)) = turn.judged("POST", "/api/settings/webhooks", Some(body), verdict)
    else {
        return;
    };
    let made = reply.json()["webhook"].clone();
    let id = made["id"].as_str().unwrap().to_owned();
    let watched = found.unwrap();
    let webhook = Webhook { owner, url, secret, disabled: false, domains, watched };
    turn.state.webhooks.insert(id.clone(), webhook);
    compare(turn, &id, &made);
}

/// One's own webhook; those of others are not there.
fn own(turn: &Turn, id: &str, acts: bool) -> Verdict<()> {
    let user = if acts { turn.who.acts()? } else { turn.who.user()? };
    let found = turn.state.webhooks.get(id);
    if found.is_some_and(|webhook| webhook.owner == user) { Ok(()) } else { Err(404) }
}

fn change(turn: &mut Turn) {
    let id = some(turn);
    let (sent, found) = some_watched(turn);
    let domains = some_domains(turn);
    let body = json!({ "watched": [sent], "domains": domains });
    let verdict = own(turn, &id, true).and(found);
    let path = format!("/api/settings/webhooks/{id}");
    let Some((watched, reply)) = turn.judged("POST", &path, Some(body), verdict) else { return };
    let webhook = turn.state.webhooks.get_mut(&id).unwrap();
    (webhook.watched, webhook.domains) = (vec![watched], domains);
    compare(turn, &id, &reply.json()["webhook"]);
}

fn switch(turn: &mut Turn) {
    let id = some(turn);
    let off = turn.chance.one_in(2);
    let word = if off { "disable" } else { "enable" };
    let verdict = own(turn, &id, true);
    let path = format!("/api/settings/webhooks/{id}/{word}");
    if let Some(((), reply)) = turn.judged("POST", &path, None, verdict) {
        turn.state.webhooks.get_mut(&id).unwrap().disabled = off;
        compare(turn, &id, &reply.json()["webhook"]);
    }
}

fn delete(turn: &mut Turn) {
    let id = some(turn);
    let verdict = own(turn, &id, true);
    let path = format!("/api/settings/webhooks/{id}");
    if turn.judged("DELETE", &path, None, verdict).is_some() {
        turn.state.webhooks.remove(&id);
    }
}

fn compare(turn: &Turn, id: &str, found: &Value) {
    let known = &turn.state.webhooks[id];
    turn.same("url", &found["url"], &json!(known.url));
    turn.same("hasSecret", &found["hasSecret"], &json!(known.secret));
    turn.same("disabled", &found["disabled"], &json!(known.disabled));
    turn.same("domains", &found["domains"], &json!(known.domains));
    let watched = known.watched.iter().map(|watched| match watched {
        Watched::Repo(number) => {
            let repo = &turn.state.repos[*number];
            json!([repo.kind, repo.id])
        }
        Watched::User(name) => json!(["user", name]),
        Watched::Org => json!(["org", ORG]),
    });
    let watched: Vec<Value> = watched.collect();
    let shown = found["watched"].as_array().unwrap().iter();
    let shown: Vec<Value> = shown.map(|one| json!([one["type"], one["name"]])).collect();
    turn.same("watched", &shown, &watched);
}

fn read_one(turn: &mut Turn, id: &str) {
    let verdict = own(turn, id, false);
    let path = format!("/api/settings/webhooks/{id}");
    if let Some(((), reply)) = turn.judged("GET", &path, None, verdict) {
        compare(turn, id, &reply.json()["webhook"]);
    }
}

pub(crate) fn read(turn: &mut Turn) {
    let verdict = turn.who.user();
    let Some((user, reply)) = turn.judged("GET", "/api/settings/webhooks", None, verdict) else {
        return;
    };
    let list = reply.json();
    let found = list.as_array().unwrap();
    let ids: BTreeSet<&str> = found.iter().map(|one| one["id"].as_str().unwrap()).collect();
    let all = turn.state.webhooks.iter();
    let known =
        all.filter(|(_, webhook)| webhook.owner == user).map(|(id, _)| id.as_str()).collect();
    turn.same("webhooks", &ids, &known);
    for webhook in found {
        compare(turn, webhook["id"].as_str().unwrap(), webhook);
    }
}
