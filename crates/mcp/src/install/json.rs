//! Settings in JSON with comments, as people keep them.

use jsonc_parser::ParseOptions;
use jsonc_parser::cst::{CstInputValue, CstObject, CstRootNode};
use serde_json::Value;

use super::NAME;

pub(super) fn with(text: &str, key: &str, value: &Value) -> Result<String, String> {
    let root = parse(if text.trim().is_empty() { "{}\n" } else { text })?;
    let servers = object(&root)?
        .object_value_or_create(key)
        .ok_or_else(|| format!("`{key}` is no object"))?;
    match servers.get(NAME) {
        Some(entry) if entry.to_serde_value().is_some_and(|there| there == *value) => {}
        Some(entry) => entry.set_value(input(value)),
        None => drop(servers.append(NAME, input(value))),
    }
    Ok(root.to_string())
}

pub(super) fn without(text: &str, key: &str, before: Option<&str>) -> Result<String, String> {
    let root = parse(text)?;
    let Some(servers) = object(&root)?.object_value(key) else { return Ok(text.to_owned()) };
    let Some(entry) = servers.get(NAME) else { return Ok(text.to_owned()) };
    match before.and_then(|before| earlier(before, key)) {
        Some(value) => entry.set_value(input(&value)),
        None => entry.remove(),
    }
    Ok(root.to_string())
}

/// The entry of our name that stood there before us.
fn earlier(before: &str, key: &str) -> Option<Value> {
    let root = parse(before).ok()?;
    let servers = root.object_value()?.object_value(key)?;
    servers.get(NAME)?.to_serde_value()
}

fn parse(text: &str) -> Result<CstRootNode, String> {
    CstRootNode::parse(text, &ParseOptions::default()).map_err(|error| error.to_string())
}

fn object(root: &CstRootNode) -> Result<CstObject, String> {
    root.object_value().ok_or_else(|| "it is no JSON object".to_owned())
}

fn input(value: &Value) -> CstInputValue {
    match value {
        Value::Null => CstInputValue::Null,
        Value::Bool(value) => CstInputValue::Bool(*value),
        Value::Number(number) => CstInputValue::Number(number.to_string()),
        Value::String(text) => CstInputValue::String(text.clone()),
        Value::Array(items) => CstInputValue::Array(items.iter().map(input).collect()),
        Value::Object(fields) => CstInputValue::Object(
            fields.iter().map(|(name, value)| (name.clone(), input(value))).collect(),
        ),
    }
}
