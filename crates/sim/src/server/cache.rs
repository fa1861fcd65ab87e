//! Large answers, kept until the world changes: listing 100,000 members twice makes them once.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, RwLock};

use http::HeaderValue;

use crate::answer::Answer;

/// Smaller answers are made faster than they are looked up.
const WORTH_KEEPING: usize = 8 * 1024;

/// Room for a million members as an admin sees them.
const MOST_BYTES: usize = 600 * 1024 * 1024;

/// An answer with its entity tag.
#[derive(Debug)]
pub(crate) struct Made {
    pub(crate) answer: Answer,
    pub(crate) etag: HeaderValue,
}

#[derive(Default)]
pub(crate) struct PageCache(RwLock<Pages>);

#[derive(Default)]
struct Pages {
    version: u64,
    bytes: usize,
    /// By token and address.
    made: HashMap<String, Arc<Made>>,
}

/// Nothing of the content, whose keys hold tokens.
impl fmt::Debug for PageCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PageCache").finish_non_exhaustive()
    }
}

/// An answer depends on who asks and for what.
pub(crate) fn key(token: Option<&str>, path_and_query: &str) -> String {
    format!("{} {path_and_query}", token.unwrap_or_default())
}

impl PageCache {
    pub(crate) fn get(&self, version: u64, key: &str) -> Option<Arc<Made>> {
        let pages = self.0.read().expect("nobody panics while holding it");
        (pages.version == version).then(|| pages.made.get(key).cloned()).flatten()
    }

    pub(crate) fn put(&self, version: u64, key: String, made: &Arc<Made>) {
        let size = made.answer.body.len();
        if size < WORTH_KEEPING {
            return;
        }
        let mut pages = self.0.write().expect("nobody panics while holding it");
        if pages.version != version || pages.bytes + size > MOST_BYTES {
            // An answer about an older world must not stand in for one about this world.
            if pages.version > version {
                return;
            }
            *pages = Pages { version, ..Pages::default() };
        }
        if pages.made.insert(key, Arc::clone(made)).is_none() {
            pages.bytes += size;
        }
    }
}
