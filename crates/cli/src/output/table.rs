//! Tables for people: they fit the terminal, one line a row.

use comfy_table::presets::NOTHING;
use comfy_table::{
    Attribute, Cell, CellAlignment, ColumnConstraint, ContentArrangement, Row, Table, Width,
};
use serde_json::Value;

use super::cell;

/// Rows measured together: enough for steady column widths, few enough to appear at once.
const BATCH: usize = 500;

/// A table printed as its rows arrive.
pub(super) struct Batches {
    columns: Vec<String>,
    colour: bool,
    waiting: Vec<Value>,
    /// Fixed by the first batch, so that later ones line up below it.
    widths: Option<Vec<u16>>,
}

impl Batches {
    pub(super) fn new(columns: Vec<String>, colour: bool) -> Self {
        Self { columns, colour, waiting: Vec::new(), widths: None }
    }

    /// Adds a row; the text of a batch when it is full.
    pub(super) fn push(&mut self, row: Value) -> Option<String> {
        self.waiting.push(row);
        (self.waiting.len() >= BATCH).then(|| self.rest())
    }

    /// The text of what still waits.
    pub(super) fn rest(&mut self) -> String {
        if self.waiting.is_empty() {
            return String::new();
        }
        let rows = std::mem::take(&mut self.waiting);
        let columns: Vec<&str> = self.columns.iter().map(String::as_str).collect();
        let mut table = table(&columns, &rows, self.widths.is_none(), self.colour);
        if let Some(widths) = &self.widths {
            for (column, width) in table.column_iter_mut().zip(widths) {
                column.set_constraint(ColumnConstraint::Absolute(Width::Fixed(*width)));
            }
        }
        let text = render(&table);
        if self.widths.is_none() {
            self.widths = Some(measured(&mut table));
        }
        text
    }
}

/// Key and value side by side.
pub(super) fn pairs(keys: &[String], row: &Value, colour: bool) -> String {
    let mut table = Table::new();
    table.load_style(NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    style(&mut table, colour);
    for key in keys {
        let name = Cell::new(key).add_attribute(Attribute::Bold);
        table.add_row(vec![name, Cell::new(cell::decorated(row, key))]);
    }
    pad(&mut table);
    render(&table)
}

/// A table as wide as told, whatever the terminal.
pub(super) fn fixed(columns: &[&str], rows: &[Value], width: u16, colour: bool) -> String {
    let mut table = table(columns, rows, true, colour);
    table.set_width(width);
    render(&table)
}

fn table(columns: &[&str], rows: &[Value], header: bool, colour: bool) -> Table {
    let mut table = Table::new();
    table.load_style(NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_truncation_indicator("…");
    style(&mut table, colour);
    if header {
        let cells = columns.iter().map(|name| Cell::new(name).add_attribute(Attribute::Bold));
        let mut header = Row::from(cells.collect::<Vec<_>>());
        header.max_height(1);
        table.set_header(header);
    }
    for row in rows {
        let mut cells = Row::new();
        for column in columns {
            let text = Cell::new(cell::decorated(row, column));
            let number = row[*column].is_number();
            cells.add_cell(if number { text.set_alignment(CellAlignment::Right) } else { text });
        }
        cells.max_height(1);
        table.add_row(cells);
    }
    pad(&mut table);
    // The first column says who a row is about: the others give way first.
    if let (Some(width), Some(column)) =
        (table.column_max_content_widths().first().copied(), table.column_mut(0))
        && width <= 42
    {
        column.set_constraint(ColumnConstraint::ContentWidth);
    }
    table
}

fn style(table: &mut Table, colour: bool) {
    if colour {
        table.enforce_styling();
    } else {
        // Colours are decided once for the program (--color, NO_COLOR), not by the table; the
        // width is still the terminal's.
        if let Some(width) = table.width() {
            table.set_width(width);
        }
        table.force_no_tty();
    }
}

/// Two blanks between columns and none before the first.
fn pad(table: &mut Table) {
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
}

fn measured(table: &mut Table) -> Vec<u16> {
    // The first line holds every column at its final width only after arrangement, which the
    // library keeps to itself; the widest content, capped, is what later batches need.
    let widths = table.column_max_content_widths();
    let available = table.width().unwrap_or(u16::MAX);
    let total: u16 =
        widths.iter().fold(0, |sum, width| sum.saturating_add(width.saturating_add(2)));
    if total <= available {
        return widths.into_iter().map(|width| width.saturating_add(2)).collect();
    }
    let share = available / u16::try_from(widths.len().max(1)).unwrap_or(u16::MAX);
    widths.into_iter().map(|width| (width + 2).min(share.max(4))).collect()
}

fn render(table: &Table) -> String {
    let mut text = String::new();
    for line in table.lines() {
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn a_narrow_table_keeps_one_line_a_row_and_its_width() {
        let rows = [
            json!({"username": "ada", "fullname": "Ada Lovelace, Countess of somewhere far", "n": 3}),
            json!({"username": "b", "fullname": null, "n": 12}),
        ];
        let text = super::fixed(&["username", "fullname", "n"], &rows, 30, false);
        assert_eq!(text.lines().count(), 3, "{text}");
        assert!(text.lines().all(|line| line.chars().count() <= 30), "{text}");
        assert!(text.contains('…'), "{text}");
    }

    #[test]
    fn later_batches_have_no_header() {
        let mut batches = super::Batches::new(vec!["a".to_owned()], false);
        let mut text = String::new();
        for i in 0..1001 {
            text.push_str(&batches.push(json!({"a": i})).unwrap_or_default());
        }
        text.push_str(&batches.rest());
        assert_eq!(text.lines().filter(|line| *line == "a").count(), 1);
        assert_eq!(text.lines().count(), 1002);
    }
}
