//! CSV (RFC 4180) that a spreadsheet cannot be tricked with.

use std::io::{self, Write};

use serde_json::Value;

use super::cell;

/// Writes the header line.
///
/// # Errors
///
/// When it cannot be written.
pub fn write_header(out: &mut impl Write, columns: &[String]) -> io::Result<()> {
    write_record(out, columns.iter().cloned())
}

/// Writes one row; on a terminal, control characters are written out.
///
/// # Errors
///
/// When it cannot be written.
pub fn write_row(
    out: &mut impl Write,
    columns: &[String],
    row: &Value,
    terminal: bool,
) -> io::Result<()> {
    write_record(
        out,
        columns.iter().map(|column| {
            let text = cell::raw(row, column);
            let text = if terminal { cell::shown(&text).into_owned() } else { text };
            // A number is never a formula: -1 stays a number.
            if row[column].is_number() { text } else { neutral(text) }
        }),
    )
}

fn write_record(out: &mut impl Write, cells: impl Iterator<Item = String>) -> io::Result<()> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .buffer_capacity(512)
        .from_writer(out);
    for cell in cells {
        writer.write_field(cell).map_err(io_error)?;
    }
    writer.write_record(None::<&[u8]>).map_err(io_error)?;
    writer.flush()
}

/// Text with a leading `'` where a spreadsheet would take it for a formula.
#[must_use]
pub fn neutral(text: String) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text }
}

fn io_error(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    fn row(value: &str) -> String {
        let mut out = Vec::new();
        super::write_row(&mut out, &["a".into()], &json!({"a": value}), false).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn cells_that_begin_a_formula_are_neutralised() {
        for start in ["=", "+", "-", "@", "\t"] {
            assert!(row(&format!("{start}cmd")).starts_with(&format!("'{start}cmd")), "{start:?}");
        }
        assert_eq!(row("\rcmd"), "\"'\rcmd\"\r\n");
    }

    #[test]
    fn numbers_quotes_and_line_breaks_survive() {
        let mut out = Vec::new();
        super::write_row(&mut out, &["a".into()], &json!({"a": -1}), false).unwrap();
        assert_eq!(out, b"-1\r\n");
        assert_eq!(row("a \"b\", c\nd"), "\"a \"\"b\"\", c\nd\"\r\n");
    }
}
