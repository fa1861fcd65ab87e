//! Lists: one page after the other, as the Hub's `Link` says.

use std::{collections::HashSet, fmt, time::Duration};

use bytes::Bytes;
use http::{HeaderValue, header};
use jiff::Timestamp;
use serde::de::DeserializeOwned;

use crate::{
    decode::{self, Origin},
    error::{Error, PagingError, PagingProblem},
    fetch::{Call, Fetched},
    hub::Hub,
    link,
    observe::Event,
};

/// A page of a list as it came.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct RawPage {
    /// Name of the operation.
    pub operation: &'static str,
    /// Number of the page, from 1.
    pub number: u64,
    /// The body, unpacked.
    pub body: Bytes,
    /// Whether the Hub says that there is another page.
    pub has_next: bool,
    /// How many requests it took.
    pub attempts: u32,
    /// How long it was waited for: for the rate limit and between attempts.
    pub waited: Duration,
    /// The Hub's clock when it answered.
    pub date: Option<Timestamp>,
    /// The id by which the Hub's operators find the request.
    pub request_id: Option<String>,
    content_type: Option<HeaderValue>,
}

impl RawPage {
    /// The items of the page, and what is odd among them.
    ///
    /// # Errors
    ///
    /// [`Error::Decode`] when the page as a whole is no list.
    pub fn decode<T: DeserializeOwned>(&self) -> Result<Decoded<T>, Error> {
        let origin = Origin {
            operation: self.operation,
            page: Some(self.number),
            content_type: self.content_type.as_ref().and_then(|kind| kind.to_str().ok()),
            request_id: self.request_id.as_deref(),
        };
        decode::items(&self.body, &origin)
    }
}

/// What a page holds.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Decoded<T> {
    /// The items that could be read.
    pub items: Vec<T>,
    /// The items that could not.
    pub odd: Vec<OddItem>,
}

/// An item of a list that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OddItem {
    /// Its place on the page, from 0.
    pub index: usize,
    /// Where in the item, such as `role`; `.` for all of it.
    pub path: String,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for OddItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "item {} at `{}`: {}", self.index, self.path, self.message)
    }
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Page<T> {
    /// Name of the operation.
    pub operation: &'static str,
    /// Number of the page, from 1.
    pub number: u64,
    /// The items that could be read.
    pub items: Vec<T>,
    /// The items that could not.
    pub odd: Vec<OddItem>,
    /// Whether the Hub says that there is another page.
    pub has_next: bool,
}

impl<T: DeserializeOwned> Page<T> {
    pub(crate) fn decode(raw: &RawPage) -> Result<Self, Error> {
        let Decoded { items, odd } = raw.decode()?;
        Ok(Self {
            operation: raw.operation,
            number: raw.number,
            items,
            odd,
            has_next: raw.has_next,
        })
    }
}

/// Walks from page to page.
pub(crate) struct Pager {
    hub: Hub,
    next: Option<Call>,
    number: u64,
    seen: HashSet<String>,
}

impl Pager {
    pub(crate) fn new(hub: Hub, first: Call) -> Self {
        let seen = HashSet::from([first.url.to_string()]);
        Self { hub, next: Some(first), number: 0, seen }
    }

    pub(crate) async fn next(&mut self) -> Result<Option<RawPage>, Error> {
        let Some(call) = self.next.take() else { return Ok(None) };
        self.number += 1;
        let (operation, number) = (call.operation.name, self.number);
        let fetched =
            self.hub.0.fetch(call.clone()).await.map_err(|error| error.on_page(number))?;
        self.next = self.following(call, &fetched)?;
        let page = RawPage {
            operation,
            number,
            has_next: self.next.is_some(),
            attempts: fetched.attempts,
            waited: fetched.waited,
            date: date(&fetched),
            request_id: fetched.request_id,
            content_type: fetched.headers.get(header::CONTENT_TYPE).cloned(),
            body: fetched.body,
        };
        self.hub.0.config.observer.tell(&Event::Page { operation, number });
        Ok(Some(page))
    }

    fn following(&mut self, call: Call, fetched: &Fetched) -> Result<Option<Call>, Error> {
        let Some(target) = link::next(&fetched.headers) else { return Ok(None) };
        let operation = call.operation.name;
        let astray = |problem| {
            Error::Paging(Box::new(PagingError { operation, page: self.number, problem }))
        };
        let inner = &self.hub.0;
        let url = match call.url.join(&target) {
            Ok(url) if url.origin() == inner.endpoint.origin() => url,
            Ok(url) => {
                let origin = url.origin().ascii_serialization();
                return Err(astray(PagingProblem::ForeignNext { origin }));
            }
            Err(_) => {
                let origin = target.chars().take(80).collect();
                return Err(astray(PagingProblem::ForeignNext { origin }));
            }
        };
        if self.number >= inner.config.max_pages {
            let limit = inner.config.max_pages;
            return Err(astray(PagingProblem::TooManyPages { limit }));
        }
        if !self.seen.insert(url.to_string()) {
            return Err(astray(PagingProblem::RepeatedNext));
        }
        Ok(Some(Call { url, ..call }))
    }
}

/// The Hub's clock, from its `Date` header.
fn date(fetched: &Fetched) -> Option<Timestamp> {
    let text = fetched.headers.get(header::DATE)?.to_str().ok()?;
    jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text).ok()
}
