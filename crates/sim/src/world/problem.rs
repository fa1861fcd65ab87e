//! What is wrong with a world file, one line a problem.

use std::fmt;

/// One thing that is wrong: where it stands and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The place as a JSON path: `orgs[0].members[3].user`; empty for the document as a whole.
    pub place: String,
    /// What is wrong and the remedy.
    pub message: String,
}

/// A world file that holds no world.
#[derive(Debug)]
pub struct WorldError {
    problems: Vec<Problem>,
    source: Option<std::io::Error>,
}

/// Longer lists help nobody: the first few name the mistake.
const SHOWN: usize = 20;

impl WorldError {
    pub(crate) fn new(problems: Vec<Problem>) -> Self {
        Self { problems, source: None }
    }

    pub(crate) fn unreadable(place: String, source: std::io::Error) -> Self {
        let problem = Problem { place, message: "cannot be read".to_owned() };
        Self { problems: vec![problem], source: Some(source) }
    }

    /// Everything that was found, in the order of the file.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.place.is_empty() {
            return f.write_str(&self.message);
        }
        write!(f, "{}: {}", self.place, self.message)
    }
}

impl fmt::Display for WorldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().take(SHOWN).enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            problem.fmt(f)?;
        }
        if self.problems.len() > SHOWN {
            write!(f, "\nand {} more", self.problems.len() - SHOWN)?;
        }
        Ok(())
    }
}

impl std::error::Error for WorldError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_ref().map(|source| source as _)
    }
}

/// Reads JSON into `T` and says in one line, with the place, what does not fit.
pub(crate) fn read<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, Problem> {
    // serde would take an array for the object's values in order.
    if text.trim_start().starts_with('[') {
        let message = "this is an array; the file is one JSON object".to_owned();
        return Err(Problem { place: String::new(), message });
    }
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(explain)?;
    deserializer.end().map_err(|error| Problem {
        place: String::new(),
        message: format!("{error}; the file is one JSON object"),
    })?;
    Ok(value)
}

fn explain(error: serde_path_to_error::Error<serde_json::Error>) -> Problem {
    let path = error.path().to_string();
    let cause = error.into_inner();
    let text = cause.to_string();
    if cause.is_syntax() || cause.is_eof() {
        return Problem { place: String::new(), message: format!("this is not JSON: {text}") };
    }
    // serde_json ends its messages with the place in the text, which goes to the end of ours.
    let (what, position) = match text.rfind(" at line ") {
        Some(at) => (&text[..at], &text[at + 1..]),
        None => (text.as_str(), ""),
    };
    let place = if path == "." { String::new() } else { path };
    if let Some(rest) = what.strip_prefix("unknown field `") {
        let (key, known) = rest.split_once('`').unwrap_or((rest, ""));
        let known = known.trim_start_matches(", expected ").trim_start_matches("one of ");
        // The path ends with the key itself; the message names the object that holds it.
        let place = place
            .strip_suffix(key)
            .map(|parent| parent.trim_end_matches('.').to_owned())
            .unwrap_or(place);
        let message = format!(
            "unknown key `{key}` ({position}); correct its spelling or remove it; known here: {}",
            known.replace('`', "")
        );
        return Problem { place, message };
    }
    if let Some((word, known)) =
        what.strip_prefix("unknown variant `").and_then(|rest| rest.split_once("`, expected "))
    {
        let known = known.trim_start_matches("one of ").replace('`', "");
        let message = format!("`{word}` is unknown here ({position}); known are: {known}");
        return Problem { place, message };
    }
    if what.starts_with("failed to parse") || what.starts_with("parsed value") {
        let message = format!("not a time ({position}); write it as 2026-01-31T12:00:00Z");
        return Problem { place, message };
    }
    Problem { place, message: format!("{what} ({position})") }
}
