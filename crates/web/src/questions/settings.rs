//! How an organization is kept: where its token is, when it is synced, what its seats cost.

use hubfolk_license::views::time;
use hubfolk_store::Micros;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::access::Role;
use crate::problem::Problem;
use crate::question::{Desk, Question};

/// How an organization is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct GetSettings {
    /// Name of the organization.
    pub org: String,
}

/// Where an organization's token is, and what was last found out about it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TokenPlace {
    /// `none`, `env`, `file`, `keyring` or `stored`.
    pub kind: String,
    /// Name of the variable, path of the file, name of the entry; null for the others.
    pub place: Option<String>,
    /// Role of the token.
    pub role: Option<String>,
    /// Its scopes.
    pub scopes: Option<String>,
    /// When it ends.
    pub expires: Option<String>,
    /// When it was last tried on the settings page.
    pub checked: Option<String>,
    /// When a sync with it last worked.
    pub last_success: Option<String>,
}

/// What a seat costs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SeatCost {
    /// License type.
    pub license: String,
    /// Price in the currency's minor unit.
    pub minor: i64,
    /// ISO 4217 code.
    pub currency: String,
    /// `month` or `year`.
    pub cycle: String,
}

/// The settings of an organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Settings {
    /// Its name.
    pub org: String,
    /// The Hub's address.
    pub endpoint: String,
    /// Whether the service syncs it; without that the rest is empty.
    pub kept: bool,
    /// `every 1h`, `daily 03:00` or `manual`.
    pub schedule: Option<String>,
    /// E-mail domains that are allowed; empty for all.
    pub domains: Vec<String>,
    /// Whether members' pictures are shown.
    pub avatars: bool,
    /// Its token.
    pub token: TokenPlace,
    /// What its seats cost.
    pub prices: Vec<SeatCost>,
    /// When it is synced next; null when nobody knows.
    pub next_sync: Option<String>,
    /// Failed syncs in a row.
    pub failures: i64,
    /// Why it waits, in words.
    pub waiting: Option<String>,
}

impl Question for GetSettings {
    const NAME: &'static str = "get_settings";
    const PATH: &'static str = "/api/orgs/{org}/settings";
    const SUMMARY: &'static str = "Get how an organization is kept: token, schedule, prices";
    const LEAST: Role = Role::Admin;
    type Answer = Settings;

    fn ask(self, desk: &mut Desk<'_>) -> Result<Settings, Problem> {
        let org = desk.org(&self.org)?;
        let store = desk.store();
        let setting = store.org_setting(org.id)?;
        let credential = store.credential(org.id)?.unwrap_or_default();
        let turn = store.turn(org.id)?.filter(|_| setting.is_some());
        let prices = store.prices(org.id)?.into_iter().map(|price| SeatCost {
            license: price.license,
            minor: price.minor,
            currency: price.currency,
            cycle: price.cycle,
        });
        let named = matches!(credential.kind.as_str(), "env" | "file" | "keyring");
        Ok(Settings {
            org: org.slug,
            endpoint: org.endpoint,
            kept: setting.is_some(),
            prices: prices.collect(),
            token: TokenPlace {
                kind: match credential.kind.as_str() {
                    "" => "none".to_owned(),
                    _ => credential.kind,
                },
                place: Some(credential.place).filter(|_| named),
                role: credential.role,
                scopes: credential.scopes,
                expires: credential.expires.map(time),
                checked: credential.checked.map(time),
                last_success: credential.last_success.map(time),
            },
            // Of a manual schedule the turn is at the end of time.
            next_sync: turn
                .as_ref()
                .filter(|turn| turn.next_at < Micros::MAX)
                .map(|t| time(t.next_at)),
            failures: turn.as_ref().map_or(0, |turn| turn.failures),
            waiting: turn.and_then(|turn| turn.waiting),
            avatars: setting.as_ref().is_some_and(|setting| setting.avatars),
            domains: setting.as_ref().map(|setting| setting.domains.clone()).unwrap_or_default(),
            schedule: setting.map(|setting| setting.schedule),
        })
    }
}
