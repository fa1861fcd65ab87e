//! Times during which something was so, as bars along an axis of time.

use std::fmt::Write as _;

use hubfolk_store::Micros;

use super::{at, both, escape, open};

/// One row of bars.
pub(crate) struct Lane {
    pub(crate) name: String,
    pub(crate) spans: Vec<Span>,
}

/// One bar.
pub(crate) struct Span {
    pub(crate) label: String,
    /// Which of the chart's colours.
    pub(crate) class: usize,
    pub(crate) begin: Micros,
    /// None while it lasts.
    pub(crate) end: Option<Micros>,
}

const ROW: f64 = 26.0;
const BAR: f64 = 18.0;
const AXIS: f64 = 24.0;
/// About the width of a letter.
const LETTER: f64 = 6.6;

/// Draws the lanes from the first beginning to now.
pub(crate) fn spans(id: &str, title: &str, desc: &str, lanes: &[Lane], now: Micros) -> String {
    let drawn = both(|width, size| {
        let width = if size == "wide" { 900.0 } else { width };
        draw(id, size, width, (title, desc), lanes, now)
    });
    // Its card is as wide as the screen: a longer axis says more than larger letters.
    drawn + &draw(id, "widest", 1300.0, (title, desc), lanes, now)
}

fn draw(
    id: &str,
    size: &str,
    width: f64,
    (title, desc): (&str, &str),
    lanes: &[Lane],
    now: Micros,
) -> String {
    let left = if size == "narrow" { 84.0 } else { 130.0 };
    let height = ROW * lanes.len() as f64 + AXIS;
    let mut svg = open(id, size, (width, height), title, desc);
    let first = lanes.iter().flat_map(|lane| &lane.spans).map(|span| span.begin).min();
    let first = first.unwrap_or(now).min(now - 1);
    let plot = width - left - 8.0;
    let x = |time: Micros| left + plot * (time - first) as f64 / (now - first) as f64;
    let marks = match size {
        "narrow" => 2,
        "wide" => 5,
        _ => 8,
    };
    let mut told = String::new();
    for mark in 0..=marks {
        let time = first + (now - first) / marks * mark;
        let anchor = match mark {
            0 => "start",
            mark if mark == marks => "end",
            _ => "middle",
        };
        let day = hubfolk_license::views::time(time);
        // Few days have fewer names than there are marks.
        let day = crate::show::day(&day);
        if told == day {
            continue;
        }
        day.clone_into(&mut told);
        let _ = write!(
            svg,
            "<line class=\"grid\" x1=\"{x}\" y1=\"0\" x2=\"{x}\" y2=\"{}\"/>\
             <text class=\"axis\" x=\"{x}\" y=\"{}\" text-anchor=\"{anchor}\">{}</text>",
            at(height - AXIS),
            at(height - 6.0),
            day,
            x = at(x(time))
        );
    }
    for (row, lane) in lanes.iter().enumerate() {
        let y = ROW * row as f64 + (ROW - BAR) / 2.0;
        let _ = write!(
            svg,
            "<text class=\"label\" x=\"0\" y=\"{}\">{}</text>",
            at(y + BAR - 5.0),
            escape(&fit(&lane.name, left - 6.0))
        );
        for span in &lane.spans {
            let begin = x(span.begin);
            let wide = (x(span.end.unwrap_or(now)) - begin).max(2.0);
            let since = hubfolk_license::views::time(span.begin);
            let until = span.end.map(hubfolk_license::views::time);
            let _ = write!(
                svg,
                "<g><title>{}: {} to {}</title><rect class=\"span c{}\" x=\"{}\" y=\"{}\" \
                 width=\"{}\" height=\"{BAR}\" rx=\"2\"/>",
                escape(&crate::show::line(&span.label)),
                crate::show::day(&since),
                until.as_deref().map_or("now", crate::show::day),
                span.class,
                at(begin),
                at(y),
                at((wide - 1.0).max(1.0))
            );
            let text = fit(&span.label, wide - 8.0);
            if !text.is_empty() {
                let _ = write!(
                    svg,
                    "<text class=\"on c{}\" x=\"{}\" y=\"{}\">{}</text>",
                    span.class,
                    at(begin + 5.0),
                    at(y + BAR - 5.0),
                    escape(&text)
                );
            }
            svg.push_str("</g>");
        }
    }
    svg.push_str("</svg>");
    svg
}

/// As much of a text as fits; nothing if that is not enough to read.
fn fit(text: &str, width: f64) -> String {
    let most = (width / LETTER).max(0.0) as usize;
    let shown = crate::show::line(text);
    if shown.chars().count() <= most {
        return shown;
    }
    if most < 3 {
        return String::new();
    }
    let mut short: String = shown.chars().take(most - 1).collect();
    short.push('…');
    short
}
