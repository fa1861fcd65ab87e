//! Who may sign in.

use super::{OrgGrant, from_json, to_json};
use crate::conn::Row;
use crate::{Error, Micros, Result, Store};

/// Where an account signs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountKind {
    /// Here, with a password.
    Local,
    /// At the Hub.
    Hub,
}

impl AccountKind {
    /// The kind as it is stored.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Hub => "hub",
        }
    }
}

/// An account of the service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Row id.
    pub id: i64,
    /// Where it signs in.
    pub kind: AccountKind,
    /// Name as it is shown.
    pub name: String,
    /// The password's argon2 hash; none for one of the Hub.
    pub password: Option<String>,
    /// Role in every organization; none when only some may be seen.
    pub role: Option<String>,
    /// Roles in single organizations.
    pub orgs: Vec<OrgGrant>,
    /// Whether it is kept out.
    pub disabled: bool,
    /// When it was made.
    pub created_at: Micros,
    /// When it last signed in.
    pub seen_at: Option<Micros>,
}

/// An account to be made or brought up to date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAccount {
    /// Where it signs in.
    pub kind: AccountKind,
    /// What tells it from others of its kind: the Hub's id; of a local one the lower-cased name.
    pub key: String,
    /// Name as it is shown.
    pub name: String,
    /// The password's argon2 hash.
    pub password: Option<String>,
    /// Role in every organization.
    pub role: Option<String>,
    /// Roles in single organizations.
    pub orgs: Vec<OrgGrant>,
}

const COLUMNS: &str = "SELECT id, kind, name, password, role, orgs, disabled, created_at, seen_at
    FROM app_user";

fn read(row: &Row<'_>) -> Result<Account> {
    let kind = match row.str(1)? {
        "local" => AccountKind::Local,
        "hub" => AccountKind::Hub,
        other => {
            return Err(Error::Unreadable { what: "account kind", value: other.to_owned() });
        }
    };
    Ok(Account {
        id: row.int(0)?,
        kind,
        name: row.text(2)?,
        password: row.opt_text(3)?,
        role: row.opt_text(4)?,
        orgs: from_json(row.str(5)?, "list of roles")?,
        disabled: row.int(6)? != 0,
        created_at: row.int(7)?,
        seen_at: row.opt_int(8)?,
    })
}

impl Store {
    /// The account of a kind with a key.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn account_by_key(&mut self, kind: AccountKind, key: &str) -> Result<Option<Account>> {
        let sql = format!("{COLUMNS} WHERE kind = $1 AND user_key = $2");
        self.conn.first(&sql, &[kind.name().into(), key.into()], read)
    }

    /// One account.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn account(&mut self, id: i64) -> Result<Option<Account>> {
        self.conn.first(&format!("{COLUMNS} WHERE id = $1"), &[id.into()], read)
    }

    /// Every account, by name.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn accounts(&mut self) -> Result<Vec<Account>> {
        let mut found = Vec::new();
        self.conn.query(&format!("{COLUMNS} ORDER BY kind, user_key"), &[], |row| {
            found.push(read(row)?);
            Ok(())
        })?;
        Ok(found)
    }

    /// Makes an account, or brings the one with that key up to date; the account as it is then.
    /// One that is kept out stays out.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn save_account(&mut self, new: &NewAccount, now: Micros) -> Result<Account> {
        self.conn.execute(
            "INSERT INTO app_user (kind, user_key, name, password, role, orgs, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (kind, user_key) DO UPDATE SET name = excluded.name,
             password = excluded.password, role = excluded.role, orgs = excluded.orgs",
            &[
                new.kind.name().into(),
                (&new.key).into(),
                (&new.name).into(),
                (&new.password).into(),
                (&new.role).into(),
                to_json(&new.orgs).as_str().into(),
                now.into(),
            ],
        )?;
        self.account_by_key(new.kind, &new.key)?
            .ok_or_else(|| Error::Unreadable { what: "account", value: new.key.clone() })
    }

    /// Notes that an account signed in.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn touch_account(&mut self, id: i64, now: Micros) -> Result<()> {
        let sql = "UPDATE app_user SET seen_at = $1 WHERE id = $2";
        self.conn.execute(sql, &[now.into(), id.into()]).map(drop)
    }

    /// Removes an account with its sessions; its tokens are revoked.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn remove_account(&mut self, id: i64, now: Micros) -> Result<bool> {
        self.conn.transaction(|conn| {
            conn.execute("DELETE FROM app_session WHERE user_id = $1", &[id.into()])?;
            conn.execute(
                "UPDATE api_token SET revoked_at = $1 WHERE user_id = $2 AND revoked_at IS NULL",
                &[now.into(), id.into()],
            )?;
            Ok(conn.execute("DELETE FROM app_user WHERE id = $1", &[id.into()])? > 0)
        })
    }
}
