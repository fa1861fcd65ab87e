//! `serve`: where it may listen, and its accounts.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use crate::support::Home;

#[test]
fn listening_elsewhere_takes_an_account_and_a_way_that_nobody_reads_along() {
    let home = Home::new();
    home.run(&["serve", "--listen", "0.0.0.0:0"])
        .ends(2)
        .says(&["can be reached from other machines", "--tls-cert"]);
    home.run(&["serve", "--listen", "0.0.0.0:0", "--trusted-proxy", "10.0.0.1"])
        .ends(2)
        .says(&["--public-url"]);
    let behind = ["serve", "--listen", "0.0.0.0:0", "--trusted-proxy", "10.0.0.1"];
    let url = ["--public-url", "https://folk.example"];
    home.run(&[&behind[..], &url[..]].concat()).ends(2).says(&["serve user add NAME --role admin"]);
    home.run(&["serve", "--public-url", "folk.example/x"]).ends(2);
    let with_tls = ["--tls-cert", "cert.pem", "--tls-key", "key.pem"];
    home.run(&[&behind[..3], &with_tls[..]].concat()).ends(2).says(&["--public-url"]);
}

#[test]
fn without_a_home_it_says_which_folder_it_lacks() {
    let home = Home::new();
    let ledger = format!("sqlite:{}", home.path("ledger.db").display());
    let mut command = home.command(&["serve", "--listen", "127.0.0.1:0", "--db", &ledger]);
    let said = command.env_remove("HOME").env_remove("XDG_DATA_HOME").env_remove("HUBFOLK_STATE");
    let said = said.output().unwrap();
    assert_eq!(said.status.code(), Some(2));
    let words = String::from_utf8(said.stderr).unwrap();
    assert!(words.contains("HUBFOLK_STATE") && !words.contains("--db"), "{words}");
}

#[test]
fn an_account_is_added_listed_and_removed() {
    let home = Home::new();
    let add = ["serve", "user", "add", "Ada", "--role", "admin"];
    home.run_with(&add, "short\n").ends(2).says(&["at least 12 characters"]);
    home.run_with(&add, "four random words\n").ends(0);
    let listed = home.json(&["serve", "user", "list"]);
    assert_eq!((&listed[0]["name"], &listed[0]["role"]), (&"Ada".into(), &"admin".into()));
    assert!(!listed.to_string().contains("argon2"), "{listed}");
    home.run(&["serve", "user", "remove", "ada"]).ends(2).says(&["--yes"]);
    home.ok(&["serve", "user", "remove", "ada", "--yes"]);
    home.run(&["serve", "user", "remove", "ada", "--yes"]).ends(6);
}

#[test]
fn a_service_prints_its_address_and_a_link_and_ends_politely() {
    let home = Home::new();
    let mut command = home.command(&["serve", "--listen", "127.0.0.1:0"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let first = lines.next().unwrap().unwrap();
    let url = first.strip_prefix("Dashboard at ").unwrap();
    let second = lines.next().unwrap().unwrap();
    assert!(second.starts_with(&format!("Sign in once with {url}/sign-in/link/")), "{second}");
    let again = home.ok(&["serve", "link", "--url", url]);
    assert!(again.stdout.starts_with(&format!("{url}/sign-in/link/")));
    let id = child.id().to_string();
    assert!(std::process::Command::new("kill").arg(&id).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}
