//! Which characters nobody sees, and where writing needs one of them after all.

/// What becomes of a character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keep {
    /// It stays.
    Yes,
    /// It goes.
    No,
    /// Another stands in its place.
    As(char),
    /// A line ends.
    Line,
    /// It stays with so many bytes of tags after it: a flag.
    Flag(usize),
}

/// Whether selectors of ideographs and of signs may stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Selectors {
    /// A few, as names need them.
    Few,
    /// So many that they spell something.
    Many,
}

/// More selectors than names in one text need.
const MANY_SELECTORS: usize = 8;

impl Selectors {
    pub(super) fn of(text: &str) -> Self {
        let rare = |c: &char| matches!(c, '\u{fe00}'..='\u{fe0d}' | '\u{e0100}'..='\u{e01ef}');
        let few = text.chars().filter(rare).count() <= MANY_SELECTORS;
        if few { Self::Few } else { Self::Many }
    }
}

/// What becomes of `c` after what was kept so far and before what follows.
pub(super) fn judge(out: &str, c: char, after: &str, selectors: Selectors) -> Keep {
    let keep_if = |kept| if kept { Keep::Yes } else { Keep::No };
    match c {
        '\u{20}'..='\u{7e}' | '\t' => Keep::Yes,
        '\n' | '\u{85}' | '\u{2028}' | '\u{2029}' => Keep::Line,
        '\r' if after.starts_with('\n') => Keep::No,
        '\r' => Keep::Line,
        '\u{1f3f4}' => flag_tags(after).map_or(Keep::Yes, Keep::Flag),
        '\u{200d}' => keep_if(joins(out, after)),
        '\u{200c}' => keep_if(separates(out, after)),
        '\u{200b}' => {
            keep_if(ends_with(out, breaks_without_space) && begins(after, breaks_without_space))
        }
        '\u{fe0e}' | '\u{fe0f}' => keep_if(chooses_emoji(out, after)),
        '\u{fe00}'..='\u{fe02}' => {
            keep_if(selectors == Selectors::Few && ends_with(out, has_standard_variants))
        }
        // The registered variants of ideographs are in the first of these.
        '\u{e0100}'..='\u{e011f}' => {
            keep_if(selectors == Selectors::Few && ends_with(out, is_ideograph))
        }
        '\u{180b}'..='\u{180d}' | '\u{180f}' => keep_if(ends_with(out, is_mongolian)),
        '\u{180e}' => keep_if(ends_with(out, is_mongolian) && begins(after, is_mongolian)),
        '\u{2800}' if !ends_with(out, is_braille) && !begins(after, is_braille) => Keep::As(' '),
        c => keep_if(!is_unseen(c)),
    }
}

fn ends_with(out: &str, class: fn(char) -> bool) -> bool {
    out.chars().next_back().is_some_and(class)
}

fn begins(after: &str, class: fn(char) -> bool) -> bool {
    after.chars().next().is_some_and(|c| class(c) && !is_unseen(c))
}

/// Controls, format characters without a shape, what fonts show as nothing, private and
/// unassigned planes.
fn is_unseen(c: char) -> bool {
    matches!(c,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}'
        | '\u{ad}' | '\u{34f}' | '\u{61c}'
        | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{3164}' | '\u{ffa0}'
        | '\u{e000}'..='\u{f8ff}' | '\u{fdd0}'..='\u{fdef}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff0}'..='\u{fffb}'
        | '\u{fffe}' | '\u{ffff}'
        | '\u{13430}'..='\u{1343f}' | '\u{16fe4}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d159}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{1fffe}' | '\u{1ffff}' | '\u{2fffe}' | '\u{2ffff}' | '\u{3fffe}'..='\u{10ffff}')
}

/// Signs that can be an emoji, alone or in a sequence.
fn is_pictographic(c: char) -> bool {
    matches!(c,
        '\u{a9}' | '\u{ae}' | '\u{203c}' | '\u{2049}' | '\u{2122}' | '\u{2139}'
        | '\u{2194}'..='\u{2199}' | '\u{21a9}' | '\u{21aa}' | '\u{231a}' | '\u{231b}' | '\u{2328}'
        | '\u{23cf}' | '\u{23e9}'..='\u{23f3}' | '\u{23f8}'..='\u{23fa}' | '\u{24c2}'
        | '\u{25aa}' | '\u{25ab}' | '\u{25b6}' | '\u{25c0}' | '\u{25fb}'..='\u{25fe}'
        | '\u{2600}'..='\u{27bf}' | '\u{2934}' | '\u{2935}' | '\u{2b05}'..='\u{2b07}'
        | '\u{2b1b}' | '\u{2b1c}' | '\u{2b50}' | '\u{2b55}' | '\u{3030}' | '\u{303d}'
        | '\u{3297}' | '\u{3299}' | '\u{1f000}'..='\u{1faff}')
}

/// A zero-width joiner that makes one emoji of two, or shapes an Indic cluster.
fn joins(out: &str, after: &str) -> bool {
    let mut back = out.chars().rev();
    let last = back.next();
    let emoji = match last {
        Some('\u{fe0f}') => back.next().is_some_and(is_pictographic),
        Some(c) => is_pictographic(c),
        None => false,
    };
    emoji && begins(after, is_pictographic)
        || last.is_some_and(is_virama)
        || last.is_some_and(is_indic) && begins(after, is_virama)
}

/// A zero-width non-joiner within a word of the Arabic script or an Indic cluster.
fn separates(out: &str, after: &str) -> bool {
    ends_with(out, is_arabic) && begins(after, is_arabic)
        || ends_with(out, is_virama) && begins(after, is_indic)
}

/// A choice between text and picture, after a sign that has both.
fn chooses_emoji(out: &str, after: &str) -> bool {
    ends_with(out, is_pictographic)
        || ends_with(out, |c| matches!(c, '0'..='9' | '#' | '*')) && after.starts_with('\u{20e3}')
}

/// Bytes of the tags that make one of the three flags with tags.
fn flag_tags(after: &str) -> Option<usize> {
    ["gbeng", "gbsct", "gbwls"].into_iter().find_map(|region| {
        let tag = |c: char| char::from_u32(0xe0000 + c as u32).expect("a tag of an ASCII letter");
        let tags: String = region.chars().map(tag).chain(['\u{e007f}']).collect();
        after.starts_with(&tags).then_some(tags.len())
    })
}

fn is_virama(c: char) -> bool {
    matches!(
        c,
        '\u{94d}'
            | '\u{9cd}'
            | '\u{a4d}'
            | '\u{acd}'
            | '\u{b4d}'
            | '\u{bcd}'
            | '\u{c4d}'
            | '\u{ccd}'
            | '\u{d4d}'
            | '\u{dca}'
    )
}

fn is_indic(c: char) -> bool {
    matches!(c, '\u{900}'..='\u{dff}')
}

fn is_arabic(c: char) -> bool {
    matches!(c, '\u{620}'..='\u{6ff}' | '\u{750}'..='\u{77f}' | '\u{8a0}'..='\u{8ff}')
}

fn is_mongolian(c: char) -> bool {
    matches!(c, '\u{1820}'..='\u{18aa}')
}

fn is_braille(c: char) -> bool {
    matches!(c, '\u{2801}'..='\u{28ff}')
}

fn is_ideograph(c: char) -> bool {
    matches!(c,
        '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3fffd}')
}

/// Ideographs, mathematical signs and the few letters with variants of their own.
fn has_standard_variants(c: char) -> bool {
    is_ideograph(c)
        || matches!(c,
            '\u{2200}'..='\u{22ff}' | '\u{2a00}'..='\u{2aff}' | '\u{1000}'..='\u{109f}'
            | '\u{a840}'..='\u{a877}')
}

/// Scripts that write no space between words, where a zero-width one says where lines may end.
fn breaks_without_space(c: char) -> bool {
    matches!(c,
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        | '\u{1a20}'..='\u{1aaf}' | '\u{a980}'..='\u{a9df}')
}
