//! The server over HTTP: who may come in, as whom, and in which form they are answered.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    path::PathBuf,
    sync::Arc,
};

use hubfolk_mcp::http::{Options, bind};
use hubfolk_sim::{DEMO_ADMIN_TOKEN, DEMO_EXPIRED_TOKEN, DEMO_MEMBER_TOKEN, Running};
use serde_json::{Value, json};

use crate::{
    recorder::{Recorder, with},
    stage::{Stage, demo},
};

pub(crate) struct Served {
    pub(crate) address: SocketAddr,
    pub(crate) audit: PathBuf,
    pub(crate) hub: Running,
}

pub(crate) async fn serve(change: impl FnOnce(&mut Options)) -> Served {
    let hub = demo();
    let (address, audit) = serve_for(&hub.url(), change).await;
    Served { address, audit, hub }
}

/// A server for this Hub: where it listens, and where its audit log is.
pub(crate) async fn serve_for(
    hub: &str,
    change: impl FnOnce(&mut Options),
) -> (SocketAddr, PathBuf) {
    let stage = Stage::anonymous(hub);
    let audit = stage.audit();
    let mut options = Options {
        address: ([127, 0, 0, 1], 0).into(),
        hosts: Vec::new(),
        origins: Vec::new(),
        require_token: false,
        share_token: false,
        rate: 100_000,
        max_request: 64 * 1024,
        public_url: None,
        hub: hub.to_owned(),
    };
    change(&mut options);
    let listening = bind(options, Arc::new(stage.into_server())).await.unwrap();
    let address = listening.address().unwrap();
    tokio::spawn(listening.serve());
    (address, audit)
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("{}\n{}", self.head, self.body))
    }
}

impl Served {
    pub(crate) async fn send(&self, head: &str, body: &str) -> Answer {
        let end = format!("Content-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len());
        self.raw(&format!("{head}{end}")).await
    }

    pub(crate) async fn raw(&self, request: &str) -> Answer {
        let (address, request) = (self.address, request.to_owned());
        tokio::task::spawn_blocking(move || {
            let mut stream = TcpStream::connect(address).unwrap();
            stream.set_read_timeout(Some(std::time::Duration::from_secs(20))).unwrap();
            let _ = stream.write_all(request.as_bytes());
            let mut bytes = Vec::new();
            let _ = stream.read_to_end(&mut bytes);
            let text = String::from_utf8_lossy(&bytes).into_owned();
            let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
            let status = head.split_whitespace().nth(1).and_then(|s| s.parse().ok()).unwrap_or(0);
            Answer { status, head: head.to_owned(), body: body.to_owned() }
        })
        .await
        .unwrap()
    }

    pub(crate) fn head(&self, target: &str, extra: &str) -> String {
        format!(
            "POST {target} HTTP/1.1\r\nHost: {}\r\nAccept: application/json, text/event-stream\r\n\
             Content-Type: application/json\r\n{extra}",
            self.address
        )
    }

    /// A call by the newest revision, which keeps no session.
    pub(crate) async fn call(
        &self,
        token: Option<&str>,
        target: &str,
        name: &str,
        arguments: Value,
    ) -> Answer {
        let token =
            token.map(|token| format!("Authorization: Bearer {token}\r\n")).unwrap_or_default();
        let extra = format!(
            "{token}MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: tools/call\r\nMcp-Name: {name}\r\n"
        );
        self.send(
            &self.head(target, &extra),
            &modern("tools/call", json!({"name": name, "arguments": arguments})).to_string(),
        )
        .await
    }
}

pub(crate) fn modern(method: &str, mut params: Value) -> Value {
    params["_meta"] = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {},
        "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
        "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    });
    json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
}

pub(crate) fn text(answer: &Answer) -> String {
    answer.json()["result"]["content"][0]["text"].as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn each_caller_acts_with_the_token_they_bring_and_sees_only_what_it_shows() {
    let served = serve(|_| {}).await;
    let me = json!({"name": "me"});
    let admin = served.call(Some(DEMO_ADMIN_TOKEN), "/mcp", "get_profile", me.clone()).await;
    let member = served.call(Some(DEMO_MEMBER_TOKEN), "/mcp", "get_profile", me.clone()).await;
    assert_eq!((admin.status, member.status), (200, 200));
    assert_eq!(admin.header("content-type"), Some("application/json"));
    assert_ne!(text(&admin), text(&member));
    let again = served.call(Some(DEMO_ADMIN_TOKEN), "/mcp", "get_profile", me).await;
    assert_eq!(text(&admin), text(&again));
    let list = json!({"of": "meridian-labs", "relation": "members", "fields": "user,twoFaEnabled", "limit": 2});
    let seen = served.call(Some(DEMO_ADMIN_TOKEN), "/mcp", "list_people", list.clone()).await;
    assert!(text(&seen).contains("true") || text(&seen).contains("false"));
    let hidden = served.call(Some(DEMO_MEMBER_TOKEN), "/mcp", "list_people", list).await;
    assert!(text(&hidden).contains("no field"), "{}", text(&hidden));
}

#[tokio::test]
async fn without_a_token_or_with_a_bad_one_the_client_learns_where_to_get_one() {
    let served = serve(|_| {}).await;
    let anonymous = served.call(None, "/mcp", "get_profile", json!({"name": "me"})).await;
    assert_eq!(anonymous.status, 401);
    let expired =
        served.call(Some(DEMO_EXPIRED_TOKEN), "/mcp", "get_profile", json!({"name": "me"})).await;
    assert_eq!(expired.status, 401);
    let challenge = expired.header("www-authenticate").unwrap().to_owned();
    assert!(challenge.contains("error=\"invalid_token\"") && challenge.contains("scope=\""));
    let url = challenge.split("resource_metadata=\"").nth(1).unwrap().trim_end_matches('"');
    let path = url.split_once(&served.address.to_string()).unwrap().1;
    let head = format!("GET {path} HTTP/1.1\r\nHost: {}\r\n", served.address);
    let metadata = served.send(&head, "").await.json();
    assert_eq!(metadata["resource"], format!("http://{}/mcp", served.address));
    assert_eq!(metadata["authorization_servers"][0], served.hub.url());
    let public = served.call(None, "/mcp", "get_profile", json!({"name": "meridian-labs"})).await;
    assert_eq!(public.status, 200, "what is public needs no token");
    let required = serve(|options| options.require_token = true).await;
    let refused =
        required.call(None, "/mcp", "get_profile", json!({"name": "meridian-labs"})).await;
    assert_eq!(refused.status, 401);
}

#[tokio::test]
async fn other_hosts_origins_and_kinds_of_tokens_stay_outside() {
    let served = serve(|_| {}).await;
    let body = modern("tools/list", json!({})).to_string();
    let common = "MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: tools/list\r\n";
    let evil_host = format!(
        "POST /mcp HTTP/1.1\r\nHost: evil.example\r\nAccept: application/json, text/event-stream\r\nContent-Type: application/json\r\n{common}"
    );
    assert_eq!(served.send(&evil_host, &body).await.status, 403);
    for (extra, status) in [
        ("Origin: http://evil.example\r\n", 403),
        ("Origin: null\r\n", 403),
        ("Origin: http://localhost:6274\r\n", 200),
        ("Authorization: Basic YTpi\r\n", 401),
        ("Authorization: Bearer a b\r\n", 401),
        ("Authorization: Bearer x\r\nAuthorization: Bearer y\r\n", 401),
        ("", 200),
    ] {
        let answer = served.send(&served.head("/mcp", &format!("{common}{extra}")), &body).await;
        assert_eq!(answer.status, status, "{extra:?}: {}", answer.body);
    }
    assert_eq!(served.send(&served.head("/elsewhere", common), &body).await.status, 404);
}

#[tokio::test]
async fn what_is_no_request_is_refused_within_bounds_and_the_server_lives_on() {
    let served = serve(|_| {}).await;
    let common = "MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: tools/list\r\n";
    let deep = "[".repeat(20_000);
    let huge = modern("tools/list", json!({})).to_string().replace("\"id\":1", "\"id\":1e999");
    for body in ["", "{", "null", "[]", "\u{0}", "{\"jsonrpc\":\"2.0\"}", &deep, &huge] {
        let answer = served.send(&served.head("/mcp", common), body).await;
        assert!((400..500).contains(&answer.status), "{body:?}: {}", answer.status);
        assert!(answer.body.len() < 1_000);
    }
    let large = modern("tools/list", json!({"x": "y".repeat(100_000)})).to_string();
    let refused = served.send(&served.head("/mcp", common), &large).await;
    assert_eq!((refused.status, &refused.json()["error"]["code"]), (413, &json!(-32_600)));
    let head = served.head("/mcp", &format!("{common}Transfer-Encoding: chunked\r\n"));
    let chunk = format!("1000\r\n{}\r\n", "x".repeat(0x1000)).repeat(40);
    assert_eq!(served.raw(&format!("{head}\r\n{chunk}0\r\n\r\n")).await.status, 413);
    let fine = modern("tools/list", json!({})).to_string();
    let list = served.send(&served.head("/mcp", common), &fine).await;
    assert_eq!(list.status, 200);
    let list = list.json();
    assert_eq!(list["result"]["cacheScope"], "private");
    assert!(list["result"]["ttlMs"].as_u64().unwrap() > 0);
}

#[tokio::test]
async fn a_caller_who_asks_too_often_is_told_to_wait() {
    let served = serve(|options| options.rate = 3).await;
    let mut statuses = Vec::new();
    for _ in 0..5 {
        let answer =
            served.call(Some(DEMO_ADMIN_TOKEN), "/mcp", "get_profile", json!({"name": "me"})).await;
        if answer.status == 429 {
            assert!(answer.header("retry-after").unwrap().parse::<u64>().unwrap() >= 1);
        }
        statuses.push(answer.status);
    }
    assert_eq!(statuses, [200, 200, 200, 429, 429]);
    let other =
        served.call(Some(DEMO_MEMBER_TOKEN), "/mcp", "get_profile", json!({"name": "me"})).await;
    assert_eq!(other.status, 200, "others are not slowed down");
}

#[tokio::test]
async fn a_request_narrows_what_is_offered_and_never_widens_it() {
    let served = serve(|_| {}).await;
    let open =
        json!({"repo": "meridian-labs/tide-base", "action": "comment", "number": 1, "text": "x"});
    let narrowed = served
        .call(Some(DEMO_ADMIN_TOKEN), "/mcp?readonly=1", "write_discussion", open.clone())
        .await;
    assert!(text(&narrowed).contains("not_allowed"));
    let widened = served
        .call(
            Some(DEMO_ADMIN_TOKEN),
            "/mcp?toolsets=operations",
            "find_operation",
            json!({"query": "x"}),
        )
        .await;
    assert!(text(&widened).contains("not_allowed"), "{}", widened.body);
    let extra = "MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: tools/list\r\nX-MCP-Tools: get_profile\r\n";
    let list = served
        .send(&served.head("/mcp", extra), &modern("tools/list", json!({})).to_string())
        .await
        .json();
    let names: Vec<&str> = list["result"]["tools"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tool| tool["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["get_profile"]);
}

#[tokio::test]
async fn a_session_of_an_earlier_revision_is_answered_as_json_and_only_to_its_owner() {
    let served = serve(|_| {}).await;
    let token = |token: &str| format!("Authorization: Bearer {token}\r\n");
    let hello = json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
        "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}});
    let opened =
        served.send(&served.head("/mcp", &token(DEMO_ADMIN_TOKEN)), &hello.to_string()).await;
    assert_eq!((opened.status, opened.header("content-type")), (200, Some("application/json")));
    let session = opened.header("mcp-session-id").unwrap().to_owned();
    let session = format!("Mcp-Session-Id: {session}\r\nMCP-Protocol-Version: 2025-06-18\r\n");
    let note = json!({"jsonrpc": "2.0", "method": "notifications/initialized"}).to_string();
    let ours = format!("{}{session}", token(DEMO_ADMIN_TOKEN));
    assert_eq!(served.send(&served.head("/mcp", &ours), &note).await.status, 202);
    let call = json!({"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": "get_profile", "arguments": {"name": "me"}}}).to_string();
    let answer = served.send(&served.head("/mcp", &ours), &call).await;
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert!(text(&answer).contains("amara-osei"), "{}", answer.body);
    let theirs = format!("{}{session}", token(DEMO_MEMBER_TOKEN));
    assert_eq!(served.send(&served.head("/mcp", &theirs), &call).await.status, 404);
    assert_eq!(served.send(&served.head("/mcp", &session), &call).await.status, 404);
}

#[tokio::test]
async fn a_token_that_may_not_write_is_told_which_scope_is_missing() {
    let hub = Recorder::start(|seen| {
        if seen.target.starts_with("/api/whoami") {
            let auth = json!({"type": "access_token", "accessToken": {"displayName": "x", "role": "read"}});
            let who = json!({"type": "user", "id": "65f000000000000000000001", "name": "ada", "auth": auth});
            return with(200, "application/json", "", &who.to_string());
        }
        with(403, "application/json", "", r#"{"error":"this token only reads"}"#)
    });
    let (address, audit) = serve_for(&hub.url, |_| {}).await;
    let served = Served { address, audit, hub: demo() };
    let comment = json!({"repo": "a/m", "action": "comment", "number": 1, "text": "hello"});
    let refused = served.call(Some("hf_test_reader"), "/mcp", "write_discussion", comment).await;
    assert_eq!(refused.status, 403, "{}", refused.body);
    let challenge = refused.header("www-authenticate").unwrap();
    assert!(challenge.contains("error=\"insufficient_scope\""), "{challenge}");
    assert!(
        challenge.contains("write-discussions") && challenge.contains("resource_metadata=\"http")
    );
    assert!(text(&refused).contains("forbidden"), "the model is told as well: {}", refused.body);
}

#[tokio::test]
async fn the_log_has_a_line_for_each_call_and_none_of_its_words() {
    let served = serve(|_| {}).await;
    let secret = "an unusual sentence";
    let comment = json!({"repo": "meridian-labs/tide-base", "action": "comment", "number": 1, "text": secret});
    for (target, tool, arguments) in [
        ("/mcp", "get_profile", json!({"name": "me"})),
        ("/mcp", "write_discussion", comment.clone()),
        ("/mcp?readonly=1", "write_discussion", comment),
        ("/mcp", secret, json!({})),
        ("/mcp", "get_profile", json!({"nome": secret})),
    ] {
        served.call(Some(DEMO_ADMIN_TOKEN), target, tool, arguments).await;
    }
    let log = std::fs::read_to_string(&served.audit).unwrap();
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let seen: Vec<(&str, &str)> = lines
        .iter()
        .map(|line| (line["tool"].as_str().unwrap(), line["outcome"].as_str().unwrap()))
        .collect();
    assert_eq!(
        seen,
        [
            ("get_profile", "done"),
            ("write_discussion", "done"),
            ("write_discussion", "refused"),
            ("unknown", "refused"),
            ("get_profile", "refused"),
        ]
    );
    assert!(lines.iter().all(|line| line["user"] == "amara-osei"), "{log}");
    assert!(!log.contains("unusual") && !log.contains(DEMO_ADMIN_TOKEN), "{log}");
    assert!(lines.iter().all(|line| line["arguments"].as_str().unwrap().starts_with("sha256:")));
}
