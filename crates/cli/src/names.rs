//! Names are checked while the command line is read, before anything is sent.

use hubfolk_api::id::{self, Invalid};

/// Reads the name of a user.
pub(crate) fn user(text: &str) -> Result<String, String> {
    id::user_name(text).map(|()| text.to_owned()).map_err(rule)
}

/// Reads the name of an organization.
pub(crate) fn organization(text: &str) -> Result<String, String> {
    id::organization_name(text).map(|()| text.to_owned()).map_err(rule)
}

/// A repository, as `owner/name`, as a legacy `name`, or with the type's folder before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RepoName {
    /// The folder before it, where one was given: `datasets` of `datasets/owner/name`.
    pub(crate) folder: Option<&'static str>,
    /// `owner/name` or `name`.
    pub(crate) id: String,
}

/// Reads the name of a repository; web addresses put the type's folder before it.
pub(crate) fn repo(text: &str) -> Result<RepoName, String> {
    let folder = ["models", "datasets", "spaces", "kernels"].into_iter().find_map(|folder| {
        let rest = text.strip_prefix(folder)?.strip_prefix('/')?;
        rest.contains('/').then_some((folder, rest))
    });
    let (folder, id) = folder.map_or((None, text), |(folder, id)| (Some(folder), id));
    id::repo_id(id).map_err(rule)?;
    Ok(RepoName { folder, id: id.to_owned() })
}

/// What is wrong, to follow the value that clap repeats itself.
fn rule(error: Invalid) -> String {
    error.rule
}

#[cfg(test)]
mod tests {
    use super::{organization, repo};

    #[test]
    fn what_is_no_name_is_refused() {
        assert_eq!(organization("acme").as_deref(), Ok("acme"));
        for name in
            ["", ".", "..", "a b", "a/b", "../x", "a\n", "@a", "https://huggingface.co/acme"]
        {
            assert!(organization(name).is_err(), "{name:?}");
        }
    }

    #[test]
    fn the_folder_of_a_type_may_stand_before_a_repository() {
        let read = |text| repo(text).map(|repo| (repo.folder, repo.id));
        assert_eq!(read("gpt2"), Ok((None, "gpt2".to_owned())));
        assert_eq!(read("acme/m"), Ok((None, "acme/m".to_owned())));
        assert_eq!(read("datasets/acme/d"), Ok((Some("datasets"), "acme/d".to_owned())));
        assert!(read("datasets/acme/d/e").is_err());
        assert!(read("acme/../m").is_err());
    }
}
