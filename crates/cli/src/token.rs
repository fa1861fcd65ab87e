//! Where the token comes from: the Hub's own places, in the Hub's own order.

mod files;
mod ini;

use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

use crate::error::{Stop, usage};

pub(crate) use files::{Places, write_secret};

/// A token and where it was found. Neither `Debug` nor `Display` shows the token.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Found {
    token: String,
    pub(crate) source: Source,
}

/// The place a token was read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    /// `--token-file`.
    Option(PathBuf),
    /// An environment variable.
    Variable(&'static str),
    /// The file `huggingface_hub` keeps the active token in.
    File(PathBuf),
    /// Typed or piped into `auth login`.
    Input,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Option(path) => write!(f, "--token-file {}", path.display()),
            Self::Variable(name) => f.write_str(name),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Input => f.write_str("what was entered"),
        }
    }
}

impl fmt::Debug for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Found").field("source", &self.source).finish_non_exhaustive()
    }
}

impl Found {
    /// Takes a token as it was read: line ends and outer blanks go, nothing left means none.
    ///
    /// # Errors
    /// When the token cannot stand in a header; the message names the place, never the token.
    pub(crate) fn clean(raw: &str, source: Source) -> Result<Option<Self>, Stop> {
        let token = raw.replace(['\r', '\n'], "").trim().to_owned();
        if token.is_empty() {
            return Ok(None);
        }
        if let Some(at) = token.chars().position(|c| !c.is_ascii_graphic()) {
            return Err(usage(format!(
                "the token from {source} is malformed: character {} is not one a token can hold",
                at + 1
            ))
            .hint("a token is one word such as hf_...; copy it again from the Hub's settings, Access Tokens"));
        }
        Ok(Some(Self { token, source }))
    }

    /// The secret itself, for the client and the token files only.
    pub(crate) fn expose(&self) -> &str {
        &self.token
    }

    /// Enough to recognise it, not enough to use it: `hf_****wxyz`.
    pub(crate) fn masked(&self) -> String {
        mask(&self.token)
    }

    /// What kind of token the prefix says it is.
    pub(crate) fn kind(&self) -> &'static str {
        match &self.token {
            token if token.starts_with("hf_oauth_") => "oauth",
            token if token.starts_with("hf_jwt_") => "oidc",
            token if token.starts_with("hf_") => "user",
            token if token.starts_with("api_org_") => "organization (legacy)",
            _ => "unknown",
        }
    }
}

fn mask(token: &str) -> String {
    let prefix = ["hf_oauth_", "hf_jwt_", "api_org_", "hf_"]
        .into_iter()
        .find(|prefix| token.starts_with(prefix))
        .unwrap_or_default();
    // Short tokens would be half shown by their last four characters.
    let tail = if token.len() >= prefix.len() + 16 { &token[token.len() - 4..] } else { "" };
    format!("{prefix}****{tail}")
}

/// The environment as the lookup sees it, so that tests need not change the process's own.
pub(crate) trait Environment {
    /// The value of a variable, if it is set.
    fn get(&self, name: &str) -> Option<OsString>;

    /// The value as text; unset and empty are the same.
    fn text(&self, name: &str) -> Option<String> {
        self.get(name)?.into_string().ok().filter(|text| !text.is_empty())
    }

    /// Whether a switch is on, as `huggingface_hub` reads it.
    fn on(&self, name: &str) -> bool {
        self.text(name).is_some_and(|text| {
            matches!(text.to_ascii_uppercase().as_str(), "1" | "ON" | "YES" | "TRUE")
        })
    }
}

/// The process's environment.
pub(crate) struct Process;

impl Environment for Process {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is where the program reads its environment"
    )]
    fn get(&self, name: &str) -> Option<OsString> {
        std::env::var_os(name)
    }
}

/// Finds the token to send: `--token-file`, the environment, the Hub's token file; or none.
///
/// # Errors
/// When a place holds something that cannot be used; another place is never taken instead.
pub(crate) fn discover(
    env: &impl Environment,
    token_file: Option<&Path>,
) -> Result<Option<Found>, Stop> {
    if let Some(path) = token_file {
        return from_option(path).map(Some);
    }
    if env.on("HF_HUB_DISABLE_IMPLICIT_TOKEN") {
        return Ok(None);
    }
    if env.text("HF_OIDC_RESOURCE").is_some() {
        // The Hub's own client never falls back to another token here, and neither may we:
        // that would act as somebody else.
        return Err(usage(
            "HF_OIDC_RESOURCE asks for an OIDC token exchange, which hubfolk does not do",
        )
        .hint("exchange it first and set HF_TOKEN, or unset HF_OIDC_RESOURCE"));
    }
    // A blank HF_TOKEN still wins over the old name and then means none, as in Python.
    let variable = ["HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"]
        .into_iter()
        .find_map(|name| Some((name, env.text(name)?)));
    if let Some((name, raw)) = variable
        && let Some(found) = Found::clean(&raw, Source::Variable(name))?
    {
        return Ok(Some(found));
    }
    Places::new(env).map_or(Ok(None), |places| places.active())
}

fn from_option(path: &Path) -> Result<Found, Stop> {
    let fail = |error: std::io::Error| {
        usage(format!("cannot read the token file {}", path.display()))
            .because(error)
            .hint("--token-file takes a file that holds the token and nothing else")
    };
    let file = std::fs::File::open(path).map_err(fail)?;
    // The permissions of the opened file, not of the name: the name may change in between.
    refuse_if_shared(&file, path)?;
    let raw = std::io::read_to_string(file).map_err(fail)?;
    Found::clean(&raw, Source::Option(path.to_owned()))?.ok_or_else(|| {
        usage(format!("the token file {} is empty", path.display()))
            .hint("--token-file takes a file that holds the token and nothing else")
    })
}

#[cfg(unix)]
fn refuse_if_shared(file: &std::fs::File, path: &Path) -> Result<(), Stop> {
    use std::os::unix::fs::{FileTypeExt, PermissionsExt};

    let Ok(metadata) = file.metadata() else { return Ok(()) };
    // A pipe (`--token-file <(vault read ...)`) is nobody else's to open.
    if metadata.file_type().is_fifo() || metadata.permissions().mode() & 0o077 == 0 {
        return Ok(());
    }
    Err(usage(format!("the token file {} can be read by others", path.display()))
        .hint(format!("chmod 600 '{}'", path.display())))
}

#[cfg(not(unix))]
fn refuse_if_shared(_: &std::fs::File, _: &Path) -> Result<(), Stop> {
    Ok(())
}

#[cfg(test)]
mod tests;
