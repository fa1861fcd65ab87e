//! Path templates: `{x}` one segment, `{+x}` one or two, `{~x}` the folder of a type's web pages,
//! `[...]` only when its fields are given.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// What RFC 3986 calls unreserved stays as it is; everything else is escaped.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A repository id has at most an owner and a name. The bound makes every path mean one thing.
const MOST_SEGMENTS: usize = 2;

/// One `/`-separated piece of a template.
struct Segment {
    prefix: &'static str,
    field: Option<Field>,
    suffix: &'static str,
}

#[derive(Clone, Copy)]
struct Field {
    name: &'static str,
    form: Form,
}

/// How the value of a field stands in the path.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// One escaped segment.
    Segment,
    /// One or two segments.
    Slashed,
    /// A type of repository as web pages have it: `datasets`, and nothing at all for models.
    Folder,
}

/// The type whose web pages stand in no folder.
const WITHOUT_FOLDER: &str = "model";

/// The folders of web pages and the types they stand for.
const FOLDERS: [(&str, &str); 3] =
    [("datasets", "dataset"), ("spaces", "space"), ("kernels", "kernel")];

/// Why a value cannot be put into a path.
pub(crate) enum Refusal {
    Missing(&'static str),
    Segment(&'static str),
    TooLong(&'static str),
    NoFolder(&'static str),
}

/// The template with its optional part, if it has one, and without.
fn alternatives(template: &'static str) -> Vec<Vec<Segment>> {
    match template.split_once('[') {
        None => vec![segments(template)],
        Some((base, optional)) => {
            let mut with = segments(base);
            with.extend(segments(optional.trim_end_matches(']')));
            vec![with, segments(base)]
        }
    }
}

fn segments(template: &'static str) -> Vec<Segment> {
    let text = template.strip_prefix('/').unwrap_or(template);
    text.split('/').map(segment).collect()
}

fn segment(text: &'static str) -> Segment {
    let Some((prefix, rest)) = text.split_once('{') else {
        return Segment { prefix: text, field: None, suffix: "" };
    };
    let (name, suffix) = rest.split_once('}').unwrap_or((rest, ""));
    let (name, form) = match (name.strip_prefix('+'), name.strip_prefix('~')) {
        (Some(name), _) => (name, Form::Slashed),
        (None, Some(name)) => (name, Form::Folder),
        (None, None) => (name, Form::Segment),
    };
    let field = Field { name, form };
    Segment { prefix, field: Some(field), suffix }
}

/// Names of the placeholders, in order.
pub(crate) fn fields(template: &'static str) -> Vec<&'static str> {
    let all = alternatives(template).swap_remove(0);
    all.iter().filter_map(|segment| segment.field.map(|field| field.name)).collect()
}

/// Length of the text that does not vary.
pub(crate) fn literal_len(template: &'static str) -> usize {
    let shortest = alternatives(template).pop().unwrap_or_default();
    shortest.iter().map(|segment| segment.prefix.len() + segment.suffix.len()).sum()
}

/// Builds the path, taking each field from `take`.
///
/// Empty, `.` and `..` are refused: a URL parser resolves them, and the request would reach
/// another operation than the one that was meant.
pub(crate) fn build(
    template: &'static str,
    mut take: impl FnMut(&'static str) -> Option<String>,
) -> Result<String, Refusal> {
    let (base, optional) = template.split_once('[').unwrap_or((template, ""));
    let mut path = String::with_capacity(template.len() + 32);
    push_segments(&mut path, base, &mut take, true)?;
    if !optional.is_empty() {
        push_segments(&mut path, optional.trim_end_matches(']'), &mut take, false)?;
    }
    Ok(path)
}

fn push_segments(
    path: &mut String,
    template: &'static str,
    take: &mut impl FnMut(&'static str) -> Option<String>,
    required: bool,
) -> Result<(), Refusal> {
    let before = path.len();
    // A name that is spelled like a folder, where none stands, would change the type.
    let mut no_folder = false;
    for Segment { prefix, field, suffix } in segments(template) {
        let Some(Field { name, form }) = field else {
            path.push('/');
            path.push_str(prefix);
            continue;
        };
        let Some(value) = take(name) else {
            if required {
                return Err(Refusal::Missing(name));
            }
            path.truncate(before);
            return Ok(());
        };
        if form == Form::Folder {
            no_folder = value == WITHOUT_FOLDER;
            match FOLDERS.iter().find(|(_, kind)| *kind == value) {
                Some((folder, _)) => path.extend(["/", *folder]),
                None if no_folder => {}
                None => return Err(Refusal::NoFolder(name)),
            }
            continue;
        }
        path.push('/');
        path.push_str(prefix);
        let keeps_slash = form == Form::Slashed;
        let parts: Vec<&str> = if keeps_slash { value.split('/').collect() } else { vec![&value] };
        if std::mem::take(&mut no_folder)
            && FOLDERS.iter().any(|(folder, _)| parts.first() == Some(folder))
        {
            return Err(Refusal::NoFolder(name));
        }
        if parts.len() > MOST_SEGMENTS {
            return Err(Refusal::TooLong(name));
        }
        for (i, part) in parts.into_iter().enumerate() {
            if matches!(part, "" | "." | "..") {
                return Err(Refusal::Segment(name));
            }
            if i > 0 {
                path.push('/');
            }
            path.extend(utf8_percent_encode(part, ESCAPED));
        }
        path.push_str(suffix);
    }
    Ok(())
}

/// The fields of an escaped path, or `None` when it is not one of the template.
pub(crate) fn match_path(
    template: &'static str,
    path: &str,
) -> Option<Vec<(&'static str, String)>> {
    let parts: Vec<&str> = path.strip_prefix('/')?.split('/').collect();
    alternatives(template).iter().find_map(|segments| {
        let mut found = Vec::new();
        match_segments(segments, &parts, &mut found).then_some(found)
    })
}

fn match_segments(
    segments: &[Segment],
    parts: &[&str],
    found: &mut Vec<(&'static str, String)>,
) -> bool {
    let Some((segment, rest)) = segments.split_first() else { return parts.is_empty() };
    if let Some(Field { name, form: Form::Folder }) = segment.field {
        let folder = FOLDERS.iter().find(|(folder, _)| parts.first() == Some(folder));
        let (kind, behind) = match folder {
            Some((_, kind)) => (*kind, &parts[1..]),
            None => (WITHOUT_FOLDER, parts),
        };
        found.push((name, kind.to_owned()));
        return match_segments(rest, behind, found);
    }
    let most = match segment.field {
        Some(Field { form: Form::Slashed, .. }) => MOST_SEGMENTS.min(parts.len()),
        _ => 1.min(parts.len()),
    };
    (1..=most).rev().any(|taken| {
        let before = found.len();
        let matched = match_one(segment, &parts[..taken], found)
            && match_segments(rest, &parts[taken..], found);
        if !matched {
            found.truncate(before);
        }
        matched
    })
}

fn match_one(segment: &Segment, parts: &[&str], found: &mut Vec<(&'static str, String)>) -> bool {
    let Some(field) = segment.field else { return parts == [segment.prefix] };
    let text = parts.join("/");
    let inner = text
        .strip_prefix(segment.prefix)
        .and_then(|text| text.strip_suffix(segment.suffix))
        .filter(|inner| !inner.is_empty());
    let Some(Ok(value)) = inner.map(|inner| percent_decode_str(inner).decode_utf8()) else {
        return false;
    };
    if parts.iter().any(|part| part.is_empty()) {
        return false;
    }
    found.push((field.name, value.into_owned()));
    true
}
