//! What the demo's administrators have set up: what groups and service accounts are for, a token of
//! one, network rules, and how much the repositories store.

use hubfolk_api::organizations::{ContentRule, EnforceAuth};
use hubfolk_api::resource_groups::SpendLimits;
use serde_json::json;

use super::{DEMO_ORGANIZATION, DEMO_SERVICE_TOKEN, FIRST_WEEK};
use crate::chance::Chance;
use crate::world::{
    Account, ChangeError, FineGrained, Network, Scope, ScopeEntity, TokenRole, World,
};

/// What some of the groups are for.
const PURPOSES: [(&str, &str); 4] = [
    ("research", "Models before they are released"),
    ("partners", "What partners may see of it"),
    ("interns", "Sandboxes, emptied every summer"),
    ("security-review", "Read access to everything, for reviews"),
];

/// What the service accounts are for, by username.
const DUTIES: [(&str, &str); 3] = [
    ("meridian-ci", "Builds and uploads what is merged"),
    ("meridian-mirror", "Copies the datasets every night"),
    ("meridian-backup", "Reads everything, writes nothing"),
];

pub(super) fn add(world: &mut World, seed: u64) -> Result<(), ChangeError> {
    // A stream of its own: the members of the demo do not depend on it.
    let mut chance = Chance::stream(seed, "demo governance");
    let Some(Account::Org(index)) = world.account(DEMO_ORGANIZATION) else { return Ok(()) };
    let org = world.org_mut(index);
    for group in &mut org.groups {
        let purpose = PURPOSES.iter().find(|(name, _)| **name == *group.name);
        group.description = purpose.map(|(_, text)| (*text).to_owned());
        if &*group.name == "interns" {
            group.spend_limits = SpendLimits::total(Some(50_000));
        }
    }
    for account in &mut org.service_accounts {
        let duty = DUTIES.iter().find(|(name, _)| **name == *account.user);
        account.description = duty.map(|(_, text)| (*text).to_owned());
    }
    org.network = Network {
        enforce_auth: EnforceAuth::No,
        ip_ranges: vec!["192.0.2.0/24".to_owned(), "2001:db8:4d::/48".to_owned()],
        blocked_contents: vec![ContentRule::new("space", "walk-in")],
        ..Network::default()
    };
    let own =
        ScopeEntity { id: Some(org.id), name: Some(org.name.to_string()), kind: "org".to_owned() };
    let permissions = ["org.read", "repo.content.read", "repo.write"].map(str::to_owned).into();
    let scope = Scope { entity: own, permissions };
    world.add_token(DEMO_SERVICE_TOKEN, "meridian-ci", TokenRole::FineGrained, None)?;
    if let Some(token) = world.token_mut(DEMO_SERVICE_TOKEN) {
        token.display_name = "pipeline".into();
        token.created_at = FIRST_WEEK;
        token.repo_scopes_replace = true;
        token.fine_grained = Some(FineGrained { scoped: vec![scope], ..FineGrained::default() });
    }
    for repo in world.repos_mut_of(DEMO_ORGANIZATION) {
        let bytes = 40_000_000 + chance.below(9_000_000_000) as u64;
        repo.extra.insert("usedStorage".to_owned(), json!(bytes));
    }
    Ok(())
}
