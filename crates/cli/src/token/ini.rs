//! The INI dialect of Python's `configparser`, as far as `stored_tokens` uses it.

use std::collections::BTreeMap;
use std::fmt;

/// Sections and their keys. Sections are kept sorted, as `huggingface_hub` writes them.
#[derive(Default, PartialEq, Eq)]
pub(super) struct Ini(BTreeMap<String, Vec<(String, String)>>);

impl Ini {
    /// Reads a file.
    ///
    /// # Errors
    /// The number of the first line that is neither section, key, comment nor continuation.
    pub(super) fn parse(text: &str) -> Result<Self, usize> {
        let mut ini = Self::default();
        let mut section: Option<&str> = None;
        for (number, line) in text.lines().enumerate().map(|(i, line)| (i + 1, line)) {
            let trimmed = line.trim();
            if trimmed.is_empty() || trimmed.starts_with(['#', ';']) {
                continue;
            }
            if let Some(name) = trimmed.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
                // Python refuses a repeated section; taking the later one could lose a token.
                if ini.0.insert(name.to_owned(), Vec::new()).is_some() {
                    return Err(number);
                }
                section = Some(name);
                continue;
            }
            let keys = section.and_then(|name| ini.0.get_mut(name)).ok_or(number)?;
            if line.starts_with([' ', '\t'])
                && let Some((_, value)) = keys.last_mut()
            {
                value.push('\n');
                value.push_str(trimmed);
                continue;
            }
            let at = trimmed.find(['=', ':']).ok_or(number)?;
            let (key, value) = (trimmed[..at].trim().to_lowercase(), trimmed[at + 1..].trim());
            if key.is_empty() || keys.iter().any(|(known, _)| *known == key) {
                return Err(number);
            }
            keys.push((key, value.to_owned()));
        }
        Ok(ini)
    }

    /// The names of the sections.
    pub(super) fn sections(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// A value.
    pub(super) fn get(&self, section: &str, key: &str) -> Option<&str> {
        let keys = self.0.get(section)?;
        keys.iter().find_map(|(name, value)| (name == key).then_some(value.as_str()))
    }

    /// Sets a value and keeps the others of the section.
    pub(super) fn set(&mut self, section: &str, key: &str, value: &str) {
        let keys = self.0.entry(section.to_owned()).or_default();
        match keys.iter_mut().find(|(name, _)| name == key) {
            Some((_, old)) => value.clone_into(old),
            None => keys.push((key.to_owned(), value.to_owned())),
        }
    }

    /// Removes a section; whether it was there.
    pub(super) fn remove(&mut self, section: &str) -> bool {
        self.0.remove(section).is_some()
    }
}

/// Without values: they are secrets.
impl fmt::Debug for Ini {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl fmt::Display for Ini {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, keys) in &self.0 {
            writeln!(f, "[{name}]")?;
            for (key, value) in keys {
                writeln!(f, "{key} = {}", value.replace('\n', "\n\t"))?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}
