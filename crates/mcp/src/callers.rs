//! Who calls: one client of the Hub and one answer of whoami for each token.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use hubfolk::Hub;
use hubfolk_api::whoami::{GetWhoami, TokenRole, Whoami};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use tokio::time::Instant;

use crate::{
    failure::{Code, Failure},
    text::Relation,
};

/// How long an answer of whoami holds.
const WHOAMI_HOLDS: Duration = Duration::from_secs(600);

/// How long it is not asked again after it could not be had.
const WHOAMI_RESTS: Duration = Duration::from_secs(30);

/// Most callers that are remembered.
const MOST: usize = 512;

/// The callers of a server. Nothing that one of them was answered is ever shown to another.
#[derive(Debug)]
pub struct Callers {
    base: Hub,
    known: Mutex<HashMap<String, Arc<Caller>>>,
}

impl Callers {
    /// Callers who talk to the Hub over the connections of this client.
    #[must_use]
    pub fn new(base: Hub) -> Self {
        Self { base, known: Mutex::default() }
    }

    /// The caller of this token, or of none.
    ///
    /// # Errors
    ///
    /// What can be no token.
    pub fn of(&self, token: Option<&SecretString>) -> Result<Arc<Caller>, Failure> {
        let principal = principal(token);
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(caller) = known.get(&principal) {
            caller.touch();
            return Ok(Arc::clone(caller));
        }
        let hub = self.base.acting_as(token).map_err(|error| {
            Failure::new(Code::Unauthorized, error.to_string())
                .hint("send the token as `Authorization: Bearer hf_...`")
        })?;
        if known.len() >= MOST {
            let oldest = known.iter().min_by_key(|(_, caller)| caller.used());
            if let Some(oldest) = oldest.map(|(principal, _)| principal.clone()) {
                known.remove(&oldest);
            }
        }
        let caller = Arc::new(Caller {
            hub,
            principal: principal.clone(),
            who: tokio::sync::Mutex::new(None),
            used: Mutex::new(Instant::now()),
        });
        known.insert(principal, Arc::clone(&caller));
        Ok(caller)
    }
}

/// A name for the holder of a token that says nothing about the token.
fn principal(token: Option<&SecretString>) -> String {
    let Some(token) = token else { return "anonymous".to_owned() };
    let digest = Sha256::digest(token.expose_secret().as_bytes());
    let mut name = "token:".to_owned();
    for byte in &digest[..16] {
        name.push_str(&format!("{byte:02x}"));
    }
    name
}

/// When whoami was asked, and what it said.
type Asked = (Instant, Result<Arc<Whoami>, Failure>);

/// What is known of one caller.
pub struct Caller {
    /// The client that sends their token.
    pub hub: Hub,
    /// Tells callers apart; no part of the token.
    pub principal: String,
    who: tokio::sync::Mutex<Option<Asked>>,
    used: Mutex<Instant>,
}

impl fmt::Debug for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Caller").field(&self.principal).finish()
    }
}

impl Caller {
    /// Who the server acts for when nobody brings a token of their own.
    #[must_use]
    pub fn owner(hub: Hub) -> Self {
        Self {
            hub,
            principal: "owner".to_owned(),
            who: tokio::sync::Mutex::new(None),
            used: Mutex::new(Instant::now()),
        }
    }

    fn touch(&self) {
        *self.used.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    fn used(&self) -> Instant {
        *self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Who it is, asked at most once in ten minutes.
    ///
    /// # Errors
    ///
    /// Without a token, with one the Hub does not know, and when the Hub cannot be asked.
    pub async fn who(&self) -> Result<Arc<Whoami>, Failure> {
        if !self.hub.has_token() {
            return Err(Failure::new(Code::Unauthorized, "there is no token, so there is no `me`")
                .hint("set HF_TOKEN, or send Authorization: Bearer"));
        }
        let mut known = self.who.lock().await;
        if let Some((at, answer)) = &*known {
            let final_word = answer.as_ref().err().is_none_or(|e| e.code == Code::Unauthorized);
            let holds = if final_word { WHOAMI_HOLDS } else { WHOAMI_RESTS };
            if at.elapsed() < holds {
                return answer.clone();
            }
        }
        let answer = self.hub.send(GetWhoami::new()).await.map(Arc::new).map_err(Failure::from);
        *known = Some((Instant::now(), answer.clone()));
        answer
    }

    /// The caller's own account and organizations; nobody is at home while they are not known.
    pub async fn home(&self) -> Home {
        if !self.hub.has_token() {
            return Home::default();
        }
        self.who().await.map_or_else(
            |_| Home::default(),
            |who| Home {
                own: Some(who.username.clone()),
                organizations: who.orgs.iter().flatten().map(|org| org.username.clone()).collect(),
            },
        )
    }

    /// Their username, where it was asked for already; asks nobody.
    #[must_use]
    pub fn known_as(&self) -> Option<String> {
        let known = self.who.try_lock().ok()?;
        let (_, answer) = known.as_ref()?;
        answer.as_ref().ok().map(|who| who.username.clone())
    }

    /// What the token may do, as far as it is known.
    pub async fn rights(&self) -> Rights {
        if !self.hub.has_token() {
            return Rights::Anonymous;
        }
        match self.who().await {
            Ok(who) => Rights::of(&who),
            Err(failure) if failure.code == Code::Unauthorized => Rights::Anonymous,
            Err(_) => Rights::Unknown,
        }
    }
}

/// The accounts whose words about themselves are no stranger's to a caller.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Home {
    own: Option<String>,
    organizations: Vec<String>,
}

impl Home {
    /// What an account of this name is to the caller.
    #[must_use]
    pub fn relation(&self, name: &str) -> Relation {
        let same = |known: &String| known.eq_ignore_ascii_case(name);
        let is_member = self.organizations.iter().any(same);
        Relation::of(Some(self.own.as_ref().is_some_and(same)), Some(is_member), false)
    }
}

/// What a token may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rights {
    /// There is no token, or the Hub does not know it.
    Anonymous,
    /// It could not be found out: only what reads is offered.
    Unknown,
    /// It only reads.
    Read,
    /// It writes what its owner may write.
    Write,
    /// It may do what its scopes list.
    Scopes(Vec<String>),
}

impl Rights {
    fn of(who: &Whoami) -> Self {
        let token = who.auth.as_ref().and_then(|auth| auth.access_token.as_ref());
        match token.and_then(|token| token.role.as_ref()) {
            Some(TokenRole::Read) => Self::Read,
            Some(TokenRole::FineGrained) => {
                let mut scopes = Vec::new();
                if let Ok(value) = serde_json::to_value(token) {
                    permissions(&value, &mut scopes);
                }
                Self::Scopes(scopes)
            }
            // An OAuth token does not say; the Hub judges.
            _ => Self::Write,
        }
    }

    /// Whether a token with these rights can do anything with a tool that needs this scope.
    #[must_use]
    pub fn may(&self, scopes: &[&str]) -> bool {
        match self {
            Self::Anonymous | Self::Unknown | Self::Read => false,
            Self::Write => true,
            Self::Scopes(held) => scopes.iter().any(|scope| held.iter().any(|h| h == scope)),
        }
    }
}

/// Every permission named anywhere in a token's scopes.
fn permissions(value: &serde_json::Value, found: &mut Vec<String>) {
    match value {
        serde_json::Value::Object(fields) => {
            for (key, value) in fields {
                let names = (key == "permissions" || key == "global").then(|| value.as_array());
                for name in names.flatten().into_iter().flatten().filter_map(|name| name.as_str()) {
                    found.push(name.to_owned());
                }
                permissions(value, found);
            }
        }
        serde_json::Value::Array(items) => items.iter().for_each(|item| permissions(item, found)),
        _ => {}
    }
}
