//! Whether a path of the table and a path of a document are the same.
//!
//! `/api/{type}s/{+repo}/likers` stands in the document as `/api/models/{namespace}/{repo}/likers`,
//! once for each type, or as `/api/{repoType}/{namespace}/{repo}/likers`.

/// A path in pieces, to be compared many times.
#[derive(Debug)]
pub(super) struct Pattern(Vec<Piece>);

impl Pattern {
    /// One form of a path of the table, where `{+x}` stands for two pieces.
    pub(super) fn ours(form: &str) -> Self {
        Self(pieces(form, true))
    }

    /// A path of a document.
    pub(super) fn document(path: &str) -> Self {
        Self(pieces(path, false))
    }
}

/// One `/`-separated piece of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Hole {
        name: String,
        prefix: String,
        suffix: String,
    },
    /// The second half of a `{+x}`.
    Second,
}

/// How a path of the table meets a path of a document.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Meeting {
    /// Our field and the document's parameter that fill the same place.
    pub(super) pairs: Vec<Pair>,
    /// Parameter of the document and the value that our path has in its place.
    pub(super) fixed: Vec<(String, String)>,
    /// How many pieces of the document's path our fields fill.
    pub(super) looseness: usize,
}

/// Our field and the document's parameter that fill the same place.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Pair {
    pub(super) field: String,
    pub(super) parameter: String,
    /// What our path has around the field and the document's has not: `s` in `{type}s`.
    pub(super) around: (String, String),
}

fn pieces(path: &str, ours: bool) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for text in path.trim_start_matches('/').split('/') {
        let Some((prefix, rest)) = text.split_once('{') else {
            pieces.push(Piece::Text(text.to_owned()));
            continue;
        };
        // `{slug}-{id}` is one place with two names.
        let (name, suffix) = rest.split_once('}').unwrap_or((rest, ""));
        let twice = ours && name.starts_with('+');
        pieces.push(Piece::Hole {
            name: name.trim_start_matches('+').to_owned(),
            prefix: prefix.to_owned(),
            suffix: if suffix.contains('{') { String::new() } else { suffix.to_owned() },
        });
        if twice {
            pieces.push(Piece::Second);
        }
    }
    pieces
}

/// The paths that a template of the table stands for: with its optional part and without, with the
/// folder of a type's web pages and, as models have none, without.
pub(crate) fn forms(template: &str) -> Vec<String> {
    if let Some((before, after)) = template.split_once("/{~type}") {
        return vec![format!("{before}{after}"), format!("{before}/{{type}}s{after}")];
    }
    match (template.find('['), template.find(']')) {
        (Some(open), Some(close)) => {
            let (before, part, after) =
                (&template[..open], &template[open + 1..close], &template[close + 1..]);
            vec![format!("{before}{part}{after}"), format!("{before}{after}")]
        }
        _ => vec![template.to_owned()],
    }
}

/// Compares one form of our path with a path of the document.
///
/// `ours_may` says whether a field of ours can have a value, `theirs_may` whether a parameter of
/// the document can.
pub(super) fn meet(
    ours: &Pattern,
    document: &Pattern,
    ours_may: impl Fn(&str, &str) -> bool,
    theirs_may: impl Fn(&str, &str) -> bool,
) -> Option<Meeting> {
    let (ours, document) = (&ours.0, &document.0);
    if ours.len() != document.len() {
        return None;
    }
    let mut meeting = Meeting::default();
    for (our, their) in ours.iter().zip(document) {
        match (our, their) {
            (Piece::Text(our), Piece::Text(their)) if our == their => {}
            (Piece::Text(our), Piece::Hole { name, .. }) if theirs_may(name, our) => {
                meeting.fixed.push((name.clone(), our.clone()));
                meeting.looseness += 1;
            }
            (Piece::Hole { name, prefix, suffix }, Piece::Text(their))
                if their
                    .strip_prefix(prefix.as_str())
                    .and_then(|text| text.strip_suffix(suffix.as_str()))
                    .is_some_and(|value| ours_may(name, value)) =>
            {
                meeting.looseness += 1;
            }
            (
                Piece::Hole { name, prefix, suffix },
                Piece::Hole { name: parameter, prefix: before, suffix: after },
            ) => {
                let field = name.clone();
                let same = (prefix, suffix) == (before, after);
                let around =
                    if same { Default::default() } else { (prefix.clone(), suffix.clone()) };
                meeting.pairs.push(Pair { field, parameter: parameter.clone(), around });
            }
            (Piece::Second, Piece::Hole { .. }) => {}
            _ => return None,
        }
    }
    Some(meeting)
}

#[cfg(test)]
mod tests {
    use super::{Meeting, Pattern, forms, meet};

    fn meets(ours: &str, document: &str) -> Option<Meeting> {
        let (ours, document) = (Pattern::ours(ours), Pattern::document(document));
        let ours_may = |name: &str, value: &str| name == "type" && value != "space";
        let theirs_may = |name: &str, value: &str| name == "action" && value == "enable";
        meet(&ours, &document, ours_may, theirs_may)
    }

    #[test]
    fn our_short_paths_meet_the_documents_long_ones() {
        assert!(meets("/api/{type}s/{+repo}/tag", "/api/models/{namespace}/{repo}/tag").is_some());
        let generic = meets("/api/{type}s/{+repo}/tag", "/api/{repoType}/{namespace}/{repo}/tag");
        assert_eq!(generic.map(|found| found.pairs.len()), Some(2));
        assert!(meets("/api/x/{+slug}", "/api/x/{namespace}/{slug}-{id}").is_some());
        let fixed = meets("/api/hooks/{id}/enable", "/api/hooks/{webhookId}/{action}");
        let fixed = fixed.map(|found| found.fixed);
        assert_eq!(fixed, Some(vec![("action".to_owned(), "enable".to_owned())]));
    }

    #[test]
    fn other_paths_do_not_meet() {
        assert_eq!(meets("/api/{type}s/{+repo}", "/api/spaces/{namespace}/{repo}"), None);
        assert_eq!(meets("/api/hooks/{id}/replay", "/api/hooks/{webhookId}/{action}"), None);
        assert_eq!(meets("/api/{type}s/{+repo}", "/api/models/{namespace}/{repo}/likers"), None);
    }

    #[test]
    fn an_optional_part_makes_two_paths() {
        assert_eq!(forms("/{+repo}/ask"), ["/{+repo}/ask"]);
        assert_eq!(forms("/a[/b/{c}]"), ["/a/b/{c}", "/a"]);
        assert_eq!(forms("/{~type}/{+repo}/ask"), ["/{+repo}/ask", "/{type}s/{+repo}/ask"]);
    }
}
