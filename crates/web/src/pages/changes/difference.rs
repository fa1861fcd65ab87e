//! Who differs between two points of the history.

use askama::Template;
use axum::response::Response;
use hubfolk_license::roster::Kind;

use crate::layout::{Section, Shell, org_url};
use crate::pages::parts::{Choice, Pager, Person, address};
use crate::pages::visit::Visit;
use crate::problem::Problem;
use crate::question::Question;
use crate::questions::difference::{DifferencePage, GetDifference};
use crate::questions::words::{Named, Word};
use crate::show;

#[derive(Template)]
#[template(path = "difference.html")]
struct DifferenceHtml {
    shell: Shell,
    base: String,
    here: String,
    from: String,
    to: String,
    from_url: String,
    to_url: String,
    joined_url: String,
    left_url: String,
    changed_url: String,
    kinds: Vec<Choice>,
    filtered: bool,
    page: DifferencePage,
    rows: Vec<Row>,
    pager: Pager,
}

struct Row {
    person: Person,
    kind: &'static str,
    class: &'static str,
    fullname: String,
    role: String,
    fields: Vec<(&'static str, String, String)>,
}

pub(super) async fn show_page(visit: Visit<GetDifference>) -> Result<Response, Problem> {
    let page = visit.show(Section::Changes, |desk, shell, asked| {
        let page = asked.clone().ask(desk)?;
        Ok(DifferenceHtml::new(shell, asked, page))
    });
    page.await
}

impl DifferenceHtml {
    fn new(shell: Shell, asked: &GetDifference, page: DifferencePage) -> Self {
        let org = asked.org.as_str();
        let base = org_url(org, "/changes");
        let here = format!("{base}/difference");
        let to =
            |cursor: Option<String>| address(&here, &GetDifference { cursor, ..asked.clone() });
        let of = |kind| {
            let kind = Some(Named(kind));
            address(&here, &GetDifference { kind, cursor: None, ..asked.clone() })
        };
        let run = |run: i64| org_url(org, &format!("/runs/{run}"));
        let rows = page.items.iter().map(|item| Row {
            person: Person::new(org, &item.id, &item.username, item.fullname.as_deref()),
            kind: item.kind,
            class: match item.kind {
                "joined" => "good",
                "left" => "bad",
                _ => "dim",
            },
            fullname: show::maybe(&item.fullname),
            role: show::maybe(&item.role),
            fields: item
                .fields
                .iter()
                .map(|change| {
                    (label(change.field), show::maybe(&change.old), show::maybe(&change.new))
                })
                .collect(),
        });
        Self {
            from: asked.from.clone().unwrap_or_default(),
            to: asked.to.clone().unwrap_or_default(),
            from_url: run(page.from.run),
            to_url: run(page.to.run),
            joined_url: of(Kind::Joined),
            left_url: of(Kind::Left),
            changed_url: of(Kind::Changed),
            kinds: Choice::list(
                "all who differ",
                Kind::ALL.iter().map(|kind| (kind.word(), kind.word())),
                asked.kind.map(|kind| kind.0.word()),
            ),
            filtered: asked.kind.is_some(),
            rows: rows.collect(),
            pager: Pager {
                first: asked.cursor.as_ref().map(|_| to(None)),
                previous: None,
                next: page.next.clone().map(|cursor| to(Some(cursor))),
            },
            page,
            here,
            base,
            shell,
        }
    }
}

fn label(field: &'static str) -> &'static str {
    show::field(field)
}
