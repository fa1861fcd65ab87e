//! Lists: one page after the other, as the Hub's `Link` says.

use std::{
    collections::HashSet,
    fmt,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
    vec,
};

use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream::BoxStream};
use http::{HeaderMap, HeaderValue, Request, StatusCode, header};
use hubfolk_api::{Paged, wire};
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use url::Url;

use crate::{
    decode::{self, Origin, Unwrapped},
    error::{Error, PagingError, PagingProblem},
    fetch::Call,
    hub::{Hub, warn_of_odd},
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
    /// The list, unpacked: an array of JSON.
    pub body: Bytes,
    /// What stands beside the list in its envelope; empty for a list without one.
    pub envelope: Map<String, Value>,
    /// Whether the Hub says that there is another page.
    pub has_next: bool,
    /// Where the next page is, as path and query below the endpoint.
    pub next: Option<String>,
    /// Where this page came from.
    pub url: String,
    /// HTTP status.
    pub status: StatusCode,
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
    /// What stands beside the list in its envelope; empty for a list without one.
    pub envelope: Map<String, Value>,
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
            envelope: raw.envelope.clone(),
            has_next: raw.has_next,
        })
    }
}

/// The items of a list, over all its pages. After an error there are no more.
pub struct Listing<T> {
    pages: BoxStream<'static, Result<Page<T>, Error>>,
    ready: vec::IntoIter<T>,
}

impl<T: Send + 'static> Listing<T> {
    pub(crate) fn new(pages: impl Stream<Item = Result<Page<T>, Error>> + Send + 'static) -> Self {
        Self { pages: pages.boxed(), ready: Vec::new().into_iter() }
    }

    /// The same list page by page; items that were taken before are not in it.
    pub fn pages(self) -> impl Stream<Item = Result<Page<T>, Error>> + Send + 'static {
        self.pages
    }
}

impl<T> fmt::Debug for Listing<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listing").finish_non_exhaustive()
    }
}

/// Nothing in it is ever pinned in place.
impl<T> Unpin for Listing<T> {}

impl<T> Stream for Listing<T> {
    type Item = Result<T, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(item) = self.ready.next() {
                return Poll::Ready(Some(Ok(item)));
            }
            match ready!(self.pages.poll_next_unpin(context)) {
                None => return Poll::Ready(None),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                Some(Ok(page)) => {
                    warn_of_odd(&page);
                    self.ready = page.items.into_iter();
                }
            }
        }
    }
}

/// Walks from page to page.
pub(crate) struct Pager<E> {
    hub: Hub,
    /// The request of the page that comes next, as a value.
    operation: E,
    next: Option<Call>,
    number: u64,
    seen: HashSet<String>,
    /// The list of the last page, to notice a Hub that answers with the same page for ever.
    last: Bytes,
}

impl<E: Paged> Pager<E> {
    pub(crate) fn new(hub: Hub, operation: E, page: Option<&str>) -> Result<Self, Error> {
        let first = hub.0.call(&operation)?;
        let mut pager = Self {
            hub,
            operation,
            next: None,
            number: 0,
            seen: HashSet::new(),
            last: Bytes::new(),
        };
        let first = match page {
            None => first,
            Some(page) => pager.at(first, page)?,
        };
        pager.seen.insert(first.url.to_string());
        pager.next = Some(first);
        Ok(pager)
    }

    /// The call for a page that was named before, if it is one of this list.
    fn at(&mut self, first: Call, page: &str) -> Result<Call, Error> {
        let base = self.hub.0.endpoint.as_str().trim_end_matches('/').to_owned();
        let foreign = || PagingProblem::ForeignNext { origin: page.chars().take(80).collect() };
        let url = Url::parse(&format!("{base}{page}")).map_err(|_| self.astray(foreign()))?;
        let same = page.starts_with('/')
            && url.origin() == first.url.origin()
            && url.path() == first.url.path();
        if !same {
            return Err(self.astray(foreign()));
        }
        // A list that goes on by number counts from the request that asked for the page.
        if E::ITEMS.is_some()
            && let Ok(request) = Request::get(page).body(Vec::new())
            && let Ok(operation) = wire::decode::<E>(&request)
        {
            self.operation = operation;
        }
        Ok(Call { url, ..first })
    }

    pub(crate) async fn next(&mut self) -> Result<Option<RawPage>, Error> {
        let Some(call) = self.next.take() else { return Ok(None) };
        self.number += 1;
        let (operation, number) = (call.operation.name, self.number);
        let fetched =
            self.hub.0.fetch(call.clone()).await.map_err(|error| error.on_page(number))?;
        let url = call.url.to_string();
        let content_type = fetched.headers.get(header::CONTENT_TYPE).cloned();
        let mut list = Unwrapped { list: fetched.body.clone(), count: 0, envelope: Map::new() };
        if let Some(key) = E::ITEMS {
            let origin = Origin {
                operation,
                page: Some(number),
                content_type: content_type.as_ref().and_then(|kind| kind.to_str().ok()),
                request_id: fetched.request_id.as_deref(),
            };
            list = decode::unwrap(&fetched.body, key, &origin)?;
        }
        self.next = match link::next(&fetched.headers) {
            Some(target) => Some(self.linked(call, &target)?),
            None if E::ITEMS.is_some() => self.numbered(&list)?,
            None => None,
        };
        let page = RawPage {
            operation,
            number,
            has_next: self.next.is_some(),
            next: self.next.as_ref().map(|call| self.below_endpoint(&call.url)),
            url,
            status: fetched.status,
            attempts: fetched.attempts,
            waited: fetched.waited,
            date: date(&fetched.headers),
            request_id: fetched.request_id,
            content_type,
            body: list.list,
            envelope: list.envelope,
        };
        self.hub.0.config.observer.tell(&Event::Page { operation, number });
        Ok(Some(page))
    }

    /// The page that a `Link` names.
    fn linked(&mut self, call: Call, target: &str) -> Result<Call, Error> {
        let inner = &self.hub.0;
        let url = match call.url.join(target) {
            Ok(url) if url.origin() == inner.endpoint.origin() => url,
            Ok(url) => {
                let origin = url.origin().ascii_serialization();
                return Err(self.astray(PagingProblem::ForeignNext { origin }));
            }
            Err(_) => {
                let origin = target.chars().take(80).collect();
                return Err(self.astray(PagingProblem::ForeignNext { origin }));
            }
        };
        self.onward(Call { url, ..call })
    }

    /// The page that follows by number, if there is one.
    fn numbered(&mut self, page: &Unwrapped) -> Result<Option<Call>, Error> {
        let received = page.count;
        if received > 0 && page.list == self.last {
            return Err(self.astray(PagingProblem::RepeatedNext));
        }
        self.last = page.list.clone();
        let Some(operation) = self.operation.next_page(received, &page.envelope) else {
            return Ok(None);
        };
        let call = self.hub.0.call(&operation)?;
        self.operation = operation;
        self.onward(call).map(Some)
    }

    /// Goes on there, within bounds and never in circles.
    fn onward(&mut self, call: Call) -> Result<Call, Error> {
        let limit = self.hub.0.config.max_pages;
        if self.number >= limit {
            return Err(self.astray(PagingProblem::TooManyPages { limit }));
        }
        if !self.seen.insert(call.url.to_string()) {
            return Err(self.astray(PagingProblem::RepeatedNext));
        }
        Ok(call)
    }

    /// Path and query without what the endpoint stands for.
    fn below_endpoint(&self, url: &Url) -> String {
        let prefix = self.hub.0.endpoint.path().trim_end_matches('/');
        let path = url.path().strip_prefix(prefix).unwrap_or(url.path());
        match url.query() {
            Some(query) => format!("{path}?{query}"),
            None => path.to_owned(),
        }
    }

    fn astray(&self, problem: PagingProblem) -> Error {
        let operation = E::OPERATION.name;
        Error::Paging(Box::new(PagingError { operation, page: self.number, problem }))
    }
}

/// The Hub's clock, from its `Date` header.
pub(crate) fn date(headers: &HeaderMap) -> Option<Timestamp> {
    let text = headers.get(header::DATE)?.to_str().ok()?;
    jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text).ok()
}
