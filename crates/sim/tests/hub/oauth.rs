//! Signing in with an account of the Hub.

use crate::call::{call, get};
use crate::scene::{ADMIN, hub};

const BACK: &str = "https%3A%2F%2Ffolk.example%2Fback";
/// SHA-256 of `verifier`, in the letters of addresses.
const CHALLENGE: &str = "iMnq5o6zALKXGivsnlom_0F5_WYda32GHkxlV7mq7hQ";

fn authorize(user: &str) -> String {
    format!(
        "/oauth/authorize?response_type=code&client_id=app&redirect_uri={BACK}&state=s&\
         scope=openid&code_challenge={CHALLENGE}&code_challenge_method=S256{user}"
    )
}

fn exchange(code: &str, verifier: &str) -> String {
    format!(
        "grant_type=authorization_code&code={code}&redirect_uri={BACK}&client_id=app&\
         code_verifier={verifier}"
    )
}

#[test]
fn a_code_is_exchanged_once_by_whoever_knows_the_verifier() {
    let hub = hub();
    let page = get(&hub, &authorize("")).send();
    assert!(String::from_utf8_lossy(&page.body).contains("Authorize"), "{page:?}");
    let code = || {
        let reply = get(&hub, &authorize("&user=bob")).send();
        let back = reply.header("location").unwrap().to_owned();
        assert!(back.starts_with("https://folk.example/back?code=") && back.ends_with("&state=s"));
        back.split(['=', '&']).nth(1).unwrap().to_owned()
    };
    let token = |code: &str, verifier: &str| {
        call(&hub, "POST", "/oauth/token").form(&exchange(code, verifier)).send()
    };
    assert_eq!(token(&code(), "another").error(), "invalid_grant");
    let code = code();
    let given = token(&code, "verifier");
    assert_eq!(given.status, 200);
    assert_eq!(token(&code, "verifier").error(), "invalid_grant");
    let bearer = given.json()["access_token"].as_str().unwrap().to_owned();
    let info = get(&hub, "/oauth/userinfo").token(&bearer).send().json();
    assert_eq!(info["preferred_username"], "bob");
    let roles: Vec<_> =
        info["orgs"].as_array().unwrap().iter().map(|org| org["roleInOrg"].clone()).collect();
    assert_eq!(roles, ["write", "read"]);
    // It is good for this alone, and another token is not good for it.
    assert_eq!(get(&hub, "/api/whoami-v2").token(&bearer).send().status, 401);
    assert_eq!(get(&hub, "/oauth/userinfo").token(ADMIN).send().status, 401);
}

#[test]
fn a_no_and_an_incomplete_request_are_told_apart() {
    let hub = hub();
    let reply = get(&hub, &authorize("&user=")).send();
    assert!(reply.header("location").unwrap().contains("error=access_denied&state=s"));
    assert_eq!(get(&hub, "/oauth/authorize?client_id=app").send().status, 400);
    assert_eq!(get(&hub, &authorize("&user=nobody")).send().status, 404);
}
