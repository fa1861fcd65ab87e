//! What tests say aloud: lines that a person should see although the tests passed.
//!
//! A test prints `left out: WHAT: why` when it could not run, and `counted: ...` for numbers worth
//! reading. Both survive the runner's habit of hiding the output of tests that pass.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context, Result};

/// The lines, each once, in the order of the alphabet.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Spoken {
    /// What follows `left out: `.
    pub(crate) left_out: BTreeSet<String>,
    /// What follows `counted: `.
    pub(crate) counted: BTreeSet<String>,
}

impl Spoken {
    /// Adds the lines of a log, or of a report in JUnit's XML, if that file exists.
    pub(crate) fn read(&mut self, path: &Path) -> Result<()> {
        if path.exists() {
            let bytes =
                std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
            self.add(&String::from_utf8_lossy(&bytes));
        }
        Ok(())
    }

    fn add(&mut self, text: &str) {
        for line in text.lines() {
            // In the report the first line of an output follows its opening tag, the last precedes its closing one.
            let line = line.rsplit_once("<system-out>").map_or(line, |(_, rest)| rest);
            let line = line.rsplit_once("<system-err>").map_or(line, |(_, rest)| rest);
            let line = line.split("</system-").next().unwrap_or(line).trim();
            if let Some(what) = line.strip_prefix("left out: ") {
                self.left_out.insert(plain(what));
            } else if let Some(what) = line.strip_prefix("counted: ") {
                self.counted.insert(plain(what));
            }
        }
    }
}

/// Undoes the five escapes of XML.
fn plain(text: &str) -> String {
    [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")]
        .iter()
        .fold(text.to_owned(), |text, (escape, plain)| text.replace(escape, plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_found_in_logs_and_in_reports() {
        let mut spoken = Spoken::default();
        spoken.add("noise\nleft out: postgres: no server\n  counted: 200 kills, 0 lost\n");
        spoken.add("<system-out>counted: a &lt; b\ncounted: last</system-out>\nnot left out: this");
        assert_eq!(spoken.left_out, BTreeSet::from(["postgres: no server".to_owned()]));
        let counted = ["200 kills, 0 lost", "a < b", "last"].map(str::to_owned);
        assert_eq!(spoken.counted, BTreeSet::from(counted));
    }
}
