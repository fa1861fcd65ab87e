//! Who follows whom, and who likes what.

use jiff::Timestamp;

use super::{Account, ChangeError, LONG_AGO, RepoIx, RepoType, UserIx, World};
use crate::id::{IdKind, ObjectId};

impl World {
    /// Makes a user follow a user or an organization; twice is once.
    ///
    /// # Errors
    ///
    /// When one of them does not exist.
    pub fn follow(&mut self, from: &str, to: &str) -> Result<(), ChangeError> {
        let from = self.user_named(from)?;
        let to = self.account(to).ok_or_else(|| ChangeError::NoSuchUser(to.to_owned()))?;
        self.insert_follow(from, to);
        Ok(())
    }

    /// Ends that, where it was.
    ///
    /// # Errors
    ///
    /// When one of them does not exist.
    pub fn unfollow(&mut self, from: &str, to: &str) -> Result<(), ChangeError> {
        let from = self.user_named(from)?;
        let to = self.account(to).ok_or_else(|| ChangeError::NoSuchUser(to.to_owned()))?;
        self.remove_follow(from, to);
        Ok(())
    }

    pub(super) fn insert_follow(&mut self, from: UserIx, to: Account) {
        if self.follows.contains_key(&(from, to)) {
            return;
        }
        let id = self.next_id(IdKind::Follow);
        self.follows.insert((from, to), id);
        match to {
            Account::User(user) => {
                self.users[user.0 as usize].followers.insert(id, from);
                self.users[from.0 as usize].following.insert(id, user);
            }
            Account::Org(org) => {
                self.orgs[org.0 as usize].followers.insert(id, from);
                self.users[from.0 as usize].following_orgs += 1;
            }
        }
    }

    fn remove_follow(&mut self, from: UserIx, to: Account) {
        let Some(id) = self.follows.remove(&(from, to)) else { return };
        match to {
            Account::User(user) => {
                self.users[user.0 as usize].followers.remove(&id);
                self.users[from.0 as usize].following.remove(&id);
            }
            Account::Org(org) => {
                self.orgs[org.0 as usize].followers.remove(&id);
                self.users[from.0 as usize].following_orgs -= 1;
            }
        }
    }

    /// Makes a user like a repo; twice is once.
    ///
    /// # Errors
    ///
    /// When one of them does not exist.
    pub fn like(
        &mut self,
        user: &str,
        kind: RepoType,
        repo: &str,
        at: Option<Timestamp>,
    ) -> Result<(), ChangeError> {
        let user = self.user_named(user)?;
        let repo = self.repo_named(kind, repo)?;
        self.insert_like(user, repo, at.unwrap_or(LONG_AGO));
        Ok(())
    }

    pub(super) fn insert_like(&mut self, user: UserIx, repo: RepoIx, at: Timestamp) {
        if self.liked.contains_key(&(user, repo)) {
            return;
        }
        self.made_up[IdKind::Like as usize] += 1;
        let seconds = u32::try_from(at.as_second()).unwrap_or(0);
        let id = ObjectId::from_parts(seconds, self.made_up[IdKind::Like as usize]);
        self.liked.insert((user, repo), id);
        self.users[user.0 as usize].likes.insert(id, repo);
        self.repo_mut(repo).likers.insert(id, (user, at));
    }

    /// Takes a like back; false when there was none.
    pub(crate) fn remove_like(&mut self, user: UserIx, repo: RepoIx) -> bool {
        let Some(id) = self.liked.remove(&(user, repo)) else { return false };
        self.users[user.0 as usize].likes.remove(&id);
        self.repo_mut(repo).likers.remove(&id);
        true
    }

    pub(crate) fn likes(&self, user: UserIx, repo: RepoIx) -> bool {
        self.liked.contains_key(&(user, repo))
    }

    pub(crate) fn is_following(&self, from: UserIx, to: Account) -> bool {
        self.follows.contains_key(&(from, to))
    }

    /// Takes back every like and follow of an account that is going away, and follows of it.
    pub(super) fn forget_social(&mut self, user: UserIx) {
        let likes: Vec<RepoIx> = self.user(user).likes.values().copied().collect();
        for repo in likes {
            self.remove_like(user, repo);
        }
        let edges: Vec<(UserIx, Account)> = self
            .follows
            .keys()
            .filter(|(from, to)| *from == user || *to == Account::User(user))
            .copied()
            .collect();
        for (from, to) in edges {
            self.remove_follow(from, to);
        }
    }
}
