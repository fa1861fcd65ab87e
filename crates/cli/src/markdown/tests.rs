#![allow(clippy::unwrap_used, reason = "tests")]

use unicode_width::UnicodeWidthStr;

use super::{Page, render};

const PLAIN: Page = Page { width: Some(40), colour: false };
const COLOUR: Page = Page { width: Some(40), colour: true };

#[test]
fn paragraphs_are_wrapped_and_separated() {
    let text = "One two three four five six seven eight nine ten.\nStill the first.\n\nSecond.";
    assert_eq!(
        render(text, 2, PLAIN),
        "  One two three four five six seven\n  eight nine ten. Still the first.\n\n  Second.\n"
    );
    let unwrapped = Page { width: None, colour: false };
    assert_eq!(render("a b\nc", 0, unwrapped), "a b c\n");
}

#[test]
fn without_colours_the_marks_stay() {
    let text =
        "# Head\n\nA **bold** *word* with `code` and ~~old~~ ones.\n\n```rust\nfn main() {}\n```";
    assert_eq!(
        render(text, 0, Page { width: Some(80), colour: false }),
        "# Head\n\nA **bold** *word* with `code` and ~~old~~ ones.\n\n```rust\nfn main() {}\n```\n"
    );
}

#[test]
fn with_colours_they_are_styles() {
    let bold = render("**b** and `c`", 0, COLOUR);
    assert_eq!(bold, "\u{1b}[1mb\u{1b}[0m and \u{1b}[36mc\u{1b}[0m\n");
    let both = render("***x***", 0, COLOUR);
    assert!(both.contains("\u{1b}[1m") && both.contains("\u{1b}[3m"), "{both:?}");
}

#[test]
fn lists_nest_and_number() {
    let text = "1. one\n2. two\n   - a very long item that has to be wrapped somewhere\n   - b\n3. three\n\nend";
    assert_eq!(
        render(text, 0, PLAIN),
        "1. one\n2. two\n   • a very long item that has to be\n     wrapped somewhere\n   • b\n3. three\n\nend\n"
    );
    assert_eq!(render("- [x] done\n- [ ] open", 0, PLAIN), "• [x] done\n• [ ] open\n");
    assert_eq!(render("- a\n\n- b", 0, PLAIN), "• a\n\n• b\n");
    assert_eq!(render("-\n- b", 0, PLAIN), "•\n• b\n");
}

#[test]
fn quotes_are_barred_and_links_say_where_they_lead() {
    assert_eq!(render("> a\n>\n> b", 0, PLAIN), "│ a\n│\n│ b\n");
    let page = Page { width: Some(80), colour: false };
    assert_eq!(
        render("[the bank](https://evil.example/)", 0, page),
        "the bank (https://evil.example/)\n"
    );
    assert_eq!(render("<https://a.example>", 0, page), "https://a.example\n");
    assert_eq!(render("![a cat](c.png)", 0, page), "[image: a cat] (c.png)\n");
}

#[test]
fn a_table_has_columns_where_they_fit_and_lines_where_they_do_not() {
    let text = "| hour | gauge |\n|-----:|:-----|\n| 0 | 2.1 |\n| 12 | **3.85** |";
    assert_eq!(render(text, 0, PLAIN), "hour  gauge\n────  ────────\n   0  2.1\n  12  **3.85**\n");
    let narrow = Page { width: Some(12), colour: false };
    assert_eq!(render(text, 0, narrow), "hour: 0\ngauge: 2.1\n\nhour: 12\ngauge:\n**3.85**\n");
}

#[test]
fn strangers_cannot_move_the_cursor_or_turn_the_text() {
    for text in [
        "a\u{1b}[31mb",
        "a&#x1b;[31mb",
        "`a\u{1b}[31mb`",
        "```\u{1b}]0;x\u{7}\na\u{1b}[2Jb\u{202e}\n```",
        "[x](<http://a/\u{1b}[2J>)",
        "| \u{202e}a |\n|---|\n| \u{9b}31m |",
        "<b \u{1b}[1m>",
        "# a\u{2066}b",
        "![\u{1b}[1m](\u{1b}[1m)",
        "a\rb\u{8}\u{7f}",
    ] {
        for (page, colour) in [(PLAIN, false), (COLOUR, true)] {
            let shown = render(text, 0, page);
            let ours = shown.replace("\u{1b}[1m", "").replace("\u{1b}[36m", "");
            let ours =
                ours.replace("\u{1b}[4m", "").replace("\u{1b}[2m", "").replace("\u{1b}[0m", "");
            let odd = ours.chars().find(|c| *c != '\n' && crate::output::is_hidden(*c));
            assert_eq!(odd, None, "{colour} {text:?} {shown:?}");
            if !colour {
                assert!(!shown.contains('\u{1b}'), "{shown:?}");
            }
        }
    }
}

#[test]
fn no_line_is_wider_than_the_page() {
    let text = "# A heading that is longer than the page is wide, certainly\n\n\
        https://a.example/an/address/without/any/place/to/break/it/at/all\n\n\
        - 王小明王小明王小明王小明王小明王小明王小明王小明\n  > deep quote with words and words and words\n\n\
        ```\na line of code that goes on and on and on and on\n```\n\n| a | b |\n|---|---|\n| long cell number one | long cell number two |";
    for width in [20, 33, 40, 79] {
        let shown = render(text, 2, Page { width: Some(width), colour: false });
        for line in shown.lines() {
            assert!(line.width() <= width, "{width}: {line:?}");
        }
    }
}
