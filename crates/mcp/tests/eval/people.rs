//! Who is who, who belongs where, who follows and likes what.

use serde_json::{Value, json};

use crate::question::{MODEL, ORG, Question, ask, get, op, tool};
use crate::read::{
    cell, column, column_where, column_with, count, count_where, counted, first, whether,
};
use crate::truth::{Truth, pick};

/// Members of the organization with fields as given: who, in a list.
fn members(what: &'static str, wanted: &'static [(&'static str, &'static str)]) -> Question {
    let filter: Value = wanted
        .iter()
        .map(|(name, value)| ((*name).to_owned(), json!(value)))
        .collect::<serde_json::Map<_, _>>()
        .into();
    let shown = json!({"filter": filter, "fields": ["user"]});
    let mut typed = shown.clone();
    typed["of"] = ORG.into();
    typed["relation"] = "members".into();
    ask(
        what,
        move |truth| pick(&truth.members(), "/user", |member| fits(member, wanted)),
        tool("list_people", typed, column("user")),
        op("list_organization_members", json!({"organization": ORG}), shown, column("user")),
        get("/organizations/meridian-labs/members", json!({}), column_where("user", wanted)),
    )
}

/// How many members have a value.
fn how_many(what: &'static str, wanted: &'static [(&'static str, &'static str); 1]) -> Question {
    let (field, value) = wanted[0];
    let shown = json!({"count_by": field});
    ask(
        what,
        move |truth| {
            vec![pick(&truth.members(), "/user", |member| fits(member, wanted)).len().to_string()]
        },
        tool(
            "list_people",
            json!({"of": ORG, "relation": "members", "count_by": field}),
            counted(value),
        ),
        op("list_organization_members", json!({"organization": ORG}), shown, counted(value)),
        get("/organizations/meridian-labs/members", json!({}), count_where(wanted)),
    )
}

fn fits(member: &Value, wanted: &[(&str, &str)]) -> bool {
    wanted.iter().all(|(name, value)| match &member[*name] {
        Value::String(text) => text == value,
        other => serde_json::from_str::<Value>(value).is_ok_and(|value| value == *other),
    })
}

/// A fact of a profile.
fn fact(
    what: &'static str,
    name: &'static str,
    kind: &'static str,
    pointer: &'static str,
) -> Question {
    let (operation, field) = if kind == "users" {
        ("get_user_overview", "username")
    } else {
        ("get_organization_overview", "organization")
    };
    ask(
        what,
        move |truth| pick(&[truth.get(&format!("/api/{kind}/{name}/overview"))], pointer, |_| true),
        tool("get_profile", json!({"name": name, "fields": [&pointer[1..]]}), cell(pointer)),
        op(operation, json!({ field: name }), json!({"fields": [&pointer[1..]]}), cell(pointer)),
        get(&format!("/{kind}/{name}/overview"), json!({}), cell(pointer)),
    )
}

/// Everybody in a list.
fn everybody(
    what: &'static str,
    of: &'static str,
    relation: &'static str,
    operation: &'static str,
    arguments: Value,
    path: &'static str,
) -> Question {
    let shown = json!({"fields": ["user"]});
    let typed = json!({"of": of, "relation": relation, "fields": ["user"]});
    let name =
        |truth: &Truth, path: &str| pick(&truth.list(&format!("/api{path}")), "/user", |_| true);
    let raw = (!path.contains("likers")).then(|| get(path, json!({}), column("user")));
    ask(
        what,
        move |truth| name(truth, path),
        tool("list_people", typed, column("user")),
        op(operation, arguments, shown, column("user")),
        raw,
    )
}

fn both(a: Vec<String>, b: &[String]) -> Vec<String> {
    a.into_iter().filter(|name| b.contains(name)).collect()
}

fn names(truth: &Truth, path: &str) -> Vec<String> {
    pick(&truth.list(path), "/user", |_| true)
}

const MEMBERS: &str = "/api/organizations/meridian-labs/members";
const LIKERS: &str = "/api/models/meridian-labs/tide-base/likers";

pub(crate) fn questions() -> Vec<Question> {
    let member_names = || json!({"of": ORG, "relation": "members", "fields": ["user"]});
    vec![
        ask(
            "Who am I?",
            |_| vec!["amara-osei".to_owned()],
            tool("get_profile", json!({"name": "me", "fields": ["name"]}), cell("/name")),
            op("whoami", json!({}), json!({"fields": ["name"]}), cell("/name")),
            get("/whoami-v2", json!({}), cell("/name")),
        ),
        members("Who are the admins of meridian-labs?", &[("role", "admin")]),
        members(
            "Who at meridian-labs has no two-factor authentication?",
            &[("twoFaEnabled", "false")],
        ),
        members(
            "Which contributors have no two-factor authentication?",
            &[("role", "contributor"), ("twoFaEnabled", "false")],
        ),
        members("Who are the external collaborators?", &[("isExternalCollaborator", "true")]),
        members("Which members pay for Pro?", &[("isPro", "true")]),
        members("Who has a seat without access?", &[("role", "no_access")]),
        members(
            "Which external collaborators may write?",
            &[("isExternalCollaborator", "true"), ("role", "write")],
        ),
        members(
            "Which of those who only read pay for Pro?",
            &[("isPro", "true"), ("role", "read")],
        ),
        how_many("How many contributors are there?", &[("role", "contributor")]),
        how_many("How many admins are there?", &[("role", "admin")]),
        how_many("How many members have two-factor authentication?", &[("twoFaEnabled", "true")]),
        how_many(
            "How many external collaborators are there?",
            &[("isExternalCollaborator", "true")],
        ),
        ask(
            "What is the role of jonas-lindqvist?",
            |truth| pick(&truth.members(), "/role", |member| member["user"] == "jonas-lindqvist"),
            tool(
                "list_people",
                json!({"of": ORG, "relation": "members", "filter": {"user": "jonas-lindqvist"}, "fields": ["role"]}),
                column("role"),
            ),
            op(
                "list_organization_members",
                json!({"organization": ORG}),
                json!({"filter": {"user": "jonas-lindqvist"}, "fields": ["role"]}),
                column("role"),
            ),
            get(
                "/organizations/meridian-labs/members",
                json!({}),
                column_where("role", &[("user", "jonas-lindqvist")]),
            ),
        ),
        ask(
            "Who is in the resource group safety?",
            |truth| {
                pick(&truth.members(), "/user", |member| {
                    member["resourceGroups"].to_string().contains("\"safety\"")
                })
            },
            tool(
                "list_people",
                json!({"of": ORG, "relation": "members", "fields": ["user", "resourceGroups"], "format": "csv"}),
                column_with("user", "resourceGroups", "safety"),
            ),
            op(
                "list_organization_members",
                json!({"organization": ORG}),
                json!({"fields": ["user", "resourceGroups"]}),
                column_with("user", "resourceGroups", "safety"),
            ),
            get(
                "/organizations/meridian-labs/members",
                json!({}),
                column_with("user", "resourceGroups", "safety"),
            ),
        ),
        fact("How many members does meridian-labs have?", ORG, "organizations", "/numUsers"),
        fact("Which plan is meridian-labs on?", ORG, "organizations", "/plan"),
        fact("How many follow meridian-labs?", ORG, "organizations", "/numFollowers"),
        fact("How many models does meridian-labs have?", ORG, "organizations", "/numModels"),
        fact("What is the full name of kavya70?", "kavya70", "users", "/fullname"),
        fact("Since when is jonas-lindqvist on the Hub?", "jonas-lindqvist", "users", "/createdAt"),
        fact("How many follow amara-osei?", "amara-osei", "users", "/numFollowers"),
        everybody(
            "Who follows amara-osei?",
            "amara-osei",
            "followers",
            "list_user_followers",
            json!({"username": "amara-osei"}),
            "/users/amara-osei/followers",
        ),
        everybody(
            "Whom does haoran31 follow?",
            "haoran31",
            "following",
            "list_user_following",
            json!({"username": "haoran31"}),
            "/users/haoran31/following",
        ),
        everybody(
            "Who follows meridian-labs?",
            ORG,
            "followers",
            "list_organization_followers",
            json!({"organization": ORG}),
            "/organizations/meridian-labs/followers",
        ),
        everybody(
            "Who likes tide-base?",
            MODEL,
            "likers",
            "list_repo_likers",
            json!({"type": "model", "repo": MODEL}),
            "/models/meridian-labs/tide-base/likers",
        ),
        ask(
            "Does jonas-lindqvist follow amara-osei?",
            |truth| {
                vec![
                    names(truth, "/api/users/amara-osei/followers")
                        .contains(&"jonas-lindqvist".to_owned())
                        .to_string(),
                ]
            },
            tool(
                "list_people",
                json!({"of": "amara-osei", "relation": "followers", "filter": {"user": "jonas-lindqvist"}, "fields": ["user"]}),
                whether("user", "jonas-lindqvist"),
            ),
            op(
                "list_user_followers",
                json!({"username": "amara-osei"}),
                json!({"filter": {"user": "jonas-lindqvist"}, "fields": ["user"]}),
                whether("user", "jonas-lindqvist"),
            ),
            get("/users/amara-osei/followers", json!({}), whether("user", "jonas-lindqvist")),
        ),
        ask(
            "Which members follow amara-osei?",
            |truth| both(names(truth, "/api/users/amara-osei/followers"), &names(truth, MEMBERS)),
            tool(
                "list_people",
                json!({"of": ORG, "relation": "members", "also": "followers of amara-osei", "fields": ["user"]}),
                column("user"),
            ),
            op(
                "list_organization_members",
                json!({"organization": ORG}),
                json!({"fields": ["user"]}),
                column("user"),
            )
            .and(op(
                "list_user_followers",
                json!({"username": "amara-osei"}),
                json!({"fields": ["user"]}),
                column("user"),
            )),
            get("/organizations/meridian-labs/members", json!({}), column("user")).and(get(
                "/users/amara-osei/followers",
                json!({}),
                column("user"),
            )),
        ),
        ask(
            "Which admins follow meridian-labs?",
            |truth| {
                both(
                    pick(&truth.members(), "/user", |member| member["role"] == "admin"),
                    &names(truth, "/api/organizations/meridian-labs/followers"),
                )
            },
            tool(
                "list_people",
                json!({"of": ORG, "relation": "members", "also": "followers of meridian-labs", "filter": {"role": "admin"}, "fields": ["user"]}),
                column("user"),
            ),
            op(
                "list_organization_members",
                json!({"organization": ORG}),
                json!({"filter": {"role": "admin"}, "fields": ["user"]}),
                column("user"),
            )
            .and(op(
                "list_organization_followers",
                json!({"organization": ORG}),
                json!({"fields": ["user"]}),
                column("user"),
            )),
            get(
                "/organizations/meridian-labs/members",
                json!({}),
                column_where("user", &[("role", "admin")]),
            )
            .and(get(
                "/organizations/meridian-labs/followers",
                json!({}),
                column("user"),
            )),
        ),
        ask(
            "Which members do not follow their organization?",
            |truth| {
                let followers = names(truth, "/api/organizations/meridian-labs/followers");
                names(truth, MEMBERS).into_iter().filter(|name| !followers.contains(name)).collect()
            },
            tool("list_people", member_names(), column("user")).minus(tool(
                "list_people",
                json!({"of": ORG, "relation": "followers", "fields": ["user"]}),
                column("user"),
            )),
            op(
                "list_organization_members",
                json!({"organization": ORG}),
                json!({"fields": ["user"]}),
                column("user"),
            )
            .minus(op(
                "list_organization_followers",
                json!({"organization": ORG}),
                json!({"fields": ["user"]}),
                column("user"),
            )),
            get("/organizations/meridian-labs/members", json!({}), column("user")).minus(get(
                "/organizations/meridian-labs/followers",
                json!({}),
                column("user"),
            )),
        ),
        ask(
            "How many like the Space tide-demo?",
            |truth| {
                vec![truth.list("/api/spaces/meridian-labs/tide-demo/likers").len().to_string()]
            },
            tool(
                "list_people",
                json!({"of": "spaces/meridian-labs/tide-demo", "relation": "likers", "fields": ["user"]}),
                count(),
            ),
            op(
                "list_repo_likers",
                json!({"type": "space", "repo": "meridian-labs/tide-demo"}),
                json!({"fields": ["user"]}),
                count(),
            ),
            None,
        ),
        ask(
            "Who likes both tide-base and the dataset coastlines?",
            |truth| {
                both(
                    names(truth, LIKERS),
                    &names(truth, "/api/datasets/meridian-labs/coastlines/likers"),
                )
            },
            tool(
                "list_people",
                json!({"of": MODEL, "relation": "likers", "also": "likers of datasets/meridian-labs/coastlines", "fields": ["user"]}),
                column("user"),
            ),
            op(
                "list_repo_likers",
                json!({"type": "model", "repo": MODEL}),
                json!({"fields": ["user"]}),
                column("user"),
            )
            .and(op(
                "list_repo_likers",
                json!({"type": "dataset", "repo": "meridian-labs/coastlines"}),
                json!({"fields": ["user"]}),
                column("user"),
            )),
            None,
        ),
        ask(
            "What did jonas-lindqvist like lately?",
            |truth| {
                pick(&truth.list("/api/users/jonas-lindqvist/likes"), "/repo/name", |_| true)
                    .into_iter()
                    .take(3)
                    .collect()
            },
            get("/users/jonas-lindqvist/likes", json!({}), first("repo.name", 3)),
            op(
                "list_liked_repos",
                json!({"username": "jonas-lindqvist"}),
                json!({"fields": ["repo.name"], "limit": 3}),
                first("repo.name", 3),
            ),
            get("/users/jonas-lindqvist/likes", json!({}), first("repo.name", 3)),
        ),
    ]
}
