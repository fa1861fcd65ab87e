//! The link that signs in once: for whoever can read what the service prints, or its database.

use hubfolk_store::Store;
use jiff::{SignedDuration, Timestamp};

use crate::app::App;
use crate::problem::Problem;
use crate::random;

/// How long a link can be used.
const LASTS: SignedDuration = SignedDuration::from_hours(24);

/// Makes a link's secret; its digest waits in the database, so that another process may make one
/// for a service that runs.
///
/// # Errors
///
/// When the database fails.
pub fn new_link(store: &mut Store, now: Timestamp) -> Result<String, hubfolk_store::Error> {
    let secret = random::secret();
    store.save_setting(&name(&secret), &(now + LASTS).to_string())?;
    Ok(secret)
}

/// Uses a link up; whether it was good.
pub(super) async fn redeem(app: &App, secret: &str) -> Result<bool, Problem> {
    let name = name(secret);
    let now = app.now();
    let ends = app.write(move |store| Ok(store.take_setting(&name)?)).await?;
    Ok(ends.and_then(|ends| ends.parse::<Timestamp>().ok()).is_some_and(|ends| now < ends))
}

fn name(secret: &str) -> String {
    format!("link:{}", random::digest(secret))
}
