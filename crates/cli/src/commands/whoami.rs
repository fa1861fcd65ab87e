//! `whoami`: who the token belongs to, and what it may do.

use hubfolk_api::whoami::{GetWhoami, Whoami};
use serde::Serialize;

use crate::context::Context;
use crate::error::{Exit, Stop};
use crate::facts::{Facts, WHOAMI};
use crate::output::Shape;

use super::hub;

/// The Hub's facts, and what they say about the token in short.
#[derive(Debug, Serialize)]
struct Me {
    #[serde(flatten)]
    facts: Facts,
    /// What the token as a whole may do.
    token_permission: Option<String>,
    /// What a fine-grained token may do, one thing a line; null for tokens of other roles.
    scopes: Option<Vec<String>>,
}

fn shape() -> Shape {
    let mut shape = WHOAMI.shape();
    for field in ["token_permission", "scopes"] {
        shape.fields.push(field.to_owned());
        shape.columns.push(field.to_owned());
    }
    shape
}

pub(super) fn run(context: &Context) -> anyhow::Result<Exit> {
    let shape = shape();
    context.output.check(&shape)?;
    if !context.global.dry_run && context.token()?.is_none() {
        // The Hub would only say "Invalid username or password", which is not what is wrong.
        return Err(Stop::new(
            Exit::NotAllowed,
            "auth",
            "not logged in: there is no token to ask about",
        )
        .hint("`hubfolk auth login` stores one, or set HF_TOKEN")
        .into());
    }
    if let Some(me) = hub::call(context, GetWhoami::new())? {
        let row = Me {
            facts: WHOAMI.facts(&me)?,
            token_permission: me.token_permission().map(ToString::to_string),
            scopes: scopes(&me),
        };
        context.output.one_shaped(&shape, &row)?;
    }
    Ok(Exit::Done)
}

/// What a fine-grained token may do, as in `org acme: org.read, org.write`.
pub(super) fn scopes(me: &Whoami) -> Option<Vec<String>> {
    let scopes = me.access_token()?.fine_grained.as_ref()?;
    let single = scopes.scoped.iter().map(|scope| {
        let entity = &scope.entity;
        let name = entity.name.as_deref().or(entity.id.as_deref()).unwrap_or("?");
        format!("{} {name}: {}", entity.entity_type, scope.permissions.join(", "))
    });
    let everywhere = scopes.global.iter().filter(|held| !held.is_empty());
    let everywhere = everywhere.map(|held| format!("everywhere: {}", held.join(", ")));
    let gated =
        (scopes.can_read_gated_repos == Some(true)).then(|| "gated repositories".to_owned());
    Some(single.chain(everywhere).chain(gated).collect())
}
