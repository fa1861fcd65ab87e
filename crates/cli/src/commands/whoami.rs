//! `whoami`: who the token belongs to.

use hubfolk_api::whoami::GetWhoami;

use crate::context::Context;
use crate::error::{Exit, Stop};
use crate::facts::WHOAMI;

use super::hub;

pub(super) fn run(context: &Context) -> anyhow::Result<Exit> {
    context.output.check(&WHOAMI.shape())?;
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
    hub::show(context, &WHOAMI, GetWhoami::new(), "")
}
