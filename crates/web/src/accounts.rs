//! Local accounts: made on the Accounts page and by `hubfolk serve user add`.

use hubfolk_store::{Account, AccountKind, NewAccount, OrgGrant, Store};
use jiff::Timestamp;
use serde_json::json;

use crate::access::Role;
use crate::log::Deed;
use crate::problem::Problem;

/// An account to be made.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Its name.
    pub name: String,
    /// The argon2id hash of its password, see [`crate::password::hash`].
    pub password: String,
    /// Its role.
    pub role: Role,
    /// The organizations it is for, by row id; none for all.
    pub orgs: Vec<i64>,
}

/// What is wrong with the name of an account, if anything.
#[must_use]
pub fn objection(name: &str) -> Option<&'static str> {
    let length = name.chars().count();
    if length == 0 || length > 64 {
        Some("a name has 1 to 64 characters")
    } else if name.chars().any(|c| c.is_control()) || name.trim() != name {
        Some("a name has no control characters and no blanks around it")
    } else {
        None
    }
}

/// What tells accounts apart: names in any case are one.
pub(crate) fn key(name: &str) -> String {
    name.to_lowercase()
}

/// Makes an account, or gives the one of that name this password and role.
///
/// # Errors
///
/// When the database fails.
pub fn save(
    store: &mut Store,
    wanted: Wanted,
    by: &str,
    now: Timestamp,
) -> Result<Account, Problem> {
    let everywhere = wanted.orgs.is_empty();
    let grants = wanted.orgs.iter().map(|&org| OrgGrant { org, role: wanted.role.name().into() });
    let new = NewAccount {
        kind: AccountKind::Local,
        key: key(&wanted.name),
        name: wanted.name,
        password: Some(wanted.password),
        role: everywhere.then(|| wanted.role.name().to_owned()),
        orgs: grants.collect(),
    };
    let account = store.save_account(&new, now.as_microsecond())?;
    // Whoever was signed in with the old password or role begins anew.
    store.end_sessions(Some(account.id), "")?;
    Deed::by(by.to_owned(), now, "account.saved")
        .on(account.name.clone())
        .detail(json!({ "role": wanted.role.name(), "orgs": wanted.orgs }))
        .write(store)?;
    Ok(account)
}

/// Whether anybody could sign in as an admin with a password or at the Hub.
///
/// # Errors
///
/// When the database fails.
pub fn any_admin(store: &mut Store) -> Result<bool, Problem> {
    let admin =
        |account: Account| !account.disabled && account.role.as_deref() == Some(Role::Admin.name());
    Ok(store.accounts()?.into_iter().any(admin))
}

/// Removes an account with its sessions; its tokens are revoked.
///
/// # Errors
///
/// When the database fails.
pub fn remove(
    store: &mut Store,
    account: &Account,
    by: &str,
    now: Timestamp,
) -> Result<(), Problem> {
    store.remove_account(account.id, now.as_microsecond())?;
    Deed::by(by.to_owned(), now, "account.removed").on(account.name.clone()).write(store)
}
