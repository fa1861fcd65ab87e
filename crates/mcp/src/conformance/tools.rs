//! Tools that answer with each kind of content, report, log and ask in the middle of a call.

use std::time::Duration;

use rmcp::{
    ErrorData, RoleServer,
    model::{
        CallToolRequestParams, CallToolResponse, CallToolResult, ClientCapabilities, ContentBlock,
        CreateMessageRequestParams, ElicitRequestParams, LoggingLevel,
        LoggingMessageNotificationParam, ProgressNotificationParam, ResourceContents, Tool,
    },
    service::RequestContext,
};
use serde_json::{Value, json};

use super::{PNG, WAV, from_json};

/// A pause between two things that a client shall be able to tell apart.
const PAUSE: Duration = Duration::from_millis(50);

/// The fixture tools, those of the neighbouring files included.
pub(super) fn all() -> Vec<Tool> {
    let plain = |name: &'static str, about: &'static str| {
        tool(name, about, json!({ "type": "object", "properties": {} }))
    };
    let text = |name: &'static str, about: &'static str, field: &str| {
        let mut properties = json!({});
        properties[field] = json!({ "type": "string" });
        let schema = json!({ "type": "object", "properties": properties, "required": [field] });
        tool(name, about, schema)
    };
    let mut tools = vec![
        plain("test_simple_text", "Answers with text"),
        plain("test_image_content", "Answers with an image"),
        plain("test_audio_content", "Answers with sound"),
        plain("test_embedded_resource", "Answers with a resource"),
        plain("test_multiple_content_types", "Answers with several kinds of content"),
        plain("test_tool_with_logging", "Logs three times"),
        plain("test_tool_with_progress", "Reports its progress"),
        plain("test_error_handling", "Always fails"),
        text("test_sampling", "Asks the client's model", "prompt"),
        text("test_elicitation", "Asks the user for a name and an address", "message"),
        plain("test_elicitation_sep1034_defaults", "Asks with defaults"),
        plain("test_elicitation_sep1330_enums", "Asks for choices"),
        plain("test_missing_capability", "Needs a client that samples"),
        tool(
            "test_custom_header",
            "Takes a parameter that travels in a header as well",
            json!({
                "type": "object",
                "properties": { "region": { "type": "string", "x-mcp-header": "Region" } },
                "required": ["region"],
            }),
        ),
        tool(
            "json_schema_2020_12_tool",
            "Tool with JSON Schema 2020-12 features",
            json!({
                "$schema": "https://json-schema.org/draft/2020-12/schema",
                "type": "object",
                "$defs": {
                    "address": {
                        "$anchor": "addressDef",
                        "type": "object",
                        "properties": { "street": { "type": "string" }, "city": { "type": "string" } },
                    },
                },
                "properties": {
                    "name": { "type": "string" },
                    "address": { "$ref": "#/$defs/address" },
                    "contactMethod": { "type": "string", "enum": ["phone", "email"] },
                    "phone": { "type": "string" },
                    "email": { "type": "string" },
                },
                "allOf": [{ "anyOf": [{ "required": ["phone"] }, { "required": ["email"] }] }],
                "if": {
                    "properties": { "contactMethod": { "const": "phone" } },
                    "required": ["contactMethod"],
                },
                "then": { "required": ["phone"] },
                "else": { "required": ["email"] },
                "additionalProperties": false,
            }),
        ),
    ];
    tools.extend(super::asking::NAMES.iter().map(|name| plain(name, "Asks before it answers")));
    tools.extend([
        text("greet", "Greets", "name"),
        tool(
            "slow_compute",
            "Takes its time",
            json!({
                "type": "object",
                "properties": { "seconds": { "type": "number" }, "label": { "type": "string" } },
                "required": ["seconds"],
            }),
        ),
        plain("failing_job", "Fails after a while"),
        plain("protocol_error_job", "Breaks"),
        text("confirm_delete", "Asks before it deletes nothing", "filename"),
        plain("multi_input", "Asks two things at once"),
        plain("test_tool_with_task", "Asks, then takes its time"),
    ]);
    tools
}

fn tool(name: &'static str, about: &'static str, schema: Value) -> Tool {
    Tool::new(name, about, from_json::<serde_json::Map<String, Value>>(schema))
}

/// The answer of a fixture tool; none for other tools.
pub(super) async fn call(
    request: &CallToolRequestParams,
    context: &RequestContext<RoleServer>,
) -> Option<Result<CallToolResponse, ErrorData>> {
    let argument = |name: &str| {
        let value = request.arguments.as_ref().and_then(|arguments| arguments.get(name));
        value.and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let content = match request.name.as_ref() {
        "test_simple_text" => vec![said("This is a simple text response for testing.")],
        "test_image_content" => vec![ContentBlock::image(PNG, "image/png")],
        "test_audio_content" => vec![ContentBlock::audio(WAV, "audio/wav")],
        "test_embedded_resource" => vec![ContentBlock::embedded_text(
            "test://embedded-resource",
            "This is an embedded resource content.",
        )],
        "test_multiple_content_types" => {
            let contents = ResourceContents::text(
                r#"{"test":"data","value":123}"#,
                "test://mixed-content-resource",
            )
            .with_mime_type("application/json");
            vec![
                said("Multiple content types test:"),
                ContentBlock::image(PNG, "image/png"),
                ContentBlock::resource(contents),
            ]
        }
        "test_tool_with_logging" => return Some(logging(context).await),
        "test_tool_with_progress" => return Some(progress(context).await),
        "test_error_handling" => {
            let why = said("This tool intentionally returns an error for testing");
            return Some(Ok(CallToolResult::error(vec![why]).into()));
        }
        "test_sampling" => return Some(sampling(context, &argument("prompt")).await),
        "test_elicitation" => {
            let schema = json!({
                "type": "object",
                "properties": {
                    "username": { "type": "string", "description": "User's response" },
                    "email": { "type": "string", "description": "User's email address" },
                },
                "required": ["username", "email"],
            });
            return Some(elicit(context, &argument("message"), schema, "User response").await);
        }
        "test_elicitation_sep1034_defaults" => {
            return Some(
                elicit(context, "Please check", defaults(), "Elicitation completed").await,
            );
        }
        "test_elicitation_sep1330_enums" => {
            return Some(elicit(context, "Please choose", enums(), "Elicitation completed").await);
        }
        "test_missing_capability" => {
            let samples =
                context.client_capabilities().is_some_and(|client| client.sampling.is_some());
            if !samples {
                let needed: ClientCapabilities = from_json(json!({ "sampling": {} }));
                return Some(Err(ErrorData::missing_required_client_capability(needed)));
            }
            vec![said("The client samples.")]
        }
        "test_custom_header" => vec![said(format!("region {}", argument("region")))],
        "json_schema_2020_12_tool" => vec![said("ok")],
        _ => return None,
    };
    Some(Ok(CallToolResult::success(content).into()))
}

pub(super) fn said(text: impl Into<String>) -> ContentBlock {
    ContentBlock::text(text)
}

fn answered(text: String) -> Result<CallToolResponse, ErrorData> {
    Ok(CallToolResult::success(vec![said(text)]).into())
}

fn failed(error: impl std::fmt::Display) -> Result<CallToolResponse, ErrorData> {
    Ok(CallToolResult::error(vec![said(error.to_string())]).into())
}

async fn logging(context: &RequestContext<RoleServer>) -> Result<CallToolResponse, ErrorData> {
    for (round, text) in
        ["Tool execution started", "Tool processing data", "Tool execution completed"]
            .into_iter()
            .enumerate()
    {
        if round > 0 {
            tokio::time::sleep(PAUSE).await;
        }
        let message = LoggingMessageNotificationParam::new(LoggingLevel::Info, text.into());
        if let Err(error) = context.peer.notify_logging_message(message).await {
            return failed(error);
        }
    }
    answered("Tool with logging executed successfully".to_owned())
}

async fn progress(context: &RequestContext<RoleServer>) -> Result<CallToolResponse, ErrorData> {
    let token = context.meta.get_progress_token();
    for (round, done) in [0.0, 50.0, 100.0].into_iter().enumerate() {
        if round > 0 {
            tokio::time::sleep(PAUSE).await;
        }
        if let Some(token) = token.clone() {
            let report = ProgressNotificationParam::new(token, done).with_total(100.0);
            if let Err(error) = context.peer.notify_progress(report).await {
                return failed(error);
            }
        }
    }
    answered("Tool with progress executed successfully".to_owned())
}

async fn sampling(
    context: &RequestContext<RoleServer>,
    prompt: &str,
) -> Result<CallToolResponse, ErrorData> {
    let request: CreateMessageRequestParams = from_json(json!({
        "messages": [{ "role": "user", "content": { "type": "text", "text": prompt } }],
        "maxTokens": 100,
    }));
    match context.peer.create_message(request).await {
        Ok(result) => {
            let value = serde_json::to_value(&result).unwrap_or_default();
            let content = &value["content"];
            let text = content["text"].as_str().or_else(|| content[0]["text"].as_str());
            answered(format!("LLM response: {}", text.unwrap_or_default()))
        }
        Err(error) => failed(error),
    }
}

async fn elicit(
    context: &RequestContext<RoleServer>,
    message: &str,
    schema: Value,
    what: &str,
) -> Result<CallToolResponse, ErrorData> {
    let request: ElicitRequestParams =
        from_json(json!({ "mode": "form", "message": message, "requestedSchema": schema }));
    match context.peer.create_elicitation(request).await {
        Ok(result) => {
            let result = serde_json::to_value(&result).unwrap_or_default();
            let action = result["action"].as_str().unwrap_or_default();
            answered(format!("{what}: action={action}, content={}", result["content"]))
        }
        Err(error) => failed(error),
    }
}

fn defaults() -> Value {
    json!({
        "type": "object",
        "properties": {
            "name": { "type": "string", "default": "John Doe" },
            "age": { "type": "integer", "default": 30 },
            "score": { "type": "number", "default": 95.5 },
            "status": {
                "type": "string",
                "enum": ["active", "inactive", "pending"],
                "default": "active",
            },
            "verified": { "type": "boolean", "default": true },
        },
        "required": [],
    })
}

fn enums() -> Value {
    let titled = |word: &str| {
        json!([
            { "const": "value1", "title": format!("First {word}") },
            { "const": "value2", "title": format!("Second {word}") },
            { "const": "value3", "title": format!("Third {word}") },
        ])
    };
    let options = json!(["option1", "option2", "option3"]);
    json!({
        "type": "object",
        "properties": {
            "untitledSingle": { "type": "string", "enum": options },
            "titledSingle": { "type": "string", "oneOf": titled("Option") },
            "legacyEnum": {
                "type": "string",
                "enum": ["opt1", "opt2", "opt3"],
                "enumNames": ["Option One", "Option Two", "Option Three"],
            },
            "untitledMulti": { "type": "array", "items": { "type": "string", "enum": options } },
            "titledMulti": { "type": "array", "items": { "anyOf": titled("Choice") } },
        },
        "required": [],
    })
}
