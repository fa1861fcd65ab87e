//! Tools that ask by their result, as 2026-07-28 has it, and are called again with the answers.

use rmcp::{
    ErrorData, RoleServer,
    model::{
        CallToolRequestParams, CallToolResponse, CallToolResult, InputRequest, InputRequests,
        InputRequiredResult,
    },
    service::RequestContext,
};
use serde_json::{Value, json};

use super::{from_json, tools::said};
use crate::seal::Seal;

pub(super) const NAMES: [&str; 9] = [
    "test_input_required_result_elicitation",
    "test_input_required_result_sampling",
    "test_input_required_result_list_roots",
    "test_input_required_result_request_state",
    "test_input_required_result_multiple_inputs",
    "test_input_required_result_multi_round",
    "test_input_required_result_tampered_state",
    "test_input_required_result_capabilities",
    "test_input_required_result_validate",
];

type Response = Result<CallToolResponse, ErrorData>;

/// The answer of such a tool; none for other tools.
pub(super) fn call(
    seal: &Seal,
    request: &CallToolRequestParams,
    context: &RequestContext<RoleServer>,
) -> Option<Response> {
    let kind = request.name.strip_prefix("test_input_required_result_")?;
    NAMES.contains(&request.name.as_ref()).then(|| answer(seal, kind, request, context))
}

fn answer(
    seal: &Seal,
    kind: &str,
    request: &CallToolRequestParams,
    context: &RequestContext<RoleServer>,
) -> Response {
    let given = |key: &str| request.input_responses.as_ref().and_then(|answers| answers.get(key));
    let name = |key: &str, field: &str| {
        let answer = given(key)?;
        let accepted = answer["action"] == "accept";
        answer["content"][field].as_str().filter(|_| accepted).map(str::to_owned)
    };
    let state = || seal.seal("conformance", &[kind], b"1");
    let opened = || {
        let sealed = request.request_state.as_deref();
        sealed.map(|sealed| seal.open("conformance", &[kind], sealed).ok_or_else(tampered))
    };
    match kind {
        "sampling" => match given("capital_question") {
            Some(answer) => done(format!("The model said: {answer}")),
            None => {
                ask([("capital_question", sample("What is the capital of France?", 100))], None)
            }
        },
        "list_roots" => match given("client_roots") {
            Some(answer) => done(format!("Roots: {}", answer["roots"])),
            None => ask([("client_roots", roots())], None),
        },
        "request_state" => match (given("confirm"), opened().transpose()?) {
            (Some(_), Some(_)) => done("state-ok".to_owned()),
            _ => ask([("confirm", form("Please confirm", "ok", "boolean"))], Some(state())),
        },
        "multiple_inputs" => {
            let all = ["user_name", "greeting", "client_roots"];
            if all.iter().all(|key| given(key).is_some()) && opened().transpose()?.is_some() {
                return done("All inputs were given.".to_owned());
            }
            let questions = [
                ("user_name", form("What is your name?", "name", "string")),
                ("greeting", sample("Generate a greeting", 50)),
                ("client_roots", roots()),
            ];
            ask(questions, Some(state()))
        }
        "multi_round" => {
            let round = opened().transpose()?;
            match (given("step1"), given("step2"), round.as_deref()) {
                (_, Some(_), Some(b"2")) => done("Both steps are done.".to_owned()),
                (Some(_), _, Some(b"1")) => {
                    let second = seal.seal("conformance", &[kind], b"2");
                    let question = form("Step 2: What is your favorite color?", "color", "string");
                    ask([("step2", question)], Some(second))
                }
                _ => {
                    let question = form("Step 1: What is your name?", "name", "string");
                    ask([("step1", question)], Some(state()))
                }
            }
        }
        "tampered_state" => match opened().transpose()? {
            Some(_) => done("The state is as it was.".to_owned()),
            None => ask([("confirm", form("Please confirm", "ok", "boolean"))], Some(state())),
        },
        "capabilities" => {
            let client = context.client_capabilities().unwrap_or_default();
            let mut questions = Vec::new();
            if client.sampling.is_some() {
                questions.push(("greeting", sample("Generate a greeting", 50)));
            }
            if client.elicitation.is_some() {
                questions.push(("user_name", form("What is your name?", "name", "string")));
            }
            if questions.is_empty() || given("greeting").is_some() || given("user_name").is_some() {
                return done("Nothing is left to ask.".to_owned());
            }
            ask(questions, None)
        }
        _ => match name("user_name", "name") {
            Some(name) => done(format!("Hello, {name}!")),
            None => ask([("user_name", form("What is your name?", "name", "string"))], None),
        },
    }
}

fn tampered() -> ErrorData {
    ErrorData::invalid_params("requestState failed its integrity check", None)
}

fn done(text: String) -> Response {
    Ok(CallToolResult::success(vec![said(text)]).into())
}

fn ask(
    questions: impl IntoIterator<Item = (&'static str, InputRequest)>,
    state: Option<String>,
) -> Response {
    let requests: InputRequests =
        questions.into_iter().map(|(key, request)| (key.to_owned(), request)).collect();
    Ok(InputRequiredResult::new(Some(requests), state).into())
}

pub(super) fn form(message: &str, field: &str, kind: &str) -> InputRequest {
    let mut properties = json!({});
    properties[field] = json!({ "type": kind });
    from_json(json!({
        "method": "elicitation/create",
        "params": {
            "mode": "form",
            "message": message,
            "requestedSchema": {
                "type": "object", "properties": properties, "required": [field],
            },
        },
    }))
}

fn sample(text: &str, most: u32) -> InputRequest {
    from_json::<InputRequest>(json!({
        "method": "sampling/createMessage",
        "params": {
            "messages": [{ "role": "user", "content": { "type": "text", "text": text } }],
            "maxTokens": most,
        },
    }))
}

fn roots() -> InputRequest {
    from_json(Value::from_iter([("method", json!("roots/list")), ("params", json!({}))]))
}
