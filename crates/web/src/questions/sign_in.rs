//! Who may sign in, who is signed in, and the tokens of the API. Secrets and what could stand for
//! them are in none of the answers.

use hubfolk_license::views::time;
use hubfolk_store::{AccountKind, OrgGrant};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::access::{Proof, Role};
use crate::hub_sign_in::HubSignIn;
use crate::problem::Problem;
use crate::question::{Desk, Names, Question};
use crate::session::OWNER;

/// A role in one organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RoleIn {
    /// The organization.
    pub org: String,
    /// The role.
    pub role: String,
}

/// Who may sign in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct ListAccounts {}

/// An account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AccountItem {
    /// Its id here.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// `local` for one with a password, `hub` for one that signs in with Hugging Face.
    pub kind: &'static str,
    /// Role in every organization; null when only some may be seen.
    pub role: Option<String>,
    /// Roles in single organizations.
    pub orgs: Vec<RoleIn>,
    /// Whether it is kept out.
    pub disabled: bool,
    /// When it was made.
    pub created: String,
    /// When it last signed in.
    pub last_signed_in: Option<String>,
}

/// Members of an organization at the Hub who are let in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AdmissionRule {
    /// The organization.
    pub org: String,
    /// The least role in it, in the Hub's words; null for every member.
    pub hub_role: Option<String>,
    /// What they become.
    pub role: Role,
    /// Whether in every organization, and not in this one alone.
    pub everywhere: bool,
}

/// The accounts, and who comes in by way of the Hub.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Accounts {
    /// The accounts: local ones by name, then those of the Hub.
    pub items: Vec<AccountItem>,
    /// Who comes in with an account of the Hub.
    pub rules: Vec<AdmissionRule>,
}

impl Question for ListAccounts {
    const NAME: &'static str = "list_accounts";
    const PATH: &'static str = "/api/accounts";
    const SUMMARY: &'static str = "List who may sign in, and as what";
    const LEAST: Role = Role::Admin;
    type Answer = Accounts;

    fn ask(self, desk: &mut Desk<'_>) -> Result<Accounts, Problem> {
        desk.caller().needs_everywhere(Role::Admin)?;
        let names = desk.names()?;
        let accounts = desk.store().accounts()?.into_iter().map(|account| AccountItem {
            id: account.id,
            name: account.name,
            kind: match account.kind {
                AccountKind::Local => "local",
                AccountKind::Hub => "hub",
            },
            role: account.role,
            orgs: roles_in(account.orgs, &names),
            disabled: account.disabled,
            created: time(account.created_at),
            last_signed_in: account.seen_at.map(time),
        });
        let items = accounts.collect();
        let set = HubSignIn::load(desk.store())?.unwrap_or_default();
        let rules = set.rules.into_iter().map(|rule| AdmissionRule {
            org: names.name(rule.org),
            hub_role: Some(rule.hub_role).filter(|role| !role.is_empty()),
            role: rule.role,
            everywhere: rule.everywhere,
        });
        Ok(Accounts { items, rules: rules.collect() })
    }
}

/// Who is signed in; an admin of everything sees everybody, others see themselves.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct ListSessions {}

/// Somebody who is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SessionItem {
    /// Tells it from others; nobody signs in with it.
    pub name: String,
    /// Whose it is.
    pub who: String,
    /// The address it began from.
    pub address: String,
    /// The browser, in its own words.
    pub agent: String,
    /// When it began.
    pub began: String,
    /// When it was last used, to within a minute.
    pub last_seen: String,
    /// When it ends.
    pub expires: String,
    /// Whether it is the one that asks.
    pub own: bool,
}

/// The sessions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Sessions {
    /// The sessions, the last used first.
    pub items: Vec<SessionItem>,
}

impl Question for ListSessions {
    const NAME: &'static str = "list_sessions";
    const PATH: &'static str = "/api/sessions";
    const SUMMARY: &'static str = "List who is signed in";
    type Answer = Sessions;

    fn ask(self, desk: &mut Desk<'_>) -> Result<Sessions, Problem> {
        let (now, all) = (desk.now().as_microsecond(), sees_all(desk));
        let (user_id, own) = (desk.caller().user_id, desk.caller().proof.clone());
        let mut items = Vec::new();
        for session in desk.store().sessions(now)? {
            if !all && session.user_id != user_id {
                continue;
            }
            let who = match session.user_id {
                None => OWNER.to_owned(),
                Some(id) => desk.store().account(id)?.map_or_else(String::new, |one| one.name),
            };
            items.push(SessionItem {
                name: session_name(&session.hash).to_owned(),
                who,
                own: own == Proof::Session(session.hash),
                address: session.address,
                agent: session.agent,
                began: time(session.created_at),
                last_seen: time(session.seen_at),
                expires: time(session.expires),
            });
        }
        Ok(Sessions { items })
    }
}

/// The beginning of a digest: tells sessions apart, and is not enough to sign in with.
pub(crate) fn session_name(hash: &str) -> &str {
    hash.get(..16).unwrap_or(hash)
}

/// The tokens of this API; an admin of everything sees everybody's, others see their own.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct ListTokens {}

/// A token of this API.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TokenItem {
    /// Its id here.
    pub id: i64,
    /// What it is for.
    pub name: String,
    /// Role in every organization.
    pub role: Option<String>,
    /// Roles in single organizations.
    pub orgs: Vec<RoleIn>,
    /// Who made it.
    pub created_by: String,
    /// When it was made.
    pub created: String,
    /// When it was last used, to within a minute.
    pub last_used: Option<String>,
    /// When it ends; null for never.
    pub expires: Option<String>,
    /// When it was revoked.
    pub revoked: Option<String>,
    /// Whether it can be used now.
    pub good: bool,
}

/// The tokens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Tokens {
    /// The tokens, the newest first.
    pub items: Vec<TokenItem>,
}

impl Question for ListTokens {
    const NAME: &'static str = "list_tokens";
    const PATH: &'static str = "/api/tokens";
    const SUMMARY: &'static str = "List the tokens of this API";
    type Answer = Tokens;

    fn ask(self, desk: &mut Desk<'_>) -> Result<Tokens, Problem> {
        let (now, all) = (desk.now().as_microsecond(), sees_all(desk));
        let user_id = desk.caller().user_id;
        let names = desk.names()?;
        let tokens = desk.store().api_tokens()?.into_iter();
        let seen = tokens.filter(|one| all || (one.user_id == user_id && user_id.is_some()));
        let items = seen.map(|token| TokenItem {
            id: token.id,
            name: token.name,
            role: token.role,
            orgs: roles_in(token.orgs, &names),
            created_by: token.created_by,
            created: time(token.created_at),
            last_used: token.used_at.map(time),
            expires: token.expires.map(time),
            revoked: token.revoked_at.map(time),
            good: token.revoked_at.is_none() && token.expires.is_none_or(|ends| ends > now),
        });
        Ok(Tokens { items: items.collect() })
    }
}

fn sees_all(desk: &Desk<'_>) -> bool {
    desk.caller().access.everywhere == Some(Role::Admin)
}

fn roles_in(grants: Vec<OrgGrant>, names: &Names) -> Vec<RoleIn> {
    let named = grants.into_iter();
    named.map(|grant| RoleIn { org: names.name(grant.org), role: grant.role }).collect()
}
