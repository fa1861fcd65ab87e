//! What went wrong, in words: the message, its causes, the request id and one next step.

mod advice;

use std::error::Error as StdError;
use std::fmt;
use std::io::Write;

use serde::Serialize;

use crate::output::{Format, shown, write_json};

pub(crate) use advice::{Advice, Advised, run_kind, status_hint};

/// How the process ends. The numbers are a contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Everything was done.
    Done = 0,
    /// There are findings, or a person said no.
    Findings = 1,
    /// The input was wrong and nothing was sent.
    Usage = 2,
    /// A sync, the Hub or the network failed: there is no verdict.
    Failed = 3,
    /// A run waits for `sync approve` or `sync reject`.
    Quarantined = 4,
    /// Someone else is syncing.
    Busy = 5,
    /// There is no such thing.
    NotFound = 6,
    /// The token may not do this.
    NotAllowed = 7,
    /// Ctrl-C.
    Interrupted = 130,
}

impl Exit {
    /// The worse of two ends, by the order for several organizations: 3, 7, 6, 4, 5.
    pub(crate) fn worse(self, other: Self) -> Self {
        if other.rank() > self.rank() { other } else { self }
    }

    fn rank(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Findings => 1,
            Self::Busy => 2,
            Self::Quarantined => 3,
            Self::NotFound => 4,
            Self::NotAllowed => 5,
            Self::Failed => 6,
            Self::Usage => 7,
            Self::Interrupted => 8,
        }
    }
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// An end this program decided on itself, with its words and its exit code.
#[derive(Debug)]
pub(crate) struct Stop {
    exit: Exit,
    kind: &'static str,
    message: String,
    hint: Option<String>,
    source: Option<Box<dyn StdError + Send + Sync>>,
    operation: Option<&'static str>,
    status: Option<u16>,
}

/// Wrong input: nothing was sent, nothing was written.
pub(crate) fn usage(message: impl Into<String>) -> Stop {
    Stop::new(Exit::Usage, "usage", message)
}

impl Stop {
    pub(crate) fn new(exit: Exit, kind: &'static str, message: impl Into<String>) -> Self {
        Self {
            exit,
            kind,
            message: message.into(),
            hint: None,
            source: None,
            operation: None,
            status: None,
        }
    }

    /// A person said no.
    pub(crate) fn declined() -> Self {
        Self::new(Exit::Findings, "declined", "not confirmed, nothing was done")
    }

    /// Ctrl-C.
    pub(crate) fn interrupted() -> Self {
        Self::new(Exit::Interrupted, "interrupted", "interrupted")
    }

    /// The next step to try.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The operation of the Hub it happened in.
    pub(crate) fn operation(mut self, operation: &'static str) -> Self {
        self.operation = Some(operation);
        self
    }

    /// The Hub's status code.
    pub(crate) fn status(mut self, status: Option<i64>) -> Self {
        self.status = status.and_then(|status| u16::try_from(status).ok());
        self
    }

    /// What caused it.
    pub(crate) fn because(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl StdError for Stop {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

/// The contract's error object.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    kind: String,
    message: String,
    hint: Option<String>,
    operation: Option<String>,
    status: Option<u16>,
    code: Option<String>,
    request_id: Option<String>,
    #[serde(skip)]
    causes: Vec<String>,
    #[serde(skip)]
    pub(crate) exit: Exit,
}

/// The object around it.
#[derive(Serialize)]
struct Enclosed<'a> {
    error: &'a Report,
}

impl Report {
    /// Reads an error: its own words first, then whatever library raised it.
    pub(crate) fn new(error: &anyhow::Error) -> Self {
        let advice = error.chain().find_map(Advice::of).unwrap_or_default();
        let mut causes: Vec<String> = Vec::new();
        for cause in error.chain() {
            let text = shown(&cause.to_string()).into_owned();
            // Some libraries repeat their source in their own text: say it once.
            if !causes.iter().any(|said| said.contains(&text)) {
                causes.push(text);
            }
        }
        let stop = error.chain().find_map(|cause| cause.downcast_ref::<Stop>());
        Self {
            kind: stop.map_or(advice.kind, |stop| stop.kind).to_owned(),
            message: causes.join(": "),
            hint: stop.and_then(|stop| stop.hint.clone()).or(advice.hint),
            operation: stop.and_then(|stop| stop.operation).map(str::to_owned).or(advice.operation),
            status: stop.and_then(|stop| stop.status).or(advice.status),
            code: advice.code,
            request_id: advice.request_id,
            causes,
            exit: stop.map_or(advice.exit, |stop| stop.exit),
        }
    }

    /// What went wrong, in one line.
    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    /// What to do about it, where that is known.
    pub(crate) fn next_step(&self) -> Option<&str> {
        self.hint.as_deref()
    }

    /// The Hub refused somebody without a token: that is what to change.
    pub(crate) fn without_token(&mut self) {
        if matches!(self.status, Some(401 | 403)) {
            self.hint = Some(
                "no token was sent: `hubfolk auth login` stores one, or set HF_TOKEN".to_owned(),
            );
        }
    }

    /// The Hub refused a token: say which one it was.
    pub(crate) fn with_token(&mut self, source: &str) {
        if self.status == Some(401)
            && let Some(hint) = &mut self.hint
        {
            *hint = format!("the token came from {source}; {hint}");
        }
    }

    /// A usage error raised by the argument parser.
    pub(crate) fn usage(message: String, hint: Option<String>) -> Self {
        let stop = usage(message);
        let stop = match hint {
            Some(hint) => stop.hint(hint),
            None => stop,
        };
        Self::new(&stop.into())
    }

    /// Prints it on stderr: one JSON object for programs, a few lines for people.
    pub(crate) fn print(&self, format: Format) {
        // Nobody is left to tell when stderr itself is gone.
        let _ = self.write(format);
    }

    fn write(&self, format: Format) -> std::io::Result<()> {
        if format.is_json() {
            let mut err = std::io::stderr().lock();
            write_json(&mut err, &Enclosed { error: self })?;
            return err.write_all(b"\n");
        }
        let red = anstyle::AnsiColor::Red.on_default().bold();
        let cyan = anstyle::AnsiColor::Cyan.on_default().bold();
        let mut err = anstream::stderr().lock();
        let mut causes = self.causes.iter();
        if let Some(first) = causes.next() {
            writeln!(err, "{red}error:{red:#} {first}")?;
        }
        for cause in causes {
            writeln!(err, "  because {cause}")?;
        }
        if let Some(id) = &self.request_id {
            writeln!(err, "  request id: {}", shown(id))?;
        }
        if let Some(hint) = &self.hint {
            writeln!(err, "{cyan}hint:{cyan:#} {}", shown(hint))?;
        }
        Ok(())
    }
}

/// Whether the reader of our output went away, which is no error (`| head`).
pub(crate) fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause
            .downcast_ref::<std::io::Error>()
            .is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
    })
}

#[cfg(test)]
mod tests {
    use super::{Exit, Report, usage};

    #[test]
    fn the_worst_end_wins_in_the_order_of_the_contract() {
        let order = [
            Exit::Done,
            Exit::Busy,
            Exit::Quarantined,
            Exit::NotFound,
            Exit::NotAllowed,
            Exit::Failed,
        ];
        for (i, a) in order.iter().enumerate() {
            for (j, b) in order.iter().enumerate() {
                assert_eq!(a.worse(*b), order[i.max(j)]);
            }
        }
    }

    #[test]
    fn a_cause_already_said_is_not_repeated() {
        let cause = std::io::Error::other("no such file");
        let report =
            Report::new(&usage("cannot read x: no such file").because(cause).hint("try y").into());
        assert_eq!(report.message, "cannot read x: no such file");
        assert_eq!(report.hint.as_deref(), Some("try y"));
        assert_eq!(report.exit, Exit::Usage);
    }
}
