//! Names are chosen by whoever wants to: no name breaks a sync, a table, a spreadsheet or a
//! terminal.
#![allow(clippy::unwrap_used, reason = "tests")]

use hubfolk_sim::{Fault, FaultRule};
use hubfolk_tests::database::databases;
use hubfolk_tests::scene::Scene;
use serde_json::{Value, json};

const ADMIN: &str = "hf_test_admin";

fn names() -> Vec<String> {
    let mut names: Vec<String> = [
        "\u{1b}[31mred\u{1b}[0m \u{1b}]0;title\u{7} \u{9b}2J",
        "line\nbreak\r\nand return\rover",
        "a\ttab and a \u{b} and a \u{8} back",
        "=HYPERLINK(\"http://evil.example\",\"x\")",
        "+1-555",
        "-2+3",
        "@SUM(A1)",
        "\t=1+1",
        "\r=1+1",
        " =1+1",
        "comma, \"quote\" and ; semicolon",
        "\u{202e}gnp.exe\u{2066}hidden\u{2069}\u{200f}",
        "zero\u{200b}width\u{feff}\u{2060}",
        "\u{2028}line\u{2029}paragraph\u{85}next",
        "مريم القحطاني",
        "李小龍 / 이소룡",
        "👩‍👩‍👧‍👦 family 🏳️‍🌈",
        "Z̷̢a̵l̶g̷o̸",
        "<script>alert(1)</script>",
        "'; DROP TABLE membership; --",
        "%s%n{}{0}$1",
        "\u{0}nul\u{0}",
        "\u{7f}\u{ad}",
        "",
        "   ",
    ]
    .map(str::to_owned)
    .to_vec();
    names.push("x".repeat(10_000));
    names.push("漢".repeat(10_000));
    names
}

fn world(names: &[String]) -> Value {
    let mut users = vec![json!({"name": "ada", "fullname": "Ada"})];
    let mut members = vec![json!({"user": "ada", "role": "admin"})];
    for (number, name) in names.iter().enumerate() {
        users.push(json!({"name": format!("h{number}"), "fullname": name}));
        members.push(json!({"user": format!("h{number}"), "role": "read"}));
    }
    let in_group = if names.is_empty() { "ada" } else { "h1" };
    let groups =
        json!([{"name": "=cmd|'\u{1b}[2J\u{202e}", "users": [{"user": in_group, "role": "read"}]}]);
    json!({
        "users": users,
        "orgs": [{"name": "acme", "plan": "enterprise", "members": members, "resourceGroups": groups}],
        "tokens": [{"token": ADMIN, "user": "ada", "role": "write"}],
    })
}

/// What could move a cursor, change a colour or turn the direction of writing.
fn is_dangerous(c: char) -> bool {
    let turns = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    turns || (c.is_control() && c != '\n' && c != '\t')
}

fn csv_is_safe(text: &str, rows: Option<usize>, what: &str) {
    let mut reader = csv::ReaderBuilder::new().flexible(false).from_reader(text.as_bytes());
    let mut count = 0;
    for record in reader.records() {
        let record = record.unwrap_or_else(|error| panic!("{what}: {error}"));
        count += 1;
        for cell in &record {
            let runs = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
            // A number below zero is a number.
            assert!(
                !runs || cell.parse::<f64>().is_ok(),
                "{what}: a spreadsheet would run {cell:?}"
            );
        }
    }
    if let Some(rows) = rows {
        assert_eq!(count, rows, "{what}");
    }
}

#[test]
fn no_name_breaks_a_sync_a_table_or_a_spreadsheet() {
    let names = names();
    for database in databases() {
        let scene = Scene::new(&world(&names), &database.url);
        let (code, run) = scene.sync(ADMIN, "acme");
        assert_eq!((code, &run["joined"]), (Some(0), &json!(names.len() + 1)), "{run}");
        let (_, again) = scene.sync(ADMIN, "acme");
        assert_eq!((&again["changed"], &again["unchanged"]), (&json!(0), &json!(names.len() + 1)));

        // To the letter, but for what no database can hold.
        let members = scene.json("", "members acme");
        for (number, name) in names.iter().enumerate() {
            let member = members.as_array().unwrap().iter();
            let username = format!("h{number}");
            let member = member.clone().find(|m| m["username"] == username.as_str()).unwrap();
            assert_eq!(member["fullname"], name.replace('\0', "\u{fffd}").as_str());
        }
        for words in ["members acme", "changes acme --all", "member acme h1", "export acme"] {
            let table = scene.say("", &format!("{words} --format table"));
            assert_eq!(table.code, Some(0), "{table:?}");
            // An export is data and no table: it holds what was there.
            if words != "export acme" {
                let found = table.out.chars().find(|c| is_dangerous(*c));
                assert_eq!(found, None, "{words} shows {found:?}");
            }
            let csv = scene.say("", &format!("{words} --format csv"));
            let rows =
                (words != "member acme h1" && words != "export acme").then_some(names.len() + 1);
            let text = csv.out.trim_start_matches('\u{feff}');
            csv_is_safe(text.trim_start_matches('#'), rows, words);
            let lines = scene.say("", &format!("{words} --format ndjson"));
            for line in lines.out.lines() {
                serde_json::from_str::<Value>(line)
                    .unwrap_or_else(|e| panic!("{words}: {e}: {line}"));
            }
        }
        let table = scene.say("", "members acme");
        let lines = table.out.lines().count();
        assert!((names.len() + 1..=names.len() + 2).contains(&lines), "a row a member: {lines}");
        let found = scene.json("", "members acme --search hyperlink");
        assert_eq!(found.as_array().unwrap().len(), 1);
        assert_eq!(scene.json("", "verify acme")["ok"], true);
    }
}

#[test]
fn half_a_surrogate_pair_does_not_block_an_organization() {
    for database in databases() {
        let scene = Scene::new(&world(&[]), &database.url);
        assert_eq!(scene.sync(ADMIN, "acme").0, Some(0));
        let id = scene.json("", "members acme")[0]["id"].as_str().unwrap().to_owned();
        // Valid in JavaScript, and so on the Hub; a Rust text cannot hold it.
        let body = format!(
            r#"[{{"_id":"{id}","user":"ada","fullname":"A\ud800da \ud83e\udd17 \u0000","role":"admin"}},
               {{"_id":"6319b36409baf858241f0f89","user":"eve","fullname":"\udc00","role":"read"}}]"#
        );
        let fault = Fault::WrongContentType {
            content_type: Some("application/json; charset=utf-8".to_owned()),
            body: Some(body),
        };
        scene.hub.add_fault(FaultRule::new(fault).operation("list_organization_members"));
        let (code, run) = scene.sync(ADMIN, "acme");
        assert_eq!((code, &run["state"]), (Some(0), &json!("published")), "{run}");
        let members = scene.json("", "members acme");
        let name = |user: &str| {
            let list = members.as_array().unwrap();
            list.iter().find(|m| m["username"] == user).unwrap()["fullname"].clone()
        };
        assert_eq!(name("ada"), "A\u{fffd}da \u{1f917} \u{fffd}");
        assert_eq!(name("eve"), "\u{fffd}");
        let (_, again) = scene.sync(ADMIN, "acme");
        assert_eq!(again["changed"], 0, "it is the same name each time");
    }
}
