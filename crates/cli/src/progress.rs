//! Progress on stderr, only where a person watches.

use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A line that counts; invisible when stderr is not a terminal or `--quiet` is given.
#[derive(Clone)]
pub(crate) struct Progress(ProgressBar);

impl Progress {
    /// Begins to count `what`.
    pub(crate) fn counting(what: &str, visible: bool) -> Self {
        let Some(bar) = shown(None, visible) else { return Self(ProgressBar::hidden()) };
        bar.set_style(style("{spinner} {prefix}: {human_pos} ({per_sec}) {elapsed} {wide_msg}"));
        bar.set_prefix(what.to_owned());
        bar.enable_steady_tick(Duration::from_millis(120));
        Self(bar)
    }

    /// Begins to count towards a known number.
    pub(crate) fn towards(what: &str, total: u64, visible: bool) -> Self {
        let Some(bar) = shown(Some(total), visible) else { return Self(ProgressBar::hidden()) };
        bar.set_style(style(
            "{spinner} {prefix} {bar:24} {human_pos}/{human_len} {elapsed} {wide_msg}",
        ));
        bar.set_prefix(what.to_owned());
        bar.enable_steady_tick(Duration::from_millis(120));
        Self(bar)
    }

    /// Begins again, after an end.
    pub(crate) fn begin(&self) {
        self.0.reset();
    }

    /// One more.
    pub(crate) fn one(&self) {
        self.0.inc(1);
    }

    /// So many now.
    pub(crate) fn at(&self, count: u64) {
        self.0.set_position(count);
    }

    /// Says what is being waited for; empty when it goes on.
    pub(crate) fn say(&self, message: impl Into<String>) {
        self.0.set_message(message.into());
    }

    /// Prints something else without tearing the line.
    pub(crate) fn aside<T>(&self, print: impl FnOnce() -> T) -> T {
        self.0.suspend(print)
    }

    /// Takes the line away.
    pub(crate) fn end(&self) {
        self.0.finish_and_clear();
    }
}

fn shown(total: Option<u64>, visible: bool) -> Option<ProgressBar> {
    let seen = visible && std::io::stderr().is_terminal();
    seen.then(|| ProgressBar::with_draw_target(total, ProgressDrawTarget::stderr_with_hz(8)))
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner())
}
