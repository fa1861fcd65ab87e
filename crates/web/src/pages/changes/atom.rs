//! The changes as an Atom feed (RFC 4287).

use std::fmt::Write as _;

use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Response};
use http::header;
use hubfolk_license::export::cell;
use hubfolk_license::views::{ChangeView, time};

use crate::access::Caller;
use crate::app::App;
use crate::layout::org_url;
use crate::pages::parts::{address, member_url};
use crate::problem::Problem;
use crate::question::{Question, parse};
use crate::questions::changes::ListChanges;
use crate::show;

pub(super) async fn feed(
    State(app): State<App>,
    caller: Caller,
    Path(org): Path<String>,
    RawQuery(text): RawQuery,
) -> Result<Response, Problem> {
    let asked: ListChanges = parse(&[("org", &org)], text.as_deref())?;
    let service = app.url().to_owned();
    let text = app.read(&caller, ListChanges::LEAST, move |desk| {
        let org = desk.org(&asked.org)?;
        let now = time(desk.now().as_microsecond());
        let page = asked.clone().ask(desk)?;
        // Stays the same when the organization is renamed, where the Hub showed its id.
        let id = match &org.hf_id {
            Some(id) => format!("urn:hubfolk:{id}"),
            None => format!("urn:hubfolk:row-{}", org.id),
        };
        Ok(document(&service, &asked, &id, &now, &page.items))
    });
    let kind = [(header::CONTENT_TYPE, "application/atom+xml; charset=utf-8")];
    Ok((kind, text.await?).into_response())
}

fn document(
    service: &str,
    asked: &ListChanges,
    id: &str,
    now: &str,
    changes: &[ChangeView],
) -> String {
    let org = asked.org.as_str();
    let page = address(&org_url(org, "/changes"), asked);
    let here = address(&org_url(org, "/changes.atom"), asked);
    let updated = changes.first().map_or(now, |change| &change.at);
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
    let _ = write!(
        xml,
        "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>Changes of {}</title><id>{id}</id>\
         <updated>{updated}</updated><author><name>hubfolk</name></author>\
         <link rel=\"self\" href=\"{}\"/><link rel=\"alternate\" type=\"text/html\" href=\"{}\"/>",
        escape(org),
        escape(&format!("{service}{here}")),
        escape(&format!("{service}{page}"))
    );
    for change in changes {
        let link = match &change.member {
            Some(member) => member_url(org, &member.id),
            None => org_url(org, &format!("/runs/{}", change.run)),
        };
        let _ = write!(
            xml,
            "\n<entry><title>{}</title><id>{id}:{}</id><updated>{}</updated>\
             <link rel=\"alternate\" type=\"text/html\" href=\"{}\"/><category term=\"{}\"/>\
             <content type=\"text\">{}</content></entry>",
            escape(&title(change)),
            change.seq,
            change.at,
            escape(&format!("{service}{link}")),
            change.kind,
            escape(&content(change))
        );
    }
    xml.push_str("\n</feed>\n");
    xml
}

fn title(change: &ChangeView) -> String {
    let who = change
        .member
        .as_ref()
        .map_or_else(|| "The organization".to_owned(), |member| show::line(&member.username));
    let group = change.group.as_ref().map(|group| format!(" {}", show::line(&group.name)));
    format!("{who}: {}{}", show::kind(change.kind), group.unwrap_or_default())
}

fn content(change: &ChangeView) -> String {
    let (old, new) = (show::value(&change.old), show::value(&change.new));
    let what = match (old.is_empty(), new.is_empty()) {
        (true, true) => String::new(),
        (true, false) => new,
        (false, true) => format!("was {old}"),
        (false, false) => format!("{old} → {new}"),
    };
    let cause = match &change.cause.actor {
        Some(actor) => format!("by {} (audit log)", show::line(actor)),
        None if change.cause.source == "audit_log" => "named by the audit log".to_owned(),
        None => "observed".to_owned(),
    };
    let parts = [what, cause, format!("run {}", change.run)];
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join("; ")
}

/// Text that is well-formed XML 1.0, whatever was in it.
fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            // Control characters other than these three have no form in XML.
            '\n' | '\t' => safe.push(' '),
            '\u{fffe}' | '\u{ffff}' => safe.push('\u{fffd}'),
            c if cell::is_hidden(c) => safe.extend(c.escape_default()),
            c => safe.push(c),
        }
    }
    safe
}
