//! Clients of Hubs: one for each address and token, so that all who use a token share its budget.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hubfolk::Hub;
use hubfolk_api::Secret;

use crate::metrics::Metrics;
use crate::random;

/// Longest wait for a rate limit within one sync; then the run fails and is tried again later.
const LONGEST_WAIT: Duration = Duration::from_secs(600);

/// Clients by address and digest of the token.
pub(crate) struct Hubs {
    clients: Mutex<HashMap<(String, String), Hub>>,
    metrics: Arc<Metrics>,
}

impl Hubs {
    pub(crate) fn new(metrics: Arc<Metrics>) -> Self {
        Self { clients: Mutex::default(), metrics }
    }

    /// The client for this address and token; its clones wait for the rate limit together.
    ///
    /// # Errors
    ///
    /// When the address or the token cannot be used.
    pub(crate) fn client(
        &self,
        endpoint: &str,
        token: Option<&Secret>,
    ) -> Result<Hub, hubfolk::Error> {
        let digest = token.map_or_else(String::new, |token| random::digest(token.expose()));
        let key = (endpoint.to_owned(), digest);
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(hub) = clients.get(&key) {
            return Ok(hub.clone());
        }
        // Connections are shared between all tokens of a Hub.
        let other = clients.iter().find(|((known, _), _)| known == endpoint).map(|(_, hub)| hub);
        let secret = token.map(|token| token.expose().to_owned().into());
        let hub = match other {
            Some(hub) => hub.acting_as(secret.as_ref())?,
            None => {
                let metrics = Arc::clone(&self.metrics);
                Hub::builder()
                    .endpoint(endpoint)
                    .maybe_token(secret)
                    .max_rate_limit_wait(LONGEST_WAIT)
                    .observer(move |event| metrics.hub(event))
                    .build()?
            }
        };
        clients.insert(key, hub.clone());
        Ok(hub)
    }
}
