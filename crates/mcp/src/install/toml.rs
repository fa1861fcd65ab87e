//! Settings in TOML.

use serde_json::Value;
use toml_edit::{Array, DocumentMut, Item, Table, TableLike, value as toml_value};

use super::NAME;

pub(super) fn with(text: &str, key: &str, value: &Value) -> Result<String, String> {
    let mut document = parse(text)?;
    let servers = document.entry(key).or_insert_with(|| {
        let mut table = Table::new();
        table.set_implicit(true);
        Item::Table(table)
    });
    let servers = servers.as_table_like_mut().ok_or_else(|| format!("`{key}` is no table"))?;
    let entry = table(value);
    match servers.get_mut(NAME).and_then(Item::as_table_like_mut) {
        Some(there) if same(there, &entry) => {}
        // Its place and what else stands in it stay.
        Some(there) => {
            for (name, item) in entry {
                there.insert(&name, item);
            }
        }
        None => drop(servers.insert(NAME, Item::Table(entry))),
    }
    Ok(document.to_string())
}

pub(super) fn without(text: &str, key: &str, before: Option<&str>) -> Result<String, String> {
    let mut document = parse(text)?;
    let Some(servers) = document.get_mut(key).and_then(Item::as_table_like_mut) else {
        return Ok(text.to_owned());
    };
    if !servers.contains_key(NAME) {
        return Ok(text.to_owned());
    }
    let earlier = before.and_then(|before| parse(before).ok());
    let earlier = earlier.and_then(|before| before.get(key)?.as_table_like()?.get(NAME).cloned());
    match earlier {
        Some(entry) => drop(servers.insert(NAME, entry)),
        None => drop(servers.remove(NAME)),
    }
    Ok(document.to_string())
}

fn parse(text: &str) -> Result<DocumentMut, String> {
    text.parse::<DocumentMut>().map_err(|error| error.to_string().trim_end().to_owned())
}

/// The entry as a table: texts and lists of texts, which is all there is in it.
fn table(value: &Value) -> Table {
    let mut table = Table::new();
    for (name, value) in value.as_object().into_iter().flatten() {
        let item = match value {
            Value::Array(items) => {
                toml_value(items.iter().filter_map(Value::as_str).collect::<Array>())
            }
            other => toml_value(other.as_str().unwrap_or_default()),
        };
        table.insert(name, item);
    }
    table
}

fn same(there: &dyn TableLike, entry: &Table) -> bool {
    let text = |item: &Item| item.to_string().trim().to_owned();
    entry.iter().all(|(name, item)| there.get(name).is_some_and(|known| text(known) == text(item)))
}
