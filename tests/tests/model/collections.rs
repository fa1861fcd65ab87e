//! Collections: made, changed, filled, emptied, deleted, and read by whoever may.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::cast::{ORG, PAPER, PEOPLE, Power, Who};
use crate::members::some_group;
use crate::rights::Access;
use crate::state::{RepoNo, State};
use crate::turn::{Turn, Verdict};

const TITLES: [&str; 4] = ["Best models", "To read", "Old & new", "Drafts"];

#[derive(Debug, Clone)]
pub(crate) struct Collection {
    pub(crate) slug: String,
    owner: &'static str,
    made_by: &'static str,
    title: &'static str,
    description: String,
    theme: &'static str,
    private: bool,
    pub(crate) group: Option<String>,
    items: Vec<Item>,
}

#[derive(Debug, Clone)]
struct Item {
    id: String,
    thing: Thing,
    note: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Thing {
    Repo(RepoNo),
    Paper,
    Collection(String),
    Missing(&'static str),
}

impl Collection {
    pub(crate) fn forget_repo(&mut self, number: RepoNo) {
        self.items.retain(|item| item.thing != Thing::Repo(number));
    }
}

impl State {
    fn shelf_access(&self, who: Who, collection: &Collection) -> Access {
        let open = if collection.private { Access::None } else { Access::Read };
        let Who::Known { name, power, .. } = who else { return open };
        let most = match power {
            Power::Write => Access::Write,
            Power::Read => Access::Read,
            // Its only permission is about a repo.
            Power::Fine => Access::None,
        };
        self.own_shelf_access(name, collection).min(most).max(open)
    }

    fn own_shelf_access(&self, user: &str, collection: &Collection) -> Access {
        if collection.owner == user {
            return Access::Write;
        }
        let member = self.members.get(user).filter(|_| collection.owner == ORG);
        let Some(member) = member else { return Access::None };
        if member.role == "admin" {
            return Access::Write;
        }
        let role = match &collection.group {
            Some(group) => member.groups.get(group).map_or("no_access", String::as_str),
            None => &member.role,
        };
        match role {
            "admin" | "write" => Access::Write,
            "contributor" if collection.made_by == user => Access::Write,
            "no_access" => Access::None,
            _ => Access::Read,
        }
    }

    fn sees(&self, who: Who, thing: &Thing) -> bool {
        match thing {
            Thing::Repo(number) => self.access(who, &self.repos[*number]) > Access::None,
            Thing::Paper => true,
            Thing::Collection(id) => self
                .collections
                .get(id)
                .is_some_and(|collection| self.shelf_access(who, collection) > Access::None),
            Thing::Missing(_) => false,
        }
    }

    fn shelf(&self, who: Who, id: &str) -> Verdict<&Collection> {
        who.known()?;
        let found = self.collections.get(id);
        found.filter(|found| self.shelf_access(who, found) > Access::None).ok_or(404)
    }

    fn shelf_to_change(&self, who: Who, id: &str) -> Verdict<()> {
        who.user()?;
        let found = self.shelf(who, id)?;
        if self.shelf_access(who, found) < Access::Write { Err(403) } else { Ok(()) }
    }
}

pub(crate) fn step(turn: &mut Turn) {
    match turn.chance.below(12) {
        0 | 1 => create(turn),
        2 => update(turn),
        3 if turn.chance.one_in(2) => delete(turn),
        4..=6 => add_item(turn),
        7 => change_item(turn),
        8 => delete_item(turn),
        9 => regroup(turn),
        10 => list(turn),
        _ => {
            let (id, slug) = some(turn);
            read_one(turn, &id, &slug);
        }
    }
}

/// Some collection: its id, and an address that leads to it.
fn some(turn: &mut Turn) -> (String, String) {
    let all: Vec<(String, String)> =
        turn.state.collections.iter().map(|(id, one)| (id.clone(), one.slug.clone())).collect();
    let none = "65f0a1b2c3d4e5f607182939";
    let (id, slug) = turn.chance.known(&all, (none.to_owned(), format!("acme/none-{none}")));
    // The words do not matter, only the id at the end.
    if turn.chance.one_in(6) {
        let slug = format!("{}/other-words-{id}", slug.split_once('/').unwrap().0);
        return (id, slug);
    }
    (id, slug)
}

/// Something to put into one, as a request has it and as the model has it.
fn some_thing(turn: &mut Turn) -> (Value, Thing) {
    match turn.chance.below(8) {
        0 => (json!({ "type": "paper", "id": PAPER }), Thing::Paper),
        1 => (json!({ "type": "paper", "id": "0000.00000" }), Thing::Missing("paper")),
        2 => {
            let (id, _) = some(turn);
            (json!({ "type": "collection", "id": id }), Thing::Collection(id))
        }
        _ => {
            let all: Vec<_> =
                turn.state.living().map(|(no, repo)| (no, repo.kind, repo.id.clone())).collect();
            let unknown = (usize::MAX, "model", "acme/none".to_owned());
            let (number, kind, id) = turn.chance.known(&all, unknown);
            let thing =
                if number == usize::MAX { Thing::Missing(kind) } else { Thing::Repo(number) };
            (json!({ "type": kind, "id": id }), thing)
        }
    }
}

fn create(turn: &mut Turn) {
    let namespace = if turn.chance.one_in(2) { ORG } else { *turn.chance.pick(&PEOPLE) };
    let title = *turn.chance.pick(&TITLES);
    let private = turn.chance.one_in(3);
    let long = turn.chance.one_in(10);
    let sent = if long { "x".repeat(61) } else { title.to_owned() };
    let mut body = json!({ "title": sent, "namespace": namespace, "private": private });
    let first = turn.chance.one_in(3).then(|| some_thing(turn));
    if let Some((sent, _)) = &first {
        body["item"] = sent.clone();
    }
    let (who, state) = (turn.who, &turn.state);
    let verdict = who.user().and_then(|user| {
        let taken =
            state.collections.values().any(|one| one.owner == namespace && one.title == title);
        match who.power() {
            _ if long => Err(400),
            Some(Power::Write) if state.makes_in(user, namespace) => {
                let seen = first.as_ref().is_none_or(|(_, thing)| state.sees(who, thing));
                if taken {
                    Err(409)
                } else if seen {
                    Ok(user)
                } else {
                    Err(404)
                }
            }
            _ => Err(403),
        }
    });
    let Some((user, reply)) = turn.judged("POST", "/api/collections", Some(body), verdict) else {
        return;
    };
    let made = reply.json();
    let slug = made["slug"].as_str().unwrap().to_owned();
    let id = slug.rsplit('-').next().unwrap().to_owned();
    let items = first.into_iter().map(|(_, thing)| Item {
        id: made["items"][0]["_id"].as_str().unwrap().to_owned(),
        thing,
        note: None,
    });
    let items = items.collect();
    turn.state.collections.insert(
        id.clone(),
        Collection {
            slug,
            owner: namespace,
            made_by: user,
            title,
            description: String::new(),
            theme: "blue",
            private,
            group: None,
            items,
        },
    );
    compare(turn, &id, &made);
}

fn update(turn: &mut Turn) {
    let (id, slug) = some(turn);
    let theme = *turn.chance.pick(&["pink", "green", "blue", "plaid"]);
    let title = *turn.chance.pick(&TITLES);
    let private = turn.chance.one_in(2);
    let words = *turn.chance.pick(&["", "What we use"]);
    let body = json!({ "theme": theme, "title": title, "private": private, "description": words });
    let verdict = turn.state.shelf_to_change(turn.who, &id);
    let verdict = verdict.and_then(|()| if theme == "plaid" { Err(400) } else { Ok(()) });
    let path = format!("/api/collections/{slug}");
    let Some(((), reply)) = turn.judged("PATCH", &path, Some(body), verdict) else { return };
    let data = reply.json()["data"].clone();
    let collection = turn.state.collections.get_mut(&id).unwrap();
    collection.slug = data["slug"].as_str().unwrap().to_owned();
    collection.title = title;
    collection.theme = theme;
    collection.private = private;
    collection.description = words.to_owned();
    compare(turn, &id, &data);
}

fn delete(turn: &mut Turn) {
    let (id, slug) = some(turn);
    let verdict = turn.state.shelf_to_change(turn.who, &id);
    let path = format!("/api/collections/{slug}");
    if turn.judged("DELETE", &path, None, verdict).is_some() {
        turn.state.collections.remove(&id);
        for collection in turn.state.collections.values_mut() {
            collection.items.retain(|item| item.thing != Thing::Collection(id.clone()));
        }
    }
}

fn add_item(turn: &mut Turn) {
    let (id, slug) = some(turn);
    let (sent, thing) = some_thing(turn);
    let note = turn.chance.one_in(2).then(|| "worth it".to_owned());
    let mut body = json!({ "item": sent });
    if let Some(note) = &note {
        body["note"] = json!(note);
    }
    let verdict = turn.state.shelf_to_change(turn.who, &id).and_then(|()| {
        let there = |item: &Item| item.thing == thing;
        match () {
            () if !turn.state.sees(turn.who, &thing) => Err(404),
            () if turn.state.collections[&id].items.iter().any(there) => Err(409),
            () => Ok(()),
        }
    });
    let path = format!("/api/collections/{slug}/items");
    let Some(((), reply)) = turn.judged("POST", &path, Some(body), verdict) else { return };
    let now = reply.json();
    let added = now["items"].as_array().unwrap().last().unwrap()["_id"].as_str().unwrap();
    let item = Item { id: added.to_owned(), thing, note };
    turn.state.collections.get_mut(&id).unwrap().items.push(item);
    compare(turn, &id, &now);
}

/// An item of a collection, or of none.
fn some_item(turn: &mut Turn, id: &str) -> String {
    let items = turn.state.collections.get(id).map_or(&[][..], |one| &one.items);
    let items: Vec<String> = items.iter().map(|item| item.id.clone()).collect();
    turn.chance.known(&items, "65f0a1b2c3d4e5f607182938".to_owned())
}

fn item_verdict(turn: &Turn, id: &str, item: &str) -> Verdict<usize> {
    turn.state.shelf_to_change(turn.who, id)?;
    let items = &turn.state.collections[id].items;
    items.iter().position(|known| known.id == item).ok_or(404)
}

fn change_item(turn: &mut Turn) {
    let (id, slug) = some(turn);
    let item = some_item(turn, &id);
    let note = *turn.chance.pick(&["", "read this first"]);
    let position = turn.chance.below(4);
    let verdict = item_verdict(turn, &id, &item);
    let body = json!({ "note": note, "position": position });
    let path = format!("/api/collections/{slug}/items/{item}");
    let Some((at, _)) = turn.judged("PATCH", &path, Some(body), verdict) else { return };
    let items = &mut turn.state.collections.get_mut(&id).unwrap().items;
    let mut moved = items.remove(at);
    moved.note = (!note.is_empty()).then(|| note.to_owned());
    items.insert(position.min(items.len()), moved);
}

fn delete_item(turn: &mut Turn) {
    let (id, slug) = some(turn);
    let item = some_item(turn, &id);
    let verdict = item_verdict(turn, &id, &item);
    let path = format!("/api/collections/{slug}/items/{item}");
    if let Some((at, _)) = turn.judged("DELETE", &path, None, verdict) {
        turn.state.collections.get_mut(&id).unwrap().items.remove(at);
    }
}

fn regroup(turn: &mut Turn) {
    let (id, slug) = some(turn);
    let group = some_group(turn);
    let verdict = turn.state.shelf_to_change(turn.who, &id).and_then(|()| {
        match turn.state.collections[&id].owner {
            ORG => turn.state.knows_group(group.as_ref()),
            _ => Err(400),
        }
    });
    let path = format!("/api/collections/{slug}/resource-group");
    let body = json!({ "resourceGroupId": group });
    if turn.judged("POST", &path, Some(body), verdict).is_some() {
        turn.state.collections.get_mut(&id).unwrap().group = group;
    }
}

/// Holds a whole collection against the model, as whoever it is the turn of sees it.
fn compare(turn: &Turn, id: &str, found: &Value) {
    let known = &turn.state.collections[id];
    turn.same("slug", &found["slug"], &json!(known.slug));
    turn.same("title", &found["title"], &json!(known.title));
    turn.same("description", found["description"].as_str().unwrap_or(""), &known.description);
    turn.same("theme", &found["theme"], &json!(known.theme));
    turn.same("private", &found["private"], &json!(known.private));
    turn.same("owner", &found["owner"]["name"], &json!(known.owner));
    turn.same("group", &found["resourceGroup"]["id"], &json!(known.group));
    let shown = known.items.iter().filter(|item| turn.state.sees(turn.who, &item.thing));
    let shown: Vec<Value> = shown
        .enumerate()
        .map(|(position, item)| {
            let (kind, id) = match &item.thing {
                Thing::Repo(number) => {
                    let repo = &turn.state.repos[*number];
                    (repo.kind, repo.id.clone())
                }
                Thing::Paper => ("paper", PAPER.to_owned()),
                Thing::Collection(id) => ("collection", id.clone()),
                Thing::Missing(kind) => (*kind, String::new()),
            };
            json!([item.id, position, kind, id, item.note])
        })
        .collect();
    let items = found["items"].as_array().unwrap().iter();
    let items: Vec<Value> = items
        .map(|item| {
            json!([item["_id"], item["position"], item["type"], item["id"], item["note"]["text"]])
        })
        .collect();
    turn.same("items", &items, &shown);
}

fn read_one(turn: &mut Turn, id: &str, slug: &str) {
    let verdict = turn.state.shelf(turn.who, id).map(|_| ());
    let path = format!("/api/collections/{slug}");
    if let Some(((), reply)) = turn.judged("GET", &path, None, verdict) {
        compare(turn, id, &reply.json());
    }
}

fn list(turn: &mut Turn) {
    let owner = if turn.chance.one_in(2) { ORG } else { *turn.chance.pick(&PEOPLE) };
    read_list(turn, owner);
}

fn read_list(turn: &mut Turn, owner: &'static str) {
    let verdict = turn.who.known();
    let path = format!("/api/collections?limit=100&owner={owner}");
    let Some(((), reply)) = turn.judged("GET", &path, None, verdict) else { return };
    let found: BTreeSet<String> = reply
        .json()
        .as_array()
        .into_iter()
        .flatten()
        .map(|one| one["slug"].as_str().unwrap().to_owned())
        .collect();
    let theirs = turn.state.collections.values().filter(|one| one.owner == owner);
    let known = theirs.filter(|one| turn.state.shelf_access(turn.who, one) > Access::None);
    let known = known.map(|one| one.slug.clone()).collect();
    turn.same("collections", &found, &known);
}

pub(crate) fn read(turn: &mut Turn) {
    let all: Vec<_> =
        turn.state.collections.iter().map(|(id, one)| (id.clone(), one.slug.clone())).collect();
    for (id, slug) in all {
        read_one(turn, &id, &slug);
    }
    read_list(turn, ORG);
    for name in PEOPLE {
        read_list(turn, name);
    }
}
