//! Whose session is whose: a session answers only the caller who began it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use rmcp::transport::streamable_http_server::session::{
    SessionId, SessionManager, local::LocalSessionManager,
};
use tokio::time::Instant;

/// Most sessions at a time; beyond, the one that has been silent longest ends.
const MOST: usize = 1_024;

/// The sessions that are open and who began each.
#[derive(Debug)]
pub(super) struct Owners {
    manager: Arc<LocalSessionManager>,
    known: Mutex<HashMap<SessionId, (String, Instant)>>,
}

impl Owners {
    pub(super) fn new(manager: Arc<LocalSessionManager>) -> Self {
        Self { manager, known: Mutex::default() }
    }

    /// Whether a session may be used by this caller. To others it looks as if there were none.
    pub(super) fn is_of(&self, session: &str, principal: &str) -> bool {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        match known.get_mut(session) {
            Some((owner, used)) => {
                *used = Instant::now();
                owner == principal
            }
            None => false,
        }
    }

    /// Takes note of who began a session.
    pub(super) async fn began(&self, session: &str, principal: &str) {
        let now = Instant::now();
        let oldest = {
            let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            known.insert(session.into(), (principal.to_owned(), now));
            let full = known.len() > MOST;
            let oldest = full.then(|| known.iter().min_by_key(|(_, (_, used))| *used));
            let oldest = oldest.flatten().map(|(session, _)| session.clone());
            if let Some(oldest) = &oldest {
                known.remove(oldest);
            }
            oldest
        };
        if let Some(oldest) = oldest {
            // It may have ended by itself already.
            let _ = self.manager.close_session(&oldest).await;
        }
    }

    /// Forgets a session that ended.
    pub(super) fn ended(&self, session: &str) {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).remove(session);
    }
}
