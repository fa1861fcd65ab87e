//! Pieces that several pages show.

use crate::layout::{org_url, segment};
use crate::question::{Question, query};
use crate::show;

/// A page with a question's filters in its address.
pub(super) fn address<Q: Question>(base: &str, question: &Q) -> String {
    match query(question).as_str() {
        "" => base.to_owned(),
        query => format!("{base}?{query}"),
    }
}

/// Somebody in a list.
pub(super) struct Person {
    pub(super) url: String,
    /// Where their picture is, if the organization shows pictures.
    pub(super) picture: String,
    pub(super) username: String,
    pub(super) initials: String,
    pub(super) tint: usize,
}

impl Person {
    pub(super) fn new(org: &str, id: &str, username: &str, fullname: Option<&str>) -> Self {
        Self {
            url: member_url(org, id),
            picture: org_url(org, &format!("/avatars/{}", segment(id))),
            username: show::line(username),
            initials: show::initials(fullname, username),
            tint: show::tint(id),
        }
    }
}

/// The page of a member.
pub(super) fn member_url(org: &str, id: &str) -> String {
    org_url(org, &format!("/members/{}", segment(id)))
}

/// A filter in use, and the address without it.
pub(super) struct Chip {
    pub(super) text: String,
    pub(super) url: String,
}

/// One of several values to choose from.
pub(super) struct Choice {
    pub(super) value: String,
    pub(super) text: String,
    pub(super) chosen: bool,
}

impl Choice {
    /// Values to choose from, with one for none of them.
    pub(super) fn list<T: AsRef<str>>(
        none: &str,
        values: impl IntoIterator<Item = (T, T)>,
        chosen: Option<&str>,
    ) -> Vec<Self> {
        let mut list =
            vec![Self { value: String::new(), text: none.to_owned(), chosen: chosen.is_none() }];
        let mut met = chosen.is_none();
        for (value, text) in values {
            let value = value.as_ref().to_owned();
            let same = chosen.is_some_and(|chosen| chosen.to_lowercase() == value.to_lowercase());
            met |= same;
            list.push(Self { text: show::line(text.as_ref()), chosen: same, value });
        }
        // What was asked for under another name stays asked for.
        if let Some(chosen) = chosen.filter(|_| !met) {
            let (value, text) = (chosen.to_owned(), show::line(chosen));
            list.push(Self { value, text, chosen: true });
        }
        list
    }
}

/// Where the other pages of a list are.
#[derive(Default)]
pub(super) struct Pager {
    pub(super) first: Option<String>,
    pub(super) previous: Option<String>,
    pub(super) next: Option<String>,
}
