//! Charts as SVG, drawn on the server.
//!
//! Each has a title and a description for screen readers, classes instead of colours, so that light,
//! dark and print each have their own, and direct labels and hatching, so that no reading hangs on
//! telling two colours apart. Beside each stands a table of its data. A chart is drawn twice, for
//! wide and for narrow screens, because text that is scaled down is not read.

mod area;
mod bars;
mod scale;
mod share;
mod spans;

pub(crate) use area::{Series, area};
pub(crate) use bars::{Pair, bars};
pub(crate) use share::{Slice, share};
pub(crate) use spans::{Lane, Span, spans};

use std::fmt::Write as _;

/// Widths in the units of the drawing: about a CSS pixel each.
const WIDE: f64 = 720.0;
const NARROW: f64 = 340.0;

/// Both drawings of a chart.
fn both(draw: impl Fn(f64, &str) -> String) -> String {
    format!("{}{}", draw(WIDE, "wide"), draw(NARROW, "narrow"))
}

/// The beginning of a drawing. `id` is unique on its page; `size` is the drawing's own.
fn open(id: &str, size: &str, (width, height): (f64, f64), title: &str, desc: &str) -> String {
    let mut svg = String::new();
    let _ = write!(
        svg,
        "<svg class=\"chart {size}\" viewBox=\"0 0 {width} {height}\" role=\"img\" \
         aria-labelledby=\"{id}-{size}-t {id}-{size}-d\"><title id=\"{id}-{size}-t\">{}</title>\
         <desc id=\"{id}-{size}-d\">{}</desc>",
        escape(title),
        escape(desc)
    );
    svg
}

/// Hatching that lets the colour beneath show, named after the drawing it is in.
fn hatch(id: &str, size: &str) -> String {
    format!(
        "<defs><pattern id=\"{id}-{size}-h\" width=\"6\" height=\"6\" \
         patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">\
         <rect class=\"hatch\" width=\"2.5\" height=\"6\"/></pattern></defs>"
    )
}

/// A text as content or attribute of a drawing.
fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            // SVG in HTML takes no other control characters.
            c if c.is_control() => safe.push(' '),
            c => safe.push(c),
        }
    }
    safe
}

/// A coordinate with one decimal, and none where it is whole.
fn at(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every element is closed, and no attribute is left open.
    fn well_formed(svg: &str) {
        let mut open: Vec<&str> = Vec::new();
        for tag in svg.split('<').skip(1) {
            let inside = tag.split('>').next().unwrap_or_default();
            assert_eq!(inside.matches('"').count() % 2, 0, "{inside}");
            let name = inside.split([' ', '/']).next().unwrap_or_default();
            if let Some(name) = inside.strip_prefix('/') {
                assert_eq!(open.pop(), Some(name), "in {svg}");
            } else if !inside.ends_with('/') {
                open.push(name);
            }
        }
        assert!(open.is_empty(), "{open:?}");
        assert!(!svg.contains("style="), "the page's policy forbids inline styles");
        assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
    }

    #[test]
    fn charts_are_well_formed_whatever_is_in_them() {
        let hostile = "\"><script>alert(1)</script>\u{202e}&\u{0}";
        for values in [vec![], vec![0], vec![5], vec![0, 0, 0], vec![1, 1_000_000, 3]] {
            let days: Vec<String> = (0..values.len()).map(|n| format!("2026-03-{n:02}")).collect();
            let series = [0, 1].map(|class| Series {
                name: hostile.to_owned(),
                class,
                values: values.clone(),
            });
            well_formed(&area("a", hostile, hostile, &days, &series));
            let pairs: Vec<Pair> = values
                .iter()
                .map(|value| Pair { label: hostile.to_owned(), up: *value, down: value / 2 })
                .collect();
            well_formed(&bars("b", hostile, hostile, ("joined", "left"), &pairs));
            let slices: Vec<Slice<'_>> = values
                .iter()
                .map(|value| Slice { name: hostile, class: "yes", value: *value })
                .collect();
            well_formed(&share("c", hostile, &slices));
        }
        let span = |begin, end| Span { label: hostile.to_owned(), class: 1, begin, end };
        let lanes = [
            Lane { name: hostile.repeat(50), spans: vec![span(5, Some(5)), span(5, None)] },
            Lane { name: String::new(), spans: Vec::new() },
        ];
        well_formed(&spans("d", hostile, hostile, &lanes, 10));
        well_formed(&spans("d", hostile, hostile, &[], 0));
    }
}
