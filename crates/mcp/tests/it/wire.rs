//! The protocol over streams: what is no message does no harm.

use std::{sync::Arc, time::Duration};

use serde_json::{Value, json};
use tokio::io::{
    AsyncBufReadExt, AsyncWriteExt, BufReader, DuplexStream, Lines, ReadHalf, WriteHalf, split,
};

use crate::stage::{Stage, demo};

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
async fn what_is_no_message_is_left_out_or_refused_and_the_server_lives_on() {
    let hub = demo();
    let mut client = Client::start(&hub.url(), "2025-11-25").await;
    let long = format!("{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"{}\"}}\n", "x".repeat(5 << 20));
    let junk: [&[u8]; 12] = [
        b"{\n",
        b"\n\n\n",
        b"null\n",
        b"[]\n",
        b"\"text\"\n",
        b"\xff\xfe\x00\n",
        b"{\"jsonrpc\":\"2.0\",\"id\":1e999,\"method\":\"ping\"}\n",
        b"{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"ping\"}\n",
        b"{\"jsonrpc\":\"2.0\",\"method\":\"notifications/unheard\"}\n",
        b"{\"jsonrpc\":\"2.0\",\"id\":77,\"result\":{}}\n",
        b"{\"jsonrpc\":\"2.0\",\"id\":{},\"method\":\"tools/list\"}\n",
        long.as_bytes(),
    ];
    for (round, bytes) in junk.into_iter().enumerate() {
        client.bytes(bytes).await;
        let answer = client.ask(1_000 + round as u64, "ping", json!({})).await;
        assert!(answer.get("result").is_some(), "{round}: {answer}");
    }
    drop(client.input);
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
    assert_eq!(prompts["result"]["prompts"].as_array().unwrap().len(), 3);
    let prompt = json!({"name": "summarise-user", "arguments": {"user": "ada"}});
    let prompt = client.ask(4, "prompts/get", prompt).await;
    assert!(prompt["result"]["messages"][0]["content"]["text"].as_str().unwrap().contains("ada"));
}
