//! Prompts of each kind, and one that asks first.

use rmcp::model::{
    GetPromptRequestParams, GetPromptResponse, GetPromptResult, InputRequests, InputRequiredResult,
    Prompt, PromptArgument, PromptMessage,
};
use serde_json::{Value, json};

use super::{PNG, asking::form, from_json};

pub(super) fn all() -> Vec<Prompt> {
    let argument = |name: &str| PromptArgument::new(name).with_required(true);
    let about = Some("For the conformance suite");
    vec![
        Prompt::new("test_simple_prompt", about, None),
        Prompt::new(
            "test_prompt_with_arguments",
            about,
            Some(vec![argument("arg1"), argument("arg2")]),
        ),
        Prompt::new(
            "test_prompt_with_embedded_resource",
            about,
            Some(vec![argument("resourceUri")]),
        ),
        Prompt::new("test_prompt_with_image", about, None),
        Prompt::new("test_input_required_result_prompt", about, None),
    ]
}

pub(super) fn get(request: &GetPromptRequestParams) -> Option<GetPromptResponse> {
    let argument = |name: &str| {
        let value = request.arguments.as_ref().and_then(|arguments| arguments.get(name));
        value.and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let text =
        |text: String| json!({ "role": "user", "content": { "type": "text", "text": text } });
    let messages = match request.name.as_str() {
        "test_simple_prompt" => json!([text("This is a simple prompt for testing.".to_owned())]),
        "test_prompt_with_arguments" => json!([text(format!(
            "Prompt with arguments: arg1='{}', arg2='{}'",
            argument("arg1"),
            argument("arg2")
        ))]),
        "test_prompt_with_embedded_resource" => json!([
            {
                "role": "user",
                "content": {
                    "type": "resource",
                    "resource": {
                        "uri": argument("resourceUri"),
                        "mimeType": "text/plain",
                        "text": "Embedded resource content for testing.",
                    },
                },
            },
            text("Please process the embedded resource above.".to_owned()),
        ]),
        "test_prompt_with_image" => json!([
            { "role": "user", "content": { "type": "image", "data": PNG, "mimeType": "image/png" } },
            text("Please analyze the image above.".to_owned()),
        ]),
        "test_input_required_result_prompt" => {
            let answer = request.input_responses.as_ref().and_then(|all| all.get("user_context"));
            let Some(answer) = answer else {
                let question = form("What context should the prompt use?", "context", "string");
                let requests = InputRequests::from([("user_context".to_owned(), question)]);
                return Some(InputRequiredResult::new(Some(requests), None).into());
            };
            json!([text(format!("Context: {}", answer["content"]["context"]))])
        }
        _ => return None,
    };
    let messages: Vec<PromptMessage> = from_json(messages);
    Some(GetPromptResult::new(messages).into())
}
