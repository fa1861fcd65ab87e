//! The parts of a whole as one bar.

use std::fmt::Write as _;

use super::{at, hatch, open};

/// A part of the whole.
pub(crate) struct Slice<'a> {
    pub(crate) name: &'a str,
    /// `yes`, `no`, `neither` or `unknown`.
    pub(crate) class: &'static str,
    pub(crate) value: i64,
}

const WIDTH: f64 = 320.0;
const HEIGHT: f64 = 14.0;

/// Draws the parts beside each other; what is not nothing is at least a line wide.
pub(crate) fn share(id: &str, title: &str, slices: &[Slice<'_>]) -> String {
    let total: i64 = slices.iter().map(|slice| slice.value.max(0)).sum();
    let told: Vec<String> = slices
        .iter()
        .map(|slice| format!("{} {}", slice.name, crate::show::number(slice.value)))
        .collect();
    let mut svg = open(id, "bar", (WIDTH, HEIGHT), title, &told.join(", "));
    // It is as wide as its place and keeps its height: there is no text in it to be stretched.
    svg = svg.replacen("<svg ", "<svg preserveAspectRatio=\"none\" ", 1);
    svg.push_str(&hatch(id, "bar"));
    let mut x = 0.0;
    for slice in slices.iter().filter(|slice| slice.value > 0) {
        let wide = (WIDTH * slice.value as f64 / total.max(1) as f64).max(2.0);
        let wide = wide.min(WIDTH - x);
        let shape = format!(
            "x=\"{}\" y=\"0\" width=\"{}\" height=\"{HEIGHT}\"",
            at(x),
            at((wide - 1.0).max(1.0))
        );
        let _ = write!(svg, "<rect class=\"{}\" {shape}/>", slice.class);
        if slice.class == "unknown" {
            let _ = write!(svg, "<rect fill=\"url(#{id}-bar-h)\" {shape}/>");
        }
        x += wide;
    }
    svg.push_str("</svg>");
    svg
}
