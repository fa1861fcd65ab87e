//! Makes JSON readable that names people chose have spoilt.
//!
//! Half of a surrogate pair is valid in JavaScript strings and no character at all; NUL is one
//! that PostgreSQL refuses. Neither may cost a page of a list.

use memchr::memmem;

/// What stands in for what is no character.
const REPLACEMENT: &[u8] = b"\\ufffd";

/// Whether a string may hold a NUL; rare, and cheap to know.
pub(crate) fn may_hold_nul(json: &[u8]) -> bool {
    memmem::find(json, b"\\u0000").is_some()
}

/// The same JSON with U+FFFD for lone surrogates, control characters in strings and invalid UTF-8.
pub(crate) fn repair(json: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(json);
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut in_string = false;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => {
                in_string = !in_string;
                out.push(byte);
                at += 1;
            }
            b'\\' if in_string => at += escape(&bytes[at..], &mut out),
            0..0x20 if in_string => {
                out.extend_from_slice(REPLACEMENT);
                at += 1;
            }
            _ => {
                out.push(byte);
                at += 1;
            }
        }
    }
    out
}

/// Copies or replaces one escape sequence, a surrogate pair being one, and says how long it was.
fn escape(bytes: &[u8], out: &mut Vec<u8>) -> usize {
    let Some(unit) = code_unit(bytes) else {
        let length = bytes.len().min(2);
        out.extend_from_slice(&bytes[..length]);
        return length;
    };
    match unit {
        0 => out.extend_from_slice(REPLACEMENT),
        0xd800..=0xdbff => match bytes.get(6..).and_then(code_unit) {
            Some(0xdc00..=0xdfff) => {
                out.extend_from_slice(&bytes[..12]);
                return 12;
            }
            _ => out.extend_from_slice(REPLACEMENT),
        },
        0xdc00..=0xdfff => out.extend_from_slice(REPLACEMENT),
        _ => out.extend_from_slice(&bytes[..6]),
    }
    6
}

/// The code unit of a `\uXXXX` at the beginning.
fn code_unit(bytes: &[u8]) -> Option<u16> {
    let digits = bytes.strip_prefix(b"\\u")?.get(..4)?;
    let digits = std::str::from_utf8(digits).ok()?;
    digits.bytes().all(|b| b.is_ascii_hexdigit()).then(|| u16::from_str_radix(digits, 16).ok())?
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::repair;

    fn read(json: &[u8]) -> String {
        serde_json::from_slice(&repair(json)).unwrap()
    }

    #[test]
    fn lone_surrogates_become_the_replacement_character() {
        assert_eq!(read(br#""a\ud800b""#), "a\u{fffd}b");
        assert_eq!(read(br#""\udc00\ud83d""#), "\u{fffd}\u{fffd}");
        assert_eq!(read(br#""\ud800\u0041""#), "\u{fffd}A");
    }

    #[test]
    fn whole_pairs_and_other_escapes_stay() {
        assert_eq!(
            read(br#""\ud83e\udd17 \"\\ud800\" \n\u00e9""#),
            "\u{1f917} \"\\ud800\" \n\u{e9}"
        );
    }

    #[test]
    fn nul_raw_control_characters_and_invalid_utf8_become_the_replacement_character() {
        assert_eq!(read(br#""a\u0000b""#), "a\u{fffd}b");
        assert_eq!(read(b"\"a\0\x1bb\""), "a\u{fffd}\u{fffd}b");
        assert_eq!(read(b"\"a\xffb\""), "a\u{fffd}b");
    }

    #[test]
    fn a_broken_end_does_not_panic() {
        for json in [&b"\"\\"[..], b"\"\\u", b"\"\\ud8", b"\"\\ud800\\u", b"\""] {
            repair(json);
        }
    }
}
