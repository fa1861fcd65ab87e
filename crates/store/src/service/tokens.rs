//! Tokens for the service's own API.

use super::{OrgGrant, from_json, to_json};
use crate::conn::Row;
use crate::{Micros, Result, Store};

/// A token of the service's API; the token itself is known to its holder alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiToken {
    /// Row id.
    pub id: i64,
    /// What it is for.
    pub name: String,
    /// Role in every organization.
    pub role: Option<String>,
    /// Roles in single organizations.
    pub orgs: Vec<OrgGrant>,
    /// Who made it.
    pub created_by: String,
    /// The account it acts for; none for one made by the owner of the link.
    pub user_id: Option<i64>,
    /// When it was made.
    pub created_at: Micros,
    /// When it ends; none for never.
    pub expires: Option<Micros>,
    /// When it was last used, to within a minute.
    pub used_at: Option<Micros>,
    /// When it was revoked.
    pub revoked_at: Option<Micros>,
}

/// A token to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewApiToken {
    /// Digest of the token.
    pub hash: String,
    /// What it is for.
    pub name: String,
    /// Role in every organization.
    pub role: Option<String>,
    /// Roles in single organizations.
    pub orgs: Vec<OrgGrant>,
    /// Who makes it.
    pub created_by: String,
    /// The account it acts for.
    pub user_id: Option<i64>,
    /// When it ends.
    pub expires: Option<Micros>,
}

const COLUMNS: &str = "SELECT id, name, role, orgs, created_by, user_id, created_at, expires,
    used_at, revoked_at FROM api_token";

fn read(row: &Row<'_>) -> Result<ApiToken> {
    Ok(ApiToken {
        id: row.int(0)?,
        name: row.text(1)?,
        role: row.opt_text(2)?,
        orgs: from_json(row.str(3)?, "list of roles")?,
        created_by: row.text(4)?,
        user_id: row.opt_int(5)?,
        created_at: row.int(6)?,
        expires: row.opt_int(7)?,
        used_at: row.opt_int(8)?,
        revoked_at: row.opt_int(9)?,
    })
}

impl Store {
    /// The token with this digest that is good now.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn api_token(&mut self, hash: &str, now: Micros) -> Result<Option<ApiToken>> {
        let sql = format!(
            "{COLUMNS} WHERE hash = $1 AND revoked_at IS NULL AND (expires IS NULL OR expires > $2)"
        );
        self.conn.first(&sql, &[hash.into(), now.into()], read)
    }

    /// Every token, latest first.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn api_tokens(&mut self) -> Result<Vec<ApiToken>> {
        let mut found = Vec::new();
        self.conn.query(&format!("{COLUMNS} ORDER BY id DESC"), &[], |row| {
            found.push(read(row)?);
            Ok(())
        })?;
        Ok(found)
    }

    /// Keeps a token.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn add_api_token(&mut self, new: &NewApiToken, now: Micros) -> Result<()> {
        self.conn
            .execute(
                "INSERT INTO api_token (hash, name, role, orgs, created_by, user_id, created_at,
                 expires) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                &[
                    (&new.hash).into(),
                    (&new.name).into(),
                    (&new.role).into(),
                    to_json(&new.orgs).as_str().into(),
                    (&new.created_by).into(),
                    new.user_id.into(),
                    now.into(),
                    new.expires.into(),
                ],
            )
            .map(drop)
    }

    /// Notes that a token was used.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn touch_api_token(&mut self, id: i64, now: Micros) -> Result<()> {
        let sql = "UPDATE api_token SET used_at = $1 WHERE id = $2";
        self.conn.execute(sql, &[now.into(), id.into()]).map(drop)
    }

    /// Revokes a token; whether it was good until now.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn revoke_api_token(&mut self, id: i64, now: Micros) -> Result<bool> {
        let sql = "UPDATE api_token SET revoked_at = $1 WHERE id = $2 AND revoked_at IS NULL";
        Ok(self.conn.execute(sql, &[now.into(), id.into()])? > 0)
    }
}
