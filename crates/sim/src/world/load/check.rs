//! What a world file may get wrong beyond its form.

use std::collections::HashSet;

use super::super::file::RepoType;
use super::super::{Account, Problem, RepoFound, RepoIx, UserIx, World, check_name};
use crate::id::ObjectId;

#[derive(Debug, Default)]
pub(super) struct Checks {
    pub(super) problems: Vec<Problem>,
    /// Every id that the file names.
    pub(super) named_ids: HashSet<ObjectId>,
    used_ids: HashSet<ObjectId>,
}

impl Checks {
    pub(super) fn add(&mut self, place: String, message: String) {
        self.problems.push(Problem { place, message });
    }

    pub(super) fn once(&mut self, place: String, id: ObjectId) {
        if !self.used_ids.insert(id) {
            self.add(place, format!("the id {id} stands further up; give this one another id"));
        }
    }

    pub(super) fn taken(&mut self, place: String, name: &str) {
        self.add(place, format!("`{name}` stands further up; give this one another name"));
    }

    /// The account's name, if it has a possible one.
    pub(super) fn account_name(
        &mut self,
        place: &str,
        name: Option<&str>,
        what: &str,
    ) -> Option<String> {
        let Some(name) = name else {
            self.add(place.to_owned(), format!("this {what} has no `name`; add one"));
            return None;
        };
        if let Err(problem) = check_name(name) {
            let message = format!("`{name}` cannot be an account name: {problem}");
            self.add(format!("{place}.name"), message);
            return None;
        }
        Some(name.to_owned())
    }

    pub(super) fn user(&mut self, world: &World, place: String, name: &str) -> Option<UserIx> {
        match world.account(name) {
            Some(Account::User(user)) => return Some(user),
            Some(Account::Org(_)) => {
                self.add(place, format!("`{name}` is an organization; a user is needed here"));
            }
            None => self.add(place, format!("there is no user `{name}`; add it to `users`")),
        }
        None
    }

    pub(super) fn account(&mut self, world: &World, place: String, name: &str) -> Option<Account> {
        let account = world.account(name);
        if account.is_none() {
            let message =
                format!("there is no user or organization `{name}`; add it to `users` or `orgs`");
            self.add(place, message);
        }
        account
    }

    pub(super) fn repo(
        &mut self,
        world: &World,
        place: String,
        kind: RepoType,
        id: &str,
    ) -> Option<RepoIx> {
        if let RepoFound::Here(repo) | RepoFound::Moved(repo) = world.find_repo(kind, id) {
            return Some(repo);
        }
        self.add(place, format!("there is no {} `{id}`; add it to `repos`", kind.as_str()));
        None
    }
}
