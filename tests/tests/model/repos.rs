//! Repositories: made, moved, deleted, opened, closed, gated.

use serde_json::{Value, json};

use crate::cast::{NAMES, ORG, PEOPLE, Power, Who, gate};
use crate::members::some_group;
use crate::rights::Access;
use crate::state::{Name, RepoNo, State};
use crate::turn::{Turn, Verdict};

const KINDS: [&str; 3] = ["model", "dataset", "space"];

/// Some repo, by a name of today, of before, or of nothing.
pub(crate) fn some(turn: &mut Turn) -> (&'static str, String) {
    let all: Vec<(&'static str, String)> = turn.state.names.keys().cloned().collect();
    let unknown = (*turn.chance.pick(&KINDS), "acme/none".to_owned());
    turn.chance.known(&all, unknown)
}

pub(crate) fn step(turn: &mut Turn) {
    match turn.chance.below(10) {
        0 => create(turn),
        1 => delete(turn),
        2 => rename(turn),
        3 => listed(turn),
        4 => info(turn),
        5 => regroup(turn),
        _ => settings(turn),
    }
}

fn info(turn: &mut Turn) {
    let (kind, id) = some(turn);
    read_info(turn, kind, &id);
}

fn read_info(turn: &mut Turn, kind: &'static str, id: &str) {
    let verdict = turn.state.find(turn.who, kind, id);
    let Some((number, reply)) = turn.judged("GET", &format!("/api/{kind}s/{id}"), None, verdict)
    else {
        return;
    };
    let (found, repo) = (reply.json(), turn.state.repos[number].clone());
    turn.same("id", &found["id"], &json!(repo.id));
    turn.same("private", &found["private"], &json!(repo.private));
    turn.same("likes", &found["likes"], &json!(repo.likers.len()));
    if kind != "space" {
        turn.same("gated", &found["gated"], &gate(repo.gate));
    }
}

fn settings(turn: &mut Turn) {
    let (kind, id) = some(turn);
    let mut sent = serde_json::Map::new();
    let word = *turn.chance.pick(&["no", "auto", "manual", "no"]);
    if kind != "space" && turn.chance.one_in(2) {
        sent.insert("gated".to_owned(), gate(word));
    }
    let private = turn.chance.one_in(2);
    match turn.chance.below(4) {
        0 => {
            sent.insert("private".to_owned(), json!(private));
        }
        1 => {
            let word = if private { "private" } else { "public" };
            sent.insert("visibility".to_owned(), json!(word));
        }
        2 if turn.chance.one_in(3) => {
            sent.insert("private".to_owned(), json!(private));
            sent.insert("visibility".to_owned(), json!("public"));
        }
        _ => {}
    }
    let too = turn.chance.one_in(2);
    if turn.chance.one_in(6) {
        sent.insert("orgMembersGated".to_owned(), json!(too));
    }
    let both = sent.contains_key("private") && sent.contains_key("visibility");
    let verdict = turn.state.find_to(turn.who, kind, &id, Access::Admin);
    let verdict = verdict.and_then(|number| if both { Err(400) } else { Ok(number) });
    let path = format!("/api/{kind}s/{id}/settings");
    let body = Some(Value::Object(sent.clone()));
    let Some((number, reply)) = turn.judged("PUT", &path, body, verdict) else { return };
    let repo = &mut turn.state.repos[number];
    if sent.remove("orgMembersGated").is_some() {
        repo.members_gated = too;
    }
    if sent.get("gated").is_some() {
        repo.gate = word;
    }
    if sent.get("private").is_some() || sent.get("visibility").is_some() {
        repo.private = private;
    }
    // Only visibility and gate come back, and only what was sent of them.
    turn.same("echo", &reply.json(), &Value::Object(sent));
}

fn regroup(turn: &mut Turn) {
    let (kind, id) = some(turn);
    let group = some_group(turn);
    let verdict = turn.state.find_to(turn.who, kind, &id, Access::Admin);
    let verdict = verdict.and_then(|number| match turn.state.repos[number].owner() {
        ORG => turn.state.knows_group(group.as_ref()).map(|()| number),
        _ => Err(403),
    });
    let path = format!("/api/{kind}s/{id}/resource-group");
    let body = json!({ "resourceGroupId": group });
    if let Some((number, _)) = turn.judged("POST", &path, Some(body), verdict) {
        turn.state.repos[number].group = group;
    }
}

/// Whether somebody may make a repo there.
fn may_create(state: &State, who: Who, namespace: &str) -> Verdict<()> {
    let user = who.user()?;
    match who.power() {
        // The Hub takes such a token for none.
        Some(Power::Read) => Err(401),
        Some(Power::Write) if state.makes_in(user, namespace) => Ok(()),
        _ => Err(403),
    }
}

fn namespace(turn: &mut Turn) -> &'static str {
    if turn.chance.one_in(2) { ORG } else { PEOPLE[turn.chance.below(PEOPLE.len())] }
}

fn create(turn: &mut Turn) {
    let kind = *turn.chance.pick(&KINDS);
    let (namespace, name) = (namespace(turn), *turn.chance.pick(&NAMES));
    let id = format!("{namespace}/{name}");
    let private = turn.chance.one_in(2);
    let sdk = !turn.chance.one_in(4);
    let mut body = json!({ "name": name, "organization": namespace, "private": private });
    if kind != "model" {
        body["type"] = json!(kind);
    }
    if kind == "space" && sdk {
        body["sdk"] = json!("static");
    }
    let taken = matches!(turn.state.names.get(&(kind, id.clone())), Some(Name::Is(_)));
    let verdict = may_create(&turn.state, turn.who, namespace).and_then(|()| match () {
        () if kind == "space" && !sdk => Err(400),
        () if taken => Err(409),
        () => Ok(()),
    });
    if let Some(((), reply)) = turn.judged("POST", "/api/repos/create", Some(body), verdict) {
        turn.same("name", &reply.json()["name"], &json!(id));
        turn.state.add_repo(kind, id, private);
    }
}

/// Operations that name a repo in the body have no address that could lead on.
fn find_in_body(turn: &Turn, kind: &'static str, id: &str) -> Verdict<RepoNo> {
    let verdict =
        turn.who.user().and_then(|_| turn.state.find_to(turn.who, kind, id, Access::Admin));
    verdict.map_err(|status| if status == 307 { 404 } else { status })
}

fn delete(turn: &mut Turn) {
    let (kind, id) = some(turn);
    let (namespace, name) = id.split_once('/').unwrap();
    let body = json!({ "name": name, "organization": namespace, "type": kind });
    let verdict = find_in_body(turn, kind, &id);
    let Some((number, _)) = turn.judged("DELETE", "/api/repos/delete", Some(body), verdict) else {
        return;
    };
    turn.state.names.remove(&(kind, id));
    turn.state.repos[number].gone = true;
    turn.state.repos[number].likers.clear();
    for collection in turn.state.collections.values_mut() {
        collection.forget_repo(number);
    }
    for webhook in turn.state.webhooks.values_mut() {
        webhook.forget_repo(number);
    }
}

fn rename(turn: &mut Turn) {
    let (kind, id) = some(turn);
    let to = format!("{}/{}", namespace(turn), turn.chance.pick(&NAMES));
    let body = json!({ "fromRepo": id, "toRepo": to, "type": kind });
    let verdict = find_in_body(turn, kind, &id).and_then(|number| {
        may_create(&turn.state, turn.who, to.split_once('/').unwrap().0)?;
        match turn.state.names.get(&(kind, to.clone())) {
            Some(Name::Is(other)) if *other != number => Err(409),
            _ => Ok(number),
        }
    });
    let Some((number, _)) = turn.judged("POST", "/api/repos/move", Some(body), verdict) else {
        return;
    };
    turn.state.names.insert((kind, id.clone()), Name::Was(number));
    turn.state.names.insert((kind, to.clone()), Name::Is(number));
    let repo = &mut turn.state.repos[number];
    if repo.owner() != to.split_once('/').unwrap().0 {
        repo.group = None;
    }
    repo.id = to;
}

/// Every repo that there is or was, and the numbers of an overview.
pub(crate) fn read(turn: &mut Turn) {
    let names: Vec<_> = turn.state.names.keys().cloned().collect();
    for (kind, id) in names {
        read_info(turn, kind, &id);
    }
    for name in PEOPLE {
        read_overview(turn, name);
    }
}

fn listed(turn: &mut Turn) {
    let name = *turn.chance.pick(&PEOPLE);
    read_overview(turn, name);
}

fn read_overview(turn: &mut Turn, name: &'static str) {
    let verdict = turn.who.known();
    let path = format!("/api/users/{name}/overview");
    let Some(((), reply)) = turn.judged("GET", &path, None, verdict) else { return };
    let public = |kind: &str| {
        let owned = turn.state.living().filter(|(_, repo)| repo.owner() == name);
        owned.filter(|(_, repo)| repo.kind == kind && !repo.private).count()
    };
    for (kind, key) in [("model", "numModels"), ("dataset", "numDatasets"), ("space", "numSpaces")]
    {
        turn.same(key, &reply.json()[key], &json!(public(kind)));
    }
    let liked = turn.state.living().filter(|(_, repo)| repo.likers.contains(name) && !repo.private);
    turn.same("numLikes", &reply.json()["numLikes"], &json!(liked.count()));
}
