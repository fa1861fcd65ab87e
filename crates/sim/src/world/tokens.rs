//! Access tokens.

use jiff::Timestamp;

use super::{ChangeError, FineGrained, LONG_AGO, TokenRole, UserIx, World};

#[derive(Debug)]
pub(crate) struct Token {
    pub(crate) user: UserIx,
    pub(crate) role: TokenRole,
    pub(crate) display_name: Box<str>,
    pub(crate) created_at: Timestamp,
    pub(crate) expires_at: Option<Timestamp>,
    pub(crate) fine_grained: Option<FineGrained>,
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
        let entry = Token {
            user: owner,
            role,
            display_name: "made by the simulator".into(),
            created_at: LONG_AGO,
            expires_at,
            fine_grained: (role == TokenRole::FineGrained).then(FineGrained::default),
        };
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
        self.tokens.remove(token).is_some()
    }
}
