//! Signing in and out, and the guard before everything that is not for everybody.

mod cookie;
mod guard;
mod link;
mod sign_in;

use http::{HeaderMap, HeaderValue, header};
use hubfolk_store::NewSession;
use jiff::SignedDuration;

use crate::app::App;
use crate::problem::Problem;
use crate::random;

pub(crate) use cookie::Cookie;
pub(crate) use guard::{enter, guard};
pub use link::new_link;
pub(crate) use sign_in::{Asked, guarded, local, open, sign_in_page, sign_in_url, too_often};

/// How long somebody stays signed in: a working day.
const LASTS: SignedDuration = SignedDuration::from_hours(12);

/// Name of the one who came by the link that is printed at start.
pub(crate) const OWNER: &str = "this machine";

impl App {
    /// Begins a session; the header that gives the browser its secret.
    pub(crate) async fn begin_session(
        &self,
        user_id: Option<i64>,
        address: String,
        headers: &HeaderMap,
    ) -> Result<HeaderValue, Problem> {
        let secret = random::secret();
        let now = self.now();
        let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
        let session = NewSession {
            hash: random::digest(&secret),
            user_id,
            created_at: now.as_microsecond(),
            seen_at: now.as_microsecond(),
            expires: (now + LASTS).as_microsecond(),
            address,
            agent: agent.unwrap_or_default().chars().take(200).collect(),
        };
        self.write(move |store| {
            store.add_session(&session)?;
            match session.user_id {
                Some(id) => Ok(store.touch_account(id, session.created_at)?),
                None => Ok(()),
            }
        })
        .await?;
        Ok(Cookie::of(&self.config().place).set(&secret, LASTS))
    }
}
