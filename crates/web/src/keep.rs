//! Keeping an organization without the form, for programs that know what they want.

use std::path::Path;

use hubfolk_api::Secret;
use hubfolk_store::{Credential, Org, OrgSetting, Store, Turn};
use jiff::Timestamp;

use crate::problem::Problem;
use crate::token_place::write_token;

/// Has a service with this state folder sync an organization every hour, first in an hour.
///
/// # Errors
///
/// When the state folder or the database cannot be written.
pub fn keep(
    store: &mut Store,
    state: &Path,
    org: &Org,
    token: &str,
    now: Timestamp,
) -> Result<(), Problem> {
    let place = write_token(state, org.id, &Secret::new(token));
    let place = place.map_err(|error| Problem::internal(&error))?;
    store.save_credential(&Credential {
        org_id: org.id,
        kind: "stored".to_owned(),
        place,
        ..Credential::default()
    })?;
    let now = now.as_microsecond();
    store.save_org_setting(&OrgSetting::new(org.id, "every 1h", now))?;
    let next_at = now + 3_600_000_000;
    store.save_turn(&Turn { org_id: org.id, next_at, failures: 0, waiting: None })?;
    Ok(())
}
