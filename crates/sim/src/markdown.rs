//! Comments as HTML, as the Hub sends them beside the Markdown.

use pulldown_cmark::{Event, Options, Parser, html};

/// The HTML of a comment. HTML in the comment itself is shown, not obeyed.
pub(crate) fn to_html(text: &str) -> String {
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let events = Parser::new_ext(text, options).map(|event| match event {
        Event::Html(raw) | Event::InlineHtml(raw) => Event::Text(raw),
        other => other,
    });
    let mut page = String::with_capacity(text.len() * 3 / 2);
    html::push_html(&mut page, events);
    page
}

#[cfg(test)]
mod tests {
    use super::to_html;

    #[test]
    fn a_line_becomes_a_paragraph_as_recorded() {
        assert_eq!(to_html("dd"), "<p>dd</p>\n");
    }

    #[test]
    fn html_of_a_stranger_is_only_text() {
        assert_eq!(to_html("a <b onclick=x>b</b>"), "<p>a &lt;b onclick=x&gt;b&lt;/b&gt;</p>\n");
        assert!(!to_html("<script>alert(1)</script>").contains("<script"));
    }
}
