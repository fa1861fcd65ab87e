//! Rows as CSV, Markdown or JSON, and cells that stay on one row.

use serde_json::{Map, Value};

use crate::failure::Failure;

/// How a list is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated, with a line of names: a fifth of the tokens of JSON.
    #[default]
    Csv,
    /// A Markdown table.
    Markdown,
    /// JSON objects.
    Json,
}

impl Format {
    /// The format of this name.
    ///
    /// # Errors
    ///
    /// A name that is none.
    pub fn named(name: &str) -> Result<Self, Failure> {
        match name.trim().to_ascii_lowercase().as_str() {
            "csv" | "table" | "" => Ok(Self::Csv),
            "markdown" | "md" => Ok(Self::Markdown),
            "json" => Ok(Self::Json),
            other => Err(Failure::invalid(format!(
                "there is no format `{}`",
                crate::repair::excerpt(other, 40)
            ))
            .hint("csv, markdown or json")),
        }
    }

    /// What stands above the rows.
    #[must_use]
    pub fn head(self, columns: &[String]) -> String {
        match self {
            Self::Csv => {
                let names: Vec<String> = columns.iter().map(|column| quoted(column)).collect();
                names.join(",") + "\n"
            }
            Self::Markdown => {
                format!("|{}|\n|{}|\n", columns.join("|"), vec!["-"; columns.len()].join("|"))
            }
            Self::Json => String::new(),
        }
    }

    /// One row.
    #[must_use]
    pub fn row(self, columns: &[String], row: &Value) -> String {
        match self {
            Self::Csv => {
                let cells: Vec<String> =
                    columns.iter().map(|column| quoted(&cell(at(row, column)))).collect();
                cells.join(",") + "\n"
            }
            Self::Markdown => {
                let cells: Vec<String> = columns
                    .iter()
                    .map(|column| {
                        cell(at(row, column)).replace('|', "\\|").replace(['\n', '\r'], " ")
                    })
                    .collect();
                format!("|{}|\n", cells.join("|"))
            }
            Self::Json => picked(row, columns).to_string(),
        }
    }
}

/// Only these fields of an object, under the names they were asked by.
#[must_use]
pub fn picked(row: &Value, columns: &[String]) -> Value {
    let fields = columns.iter().filter_map(|column| {
        let value = at(row, column)?;
        (!value.is_null()).then(|| (column.clone(), value.clone()))
    });
    Value::Object(fields.collect::<Map<_, _>>())
}

/// The value at a dotted path.
#[must_use]
pub fn at<'a>(row: &'a Value, path: &str) -> Option<&'a Value> {
    if let Some(value) = row.get(path) {
        return Some(value);
    }
    path.split('.').try_fold(row, |value, key| match value {
        Value::Array(items) => items.get(key.parse::<usize>().ok()?),
        value => value.get(key),
    })
}

/// A value as one cell: an account by its name, a list by its items.
#[must_use]
pub fn cell(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(items)) => {
            items.iter().map(|item| cell(Some(item))).collect::<Vec<_>>().join(";")
        }
        Some(Value::Object(fields)) => {
            let name = ["user", "name", "slug", "id", "title"]
                .iter()
                .find_map(|key| fields.get(*key).and_then(Value::as_str));
            name.map_or_else(|| Value::Object(fields.clone()).to_string(), str::to_owned)
        }
        Some(scalar) => scalar.to_string(),
    }
}

fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn cells_never_break_a_row() {
        let row =
            json!({"user": "ada", "bio": "a \"b\",\nc", "org": {"name": "acme"}, "n": [1, 2]});
        let columns = ["user", "bio", "org", "n", "absent", "org.name"].map(str::to_owned);
        assert_eq!(Format::Csv.row(&columns, &row), "ada,\"a \"\"b\"\",\nc\",acme,1;2,,acme\n");
        assert_eq!(Format::Markdown.row(&columns, &row), "|ada|a \"b\", c|acme|1;2||acme|\n");
        assert_eq!(Format::Json.row(&columns[..2], &row), r#"{"bio":"a \"b\",\nc","user":"ada"}"#);
    }
}
