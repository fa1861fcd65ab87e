//! Secrets on their way through the program: read from files, written to files, hidden elsewhere.

use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use hubfolk_api::Secret;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::Value;

use crate::error::{Exit, Stop, usage};

/// More than a report of tokens ever holds.
const MOST_BYTES: u64 = 4 * 1024 * 1024;

/// What stands in place of a secret.
pub(super) const HIDDEN: &str = "(hidden)";

/// The fields of a request or an answer that hold secrets, at its first level.
pub(super) fn fields<T: JsonSchema>() -> Vec<String> {
    let schema = SchemaGenerator::default().into_root_schema_for::<T>().to_value();
    let is_secret = |field: &Value| {
        let field = follow(&schema, field);
        field["format"] == "password" || follow(&schema, &field["items"])["format"] == "password"
    };
    let properties = schema["properties"].as_object();
    let secret = properties.into_iter().flatten().filter(|(_, field)| is_secret(field));
    secret.map(|(name, _)| name.clone()).collect()
}

fn follow<'a>(root: &'a Value, schema: &'a Value) -> &'a Value {
    let target = schema["$ref"].as_str().and_then(|target| root.pointer(target.strip_prefix('#')?));
    target.unwrap_or(schema)
}

/// Puts [`HIDDEN`] in place of the texts of these fields.
pub(super) fn hide(body: &mut Value, fields: &[String]) {
    for field in fields {
        match body.get_mut(field) {
            Some(Value::Array(items)) => {
                items.iter_mut().for_each(|item| *item = Value::from(HIDDEN));
            }
            Some(value) if !value.is_null() => *value = Value::from(HIDDEN),
            _ => {}
        }
    }
}

/// Secrets from a file, one a line; `-` is standard input. Blank lines and `#` lines are left out.
pub(super) fn read(path: &Path) -> anyhow::Result<Vec<Secret>> {
    let mut text = String::new();
    let from_stdin = path.as_os_str() == "-";
    let source: Box<dyn Read> = if from_stdin {
        Box::new(std::io::stdin())
    } else {
        Box::new(File::open(path).map_err(|error| unreadable(path).because(error))?)
    };
    // The error of the reader is not passed on: it might repeat what it could not read.
    if source.take(MOST_BYTES).read_to_string(&mut text).is_err() {
        return Err(unreadable(path).into());
    }
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let secrets: Vec<Secret> =
        lines.filter(|line| !line.starts_with('#')).map(Secret::from).collect();
    if let Some(number) = secrets.iter().position(|secret| secret.expose().contains(' ')) {
        return Err(usage(format!("number {} of the lines is no token", number + 1))
            .hint("give one token a line, and nothing else")
            .into());
    }
    if secrets.is_empty() {
        return Err(usage("there is no token to read")
            .hint("write one token a line into a file, or pipe them in and give `-`")
            .into());
    }
    Ok(secrets)
}

fn unreadable(path: &Path) -> Stop {
    let place =
        if path.as_os_str() == "-" { "standard input".into() } else { path.display().to_string() };
    usage(format!("{place} cannot be read as lines of text"))
}

/// A new file that only its owner can read, made before there is anything to write.
///
/// What is made for it on the Hub cannot be shown twice, so a file that cannot be written must stop
/// us first. It is taken away again unless it is kept.
#[derive(Debug)]
pub(super) struct SecretFile {
    path: PathBuf,
    file: Option<File>,
}

impl SecretFile {
    pub(super) fn create(path: &Path) -> Result<Self, Stop> {
        let mut options = File::options();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path).map_err(|error| {
            let stop = usage(format!("cannot make the file {}", path.display())).because(error);
            stop.hint("name a file that is not there yet, in a folder that you can write to")
        })?;
        Ok(Self { path: path.to_owned(), file: Some(file) })
    }

    /// Writes the secret and keeps the file.
    pub(super) fn keep(mut self, secret: &Secret) -> Result<(), Stop> {
        let Some(mut file) = self.file.take() else { return Ok(()) };
        writeln!(file, "{}", secret.expose()).and_then(|()| file.sync_all()).map_err(|error| {
            Stop::new(Exit::Failed, "io", format!("cannot write {}", self.path.display()))
                .because(error)
                .hint("the token exists but is lost: delete or rotate it")
        })
    }
}

impl Drop for SecretFile {
    fn drop(&mut self) {
        if self.file.is_some() {
            // Nothing was written, so nothing is lost.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

#[cfg(test)]
mod tests {
    use hubfolk_api::credentials::ReportLeakedCredentials;
    use hubfolk_api::organizations::RevokeOrganizationToken;
    use hubfolk_api::service_accounts::CreatedServiceAccountToken;
    use serde_json::json;

    use super::{fields, hide};

    #[test]
    fn the_fields_that_hold_secrets_are_known_from_the_types() {
        assert_eq!(fields::<RevokeOrganizationToken>(), ["token"]);
        assert_eq!(fields::<ReportLeakedCredentials>(), ["credentials"]);
        assert_eq!(fields::<CreatedServiceAccountToken>(), ["token"]);
        assert!(fields::<hubfolk_api::users::GetUserOverview>().is_empty());
    }

    #[test]
    fn a_hidden_secret_shows_that_it_is_there() {
        let mut body = json!({"token": "hf_test_x", "credentials": ["hf_test_y"], "role": "read"});
        hide(&mut body, &["token".to_owned(), "credentials".to_owned()]);
        assert_eq!(body, json!({"token": "(hidden)", "credentials": ["(hidden)"], "role": "read"}));
    }
}
