//! What a model reads out of an answer, without counting or comparing more than it must.

use serde_json::{Map, Value};

/// An answer, all its pages together.
#[derive(Debug, Default)]
pub(crate) struct Output {
    pub(crate) rows: Vec<Map<String, Value>>,
    /// The last answer where it is one object, or its text.
    pub(crate) whole: Value,
}

impl Output {
    /// Takes in one answer; the argument for the next call, if it goes on.
    pub(crate) fn take(&mut self, text: &str) -> Option<(&'static str, Value)> {
        if let Some((rows, page)) = text.rsplit_once("page: ") {
            let mut reader = csv::Reader::from_reader(rows.as_bytes());
            for row in reader.deserialize::<Map<String, Value>>().flatten() {
                self.rows.push(row);
            }
            self.whole = rows.into();
            let page: Value = serde_json::from_str(page).ok()?;
            let cursor = page["next_cursor"].clone();
            return (!cursor.is_null()).then_some(("cursor", cursor));
        }
        let Ok(value) = serde_json::from_str::<Value>(text) else {
            self.whole = text.into();
            return None;
        };
        if value.get("status").is_none() || value.get("data").is_none() {
            self.whole = value;
            return None;
        }
        let data = &value["data"];
        let items = data.as_array().or_else(|| data["discussions"].as_array());
        self.rows.extend(items.into_iter().flatten().filter_map(|item| item.as_object().cloned()));
        self.whole = data.clone();
        let next = &value["page"]["next_offset"];
        (!next.is_null()).then(|| ("offset", next.clone()))
    }
}

/// What is read out of an answer.
pub(crate) type Read = Box<dyn Fn(&Output) -> Vec<String> + Send + Sync>;

/// A field as text, by its path with points.
fn field(row: &Map<String, Value>, path: &str) -> String {
    if let Some(value) = row.get(path) {
        return plain(value);
    }
    let mut parts = path.split('.');
    let mut value = parts.next().and_then(|part| row.get(part));
    for part in parts {
        value = value.and_then(|value| value.get(part));
    }
    value.map(plain).unwrap_or_default()
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => unlabelled(text).to_owned(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// A text without the label that says whose words it is.
fn unlabelled(text: &str) -> &str {
    let label = text.strip_prefix('[').and_then(|text| text.split_once("] "));
    label.map_or(text, |(_, words)| words)
}

/// Every value of a column.
pub(crate) fn column(name: &'static str) -> Read {
    Box::new(move |output| output.rows.iter().map(|row| field(row, name)).collect())
}

/// The values of a column in rows in which others are as given.
pub(crate) fn column_where(
    name: &'static str,
    wanted: &'static [(&'static str, &'static str)],
) -> Read {
    Box::new(move |output| {
        let fits = |row: &&Map<String, Value>| {
            wanted.iter().all(|(column, value)| field(row, column) == *value)
        };
        output.rows.iter().filter(fits).map(|row| field(row, name)).collect()
    })
}

/// The values of a column in rows in which another contains a text.
pub(crate) fn column_with(name: &'static str, within: &'static str, text: &'static str) -> Read {
    Box::new(move |output| {
        let fits = |row: &&Map<String, Value>| field(row, within).contains(text);
        output.rows.iter().filter(fits).map(|row| field(row, name)).collect()
    })
}

/// The first values of a column.
pub(crate) fn first(name: &'static str, most: usize) -> Read {
    Box::new(move |output| output.rows.iter().take(most).map(|row| field(row, name)).collect())
}

/// The last value of a column.
pub(crate) fn last(name: &'static str) -> Read {
    Box::new(move |output| output.rows.last().map(|row| field(row, name)).into_iter().collect())
}

/// The value of a column in the row in which a number is highest.
pub(crate) fn highest(name: &'static str, by: &'static str) -> Read {
    Box::new(move |output| {
        let number = |row: &&Map<String, Value>| field(row, by).parse::<u64>().unwrap_or(0);
        output.rows.iter().max_by_key(number).map(|row| field(row, name)).into_iter().collect()
    })
}

/// How many rows there are.
pub(crate) fn count() -> Read {
    Box::new(|output| vec![output.rows.len().to_string()])
}

/// How many rows have a value.
pub(crate) fn count_where(wanted: &'static [(&'static str, &'static str)]) -> Read {
    let rows = column_where("", wanted);
    Box::new(move |output| vec![rows(output).len().to_string()])
}

/// The number that the server counted for a value.
pub(crate) fn counted(value: &'static str) -> Read {
    Box::new(move |output| {
        let counted = |row: &&Map<String, Value>| {
            row.iter().any(|(name, field)| name != "count" && plain(field) == value)
        };
        output.rows.iter().filter(counted).map(|row| field(row, "count")).collect()
    })
}

/// Values that the server counted more than once.
pub(crate) fn counted_often() -> Read {
    Box::new(|output| {
        let often = |row: &&Map<String, Value>| field(row, "count").parse::<u64>().unwrap_or(0) > 1;
        let value = |row: &Map<String, Value>| {
            row.iter().find(|(name, _)| *name != "count").map(|(_, value)| plain(value))
        };
        output.rows.iter().filter(often).filter_map(value).collect()
    })
}

/// A value of one object.
pub(crate) fn cell(pointer: &'static str) -> Read {
    Box::new(move |output| output.whole.pointer(pointer).map(plain).into_iter().collect())
}

/// Whether a row has a value.
pub(crate) fn whether(name: &'static str, value: &'static str) -> Read {
    let column = column(name);
    Box::new(move |output| vec![column(output).iter().any(|found| found == value).to_string()])
}

/// Something of our own making.
pub(crate) fn by(read: fn(&Output) -> Vec<String>) -> Read {
    Box::new(read)
}

/// That it was done is asked of the Hub.
pub(crate) fn done() -> Read {
    Box::new(|_| Vec::new())
}
