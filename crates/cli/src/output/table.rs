//! Tables for people: they fit the terminal, one line a row.

use comfy_table::presets::NOTHING;
use comfy_table::{
    Attribute, Cell, CellAlignment, ColumnConstraint, ContentArrangement, Table, Width,
};
use serde_json::Value;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::cell;

/// Rows measured together: enough for steady column widths, few enough to appear at once.
const BATCH: usize = 500;

/// Blanks between columns.
const GAP: usize = 2;

/// A column narrower than this says nothing.
const NARROWEST: usize = 6;

/// A table printed as its rows arrive.
pub(super) struct Batches {
    columns: Vec<String>,
    width: usize,
    colour: bool,
    waiting: Vec<Value>,
    /// Fixed by the first batch, so that later ones line up below it.
    widths: Option<Vec<usize>>,
}

impl Batches {
    pub(super) fn new(columns: Vec<String>, colour: bool) -> Self {
        Self { columns, width: terminal_width(), colour, waiting: Vec::new(), widths: None }
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
        let cells = cells(&columns, &rows);
        let header = self.widths.is_none();
        let widths = self.widths.get_or_insert_with(|| fit(&columns, &cells, self.width));
        render(&columns, &rows, &cells, widths, header, self.colour)
    }
}

/// Key and value side by side.
pub(super) fn pairs(keys: &[String], row: &Value, colour: bool) -> String {
    let name = keys.iter().map(|key| key.width()).max().unwrap_or_default();
    let room = terminal_width().saturating_sub(name + GAP).max(NARROWEST);
    let mut table = plain(colour);
    for key in keys {
        let title = Cell::new(key).add_attribute(Attribute::Bold);
        table.add_row(vec![title, Cell::new(cell::decorated(row, key))]);
    }
    // A value may be long; here it is wrapped, not cut: this is the place to see all of it.
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(u16::try_from(name + GAP + room).unwrap_or(u16::MAX));
    if let Some(column) = table.column_mut(0) {
        column.set_constraint(ColumnConstraint::ContentWidth);
    }
    lines(&mut table)
}

/// A table as wide as told, whatever the terminal.
pub(super) fn fixed(columns: &[&str], rows: &[Value], width: u16, colour: bool) -> String {
    let cells = cells(columns, rows);
    let widths = fit(columns, &cells, usize::from(width));
    render(columns, rows, &cells, &widths, true, colour)
}

fn cells(columns: &[&str], rows: &[Value]) -> Vec<Vec<String>> {
    rows.iter()
        .map(|row| columns.iter().map(|column| cell::decorated(row, column)).collect())
        .collect()
}

/// The widths of the columns that fit; the widest give way first, and the last are left out when
/// there is no room for all.
fn fit(columns: &[&str], cells: &[Vec<String>], width: usize) -> Vec<usize> {
    let natural = |i: usize| {
        cells.iter().map(|row| row[i].width()).max().unwrap_or_default().max(columns[i].width())
    };
    let mut widths: Vec<usize> = (0..columns.len()).map(natural).collect();
    let total = |widths: &[usize]| widths.iter().map(|width| width + GAP).sum::<usize>();
    while widths.len() > 1
        && widths.iter().map(|width| width.min(&NARROWEST) + GAP).sum::<usize>() > width + GAP
    {
        widths.pop();
    }
    while total(&widths) > width + GAP {
        // The first column says who a row is about, so it counts as narrower than it is.
        let weight = |(i, width): (usize, &usize)| if i == 0 { width / 2 } else { *width };
        let widest = widths.iter().enumerate().max_by_key(|column| weight(*column)).map(|(i, _)| i);
        match widest {
            Some(i) if widths[i] > 1 => widths[i] -= 1,
            _ => break,
        }
    }
    widths
}

fn render(
    columns: &[&str],
    rows: &[Value],
    cells: &[Vec<String>],
    widths: &[usize],
    header: bool,
    colour: bool,
) -> String {
    let mut table = plain(colour);
    if header {
        let names = columns.iter().zip(widths).map(|(name, width)| cut(name, *width));
        let names = names.map(|name| Cell::new(name).add_attribute(Attribute::Bold));
        table.set_header(names.collect::<Vec<_>>());
    }
    for (row, texts) in rows.iter().zip(cells) {
        let cells = columns.iter().zip(texts).zip(widths).map(|((column, text), width)| {
            let cell = Cell::new(cut(text, *width));
            if row[*column].is_number() { cell.set_alignment(CellAlignment::Right) } else { cell }
        });
        table.add_row(cells.collect::<Vec<_>>());
    }
    for (column, width) in table.column_iter_mut().zip(widths) {
        let width = u16::try_from(width + GAP).unwrap_or(u16::MAX);
        column.set_constraint(ColumnConstraint::Absolute(Width::Fixed(width)));
    }
    lines(&mut table)
}

/// The text within a width, with `…` where something is missing.
fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut used = 0;
    let mut cut: String = text
        .chars()
        .take_while(|c| {
            used += c.width().unwrap_or_default();
            used < width
        })
        .collect();
    cut.push('…');
    cut
}

/// A table without lines whose colours are decided by us (`--color`, `NO_COLOR`), not by it.
fn plain(colour: bool) -> Table {
    let mut table = Table::new();
    table.load_style(NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    if colour {
        table.enforce_styling();
    } else {
        table.force_no_tty();
    }
    table
}

/// Columns of the terminal; 100 where nobody knows.
pub(crate) fn terminal_width() -> usize {
    Table::new().width().filter(|width| *width > 0).map_or(100, usize::from).max(20)
}

fn lines(table: &mut Table) -> String {
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
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
    use unicode_width::UnicodeWidthStr;

    #[test]
    fn a_narrow_table_keeps_one_line_a_row_and_its_width() {
        let rows = [
            json!({"username": "ada", "fullname": "Ada Lovelace, Countess of somewhere far", "n": 3}),
            json!({"username": "b", "fullname": "王小明 王小明 王小明 王小明 王小明", "n": 12}),
        ];
        for width in [20, 30, 45] {
            let text = super::fixed(&["username", "fullname", "n"], &rows, width, false);
            assert_eq!(text.lines().count(), 3, "{text}");
            assert!(text.lines().all(|line| line.width() <= usize::from(width)), "{width}\n{text}");
            assert!(text.contains('…') && text.contains("ada"), "{text}");
        }
    }

    #[test]
    fn a_wide_table_cuts_nothing() {
        let rows = [json!({"a": "one two three", "b": 1})];
        assert_eq!(
            super::fixed(&["a", "b"], &rows, 80, false),
            "a              b\none two three  1\n"
        );
    }

    #[test]
    fn later_batches_have_no_header() {
        let mut batches = super::Batches::new(vec!["a".to_owned()], false);
        let mut text = String::new();
        for i in 0..1001 {
            text.push_str(&batches.push(json!({"a": i})).unwrap_or_default());
        }
        text.push_str(&batches.rest());
        assert_eq!(text.lines().filter(|line| line.trim() == "a").count(), 1);
        assert_eq!(text.lines().count(), 1002);
    }
}
