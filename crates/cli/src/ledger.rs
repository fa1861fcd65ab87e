//! The ledger as commands read it: which organization, as of when.

use hubfolk_license::point::{self, NoView};
use hubfolk_license::views::time;
use hubfolk_license::when::When;
use hubfolk_store::{Org, Run, Store};

pub(crate) use hubfolk_license::point::View;

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

/// Resolves `--as-of`; without it, the ledger as it stands.
pub(crate) fn view(
    store: &mut Store,
    org: &Org,
    as_of: Option<When>,
    context: &Context,
) -> anyhow::Result<View> {
    View::at(store, org, as_of, context.now()).map_err(|none| unseen(org, none))
}

/// A run that was published; others show nothing.
pub(crate) fn published(store: &mut Store, org: &Org, number: i64) -> anyhow::Result<Run> {
    point::published(store, org, number).map_err(|none| unseen(org, none))
}

fn unseen(org: &Org, none: NoView) -> anyhow::Error {
    let not_found = |message: String| Stop::new(Exit::NotFound, "not_found", message);
    let runs = format!("`hubfolk sync runs {}` lists them", org.slug);
    match none {
        NoView::Never => {
            not_found(format!("no sync of `{}` was published yet", org.slug)).hint(format!(
                "`hubfolk sync {}` reads it; `hubfolk sync runs {}` shows what was tried",
                org.slug, org.slug
            ))
        }
        NoView::TooEarly { at, began } => not_found(format!(
            "the ledger of `{}` does not reach back to {}: it begins at {}",
            org.slug,
            time(at),
            time(began)
        ))
        .hint(format!("`hubfolk sync runs {}` lists its runs", org.slug)),
        NoView::NoRun(number) => {
            not_found(format!("`{}` has no run {number}", org.slug)).hint(runs)
        }
        NoView::Unpublished { run, state } => usage(format!(
            "run {run} of `{}` is {}, so it shows no members",
            org.slug,
            state.name()
        ))
        .hint(runs),
        NoView::NoTime(why) => usage(why),
        NoView::Store(error) => return error.into(),
        other => return other.into(),
    }
    .into()
}
