//! Runs that were tried, and a person's word on those that wait for one.

use hubfolk_license::views::RunView;
use hubfolk_store::{Org, RunState, Store};

use crate::context::Context;
use crate::database::Purpose;
use crate::error::{Exit, Stop, usage};
use crate::ledger;
use crate::output::Row;

use super::Decision;

pub(super) fn runs(org: &str, context: &Context) -> anyhow::Result<Exit> {
    let mut store = ledger::open(context, Purpose::Read)?;
    let org = ledger::organization(&mut store, org, context)?;
    let limit =
        context.output.limit.and_then(|limit| i64::try_from(limit).ok()).unwrap_or(i64::MAX);
    let mut rows = context.output.list(&RunView::shape())?;
    for run in store.runs(org.id, limit)? {
        let would_leave = if run.state == RunState::Quarantined {
            store.would_leave(org.id, run.run)?
        } else {
            Vec::new()
        };
        if rows.push(&RunView::new(&org, &run, would_leave))?.is_break() {
            break;
        }
    }
    rows.finish()?;
    Ok(Exit::Done)
}

pub(super) fn approve(decision: &Decision, context: &Context) -> anyhow::Result<Exit> {
    let (mut store, org) = decide(decision, "Publish", context)?;
    if context.global.dry_run {
        context.note(&format!("would publish run {} of `{}`", decision.run, org.slug));
        return Ok(Exit::Done);
    }
    let view = hubfolk_license::approve(&mut store, &org, decision.run, context.now())?;
    context.output.one(&view)?;
    Ok(if view.state == "busy" { Exit::Busy } else { Exit::Done })
}

pub(super) fn reject(decision: &Decision, context: &Context) -> anyhow::Result<Exit> {
    let (mut store, org) = decide(decision, "Reject", context)?;
    if context.global.dry_run {
        context.note(&format!("would reject run {} of `{}`", decision.run, org.slug));
        return Ok(Exit::Done);
    }
    let view = hubfolk_license::reject(&mut store, &org, decision.run, context.now())?;
    context.output.one(&view)?;
    Ok(Exit::Done)
}

/// Opens the ledger and asks; a run that cannot be decided is refused before anybody is asked.
fn decide(decision: &Decision, verb: &str, context: &Context) -> anyhow::Result<(Store, Org)> {
    let mut store = ledger::open(context, Purpose::Read)?;
    let org = ledger::organization(&mut store, &decision.org, context)?;
    let hint = format!("`hubfolk sync runs {}` lists the runs", org.slug);
    let Some(run) = store.run(org.id, decision.run)? else {
        return Err(Stop::new(
            Exit::NotFound,
            "not_found",
            format!("`{}` has no run {}", org.slug, decision.run),
        )
        .hint(hint)
        .into());
    };
    // Approving what is published already is no-op; the library decides about the rest.
    let decided = verb == "Publish" && run.state == RunState::Published;
    if run.state != RunState::Quarantined && !decided {
        return Err(usage(format!(
            "run {} of `{}` is {}, and only a quarantined run can be decided",
            decision.run,
            org.slug,
            run.state.name()
        ))
        .hint(hint)
        .into());
    }
    if !decided && !context.global.dry_run {
        let gone = store.would_leave(org.id, decision.run)?;
        let some: Vec<&str> = gone.iter().take(5).map(|member| member.username.as_str()).collect();
        let more = if gone.len() > some.len() { ", ..." } else { "" };
        context.confirm(&format!(
            "{verb} run {} of {}, in which {} members are gone ({}{more})?",
            decision.run,
            org.slug,
            gone.len(),
            some.join(", ")
        ))?;
    }
    Ok((store, org))
}
