//! Three revisions of the protocol on one endpoint: how each is answered, asked and ended.

use hubfolk_sim::DEMO_ADMIN_TOKEN;
use serde_json::{Value, json};

use crate::served::{Answer, Served, modern, serve, text};

const EARLIER: [&str; 2] = ["2025-06-18", "2025-11-25"];

/// A session of an earlier revision, whose client can ask a person if told so.
struct Session<'a> {
    served: &'a Served,
    extra: String,
}

impl<'a> Session<'a> {
    async fn begin(served: &'a Served, revision: &str, capabilities: Value) -> Self {
        let token = format!("Authorization: Bearer {DEMO_ADMIN_TOKEN}\r\n");
        let hello = json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
            "protocolVersion": revision, "capabilities": capabilities,
            "clientInfo": {"name": "test", "version": "1"}}});
        let opened = served.send(&served.head("/mcp", &token), &hello.to_string()).await;
        assert_eq!(opened.json()["result"]["protocolVersion"], revision);
        let session = opened.header("mcp-session-id").unwrap();
        let extra =
            format!("{token}Mcp-Session-Id: {session}\r\nMCP-Protocol-Version: {revision}\r\n");
        let session = Self { served, extra };
        let note = json!({"jsonrpc": "2.0", "method": "notifications/initialized"});
        assert_eq!(session.send(&note).await.status, 202);
        session
    }

    async fn send(&self, message: &Value) -> Answer {
        self.served.send(&self.served.head("/mcp", &self.extra), &message.to_string()).await
    }

    async fn ask(&self, method: &str, params: Value) -> Answer {
        self.send(&json!({"jsonrpc": "2.0", "id": 2, "method": method, "params": params})).await
    }
}

/// The messages of an event stream.
fn events(body: &str) -> Vec<Value> {
    let data = body.lines().filter_map(|line| line.find("data: ").map(|at| &line[at + 6..]));
    data.filter_map(|data| serde_json::from_str(data).ok()).collect()
}

fn close(number: u64) -> Value {
    let arguments = json!({"repo": "meridian-labs/tide-base", "action": "close", "number": number});
    json!({"name": "write_discussion", "arguments": arguments})
}

#[tokio::test]
async fn each_revision_lists_the_same_tools_on_one_endpoint() {
    let served = serve(|_| {}).await;
    let token = format!("Authorization: Bearer {DEMO_ADMIN_TOKEN}\r\n");
    let extra = format!("{token}MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: tools/list\r\n");
    let newest = served
        .send(&served.head("/mcp", &extra), &modern("tools/list", json!({})).to_string())
        .await
        .json();
    for revision in EARLIER {
        let session = Session::begin(&served, revision, json!({})).await;
        let listed = session.ask("tools/list", json!({})).await;
        assert_eq!(listed.header("content-type"), Some("application/json"));
        assert_eq!(listed.json()["result"]["tools"], newest["result"]["tools"]);
    }
    let unknown = served.head("/mcp", &format!("{token}MCP-Protocol-Version: 1999-01-01\r\n"));
    let refused = served.send(&unknown, &modern("tools/list", json!({})).to_string()).await;
    assert!((400..500).contains(&refused.status), "{}", refused.status);
}

#[tokio::test]
async fn a_call_that_must_ask_is_an_event_stream_and_every_other_is_json() {
    let served = serve(|_| {}).await;
    for (revision, number) in EARLIER.into_iter().zip([1, 2]) {
        let session = Session::begin(&served, revision, json!({"elicitation": {}})).await;
        let read =
            session.ask("tools/call", json!({"name": "get_profile", "arguments": {"name": "me"}}));
        assert_eq!(read.await.header("content-type"), Some("application/json"));
        let answering = async {
            // The question is in the stream; the answer comes as a request of its own.
            for id in 0..50 {
                tokio::time::sleep(std::time::Duration::from_millis(100)).await;
                let yes = json!({"jsonrpc": "2.0", "id": id % 5, "result":
                    {"action": "accept", "content": {"confirm": true}}});
                assert!(session.send(&yes).await.status < 500);
                if id >= 9 {
                    break;
                }
            }
        };
        let (answer, ()) = tokio::join!(session.ask("tools/call", close(number)), answering);
        assert_eq!(answer.header("content-type"), Some("text/event-stream"), "{}", answer.body);
        let events = events(&answer.body);
        assert_eq!(events[0]["method"], "elicitation/create", "{events:?}");
        let last = events.last().unwrap();
        assert_eq!((&last["id"], &last["result"]["isError"]), (&json!(2), &json!(false)), "{last}");
    }
}

#[tokio::test]
async fn the_newest_revision_asks_by_a_result_that_is_json() {
    let served = serve(|_| {}).await;
    let token = format!("Authorization: Bearer {DEMO_ADMIN_TOKEN}\r\n");
    let extra = format!(
        "{token}MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: tools/call\r\nMcp-Name: write_discussion\r\n"
    );
    let mut call = modern("tools/call", close(1));
    call["params"]["_meta"]["io.modelcontextprotocol/clientCapabilities"] =
        json!({"elicitation": {}});
    let asked = served.send(&served.head("/mcp", &extra), &call.to_string()).await;
    assert_eq!(asked.header("content-type"), Some("application/json"));
    let asked = asked.json();
    assert!(asked["result"]["inputRequests"]["confirm"].is_object(), "{asked}");
    call["params"]["requestState"] = asked["result"]["requestState"].clone();
    call["params"]["inputResponses"] =
        json!({"confirm": {"action": "accept", "content": {"confirm": true}}});
    let done = served.send(&served.head("/mcp", &extra), &call.to_string()).await.json();
    assert_eq!(done["result"]["isError"], false, "{done}");
    let again = served.send(&served.head("/mcp", &extra), &call.to_string()).await;
    assert!(text(&again).contains("not_confirmed"), "a yes works once: {}", again.body);
}

#[tokio::test]
async fn a_session_that_its_client_ended_is_gone() {
    let served = serve(|_| {}).await;
    let session = Session::begin(&served, "2025-11-25", json!({})).await;
    let delete = served.head("/mcp", &session.extra).replacen("POST", "DELETE", 1);
    assert_eq!(served.send(&delete, "").await.status, 204);
    assert_eq!(session.ask("tools/list", json!({})).await.status, 404);
}

#[tokio::test]
async fn lists_and_what_is_read_say_how_long_they_hold_and_for_whom() {
    let served = serve(|_| {}).await;
    for (method, params, scope) in [
        ("tools/list", json!({}), "private"),
        ("resources/list", json!({}), "public"),
        ("resources/templates/list", json!({}), "public"),
        ("prompts/list", json!({}), "public"),
        ("resources/read", json!({"uri": "hub://org/meridian-labs"}), "private"),
    ] {
        let name =
            if method == "resources/read" { "Mcp-Name: hub://org/meridian-labs\r\n" } else { "" };
        let extra = format!("MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: {method}\r\n{name}");
        let answer = served
            .send(&served.head("/mcp", &extra), &modern(method, params).to_string())
            .await
            .json();
        assert_eq!(answer["result"]["cacheScope"], scope, "{method}: {answer}");
        assert!(answer["result"]["ttlMs"].as_u64().is_some_and(|ttl| ttl > 0), "{method}");
    }
}

#[tokio::test]
async fn the_list_of_tools_is_the_same_to_the_byte_from_two_servers() {
    let mut bodies = Vec::new();
    for _ in 0..2 {
        let served = serve(|_| {}).await;
        let extra = format!(
            "Authorization: Bearer {DEMO_ADMIN_TOKEN}\r\nMCP-Protocol-Version: 2026-07-28\r\nMcp-Method: tools/list\r\n"
        );
        for _ in 0..2 {
            let body = modern("tools/list", json!({})).to_string();
            bodies.push(served.send(&served.head("/mcp", &extra), &body).await.body);
        }
    }
    assert!(bodies[0].len() > 1_000 && bodies.iter().all(|body| *body == bodies[0]));
}
