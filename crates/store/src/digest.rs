//! The digest of a member list: what a run published, in one line that anybody can recompute.
//!
//! SHA-256 over the SHA-256 of each member, in order of the people's ids. A member's own digest is
//! over a JSON array of everything the ledger knows, so that a changed cell anywhere shows.

use sha2::{Digest as _, Sha256};

use crate::conn::Conn;
use crate::members::open_by_id;
use crate::{AsOf, MemberState, Micros, Result, Store};

/// The digest of a list while members are added to it in order of their ids.
#[derive(Debug, Default)]
pub(crate) struct ListDigest(Sha256);

impl ListDigest {
    pub(crate) fn add(&mut self, state: &MemberState) {
        self.0.update(member_digest(state));
    }

    pub(crate) fn finish(self) -> String {
        let bytes = self.0.finalize();
        let mut text = String::with_capacity(7 + 64);
        text.push_str("sha256:");
        for byte in bytes {
            text.push_str(&format!("{byte:02x}"));
        }
        text
    }
}

fn member_digest(state: &MemberState) -> [u8; 32] {
    let groups: Vec<[&str; 2]> =
        state.groups.iter().map(|g| [g.id.as_str(), g.role.as_str()]).collect();
    let row = (
        &state.user_id,
        &state.username,
        &state.fullname,
        &state.email,
        &state.role,
        state.is_pro,
        state.two_factor,
        state.external,
        groups,
        state.known.names(),
        state.status.name(),
        state.first_seen,
    );
    Sha256::digest(serde_json::to_vec(&row).expect("plain values always serialize")).into()
}

/// The digest of everyone listed or missing now.
pub(crate) fn now(conn: &mut Conn, org_id: i64) -> Result<String> {
    let mut digest = ListDigest::default();
    let mut after = String::new();
    loop {
        let page = open_by_id(conn, org_id, &after)?;
        let Some(last) = page.last() else {
            return Ok(digest.finish());
        };
        after.clone_from(&last.state.user_id);
        page.iter().for_each(|member| digest.add(&member.state));
    }
}

impl Store {
    /// The digest of the member list as of a moment, recomputed from the ledger.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn digest_at(&mut self, org_id: i64, at: Micros) -> Result<String> {
        let mut rows: Vec<(String, [u8; 32])> = Vec::new();
        self.members(org_id, AsOf::At(at), false, |member| {
            let digest = member_digest(&member.state);
            rows.push((member.state.user_id, digest));
            Ok::<_, crate::Error>(())
        })?;
        rows.sort();
        let mut digest = ListDigest::default();
        rows.iter().for_each(|(_, row)| digest.0.update(row));
        Ok(digest.finish())
    }
}
