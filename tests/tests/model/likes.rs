//! Likes: taken back, and listed from both sides.

use std::collections::BTreeSet;

use crate::cast::PEOPLE;
use crate::repos::some;
use crate::turn::Turn;

pub(crate) fn step(turn: &mut Turn) {
    let (kind, id) = some(turn);
    match turn.chance.below(6) {
        0 => {
            // The Hub closed it to programs.
            let verdict = turn.state.find(turn.who, kind, &id).and_then(|_| turn.who.user());
            let verdict = verdict.and(Err::<(), _>(403));
            turn.judged("POST", &format!("/api/{kind}s/{id}/like"), None, verdict);
        }
        1 | 2 => unlike(turn, kind, &id),
        3 | 4 => likers(turn, kind, &id),
        _ => {
            let name = *turn.chance.pick(&PEOPLE);
            liked(turn, name);
        }
    }
}

fn unlike(turn: &mut Turn, kind: &'static str, id: &str) {
    let verdict = turn.state.find(turn.who, kind, id);
    let verdict = verdict.and_then(|number| Ok((number, turn.who.acts()?)));
    let path = format!("/api/{kind}s/{id}/like");
    if let Some(((number, user), _)) = turn.judged("DELETE", &path, None, verdict) {
        turn.state.repos[number].likers.remove(user);
    }
}

fn likers(turn: &mut Turn, kind: &'static str, id: &str) {
    let verdict = turn.state.find(turn.who, kind, id);
    let path = format!("/api/{kind}s/{id}/likers");
    let Some((number, reply)) = turn.judged("GET", &path, None, verdict) else { return };
    let found: BTreeSet<String> = names(&reply.json(), |item| &item["user"]);
    let known = turn.state.repos[number].likers.iter().map(|name| (*name).to_owned()).collect();
    turn.same("likers", &found, &known);
}

/// Only what is public, whoever asks.
fn liked(turn: &mut Turn, name: &'static str) {
    let verdict = turn.who.known();
    let path = format!("/api/users/{name}/likes");
    let Some(((), reply)) = turn.judged("GET", &path, None, verdict) else { return };
    let found: BTreeSet<String> = names(&reply.json(), |item| &item["repo"]["name"]);
    let known = turn.state.living().map(|(_, repo)| repo);
    let known = known.filter(|repo| repo.likers.contains(name) && !repo.private);
    let known = known.map(|repo| repo.id.clone()).collect();
    turn.same("likes", &found, &known);
}

fn names(
    list: &serde_json::Value,
    name: impl Fn(&serde_json::Value) -> &serde_json::Value,
) -> BTreeSet<String> {
    let items = list.as_array().into_iter().flatten();
    items.map(|item| name(item).as_str().unwrap().to_owned()).collect()
}

pub(crate) fn read(turn: &mut Turn) {
    let all: Vec<_> = turn.state.living().map(|(_, repo)| (repo.kind, repo.id.clone())).collect();
    for (kind, id) in all {
        likers(turn, kind, &id);
    }
    for name in PEOPLE {
        liked(turn, name);
    }
}
