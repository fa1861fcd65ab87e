//! Markdown as a terminal shows it: wrapped, indented, coloured where colours are wanted.
//!
//! Strangers write it, so every character that could move the cursor or turn the text around is
//! written out, entities included, and a link always shows where it leads.

mod table;
mod wrap;

use anstyle::{AnsiColor, Style};
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use self::table::Table;
use self::wrap::{Prefix, Span, blank, verbatim, wrap};
use crate::output::shown;

/// How wide and how colourful.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Page {
    /// Columns; lines are as long as they are without.
    pub(crate) width: Option<usize>,
    /// Whether colours and bold print may be used.
    pub(crate) colour: bool,
}

impl Page {
    fn columns(self) -> usize {
        self.width.unwrap_or(usize::MAX)
    }

    /// The style, where styles are wanted.
    pub(crate) fn style(self, style: Style) -> Style {
        if self.colour { style } else { Style::new() }
    }
}

/// The text as lines, each with a line feed, and `indent` blanks before each.
pub(crate) fn render(text: &str, indent: usize, page: Page) -> String {
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let mut writer = Writer::new(indent, page);
    for event in Parser::new_ext(text, options) {
        writer.event(event);
    }
    writer.flush();
    writer.out
}

struct Writer {
    page: Page,
    out: String,
    /// The words of the block that is being read.
    spans: Vec<Span>,
    styles: Vec<Style>,
    prefixes: Vec<Prefix>,
    /// The next number of each list that is open; none for bullets.
    lists: Vec<Option<u64>>,
    /// Whether an empty line is due before the next block.
    gap: bool,
    /// Where the links that are open lead, and where their text begins.
    links: Vec<(String, usize)>,
    code: Option<String>,
    table: Option<Table>,
}

impl Writer {
    fn new(indent: usize, page: Page) -> Self {
        let margin = Prefix { first: None, rest: " ".repeat(indent) };
        Self {
            page,
            out: String::new(),
            spans: Vec::new(),
            styles: Vec::new(),
            prefixes: vec![margin],
            lists: Vec::new(),
            gap: false,
            links: Vec::new(),
            code: None,
            table: None,
        }
    }

    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => match &mut self.code {
                Some(code) => code.push_str(&text),
                None => self.say(&text),
            },
            Event::Code(text) => {
                let cyan = self.page.style(AnsiColor::Cyan.on_default());
                let mark = if self.page.colour { "" } else { "`" };
                self.push(&format!("{mark}{text}{mark}"), cyan);
            }
            // HTML is shown, not obeyed.
            Event::Html(text) | Event::InlineHtml(text) => self.say(&text),
            Event::SoftBreak => self.say(" "),
            Event::HardBreak => {
                let style = Style::new();
                self.spans.push(Span { text: "\n".to_owned(), style });
            }
            Event::Rule => {
                self.begin();
                let line = "─".repeat(self.page.columns().min(40));
                verbatim(&mut self.out, &line, Style::new(), &mut self.prefixes, 80);
                self.gap = true;
            }
            Event::TaskListMarker(done) => self.say(if done { "[x] " } else { "[ ] " }),
            Event::FootnoteReference(name) => self.say(&format!("[^{name}]")),
            Event::InlineMath(text) | Event::DisplayMath(text) => self.say(&text),
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        let bold = Style::new().bold();
        match tag {
            Tag::Paragraph | Tag::HtmlBlock => self.begin(),
            Tag::Heading { level, .. } => {
                self.begin();
                if self.page.colour {
                    let top = level as usize <= 2;
                    self.styles.push(if top { bold.underline() } else { bold });
                } else {
                    self.styles.push(Style::new());
                    self.say(&format!("{} ", "#".repeat(level as usize)));
                }
            }
            Tag::BlockQuote(_) => {
                self.begin();
                self.prefixes.push(Prefix { first: None, rest: "│ ".to_owned() });
            }
            Tag::CodeBlock(kind) => {
                self.begin();
                if let CodeBlockKind::Fenced(language) = kind
                    && !self.page.colour
                {
                    let fence = format!("```{language}");
                    self.line(&fence, Style::new());
                }
                self.code = Some(String::new());
            }
            Tag::List(first) => {
                self.flush();
                if self.lists.is_empty() {
                    self.begin();
                }
                self.lists.push(first);
            }
            Tag::Item => {
                self.begin();
                let bullet = match self.lists.last_mut() {
                    Some(Some(number)) => {
                        *number += 1;
                        format!("{}. ", *number - 1)
                    }
                    _ => "• ".to_owned(),
                };
                let rest = " ".repeat(bullet.chars().count());
                self.prefixes.push(Prefix { first: Some(bullet), rest });
            }
            Tag::Table(alignments) => {
                self.begin();
                self.table = Some(Table::new(alignments));
            }
            Tag::Emphasis => self.mark("*", Style::new().italic()),
            Tag::Strong => self.mark("**", bold),
            Tag::Strikethrough => self.mark("~~", Style::new().strikethrough()),
            Tag::Link { dest_url, .. } => {
                self.links.push((dest_url.into_string(), self.spans.len()));
                self.styles.push(self.current().underline());
            }
            Tag::Image { dest_url, .. } => {
                self.say("[image: ");
                self.links.push((dest_url.into_string(), self.spans.len()));
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph | TagEnd::HtmlBlock => {
                self.flush();
                self.gap = true;
            }
            TagEnd::Heading(_) => {
                self.styles.pop();
                self.flush();
                self.gap = true;
            }
            TagEnd::BlockQuote(_) => {
                self.flush();
                self.prefixes.pop();
                self.gap = true;
            }
            TagEnd::CodeBlock => self.end_code(),
            TagEnd::List(_) => {
                self.lists.pop();
                self.gap = self.lists.is_empty();
            }
            TagEnd::Item => {
                self.flush();
                if let Some(Prefix { first: Some(_), .. }) = self.prefixes.last() {
                    // An item without a word still has its bullet.
                    self.line("", Style::new());
                }
                self.prefixes.pop();
            }
            TagEnd::TableCell => {
                let cell = std::mem::take(&mut self.spans);
                if let Some(table) = &mut self.table {
                    table.cell(cell);
                }
            }
            TagEnd::TableHead | TagEnd::TableRow => {
                if let Some(table) = &mut self.table {
                    table.end_row();
                }
            }
            TagEnd::Table => {
                if let Some(table) = self.table.take() {
                    table.write(&mut self.out, &mut self.prefixes, self.page);
                }
                self.gap = true;
            }
            TagEnd::Emphasis => self.unmark("*"),
            TagEnd::Strong => self.unmark("**"),
            TagEnd::Strikethrough => self.unmark("~~"),
            TagEnd::Link => {
                self.styles.pop();
                self.end_link("");
            }
            TagEnd::Image => self.end_link("]"),
            _ => {}
        }
    }

    /// Shows where a link leads, unless its text says so.
    fn end_link(&mut self, close: &str) {
        let Some((url, begins)) = self.links.pop() else { return };
        let text: String =
            self.spans[begins.min(self.spans.len())..].iter().map(|span| &*span.text).collect();
        let dim = self.page.style(Style::new().dimmed());
        if text == shown(&url) || url.strip_prefix("mailto:") == Some(&text) {
            self.push(close, dim);
        } else {
            self.push(&format!("{close} ({url})"), dim);
        }
    }

    fn end_code(&mut self) {
        let code = self.code.take().unwrap_or_default();
        let cyan = self.page.style(AnsiColor::Cyan.on_default());
        let margin = if self.page.colour { "  " } else { "" };
        self.prefixes.push(Prefix { first: None, rest: margin.to_owned() });
        for line in code.lines() {
            self.line(line, cyan);
        }
        self.prefixes.pop();
        if !self.page.colour {
            self.line("```", Style::new());
        }
        self.gap = true;
    }

    fn line(&mut self, text: &str, style: Style) {
        verbatim(&mut self.out, text, style, &mut self.prefixes, self.page.columns());
    }

    /// Begins a block, with an empty line before it where one is due.
    fn begin(&mut self) {
        self.flush();
        if std::mem::take(&mut self.gap) {
            blank(&mut self.out, &self.prefixes);
        }
    }

    fn flush(&mut self) {
        let spans = std::mem::take(&mut self.spans);
        wrap(&mut self.out, &spans, &mut self.prefixes, self.page.columns());
    }

    fn current(&self) -> Style {
        self.styles.last().copied().unwrap_or_default()
    }

    fn say(&mut self, text: &str) {
        self.push(text, self.page.style(self.current()));
    }

    fn push(&mut self, text: &str, style: Style) {
        // A line feed within a text is a blank: lines are broken by us.
        let text = shown(&text.replace(['\n', '\t'], " ")).into_owned();
        self.spans.push(Span { text, style });
    }

    /// Begins a part in another style; without colours the marks of the Markdown stay.
    fn mark(&mut self, mark: &str, style: Style) {
        if self.page.colour {
            let effects = self.current().get_effects() | style.get_effects();
            self.styles.push(self.current().effects(effects));
        } else {
            self.styles.push(Style::new());
            self.say(mark);
        }
    }

    fn unmark(&mut self, mark: &str) {
        self.styles.pop();
        if !self.page.colour {
            self.say(mark);
        }
    }
}

#[cfg(test)]
mod tests;
