//! Whatever a model writes: nothing outside the list leaves, and nothing breaks.

use std::collections::HashSet;

use hubfolk_mcp::{
    hf_api_request::{ALLOWED, Request, check},
    operations::{self, Call},
    tools::table::TOOLS,
};
use rand::{Rng, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use serde_json::{Map, Value, json};

use crate::{
    recorder::{Recorder, json as json_answer},
    stage::Stage,
};

const ENDPOINTS: usize = 1_000_000;
/// Among so many threads.
const SHARES: usize = 8;
const ARGUMENTS: usize = 200_000;

/// Pieces that paths are made of, and what attacks are made of.
const PIECES: [&str; 62] = [
    "users",
    "organizations",
    "models",
    "datasets",
    "spaces",
    "collections",
    "whoami-v2",
    "overview",
    "likes",
    "followers",
    "following",
    "members",
    "discussions",
    "comment",
    "edit",
    "hide",
    "status",
    "user-access-request",
    "pending",
    "accepted",
    "rejected",
    "handle",
    "grant",
    "items",
    "auth-check",
    "settings",
    "merge",
    "title",
    "pin",
    "api",
    "..",
    ".",
    "%2e%2e",
    "%2F",
    "%00",
    "\\",
    "?",
    "#",
    ";",
    "@",
    ":",
    "//",
    "\n",
    "\r\n",
    "\u{0}",
    "ada",
    "acme",
    "gpt2",
    "1",
    "0",
    "18446744073709551616",
    "-1",
    "٣",
    "𝟙",
    "http:",
    "evil.example",
    "\u{202e}",
    "\u{feff}",
    "ａ",
    "é",
    "a-0123456789abcdef01234567",
    "ada.l_1",
];

/// Paths that are of the list, to be spoilt in one place.
const PATHS: [&str; 12] = [
    "/whoami-v2",
    "/users/ada/overview",
    "/users/ada/likes",
    "/organizations/acme/members",
    "/models/a/m/discussions",
    "/datasets/a/m/discussions/1",
    "/spaces/a/m/discussions/1/comment",
    "/models/a/m/discussions/1/comment/abc/hide",
    "/models/a/m/discussions/1/status",
    "/models/gpt2/user-access-request/handle",
    "/models/a/m/user-access-request/pending",
    "/collections/a/b-0123456789abcdef01234567/items",
];

fn piece(random: &mut StdRng) -> String {
    match random.random_range(0..10) {
        0..6 => (*PIECES.choose(random).unwrap()).to_owned(),
        6..8 => {
            let letters = b"abcxyzABC0189._-";
            let length = random.random_range(1..12);
            (0..length).map(|_| char::from(*letters.choose(random).unwrap())).collect()
        }
        _ => {
            let length = random.random_range(0..4);
            (0..length).map(|_| random.random::<char>()).collect()
        }
    }
}

fn endpoint(random: &mut StdRng) -> String {
    if random.random_bool(0.5) {
        let starts = ["/", "", "//", "/./", " /", "https://"];
        let length = random.random_range(0..8);
        let parts: Vec<String> = (0..length).map(|_| piece(random)).collect();
        return format!("{}{}", starts.choose(random).unwrap(), parts.join("/"));
    }
    // One of the list with something put in, in place of or after one of its characters.
    let path: Vec<char> = PATHS.choose(random).unwrap().chars().collect();
    let at = random.random_range(0..=path.len());
    let until = (at + random.random_range(0..3)).min(path.len());
    let (before, after) = (&path[..at], &path[until..]);
    before.iter().collect::<String>() + &piece(random) + &after.iter().collect::<String>()
}

/// What the list says, told apart from the code that holds it: method and shape of the path.
fn is_allowed(method: &str, path: &str) -> bool {
    let Some(path) = path.strip_prefix("/api/") else { return false };
    let segments: Vec<&str> = path.split('/').collect();
    if segments.iter().any(|s| s.is_empty() || *s == "." || *s == "..") {
        return false;
    }
    let number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let repo = |rest: &[&str]| match (method, rest) {
        ("GET" | "POST", ["discussions"]) | ("GET", ["auth-check"]) => true,
        ("GET", ["discussions", n]) => number(n),
        ("POST", ["discussions", n, "comment" | "status"]) => number(n),
        ("POST", ["discussions", n, "comment", _, "edit" | "hide"]) => number(n),
        ("GET", ["user-access-request", "pending" | "accepted" | "rejected"])
        | ("POST", ["user-access-request", "handle" | "grant"]) => true,
        _ => false,
    };
    match (method, segments.as_slice()) {
        ("GET", ["whoami-v2"]) | ("GET" | "POST", ["collections"]) => true,
        ("GET", ["users", _, "overview" | "likes" | "followers" | "following"]) => true,
        ("GET", ["organizations", _, "overview" | "members" | "followers"]) => true,
        ("GET", ["collections", _] | ["collections", _, _]) => true,
        ("POST", ["collections", _, "items"] | ["collections", _, _, "items"]) => true,
        (_, ["models" | "datasets" | "spaces", rest @ ..]) => {
            (2..=3).any(|at| rest.len() + 1 > at && repo(&rest[at - 1..]))
        }
        _ => false,
    }
}

/// A call that passed is one of the list, in its name, its method, its path and its fields.
fn assert_of_the_list(call: &dyn Call, given: &str) {
    let operation = call.operation();
    assert!(ALLOWED.contains(&operation.name), "{given}: {}", operation.name);
    let request = call.request().unwrap();
    let (method, path) = (request.method().as_str(), request.uri().path());
    assert!(is_allowed(method, path), "{given:?} became {method} {path}");
    // What a URL reader makes of it is the same path.
    let read = url::Url::parse(&format!("http://hub.example{}", request.uri())).unwrap();
    assert_eq!(read.path(), path, "{given:?}");
    assert_eq!(read.host_str(), Some("hub.example"));
}

/// Checks its share of the strings with both methods; those that passed, as far as they are wanted.
fn share(seed: u64) -> Vec<(String, &'static str)> {
    let (mut random, mut passed) = (StdRng::seed_from_u64(seed), Vec::new());
    let body = json!({"status": "open", "user": "ada", "comment": "x", "title": "abc"});
    for _ in 0..ENDPOINTS / SHARES {
        let endpoint = endpoint(&mut random);
        let mut request = Request { endpoint, method: "GET".to_owned(), ..Request::default() };
        if let Ok(call) = check(&request) {
            assert_of_the_list(call.as_ref(), &request.endpoint);
            passed.push((request.endpoint.clone(), "GET"));
        }
        "POST".clone_into(&mut request.method);
        request.json_body = body.as_object().cloned();
        if let Ok(call) = check(&request) {
            assert_of_the_list(call.as_ref(), &request.endpoint);
            passed.push((request.endpoint, "POST"));
        }
    }
    passed
}

#[tokio::test]
async fn no_endpoint_of_a_million_reaches_anything_outside_the_list() {
    let passed: Vec<_> = std::thread::scope(|scope| {
        let shares: Vec<_> =
            (0..SHARES as u64).map(|seed| scope.spawn(move || share(seed))).collect();
        shares.into_iter().flat_map(|share| share.join().unwrap()).collect()
    });
    assert!(passed.len() > 100, "the strings are too wild to mean anything: {}", passed.len());
    println!("counted: {ENDPOINTS} endpoint strings, {} passed the check", passed.len());

    // And so they arrive: a Hub writes down what those that passed become on the wire.
    let hub = Recorder::start(|_| json_answer("{}"));
    let stage = Stage::at(&hub.url);
    let reads: HashSet<_> = passed.iter().filter(|(_, method)| *method == "GET").collect();
    for (endpoint, method) in reads.into_iter().take(500) {
        let _ = stage.call("hf_api_request", json!({"endpoint": endpoint, "method": method})).await;
    }
    let seen = hub.seen();
    assert!(!seen.is_empty());
    for request in seen {
        let path = request.target.split('?').next().unwrap();
        assert!(is_allowed(&request.method, path), "{request:?}");
    }
}

/// JSON of any shape, often with the words that the tools know.
fn value(random: &mut StdRng, depth: u32) -> Value {
    const WORDS: [&str; 14] = [
        "null",
        "me",
        "@ada",
        "hf.co/x/y",
        "datasets/x/y",
        "20",
        "[1,2]",
        "{\"a\":1}",
        "",
        "acme/m",
        "https://huggingface.co/a/b/discussions/3",
        "\u{0}",
        "\u{202e}evil",
        "1e400",
    ];
    match random.random_range(0..if depth == 0 { 9 } else { 12 }) {
        0 => Value::Null,
        1 => random.random::<bool>().into(),
        2 => random.random::<i64>().into(),
        3 => random.random::<u64>().into(),
        4 => json!(f64::from_bits(random.random())),
        5 => json!(1e300),
        6 => piece(random).into(),
        7 | 8 => (*WORDS.choose(random).unwrap()).into(),
        9 => {
            let length = random.random_range(0..4);
            (0..length).map(|_| value(random, depth - 1)).collect()
        }
        _ => {
            let length = random.random_range(0..4);
            (0..length).map(|_| (piece(random), value(random, depth - 1))).collect()
        }
    }
}

#[tokio::test]
async fn no_arguments_of_two_hundred_thousand_break_a_tool_or_reach_what_is_no_operation() {
    let hub = Recorder::start(|_| json_answer("{}"));
    let stage = Stage::at(&hub.url);
    let mut random = StdRng::seed_from_u64(2);
    let mut sent = 0;
    for round in 0..ARGUMENTS {
        let tool = &TOOLS[round % TOOLS.len()];
        let mut arguments = Map::new();
        for param in tool.params {
            if param.required || round % 3 == 0 {
                arguments.insert(param.name.to_owned(), value(&mut random, 3));
            }
            // Otherwise the choices of an action would hardly ever be met.
            if !param.choices.is_empty() && round % 4 != 0 {
                let choice = param.choices[round / TOOLS.len() % param.choices.len()];
                arguments.insert(param.name.to_owned(), choice.into());
            }
        }
        if round % 50 == 0 {
            arguments.insert("surprise".to_owned(), value(&mut random, 3));
        }
        // All are looked at; one in two hundred is done, against a Hub that writes down what arrives.
        let accepted = tool.accept(arguments.clone());
        if tool.name == "hf_api_request" && accepted.is_ok() {
            let text = |name: &str| {
                arguments.get(name).and_then(Value::as_str).unwrap_or("GET").to_owned()
            };
            let object = |name: &str| arguments.get(name).and_then(Value::as_object).cloned();
            let request = Request {
                endpoint: text("endpoint"),
                method: text("method"),
                params: object("params").unwrap_or_default(),
                json_body: object("json_body"),
            };
            if let Ok(call) = check(&request) {
                assert_of_the_list(call.as_ref(), &request.endpoint);
            }
        }
        if round % 200 < 2 {
            let failure = stage.call(tool.name, Value::Object(arguments)).await.err();
            if let Some(failure) = failure {
                let text = failure.to_json().to_string();
                assert!(text.len() < 1_200, "{}: {text}", tool.name);
                assert_ne!(failure.code.as_str(), "internal", "{}: {text}", tool.name);
            }
            sent += 1;
        }
    }
    println!("counted: {ARGUMENTS} argument objects, {sent} of them called");
    for request in hub.seen() {
        let path = request.target.split('?').next().unwrap();
        let known = operations::all().iter().any(|entry| {
            entry.operation.method.as_str() == request.method && entry.operation.matches(path)
        });
        assert!(known, "{request:?}");
    }
}

#[tokio::test]
async fn nothing_that_writes_leaves_in_read_only() {
    let hub = Recorder::start(|_| json_answer("{}"));
    let wish = hubfolk_mcp::tools::profiles::Wish {
        toolsets: vec!["all".to_owned(), "operations".to_owned()],
        read_only: true,
        ..Default::default()
    };
    let stage = Stage::with(&hub.url, Some("hf_test_example"), &wish);
    for entry in operations::all().iter().filter(|entry| !entry.operation.effect.is_read()) {
        let name = entry.operation.name;
        let arguments: Map<String, Value> = entry
            .shape()
            .fields
            .iter()
            .filter(|field| field.required)
            .map(|field| {
                let value = match (field.choices.first(), field.kinds[0].name()) {
                    (Some(choice), _) => choice.as_str().into(),
                    (None, "integer" | "number") => json!(1),
                    (None, "boolean") => json!(true),
                    (None, "array") => json!(["ada"]),
                    (None, "object") => json!({"type": "model", "id": "a/m"}),
                    _ => json!("ada"),
                };
                (field.name.clone(), value)
            })
            .collect();
        assert!(
            stage
                .call("call_operation", json!({"name": name, "arguments": arguments}))
                .await
                .is_err()
        );
    }
    for tool in TOOLS.iter().filter(|tool| !tool.can_read()) {
        let arguments: Map<String, Value> = tool
            .params
            .iter()
            .map(|param| {
                let value = param.choices.first().map_or(json!("1"), |choice| json!(choice));
                (param.name.to_owned(), value)
            })
            .collect();
        let failure = stage.call(tool.name, Value::Object(arguments)).await.unwrap_err();
        assert_eq!(failure.code.as_str(), "not_allowed", "{}", tool.name);
    }
    for (endpoint, body) in [
        ("/models/a/m/discussions", json!({"title": "abc", "description": "x"})),
        ("/collections", json!({"title": "abc", "namespace": "a"})),
        ("/models/a/m/user-access-request/grant", json!({"user": "ada"})),
    ] {
        let arguments = json!({"endpoint": endpoint, "method": "POST", "json_body": body});
        let failure = stage.call("hf_api_request", arguments).await.unwrap_err();
        assert_eq!(failure.code.as_str(), "not_allowed", "{endpoint}");
    }
    assert!(hub.seen().iter().all(|request| request.method == "GET"), "{:?}", hub.seen());
}
