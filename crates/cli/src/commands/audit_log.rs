//! `audit-log`: what happened in an organization, by whom.

use clap::Subcommand;
use hubfolk_api::audit_log::{AuditEntry, ExportAuditLog};
use jiff::Timestamp;

use super::groups::Org;
use super::hub;
use crate::context::Context;
use crate::error::{Exit, usage};
use crate::facts::AUDIT_ENTRY;
use crate::names;
use hubfolk_license::when::{self, Point, When};

/// Arguments of `audit-log`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The Hub hands out the newest 100,000 events at once. It searches by itself for a text or for
author:NAME, type:KIND, ip:ADDRESS; the other filters work here, on what it answers.

Examples:
  hubfolk audit-log export acme --format ndjson > audit.ndjson
  hubfolk audit-log search acme --type org.change_role --since 2w
  hubfolk audit-log search acme --type resource_group --author ada --format csv
  hubfolk audit-log search acme ip:192.0.2.7")]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Write down everything the Hub has, newest first
    Export(Org),
    /// Find events by kind, author, time or words
    Search {
        #[command(flatten)]
        org: Org,
        /// What the Hub shall look for: words, author:NAME, type:KIND or ip:ADDRESS
        #[arg(value_name = "TEXT")]
        text: Option<String>,
        /// Only this kind, or all kinds below it, as in org; repeatable
        #[arg(long = "type", value_name = "KIND")]
        kinds: Vec<String>,
        /// Only what this user did; repeatable
        #[arg(long, value_name = "NAME", value_parser = names::user)]
        author: Vec<String>,
        /// Only since then: a date (its beginning, UTC), a time, or an age such as 2w
        #[arg(long, value_name = "WHEN", value_parser = when::parse)]
        since: Option<When>,
    },
}

/// Which events are shown.
#[derive(Debug, Default)]
struct Filter {
    kinds: Vec<String>,
    authors: Vec<String>,
    since: Option<Timestamp>,
}

impl Filter {
    fn keeps(&self, entry: &AuditEntry) -> bool {
        let kind = entry.event.as_deref().unwrap_or_default();
        let below = |wanted: &String| {
            kind.strip_prefix(wanted.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        let author = entry.author.as_ref().and_then(|author| author.username.as_deref());
        let by = |wanted: &String| author.is_some_and(|own| own.eq_ignore_ascii_case(wanted));
        let at = || entry.created_at.as_deref()?.parse::<Timestamp>().ok();
        (self.kinds.is_empty() || self.kinds.iter().any(below))
            && (self.authors.is_empty() || self.authors.iter().any(by))
            // An event without a time that can be read is shown rather than lost.
            && self.since.is_none_or(|since| at().is_none_or(|at| at >= since))
    }
}

pub(super) fn run(args: Args, context: &Context) -> anyhow::Result<Exit> {
    let (org, text, filter) = match args.action {
        Action::Export(Org { org }) => (org, None, Filter::default()),
        Action::Search { org: Org { org }, text, kinds, author, since } => {
            let since = since.map(|when| when.since(context.now())).transpose().map_err(usage)?;
            let since = match since {
                Some(Point::Run(_)) => {
                    return Err(usage("a run of the ledger is no time of the audit log")
                        .hint("give a date, a time, or an age such as 2w")
                        .into());
                }
                Some(Point::At(at)) => Some(at),
                None => None,
            };
            (org, text, Filter { kinds, authors: author, since })
        }
    };
    let what = format!("audit log of {org}");
    let request = ExportAuditLog::builder(org).maybe_q(text).build();
    hub::list_where(context, &AUDIT_ENTRY, &what, request, |entry| filter.keeps(entry))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use hubfolk_api::audit_log::AuditEntry;
    use serde_json::json;

    use super::Filter;

    #[test]
    fn events_are_kept_by_kind_author_and_time() {
        let entry: AuditEntry = serde_json::from_value(json!({
            "_id": "1", "type": "resource_group.add_users", "createdAt": "2026-03-02T10:00:00.000Z",
            "author": {"user": "Ada"},
        }))
        .unwrap();
        let kept = |kinds: &[&str], authors: &[&str], since: Option<&str>| {
            let owned = |texts: &[&str]| texts.iter().map(ToString::to_string).collect();
            Filter {
                kinds: owned(kinds),
                authors: owned(authors),
                since: since.map(|at| at.parse().unwrap()),
            }
            .keeps(&entry)
        };
        assert!(kept(&[], &[], None));
        assert!(kept(&["org", "resource_group"], &["ada"], Some("2026-03-02T10:00:00Z")));
        assert!(kept(&["resource_group.add_users"], &[], None));
        assert!(!kept(&["resource"], &[], None), "a piece of a word is no kind");
        assert!(!kept(&[], &["bob"], None));
        assert!(!kept(&[], &[], Some("2026-03-02T10:00:01Z")));
    }
}
