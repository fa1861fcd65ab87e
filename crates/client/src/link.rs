//! The `Link` header, which alone says whether a list goes on.

use http::{HeaderMap, header::LINK};

/// Target of the link whose relation is `next`.
pub(crate) fn next(headers: &HeaderMap) -> Option<String> {
    headers.get_all(LINK).iter().find_map(|value| next_of(value.to_str().ok()?))
}

/// Reads `<target>; rel="next", <target>; rel="last"`; a target may hold commas and semicolons.
fn next_of(mut text: &str) -> Option<String> {
    loop {
        let open = text.find('<')?;
        let close = open + text[open..].find('>')?;
        let target = &text[open + 1..close];
        let rest = &text[close + 1..];
        let end = rest.find(",").map_or(rest.len(), |comma| quoted_end(rest, comma));
        if rest[..end].split(';').any(is_next) {
            return Some(target.to_owned());
        }
        text = rest.get(end..)?.strip_prefix(',')?;
    }
}

/// The end of the parameters: the first comma that is not inside quotes.
fn quoted_end(text: &str, from: usize) -> usize {
    let mut quoted = text[..from].matches('"').count() % 2 == 1;
    for (at, c) in text[from..].char_indices() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => return from + at,
            _ => {}
        }
    }
    text.len()
}

fn is_next(parameter: &str) -> bool {
    let Some((name, value)) = parameter.split_once('=') else { return false };
    let value = value.trim().trim_matches('"');
    name.trim().eq_ignore_ascii_case("rel")
        && value.split_ascii_whitespace().any(|relation| relation.eq_ignore_ascii_case("next"))
}

#[cfg(test)]
mod tests {
    use super::next_of;

    #[test]
    fn the_next_link_is_found_among_others() {
        let one = |text| next_of(text).unwrap_or_default();
        assert_eq!(one(r#"<https://h/a?cursor=1>; rel="next""#), "https://h/a?cursor=1");
        assert_eq!(one(r#"<https://h/p>; rel="prev", <https://h/n>; rel="next""#), "https://h/n");
        assert_eq!(one(r#"<https://h/a,b;c>; rel=next"#), "https://h/a,b;c");
        assert_eq!(one(r#"<https://h/p>; title="a, b"; rel="first", <u>; REL="NEXT""#), "u");
        assert_eq!(one(r#"<u>; rel="last next""#), "u");
    }

    #[test]
    fn without_a_next_link_the_list_ends() {
        for text in ["", "<u>", r#"<u>; rel="prev""#, r#"<u>; title="next""#, "<u; rel=next", ","] {
            assert_eq!(next_of(text), None, "{text}");
        }
    }
}
