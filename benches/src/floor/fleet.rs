//! The requests of many organizations, so many organizations at a time, and nothing but the bytes.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Result, ensure};
use futures_util::future::try_join_all;
use futures_util::{StreamExt, TryStreamExt, stream};

/// Asks for each line of a file; those of one organization at the same time, as the product does.
pub(crate) async fn bytes(base: &str, token: &str, list: &Path, at_a_time: usize) -> Result<u64> {
    let client = &reqwest::Client::builder().no_proxy().build()?;
    let ask = async |path: String| {
        let answer = client.get(format!("{base}{path}")).bearer_auth(token).send().await?;
        ensure!(answer.status().as_u16() < 500, "the Hub answered {}", answer.status());
        anyhow::Ok(answer.bytes().await?.len() as u64)
    };
    let (ask, text) = (&ask, std::fs::read_to_string(list)?);
    let mut orgs: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for path in text.lines() {
        let org = path.split('/').nth(3).unwrap_or_default();
        orgs.entry(org).or_default().push(path);
    }
    let orgs = orgs.into_values().map(|paths| async move {
        let sizes = try_join_all(paths.into_iter().map(|path| ask(path.to_owned()))).await?;
        anyhow::Ok(sizes.iter().sum::<u64>())
    });
    stream::iter(orgs).buffer_unordered(at_a_time).try_fold(0, async |a, b| Ok(a + b)).await
}
