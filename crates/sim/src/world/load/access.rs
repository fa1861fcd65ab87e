//! Requests for access, from a world file.

use super::Loader;
use crate::world::access::AccessRequest;
use crate::world::file::AccessRequestEntry;
use crate::world::{AccessStatus, LONG_AGO};

impl Loader {
    pub(super) fn access_request(&mut self, place: &str, entry: AccessRequestEntry) {
        let user = self.checks.user(&self.world, format!("{place}.user"), &entry.user);
        let repo = self.checks.repo(&self.world, format!("{place}.id"), entry.kind, &entry.id);
        let granted_by = entry
            .granted_by
            .as_ref()
            .and_then(|by| self.checks.user(&self.world, format!("{place}.grantedBy"), by));
        let (Some(user), Some(repo)) = (user, repo) else { return };
        if self.world.access_status(repo, user).is_some() {
            let message =
                format!("`{}` has a request for this repo already; keep one of them", entry.user);
            self.checks.add(place.to_owned(), message);
            return;
        }
        let at = entry.timestamp.unwrap_or(LONG_AGO);
        let asked = AccessRequest::asked(user, at);
        let request = AccessRequest {
            status: entry.status,
            reviewed_at: (entry.status != AccessStatus::Pending)
                .then_some(entry.reviewed_at.unwrap_or(at)),
            granted_by,
            fields: entry.fields,
            shown_id: asked.shown_id.filter(|_| entry.show_request_id),
            ..asked
        };
        self.world.put_access_request(repo, request);
    }
}
