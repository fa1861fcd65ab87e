//! The world most tests look at.

use hubfolk_sim::{Running, Sim, World};
use serde_json::json;

pub(crate) const ADMIN: &str = "hf_test_admin";
pub(crate) const MEMBER: &str = "hf_test_member";
pub(crate) const OUTSIDER: &str = "hf_test_outsider";
pub(crate) const READER: &str = "hf_test_reader";
pub(crate) const EXPIRED: &str = "hf_test_expired";
/// Fine-grained, of the admin, without any scope.
pub(crate) const NARROW: &str = "hf_test_narrow";
/// Fine-grained, of the admin, for `acme` and its repos.
pub(crate) const SCOPED: &str = "hf_test_scoped";

pub(crate) fn world() -> World {
    let scopes = |permissions: &[&str]| json!({ "scoped": [{ "entity": { "type": "org", "name": "acme" }, "permissions": permissions }] });
    let file = json!({
        "users": [
            { "_id": "6319b36409baf858241f0f89", "name": "ada", "fullname": "Ada L.", "isPro": true,
              "twoFaEnabled": true, "email": "ada@acme.com", "emailVerified": true,
              "periodEnd": 1793491200, "billingMode": "prepaid",
              "createdAt": "2022-09-08T09:18:28.000Z", "counters": { "numUpvotes": 11 },
              "socialHandles": { "github": "ada" } },
            { "name": "bob", "fullname": "Bob" },
            { "name": "Cleo" },
            { "name": "eve" },
        ],
        "orgs": [
            { "_id": "5e67bd5b1009063689407478", "name": "acme", "fullname": "Acme", "plan": "enterprise",
              "isVerified": true, "emailDomains": ["acme.com"],
              "members": [
                { "user": "ada", "role": "admin", "verifiedEmail": "ada@acme.com" },
                { "user": "bob", "role": "write", "isExternalCollaborator": true },
                { "user": "Cleo", "role": "no_access" },
              ],
              "resourceGroups": [
                { "id": "507f1f77bcf86cd799439011", "name": "research",
                  "users": [{ "user": "bob", "role": "read" }],
                  "repos": [{ "type": "model", "name": "acme/grouped" }] },
                { "name": "empty" },
              ],
              "serviceAccounts": [{ "user": "acme-ci", "createdAt": "2026-01-01T00:00:00Z" }],
              "auditLog": [
                { "createdAt": "2026-01-02T00:00:00Z", "type": "org.add_user", "message": "ada added bob",
                  "author": { "user": "ada", "type": "user" }, "data": { "user": "bob" } },
                { "createdAt": "2026-01-03T00:00:00Z", "type": "org.leave", "message": "dan left" },
              ] },
            { "name": "quiet", "hideMembers": true, "members": [{ "user": "bob", "role": "read" }] },
        ],
        "repos": [
            { "id": "acme/open" },
            { "id": "acme/secret", "private": true },
            { "id": "acme/grouped", "private": true },
            { "id": "eve/gated", "gated": "manual" },
            { "type": "dataset", "id": "eve/gated-data", "gated": "auto" },
            { "type": "space", "id": "ada/show", "sdk": "static", "title": "A show" },
            { "id": "gpt2", "renamedFrom": ["openai-gpt2"], "likes": 4200 },
        ],
        "tokens": [
            { "token": ADMIN, "user": "ada", "role": "write", "displayName": "ci",
              "createdAt": "2026-10-06T13:15:23.159Z" },
            { "token": READER, "user": "ada", "role": "read" },
            { "token": MEMBER, "user": "bob", "role": "write" },
            { "token": OUTSIDER, "user": "eve", "role": "write" },
            { "token": EXPIRED, "user": "ada", "role": "write", "expiresAt": "2025-01-01T00:00:00Z" },
            { "token": NARROW, "user": "ada", "role": "fineGrained", "fineGrained": { "scoped": [] } },
            { "token": SCOPED, "user": "ada", "role": "fineGrained",
              "fineGrained": scopes(&["org.read", "repo.content.read"]) },
        ],
        "follows": [
            { "from": "bob", "to": "ada" }, { "from": "eve", "to": "ada" },
            { "from": "ada", "to": "bob" }, { "from": "bob", "to": "acme" },
        ],
        "likes": [
            { "user": "bob", "id": "acme/open", "createdAt": "2026-02-02T00:00:00Z" },
            { "user": "bob", "type": "space", "id": "ada/show", "createdAt": "2026-02-03T00:00:00Z" },
            { "user": "bob", "id": "acme/secret", "createdAt": "2026-02-04T00:00:00Z" },
            { "user": "eve", "id": "acme/open" },
        ],
        "accessRequests": [
            { "id": "eve/gated", "user": "ada", "status": "pending" },
            { "id": "eve/gated", "user": "bob", "status": "accepted" },
            { "type": "dataset", "id": "eve/gated-data", "user": "ada", "status": "rejected" },
            { "type": "dataset", "id": "eve/gated-data", "user": "bob", "status": "reset" },
        ],
    });
    World::from_json(&file.to_string()).unwrap()
}

pub(crate) fn hub() -> Running {
    Sim::builder().world(world()).start_on_thread().unwrap()
}

/// One organization `big` of so many members, `big-admin` among them.
pub(crate) fn big(members: usize) -> Running {
    Sim::builder().world(World::big(members)).start_on_thread().unwrap()
}
