//! What goes wrong between a person, a Hub and a ledger: the exit code, the words, and what is left.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::fs;

use hubfolk_sim::{Fault, FaultRule};
use hubfolk_tests::binary::say;
use hubfolk_tests::database::{TestDatabase, databases};
use hubfolk_tests::dump::{dump, query};
use hubfolk_tests::play::Player;
use hubfolk_tests::scene::{Going, Scene};
use serde_json::{Value, json};

const ADMIN: &str = "hf_test_admin";
const OTHER: &str = "hf_test_other";
const LIST: &str = "list_organization_members";

/// `acme` with 30 members, `busy` with 2, `shut` that only its members see.
fn world() -> Value {
    let crowd: Vec<String> = (1..=30).map(|number| format!("m{number}")).collect();
    let mut users: Vec<Value> = crowd.iter().map(|name| json!({"name": name})).collect();
    users.push(json!({"name": "ada"}));
    users.push(json!({"name": "eve"}));
    let members: Vec<Value> =
        crowd.iter().map(|name| json!({"user": name, "role": "read"})).collect();
    let with_ada = |mut members: Vec<Value>| {
        members.insert(0, json!({"user": "ada", "role": "admin"}));
        members
    };
    json!({
        "users": users,
        "orgs": [
            {"name": "acme", "members": with_ada(members)},
            {"name": "busy", "members": with_ada(vec![])},
            {"name": "shut", "members": with_ada(vec![]), "hideMembers": true},
        ],
        "tokens": [
            {"token": ADMIN, "user": "ada", "role": "write"},
            {"token": OTHER, "user": "eve", "role": "read"},
        ],
    })
}

fn people(database: &TestDatabase) -> String {
    dump(&database.url, &["hub", "org", "org_slug", "sync_run", "stage_member"])
}

fn slow(ms: u64) -> FaultRule {
    FaultRule::new(Fault::latency(ms)).operation(LIST).page(2)
}

#[test]
fn ctrl_c_in_a_sync_leaves_the_ledger_as_it_was_and_is_recorded() {
    for database in databases() {
        let scene = Scene::new(&world(), &database.url);
        assert_eq!(scene.sync(ADMIN, "acme").0, Some(0));
        let before = people(&database);
        scene.hub.world().set_role("acme", "m1", "admin").unwrap();
        scene.hub.add_fault(slow(60_000));
        let words = "sync acme --page-size 10 --format json";
        let said = Going::until_answered(&mut scene.command(ADMIN, words), LIST).interrupt();
        assert_eq!(said.code, Some(130), "{said:?}");
        let run = &said.json()[0];
        assert_eq!(run["state"], "failed");
        assert_eq!(run["error"]["kind"], "interrupted");
        assert_eq!(people(&database), before);
        scene.hub.clear_faults();
        let runs = scene.json("", "sync runs acme");
        assert_eq!(
            (&runs[0]["run"], &runs[0]["error"]["kind"]),
            (&json!(2), &json!("interrupted"))
        );
        // It ended by itself, so the next one has nothing to repair.
        let (code, run) = scene.sync(ADMIN, "acme");
        assert_eq!((code, &run["changed"]), (Some(0), &json!(1)));
        assert_eq!(run["interrupted_run"], Value::Null);
    }
}

#[test]
fn the_run_after_a_kill_says_which_one_was_cut_off() {
    for database in databases() {
        let scene = Scene::new(&world(), &database.url);
        assert_eq!(scene.sync(ADMIN, "acme").0, Some(0));
        let before = people(&database);
        scene.hub.add_fault(slow(60_000));
        let mut command = scene.command(ADMIN, "sync acme --page-size 10");
        Going::until_answered(&mut command, LIST).kill();
        scene.hub.clear_faults();
        assert_eq!(people(&database), before);
        // At once, not when the lease of the dead runs out.
        let (code, run) = scene.sync(ADMIN, "acme");
        assert_eq!((code, &run["run"], &run["interrupted_run"]), (Some(0), &json!(3), &json!(2)));
        let runs = scene.json("", "sync runs acme");
        assert_eq!(
            (&runs[1]["state"], &runs[1]["error"]["kind"]),
            (&json!("failed"), &json!("interrupted"))
        );
    }
}

#[test]
fn a_second_sync_at_the_same_time_is_busy_and_disturbs_nothing() {
    for database in databases() {
        let scene = Scene::new(&world(), &database.url);
        scene.hub.add_fault(slow(2_000));
        let words = "sync acme --page-size 10 --format json";
        let first = Going::until_answered(&mut scene.command(ADMIN, words), LIST);
        let (code, second) = scene.sync(ADMIN, "acme");
        assert_eq!(
            (code, &second["state"], &second["run"]),
            (Some(5), &json!("busy"), &Value::Null)
        );
        assert_eq!(scene.sync(ADMIN, "busy").0, Some(0), "another organization is free");
        let first = first.end();
        assert_eq!(first.code, Some(0), "{first:?}");
        assert_eq!(scene.json("", "sync runs acme").as_array().unwrap().len(), 1);
    }
}

#[test]
fn a_sync_that_was_dropped_half_way_is_taken_over_at_once_in_the_same_process() {
    for database in databases() {
        let scene = Scene::new(&world(), &database.url);
        let player = Player::new(&database.url);
        scene.hub.add_fault(FaultRule::new(Fault::latency(60_000)).operation(LIST));
        player.drop_sync(&scene.hub, ADMIN, "acme");
        scene.hub.clear_faults();
        let run = player.sync(&scene.hub, ADMIN, "acme", 0);
        assert_eq!((run.state, run.run, run.interrupted_run), ("published", Some(2), Some(1)));
    }
}

#[test]
fn refusals_have_their_exit_codes_and_say_what_to_check() {
    let database = TestDatabase::sqlite();
    let scene = Scene::new(&world(), &database.url);

    // Nothing is known of it, and nothing stays behind.
    let said = scene.say(ADMIN, "sync nothing-here --format json");
    assert_eq!(said.code, Some(6), "{said:?}");
    assert_eq!(said.json()[0]["error"]["status"], 404);
    let said = scene.say(ADMIN, "sync m1");
    assert_eq!(said.code, Some(6), "{said:?}");
    assert!(said.err.contains("user"), "a user's name is told so: {}", said.err);
    assert_eq!(query(&database.url, "SELECT slug FROM org"), Vec::<Vec<String>>::new());
    assert_eq!(query(&database.url, "SELECT run_no FROM sync_run"), Vec::<Vec<String>>::new());
    assert_eq!(scene.say("", "members nothing-here").code, Some(6));
    assert_eq!(scene.say("", "sync runs nothing-here").code, Some(6));

    assert_eq!(scene.sync(ADMIN, "acme").0, Some(0));
    let before = people(&database);
    let said = scene.say("hf_test_nobody", "sync acme");
    assert_eq!(said.code, Some(7), "{said:?}");
    assert!(said.err.contains("HF_TOKEN") && said.err.contains("401"), "{}", said.err);
    for status in [401, 402, 403] {
        scene.hub.add_fault(FaultRule::new(Fault::status(status)).operation(LIST));
        let (code, run) = scene.sync(ADMIN, "acme");
        assert_eq!((code, &run["state"]), (Some(7), &json!("failed")), "{status}");
        assert_eq!(
            (&run["error"]["kind"], &run["error"]["status"]),
            (&json!("auth"), &json!(status))
        );
        scene.hub.clear_faults();
    }
    let (code, run) = scene.sync(OTHER, "shut");
    assert_eq!((code, &run["error"]["status"]), (Some(7), &json!(403)), "{run}");
    assert_eq!(people(&database), before);
}

#[test]
fn an_organization_at_two_hubs_is_two_and_endpoint_chooses() {
    for database in databases() {
        let (one, two) = (Scene::new(&world(), &database.url), Scene::new(&world(), &database.url));
        two.hub.world().remove_member("acme", "m1").unwrap();
        assert_eq!(one.sync(ADMIN, "acme").0, Some(0));
        assert_eq!(two.sync(ADMIN, "acme").0, Some(0));
        let mut command = one.command("", "members acme --format json");
        let said = say(command.env_remove("HF_ENDPOINT"));
        assert_eq!(said.code, Some(2), "{said:?}");
        assert!(said.err.contains(&one.hub.url()) && said.err.contains(&two.hub.url()));
        // With and without a closing slash it is the same Hub.
        let chosen = format!("members acme --format json --endpoint {}/", two.hub.url());
        let said = say(one.command("", &chosen).env_remove("HF_ENDPOINT"));
        assert_eq!(said.json().as_array().unwrap().len(), 30, "{said:?}");
        assert_eq!(one.json("", "members acme").as_array().unwrap().len(), 31);
    }
}

#[test]
fn a_dry_run_sends_and_writes_nothing() {
    let database = TestDatabase::sqlite();
    let scene = Scene::new(&world(), &database.url);
    let plan = scene.json(ADMIN, "sync acme busy --dry-run");
    let paths: Vec<&str> =
        plan.as_array().unwrap().iter().map(|call| call["path"].as_str().unwrap()).collect();
    assert_eq!(paths.len(), 3, "{plan}");
    assert!(paths[0].starts_with("/api/whoami-v2"), "{plan}");
    assert!(paths[1].starts_with("/api/organizations/acme/members"), "{plan}");
    assert!(plan.as_array().unwrap().iter().all(|call| call["method"] == "GET"), "{plan}");
    assert_eq!(scene.hub.total_requests(), 0);
    assert!(!fs::exists(scene.db.strip_prefix("sqlite:").unwrap()).unwrap(), "no ledger was made");
}

#[test]
fn a_file_of_organizations_ends_as_the_worst_of_them() {
    for database in databases() {
        let scene = Scene::new(&world(), &database.url);
        assert_eq!(scene.sync(OTHER, "acme").0, Some(0));
        for number in 1..=20 {
            scene.hub.world().remove_member("acme", &format!("m{number}")).unwrap();
        }
        let file = scene.home.path().join("orgs.txt");
        let sync = |names: &str| {
            fs::write(&file, format!("# ours\n{names}\n")).unwrap();
            let mut command = scene.command(OTHER, "sync --format json --max-attempts 1");
            command.arg("--orgs-file").arg(&file);
            let said = say(&mut command);
            let states: Vec<(String, String)> = said
                .json()
                .as_array()
                .unwrap()
                .iter()
                .map(|run| (run["org"].to_string(), run["state"].to_string()))
                .map(|(org, state)| (org.replace('"', ""), state.replace('"', "")))
                .collect();
            (said.code, states)
        };
        let expected = |list: &[(&str, &str)]| {
            list.iter()
                .map(|(org, state)| ((*org).to_owned(), (*state).to_owned()))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            sync("busy\nacme # many are gone"),
            (Some(4), expected(&[("busy", "published"), ("acme", "quarantined")]))
        );
        let three = [("acme", "quarantined"), ("nothing-here", "failed"), ("busy", "published")];
        assert_eq!(sync("acme\nnothing-here\nbusy"), (Some(6), expected(&three)));
        let four = [("nothing-here", "failed"), ("shut", "failed"), ("busy", "published")];
        assert_eq!(sync("nothing-here\nshut\nbusy"), (Some(7), expected(&four)));
        let broken = FaultRule::new(Fault::status(500)).operation(LIST).target("busy");
        scene.hub.add_fault(broken);
        let all = [("shut", "failed"), ("busy", "failed"), ("acme", "quarantined")];
        assert_eq!(sync("shut\nbusy\nacme"), (Some(3), expected(&all)));
    }
}

#[test]
fn a_quarantined_run_waits_for_a_person_who_says_yes() {
    for database in databases() {
        let scene = Scene::new(&world(), &database.url);
        assert_eq!(scene.sync(ADMIN, "acme").0, Some(0));
        for number in 1..=6 {
            scene.hub.world().remove_member("acme", &format!("m{number}")).unwrap();
        }
        let before = people(&database);
        let (code, run) = scene.sync(ADMIN, "acme");
        assert_eq!((code, &run["state"]), (Some(4), &json!("quarantined")));
        assert_eq!(run["would_leave"].as_array().unwrap().len(), 6, "{run}");
        assert_eq!(people(&database), before);
        // Without a terminal nobody can be asked.
        for verb in ["approve", "reject"] {
            let said = scene.say("", &format!("sync {verb} acme 2"));
            assert_eq!(said.code, Some(2), "{said:?}");
            assert!(said.err.contains("--yes"), "{}", said.err);
        }
        assert_eq!(scene.say("", "sync reject acme 2 --yes").code, Some(0));
        assert_eq!(people(&database), before);
        assert_eq!(scene.say("", "sync approve acme 2 --yes").code, Some(2), "it was rejected");
        assert_eq!(scene.sync(ADMIN, "acme").0, Some(4));
        assert_eq!(scene.sync(ADMIN, "acme").0, Some(4));
        let runs = scene.json("", "sync runs acme");
        let states: Vec<_> = runs.as_array().unwrap().iter().map(|run| &run["state"]).collect();
        assert_eq!(states, ["quarantined", "abandoned", "rejected", "published"]);
        assert_eq!(scene.say("", "sync approve acme 3 --yes").code, Some(2), "it was abandoned");
        let approved = scene.json("", "sync approve acme 4 --yes");
        assert_eq!((&approved["state"], &approved["left"]), (&json!("published"), &json!(6)));
        let after = people(&database);
        assert_eq!(scene.json("", "sync approve acme 4 --yes")["state"], "published");
        assert_eq!(people(&database), after, "approving twice is approving once");
        assert_eq!(scene.json("", "members acme").as_array().unwrap().len(), 25);
        assert_eq!(scene.json("", "verify acme")["ok"], true);
        let (code, run) = scene.sync(ADMIN, "acme");
        assert_eq!((code, &run["changed"], &run["left"]), (Some(0), &json!(0), &json!(0)));
    }
}
