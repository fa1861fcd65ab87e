//! The organization: roles of its members, and resource groups with who is in them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::cast::{ORG, PEOPLE, Power, Who};
use crate::state::State;
use crate::turn::{Turn, Verdict};

const ROLES: [&str; 5] = ["admin", "write", "contributor", "read", "no_access"];
const NO_GROUP: &str = "65f0a1b2c3d4e5f607182937";

/// Some resource group, none, or one that is not there.
pub(crate) fn some_group(turn: &mut Turn) -> Option<String> {
    if turn.chance.one_in(4) {
        return None;
    }
    let all: Vec<String> = turn.state.groups.keys().cloned().collect();
    Some(turn.chance.known(&all, NO_GROUP.to_owned()))
}

impl State {
    pub(crate) fn knows_group(&self, group: Option<&String>) -> Verdict<()> {
        match group {
            Some(id) if !self.groups.contains_key(id) => Err(404),
            _ => Ok(()),
        }
    }

    fn role(&self, who: Who) -> &str {
        let member = who.user().ok().and_then(|name| self.members.get(name));
        // A fine-grained token for one repo does nothing in the organization.
        let member = member.filter(|_| who.power() != Some(Power::Fine));
        member.map_or("", |member| &member.role)
    }

    /// Somebody with one of these roles and a token that writes.
    fn governs(&self, who: Who, roles: &[&str]) -> Verdict<()> {
        who.user()?;
        let writes = who.power() == Some(Power::Write);
        if writes && roles.contains(&self.role(who)) { Ok(()) } else { Err(403) }
    }

    /// Somebody who changes who is in a group.
    fn manages(&self, who: Who, group: &str) -> Verdict<()> {
        let user = who.user()?;
        let there = self.groups.contains_key(group);
        let own = self.members.get(user).and_then(|member| member.groups.get(group));
        let leads = own.is_some_and(|role| role == "admin") && who.power() == Some(Power::Write);
        if !leads || !there {
            self.governs(who, &["admin"])?;
        }
        if there { Ok(()) } else { Err(404) }
    }
}

pub(crate) fn step(turn: &mut Turn) {
    match turn.chance.below(10) {
        0..=2 => change_role(turn),
        3 | 4 => add_user(turn),
        5 => change_user(turn),
        6 => remove_user(turn),
        7 if turn.chance.one_in(3) => create_group(turn),
        7 if turn.chance.one_in(3) => delete_group(turn),
        8 => read_groups(turn),
        _ => read_members(turn),
    }
}

/// Some person, but not the one administrator, without whom nothing would ever happen again.
fn somebody(turn: &mut Turn) -> &'static str {
    turn.chance.known(&PEOPLE[1..], "nobody-here")
}

fn change_role(turn: &mut Turn) {
    let name = somebody(turn);
    let role = turn.chance.known(&ROLES, "king");
    let mut groups = BTreeMap::new();
    for _ in 0..turn.chance.below(3) {
        if let Some(group) = some_group(turn) {
            groups.insert(group, (*turn.chance.pick(&ROLES)).to_owned());
        }
    }
    let list: Vec<Value> =
        groups.iter().map(|(id, role)| json!({ "id": id, "role": role })).collect();
    let body = json!({ "role": role, "resourceGroups": list });
    let state = &turn.state;
    let verdict = state.governs(turn.who, &["admin", "write"]).and_then(|()| match () {
        () if role == "king" => Err(400),
        () if !state.members.contains_key(name) => Err(404),
        () if groups.keys().any(|id| !state.groups.contains_key(id)) => Err(403),
        () => Ok(()),
    });
    let path = format!("/api/organizations/{ORG}/members/{name}/role");
    if let Some(((), reply)) = turn.judged("PUT", &path, Some(body), verdict) {
        turn.same("changed", &reply.json(), &json!({ "success": true }));
        let member = turn.state.members.get_mut(name).unwrap();
        // The list of groups is the whole truth: a group that is not in it is left.
        (member.role, member.groups) = (role.to_owned(), groups);
    }
}

fn group_path(group: &str, rest: &str) -> String {
    format!("/api/organizations/{ORG}/resource-groups/{group}{rest}")
}

fn a_group(turn: &mut Turn) -> String {
    some_group(turn).unwrap_or_else(|| NO_GROUP.to_owned())
}

fn add_user(turn: &mut Turn) {
    let group = a_group(turn);
    let (name, role) = (somebody(turn), turn.chance.known(&ROLES, "king"));
    let state = &turn.state;
    let verdict = state.manages(turn.who, &group).and_then(|()| {
        let member = state.members.get(name);
        match member {
            _ if role == "king" || name == "nobody-here" => Err(400),
            Some(member) if !member.groups.contains_key(&group) => Ok(()),
            _ => Err(403),
        }
    });
    let body = json!({ "users": [{ "user": name, "role": role }] });
    let path = group_path(&group, "/users");
    if let Some(((), reply)) = turn.judged("POST", &path, Some(body), verdict) {
        let member = turn.state.members.get_mut(name).unwrap();
        member.groups.insert(group.clone(), role.to_owned());
        compare(turn, &group, &reply.json());
    }
}

fn in_group(turn: &Turn, group: &str, name: &str) -> Verdict<()> {
    turn.state.manages(turn.who, group)?;
    let member = turn.state.members.get(name);
    if member.is_some_and(|member| member.groups.contains_key(group)) { Ok(()) } else { Err(404) }
}

fn change_user(turn: &mut Turn) {
    let (group, name) = (a_group(turn), somebody(turn));
    let role = *turn.chance.pick(&ROLES);
    let verdict = in_group(turn, &group, name);
    let path = group_path(&group, &format!("/users/{name}"));
    let body = json!({ "role": role });
    if let Some(((), reply)) = turn.judged("PATCH", &path, Some(body), verdict) {
        let member = turn.state.members.get_mut(name).unwrap();
        member.groups.insert(group.clone(), role.to_owned());
        compare(turn, &group, &reply.json());
    }
}

fn remove_user(turn: &mut Turn) {
    let (group, name) = (a_group(turn), somebody(turn));
    let verdict = in_group(turn, &group, name);
    let path = group_path(&group, &format!("/users/{name}"));
    if let Some(((), reply)) = turn.judged("DELETE", &path, None, verdict) {
        turn.state.members.get_mut(name).unwrap().groups.remove(&group);
        compare(turn, &group, &reply.json());
    }
}

fn create_group(turn: &mut Turn) {
    let name = *turn.chance.pick(&["platform", "vision"]);
    let long = turn.chance.one_in(6);
    let sent = if long { "x".repeat(201) } else { name.to_owned() };
    let verdict = turn.state.governs(turn.who, &["admin"]);
    let verdict = verdict.and(if long { Err(400) } else { Ok(()) });
    let path = format!("/api/organizations/{ORG}/resource-groups");
    let body = json!({ "name": sent });
    if let Some(((), reply)) = turn.judged("POST", &path, Some(body), verdict) {
        let made = reply.json();
        let id = made["id"].as_str().unwrap().to_owned();
        turn.state.groups.insert(id.clone(), name.to_owned());
        compare(turn, &id, &made);
    }
}

fn delete_group(turn: &mut Turn) {
    let group = a_group(turn);
    let verdict = turn.state.governs(turn.who, &["admin"]);
    let verdict = verdict.and_then(|()| turn.state.knows_group(Some(&group)));
    if turn.judged("DELETE", &group_path(&group, ""), None, verdict).is_none() {
        return;
    }
    let state = &mut turn.state;
    state.groups.remove(&group);
    for member in state.members.values_mut() {
        member.groups.remove(&group);
    }
    let own = Some(group);
    for repo in state.repos.iter_mut().filter(|repo| repo.group == own) {
        repo.group = None;
    }
    for collection in state.collections.values_mut().filter(|one| one.group == own) {
        collection.group = None;
    }
}

/// Holds a group against the model: its name, its users, its repos.
fn compare(turn: &Turn, id: &str, found: &Value) {
    turn.same("name of the group", &found["name"], &json!(turn.state.groups[id]));
    let users = found["users"].as_array().unwrap().iter();
    let users: BTreeMap<&str, &str> = users
        .map(|user| (user["name"].as_str().unwrap(), user["role"].as_str().unwrap()))
        .collect();
    let members = turn.state.members.iter();
    let known: BTreeMap<&str, &str> = members
        .filter_map(|(name, member)| Some((*name, member.groups.get(id)?.as_str())))
        .collect();
    turn.same("users of the group", &users, &known);
    let resources = found["resources"].as_array().unwrap().iter();
    let found: BTreeSet<String> = resources
        .filter(|one| one["type"] != "collection")
        .map(|one| format!("{} {}", one["type"].as_str().unwrap(), one["name"].as_str().unwrap()))
        .collect();
    let own = turn.state.living().filter(|(_, repo)| repo.group.as_deref() == Some(id));
    let known = own.map(|(_, repo)| format!("{} {}", repo.kind, repo.id)).collect();
    turn.same("repos of the group", &found, &known);
}

/// Administrators see every group, other members theirs.
fn read_groups(turn: &mut Turn) {
    let verdict = turn.who.user().and_then(|_| match turn.state.role(turn.who) {
        "" => Err(403),
        _ => Ok(()),
    });
    let path = format!("/api/organizations/{ORG}/resource-groups");
    let Some(((), reply)) = turn.judged("GET", &path, None, verdict) else { return };
    let all = turn.state.role(turn.who) == "admin";
    let own = &turn.state.members[turn.who.user().unwrap()].groups;
    let known: BTreeSet<&str> = turn.state.groups.keys().map(String::as_str).collect();
    let known: BTreeSet<&str> =
        known.into_iter().filter(|id| all || own.contains_key(*id)).collect();
    let list = reply.json();
    let found = list.as_array().unwrap();
    let ids = found.iter().map(|group| group["id"].as_str().unwrap()).collect();
    turn.same("groups", &known, &ids);
    for group in found {
        compare(turn, group["id"].as_str().unwrap(), group);
    }
}

/// Members see roles, administrators groups too, others only names.
fn read_members(turn: &mut Turn) {
    let verdict = turn.who.known();
    let path = format!("/api/organizations/{ORG}/members");
    let Some(((), reply)) = turn.judged("GET", &path, None, verdict) else { return };
    let role = turn.state.role(turn.who);
    let list = reply.json();
    let members = list.as_array().unwrap().iter();
    let found: BTreeMap<&str, Value> = members
        .map(|one| {
            let groups = one["resourceGroups"].as_array().into_iter().flatten();
            let groups: BTreeMap<&str, &Value> =
                groups.map(|group| (group["id"].as_str().unwrap(), &group["role"])).collect();
            (one["user"].as_str().unwrap(), json!([one["role"], groups]))
        })
        .collect();
    let members = turn.state.members.iter();
    let known: BTreeMap<&str, Value> = members
        .map(|(name, member)| {
            let shown = (!role.is_empty()).then_some(&member.role);
            let groups = if role == "admin" { json!(member.groups) } else { json!({}) };
            (*name, json!([shown, groups]))
        })
        .collect();
    turn.same("members", &found, &known);
}

pub(crate) fn read(turn: &mut Turn) {
    read_members(turn);
    read_groups(turn);
}
