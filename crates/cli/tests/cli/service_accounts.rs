//! Service accounts and the one time their tokens are seen.

use serde_json::{Value, json};

use crate::support::{ADMIN, Home, Sim, WORLD, mode};

#[test]
fn an_account_and_its_token_live_from_making_to_deletion() {
    let sim = Sim::start(WORLD);
    let home = Home::at(&sim, Some(ADMIN));
    let made = home.json(&["service-accounts", "create", "acme", "Nightly builds"]);
    assert_eq!(made["username"], "acme-nightly-builds");
    let tokens = ["service-accounts", "tokens"];
    let create = [
        &tokens[..],
        &["create", "acme", "acme-nightly-builds", "--name", "pipeline", "--permission"],
        &["repo.write,org.read", "--out", "builds.token"],
    ]
    .concat();
    let token = home.json(&create);
    assert_eq!((&token["file"], &token["token"]), (&json!("builds.token"), &Value::Null));
    assert_eq!(token["permissions"], json!(["repo.write", "org.read"]));
    let path = home.path("builds.token");
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.starts_with("hf_test_") && text.ends_with('\n'), "a token and a line end");
    #[cfg(unix)]
    assert_eq!(mode(&path), 0o600);
    let as_account = Home::at(&sim, Some(text.trim()));
    assert_eq!(as_account.json(&["whoami"])["username"], "acme-nightly-builds");

    let id = token["id"].as_str().unwrap();
    let account = ["acme", "Nightly builds", id];
    let rotate = [&tokens[..], &["rotate"], &account, &["--show"]].concat();
    home.run(&rotate).ends(2).says(&["stops working at once", "--yes"]);
    assert_eq!(as_account.run(&["whoami"]).code, 0);
    let rotated = home.json(&[rotate.clone(), vec!["--yes"]].concat());
    let second = rotated["token"].as_str().unwrap().to_owned();
    assert_ne!(second, text.trim());
    as_account.run(&["whoami"]).ends(7);
    let update = [&tokens[..], &["update"], &account, &["--permission", "org.read"]].concat();
    assert_eq!(home.json(&update)["permissions"], json!(["org.read"]));
    let listed = home.ok(&[&tokens[..], &["list", "acme", "acme-nightly-builds"]].concat());
    assert!(!listed.stdout.contains(&second), "a token is seen once");
    home.run(&[&tokens[..], &["delete"], &account].concat()).ends(2).says(&["Delete the token"]);
    home.ok(&[&tokens[..], &["delete"], &account, &["--yes"]].concat());
    Home::at(&sim, Some(&second)).run(&["whoami"]).ends(7);

    let delete = ["service-accounts", "delete", "acme", "acme-nightly-builds"];
    home.run(&delete).ends(2).says(&["acme-nightly-builds of acme", "0 tokens"]);
    home.ok(&[&delete[..], &["--yes"]].concat());
    assert_eq!(home.json(&["service-accounts", "list", "acme"]), json!([]));
    home.run(&["service-accounts", "show", "acme", "acme-nightly-builds"]).ends(6);
}

#[test]
fn no_token_is_made_that_could_not_be_kept() {
    let sim = Sim::start(WORLD);
    let home = Home::at(&sim, Some(ADMIN));
    home.ok(&["service-accounts", "create", "acme", "ci"]);
    let create = |more: &[&str]| {
        let base = ["service-accounts", "tokens", "create", "acme", "acme-ci"];
        home.run(&[&base[..], &["--permission", "org.read"], more].concat())
    };
    create(&[]).ends(2).says(&["--out"]);
    home.write("there.token", "mine");
    create(&["--out", "there.token"]).ends(2).says(&["not there yet"]);
    assert_eq!(std::fs::read_to_string(home.path("there.token")).unwrap(), "mine");
    create(&["--out", "nowhere/x.token"]).ends(2);
    let account = home.json(&["service-accounts", "show", "acme", "acme-ci"]);
    assert_eq!(account["access_tokens"], json!([]));
    // A refusal of the Hub leaves no empty file behind.
    let base = ["service-accounts", "tokens", "create", "acme", "acme-ci"];
    let unknown = ["--repo-id", "ffffffffffffffffffffffff", "--repo-permission", "repo.write"];
    home.run(&[&base[..], &unknown, &["--out", "new.token"]].concat()).ends(3);
    assert!(!home.path("new.token").exists());
}

#[test]
fn a_token_where_its_id_is_meant_is_refused_and_not_repeated() {
    let home = Home::new().with("HF_ENDPOINT", "http://127.0.0.1:9");
    let token = "hf_test_by_mistake_0001";
    let id = "507f1f77bcf86cd799439011";
    for arguments in [
        vec!["service-accounts", "tokens", "delete", "acme", id, token, "--yes"],
        vec!["service-accounts", "tokens", "rotate", "acme", id, token, "--show", "--yes"],
        vec!["tokens", "revoke", "acme", "--id", token, "--yes"],
    ] {
        let ran = home.run(&arguments).ends(2);
        assert!(!ran.stderr.contains("by_mistake"), "{ran:?}");
        ran.says(&["is a token where its id is meant"]);
    }
}

#[test]
fn the_generic_command_shows_and_takes_no_secret_unasked() {
    let sim = Sim::start(WORLD);
    let home = Home::at(&sim, Some(ADMIN));
    let account = home.json(&["service-accounts", "create", "acme", "ci"]);
    let id = format!("serviceAccountId={}", account["id"].as_str().unwrap());
    let create = ["api", "create_service_account_token", "-f", "organization=acme", "-f", &id];
    home.run(&create).ends(2).says(&["--show-secrets"]);
    let made = home.json(&[&create[..], &["--show-secrets"]].concat());
    assert!(made["token"].as_str().unwrap().starts_with("hf_test_"));
    let typed =
        ["api", "report_leaked_credentials", "-f", "credentials=hf_test_typed_0001", "--yes"];
    let ran = home.run(&typed).ends(2);
    assert!(!ran.stderr.contains("hf_test_typed"), "{ran:?}");
    ran.says(&["@FILE"]);
    home.write("found.txt", made["token"].as_str().unwrap());
    home.ok(&["api", "report_leaked_credentials", "-f", "credentials=@found.txt", "--yes"]);
    Home::at(&sim, made["token"].as_str()).run(&["whoami"]).ends(7);
}
