//! Where a list goes on, as text that only we can read.

use serde_json::Value;

use crate::{
    confirm::canonical,
    failure::{Code, Failure},
    operations::Arguments,
    seal::Seal,
};

/// Arguments that say how much of a list is shown, not which list it is.
const PRESENTATION: [&str; 5] = ["cursor", "limit", "max_tokens", "format", "fields"];

/// A place in a list: a page as the Hub named it, and how many of its items were seen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// Path and query of the page; the first one when absent.
    pub page: Option<String>,
    /// Items of that page that were handed out.
    pub seen: usize,
}

/// Seals and opens the places of one list of one caller.
#[derive(Debug)]
pub struct Cursors<'a> {
    seal: &'a Seal,
    principal: &'a str,
    tool: &'a str,
    arguments: String,
}

impl<'a> Cursors<'a> {
    /// The cursors of this call; those of another caller, tool or list do not open.
    #[must_use]
    pub fn new(seal: &'a Seal, principal: &'a str, tool: &'a str, arguments: &Arguments) -> Self {
        let mut arguments = arguments.clone();
        for name in PRESENTATION {
            arguments.remove(name);
        }
        Self { seal, principal, tool, arguments: canonical(&Value::Object(arguments)) }
    }

    fn bound(&self) -> [&str; 3] {
        [self.principal, self.tool, &self.arguments]
    }

    /// The place as text.
    #[must_use]
    pub fn seal(&self, place: &Place) -> String {
        let plain = format!("{} {}", place.seen, place.page.as_deref().unwrap_or_default());
        self.seal.seal("cursor", &self.bound(), plain.as_bytes())
    }

    /// The place that the text stands for.
    ///
    /// # Errors
    ///
    /// Text that is no cursor of this list.
    pub fn open(&self, text: &str) -> Result<Place, Failure> {
        let open = || {
            let plain = self.seal.open("cursor", &self.bound(), text)?;
            let plain = String::from_utf8(plain).ok()?;
            let (seen, page) = plain.split_once(' ')?;
            let page = (!page.is_empty()).then(|| page.to_owned());
            Some(Place { page, seen: seen.parse().ok()? })
        };
        open().ok_or_else(|| {
            Failure::new(Code::InvalidCursor, "the cursor is not one of this list")
                .hint("repeat the call with the same arguments, adding only `cursor`")
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;

    #[test]
    fn a_cursor_opens_for_the_same_list_of_the_same_caller_only() {
        let seal = Seal::ephemeral();
        let arguments = |value: Value| value.as_object().unwrap().clone();
        let list = arguments(json!({"of": "acme", "relation": "members"}));
        let cursors = Cursors::new(&seal, "ada", "list_people", &list);
        let place = Place { page: Some("/api/x?cursor=a b".to_owned()), seen: 7 };
        let text = cursors.seal(&place);
        let again =
            arguments(json!({"limit": 3, "cursor": text, "relation": "members", "of": "acme"}));
        assert_eq!(Cursors::new(&seal, "ada", "list_people", &again).open(&text).unwrap(), place);
        assert!(Cursors::new(&seal, "bob", "list_people", &list).open(&text).is_err());
        let other = arguments(json!({"of": "beta", "relation": "members"}));
        assert!(Cursors::new(&seal, "ada", "list_people", &other).open(&text).is_err());
    }
}
