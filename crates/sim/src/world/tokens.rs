//! Access tokens.

use jiff::Timestamp;

use super::{ChangeError, FineGrained, LONG_AGO, OrgIx, TokenRole, UserIx, World};
use crate::chance::Chance;
use crate::id::{IdKind, ObjectId};

#[derive(Debug)]
pub(crate) struct Token {
    pub(crate) id: ObjectId,
    pub(crate) user: UserIx,
    pub(crate) role: TokenRole,
    pub(crate) display_name: Box<str>,
    pub(crate) created_at: Timestamp,
    pub(crate) expires_at: Option<Timestamp>,
    pub(crate) fine_grained: Option<FineGrained>,
    /// Organizations whose administrators keep this token out.
    pub(crate) revoked_in: Vec<OrgIx>,
    /// What only tokens of service accounts have.
    pub(crate) endpoint_patterns: Vec<String>,
    pub(crate) skip_network_security: bool,
    /// Whether scopes on a repo stand in place of those on its owner, as with service accounts.
    pub(crate) repo_scopes_replace: bool,
}

impl Token {
    /// A token that never ends; a fine-grained one has no scopes yet.
    pub(crate) fn new(
        id: ObjectId,
        user: UserIx,
        role: TokenRole,
        display_name: &str,
        created_at: Timestamp,
    ) -> Self {
        Self {
            id,
            user,
            role,
            display_name: display_name.into(),
            created_at,
            expires_at: None,
            fine_grained: (role == TokenRole::FineGrained).then(FineGrained::default),
            revoked_in: Vec::new(),
            endpoint_patterns: Vec::new(),
            skip_network_security: false,
            repo_scopes_replace: false,
        }
    }
}

impl World {
    /// Makes a token for a user. `expires_at` none means never.
    ///
    /// # Errors
    ///
    /// When there is no such user.
    pub fn add_token(
        &mut self,
        token: &str,
        user: &str,
        role: TokenRole,
        expires_at: Option<Timestamp>,
    ) -> Result<(), ChangeError> {
        let owner = self.user_named(user)?;
        let id = self.next_id(IdKind::Token);
        let mut entry = Token::new(id, owner, role, "made by the simulator", LONG_AGO);
        entry.expires_at = expires_at;
        self.tokens.insert(token.into(), entry);
        Ok(())
    }

    /// Gives a token scopes and makes it fine-grained. False when there is no such token.
    pub fn set_scopes(&mut self, token: &str, scopes: FineGrained) -> bool {
        let Some(entry) = self.tokens.get_mut(token) else { return false };
        entry.role = TokenRole::FineGrained;
        entry.fine_grained = Some(scopes);
        true
    }

    /// Takes a token away; requests that bring it are refused from now on.
    pub fn revoke_token(&mut self, token: &str) -> bool {
        let Some(gone) = self.tokens.remove(token) else { return false };
        self.note_token_deleted(gone.id);
        true
    }

    /// A text that is no token yet, for a new one. As test tokens, these say what they are.
    pub(crate) fn new_token_text(&mut self) -> String {
        let id = self.next_id(IdKind::Token);
        let mut chance = Chance::stream(id.sequence(), "new tokens");
        format!("hf_test_{:016x}{:016x}", chance.next(), chance.next())
    }

    pub(crate) fn insert_token(&mut self, text: String, token: Token) {
        self.tokens.insert(text.into_boxed_str(), token);
    }

    /// The same token under another text; the old one is none any more.
    pub(crate) fn replace_token(&mut self, old: &str, new: &str) {
        if let Some(token) = self.tokens.remove(old) {
            self.tokens.insert(new.into(), token);
        }
    }

    /// The text of the token with this id; the simulator knows it, the Hub only a hash of it.
    pub(crate) fn token_text(&self, id: ObjectId) -> Option<&str> {
        self.tokens.iter().find(|(_, token)| token.id == id).map(|(text, _)| &**text)
    }

    pub(crate) fn token_mut(&mut self, text: &str) -> Option<&mut Token> {
        self.tokens.get_mut(text)
    }

    pub(crate) fn next_token_id(&mut self) -> ObjectId {
        self.next_id(IdKind::Token)
    }

    /// The tokens of an account with their last four characters, oldest first.
    pub(crate) fn tokens_of(&self, user: UserIx) -> Vec<(&Token, String)> {
        let own = self.tokens.iter().filter(|(_, token)| token.user == user);
        let mut own: Vec<_> = own.map(|(text, token)| (token, last4(text))).collect();
        own.sort_by_key(|(token, _)| (token.created_at, token.id));
        own
    }
}

/// What the Hub goes on showing of a token.
pub(crate) fn last4(token: &str) -> String {
    let mut last: Vec<char> = token.chars().rev().take(4).collect();
    last.reverse();
    last.into_iter().collect()
}
