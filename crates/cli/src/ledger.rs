//! The ledger as commands read it: which organization, as of when.

use hubfolk_license::roles::Licenses;
use hubfolk_license::views::time;
use hubfolk_license::when::{Point, When};
use hubfolk_store::{AsOf, Org, Run, RunState, Store};

use crate::context::Context;
use crate::database::{self, Purpose};
use crate::error::{Exit, Stop, usage};

/// Opens the ledger of this invocation.
pub(crate) fn open(context: &Context, purpose: Purpose) -> anyhow::Result<Store> {
    let address = database::address(context.global.db.as_deref())?;
    database::prepare(&address, purpose)?;
    tracing::info!(ledger = %address, "opening the ledger");
    Ok(Store::open(&address)?)
}

/// Finds an organization by name; `--endpoint` decides between Hubs that both have it.
pub(crate) fn organization(
    store: &mut Store,
    name: &str,
    context: &Context,
) -> anyhow::Result<Org> {
    let endpoint = match context.endpoint_given() {
        Some(_) => Some(context.endpoint()?),
        None => None,
    };
    let mut found = store.find_orgs(name, endpoint.as_deref())?;
    match found.len() {
        1 => Ok(found.remove(0)),
        0 => Err(absent(store, name, endpoint.as_deref())?.into()),
        _ => {
            let places: Vec<&str> = found.iter().map(|org| org.endpoint.as_str()).collect();
            Err(usage(format!(
                "`{name}` is in the ledger from several Hubs: {}",
                places.join(" and ")
            ))
            .hint(format!("choose one: --endpoint {}", places[0]))
            .into())
        }
    }
}

fn absent(store: &mut Store, name: &str, endpoint: Option<&str>) -> anyhow::Result<Stop> {
    let stop = Stop::new(Exit::NotFound, "not_found", format!("`{name}` is not in the ledger"));
    if let (Some(endpoint), [elsewhere, ..]) = (endpoint, store.find_orgs(name, None)?.as_slice()) {
        return Ok(stop.hint(format!(
            "it is there from {}, not from {endpoint} (--endpoint or HF_ENDPOINT)",
            elsewhere.endpoint
        )));
    }
    let known: Vec<String> = store.orgs()?.into_iter().map(|org| org.slug).take(10).collect();
    Ok(stop.hint(if known.is_empty() {
        format!("the ledger is empty; `hubfolk sync {name}` fills it")
    } else {
        format!("`hubfolk sync {name}` puts it there; there now: {}", known.join(", "))
    }))
}

/// What the ledger looked like at a point of an organization's history.
#[derive(Debug)]
pub(crate) struct View {
    /// The point as the store takes it.
    pub(crate) as_of: AsOf,
    /// The published run that shows there.
    pub(crate) run: Run,
    /// What each role counts as.
    pub(crate) licenses: Licenses,
}

/// Resolves `--as-of`; without it, the ledger as it stands.
pub(crate) fn view(
    store: &mut Store,
    org: &Org,
    as_of: Option<When>,
    context: &Context,
) -> anyhow::Result<View> {
    let licenses = Licenses::new(store.license_types()?);
    let never = || {
        Stop::new(
            Exit::NotFound,
            "not_found",
            format!("no sync of `{}` was published yet", org.slug),
        )
        .hint(format!(
            "`hubfolk sync {}` reads it; `hubfolk sync runs {}` shows what was tried",
            org.slug, org.slug
        ))
    };
    let Some(when) = as_of else {
        let run = store.run(org.id, org.published_run)?.ok_or_else(never)?;
        return Ok(View { as_of: AsOf::Now, run, licenses });
    };
    let at = match when.as_of(context.now()).map_err(usage)? {
        Point::At(at) => at.as_microsecond(),
        Point::Run(number) => {
            let run = published(store, org, number)?;
            run.at
        }
    };
    match store.published_at(org.id, at)? {
        Some(run) => Ok(View { as_of: AsOf::At(at), run, licenses }),
        None if org.published_run == 0 => Err(never().into()),
        None => {
            let first = first_published(store, org)?;
            let began =
                first.map_or_else(String::new, |run| format!(": it begins at {}", time(run.at)));
            let stop = Stop::new(
                Exit::NotFound,
                "not_found",
                format!("the ledger of `{}` does not reach back to {}{began}", org.slug, time(at)),
            );
            Err(stop.hint(format!("`hubfolk sync runs {}` lists its runs", org.slug)).into())
        }
    }
}

fn first_published(store: &mut Store, org: &Org) -> anyhow::Result<Option<Run>> {
    let runs = store.runs(org.id, i64::MAX)?;
    Ok(runs.into_iter().rev().find(|run| run.state == RunState::Published))
}

/// A run that was published; others show nothing.
pub(crate) fn published(store: &mut Store, org: &Org, number: i64) -> anyhow::Result<Run> {
    let hint = format!("`hubfolk sync runs {}` lists them", org.slug);
    let run = store.run(org.id, number)?.ok_or_else(|| {
        Stop::new(Exit::NotFound, "not_found", format!("`{}` has no run {number}", org.slug))
            .hint(hint.clone())
    })?;
    if run.state != RunState::Published {
        return Err(usage(format!(
            "run {number} of `{}` is {}, so it shows no members",
            org.slug,
            run.state.name()
        ))
        .hint(hint)
        .into());
    }
    Ok(run)
}
