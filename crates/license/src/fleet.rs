//! Many organizations at a time.

use std::sync::Arc;

use futures_util::{Stream, StreamExt, stream};

use crate::views::RunView;
use crate::{Error, Syncer};

impl Syncer {
    /// Syncs many organizations, `concurrency` at a time, and yields each as it ends. Once stopped,
    /// those not begun are left out.
    pub fn sync_all(
        self: Arc<Self>,
        orgs: Vec<String>,
        concurrency: usize,
    ) -> impl Stream<Item = (String, Result<RunView, Error>)> + Send + 'static {
        stream::iter(orgs)
            .map(move |org| {
                let syncer = self.clone();
                async move {
                    if syncer.is_stopped() {
                        return None;
                    }
                    let outcome = syncer.sync(&org).await;
                    Some((org, outcome))
                }
            })
            .buffer_unordered(concurrency.max(1))
            .filter_map(std::future::ready)
    }
}
