//! What a probe is about: names and ids of what the caller owns, by the names of the fields.

use std::collections::BTreeMap;

use hubfolk_api::account::Role;
use hubfolk_api::whoami::Whoami;
use serde_json::{Value, json};

use crate::names::RepoName;

/// Fields of answers that tell what to ask for next: operation, place, field.
const TELLING: &[(&str, &str, &str)] = &[
    ("list_user_repos", "/0/id", "repo"),
    ("list_models", "/0/id", "repo"),
    ("get_repo_discussions", "/discussions/0/num", "num"),
    ("list_collections", "/0/slug", "slug"),
    ("list_webhooks", "/0/id", "webhookid"),
    ("list_resource_groups", "/0/id", "resourcegroupid"),
    ("list_service_accounts", "/0/_id", "serviceaccountid"),
    ("list_scim_users", "/Resources/0/id", "userid"),
    ("list_scim_groups", "/Resources/0/id", "groupid"),
];

/// Values for the fields of requests.
#[derive(Debug)]
pub(super) struct Known(BTreeMap<String, Value>);

/// `resource_group_id` and `resourceGroupId` are one name.
fn folded(name: &str) -> String {
    name.replace('_', "").to_lowercase()
}

impl Known {
    /// What the caller says and whoami knows.
    pub(super) fn of(me: Option<&Whoami>, org: Option<String>, repo: Option<RepoName>) -> Self {
        let mut known = Self(BTreeMap::new());
        let administered = || {
            let orgs = me?.orgs.as_ref()?;
            let own = orgs.iter().find(|org| org.role_in_org == Some(Role::Admin));
            Some(own.or(orgs.first())?.username.clone())
        };
        let organization = org.or_else(administered);
        if let Some(me) = me {
            known.put("username", json!(me.username));
            known.put("q", json!(me.username));
        }
        if let Some(organization) = organization {
            // Lists by owner or author are asked for the organization.
            for field in ["organization", "owner", "author", "namespace"] {
                known.put(field, json!(organization));
            }
        }
        if let Some(repo) = repo {
            let kind = match repo.folder {
                Some("datasets") => "dataset",
                Some("spaces") => "space",
                Some("kernels") => "kernel",
                _ => "model",
            };
            known.put("repo", json!(repo.id));
            known.put("type", json!(kind));
            known.put("repotype", json!(kind));
        } else {
            known.put("type", json!("model"));
            known.put("repotype", json!("model"));
        }
        known.put("status", json!("pending"));
        known.put("tree", json!("scim"));
        known.put("schemaid", json!(hubfolk_api::scim::USER_SCHEMA));
        // The first months of 2026, in Unix seconds.
        known.put("startdate", json!(1_767_225_600));
        known.put("enddate", json!(1_774_915_200));
        known
    }

    fn put(&mut self, field: &str, value: Value) {
        self.0.entry(folded(field)).or_insert(value);
    }

    /// The value for a field of a request.
    pub(super) fn value(&self, field: &str) -> Option<&Value> {
        self.0.get(&folded(field))
    }

    /// Takes in what an answer tells.
    pub(super) fn learn(&mut self, operation: &str, answer: &Value) {
        for (_, place, field) in TELLING.iter().filter(|(name, ..)| *name == operation) {
            if let Some(value) = answer.pointer(place) {
                self.put(field, value.clone());
            }
        }
    }
}
