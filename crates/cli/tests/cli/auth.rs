//! Tokens: where they are found, how they are kept, and that nobody sees them.

use crate::support::{ADMIN, Home, MEMBER, Sim, WORLD, mode};

fn stored(home: &Home) -> String {
    std::fs::read_to_string(home.path(".cache/huggingface/stored_tokens")).unwrap()
}

#[test]
fn login_writes_what_python_reads_and_logout_takes_it_away() {
    let sim = Sim::start(WORLD);
    let home = Home::new().with("HF_ENDPOINT", &sim.url);
    home.write(
        ".cache/huggingface/stored_tokens",
        "[zed]\nhf_token = hf_test_zed\n\n[oauth-bob]\nhf_token = hf_test_oauth%s\nrefresh_token = hf_test_refresh\nexpires_at = 1790000000\n",
    );
    let ran =
        home.run_with(&["auth", "login", "--format", "json"], &format!(" {ADMIN}\r\n")).ends(0);
    let status: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(status["username"], "ada");
    assert_eq!(status["role"], "write");
    assert_eq!(status["stored_as"], "laptop");
    assert!(!format!("{ran:?}").contains(ADMIN), "{ran:?}");

    let token = home.path(".cache/huggingface/token");
    assert_eq!(std::fs::read_to_string(&token).unwrap(), ADMIN);
    assert_eq!(
        stored(&home),
        format!(
            "[laptop]\nhf_token = {ADMIN}\n\n[oauth-bob]\nhf_token = hf_test_oauth%s\n\
             refresh_token = hf_test_refresh\nexpires_at = 1790000000\n\n[zed]\nhf_token = hf_test_zed\n\n"
        )
    );
    assert_eq!(mode(&token), 0o600);
    assert_eq!(mode(&home.path(".cache/huggingface/stored_tokens")), 0o600);
    assert_eq!(mode(&home.path(".cache/huggingface")), 0o700);
    assert_eq!(home.json(&["whoami"])["username"], "ada");

    home.run(&["auth", "logout"]).ends(2).says(&["--yes"]);
    assert!(token.exists());
    home.ok(&["auth", "logout", "--yes"]);
    assert!(!token.exists());
    assert!(!stored(&home).contains("laptop") && stored(&home).contains("[oauth-bob]"));
    home.run(&["whoami"]).ends(7).says(&["not logged in", "hubfolk auth login"]);
}

#[test]
fn logout_of_a_name_leaves_the_active_token_of_another() {
    let home = Home::new();
    home.write(".cache/huggingface/token", "hf_test_a");
    home.write(
        ".cache/huggingface/stored_tokens",
        "[a]\nhf_token = hf_test_a\n\n[b]\nhf_token = hf_test_b\n",
    );
    home.run(&["auth", "logout", "--name", "c"]).ends(6).says(&["a, b"]);
    home.ok(&["auth", "logout", "--name", "b", "--yes"]);
    assert!(home.path(".cache/huggingface/token").exists());
    assert_eq!(stored(&home), "[a]\nhf_token = hf_test_a\n\n");
    home.ok(&["auth", "logout", "--all", "--yes"]);
    assert!(!home.path(".cache/huggingface/token").exists());
    assert!(!home.path(".cache/huggingface/stored_tokens").exists());
}

#[test]
fn a_token_the_hub_refuses_is_not_stored() {
    let sim = Sim::start(WORLD);
    let home = Home::new().with("HF_ENDPOINT", &sim.url);
    let ran = home.run_with(&["auth", "login"], "hf_test_wrong_token_000000\n").ends(7);
    assert!(!home.path(".cache/huggingface/token").exists());
    assert!(!format!("{ran:?}").contains("hf_test_wrong_token_000000"));
    home.run_with(
        &["auth", "login", "--no-verify", "--name", "later"],
        "hf_test_wrong_token_000000\n",
    )
    .ends(0);
    assert!(home.path(".cache/huggingface/token").exists());
}

#[test]
fn a_stored_tokens_file_that_cannot_be_kept_stops_the_login() {
    let home = Home::new();
    let path = home.write(".cache/huggingface/stored_tokens", "nonsense\n");
    home.run_with(&["auth", "login", "--no-verify"], "hf_test_x\n").ends(2).says(&["line 1"]);
    assert_eq!(std::fs::read_to_string(path).unwrap(), "nonsense\n");
    assert!(!home.path(".cache/huggingface/token").exists());
}

#[test]
fn status_shows_the_source_and_the_role_but_never_the_token() {
    let sim = Sim::start(WORLD);
    let home = Home::at(&sim, Some(MEMBER));
    let ran = home.run(&["auth", "status", "--format", "json"]).ends(0);
    let status: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(status["source"], "HF_TOKEN");
    assert_eq!(status["username"], "bob");
    assert_eq!(status["role"], "read");
    assert_eq!(status["token"], "hf_****0002");
    assert_eq!(status["valid"], true);
    assert!(!format!("{ran:?}").contains(MEMBER));
    Home::new().run(&["auth", "status"]).ends(7);
    let bad = Home::at(&sim, Some("hf_test_not_a_token_00000"));
    let ran = bad.run(&["auth", "status", "--format", "json"]).ends(7);
    assert!(ran.stdout.contains("\"valid\":false"), "{ran:?}");
}

#[test]
fn a_token_file_others_can_read_is_refused_before_anything_is_sent() {
    use std::os::unix::fs::PermissionsExt;

    let sim = Sim::start(WORLD);
    let home = Home::new().with("HF_ENDPOINT", &sim.url);
    let path = home.write("secret", ADMIN);
    let file = path.to_str().unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    home.run(&["whoami", "--token-file", file])
        .ends(2)
        .says(&["can be read by others", "chmod 600"]);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    assert_eq!(home.json(&["whoami", "--token-file", file])["username"], "ada");
    home.run(&["whoami", "--token-file", "/nonexistent"]).ends(2);
    home.run(&["whoami", "--token", ADMIN]).ends(2);
}
