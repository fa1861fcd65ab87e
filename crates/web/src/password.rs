//! Passwords of local accounts: kept as argon2id, checked at the same cost for names that are not there.

use std::sync::LazyLock;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use tokio::sync::Semaphore;

use crate::problem::Problem;

/// Fewest characters of a password.
const SHORTEST: usize = 12;

/// Most bytes: a longer one only costs time.
const LONGEST: usize = 1_024;

/// Passwords that are hashed at a time; each takes 19 MiB while it lasts.
static ROOM: Semaphore = Semaphore::const_new(2);

/// The hash of a password that nobody has.
static NOBODY: LazyLock<Option<String>> = LazyLock::new(|| hash("nobody's password").ok());

/// What is wrong with a new password, if anything.
#[must_use]
pub fn objection(password: &str, name: &str) -> Option<&'static str> {
    let length = password.chars().count();
    if length < SHORTEST {
        Some("a password has at least 12 characters; four random words are easy to keep in mind")
    } else if password.len() > LONGEST {
        Some("a password has at most 1,024 bytes")
    } else if password.to_lowercase().contains(&name.to_lowercase()) && name.chars().count() > 3 {
        Some("the password holds the account's own name, which is guessed first")
    } else if password.chars().all(|c| password.starts_with(c)) {
        Some("the password is one character over and over")
    } else {
        None
    }
}

/// The hash of a password, with a salt of its own; takes a moment.
///
/// # Errors
///
/// When the system gives no randomness or memory.
pub fn hash(password: &str) -> Result<String, argon2::password_hash::Error> {
    Ok(Argon2::default().hash_password(password.as_bytes())?.to_string())
}

/// Hashes a password on a thread that may block.
pub(crate) async fn hashed(password: String) -> Result<String, Problem> {
    let _room = ROOM.acquire().await;
    match tokio::task::spawn_blocking(move || hash(&password)).await {
        Ok(Ok(hash)) => Ok(hash),
        Ok(Err(error)) => Err(Problem::internal(&error)),
        Err(error) => Err(Problem::internal(&error)),
    }
}

/// Whether a password is the one of a stored hash; with no hash it costs the same and is not.
pub(crate) async fn is_right(password: String, stored: Option<String>) -> bool {
    let _room = ROOM.acquire().await;
    let check = move || {
        let known = stored.is_some();
        let Some(hash) = stored.or_else(|| NOBODY.clone()) else { return false };
        let Ok(hash) = PasswordHash::new(&hash) else { return false };
        let right = password.len() <= LONGEST
            && Argon2::default().verify_password(password.as_bytes(), &hash).is_ok();
        right && known
    };
    tokio::task::spawn_blocking(check).await.unwrap_or(false)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[tokio::test]
    async fn a_password_is_known_by_its_hash_and_no_other() {
        let stored = hash("correct horse battery").unwrap();
        assert!(stored.starts_with("$argon2id$"), "{stored}");
        assert!(is_right("correct horse battery".into(), Some(stored.clone())).await);
        assert!(!is_right("correct horse batterz".into(), Some(stored)).await);
        assert!(!is_right("nobody's password".into(), None).await);
    }

    #[test]
    fn a_password_that_is_guessed_first_is_refused() {
        for bad in ["short", "aaaaaaaaaaaaaaaa", "administrator1"] {
            assert!(objection(bad, "administrator").is_some(), "{bad}");
        }
        assert_eq!(objection("four random words", "ada"), None);
    }
}
