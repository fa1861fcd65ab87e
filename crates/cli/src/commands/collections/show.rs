//! How a collection looks: its facts, then its items.

use hubfolk_api::collections::Collection;
use serde::Serialize;

use crate::context::Context;
use crate::error::{Exit, Stop};
use crate::facts::{COLLECTION_ITEM, COLLECTION_PAGE};
use crate::output::{Format, Row};

/// What a change prints that answers with nothing.
#[derive(Debug, Serialize)]
pub(super) struct Outcome {
    pub(super) collection: String,
    pub(super) item: Option<String>,
    pub(super) result: &'static str,
}

impl Row for Outcome {
    const FIELDS: &'static [&'static str] = &["collection", "item", "result"];
    const COLUMNS: &'static [&'static str] = Self::FIELDS;
}

/// Refuses `--fields` that a collection does not have, before anything is sent.
pub(super) fn check(context: &Context) -> Result<(), Stop> {
    match context.output.format {
        Format::Csv => context.output.check(&COLLECTION_ITEM.shape()),
        _ => context.output.check(&COLLECTION_PAGE.shape()),
    }
}

/// Prints a collection; nothing when `--dry-run` only showed the request.
pub(super) fn answer(context: &Context, collection: Option<Collection>) -> anyhow::Result<Exit> {
    let Some(collection) = collection else { return Ok(Exit::Done) };
    let output = &context.output;
    let table = output.format == Format::Table && output.fields.is_none();
    if output.format != Format::Csv {
        output.one_shaped(&COLLECTION_PAGE.shape(), &COLLECTION_PAGE.facts(&collection)?)?;
    }
    // CSV has room for one kind of row, and the items are what a list is for.
    if output.format == Format::Csv || (table && !collection.items.is_empty()) {
        if table {
            output.bytes(b"\n")?;
        }
        let mut rows = output.list(&COLLECTION_ITEM.shape())?;
        for item in &collection.items {
            if rows.push(&COLLECTION_ITEM.facts(item)?)?.is_break() {
                break;
            }
        }
        rows.finish()?;
    }
    Ok(Exit::Done)
}
