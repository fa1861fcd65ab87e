//! Signing in with an account of the Hub, for programs that people use in a browser.
//!
//! These are the two requests that such a program sends itself, after the person said yes at
//! `/oauth/authorize`. They are no operations that a tool or a command could do, so the table does
//! not list them.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::Secret;
use crate::account::Role;
use crate::endpoint::{Effect, Endpoint, Operation, Payload};

/// Exchange the code that the Hub handed to the browser for an access token (RFC 6749, RFC 7636).
///
/// ```
/// use hubfolk_api::{oauth::ExchangeOauthCode, wire};
///
/// let exchange = ExchangeOauthCode::new("c".into(), "https://folk.example/back", "app", "v".into());
/// let request = wire::encode(&exchange).expect("it can be sent");
/// assert_eq!((request.method().as_str(), request.uri().path()), ("POST", "/oauth/token"));
/// let body = String::from_utf8_lossy(request.body());
/// assert!(body.contains("grant_type=authorization_code") && body.contains("code_verifier=v"));
/// assert!(!format!("{exchange:?}").contains("verifier"));
/// ```
#[derive(Clone, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct ExchangeOauthCode {
    /// Always `authorization_code`.
    pub grant_type: String,
    /// The code.
    pub code: Secret,
    /// The address that the Hub led the browser back to.
    pub redirect_uri: String,
    /// The program.
    pub client_id: String,
    /// The program's own secret, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<Secret>,
    /// What the challenge was made of.
    pub code_verifier: Secret,
}

impl ExchangeOauthCode {
    /// The exchange of a public program, which has no secret.
    #[must_use]
    pub fn new(
        code: Secret,
        redirect_uri: impl Into<String>,
        client_id: impl Into<String>,
        code_verifier: Secret,
    ) -> Self {
        Self {
            grant_type: "authorization_code".to_owned(),
            code,
            redirect_uri: redirect_uri.into(),
            client_id: client_id.into(),
            client_secret: None,
            code_verifier,
        }
    }

    /// The same for a program that has a secret.
    #[must_use]
    pub fn with_secret(mut self, secret: Option<Secret>) -> Self {
        self.client_secret = secret;
        self
    }
}

impl fmt::Debug for ExchangeOauthCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExchangeOauthCode")
            .field("redirect_uri", &self.redirect_uri)
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

impl Endpoint for ExchangeOauthCode {
    const OPERATION: Operation = Operation::post(
        "exchange_oauth_code",
        "/oauth/token",
        "Exchange the code that the Hub handed to the browser for an access token",
    )
    // A code works once.
    .effect(Effect::Write)
    .payload(Payload::Form)
    .anonymous();
    type Response = OauthToken;
}

/// An access token with what it is good for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct OauthToken {
    /// The token.
    pub access_token: Secret,
    /// Seconds until it ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_in: Option<i64>,
    /// What the person allowed, separated by blanks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
}

/// Get who the person is that a token of this kind was given for.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct GetOauthUserinfo {}

impl GetOauthUserinfo {
    /// Who the token was given for.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

impl Endpoint for GetOauthUserinfo {
    const OPERATION: Operation = Operation::get(
        "get_oauth_userinfo",
        "/oauth/userinfo",
        "Get who the person is that a token was given for",
    );
    type Response = OauthUserinfo;
}

/// A person who signed in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct OauthUserinfo {
    /// Id that stays through renames.
    pub sub: String,
    /// Username.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preferred_username: Option<String>,
    /// Name to show.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The person's organizations, as far as they let this program see them.
    #[serde(default)]
    pub orgs: Vec<OauthOrganization>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// An organization of a person who signed in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct OauthOrganization {
    /// Id that stays through renames.
    pub sub: String,
    /// Name of the account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preferred_username: Option<String>,
    /// The person's role in it.
    #[serde(default, rename = "roleInOrg", skip_serializing_if = "Option::is_none")]
    pub role_in_org: Option<Role>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}
