//! Amounts over days, stacked.

use std::fmt::Write as _;

use super::{at, both, escape, hatch, open, scale};

/// One layer of the stack.
pub(crate) struct Series {
    pub(crate) name: String,
    /// Which of the chart's colours.
    pub(crate) class: usize,
    /// A value for each day.
    pub(crate) values: Vec<i64>,
}

const HEIGHT: f64 = 240.0;
const TOP: f64 = 10.0;
const BOTTOM: f64 = 26.0;
const LEFT: f64 = 46.0;

/// Draws layers over days, the first at the bottom.
pub(crate) fn area(
    id: &str,
    title: &str,
    desc: &str,
    days: &[String],
    series: &[Series],
) -> String {
    both(|width, size| draw(id, size, width, (title, desc), days, series))
}

fn draw(
    id: &str,
    size: &str,
    width: f64,
    (title, desc): (&str, &str),
    days: &[String],
    series: &[Series],
) -> String {
    let mut svg = open(id, size, (width, HEIGHT), title, desc);
    svg.push_str(&hatch(id, size));
    // Room for the names at the right; on narrow screens the legend below has them.
    let right = if size == "wide" { 144.0 } else { 8.0 };
    let (plot_width, plot_height) = (width - LEFT - right, HEIGHT - TOP - BOTTOM);
    let total = |day: usize| series.iter().filter_map(|s| s.values.get(day)).sum::<i64>();
    let ticks = scale::ticks((0..days.len()).map(total).max().unwrap_or(0));
    let top = ticks.last().copied().unwrap_or(1) as f64;
    let y = |value: i64| TOP + plot_height * (1.0 - value as f64 / top);
    let x = |day: usize| {
        let steps = days.len().saturating_sub(1).max(1);
        LEFT + plot_width * day as f64 / steps as f64
    };
    for tick in &ticks {
        let line = at(y(*tick));
        let _ = write!(
            svg,
            "<line class=\"grid\" x1=\"{LEFT}\" y1=\"{line}\" x2=\"{}\" y2=\"{line}\"/>\
             <text class=\"axis\" x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>",
            at(width - right),
            LEFT - 6.0,
            at(y(*tick) + 4.0),
            scale::short(*tick)
        );
    }
    let mut below = vec![0_i64; days.len()];
    let mut labels: Vec<(f64, &Series)> = Vec::new();
    for layer in series {
        let above: Vec<i64> = below
            .iter()
            .enumerate()
            .map(|(day, base)| base + layer.values.get(day).copied().unwrap_or(0))
            .collect();
        if above == below || days.is_empty() {
            continue;
        }
        let mut path = String::new();
        for (day, value) in above.iter().enumerate() {
            let verb = if day == 0 { 'M' } else { 'L' };
            let _ = write!(path, "{verb}{} {}", at(x(day)), at(y(*value)));
        }
        if days.len() == 1 {
            let _ = write!(path, "L{} {}", at(width - right), at(y(above[0])));
            let _ = write!(path, "L{} {}", at(width - right), at(y(below[0])));
        }
        for (day, value) in below.iter().enumerate().rev() {
            let _ = write!(path, "L{} {}", at(x(day)), at(y(*value)));
        }
        path.push('Z');
        let _ = write!(svg, "<path class=\"area c{}\" d=\"{path}\"/>", layer.class);
        if layer.class % 2 == 1 {
            let _ = write!(svg, "<path fill=\"url(#{id}-{size}-h)\" d=\"{path}\"/>");
        }
        let last = days.len() - 1;
        labels.push((f64::midpoint(y(above[last]), y(below[last])), layer));
        below = above;
    }
    x_axis(&mut svg, days, width, x);
    if size == "wide" {
        name_layers(&mut svg, labels, width - right + 6.0);
    }
    svg.push_str("</svg>");
    svg
}

fn x_axis(svg: &mut String, days: &[String], width: f64, x: impl Fn(usize) -> f64) {
    let most = if width > 500.0 { 5 } else { 3 };
    let step = days.len().div_ceil(most).max(1);
    for (day, text) in days.iter().enumerate().step_by(step) {
        let _ = write!(
            svg,
            "<text class=\"axis\" x=\"{}\" y=\"{}\">{}</text>",
            at(x(day)),
            HEIGHT - 8.0,
            escape(text)
        );
    }
}

/// The layers' names at their right ends, pushed apart where they would cover each other.
fn name_layers(svg: &mut String, mut labels: Vec<(f64, &Series)>, x: f64) {
    const LINE: f64 = 15.0;
    labels.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut least = TOP + 6.0;
    for (y, _) in &mut labels {
        *y = y.max(least);
        least = *y + LINE;
    }
    let mut most = HEIGHT - BOTTOM + 2.0;
    for (y, _) in labels.iter_mut().rev() {
        *y = y.min(most);
        most = *y - LINE;
    }
    for (y, layer) in labels {
        let value = layer.values.last().copied().unwrap_or(0);
        let _ = write!(
            svg,
            "<rect class=\"key c{}\" x=\"{}\" y=\"{}\" width=\"8\" height=\"8\"/>\
             <text class=\"label\" x=\"{}\" y=\"{}\">{} {}</text>",
            layer.class,
            at(x),
            at(y - 4.0),
            at(x + 12.0),
            at(y + 4.0),
            escape(&layer.name),
            crate::show::number(value)
        );
    }
}
