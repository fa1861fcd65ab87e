//! What collections, their items and their texts may be, checked before anything is sent.

use super::{CollectionItemRef, CollectionItemType, CollectionTheme};
use crate::id::{self, Invalid};

/// Longest texts, counted as the Hub counts: in UTF-16 units.
const LONGEST_TITLE: usize = 60;
const LONGEST_DESCRIPTION: usize = 150;
const LONGEST_NOTE: usize = 500;

const SLUG_EXAMPLE: &str = "acme/best-models-64f9a55bb3115b4f513ec026";

/// The id at the end of a collection's slug: 24 hexadecimal digits behind the last dash.
#[must_use]
pub fn collection_id(slug: &str) -> Option<&str> {
    let id = slug.rsplit(['-', '/']).next()?;
    id::object_id("collection id", id).is_ok().then_some(id)
}

/// Checks the slug of a collection: owner, words of the title, id.
///
/// # Errors
///
/// A slug without owner or id, or with more than that.
pub fn collection_slug(slug: &str) -> Result<(), Invalid> {
    let invalid = |rule: String| Err(Invalid::new("collection slug", slug, rule));
    if slug.is_empty() {
        return invalid(format!("is empty; give owner, words and id, as in {SLUG_EXAMPLE:?}"));
    }
    if let Some((_, rest)) = slug.split_once("://") {
        let bare = rest.split_once("/collections/").map_or(SLUG_EXAMPLE, |(_, slug)| slug);
        return invalid(format!("is an address; give only what stands at its end: {bare:?}"));
    }
    // The Hub also knows a collection by its words and id alone.
    if !slug.contains('/') && slug.contains('-') && collection_id(slug).is_some() {
        return Ok(());
    }
    let mut parts = slug.split('/');
    let (Some(owner), Some(name), None) = (parts.next(), parts.next(), parts.next()) else {
        return invalid(format!("is not `owner/words-id`, as in {SLUG_EXAMPLE:?}"));
    };
    rule_of(self::owner(owner)).map_or(Ok(()), &invalid)?;
    if let Some(odd) = name.chars().find(|c| !c.is_alphanumeric() && !matches!(c, '-' | '_' | '.'))
    {
        return invalid(format!("has {odd:?}; slugs have letters, digits and `-`"));
    }
    if collection_id(name).is_none() {
        return invalid(format!(
            "lacks its id; the slug ends with 24 hexadecimal digits, as in {SLUG_EXAMPLE:?} \
             (`list_collections` shows it)"
        ));
    }
    Ok(())
}

fn rule_of(checked: Result<(), Invalid>) -> Option<String> {
    checked.err().map(|invalid| invalid.rule)
}

/// Checks the name of an owner, which may be a user or an organization.
pub(super) fn owner(name: &str) -> Result<(), Invalid> {
    id::user_name(name).map_err(|invalid| Invalid { field: "owner of a collection", ..invalid })
}

/// Checks an item as the list filters by it: the folder of its type, a slash, its id.
pub(super) fn filter(item: &str) -> Result<(), Invalid> {
    const FOLDERS: [&str; 6] = ["models", "datasets", "spaces", "papers", "collections", "buckets"];
    let known = item
        .split_once('/')
        .is_some_and(|(folder, id)| FOLDERS.contains(&folder) && !id.is_empty());
    if known {
        return Ok(());
    }
    let rule = "does not begin with the folder of its type, as in \"models/acme/m\", \
                \"datasets/acme/d\", \"spaces/acme/s\" or \"papers/2510.04871\"";
    Err(Invalid::new("item", item, rule))
}

/// Checks what shall be put into a collection.
pub(super) fn item(item: &CollectionItemRef) -> Result<(), Invalid> {
    let id = item.id.as_str();
    match &item.item_type {
        CollectionItemType::Model
        | CollectionItemType::Dataset
        | CollectionItemType::Space
        | CollectionItemType::Bucket => id::repo_id(id),
        CollectionItemType::Paper => paper(id),
        CollectionItemType::Collection => {
            if id::object_id("collection", id).is_ok() || id.split('/').count() == 2 {
                return Ok(());
            }
            let rule = format!(
                "is neither the slug of a collection, as in {SLUG_EXAMPLE:?}, \
                                nor the 24 hexadecimal digits at its end"
            );
            Err(Invalid::new("collection", id, rule))
        }
        CollectionItemType::Other(other) => Err(Invalid::new(
            "item type",
            other,
            "is none of `model`, `dataset`, `space`, `paper`, `collection` and `bucket`",
        )),
    }
}

fn paper(id: &str) -> Result<(), Invalid> {
    let fail = |rule: &str| Err(Invalid::new("paper id", id, rule));
    if id.is_empty() {
        return fail("is empty; give the arXiv id, as in \"2510.04871\"");
    }
    if id.contains("://") {
        return fail("is an address; give the arXiv id at its end, as in \"2510.04871\"");
    }
    if id.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return fail("has a blank; give the arXiv id, as in \"2510.04871\"");
    }
    Ok(())
}

/// Checks a title.
pub(super) fn title(title: &str) -> Result<(), Invalid> {
    if title.is_empty() {
        let rule = "is empty; a title has 1 to 60 characters, as in \"Best models\"";
        return Err(Invalid::new("title", title, rule));
    }
    at_most("title", title, LONGEST_TITLE, "Best models")
}

/// Checks a description.
pub(super) fn description(text: &str) -> Result<(), Invalid> {
    at_most("description", text, LONGEST_DESCRIPTION, "What we use in production")
}

/// Checks a note.
pub(super) fn note(text: &str) -> Result<(), Invalid> {
    at_most("note", text, LONGEST_NOTE, "Read this first")
}

fn at_most(field: &'static str, text: &str, most: usize, example: &str) -> Result<(), Invalid> {
    let length = text.encode_utf16().count();
    if length <= most {
        return Ok(());
    }
    let rule =
        format!("is too long: {length} characters, at most {most} are allowed, as in {example:?}");
    Err(Invalid::new(field, text, rule))
}

/// Checks a colour.
pub(super) fn theme(theme: &CollectionTheme) -> Result<(), Invalid> {
    match theme {
        CollectionTheme::Other(other) => Err(Invalid::new(
            "theme",
            other,
            "is none of `orange`, `blue`, `green`, `purple`, `pink` and `indigo`",
        )),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::{collection_id, collection_slug, description, filter, item, note, title};
    use crate::collections::{CollectionItemRef, CollectionItemType};

    const ID: &str = "64f9a55bb3115b4f513ec026";

    #[test]
    fn a_slug_ends_with_its_id() {
        for slug in [format!("acme/best-models-{ID}"), format!("acme/{ID}"), format!("a/é-{ID}")] {
            collection_slug(&slug).unwrap();
            assert_eq!(collection_id(&slug), Some(ID));
        }
        let said = |slug: &str| collection_slug(slug).unwrap_err().to_string();
        assert!(said("acme/best-models").contains("lacks its id"));
        assert!(said("acme/best-models").contains("as in \"acme/best-models-64f9"));
        assert!(said(ID).contains("is not `owner/words-id`"));
        assert!(said("acme/x/y").contains("is not `owner/words-id`"));
        assert!(said("").contains("is empty"));
        assert!(said("a b/c").contains("' '"));
        assert!(said(&format!("acme/a b-{ID}")).contains("' '"));
        let address = format!("https://huggingface.co/collections/acme/x-{ID}");
        assert!(said(&address).contains(&format!("\"acme/x-{ID}\"")));
    }

    #[test]
    fn texts_are_counted_as_the_hub_counts_them() {
        title("x").unwrap();
        title(&"é".repeat(60)).unwrap();
        assert!(title("").is_err());
        assert!(title(&"x".repeat(61)).unwrap_err().rule.contains("at most 60"));
        // A character beyond the first plane counts twice, as in JavaScript.
        assert!(title(&"🔥".repeat(31)).is_err());
        assert!(description(&"x".repeat(151)).is_err());
        assert!(note(&"x".repeat(501)).is_err());
    }

    #[test]
    fn an_item_fits_its_type() {
        let check = |kind: &str, id: &str| {
            item(&CollectionItemRef::new(CollectionItemType::from(kind), id))
        };
        for (kind, id) in [
            ("model", "acme/m"),
            ("bucket", "acme/b"),
            ("paper", "2510.04871"),
            ("collection", ID),
            ("collection", "acme/best"),
        ] {
            check(kind, id).unwrap();
        }
        assert!(check("model", "models/acme/m").is_err());
        assert!(check("paper", "https://arxiv.org/abs/2510.04871").is_err());
        assert!(check("collection", "best").is_err());
        assert!(check("kernel", "acme/k").unwrap_err().rule.contains("`bucket`"));
        filter("models/gpt2").unwrap();
        assert!(filter("acme/m").is_err());
    }
}
