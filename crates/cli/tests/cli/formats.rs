//! The same rows in every format, safe to look at and safe to open.

use crate::support::{ADMIN, Home, Sim, WORLD};

#[test]
fn piped_rows_carry_no_decoration_and_no_control_characters() {
    let sim = Sim::start(WORLD);
    let home = Home::at(&sim, Some(ADMIN));
    let ran =
        home.ok(&["orgs", "members", "acme", "--fields", "username,fullname", "--color", "always"]);
    assert_eq!(
        ran.stdout,
        "ada\tAda L.\nbob\tBob \\u{1b}[31m\\u{202e}evil\ncleo\t=HYPERLINK(\"x\")\n"
    );
}

#[test]
fn csv_neutralises_what_a_spreadsheet_would_run() {
    let sim = Sim::start(WORLD);
    let home = Home::at(&sim, Some(ADMIN));
    let ran = home.ok(&[
        "orgs",
        "members",
        "acme",
        "--format",
        "csv",
        "--fields",
        "username,fullname,role",
    ]);
    let lines: Vec<&str> = ran.stdout.split("\r\n").collect();
    assert_eq!(lines[0], "username,fullname,role");
    assert_eq!(lines[3], "cleo,\"'=HYPERLINK(\"\"x\"\")\",read");
}

#[test]
fn json_is_one_document_and_ndjson_a_line_each_in_the_order_of_fields() {
    let sim = Sim::start(WORLD);
    let home = Home::at(&sim, Some(ADMIN));
    let document = home.json(&["orgs", "members", "acme"]);
    assert_eq!(document.as_array().unwrap().len(), 3);
    assert_eq!(document[0]["two_fa_enabled"], true);
    assert_eq!(document[2]["verified_email"], serde_json::Value::Null);
    let ran = home.ok(&[
        "orgs",
        "members",
        "acme",
        "--format",
        "ndjson",
        "--fields",
        "role,username",
        "--limit",
        "2",
    ]);
    assert_eq!(
        ran.stdout,
        "{\"role\":\"admin\",\"username\":\"ada\"}\n{\"role\":\"write\",\"username\":\"bob\"}\n"
    );
    assert!(!home.ok(&["orgs", "members", "acme", "--format", "json"]).stdout.contains('\u{202e}'));
}

#[test]
fn an_unknown_field_is_named_with_those_there_are_before_anything_is_sent() {
    let home = Home::new().with("HF_ENDPOINT", "http://127.0.0.1:9");
    home.run(&["users", "followers", "ada", "--fields", "usrname"])
        .ends(2)
        .says(&["usrname", "choose from: id, username"]);
    home.run(&["whoami", "--fields", "nope"]).ends(2);
}

#[test]
fn a_reader_that_leaves_is_no_error() {
    use std::io::{BufRead, BufReader};
    use std::process::Stdio;

    let home = Home::new();
    let mut command = home.command(&["completions", "bash"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::with_capacity(1, child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert!(output.stderr.is_empty(), "{output:?}");
}

#[test]
fn colours_follow_the_option_and_no_color() {
    let home = Home::new();
    let coloured = home.run(&["api", "nothing", "--color", "always"]).ends(2);
    assert!(coloured.stderr.contains("\u{1b}["), "{coloured:?}");
    let plain = home.run(&["api", "nothing"]).ends(2);
    assert!(!plain.stderr.contains('\u{1b}'), "{plain:?}");
    let forced =
        Home::new().with("NO_COLOR", "1").with("CLICOLOR", "1").run(&["api", "nothing"]).ends(2);
    assert!(!forced.stderr.contains('\u{1b}'), "{forced:?}");
}
