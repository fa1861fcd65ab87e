//! Numbers, times, names and truths as pages show them.
//!
//! Names are chosen by strangers: hidden characters are written out, and what is longer than a line
//! is cut, with the length said.

use std::borrow::Cow;

use hubfolk_license::export::cell;
use hubfolk_license::overview::Money;

use crate::currency;

/// A whole number of any size, or a reference to one, as templates have them.
pub(crate) trait Whole: Copy {
    /// The number.
    fn whole(self) -> i64;
}

macro_rules! whole {
    ($($ty:ty)*) => {
        $(impl Whole for $ty {
            fn whole(self) -> i64 {
                i64::try_from(self).unwrap_or(i64::MAX)
            }
        })*
    };
}

whole!(i32 i64 u32 u64 usize);

impl<T: Whole> Whole for &T {
    fn whole(self) -> i64 {
        (*self).whole()
    }
}

/// A number with its thousands apart.
pub(crate) fn number(value: impl Whole) -> String {
    let value = value.whole();
    let digits = value.unsigned_abs().to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if value < 0 {
        text.push('−');
    }
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A share of a total in per cent; what is not nothing is never 0 %.
pub(crate) fn percent(part: i64, total: i64) -> String {
    if total <= 0 {
        return "–".to_owned();
    }
    let share = part as f64 * 100.0 / total as f64;
    match share {
        0.0 => "0 %".to_owned(),
        share if share < 1.0 => "<1 %".to_owned(),
        share if share > 99.0 && share < 100.0 => ">99 %".to_owned(),
        share => format!("{share:.0} %"),
    }
}

/// A time to the minute; the page says once that times are UTC.
pub(crate) fn minute(time: &str) -> Cow<'_, str> {
    match (time.get(..10), time.get(11..16)) {
        (Some(day), Some(minute)) => Cow::Owned(format!("{day} {minute}")),
        _ => Cow::Borrowed(time),
    }
}

/// A stored time to the minute.
pub(crate) fn shown(at: hubfolk_store::Micros) -> String {
    minute(&hubfolk_license::views::time(at)).into_owned()
}

/// The day of a time.
pub(crate) fn day(time: &str) -> &str {
    time.get(..10).unwrap_or(time)
}

/// A length of time in its largest unit.
pub(crate) fn length(seconds: i64) -> String {
    let (count, unit) = match seconds {
        ..60 => (seconds.max(0), "s"),
        60..7_200 => (seconds / 60, "min"),
        7_200..172_800 => (seconds / 3600, "h"),
        _ => (seconds / 86_400, "days"),
    };
    format!("{} {unit}", number(count))
}

/// Milliseconds as people read them.
pub(crate) fn milliseconds(value: impl Whole) -> String {
    let value = value.whole();
    if value.abs() < 10_000 { format!("{} ms", number(value)) } else { length(value / 1000) }
}

/// The longest name that is shown whole in a list.
const LINE: usize = 80;
/// The longest text that is shown whole where there is room.
const ROOM: usize = 2_000;

/// A stranger's text on one line of a list.
pub(crate) fn line(text: &str) -> String {
    cut(text, LINE)
}

/// A message in a list.
pub(crate) fn sentence(text: &str) -> String {
    cut(text, 240)
}

/// A stranger's text where there is room.
pub(crate) fn room(text: &str) -> String {
    cut(text, ROOM)
}

fn cut(text: &str, most: usize) -> String {
    let mut end = text.len();
    let mut long = false;
    if let Some((at, _)) = text.char_indices().nth(most) {
        (end, long) = (at, true);
    }
    let mut shown = cell::shown(&text[..end]).into_owned();
    if long {
        shown.push_str(&format!("… ({} characters)", number(text.chars().count() as i64)));
    }
    shown
}

/// The same, of a text that may not be there.
pub(crate) fn maybe(text: &Option<String>) -> String {
    text.as_deref().map(line).unwrap_or_default()
}

/// One or two letters that stand for somebody without a picture.
pub(crate) fn initials(fullname: Option<&str>, username: &str) -> String {
    let first = |word: &str| word.chars().find(|c| c.is_alphanumeric());
    let name = fullname.filter(|name| name.chars().any(char::is_alphanumeric)).unwrap_or(username);
    let mut letters = name.split([' ', '-', '_', '.']).filter_map(first);
    let one = letters.next();
    let last = letters.next_back();
    one.into_iter().chain(last).flat_map(char::to_uppercase).take(2).collect()
}

/// Which of eight tints stands behind the initials.
pub(crate) fn tint(id: &str) -> usize {
    id.bytes().fold(0_usize, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into())) % 8
}

/// An amount of money.
pub(crate) fn money(money: &Money) -> String {
    let (whole, part) = currency::split(money.minor, &money.currency);
    format!("{}{part} {}", number(whole), line(&money.currency))
}

/// Yes, no or unknown, with its class.
pub(crate) fn truth(value: Option<bool>, known: bool) -> (&'static str, &'static str) {
    match value.filter(|_| known) {
        Some(true) => ("yes", "yes"),
        Some(false) => ("no", "no"),
        None => ("unknown", "unknown"),
    }
}

/// The same, of a fact whose absence is a risk.
pub(crate) fn safety(value: Option<bool>, known: bool) -> (&'static str, &'static str) {
    match truth(value, known) {
        ("yes", _) => ("yes", "yes safe"),
        ("no", _) => ("no", "no risk"),
        unknown => unknown,
    }
}

/// A change's value in words: text and lists as such, nothing as a dash.
pub(crate) fn value(json: &Option<String>) -> String {
    let Some(text) = json else { return String::new() };
    let value = serde_json::from_str(text).unwrap_or(serde_json::Value::String(text.clone()));
    let shown = match &value {
        serde_json::Value::Object(fields) => {
            let known = ["role", "fullname", "email", "two_factor", "external", "is_pro", "groups"];
            let others = fields.keys().map(String::as_str);
            let others = others.filter(|name| !known.contains(name) && *name != "username");
            let told = |name: &str| {
                let text = cell::text(fields.get(name)?, cell::Bools::Words);
                (!text.is_empty()).then(|| format!("{} {text}", field(name)))
            };
            known.into_iter().chain(others).filter_map(told).collect::<Vec<_>>().join(", ")
        }
        value => cell::text(value, cell::Bools::Words).into_owned(),
    };
    cut(&shown, 300)
}

/// What a kind of change is called.
pub(crate) fn kind(kind: &str) -> Cow<'_, str> {
    Cow::Borrowed(match kind {
        "coverage.changed" => "visible fields changed",
        "member.joined" => "joined",
        "member.returned" => "came back",
        "member.learned" => "became known",
        "member.renamed" => "renamed",
        "member.name_reused" => "took a former name",
        "fullname.changed" => "full name",
        "email.changed" => "e-mail",
        "role.changed" => "role",
        "role.unknown" => "unmapped role",
        "two_factor.changed" => "2FA",
        "external.changed" => "external",
        "pro.changed" => "Pro",
        "group.added" => "put into a group",
        "group.role_changed" => "role in a group",
        "group.removed" => "taken out of a group",
        "member.missing" => "missing",
        "member.left" => "left",
        other => return Cow::Owned(line(other)),
    })
}

/// How much a kind of change matters: the class of its badge.
pub(crate) fn weight(kind: &str) -> &'static str {
    match kind {
        "member.joined" | "member.returned" => "good",
        "member.left" | "member.name_reused" | "role.unknown" => "bad",
        "member.missing" | "coverage.changed" | "external.changed" => "warn",
        _ => "dim",
    }
}

/// The class of a run's badge.
pub(crate) fn run_state(state: &str) -> &'static str {
    match state {
        "published" => "good",
        "failed" => "bad",
        "quarantined" => "warn",
        _ => "dim",
    }
}

/// A field of a member in words.
pub(crate) fn field(name: &str) -> &str {
    match name {
        "two_factor" => "2FA",
        "is_pro" | "pro" => "Pro",
        "email" => "e-mail",
        "fullname" => "full name",
        "audit_log" => "audit log",
        "resource_groups" => "resource groups",
        "service_accounts" => "service accounts",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_shares_and_lengths() {
        assert_eq!(number(0), "0");
        assert_eq!(number(1_234_567), "1,234,567");
        assert_eq!(number(-1_000), "−1,000");
        assert_eq!(percent(1, 1000), "<1 %");
        assert_eq!(percent(999, 1000), ">99 %");
        assert_eq!(percent(0, 0), "–");
        assert_eq!(length(59), "59 s");
        assert_eq!(length(3 * 86_400), "3 days");
    }

    #[test]
    fn a_strangers_text_is_cut_and_shows_what_it_hides() {
        let long = "a".repeat(10_000);
        assert_eq!(line(&long).chars().count(), 80 + "… (10,000 characters)".chars().count());
        assert_eq!(line("eve\u{202e}nimda"), "eve\\u{202e}nimda");
        assert_eq!(line("名前"), "名前");
    }

    #[test]
    fn initials_are_letters() {
        assert_eq!(initials(Some("Ada Byron Lovelace"), "ada"), "AL");
        assert_eq!(initials(Some("<script>"), "eve"), "S");
        assert_eq!(initials(Some("  "), "grace-h"), "GH");
        assert_eq!(initials(None, "..."), "");
    }

    #[test]
    fn money_knows_its_minor_unit() {
        let amount = |minor, currency: &str| money(&Money { minor, currency: currency.to_owned() });
        assert_eq!(amount(123_456, "EUR"), "1,234.56 EUR");
        assert_eq!(amount(5, "USD"), "0.05 USD");
        assert_eq!(amount(5000, "JPY"), "5,000 JPY");
    }

    #[test]
    fn a_changes_value_reads_as_words() {
        assert_eq!(value(&Some("\"admin\"".to_owned())), "admin");
        assert_eq!(value(&Some("true".to_owned())), "yes");
        assert_eq!(value(&None), "");
        let object = r#"{"role":"read","two_factor":false,"email":null}"#;
        assert_eq!(value(&Some(object.to_owned())), "role read, 2FA no");
    }
}
