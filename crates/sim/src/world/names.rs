//! The Hub's rule for account names.

/// What is wrong with an account name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NameProblem {
    /// Shorter than 2 or longer than 42 characters.
    #[error("a name has 2 to 42 characters")]
    Length,
    /// A character outside the alphabet.
    #[error("a name has letters, digits and dashes only")]
    Character,
    /// A dash where none may be.
    #[error("a dash stands between two letters or digits")]
    Dash,
    /// Digits only.
    #[error("a name is not all digits")]
    AllDigits,
    /// Reads as an object id.
    #[error("a name does not look like an id of 24 hexadecimal digits")]
    LooksLikeAnId,
}

/// Whether the Hub would let somebody have this name.
///
/// # Errors
///
/// The first rule that the name breaks.
pub fn check_username(name: &str) -> Result<(), NameProblem> {
    if name.len() < 2 || name.len() > 42 {
        return Err(NameProblem::Length);
    }
    if !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
        return Err(NameProblem::Character);
    }
    if name.starts_with('-') || name.ends_with('-') || name.contains("--") {
        return Err(NameProblem::Dash);
    }
    if name.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(NameProblem::AllDigits);
    }
    if name.len() == 24 && name.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(NameProblem::LooksLikeAnId);
    }
    Ok(())
}

/// Whether a repo can have this id: `name` or `namespace/name` in the Hub's alphabet.
pub(crate) fn is_repo_id(id: &str) -> bool {
    let mut parts = id.split('/');
    let (first, second, third) = (parts.next(), parts.next(), parts.next());
    let plain = |part: &str| {
        !part.is_empty()
            && part.len() <= 96
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
            && !part.starts_with(['-', '.'])
            && !part.ends_with(['-', '.'])
            && !part.contains("--")
            && !part.contains("..")
            && !part.ends_with(".git")
    };
    third.is_none() && first.is_some_and(plain) && second.is_none_or(plain)
}

#[cfg(test)]
mod tests {
    use super::{NameProblem, check_username, is_repo_id};

    #[test]
    fn account_names_follow_the_hubs_rule() {
        for good in ["ada", "a-b-c", "X9", "0ada", "OwnerOfTheGatedModel"] {
            assert_eq!(check_username(good), Ok(()), "{good}");
        }
        for (bad, why) in [
            ("a", NameProblem::Length),
            ("a_b", NameProblem::Character),
            ("адa", NameProblem::Character),
            ("-ada", NameProblem::Dash),
            ("a--b", NameProblem::Dash),
            ("12345", NameProblem::AllDigits),
            ("6319b36409baf858241f0f89", NameProblem::LooksLikeAnId),
        ] {
            assert_eq!(check_username(bad), Err(why), "{bad}");
        }
    }

    #[test]
    fn repo_ids_have_one_or_two_parts() {
        for good in ["gpt2", "acme/m", "a/b_c.d-e"] {
            assert!(is_repo_id(good), "{good}");
        }
        for bad in ["", "a/", "/a", "a/b/c", "a/..", "a/b--c", "a/b.git", "a b/c"] {
            assert!(!is_repo_id(bad), "{bad}");
        }
    }
}
