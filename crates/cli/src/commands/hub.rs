//! How a command asks the Hub: one value, or a list that goes on by itself.

use std::pin::pin;

use futures_util::StreamExt;
use hubfolk_api::{Endpoint, Paged};
use serde::Serialize;

use crate::context::{Caps, Context};
use crate::error::{Advised, Exit, usage};
use crate::facts::Kind;
use crate::output::Format;
use crate::progress::Progress;

use super::secret;

/// Asks for one object and prints it under our names.
pub(super) fn show<E: Endpoint>(
    context: &Context,
    kind: &'static Kind,
    request: E,
    if_absent: &str,
) -> anyhow::Result<Exit> {
    context.output.check(&kind.shape())?;
    let answer = call(context, request).map_err(|error| advised(error, if_absent))?;
    if let Some(answer) = answer {
        context.output.one_shaped(&kind.shape(), &kind.facts(&answer)?)?;
    }
    Ok(Exit::Done)
}

/// Calls an operation; `None` when `--dry-run` only showed it.
pub(super) fn call<E: Endpoint>(
    context: &Context,
    request: E,
) -> anyhow::Result<Option<E::Response>> {
    if context.global.dry_run {
        dry_run(context, &request)?;
        return Ok(None);
    }
    let hub = context.hub()?;
    context.block_on(async { Ok(hub.send(request).await?) }).map(Some)
}

/// Does something that cannot be undone, after a yes; `None` when `--dry-run` only showed it.
pub(super) fn confirmed<E: Endpoint>(
    context: &Context,
    question: &str,
    request: E,
) -> anyhow::Result<Option<E::Response>> {
    // What the Hub would refuse is said before anybody is asked.
    planned(&request)?;
    if !context.global.dry_run {
        context.confirm(question)?;
    }
    call(context, request)
}

/// Asks for a list and prints each row as it comes, under our names.
pub(super) fn list<E: Paged>(
    context: &Context,
    kind: &'static Kind,
    what: &str,
    request: E,
    if_absent: &str,
) -> anyhow::Result<Exit> {
    context.output.check(&kind.shape())?;
    if context.global.dry_run {
        dry_run(context, &request)?;
        return Ok(Exit::Done);
    }
    stream(context, &kind.shape(), what, request, |item| Ok(kind.facts(item)?))
        .map_err(|error| advised(error, if_absent))
}

/// The error with this next step, where it says that there is no such account.
pub(super) fn advised(error: anyhow::Error, if_absent: &str) -> anyhow::Error {
    match error.downcast::<hubfolk::Error>() {
        Ok(error) => {
            let absent = matches!(error.status().map(|status| status.as_u16()), Some(400 | 404));
            if absent && !if_absent.is_empty() {
                Advised { hint: if_absent.to_owned(), error }.into()
            } else {
                error.into()
            }
        }
        Err(other) => other,
    }
}

/// Asks for a list and prints those of its items that are wanted, under our names.
pub(super) fn list_where<E: Paged>(
    context: &Context,
    kind: &'static Kind,
    what: &str,
    request: E,
    keep: impl Fn(&E::Item) -> bool,
) -> anyhow::Result<Exit> {
    context.output.check(&kind.shape())?;
    if context.global.dry_run {
        dry_run(context, &request)?;
        return Ok(Exit::Done);
    }
    let row = |item: &E::Item| Ok(keep(item).then(|| kind.facts(item)).transpose()?);
    chosen(context, &kind.shape(), what, request, row)
}

/// Prints a list's items as rows.
pub(super) fn stream<E: Paged, R: Serialize>(
    context: &Context,
    shape: &crate::output::Shape,
    what: &str,
    request: E,
    row: impl Fn(&E::Item) -> anyhow::Result<R>,
) -> anyhow::Result<Exit> {
    chosen(context, shape, what, request, |item| row(item).map(Some))
}

/// Prints those of a list's items that make a row.
fn chosen<E: Paged, R: Serialize>(
    context: &Context,
    shape: &crate::output::Shape,
    what: &str,
    request: E,
    row: impl Fn(&E::Item) -> anyhow::Result<Option<R>>,
) -> anyhow::Result<Exit> {
    // Rows that run over the terminal show by themselves that something happens.
    let scrolls =
        context.output.terminal && !matches!(context.output.format, Format::Json | Format::Table);
    let progress = Progress::counting(what, context.shows_progress() && !scrolls);
    let hub = context.hub_capped(&Caps { progress: Some(progress.clone()), ..Caps::default() })?;
    let mut rows = context.output.list(shape)?;
    let result = context.block_on(async {
        let mut items = pin!(hub.list(request));
        while let Some(item) = items.next().await {
            let row = row(&item?)?;
            progress.one();
            let Some(row) = row else { continue };
            let flow = if context.output.terminal {
                progress.aside(|| rows.push(&row))
            } else {
                rows.push(&row)
            };
            if flow?.is_break() {
                break;
            }
        }
        Ok(())
    });
    progress.end();
    result?;
    if rows.count() == 0 && context.output.terminal {
        context.note("nothing to show");
    }
    rows.finish()?;
    Ok(Exit::Done)
}

/// Prints the one request that would be sent.
pub(super) fn dry_run<E: Endpoint>(context: &Context, request: &E) -> anyhow::Result<()> {
    print_plan(context, &[planned(request)?])
}

/// A request that `--dry-run` shows.
#[derive(Debug, Serialize)]
pub(super) struct Sent {
    method: String,
    path: String,
    body: serde_json::Value,
}

impl Sent {
    /// The same with another body, where part of it is known only when it is sent.
    pub(super) fn with_body(self, body: serde_json::Value) -> Self {
        Self { body, ..self }
    }
}

/// A request as it would be sent.
pub(super) fn planned<E: Endpoint>(request: &E) -> anyhow::Result<Sent> {
    request.validate().map_err(|error| usage(error.to_string()))?;
    let sent = hubfolk_api::wire::encode(request).map_err(|error| usage(error.to_string()))?;
    let mut body: serde_json::Value = match sent.body().as_slice() {
        [] => serde_json::Value::Null,
        bytes => {
            serde_json::from_slice(bytes).unwrap_or_else(|_| String::from_utf8_lossy(bytes).into())
        }
    };
    // What is shown may be kept; a secret must not be.
    if let Some(secret) = body.get_mut("secret").filter(|secret| secret.is_string()) {
        *secret = "(hidden)".into();
    }
    secret::hide(&mut body, &secret::fields::<E>());
    Ok(Sent { method: sent.method().to_string(), path: sent.uri().to_string(), body })
}

/// The read of a list's first page, as it would be sent.
pub(super) fn planned_read(path: &str) -> Sent {
    Sent { method: "GET".to_owned(), path: path.to_owned(), body: serde_json::Value::Null }
}

/// Prints what would be sent, in order.
pub(super) fn print_plan(context: &Context, plan: &[Sent]) -> anyhow::Result<()> {
    let mut text = Vec::new();
    crate::output::write_json(&mut text, &plan)?;
    text.push(b'\n');
    context.output.bytes(&text)
}
