//! `approve`: a person's answer to what an agent wants to change.

use std::fmt::Write as _;
use std::io::IsTerminal;
use std::sync::Arc;

use hubfolk_license::clock::SystemClock;
use hubfolk_mcp::confirm::{Answer, Gate, Question, Refused};

use crate::context::Context;
use crate::error::{Exit, Stop, usage};
use crate::output::{Row, shown};
use crate::state;

/// Arguments of `approve`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
An agent that may not ask you in its own window hands you a code. This command shows who wants to do what,
with exactly the requests that would be sent, and asks. It takes its answer from a terminal only: --yes and
pipes do not count, because an agent can type those. A code lasts ten minutes and works once.

Examples:
  hubfolk approve K7QM-2XPD
  hubfolk approve --list
  hubfolk approve K7QM-2XPD --decline")]
pub(crate) struct Args {
    /// The code that the agent showed
    #[arg(value_name = "CODE", required_unless_present = "list", conflicts_with = "list")]
    code: Option<String>,
    /// List what waits for an answer
    #[arg(long)]
    list: bool,
    /// Say no without being asked
    #[arg(long, requires = "code")]
    decline: bool,
}

impl Row for Question {
    const FIELDS: &'static [&'static str] =
        &["code", "who", "what", "tool", "principal", "target", "requests", "asked", "expires"];
    const COLUMNS: &'static [&'static str] = &["code", "who", "what", "expires"];
}

pub(super) fn run(args: &Args, context: &Context) -> anyhow::Result<Exit> {
    let folder = state::folder()?;
    let gate = Gate::open(&folder, Arc::new(SystemClock)).map_err(|error| {
        Stop::new(
            Exit::Failed,
            "io",
            format!("the state folder {} cannot be used", folder.display()),
        )
        .because(error)
        .hint("set HUBFOLK_STATE to the folder that `hubfolk mcp` was started with")
    })?;
    match &args.code {
        Some(code) => answer(&gate, code, args.decline, context),
        None => list(&gate, context),
    }
}

fn list(gate: &Gate, context: &Context) -> anyhow::Result<Exit> {
    let mut rows = context.output.list(&Question::shape())?;
    for question in gate.waiting().map_err(|refused| stop(&refused))? {
        if rows.push(&question)?.is_break() {
            break;
        }
    }
    if rows.count() == 0 && context.output.terminal {
        context.note("nothing waits for an answer");
    }
    rows.finish()?;
    Ok(Exit::Done)
}

fn answer(gate: &Gate, code: &str, decline: bool, context: &Context) -> anyhow::Result<Exit> {
    let question = gate.question(code).map_err(|refused| stop(&refused))?;
    if context.global.dry_run {
        context.output.one(&question)?;
        return Ok(Exit::Done);
    }
    if decline {
        gate.answer(code, Answer::No).map_err(|refused| stop(&refused))?;
        context.note("declined; nothing will be sent");
        return Ok(Exit::Done);
    }
    // An agent with a shell could type --yes.
    if context.global.yes || !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
        return Err(usage(
            "a person has to answer this in a terminal; --yes and pipes do not count",
        )
        .hint(format!("type `hubfolk approve {}` yourself, or add --decline", question.code))
        .into());
    }
    eprint(&in_words(&question, context.now()));
    let yes = match inquire::Confirm::new("Let this through, once?").with_default(false).prompt() {
        Ok(yes) => yes,
        Err(inquire::InquireError::OperationCanceled) => false,
        // No answer is none: the question goes on waiting.
        Err(inquire::InquireError::OperationInterrupted) => return Err(Stop::interrupted().into()),
        Err(error) => return Err(error.into()),
    };
    let answer = if yes { Answer::Yes } else { Answer::No };
    gate.answer(code, answer).map_err(|refused| stop(&refused))?;
    if !yes {
        return Err(Stop::declined().into());
    }
    context.note("approved; the agent's next call of exactly this goes through, once");
    Ok(Exit::Done)
}

/// Everything that the answer is about. What others wrote is shown with hidden characters visible.
fn in_words(question: &Question, now: jiff::Timestamp) -> String {
    let left = now.duration_until(question.expires).as_secs().max(0);
    let mut out = String::new();
    let details = &question.shown;
    // Writing to a string cannot fail.
    let _ = writeln!(out, "{} wants to {}", shown(&details.who), shown(&details.what));
    let _ = writeln!(out, "  tool     {}", shown(&question.tool));
    let _ = writeln!(out, "  account  {}", shown(&question.principal));
    let _ = writeln!(out, "  target   {}", shown(&question.target));
    for request in &details.requests {
        let _ = writeln!(out, "  sends    {} {}", shown(&request.method), shown(&request.path));
        if !request.body.is_null() {
            let _ = writeln!(out, "           {}", shown(&request.body.to_string()));
        }
    }
    let _ = writeln!(out, "  left     {} min {} s", left / 60, left % 60);
    out
}

fn eprint(text: &str) {
    use std::io::Write;
    // What nobody can read nobody will confirm.
    let _ = anstream::stderr().write_all(text.as_bytes());
}

fn stop(refused: &Refused) -> Stop {
    let stop = |exit, kind| Stop::new(exit, kind, refused.to_string());
    match refused {
        Refused::NotThis => Stop::new(Exit::NotFound, "not_found", "no question has this code")
            .hint("`hubfolk approve --list` shows what waits"),
        Refused::Expired | Refused::Spent => stop(Exit::NotFound, "not_found")
            .hint("have the agent call again; it will show a new code"),
        Refused::Folder(_) => stop(Exit::Failed, "io"),
        _ => stop(Exit::NotAllowed, "not_allowed"),
    }
}
