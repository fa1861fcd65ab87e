//! Where a ledger lies: `sqlite:PATH` or `postgres://...`.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use crate::Error;

/// The address of a ledger. `Display` and `Debug` never show a password.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// A file, created when absent.
    Sqlite(PathBuf),
    /// A PostgreSQL connection string as libpq reads it.
    Postgres(String),
}

impl DatabaseUrl {
    /// The ledger in the file at `path`.
    #[must_use]
    pub fn sqlite(path: impl AsRef<Path>) -> Self {
        Self::Sqlite(path.as_ref().to_owned())
    }
}

impl FromStr for DatabaseUrl {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let refuse = |why: &str| Error::Url { given: without_password(text), why: why.to_owned() };
        if let Some(path) = text.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            if path.is_empty() {
                return Err(refuse("the path is missing"));
            }
            if path.contains('\0') {
                return Err(refuse("the path contains a NUL character"));
            }
            return Ok(Self::Sqlite(path.into()));
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            // The driver's own message may repeat the text, password and all, so it is not passed on.
            let config: postgres::Config =
                text.parse().map_err(|_| refuse("it is not a valid PostgreSQL address"))?;
            if config.get_hosts().is_empty() {
                return Err(refuse("the host is missing"));
            }
            if config.get_dbname().is_none() {
                return Err(refuse("the database name is missing"));
            }
            return Ok(Self::Postgres(text.to_owned()));
        }
        match text.split_once(':') {
            Some((scheme, _)) if !scheme.contains(['/', '.']) && scheme.len() > 1 => Err(refuse(
                &format!("`{scheme}` is not a kind of database hubfolk keeps ledgers in"),
            )),
            _ => Err(refuse("it names no kind of database")),
        }
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Self::Postgres(url) => f.write_str(&without_password(url)),
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DatabaseUrl({self})")
    }
}

/// Leaves out everything between `scheme://user` and the last `@` before the path, and the query,
/// where libpq accepts a password too.
fn without_password(text: &str) -> String {
    let text = text.split_once('?').map_or(text, |(head, _)| head);
    let Some((scheme, rest)) = text.split_once("://") else {
        return text.to_owned();
    };
    let Some((login, host)) = rest.rsplit_once('@') else {
        return text.to_owned();
    };
    let user = login.split_once(':').map_or(login, |(user, _)| user);
    format!("{scheme}://{user}@{host}")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn passwords_are_never_shown() {
        for (given, shown) in [
            ("postgres://ada:hf_test_pw@db/ledger", "postgres://ada@db/ledger"),
            ("postgres://ada:p@ss@db:5433/ledger?password=x", "postgres://ada@db:5433/ledger"),
            ("postgresql://db/ledger", "postgresql://db/ledger"),
        ] {
            assert_eq!(without_password(given), shown);
            if let Ok(url) = given.parse::<DatabaseUrl>() {
                assert_eq!(url.to_string(), shown);
                assert_eq!(format!("{url:?}"), format!("DatabaseUrl({shown})"));
            }
        }
    }

    #[test]
    fn a_bad_address_names_itself_and_what_was_expected() {
        for given in ["mysql://x/y", "sqlite:", "ledger", "postgres://", "postgres://host"] {
            let error = given.parse::<DatabaseUrl>().unwrap_err().to_string();
            assert!(error.contains(given) && error.contains("sqlite:PATH"), "{error}");
        }
        let error = "mysql://root:secret@x/y".parse::<DatabaseUrl>().unwrap_err().to_string();
        assert!(!error.contains("secret"), "{error}");
    }

    #[test]
    fn sqlite_paths_come_with_and_without_slashes() {
        for given in ["sqlite:a/b.db", "sqlite://a/b.db"] {
            assert_eq!(given.parse::<DatabaseUrl>().unwrap(), DatabaseUrl::sqlite("a/b.db"));
        }
        assert_eq!(
            "sqlite:///tmp/x.db".parse::<DatabaseUrl>().unwrap(),
            DatabaseUrl::sqlite("/tmp/x.db")
        );
    }
}
