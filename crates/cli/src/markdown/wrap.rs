//! Words of several styles, wrapped to a width behind prefixes.

use anstyle::Style;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::output::shown;

/// A text in one style.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Span {
    pub(super) text: String,
    pub(super) style: Style,
}

/// What stands before the lines of a block: a bullet before the first, blanks before the rest.
#[derive(Debug, Clone)]
pub(super) struct Prefix {
    pub(super) first: Option<String>,
    pub(super) rest: String,
}

/// Pieces that no line break may part.
type Word = Vec<Span>;

/// Words, or the end of a line that the writer wanted.
enum Token {
    Word(Word),
    Break,
}

/// Writes spans as lines of at most `width` columns.
pub(super) fn wrap(out: &mut String, spans: &[Span], prefixes: &mut [Prefix], width: usize) {
    let mut line: Vec<Word> = Vec::new();
    let mut used = 0;
    let room = |prefixes: &[Prefix]| width.saturating_sub(indent(prefixes)).max(8);
    for token in tokens(spans) {
        let Token::Word(word) = token else {
            finish(out, &mut line, prefixes);
            used = 0;
            continue;
        };
        for word in pieces(word, room(prefixes)) {
            let wide: usize = word.iter().map(|span| span.text.width()).sum();
            if used > 0 && used + 1 + wide > room(prefixes) {
                finish(out, &mut line, prefixes);
                used = 0;
            }
            used += wide + usize::from(used > 0);
            line.push(word);
        }
    }
    if !line.is_empty() {
        finish(out, &mut line, prefixes);
    }
}

/// Writes one line as it is, cut into several only where it is too wide.
pub(super) fn verbatim(
    out: &mut String,
    text: &str,
    style: Style,
    prefixes: &mut [Prefix],
    width: usize,
) {
    let room = width.saturating_sub(indent(prefixes)).max(8);
    let text = shown(&text.replace('\t', "    ")).into_owned();
    let word = vec![Span { text, style }];
    for piece in pieces(word, room) {
        finish(out, &mut vec![piece], prefixes);
    }
}

/// Writes an empty line behind the prefixes.
pub(super) fn blank(out: &mut String, prefixes: &[Prefix]) {
    let before: String = prefixes.iter().map(|prefix| prefix.rest.as_str()).collect();
    out.push_str(before.trim_end());
    out.push('\n');
}

fn indent(prefixes: &[Prefix]) -> usize {
    prefixes.iter().map(|prefix| prefix.rest.width()).sum()
}

fn finish(out: &mut String, line: &mut Vec<Word>, prefixes: &mut [Prefix]) {
    for prefix in prefixes.iter_mut() {
        match prefix.first.take() {
            Some(first) => out.push_str(&first),
            None => out.push_str(&prefix.rest),
        }
    }
    for span in joined(line.drain(..)) {
        paint(out, &span);
    }
    out.truncate(out.trim_end_matches(' ').len());
    out.push('\n');
}

/// The words of a line with blanks between them, as few spans as there are styles: a line under
/// several words goes on under the blanks.
fn joined(words: impl Iterator<Item = Word>) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    for word in words {
        for (index, span) in word.into_iter().enumerate() {
            let begins_word = index == 0 && !spans.is_empty();
            match spans.last_mut() {
                Some(last) if last.style == span.style => {
                    last.text.extend(begins_word.then_some(' '));
                    last.text.push_str(&span.text);
                }
                _ => {
                    if begins_word {
                        spans.push(Span { text: " ".to_owned(), style: Style::new() });
                    }
                    spans.push(span);
                }
            }
        }
    }
    spans
}

/// Writes a span with its colours, if it has any.
pub(super) fn paint(out: &mut String, span: &Span) {
    if span.style == Style::new() {
        out.push_str(&span.text);
    } else {
        use std::fmt::Write;
        let style = span.style;
        let _ = write!(out, "{style}{}{style:#}", span.text);
    }
}

fn tokens(spans: &[Span]) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut word: Word = Vec::new();
    let end = |word: &mut Word, tokens: &mut Vec<Token>| {
        if !word.is_empty() {
            tokens.push(Token::Word(std::mem::take(word)));
        }
    };
    for span in spans {
        for (index, line) in span.text.split('\n').enumerate() {
            if index > 0 {
                end(&mut word, &mut tokens);
                tokens.push(Token::Break);
            }
            for (index, part) in line.split(' ').enumerate() {
                if index > 0 {
                    end(&mut word, &mut tokens);
                }
                if !part.is_empty() {
                    word.push(Span { text: part.to_owned(), style: span.style });
                }
            }
        }
    }
    end(&mut word, &mut tokens);
    tokens
}

/// A word that is wider than a line in pieces that are not.
fn pieces(word: Word, room: usize) -> Vec<Word> {
    if word.iter().map(|span| span.text.width()).sum::<usize>() <= room {
        return vec![word];
    }
    let mut all: Vec<Word> = Vec::new();
    let mut piece: Word = Vec::new();
    let mut used = 0;
    for span in word {
        let mut text = String::new();
        for c in span.text.chars() {
            let wide = c.width().unwrap_or_default();
            if used + wide > room {
                piece.push(Span { text: std::mem::take(&mut text), style: span.style });
                all.push(std::mem::take(&mut piece));
                used = 0;
            }
            text.push(c);
            used += wide;
        }
        piece.push(Span { text, style: span.style });
    }
    all.push(piece);
    all
}
