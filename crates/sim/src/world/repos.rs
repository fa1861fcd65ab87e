//! Repos, their names of today and of before.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::{
    Account, ChangeError, Gated, GroupRepo, LONG_AGO, ObjectId, RepoIx, RepoType, UserIx, World,
    folded,
};
use crate::id::IdKind;

#[derive(Debug)]
pub(crate) struct Repo {
    pub(crate) kind: RepoType,
    pub(crate) id: Box<str>,
    pub(crate) oid: ObjectId,
    pub(crate) sha: String,
    pub(crate) private: bool,
    pub(crate) gated: Gated,
    pub(crate) created_at: Timestamp,
    pub(crate) last_modified: Timestamp,
    pub(crate) downloads: u64,
    pub(crate) tags: Vec<String>,
    pub(crate) pipeline_tag: Option<String>,
    pub(crate) sdk: Option<String>,
    pub(crate) siblings: Vec<String>,
    /// Stands in for the count of the likes list.
    pub(crate) likes: Option<u64>,
    pub(crate) extra: Map<String, Value>,
    pub(crate) likers: BTreeMap<ObjectId, (UserIx, Timestamp)>,
    pub(crate) group: Option<ObjectId>,
    pub(crate) settings: RepoSettings,
    /// Gone for good; the place stays so that indexes stay valid.
    pub(crate) deleted: bool,
}

/// What is set for a repo and shown nowhere, or elsewhere.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct RepoSettings {
    /// Everyone may use the Space, its files are private.
    pub(crate) protected: bool,
    /// Members of the owning organization must ask for access too.
    pub(crate) org_members_gated: bool,
    pub(crate) gated_notifications_email: Option<String>,
    pub(crate) gated_notifications_mode: Option<String>,
    pub(crate) discussions_disabled: bool,
    pub(crate) discussions_sorting: Option<String>,
}

/// Where a repo's name leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RepoName {
    Is(RepoIx),
    Was(RepoIx),
}

/// What a lookup by name found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RepoFound {
    Here(RepoIx),
    /// It has another name now.
    Moved(RepoIx),
    Nowhere,
}

/// What a repo is made with.
#[derive(Debug)]
pub(crate) struct NewRepo<'a> {
    pub(crate) kind: RepoType,
    pub(crate) id: &'a str,
    pub(crate) oid: Option<ObjectId>,
    pub(crate) private: bool,
    pub(crate) at: Timestamp,
}

impl Repo {
    /// The account part of the id; legacy ids have none.
    pub(crate) fn owner(&self) -> Option<&str> {
        self.id.split_once('/').map(|(owner, _)| owner)
    }

    pub(crate) fn like_count(&self) -> u64 {
        self.likes.unwrap_or(self.likers.len() as u64)
    }
}

impl World {
    /// Adds a public repo. The part before the slash is its owner.
    ///
    /// # Errors
    ///
    /// When the id is taken.
    pub fn add_repo(&mut self, kind: RepoType, id: &str) -> Result<ObjectId, ChangeError> {
        let new = NewRepo { kind, id, oid: None, private: false, at: LONG_AGO };
        let repo = self.insert_repo(&new)?;
        Ok(self.repo(repo).oid)
    }

    /// Closes a repo to outsiders, or opens it.
    ///
    /// # Errors
    ///
    /// When there is no such repo.
    pub fn set_private(
        &mut self,
        kind: RepoType,
        id: &str,
        private: bool,
    ) -> Result<(), ChangeError> {
        let repo = self.repo_named(kind, id)?;
        self.repo_mut(repo).private = private;
        Ok(())
    }

    /// Gates a repo's files.
    ///
    /// # Errors
    ///
    /// When there is no such repo.
    pub fn set_gated(&mut self, kind: RepoType, id: &str, gated: Gated) -> Result<(), ChangeError> {
        let repo = self.repo_named(kind, id)?;
        self.repo_mut(repo).gated = gated;
        Ok(())
    }

    pub(crate) fn insert_repo(&mut self, new: &NewRepo<'_>) -> Result<RepoIx, ChangeError> {
        let key = (new.kind, folded(new.id));
        if matches!(self.repo_names.get(&key), Some(RepoName::Is(_))) {
            return Err(ChangeError::Taken(new.id.to_owned()));
        }
        let oid = new.oid.unwrap_or_else(|| self.next_id(IdKind::Repo));
        let index = RepoIx(u32::try_from(self.repos.len()).expect("fewer than 4 billion repos"));
        let repo = Repo {
            kind: new.kind,
            id: new.id.into(),
            oid,
            sha: sha_of(oid),
            private: new.private,
            gated: Gated::No,
            created_at: new.at,
            last_modified: new.at,
            downloads: 0,
            tags: Vec::new(),
            pipeline_tag: None,
            sdk: None,
            siblings: vec![".gitattributes".to_owned(), "README.md".to_owned()],
            likes: None,
            extra: Map::new(),
            likers: BTreeMap::new(),
            group: None,
            settings: RepoSettings::default(),
            deleted: false,
        };
        if let Some(owner) = repo.owner() {
            self.repos_by_owner.entry(folded(owner)).or_default().push(index);
        }
        self.repos.push(repo);
        // A new repo takes its name back from one that moved away.
        self.repo_names.insert(key, RepoName::Is(index));
        Ok(index)
    }

    pub(crate) fn find_repo(&self, kind: RepoType, id: &str) -> RepoFound {
        match self.repo_names.get(&(kind, folded(id))) {
            Some(RepoName::Is(repo)) => RepoFound::Here(*repo),
            Some(RepoName::Was(repo)) if !self.repo(*repo).deleted => RepoFound::Moved(*repo),
            _ => RepoFound::Nowhere,
        }
    }

    pub(super) fn repo_named(&self, kind: RepoType, id: &str) -> Result<RepoIx, ChangeError> {
        match self.find_repo(kind, id) {
            RepoFound::Here(repo) => Ok(repo),
            _ => Err(ChangeError::NoSuchRepo { kind, id: id.to_owned() }),
        }
    }

    pub(crate) fn repo(&self, repo: RepoIx) -> &Repo {
        &self.repos[repo.0 as usize]
    }

    pub(crate) fn repos_mut_of(&mut self, owner: &str) -> impl Iterator<Item = &mut Repo> {
        let owner = folded(owner);
        self.repos.iter_mut().filter(move |repo| repo.owner().map(folded).as_ref() == Some(&owner))
    }

    pub(crate) fn repo_with_oid(&self, oid: ObjectId) -> Option<&Repo> {
        self.repos.iter().find(|repo| repo.oid == oid && !repo.deleted)
    }

    pub(crate) fn repo_mut(&mut self, repo: RepoIx) -> &mut Repo {
        &mut self.repos[repo.0 as usize]
    }

    pub(crate) fn repos_of(&self, owner: &str) -> impl Iterator<Item = &Repo> {
        let repos = self.repos_by_owner.get(&folded(owner)).map_or(&[][..], Vec::as_slice);
        repos.iter().map(|&repo| self.repo(repo))
    }

    pub(crate) fn delete_repo(&mut self, index: RepoIx) {
        let fans: Vec<UserIx> = self.repo(index).likers.values().map(|(user, _)| *user).collect();
        for user in fans {
            self.remove_like(user, index);
        }
        let (kind, id) = (self.repo(index).kind, self.repo(index).id.clone());
        self.repo_names.remove(&(kind, folded(&id)));
        self.disown(index);
        self.detach_from_group(index);
        self.access.remove(&index);
        self.delete_discussions(index);
        self.repo_mut(index).deleted = true;
        self.drop_from_collections(index);
    }

    /// Gives a repo another id; the old one leads to the new one until somebody takes it.
    pub(crate) fn move_repo(&mut self, index: RepoIx, to: &str) -> Result<(), ChangeError> {
        let (kind, old) = (self.repo(index).kind, self.repo(index).id.clone());
        let key = (kind, folded(to));
        match self.repo_names.get(&key) {
            Some(RepoName::Is(other)) if *other != index => {
                return Err(ChangeError::Taken(to.to_owned()));
            }
            _ => {}
        }
        self.disown(index);
        let stays = old.split_once('/').map(|(owner, _)| folded(owner))
            == to.split_once('/').map(|(owner, _)| folded(owner));
        if stays {
            self.rename_in_group(index, to);
        } else {
            self.detach_from_group(index);
        }
        self.repo_names.insert((kind, folded(&old)), RepoName::Was(index));
        self.repo_names.insert(key, RepoName::Is(index));
        self.repo_mut(index).id = to.into();
        if let Some((owner, _)) = to.split_once('/') {
            self.repos_by_owner.entry(folded(owner)).or_default().push(index);
        }
        Ok(())
    }

    pub(super) fn add_former_name(&mut self, index: RepoIx, old: &str) {
        let kind = self.repo(index).kind;
        self.repo_names.entry((kind, folded(old))).or_insert(RepoName::Was(index));
    }

    /// Moves every repo of a renamed account.
    pub(super) fn move_namespace(&mut self, from: &str, to: &str) {
        let repos = self.repos_by_owner.get(&folded(from)).cloned().unwrap_or_default();
        for index in repos {
            let name = self.repo(index).id.split_once('/').map(|(_, name)| name.to_owned());
            if let Some(name) = name {
                // Names below a fresh namespace can only be taken by repos without an account.
                let _ = self.move_repo(index, &format!("{to}/{name}"));
            }
        }
    }

    pub(crate) fn attach_to_group(&mut self, index: RepoIx, group: ObjectId) {
        self.repo_mut(index).group = Some(group);
    }

    /// Puts a repo into a resource group of its organization, or into none.
    pub(crate) fn set_repo_group(&mut self, index: RepoIx, group: Option<ObjectId>) {
        self.detach_from_group(index);
        let Some(group) = group else { return };
        let repo = self.repo(index);
        let (kind, id) = (repo.kind, repo.id.clone());
        let owner = repo.owner().and_then(|owner| self.account(owner));
        if let Some(Account::Org(org)) = owner
            && let Some(found) = self.org_mut(org).groups.iter_mut().find(|one| one.id == group)
        {
            found.repos.push(GroupRepo { kind, id });
            self.attach_to_group(index, group);
        }
    }

    /// Every repo there is.
    pub(crate) fn all_repos(&self) -> impl Iterator<Item = (RepoIx, &Repo)> {
        let numbered = (0..).map(RepoIx).zip(&self.repos);
        numbered.filter(|(_, repo)| !repo.deleted)
    }

    /// The repos of an account with their places.
    pub(crate) fn repo_indexes_of(&self, owner: &str) -> &[RepoIx] {
        self.repos_by_owner.get(&folded(owner)).map_or(&[][..], Vec::as_slice)
    }

    fn disown(&mut self, index: RepoIx) {
        if let Some(owner) = self.repo(index).owner().map(folded)
            && let Some(repos) = self.repos_by_owner.get_mut(&owner)
        {
            repos.retain(|&other| other != index);
        }
    }

    /// A resource group lists its repos by their names of today.
    fn rename_in_group(&mut self, index: RepoIx, to: &str) {
        let (kind, id, group) =
            (self.repo(index).kind, self.repo(index).id.clone(), self.repo(index).group);
        let owner = id.split_once('/').and_then(|(owner, _)| self.account(owner));
        if let (Some(group), Some(Account::Org(org))) = (group, owner)
            && let Some(found) = self.org_mut(org).groups.iter_mut().find(|one| one.id == group)
        {
            for repo in found.repos.iter_mut().filter(|repo| repo.kind == kind && repo.id == id) {
                repo.id = to.into();
            }
        }
    }

    fn detach_from_group(&mut self, index: RepoIx) {
        let repo = self.repo_mut(index);
        let (kind, id) = (repo.kind, repo.id.clone());
        if repo.group.take().is_none() {
            return;
        }
        let owner = id.split_once('/').map(|(owner, _)| owner).unwrap_or_default();
        if let Some(Account::Org(org)) = self.account(owner) {
            for group in &mut self.org_mut(org).groups {
                group.repos.retain(|repo| repo.kind != kind || repo.id != id);
            }
        }
    }
}

/// A commit id that looks like one and is the same every time.
fn sha_of(oid: ObjectId) -> String {
    let oid = oid.to_string();
    let (head, tail) = oid.split_at(8);
    format!("{tail}{head}{tail}")
}
