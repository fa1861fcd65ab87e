//! Which names accounts and repos can have in a world.

/// What is wrong with an account name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NameProblem {
    /// Nothing at all, or more than 96 characters.
    #[error("a name has 1 to 96 characters")]
    Length,
    /// A character outside the alphabet.
    #[error("a name has letters, digits, dashes, dots and underscores only")]
    Character,
    /// `.` or `..`, which a URL cannot carry.
    #[error("a name is not made of dots")]
    Dots,
}

/// Whether an account of a world can have this name.
///
/// The Hub's rule for new accounts is narrower: 2 to 42 letters, digits and single dashes. Accounts
/// that are older, such as `hub.js` on the staging Hub, break it, so a world takes all that fits
/// into an address.
///
/// # Errors
///
/// The first rule that the name breaks.
pub fn check_name(name: &str) -> Result<(), NameProblem> {
    if name.is_empty() || name.len() > 96 {
        return Err(NameProblem::Length);
    }
    if !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte)) {
        return Err(NameProblem::Character);
    }
    if name.bytes().all(|byte| byte == b'.') {
        return Err(NameProblem::Dots);
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
    use super::{NameProblem, check_name, is_repo_id};

    #[test]
    fn account_names_fit_into_an_address() {
        for good in ["ada", "a-b-c", "X9", "x", "hub.js", "OwnerOfTheGatedModel"] {
            assert_eq!(check_name(good), Ok(()), "{good}");
        }
        for (bad, why) in [
            ("", NameProblem::Length),
            ("a/b", NameProblem::Character),
            ("адa", NameProblem::Character),
            ("a b", NameProblem::Character),
            ("..", NameProblem::Dots),
        ] {
            assert_eq!(check_name(bad), Err(why), "{bad}");
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
