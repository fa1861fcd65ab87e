//! What came above, what went below.

use std::fmt::Write as _;

use super::{at, both, escape, hatch, open, scale};

/// What came and went in one span of time.
pub(crate) struct Pair {
    pub(crate) label: String,
    pub(crate) up: i64,
    pub(crate) down: i64,
}

const HEIGHT: f64 = 220.0;
const TOP: f64 = 18.0;
const BOTTOM: f64 = 24.0;
const LEFT: f64 = 40.0;

/// Draws pairs in order, with what the two sides are called.
pub(crate) fn bars(
    id: &str,
    title: &str,
    desc: &str,
    sides: (&str, &str),
    pairs: &[Pair],
) -> String {
    both(|width, size| draw(id, size, width, (title, desc), sides, pairs))
}

fn draw(
    id: &str,
    size: &str,
    width: f64,
    (title, desc): (&str, &str),
    sides: (&str, &str),
    pairs: &[Pair],
) -> String {
    let mut svg = open(id, size, (width, HEIGHT), title, desc);
    svg.push_str(&hatch(id, size));
    let up = pairs.iter().map(|pair| pair.up).max().unwrap_or(0).max(1);
    let down = pairs.iter().map(|pair| pair.down).max().unwrap_or(0).max(1);
    let height = HEIGHT - TOP - BOTTOM - 24.0;
    let unit = height / (up + down) as f64;
    let zero = TOP + 12.0 + unit * up as f64;
    let slot = (width - LEFT - 8.0) / pairs.len().max(1) as f64;
    let bar = (slot * 0.62).min(44.0);
    for (value, y) in [(up, zero - unit * up as f64), (down, zero + unit * down as f64)] {
        let line = at(y);
        let _ = write!(
            svg,
            "<line class=\"grid\" x1=\"{LEFT}\" y1=\"{line}\" x2=\"{}\" y2=\"{line}\"/>\
             <text class=\"axis\" x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>",
            at(width - 8.0),
            LEFT - 6.0,
            at(y + 4.0),
            scale::short(value)
        );
    }
    let every = if size == "wide" { pairs.len().div_ceil(12) } else { pairs.len().div_ceil(4) };
    for (place, pair) in pairs.iter().enumerate() {
        let middle = LEFT + slot * (place as f64 + 0.5);
        let x = at(middle - bar / 2.0);
        if pair.up > 0 {
            let tall = (unit * pair.up as f64).max(1.5);
            let _ = write!(
                svg,
                "<rect class=\"up\" x=\"{x}\" y=\"{}\" width=\"{}\" height=\"{}\"/>\
                 <text class=\"label\" x=\"{}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
                at(zero - tall),
                at(bar),
                at(tall),
                at(middle),
                at(zero - tall - 4.0),
                scale::short(pair.up)
            );
        }
        if pair.down > 0 {
            let tall = (unit * pair.down as f64).max(1.5);
            let shape = format!(
                "x=\"{x}\" y=\"{}\" width=\"{}\" height=\"{}\"",
                at(zero),
                at(bar),
                at(tall)
            );
            let _ = write!(
                svg,
                "<rect class=\"down\" {shape}/><rect fill=\"url(#{id}-{size}-h)\" {shape}/>\
                 <text class=\"label\" x=\"{}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
                at(middle),
                at(zero + tall + 12.0),
                scale::short(pair.down)
            );
        }
        if place % every.max(1) == 0 {
            let _ = write!(
                svg,
                "<text class=\"axis\" x=\"{}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
                at(middle),
                HEIGHT - 6.0,
                escape(&pair.label)
            );
        }
    }
    let _ = write!(
        svg,
        "<line class=\"zero\" x1=\"{LEFT}\" y1=\"{zero}\" x2=\"{}\" y2=\"{zero}\"/>\
         <text class=\"label\" x=\"{LEFT}\" y=\"12\">↑ {}</text>\
         <text class=\"label\" x=\"{}\" y=\"12\">↓ {}</text></svg>",
        at(width - 8.0),
        escape(sides.0),
        LEFT + 70.0,
        escape(sides.1),
        zero = at(zero)
    );
    svg
}
