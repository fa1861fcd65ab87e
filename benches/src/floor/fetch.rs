//! Reading a member list with an HTTP client and plain structs.

use anyhow::{Context, Result, bail};
use reqwest::header::{AUTHORIZATION, LINK};
use serde::Deserialize;

/// A member as a plain struct: no unknown fields, no absent-or-null.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Member {
    #[serde(rename = "_id")]
    pub(crate) id: String,
    pub(crate) user: String,
    pub(crate) fullname: String,
    pub(crate) avatar_url: String,
    pub(crate) is_pro: bool,
    #[serde(rename = "type")]
    #[expect(dead_code, reason = "it is parsed like the rest")]
    pub(crate) kind: String,
    pub(crate) role: Option<String>,
    pub(crate) two_fa_enabled: Option<bool>,
    pub(crate) verified_email: Option<String>,
    pub(crate) is_external_collaborator: Option<bool>,
    #[serde(default)]
    pub(crate) resource_groups: Vec<Group>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Group {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) role: String,
}

/// Hands the body of each page to `each`.
pub(crate) async fn pages(
    base: &str,
    token: &str,
    org: &str,
    mut each: impl FnMut(&[u8]) -> Result<()>,
) -> Result<()> {
    let client = reqwest::Client::builder().no_proxy().build()?;
    let mut next = Some(format!("{base}/api/organizations/{org}/members?limit=500"));
    while let Some(url) = next.take() {
        let request = client.get(url).header(AUTHORIZATION, format!("Bearer {token}"));
        let response = request.send().await?;
        if !response.status().is_success() {
            bail!("the Hub answered {}", response.status());
        }
        if let Some(link) = response.headers().get(LINK) {
            let link = link.to_str()?;
            let (start, end) = (link.find('<'), link.find('>'));
            next = Some(link[start.context("<")? + 1..end.context(">")?].to_owned());
        }
        each(&response.bytes().await?)?;
    }
    Ok(())
}

/// Only the bytes.
pub(crate) async fn bytes(base: &str, token: &str, org: &str) -> Result<usize> {
    let mut total = 0;
    pages(base, token, org, |page| {
        total += page.len();
        Ok(())
    })
    .await?;
    Ok(total)
}

/// The members as plain structs, a page at a time.
pub(crate) async fn typed(
    base: &str,
    token: &str,
    org: &str,
    mut each: impl FnMut(Vec<Member>) -> Result<()>,
) -> Result<()> {
    pages(base, token, org, |page| each(serde_json::from_slice(page)?)).await
}
