//! What every answer and every error carries.

use crate::call::{call, get};
use crate::scene::{ADMIN, OUTSIDER, hub};

#[test]
fn every_answer_carries_the_hubs_headers() {
    let hub = hub();
    hub.set_time(Some("2026-11-21T08:09:10Z".parse().unwrap()));
    for (path, token) in
        [("/api/users/ada/overview", None), ("/api/nowhere", None), ("/api/whoami-v2", Some(ADMIN))]
    {
        let mut request = get(&hub, path).header("X-Amzn-Trace-Id", "dce0b1eb-2033");
        if let Some(token) = token {
            request = request.token(token);
        }
        let reply = request.send();
        assert_eq!(reply.header("date"), Some("Sat, 21 Nov 2026 08:09:10 GMT"));
        assert_eq!(reply.header("x-powered-by"), Some("huggingface-moon"));
        assert_eq!(reply.header("content-type"), Some("application/json; charset=utf-8"));
        assert_eq!(reply.header("vary"), Some("Origin"));
        let id = reply.header("x-request-id").unwrap();
        let (root, trace) = id.split_once(';').unwrap();
        assert_eq!(trace, "dce0b1eb-2033");
        let parts: Vec<&str> = root.strip_prefix("Root=").unwrap().split('-').collect();
        assert_eq!(parts.iter().map(|part| part.len()).collect::<Vec<_>>(), [1, 8, 24]);
        let etag = reply.header("etag").unwrap();
        assert!(etag.starts_with(&format!("W/\"{:x}-", reply.body.len())), "{etag}");
        let limit = reply.header("ratelimit").unwrap();
        assert!(limit.starts_with("\"api\";r=") && limit.contains(";t="), "{limit}");
        assert!(
            reply.header("ratelimit-policy").unwrap().starts_with("\"fixed window\";\"api\";q=")
        );
    }
}

#[test]
fn an_unchanged_answer_is_not_sent_again() {
    let hub = hub();
    let request = get(&hub, "/api/users/ada/overview");
    let etag = request.send().header("etag").unwrap().to_owned();
    let reply = request.header("If-None-Match", &etag).try_send().unwrap();
    assert_eq!((reply.status, reply.body.len()), (304, 0));
}

#[test]
fn an_unknown_page_says_so() {
    let hub = hub();
    for path in
        ["/api/agent-harnesses", "/api/users/ada", "/api/planets/a/b", "/", "/api/users//overview"]
    {
        let reply = get(&hub, path).send();
        assert_eq!(reply.status, 404, "{path}");
        assert_eq!(reply.error(), "Sorry, we can't find the page you are looking for.", "{path}");
        assert_eq!(reply.header("x-error-message"), Some(reply.error().as_str()));
    }
    assert_eq!(call(&hub, "PATCH", "/api/whoami-v2").send().status, 404);
}

#[test]
fn a_missing_repo_has_its_code_and_message() {
    let hub = hub();
    let anonymous = get(&hub, "/api/models/acme/none/likers").send();
    assert_eq!(
        (anonymous.status, anonymous.error().as_str()),
        (401, "Invalid username or password.")
    );
    assert_eq!(anonymous.header("x-error-code"), Some("RepoNotFound"));
    let realm = "Bearer realm=\"Authentication required\", charset=\"UTF-8\"";
    assert_eq!(anonymous.header("www-authenticate"), Some(realm));
    let known = get(&hub, "/api/models/acme/none/likers").token(OUTSIDER).send();
    assert_eq!((known.status, known.error().as_str()), (404, "Repository not found"));
    assert_eq!(known.header("x-error-code"), Some("RepoNotFound"));
    assert_eq!(known.header("www-authenticate"), None);
}

#[test]
fn people_and_organizations_are_missed_without_a_code() {
    let hub = hub();
    for path in ["/api/users/nobody/overview", "/api/organizations/nobody/members"] {
        let reply = get(&hub, path).send();
        assert_eq!((reply.status, reply.header("x-error-code")), (404, None));
        assert_eq!(reply.header("x-error-message"), Some(reply.error().as_str()));
    }
}

#[test]
fn a_bad_limit_is_explained_in_the_validators_words() {
    let hub = hub();
    let reply = get(&hub, "/api/organizations/acme/members?limit=1").send();
    assert_eq!(reply.status, 400);
    assert_eq!(reply.error(), "✖ Too small: expected number to be >=10\n  → at limit");
    let folded = "* Too small: expected number to be >=10 * at limit";
    assert_eq!(reply.header("x-error-message"), Some(folded));
    assert_eq!(reply.header("x-error-code"), None);
}

#[test]
fn whoami_refuses_strangers_as_it_was_recorded() {
    let hub = hub();
    let reply = get(&hub, "/api/whoami-v2").send();
    assert_eq!(reply.status, 401);
    assert_eq!(reply.body, br#"{"error":"Invalid username or password."}"#);
    assert_eq!(reply.header("etag"), Some("W/\"29-dEMcHWfJi78ZR1aqzb1ELAhp3Us\""));
}

#[test]
fn a_body_that_is_not_json_is_a_bad_request() {
    let hub = hub();
    let mut request = call(&hub, "POST", "/api/repos/create").token(ADMIN);
    request = request.json(&serde_json::json!([1, 2]));
    assert_eq!(request.send().status, 400);
}

#[test]
fn head_answers_like_get_without_the_body() {
    let hub = hub();
    let head = call(&hub, "HEAD", "/api/users/ada/overview").send();
    let get = get(&hub, "/api/users/ada/overview").send();
    assert_eq!(head.status, 200);
    assert_eq!(head.header("etag"), get.header("etag"));
}

#[test]
fn requests_are_counted_and_never_with_their_token() {
    let hub = hub();
    get(&hub, "/api/organizations/acme/members?limit=10").token(ADMIN).send();
    get(&hub, "/api/nowhere").send();
    let seen = hub.requests();
    assert_eq!(
        (seen[0].operation, seen[0].page, seen[0].status),
        ("list_organization_members", Some(1), 200)
    );
    assert_eq!(seen[0].caller.as_deref(), Some("ada"));
    assert_eq!((seen[1].operation, seen[1].status), ("unknown", 404));
    assert_eq!((hub.request_count("list_organization_members"), hub.total_requests()), (1, 2));
    assert!(!format!("{seen:?}").contains(ADMIN));
}
