//! The protocol over streams: what is no message does no harm.

use std::{sync::Arc, time::Duration};

use serde_json::{Value, json};
use tokio::io::{
    AsyncBufReadExt, AsyncWriteExt, BufReader, DuplexStream, Lines, ReadHalf, WriteHalf, split,
};

use crate::{
    recorder::{Recorder, json as json_answer, with},
    stage::{Stage, demo},
};

struct Client {
    input: WriteHalf<DuplexStream>,
    output: Lines<BufReader<ReadHalf<DuplexStream>>>,
    served: tokio::task::JoinHandle<std::io::Result<()>>,
}

impl Client {
    async fn start(endpoint: &str, revision: &str) -> Self {
        let server = Arc::new(Stage::at(endpoint).into_server());
        let (ours, theirs) = tokio::io::duplex(1 << 16);
        let (read, write) = split(theirs);
        let served = tokio::spawn(hubfolk_mcp::stdio::serve_on(server, read, write));
        let (read, input) = split(ours);
        let mut client = Self { input, output: BufReader::new(read).lines(), served };
        let hello = json!({"protocolVersion": revision, "capabilities": {},
            "clientInfo": {"name": "test", "version": "1"}});
        client
            .send(
                &json!({"jsonrpc": "2.0", "id": "hello", "method": "initialize", "params": hello}),
            )
            .await;
        let answer = client.answer_to(&json!("hello")).await;
        assert_eq!(answer["result"]["protocolVersion"], revision);
        client.send(&json!({"jsonrpc": "2.0", "method": "notifications/initialized"})).await;
        client
    }

    async fn bytes(&mut self, bytes: &[u8]) {
        self.input.write_all(bytes).await.unwrap();
    }

    async fn send(&mut self, message: &Value) {
        self.bytes(format!("{message}\n").as_bytes()).await;
    }

    /// The answer with this id; others are left out.
    async fn answer_to(&mut self, id: &Value) -> Value {
        let deadline = Duration::from_secs(30);
        loop {
            let line = tokio::time::timeout(deadline, self.output.next_line()).await;
            let line = line.expect("an answer in time").unwrap().expect("the server lives");
            let message: Value = serde_json::from_str(&line).unwrap();
            if message["id"] == *id {
                return message;
            }
        }
    }

    async fn ask(&mut self, id: u64, method: &str, params: Value) -> Value {
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params})).await;
        self.answer_to(&json!(id)).await
    }
}

#[tokio::test]
async fn what_is_no_message_is_answered_in_few_words_and_the_server_lives_on() {
    let hub = demo();
    let mut client = Client::start(&hub.url(), "2025-11-25").await;
    let long = format!("{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"{}\"}}\n", "x".repeat(5 << 20));
    let deep = format!("{}\n", "[".repeat(100_000));
    let junk: [(&[u8], i64, Value); 10] = [
        (b"{\n", -32_700, Value::Null),
        (b"nonsense\n", -32_700, Value::Null),
        (b"\xff\xfe\x00\n", -32_700, Value::Null),
        (b"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"\xc3\x28\"}\n", -32_700, Value::Null),
        (b"{\"jsonrpc\":\"2.0\",\"id\":1e999,\"method\":\"ping\"}\n", -32_700, Value::Null),
        (deep.as_bytes(), -32_700, Value::Null),
        (b"null\n", -32_600, Value::Null),
        (b"[]\n", -32_600, Value::Null),
        (b"{\"jsonrpc\":\"1.0\",\"id\":\"a\",\"method\":\"ping\"}\n", -32_600, json!("a")),
        (long.as_bytes(), -32_600, json!(1)),
    ];
    for (bytes, code, id) in junk {
        client.bytes(bytes).await;
        let shown = String::from_utf8_lossy(&bytes[..bytes.len().min(60)]).into_owned();
        let answer = client.answer_to(&id).await;
        assert_eq!(answer["error"]["code"], code, "{shown}: {answer}");
        assert!(answer.to_string().len() < 200);
        let answer = client.ask(1_000, "ping", json!({})).await;
        assert!(answer.get("result").is_some(), "{shown}: {answer}");
    }
}

#[tokio::test]
async fn what_wants_no_answer_gets_none() {
    let hub = demo();
    let mut client = Client::start(&hub.url(), "2025-11-25").await;
    for bytes in [
        &b"\n\r\n \n"[..],
        b"{\"jsonrpc\":\"2.0\",\"method\":\"notifications/unheard\"}\n",
        b"{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":[]}\n",
        b"{\"jsonrpc\":\"2.0\",\"id\":77,\"result\":{}}\n",
        b"{\"jsonrpc\":\"2.0\",\"id\":78,\"result\":7}\n",
    ] {
        client.bytes(bytes).await;
    }
    client.send(&json!({"jsonrpc": "2.0", "id": 1, "method": "ping"})).await;
    let first = client.output.next_line().await.unwrap().unwrap();
    let first: Value = serde_json::from_str(&first).unwrap();
    assert_eq!(first["id"], 1, "{first}");
}

#[tokio::test]
async fn requests_whose_parameters_are_wrong_are_answered_by_their_id() {
    let hub = demo();
    let mut client = Client::start(&hub.url(), "2025-11-25").await;
    for (round, (method, params)) in [
        ("tools/call", json!(5)),
        ("tools/call", json!({"name": 5})),
        ("tools/call", json!({"name": "get_profile", "arguments": [1]})),
        ("resources/read", json!({"uri": {}})),
        ("prompts/get", json!({"name": "summarise-user", "arguments": 1})),
        ("completion/complete", json!({"ref": "x"})),
        ("no/such/method", json!({})),
    ]
    .into_iter()
    .enumerate()
    {
        let answer = client.ask(round as u64 + 1, method, params.clone()).await;
        assert!(answer["error"]["code"].is_i64(), "{method} {params}: {answer}");
        assert!(answer.to_string().len() < 1_000, "{answer}");
    }
    let answer = client.ask(100, "ping", json!({})).await;
    assert!(answer.get("result").is_some());
}

#[tokio::test]
async fn whatever_the_hub_answers_the_same_session_goes_on() {
    let twenty = format!("[{}\"\"]", "\"xxxxxxxxxxxxxxxxxxxx\",".repeat(900_000));
    let round = std::sync::atomic::AtomicUsize::new(0);
    let hub = Recorder::start(move |seen| {
        if seen.target.starts_with("/api/whoami") {
            return with(401, "application/json", "", r#"{"error":"who?"}"#);
        }
        // Each answer twice: what failed is tried again once.
        match round.fetch_add(1, std::sync::atomic::Ordering::Relaxed) / 2 {
            0 => with(200, "text/html", "", "<html>maintenance</html>"),
            1 => with(500, "text/html", "", &"<b>boom</b>".repeat(10_000)),
            2 => with(200, "application/json", "", &twenty),
            3 => with(200, "application/json", "", "{\"user\": \"a"),
            4 => b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n\xff\xfe".to_vec(),
            _ => with(200, "application/json", "", r#"{"user":"ada","fullname":"Ada","type":"user","_id":"65f000000000000000000001"}"#),
        }
    });
    let mut client = Client::start(&hub.url, "2025-11-25").await;
    let (mut failed, mut id) = (0, 0);
    let text = loop {
        id += 1;
        let call = json!({"name": "get_profile", "arguments": {"name": "ada"}});
        let answer = client.ask(id, "tools/call", call).await;
        let text = answer["result"]["content"][0]["text"].as_str().unwrap().to_owned();
        assert!(text.len() < 800, "{text}");
        if answer["result"]["isError"] == false {
            break text;
        }
        failed += 1;
        let error: Value = serde_json::from_str(&text).unwrap();
        assert!(error["error"]["code"].is_string() && failed < 20, "{text}");
    };
    assert!(text.contains("Ada") && failed >= 5, "{failed} failed, then {text}");
}

#[tokio::test]
async fn the_trace_of_a_call_goes_on_at_the_hub_and_nothing_else_does() {
    let hub = Recorder::start(|_| json_answer("{}"));
    let mut client = Client::start(&hub.url, "2025-11-25").await;
    let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    for (id, given) in [trace, "00-0af7651916cd\r\nX-Evil: 1", "made up"].into_iter().enumerate() {
        let call = json!({"name": "get_profile", "arguments": {"name": "ada"},
            "_meta": {"traceparent": given}});
        client.ask(id as u64, "tools/call", call).await;
    }
    let seen = hub.seen();
    let seen: Vec<_> =
        seen.iter().filter(|seen| seen.target.starts_with("/api/users/ada")).collect();
    assert_eq!(seen[0].traceparent.as_deref(), Some(trace));
    assert!(seen.len() >= 3 && seen[1..].iter().all(|seen| seen.traceparent.is_none()));
}

#[tokio::test]
async fn wrong_calls_are_answered_in_band() {
    let hub = demo();
    let mut client = Client::start(&hub.url(), "2025-06-18").await;
    for (round, params) in [
        json!({"name": "no_such_tool", "arguments": {}}),
        json!({"name": "get_profile", "arguments": {}}),
        json!({"name": "get_profile", "arguments": {"name": ["a"], "x": 1}}),
        json!({"name": "list_people", "arguments": {"of": "acme", "relation": "enemies"}}),
        json!({"name": "list_people", "arguments": {"of": "acme", "relation": "members", "limit": 1e300}}),
        json!({"name": "list_people", "arguments": {"of": "acme", "relation": "members", "limit": -1}}),
        json!({"name": "list_people", "arguments": {"of": "meridian-labs", "relation": "members", "cursor": "made-up"}}),
        json!({"name": "get_profile", "arguments": {"name": "x".repeat(300_000)}}),
    ]
    .into_iter()
    .enumerate()
    {
        let answer = client.ask(round as u64 + 1, "tools/call", params.clone()).await;
        assert_eq!(answer["result"]["isError"], true, "{params:?}: {answer}");
        let text = answer["result"]["content"][0]["text"].as_str().unwrap();
        let error: Value = serde_json::from_str(text).unwrap();
        assert!(error["error"]["code"].is_string() && text.len() < 800, "{text}");
    }
    let answer = client
        .ask(100, "tools/call", json!({"name": "get_profile", "arguments": {"name": "me"}}))
        .await;
    assert_eq!(answer["result"]["isError"], false);
    let answer = client.ask(101, "no/such/method", json!({})).await;
    assert_eq!(answer["error"]["code"], -32601);
}

#[tokio::test]
async fn it_ends_when_its_input_ends() {
    let hub = demo();
    let mut client = Client::start(&hub.url(), "2025-11-25").await;
    client.ask(1, "tools/list", json!({})).await;
    let Client { mut input, output, served } = client;
    input.shutdown().await.unwrap();
    drop((input, output));
    tokio::time::timeout(Duration::from_secs(10), served).await.unwrap().unwrap().unwrap();
}

#[tokio::test]
async fn the_list_of_tools_is_the_same_every_time() {
    let hub = demo();
    let mut lists = Vec::new();
    for _ in 0..2 {
        let mut client = Client::start(&hub.url(), "2025-11-25").await;
        lists.push(client.ask(1, "tools/list", json!({})).await["result"].to_string());
    }
    assert_eq!(lists[0], lists[1]);
}

#[tokio::test]
async fn a_resource_is_read_through_the_tools_and_a_prompt_is_handed_out() {
    let hub = demo();
    let mut client = Client::start(&hub.url(), "2025-11-25").await;
    let read = client.ask(1, "resources/read", json!({"uri": "hub://user/amara-osei"})).await;
    assert!(
        read["result"]["contents"][0]["text"].as_str().unwrap().contains("amara-osei"),
        "{read}"
    );
    let absent = client.ask(2, "resources/read", json!({"uri": "hub://nothing/x"})).await;
    assert_eq!(absent["error"]["data"]["uri"], "hub://nothing/x");
    let prompts = client.ask(3, "prompts/list", json!({})).await;
    for name in ["summarise-user", "triage-discussions", "review-access-requests"] {
        assert!(prompts.to_string().contains(name), "{prompts}");
    }
    let prompt = json!({"name": "summarise-user", "arguments": {"user": "ada"}});
    let prompt = client.ask(4, "prompts/get", prompt).await;
    assert!(prompt["result"]["messages"][0]["content"]["text"].as_str().unwrap().contains("ada"));
}
