//! What a token may not see is unknown: it is no event, no change and nobody's fault.
#![allow(clippy::unwrap_used, reason = "tests")]

use hubfolk_tests::database::databases;
use hubfolk_tests::scene::Scene;
use serde_json::{Value, json};

const ADMIN: &str = "hf_test_admin";
const MEMBER: &str = "hf_test_member";
const HIDDEN: [&str; 4] = ["two_factor", "email", "external", "groups"];

fn world() -> Value {
    json!({
        "users": [
            {"name": "ada", "fullname": "Ada L.", "twoFaEnabled": true},
            {"name": "bob", "isPro": true},
            {"name": "cyd"},
        ],
        "orgs": [{
            "name": "acme",
            "plan": "enterprise",
            "members": [
                {"user": "ada", "role": "admin", "verifiedEmail": "ada@acme.example"},
                {"user": "bob", "role": "read", "isExternalCollaborator": true},
                {"user": "cyd", "role": "write"},
            ],
            "resourceGroups": [{"name": "research", "users": [{"user": "bob", "role": "write"}]}],
        }],
        "tokens": [
            {"token": ADMIN, "user": "ada", "role": "write"},
            {"token": MEMBER, "user": "cyd", "role": "read"},
        ],
    })
}

fn names(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect()
}

/// The kinds of the changes of one run, with whom they are about.
fn events(scene: &Scene, run: i64) -> Vec<(String, String)> {
    let list = scene.json("", "changes acme --all");
    let of_run = list.as_array().unwrap().iter().filter(|change| change["run"] == run);
    of_run
        .map(|change| {
            let who = change["member"]["username"].as_str().unwrap_or_default();
            (change["kind"].as_str().unwrap().to_owned(), who.to_owned())
        })
        .collect()
}

fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter().map(|(kind, who)| ((*kind).to_owned(), (*who).to_owned())).collect()
}

fn member<'a>(list: &'a Value, name: &str) -> &'a Value {
    list.as_array().unwrap().iter().find(|member| member["username"] == name).unwrap()
}

#[test]
fn what_a_token_may_not_see_is_unknown_then_learned_then_frozen() {
    for database in databases() {
        let scene = Scene::new(&world(), &database.url);

        // A member's token: the admin's fields are unknown, which is no event.
        let (code, run) = scene.sync(MEMBER, "acme");
        assert_eq!(
            (code, &run["state"], &run["complete"]),
            (Some(0), &json!("published"), &json!(true))
        );
        assert_eq!(names(&run["coverage"]), ["role"], "{run}");
        let joined = [("member.joined", "ada"), ("member.joined", "bob"), ("member.joined", "cyd")];
        assert_eq!(events(&scene, 1), pairs(&joined));
        let list = scene.json("", "members acme");
        for member in list.as_array().unwrap() {
            let mut unknown = names(&member["unknown"]);
            unknown.sort_unstable();
            let mut hidden = HIDDEN;
            hidden.sort_unstable();
            assert_eq!(unknown, hidden, "{member}");
            assert!(member["two_factor"].is_null() && member["email"].is_null(), "{member}");
            assert!(member["external"].is_null() && member["groups"] == json!([]), "{member}");
        }
        let without = scene.say("", "members acme --no-2fa --format json");
        assert_eq!(without.json(), json!([]), "unknown is not `no`");
        assert!(without.err.contains('3') && without.err.contains("unknown"), "{}", without.err);

        // An admin's token fills them in: one `member.learned` a person, no change of a person.
        let (code, run) = scene.sync(ADMIN, "acme");
        assert_eq!((code, &run["complete"], &run["changed"]), (Some(0), &json!(true), &json!(0)));
        let learned = [
            ("coverage.changed", ""),
            ("member.learned", "ada"),
            ("member.learned", "bob"),
            ("member.learned", "cyd"),
        ];
        assert_eq!(events(&scene, 2), pairs(&learned));
        let all = scene.json("", "changes acme --all --since run:1");
        let bob =
            all.as_array().unwrap().iter().find(|c| c["member"]["username"] == "bob").unwrap();
        assert_eq!(bob["old"], Value::Null);
        assert_eq!(bob["new"]["two_factor"], false);
        assert_eq!(bob["new"]["external"], true);
        assert_eq!(bob["new"]["groups"][0]["name"], "research");
        assert!(bob["new"].get("email").is_some_and(Value::is_null), "known to be none: {bob}");
        let shown = scene.json("", "changes acme --since run:1");
        let kinds: Vec<_> = shown.as_array().unwrap().iter().map(|c| &c["kind"]).collect();
        assert_eq!(kinds, ["coverage.changed"], "what was learned is shown with --all only");
        let seen = scene.json("", "members acme");
        assert_eq!(member(&seen, "ada")["email"], "ada@acme.example");
        assert_eq!(member(&seen, "ada")["two_factor"], true);
        for member in seen.as_array().unwrap() {
            assert_eq!(member["unknown"], json!([]), "{member}");
        }

        // Back to the member's token: what was known is frozen, one `coverage.changed`.
        scene.hub.world().set_two_factor("bob", true).unwrap();
        scene.hub.world().set_verified_email("acme", "ada", None).unwrap();
        scene.hub.world().set_groups("acme", "bob", &[]).unwrap();
        let (code, run) = scene.sync(MEMBER, "acme");
        assert_eq!((code, &run["complete"], &run["changed"]), (Some(0), &json!(false), &json!(0)));
        assert_eq!(events(&scene, 3), pairs(&[("coverage.changed", "")]));
        let frozen = scene.json("", "members acme");
        for (before, after) in seen.as_array().unwrap().iter().zip(frozen.as_array().unwrap()) {
            let mut unknown = names(&after["unknown"]);
            unknown.sort_unstable();
            assert_eq!(unknown, ["email", "external", "groups", "two_factor"], "{after}");
            for key in ["two_factor", "email", "external", "groups", "last_change", "first_seen"] {
                assert_eq!(before[key], after[key], "{key} of {after}");
            }
        }
        let (_, run) = scene.sync(MEMBER, "acme");
        assert_eq!(run["complete"], true, "the same coverage as last time: {run}");
        assert_eq!(events(&scene, 4), []);
        // As it was known then is still known as of then.
        let then = scene.json("", "members acme --as-of run:2");
        assert_eq!(member(&then, "bob")["two_factor"], false);
        assert_eq!(member(&then, "bob")["unknown"], json!([]));

        // And once more the admin's: only now are the changes seen, each as what it is.
        let (_, run) = scene.sync(ADMIN, "acme");
        assert_eq!((&run["complete"], &run["changed"]), (&json!(true), &json!(2)));
        let mut found = events(&scene, 5);
        found.sort();
        let expected = [
            ("coverage.changed", ""),
            ("email.changed", "ada"),
            ("group.removed", "bob"),
            ("two_factor.changed", "bob"),
        ];
        assert_eq!(found, pairs(&expected));
        let verdict = scene.json("", "verify acme");
        assert_eq!(verdict["ok"], true, "{verdict}");
    }
}

#[test]
fn objects_have_the_keys_that_scripts_rely_on() {
    let database = hubfolk_tests::database::TestDatabase::sqlite();
    let scene = Scene::new(&world(), &database.url);
    let (_, run) = scene.sync(ADMIN, "acme");
    let has = |object: &Value, keys: &str| {
        for key in keys.split(' ') {
            assert!(object.get(key).is_some(), "{key} is not in {object}");
        }
    };
    has(&run, "org org_id run state complete started finished pages members joined missing left");
    has(&run, "returned changed unchanged duplicates requests waited_ms clock_skew_ms coverage");
    has(&run, "digest error would_leave");
    let runs = scene.json("", "sync runs acme");
    has(&runs[0], "org org_id run state complete started finished pages members joined missing");
    let members = scene.json("", "members acme");
    let bob = member(&members, "bob");
    has(bob, "id username fullname email role license is_pro two_factor external groups status");
    has(bob, "first_seen last_change left_at unknown as_of_run");
    has(&bob["groups"][0], "id name role");
    let changes = scene.json("", "changes acme");
    has(&changes[0], "seq at run kind member group old new cause hash");
    has(&changes[0]["member"], "id username");
    has(&changes[0]["cause"], "source actor audit_id");
    assert_eq!(changes[0]["kind"], "member.joined");
    assert_eq!(changes, scene.json("", "changes acme --all"));
    let history = scene.json("", "member acme bob");
    has(&history[0], "seq at run kind member group old new cause hash");
    let verdict = scene.json("", "verify acme");
    has(&verdict, "org events runs ok first_bad_seq");
    let digest = run["digest"].as_str().unwrap();
    assert!(digest.strip_prefix("sha256:").is_some_and(|hex| hex.len() == 64), "{digest}");
    assert!(run["finished"].as_str().unwrap().ends_with('Z'), "{run}");
}
