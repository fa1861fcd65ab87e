//! What the SCIM server says about itself.

use hubfolk_api::scim::{
    GROUP_SCHEMA, GetScimSchema, GetScimServiceProviderConfig, ListScimResourceTypes,
    ListScimSchemas, ScimTree, USER_SCHEMA,
};
use serde_json::{Value, json};

use super::super::{Ask, Behaviour, Show};
use super::place;
use crate::answer::{Answer, Refusal};

const DOCUMENTATION: &str = "https://huggingface.co/docs/hub/enterprise-scim";

fn base(organization: &str) -> String {
    format!("https://huggingface.co/api/organizations/{organization}/scim/v2")
}

/// The organization's name as it is written, for a caller who may ask.
fn name(ask: &Ask<'_>, organization: &str) -> Result<String, Refusal> {
    let (org, _) = place(ask.world, &ask.caller, organization, &ScimTree::Managed)?;
    Ok(ask.world.org(org).name.to_string())
}

impl Show<GetScimServiceProviderConfig> for Behaviour {
    fn show(ask: &Ask<'_>, request: &GetScimServiceProviderConfig) -> Result<Answer, Refusal> {
        let base = base(&name(ask, &request.organization)?);
        let (yes, no) = (json!({ "supported": true }), json!({ "supported": false }));
        Ok(Answer::json(&json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
            "documentationUri": DOCUMENTATION,
            "patch": yes,
            "bulk": { "supported": false, "maxOperations": 0, "maxPayloadSize": 0 },
            "filter": { "supported": true, "maxResults": 1000 },
            "changePassword": no,
            "sort": no,
            "etag": no,
            "authenticationSchemes": [{
                "type": "oauthbearertoken",
                "name": "OAuth Bearer Token",
                "description": "The SCIM token of the organization",
                "specUri": "https://www.rfc-editor.org/rfc/rfc6750",
                "documentationUri": DOCUMENTATION,
            }],
            "meta": {
                "resourceType": "ServiceProviderConfig",
                "location": format!("{base}/ServiceProviderConfig"),
            },
        })))
    }
}

impl Show<ListScimResourceTypes> for Behaviour {
    fn show(ask: &Ask<'_>, request: &ListScimResourceTypes) -> Result<Answer, Refusal> {
        let base = base(&name(ask, &request.organization)?);
        let kind = |id: &str, schema: &str, what: &str| {
            json!({
                "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"],
                "id": id, "name": id, "description": what, "endpoint": format!("/{id}s"),
                "schema": schema,
                "meta": {
                    "resourceType": "ResourceType",
                    "location": format!("{base}/ResourceTypes/{id}"),
                },
            })
        };
        Ok(Answer::json(&[
            kind("User", USER_SCHEMA, "User Account"),
            kind("Group", GROUP_SCHEMA, "Group"),
        ]))
    }
}

fn attribute(name: &str, kind: &str, required: bool, unique: bool) -> Value {
    json!({
        "name": name, "type": kind, "multiValued": kind == "complex" && name.ends_with('s'),
        "required": required, "caseExact": false, "mutability": "readWrite",
        "returned": "default", "uniqueness": if unique { "server" } else { "none" },
    })
}

fn schemas(organization: &str) -> [Value; 2] {
    let base = base(organization);
    let schema = |id: &str, name: &str, what: &str, attributes: Vec<Value>| {
        json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Schema"],
            "id": id, "name": name, "description": what, "attributes": attributes,
            "meta": { "resourceType": "Schema", "location": format!("{base}/Schemas/{id}") },
        })
    };
    [
        schema(
            USER_SCHEMA,
            "User",
            "User Account",
            vec![
                attribute("userName", "string", true, true),
                attribute("name", "complex", true, false),
                attribute("emails", "complex", true, false),
                attribute("active", "boolean", false, false),
                attribute("externalId", "string", true, true),
            ],
        ),
        schema(
            GROUP_SCHEMA,
            "Group",
            "Group",
            vec![
                attribute("displayName", "string", true, true),
                attribute("members", "complex", true, false),
                attribute("externalId", "string", false, false),
            ],
        ),
    ]
}

impl Show<ListScimSchemas> for Behaviour {
    fn show(ask: &Ask<'_>, request: &ListScimSchemas) -> Result<Answer, Refusal> {
        Ok(Answer::json(&schemas(&name(ask, &request.organization)?)))
    }
}

impl Show<GetScimSchema> for Behaviour {
    fn show(ask: &Ask<'_>, request: &GetScimSchema) -> Result<Answer, Refusal> {
        let all = schemas(&name(ask, &request.organization)?);
        match all.iter().find(|schema| schema["id"] == *request.schema_id) {
            Some(schema) => Ok(Answer::json(schema)),
            None => Err(Refusal::not_found("Schema not found")),
        }
    }
}
