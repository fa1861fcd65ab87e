//! Tables in comments: columns where they fit, one cell a line where they do not.

use anstyle::Style;
use pulldown_cmark::Alignment;
use unicode_width::UnicodeWidthStr;

use super::Page;
use super::wrap::{Prefix, Span, paint, wrap};

/// Blanks between columns.
const GAP: usize = 2;

/// A table while it is read.
pub(super) struct Table {
    alignments: Vec<Alignment>,
    rows: Vec<Vec<Vec<Span>>>,
    row: Vec<Vec<Span>>,
}

impl Table {
    pub(super) fn new(alignments: Vec<Alignment>) -> Self {
        Self { alignments, rows: Vec::new(), row: Vec::new() }
    }

    pub(super) fn cell(&mut self, cell: Vec<Span>) {
        self.row.push(cell);
    }

    pub(super) fn end_row(&mut self) {
        self.rows.push(std::mem::take(&mut self.row));
    }

    /// Writes it behind the prefixes.
    pub(super) fn write(self, out: &mut String, prefixes: &mut [Prefix], page: Page) {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or_default();
        let widths: Vec<usize> = (0..columns)
            .map(|column| {
                let cells = self.rows.iter().filter_map(|row| row.get(column));
                cells.map(|cell| width(cell)).max().unwrap_or_default()
            })
            .collect();
        let all: usize = widths.iter().map(|width| width + GAP).sum();
        let margin: usize = prefixes.iter().map(|prefix| prefix.rest.width()).sum();
        if all + margin <= page.columns().saturating_add(GAP) {
            self.in_columns(out, prefixes, &widths, page);
        } else {
            self.in_lines(out, prefixes, page);
        }
    }

    fn in_columns(self, out: &mut String, prefixes: &mut [Prefix], widths: &[usize], page: Page) {
        let bold = page.style(Style::new().bold());
        for (index, row) in self.rows.into_iter().enumerate() {
            begin(out, prefixes);
            let cells = row.len();
            for (column, mut cell) in row.into_iter().enumerate() {
                let free = widths[column].saturating_sub(width(&cell));
                let before = match self.alignments.get(column) {
                    Some(Alignment::Right) => free,
                    Some(Alignment::Center) => free / 2,
                    _ => 0,
                };
                out.push_str(&" ".repeat(before));
                for span in &mut cell {
                    span.style = if index == 0 { bold } else { span.style };
                    paint(out, span);
                }
                if column + 1 < cells {
                    out.push_str(&" ".repeat(free - before + GAP));
                }
            }
            out.truncate(out.trim_end_matches(' ').len());
            out.push('\n');
            if index == 0 {
                begin(out, prefixes);
                let lines: Vec<String> = widths.iter().map(|width| "─".repeat(*width)).collect();
                out.push_str(&lines.join("  "));
                out.push('\n');
            }
        }
    }

    /// Each cell behind the name of its column.
    fn in_lines(self, out: &mut String, prefixes: &mut [Prefix], page: Page) {
        let bold = page.style(Style::new().bold());
        let mut rows = self.rows.into_iter();
        let head = rows.next().unwrap_or_default();
        for (index, row) in rows.enumerate() {
            if index > 0 {
                super::blank(out, prefixes);
            }
            for (name, cell) in head.iter().zip(row) {
                let mut line: Vec<Span> =
                    name.iter().map(|span| Span { style: bold, ..span.clone() }).collect();
                line.push(Span { text: ": ".to_owned(), style: bold });
                line.extend(cell);
                wrap(out, &line, prefixes, page.columns());
            }
        }
    }
}

fn begin(out: &mut String, prefixes: &mut [Prefix]) {
    for prefix in prefixes {
        match prefix.first.take() {
            Some(first) => out.push_str(&first),
            None => out.push_str(&prefix.rest),
        }
    }
}

fn width(cell: &[Span]) -> usize {
    cell.iter().map(|span| span.text.width()).sum()
}
