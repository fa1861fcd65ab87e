//! Pages of a list: sizes, cursors that stay valid while the list changes, next addresses.

use std::collections::BTreeMap;
use std::ops::Bound;

use url::form_urlencoded;

use crate::answer::Refusal;
use crate::id::ObjectId;

/// The sizes of page that a list allows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PageSizes {
    pub(crate) least: i64,
    pub(crate) most: i64,
    pub(crate) default: usize,
    pub(crate) cursor: CursorForm,
}

/// Which end of a list comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    Ascending,
    /// Newest first.
    Descending,
}

/// How a cursor is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CursorForm {
    /// The last id with the number of the next page behind a dot.
    Dotted,
    /// 24 hexadecimal digits, as the likes list demands; the page number sits in digits 8 to 11,
    /// which are 0 in the ids of likes.
    Hex,
    /// No cursor: the page is asked for by number, counted from 0, as `p`.
    Number,
}

/// What the faults of this request do to the page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tricks {
    /// Only so many items, the rest on the next page.
    pub(crate) at_most: Option<usize>,
    /// The last item comes once more.
    pub(crate) repeat_last: bool,
}

/// Which page of a list is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PageAsk {
    pub(crate) size: usize,
    pub(crate) after: Option<ObjectId>,
    /// Counted from 1.
    pub(crate) number: u32,
    pub(crate) tricks: Tricks,
}

/// A page of a list, with the cursor of the next one.
#[derive(Debug)]
pub(crate) struct Page<'a, T> {
    pub(crate) items: Vec<(ObjectId, &'a T)>,
    pub(crate) next: Option<Cursor>,
}

/// Where a list goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cursor {
    after: Option<ObjectId>,
    page: u32,
}

impl Cursor {
    pub(crate) fn parse(text: &str, form: CursorForm) -> Result<Self, Refusal> {
        let (id, page) = match text.split_once('.') {
            Some((id, page)) => (id, page.parse().ok()),
            None => (text, None),
        };
        if id == "start" {
            return Ok(Self { after: None, page: page.unwrap_or(1) });
        }
        let id: ObjectId = id.parse().map_err(|_| Refusal::invalid("Invalid cursor", "cursor"))?;
        let (after, hidden) = id.without_page();
        Ok(match (page, form) {
            (Some(page), _) => Self { after: Some(id), page },
            (None, CursorForm::Hex) if hidden > 0 => {
                Self { after: Some(after), page: u32::from(hidden) }
            }
            // Some programs make a cursor of the last id they saw; that works on the Hub too.
            (None, _) => Self { after: Some(id), page: 2 },
        })
    }

    fn print(self, form: CursorForm) -> String {
        match (self.after, form) {
            (None, _) => format!("start.{}", self.page),
            (Some(id), CursorForm::Dotted | CursorForm::Number) => format!("{id}.{}", self.page),
            (Some(id), CursorForm::Hex) => id.with_page(self.page).to_string(),
        }
    }
}

/// The page number of a request, for the faults: 1 without a cursor, 0 with one that is none.
pub(crate) fn page_number(query: &str, form: CursorForm) -> u32 {
    if form == CursorForm::Number {
        return numbered(query).unwrap_or(0);
    }
    match value(query, "cursor") {
        None => 1,
        Some(cursor) => Cursor::parse(&cursor, form).map_or(0, |cursor| cursor.page),
    }
}

/// The page that a query asks for, or the validator's complaint.
pub(crate) fn page_ask(query: &str, sizes: PageSizes, tricks: Tricks) -> Result<PageAsk, Refusal> {
    if sizes.cursor == CursorForm::Number {
        return Ok(PageAsk { size: sizes.default, after: None, number: numbered(query)?, tricks });
    }
    let size = match value(query, "limit") {
        None => sizes.default,
        Some(text) => page_size(&text, sizes)?,
    };
    let cursor = match value(query, "cursor") {
        None => Cursor { after: None, page: 1 },
        Some(text) => Cursor::parse(&text, sizes.cursor)?,
    };
    Ok(PageAsk { size, after: cursor.after, number: cursor.page, tricks })
}

/// The page that `p` names, counted from 1.
fn numbered(query: &str) -> Result<u32, Refusal> {
    match value(query, "p").as_deref().map(|text| text.trim().parse::<u32>()) {
        None => Ok(1),
        Some(Ok(number)) => Ok(number.saturating_add(1)),
        Some(Err(_)) => Err(Refusal::invalid("Invalid input: expected number", "p")),
    }
}

fn page_size(text: &str, sizes: PageSizes) -> Result<usize, Refusal> {
    let invalid = |problem: &str| Err(Refusal::invalid(problem, "limit"));
    let Ok(number) = text.trim().parse::<f64>() else {
        return invalid("Invalid input: expected number, received NaN");
    };
    if number.is_nan() {
        return invalid("Invalid input: expected number, received NaN");
    }
    if number.fract() != 0.0 {
        return invalid("Invalid input: expected int, received number");
    }
    if number < sizes.least as f64 {
        return invalid(&format!("Too small: expected number to be >={}", sizes.least));
    }
    if number > sizes.most as f64 {
        return invalid(&format!("Too big: expected number to be <={}", sizes.most));
    }
    Ok(number as usize)
}

/// Cuts one page out of a list.
///
/// A cursor names an item, not a position: who joins or leaves shifts nobody else over the edge of
/// a page.
pub(crate) fn cut<'a, T>(
    list: &'a BTreeMap<ObjectId, T>,
    order: Order,
    ask: PageAsk,
    keep: impl Fn(ObjectId, &T) -> bool,
) -> Page<'a, T> {
    let size = ask.tricks.at_most.map_or(ask.size, |most| most.min(ask.size));
    // Only a list that goes on has a next page, so one more item is looked for than is shown.
    let items: Vec<(ObjectId, &T)> = match order {
        Order::Ascending => {
            let from = ask.after.map_or(Bound::Unbounded, Bound::Excluded);
            list.range((from, Bound::Unbounded))
                .filter(|(id, item)| keep(**id, item))
                .take(size + 1)
                .map(|(id, item)| (*id, item))
                .collect()
        }
        Order::Descending => {
            let to = ask.after.map_or(Bound::Unbounded, Bound::Excluded);
            list.range((Bound::Unbounded, to))
                .rev()
                .filter(|(id, item)| keep(**id, item))
                .take(size + 1)
                .map(|(id, item)| (*id, item))
                .collect()
        }
    };
    finish(items, size, ask)
}

/// Cuts one page out of a list that has an order of its own.
///
/// When the item of the cursor is gone meanwhile, the list begins anew: to show something twice is
/// better than to leave something out.
pub(crate) fn cut_sorted<'a, T>(list: Vec<(ObjectId, &'a T)>, ask: PageAsk) -> Page<'a, T> {
    let size = ask.tricks.at_most.map_or(ask.size, |most| most.min(ask.size));
    let behind = ask.after.and_then(|after| list.iter().position(|(id, _)| *id == after));
    let begin = behind.map_or(0, |index| index + 1);
    finish(list.into_iter().skip(begin).take(size + 1).collect(), size, ask)
}

/// A page of so many items, of which one more than are shown was looked for.
fn finish<'a, T>(mut items: Vec<(ObjectId, &'a T)>, size: usize, ask: PageAsk) -> Page<'a, T> {
    let goes_on = items.len() > size;
    items.truncate(size);
    if ask.tricks.repeat_last {
        let before_last = items.len().checked_sub(2).map(|index| items[index].0);
        match (goes_on, items.last().copied()) {
            // The next page begins behind the last but one, so it begins with the last.
            (true, Some(_)) => {
                let after = before_last.or(ask.after);
                return Page { items, next: Some(Cursor { after, page: ask.number + 1 }) };
            }
            (false, Some(last)) => items.push(last),
            (_, None) => {}
        }
    }
    let next = goes_on.then(|| {
        let after = items.last().map(|(id, _)| *id).or(ask.after);
        Cursor { after, page: ask.number + 1 }
    });
    Page { items, next }
}

/// Path and query of the next page: the parameters of this one with the new cursor.
pub(crate) fn next_address(
    path: &str,
    query: &str,
    next: Option<Cursor>,
    form: CursorForm,
) -> Option<String> {
    let cursor = next?.print(form);
    let mut pairs = form_urlencoded::Serializer::new(String::new());
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        if name != "cursor" {
            pairs.append_pair(&name, &value);
        }
    }
    pairs.append_pair("cursor", &cursor);
    Some(format!("{path}?{}", pairs.finish()))
}

/// The value of a query parameter.
pub(crate) fn value(query: &str, name: &str) -> Option<String> {
    if query.is_empty() {
        return None;
    }
    form_urlencoded::parse(query.as_bytes())
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::collections::BTreeMap;

    use super::{Cursor, CursorForm, Order, PageAsk, PageSizes, Tricks, cut, page_ask};
    use crate::id::{IdKind, ObjectId};

    fn list(count: u64) -> BTreeMap<ObjectId, u64> {
        (1..=count).map(|index| (ObjectId::made_up(IdKind::User, index), index)).collect()
    }

    fn walk(list: &BTreeMap<ObjectId, u64>, order: Order, tricks: [Tricks; 2]) -> Vec<Vec<u64>> {
        let mut ask = PageAsk { size: 3, after: None, number: 1, tricks: tricks[0] };
        let mut pages = Vec::new();
        loop {
            let page = cut(list, order, ask, |_, _| true);
            pages.push(page.items.iter().map(|(_, item)| **item).collect());
            let Some(next) = page.next else { return pages };
            let next = Cursor::parse(&next.print(CursorForm::Dotted), CursorForm::Dotted).unwrap();
            ask = PageAsk { after: next.after, number: next.page, tricks: tricks[1], ..ask };
        }
    }

    const NONE: Tricks = Tricks { at_most: None, repeat_last: false };

    #[test]
    fn pages_hold_every_item_once() {
        assert_eq!(walk(&list(7), Order::Ascending, [NONE, NONE]).concat(), [1, 2, 3, 4, 5, 6, 7]);
        let newest_first = walk(&list(6), Order::Descending, [NONE, NONE]);
        assert_eq!(newest_first, [vec![6, 5, 4], vec![3, 2, 1]]);
    }

    #[test]
    fn an_empty_or_short_page_loses_nobody() {
        let empty = Tricks { at_most: Some(0), ..NONE };
        let pages = walk(&list(4), Order::Ascending, [empty, NONE]);
        assert_eq!(pages, [vec![], vec![1, 2, 3], vec![4]]);
        let short = Tricks { at_most: Some(1), ..NONE };
        let pages = walk(&list(4), Order::Ascending, [short, NONE]);
        assert_eq!(pages, [vec![1], vec![2, 3, 4]]);
    }

    #[test]
    fn a_repeated_item_comes_on_the_next_page_or_at_the_end() {
        let twice = Tricks { repeat_last: true, ..NONE };
        let pages = walk(&list(5), Order::Ascending, [twice, NONE]);
        assert_eq!(pages, [vec![1, 2, 3], vec![3, 4, 5]]);
        let pages = walk(&list(2), Order::Ascending, [twice, NONE]);
        assert_eq!(pages, [vec![1, 2, 2]]);
    }

    #[test]
    fn a_cursor_of_hex_digits_keeps_its_page() {
        let id = ObjectId::from_parts(0x6500_0000, 77);
        let cursor = Cursor { after: Some(id), page: 300 };
        let text = cursor.print(CursorForm::Hex);
        assert_eq!(text.len(), 24);
        assert_eq!(Cursor::parse(&text, CursorForm::Hex).unwrap(), cursor);
    }

    #[test]
    fn sizes_outside_the_range_are_refused_in_the_validators_words() {
        let sizes = PageSizes { least: 10, most: 10_000, default: 500, cursor: CursorForm::Dotted };
        let said = |query: &str| match page_ask(query, sizes, NONE) {
            Ok(ask) => ask.size.to_string(),
            Err(crate::answer::Refusal::Error(error)) => error.message,
            Err(_) => String::new(),
        };
        assert_eq!(said(""), "500");
        assert_eq!(said("limit=10"), "10");
        assert_eq!(said("limit=9"), "✖ Too small: expected number to be >=10\n  → at limit");
        assert_eq!(said("limit=10001"), "✖ Too big: expected number to be <=10000\n  → at limit");
        assert_eq!(
            said("limit=many"),
            "✖ Invalid input: expected number, received NaN\n  → at limit"
        );
        assert_eq!(said("cursor=1"), "✖ Invalid cursor\n  → at cursor");
    }
}
