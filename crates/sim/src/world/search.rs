//! Everything of a kind, for searches.

use super::collections::{Bucket, Paper};
use super::{User, World};

impl World {
    /// Every account of a person, in the order they were added.
    pub(crate) fn all_users(&self) -> impl Iterator<Item = &User> {
        self.users.iter().filter(|user| self.users_by_id.contains_key(&user.id))
    }

    /// Every paper, by its id.
    pub(crate) fn all_papers(&self) -> Vec<&Paper> {
        let mut papers: Vec<&Paper> = self.papers.values().collect();
        papers.sort_by(|a, b| a.id.cmp(&b.id));
        papers
    }

    /// Every storage bucket, by its id.
    pub(crate) fn all_buckets(&self) -> Vec<&Bucket> {
        let mut buckets: Vec<&Bucket> = self.buckets.values().collect();
        buckets.sort_by(|a, b| a.id.cmp(&b.id));
        buckets
    }
}
