//! Who takes part, and the world in which everything begins.

use serde_json::{Value, json};

/// What a token may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Power {
    Write,
    Read,
    /// Writing in `acme/m1` and nothing else.
    Fine,
}

/// Somebody who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    Anonymous,
    /// With a token that nobody has.
    Unknown,
    Known {
        name: &'static str,
        token: &'static str,
        power: Power,
    },
}

const fn writes(name: &'static str, token: &'static str) -> Who {
    Who::Known { name, token, power: Power::Write }
}

pub(crate) const CALLERS: [Who; 11] = [
    Who::Anonymous,
    Who::Unknown,
    writes("ada", "hf_test_ada"),
    writes("wes", "hf_test_wes"),
    writes("con", "hf_test_con"),
    writes("rae", "hf_test_rae"),
    writes("nia", "hf_test_nia"),
    writes("olga", "hf_test_olga"),
    writes("out", "hf_test_out"),
    Who::Known { name: "ada", token: "hf_test_ada_read", power: Power::Read },
    Who::Known { name: "wes", token: "hf_test_wes_fine", power: Power::Fine },
];

/// Everyone, and the organization.
pub(crate) const PEOPLE: [&str; 7] = ["ada", "wes", "con", "rae", "nia", "olga", "out"];
pub(crate) const ORG: &str = "acme";

/// Members of the organization at the beginning.
pub(crate) const MEMBERS: [(&str, &str); 5] = [
    ("ada", "admin"),
    ("wes", "write"),
    ("con", "contributor"),
    ("rae", "read"),
    ("nia", "no_access"),
];

/// Id, name, and users with their roles.
type Group = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

/// Resource groups at the beginning.
pub(crate) const GROUPS: [Group; 2] = [
    ("507f1f77bcf86cd799439011", "research", &[("wes", "read"), ("rae", "write")]),
    ("507f1f77bcf86cd799439012", "secret", &[("con", "admin")]),
];

/// Repos at the beginning: type, id, private, gate, number of a group.
pub(crate) const REPOS: [(&str, &str, bool, &str, Option<usize>); 8] = [
    ("model", "acme/m1", false, "no", None),
    ("model", "acme/m2", true, "no", None),
    ("model", "acme/m3", true, "no", Some(0)),
    ("model", "acme/m4", false, "manual", None),
    ("dataset", "acme/d1", false, "auto", Some(1)),
    ("space", "acme/s1", false, "no", None),
    ("model", "olga/m1", false, "manual", None),
    ("dataset", "olga/d1", true, "no", None),
];

/// Names that repos get, so that they meet.
pub(crate) const NAMES: [&str; 5] = ["m1", "m2", "d1", "new", "other"];
pub(crate) const PAPER: &str = "2510.04871";

/// Who likes what at the beginning, by number of the repo.
pub(crate) const LIKES: [(&str, usize); 8] = [
    ("ada", 0),
    ("wes", 0),
    ("out", 0),
    ("rae", 1),
    ("out", 3),
    ("olga", 3),
    ("ada", 6),
    ("olga", 7),
];

/// A date for everything that has to have one.
pub(crate) const ONCE: &str = "2025-01-02T03:04:05.000Z";

pub(crate) fn gate(word: &str) -> Value {
    if word == "no" { json!(false) } else { json!(word) }
}

/// The world file.
pub(crate) fn world() -> Value {
    let tokens = CALLERS.iter().filter_map(|who| {
        let Who::Known { name, token, power } = who else { return None };
        let role = match power {
            Power::Write => "write",
            Power::Read => "read",
            Power::Fine => "fineGrained",
        };
        let mut entry = json!({ "token": token, "user": name, "role": role });
        if *power == Power::Fine {
            entry["fineGrained"] = json!({
                "scoped": [{
                    "entity": { "_id": "65f0a1b2c3d4e5f607182930", "type": "model", "name": "acme/m1" },
                    "permissions": ["repo.write"],
                }],
                "global": [],
            });
        }
        Some(entry)
    });
    let groups = GROUPS.iter().enumerate().map(|(number, (id, name, users))| {
        let users: Vec<_> =
            users.iter().map(|(user, role)| json!({ "user": user, "role": role })).collect();
        let repos = REPOS.iter().filter(|repo| repo.4 == Some(number));
        let repos: Vec<_> = repos.map(|repo| json!({ "type": repo.0, "name": repo.1 })).collect();
        json!({ "id": id, "name": name, "users": users, "repos": repos })
    });
    json!({
        "users": PEOPLE.map(|name| json!({ "name": name })),
        "orgs": [{
            "name": ORG,
            "plan": "enterprise",
            "members": MEMBERS.map(|(user, role)| json!({ "user": user, "role": role })),
            "resourceGroups": groups.collect::<Vec<_>>(),
        }],
        "tokens": tokens.collect::<Vec<_>>(),
        "repos": REPOS.map(|(kind, id, private, gated, _)| {
            json!({ "type": kind, "id": id, "private": private, "gated": gate(gated), "sdk": "static" })
        }),
        "likes": LIKES.map(|(user, repo)| {
            json!({ "user": user, "type": REPOS[repo].0, "id": REPOS[repo].1, "createdAt": ONCE })
        }),
        "papers": [{ "id": PAPER, "title": "Less is more" }],
    })
}
