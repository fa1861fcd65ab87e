//! Terminal sequences: whole, so that no `[31m` stays behind.

use std::borrow::Cow;

const ESC: char = '\u{1b}';
const BEL: char = '\u{7}';

/// Longest string sequence (a title, a link) that is taken for one; an open end hides no more.
const LONGEST: usize = 4096;

/// The text without the sequences of ECMA-48, in 7 and in 8 bits.
pub(super) fn strip(text: &str) -> Cow<'_, str> {
    if !text.contains(is_introducer) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(is_introducer) {
        out.push_str(&rest[..at]);
        rest = after_sequence(&rest[at..]);
    }
    out.push_str(rest);
    Cow::Owned(out)
}

fn is_introducer(c: char) -> bool {
    matches!(c, ESC | '\u{8e}' | '\u{8f}' | '\u{90}' | '\u{98}' | '\u{9b}'..='\u{9f}')
}

/// What follows the sequence that the text begins with.
fn after_sequence(text: &str) -> &str {
    let mut chars = text.chars();
    let first = chars.next().expect("the text begins with an introducer");
    let rest = chars.as_str();
    if first != ESC {
        return match first {
            '\u{9b}' => after_control(rest),
            '\u{8e}' | '\u{8f}' => skip(rest, 1),
            _ => after_string(rest),
        };
    }
    match rest.chars().next() {
        Some('[') => after_control(&rest[1..]),
        Some(']' | 'P' | 'X' | '^' | '_') => after_string(&rest[1..]),
        // Intermediate bytes, then one final byte.
        Some(' '..='/') => {
            let end = rest.find(|c| !matches!(c, ' '..='/')).unwrap_or(rest.len());
            let after = &rest[end..];
            if after.starts_with(|c| matches!(c, '0'..='~')) { skip(after, 1) } else { after }
        }
        Some('0'..='~') => skip(rest, 1),
        _ => rest,
    }
}

/// After parameters, intermediates and the final byte of a control sequence.
fn after_control(text: &str) -> &str {
    let end = text.find(|c| !matches!(c, ' '..='?')).unwrap_or(text.len());
    let after = &text[end..];
    if after.starts_with(|c| matches!(c, '@'..='~')) { skip(after, 1) } else { after }
}

/// After the terminator of a string sequence; one that never ends is only its introducer.
fn after_string(text: &str) -> &str {
    for (at, c) in text.char_indices().take(LONGEST) {
        match c {
            BEL | '\u{9c}' => return skip(&text[at..], 1),
            ESC => {
                let after = skip(&text[at..], 1);
                return after.strip_prefix('\\').unwrap_or(&text[at..]);
            }
            '\n' => return text,
            _ => {}
        }
    }
    text
}

fn skip(text: &str, chars: usize) -> &str {
    let mut rest = text.chars();
    rest.by_ref().take(chars).for_each(drop);
    rest.as_str()
}
