//! What a command is about, as people name it.

use clap::ValueEnum;
use hubfolk_api::repos::RepoType;

use crate::error::{Stop, usage};
use crate::names::{self, RepoName};

/// A repository with its type.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct RepoArgs {
    /// The repository: owner/name, or datasets/owner/name, spaces/owner/name
    #[arg(value_name = "REPO", value_parser = names::repo)]
    repo: RepoName,
    /// Its type [default: model]
    #[arg(long = "type", value_name = "TYPE")]
    kind: Option<RepoKind>,
}

/// A type of repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum RepoKind {
    Model,
    Dataset,
    Space,
    Kernel,
}

impl RepoKind {
    pub(super) fn wire(self) -> RepoType {
        match self {
            Self::Model => RepoType::Model,
            Self::Dataset => RepoType::Dataset,
            Self::Space => RepoType::Space,
            Self::Kernel => RepoType::Kernel,
        }
    }
}

impl RepoArgs {
    /// The type said by the option or by the folder, where both agree, and the id.
    pub(super) fn resolve(self) -> Result<(RepoType, String), Stop> {
        let kind = resolve_kind(&self.repo, self.kind)?;
        Ok((kind, self.repo.id))
    }
}

/// The page of a repository on the site.
pub(super) fn web_path(kind: &RepoType, id: &str) -> String {
    match kind {
        RepoType::Model => format!("/{id}"),
        other => format!("/{other}s/{id}"),
    }
}

/// The type of a repository said by the option or by the folder before its name.
pub(super) fn resolve_kind(repo: &RepoName, kind: Option<RepoKind>) -> Result<RepoType, Stop> {
    let folder = repo.folder.map(|folder| match folder {
        "datasets" => RepoKind::Dataset,
        "spaces" => RepoKind::Space,
        "kernels" => RepoKind::Kernel,
        _ => RepoKind::Model,
    });
    if let (Some(kind), Some(folder)) = (kind, folder)
        && kind != folder
    {
        return Err(usage(format!("--type and the folder of `{}` disagree", repo.id))
            .hint("leave one of them out"));
    }
    Ok(kind.or(folder).unwrap_or(RepoKind::Model).wire())
}
