//! Requests for access to gated repos.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::{AccessStatus, ChangeError, Gated, RepoIx, RepoType, UserIx, World};
use crate::id::{IdKind, ObjectId};

/// Somebody's request for access.
#[derive(Debug, Clone)]
pub(crate) struct AccessRequest {
    pub(crate) user: UserIx,
    pub(crate) status: AccessStatus,
    pub(crate) timestamp: Timestamp,
    pub(crate) reviewed_at: Option<Timestamp>,
    pub(crate) granted_by: Option<UserIx>,
    pub(crate) fields: Map<String, Value>,
    /// The person was let in without asking; the Hub does not know an address then.
    pub(crate) unasked: bool,
    /// Sent as `requestId`, which the Hub of October 2026 did not do.
    pub(crate) shown_id: Option<ObjectId>,
}

/// The requests for access to one repo.
#[derive(Debug, Default)]
pub(crate) struct AccessBook {
    /// By id, which sorts by time.
    pub(crate) requests: BTreeMap<ObjectId, AccessRequest>,
    of: HashMap<UserIx, ObjectId>,
}

impl AccessBook {
    pub(crate) fn of(&self, user: UserIx) -> Option<&AccessRequest> {
        self.requests.get(self.of.get(&user)?)
    }

    fn of_mut(&mut self, user: UserIx) -> Option<&mut AccessRequest> {
        self.requests.get_mut(self.of.get(&user)?)
    }

    fn put(&mut self, id: ObjectId, request: AccessRequest) {
        if let Some(before) = self.of.insert(request.user, id) {
            self.requests.remove(&before);
        }
        self.requests.insert(id, request);
    }

    fn remove(&mut self, user: UserIx) -> bool {
        self.of.remove(&user).is_some_and(|id| self.requests.remove(&id).is_some())
    }
}

/// What came of a decision about one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Decided {
    /// It is as it was told.
    Changed,
    /// It was like that before.
    Same,
    /// This person has never asked.
    NoRequest,
}

impl World {
    /// Adds somebody's request for access to a repo, or replaces it.
    ///
    /// # Errors
    ///
    /// When there is no such repo or user.
    pub fn add_access_request(
        &mut self,
        kind: RepoType,
        repo: &str,
        user: &str,
        status: AccessStatus,
        at: Timestamp,
    ) -> Result<(), ChangeError> {
        let repo = self.repo_named(kind, repo)?;
        let user = self.user_named(user)?;
        let reviewed_at = (status != AccessStatus::Pending).then_some(at);
        let request = AccessRequest { status, reviewed_at, ..AccessRequest::asked(user, at) };
        self.put_access_request(repo, request);
        Ok(())
    }

    /// What became of somebody's request for access; `None` when there is none.
    ///
    /// # Errors
    ///
    /// When there is no such repo or user.
    pub fn access_request(
        &self,
        kind: RepoType,
        repo: &str,
        user: &str,
    ) -> Result<Option<AccessStatus>, ChangeError> {
        Ok(self.access_status(self.repo_named(kind, repo)?, self.user_named(user)?))
    }

    pub(super) fn put_access_request(&mut self, repo: RepoIx, mut request: AccessRequest) {
        self.made_up[IdKind::AccessRequest as usize] += 1;
        let seconds = u32::try_from(request.timestamp.as_second()).unwrap_or(0);
        let id = ObjectId::from_parts(seconds, self.made_up[IdKind::AccessRequest as usize]);
        request.shown_id = request.shown_id.map(|_| id);
        self.access.entry(repo).or_default().put(id, request);
    }

    pub(crate) fn access_status(&self, repo: RepoIx, user: UserIx) -> Option<AccessStatus> {
        Some(self.access.get(&repo)?.of(user)?.status)
    }

    pub(crate) fn access_book(&self, repo: RepoIx) -> Option<&AccessBook> {
        self.access.get(&repo)
    }

    /// A person asks. Who has been rejected, or waits already, changes nothing by that.
    pub(crate) fn ask_access(
        &mut self,
        repo: RepoIx,
        user: UserIx,
        fields: Map<String, Value>,
        at: Timestamp,
    ) {
        if !matches!(self.access_status(repo, user), None | Some(AccessStatus::Reset)) {
            return;
        }
        let mut request = AccessRequest { fields, ..AccessRequest::asked(user, at) };
        if self.repo(repo).gated == Gated::Auto {
            request.status = AccessStatus::Accepted;
            request.reviewed_at = Some(at);
        }
        self.put_access_request(repo, request);
    }

    /// A person takes their own request back; false when none waits.
    pub(crate) fn withdraw_access_request(&mut self, repo: RepoIx, user: UserIx) -> bool {
        self.access_status(repo, user) == Some(AccessStatus::Pending)
            && self.access.get_mut(&repo).is_some_and(|book| book.remove(user))
    }

    /// Somebody decides about a person who has asked.
    pub(crate) fn decide_access(
        &mut self,
        repo: RepoIx,
        user: UserIx,
        status: AccessStatus,
        by: UserIx,
        at: Timestamp,
    ) -> Decided {
        let Some(request) = self.access.get_mut(&repo).and_then(|book| book.of_mut(user)) else {
            return Decided::NoRequest;
        };
        if request.status == status {
            return Decided::Same;
        }
        request.status = status;
        request.reviewed_at = (status != AccessStatus::Pending).then_some(at);
        request.granted_by = (status == AccessStatus::Accepted).then_some(by);
        Decided::Changed
    }

    /// Somebody lets a person in, whatever was before; false when they are in already.
    pub(crate) fn grant_access(
        &mut self,
        repo: RepoIx,
        user: UserIx,
        by: UserIx,
        at: Timestamp,
    ) -> bool {
        match self.decide_access(repo, user, AccessStatus::Accepted, by, at) {
            Decided::Changed => true,
            Decided::Same => false,
            Decided::NoRequest => {
                let request = AccessRequest {
                    status: AccessStatus::Accepted,
                    reviewed_at: Some(at),
                    granted_by: Some(by),
                    unasked: true,
                    ..AccessRequest::asked(user, at)
                };
                self.put_access_request(repo, request);
                true
            }
        }
    }

    /// Forgets the requests of an account that goes away.
    pub(super) fn forget_access_requests(&mut self, user: UserIx) {
        for book in self.access.values_mut() {
            book.remove(user);
        }
    }
}

impl AccessRequest {
    /// A request that waits.
    pub(super) fn asked(user: UserIx, at: Timestamp) -> Self {
        Self {
            user,
            status: AccessStatus::Pending,
            timestamp: at,
            reviewed_at: None,
            granted_by: None,
            fields: Map::new(),
            unasked: false,
            // Any id stands for "is shown"; the right one comes with the place in the book.
            shown_id: Some(ObjectId::from_parts(0, 0)),
        }
    }
}
