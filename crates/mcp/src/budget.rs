//! How many tokens a text costs a model, counted without a vocabulary.
//!
//! The o200k vocabulary takes more memory than the whole server. The estimate here is made to err
//! upwards: a test holds it against the real count on names, tables, JSON, prose and other scripts.

use serde_json::Value;

/// What a call may cost unless it says otherwise.
pub const DEFAULT: usize = 2_000;

/// What no call costs more than.
pub const MOST: usize = 8_000;

/// At least as many tokens as the text has, as a rule not many more.
#[must_use]
pub fn tokens(text: &str) -> usize {
    let mut count = Count::default();
    for c in text.chars() {
        count.add(c);
    }
    count.end();
    count.tokens
}

/// The value with its longest texts and lists shortened until it costs no more than this; what
/// was left out is said in its place.
#[must_use]
pub fn within(mut value: Value, most: usize) -> Value {
    // Halving ends soon: below 16 characters a text costs less than its key.
    let mut longest = 4_096;
    while tokens(&value.to_string()) > most && longest >= 16 {
        shorten(&mut value, longest);
        longest /= 2;
    }
    value
}

fn shorten(value: &mut Value, most: usize) {
    match value {
        Value::String(text) => {
            if let Some(cut) = cut(text, most) {
                *text = cut;
            }
        }
        Value::Array(items) => {
            let kept = (most / 16).max(1);
            if items.len() > kept {
                let more = items.len() - kept;
                items.truncate(kept);
                items.push(format!("… {more} more").into());
            }
            items.iter_mut().for_each(|item| shorten(item, most));
        }
        Value::Object(fields) => fields.values_mut().for_each(|field| shorten(field, most)),
        _ => {}
    }
}

/// The text without what follows after so many characters, and how much that is.
#[must_use]
pub fn cut(text: &str, most: usize) -> Option<String> {
    let (end, _) = text.char_indices().nth(most)?;
    let more = text[end..].chars().count();
    Some(format!("{}… [{more} more characters]", &text[..end]))
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Run {
    #[default]
    None,
    Lower,
    Upper,
    Digits,
    Space,
    Newline,
    Mark,
    /// Letters of other alphabets.
    Letters,
}

#[derive(Default)]
struct Count {
    tokens: usize,
    run: Run,
    length: usize,
}

impl Count {
    fn add(&mut self, c: char) {
        let run = match c {
            'a'..='z' => Run::Lower,
            'A'..='Z' => Run::Upper,
            '0'..='9' => Run::Digits,
            ' ' | '\t' => Run::Space,
            '\n' | '\r' => Run::Newline,
            '!'..='~' => Run::Mark,
            '\u{80}'..='\u{1fff}' => Run::Letters,
            // Kana are a token each at most.
            '\u{3040}'..='\u{30ff}' => {
                self.end();
                self.tokens += 1;
                return;
            }
            // Beyond the alphabets a character is a word, or several tokens when it is rare.
            '\u{2000}'..='\u{ffff}' => {
                self.end();
                self.tokens += 2;
                return;
            }
            _ => {
                self.end();
                self.tokens += if c.is_control() { 1 } else { 4 };
                return;
            }
        };
        // A capital begins a word: `Ada` is one run, `adaLovelace` two.
        let goes_on =
            run == self.run || (self.run == Run::Upper && run == Run::Lower && self.length == 1);
        if !goes_on {
            self.end();
        }
        self.run = run;
        self.length += 1;
    }

    fn end(&mut self) {
        self.tokens += match self.run {
            Run::None => 0,
            // A space goes with the word after it.
            Run::Space => usize::from(self.length > 1),
            Run::Newline => 1,
            Run::Lower => match self.length {
                0..=4 => 1,
                5..=7 => 2,
                length => 2 + (length - 5).div_ceil(3),
            },
            Run::Upper => (self.length * 2).div_ceil(3),
            Run::Digits => self.length.div_ceil(3),
            Run::Mark => match self.length {
                0..=3 => 1,
                length => length.div_ceil(2),
            },
            Run::Letters => (self.length * 2).div_ceil(3),
        };
        self.run = Run::None;
        self.length = 0;
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn real(text: &str) -> usize {
        tiktoken_rs::o200k_base_singleton().encode_ordinary(text).len()
    }

    /// Texts of the kinds that tools answer with.
    fn corpus() -> Vec<(&'static str, String)> {
        let hex = |seed: u64| {
            let mut x = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
            (0..24)
                .map(|_| {
                    x ^= x << 13;
                    x ^= x >> 7;
                    x ^= x << 17;
                    char::from_digit((x % 16) as u32, 16).unwrap()
                })
                .collect::<String>()
        };
        let ids = (0..100).map(|i| format!("{},user{i}\n", hex(i))).collect();
        let names = (0..100)
            .map(|i| {
                format!(
                    "maria-gonzalez{i},Maria González {i},true,2024-0{}-12T08:15:00.000Z\n",
                    i % 9 + 1
                )
            })
            .collect();
        let json = (0..50)
            .map(|i| {
                format!(
                    r#"{{"_id":"{}","user":"ada{i}","isPro":false,"fullname":"Ada L."}},"#,
                    hex(i)
                )
            })
            .collect();
        let prose =
            "The organization asks whether the pull request can be merged before the release. \
            Please look at the failing test, then close the discussion; thank you very much! "
                .repeat(20);
        let code =
            "```rust\nfn main() { println!(\"{}\", x.iter().map(|y| y + 1).sum::<u32>()); }\n```\n"
                .repeat(10);
        let base64: String =
            (0..60).map(|i| format!("{}{}", hex(i).to_uppercase(), hex(i + 7))).collect();
        vec![
            ("ids", ids),
            ("names", names),
            ("json", json),
            ("prose", prose),
            ("code", code),
            ("base64", base64),
            (
                "german",
                "Die Anfrage wurde abgelehnt, weil die Begründung fehlt. Größe über Maß. "
                    .repeat(9),
            ),
            ("russian", "Пожалуйста, посмотрите на эту проблему в репозитории. ".repeat(9)),
            ("greek", "Το αίτημα πρόσβασης εγκρίθηκε από τον διαχειριστή. ".repeat(9)),
            ("arabic", "يرجى مراجعة طلب الوصول إلى النموذج قبل الإصدار. ".repeat(9)),
            ("chinese", "请在发布之前检查这个讨论和合并请求。".repeat(9)),
            ("japanese", "リリースの前にこのディスカッションを確認してください。".repeat(9)),
            ("korean", "릴리스 전에 이 토론을 확인해 주세요. ".repeat(9)),
            ("hindi", "कृपया रिलीज़ से पहले इस चर्चा की समीक्षा करें। ".repeat(9)),
            ("thai", "โปรดตรวจสอบการสนทนานี้ก่อนเผยแพร่ ".repeat(9)),
            ("emoji", "🎉🚀👩‍💻🔥✨❤️🤗👍🏽 ".repeat(9)),
        ]
    }

    #[test]
    fn the_estimate_is_never_below_the_real_count_and_not_far_above() {
        let wrong: Vec<String> = corpus()
            .iter()
            .filter_map(|(name, text)| {
                let (estimated, real) = (tokens(text), real(text));
                let tight = matches!(*name, "ids" | "names" | "json" | "base64");
                let most = real as f64 * if tight { 1.5 } else { 3.2 };
                let right = estimated >= real && estimated as f64 <= most;
                (!right).then(|| format!("{name}: {estimated} estimated, {real} counted"))
            })
            .collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}
