//! What a person chose: organizations to keep, where their tokens are, prices.

use super::{from_json, to_json};
use crate::conn::Row;
use crate::{Micros, Result, Store};

/// How the service keeps one organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrgSetting {
    /// The organization.
    pub org_id: i64,
    /// Whether it is synced by schedule.
    pub enabled: bool,
    /// `every SECONDS`, `daily HH:MM` or `manual`.
    pub schedule: String,
    /// E-mail domains that are allowed, lower-cased; none allows all.
    pub domains: Vec<String>,
    /// Whether avatars are fetched.
    pub avatars: bool,
    /// When this was last changed.
    pub changed_at: Micros,
}

impl OrgSetting {
    /// Synced by this schedule, with nothing else chosen.
    #[must_use]
    pub fn new(org_id: i64, schedule: &str, changed_at: Micros) -> Self {
        let schedule = schedule.to_owned();
        Self { org_id, enabled: true, schedule, domains: Vec::new(), avatars: false, changed_at }
    }
}

/// Where an organization's token is, and what the Hub said of it. The token is never here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Credential {
    /// The organization.
    pub org_id: i64,
    /// `none`, `env`, `file`, `keyring` or `stored`.
    pub kind: String,
    /// Name of the variable, path of the file, name of the entry.
    pub place: String,
    /// Role of the token, or of its owner in the organization.
    pub role: Option<String>,
    /// Scopes of the token, in words.
    pub scopes: Option<String>,
    /// When it ends.
    pub expires: Option<Micros>,
    /// When it was last tried.
    pub checked: Option<Micros>,
    /// When it last worked.
    pub last_success: Option<Micros>,
}

/// What a license costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Price {
    /// License type.
    pub license: String,
    /// Price of one seat in the currency's minor unit.
    pub minor: i64,
    /// ISO 4217 code.
    pub currency: String,
    /// `month` or `year`.
    pub cycle: String,
}

const SETTING: &str =
    "SELECT org_id, enabled, schedule, domains, avatars, changed_at FROM org_setting";

fn read_setting(row: &Row<'_>) -> Result<OrgSetting> {
    Ok(OrgSetting {
        org_id: row.int(0)?,
        enabled: row.int(1)? != 0,
        schedule: row.text(2)?,
        domains: from_json(row.str(3)?, "list of domains")?,
        avatars: row.int(4)? != 0,
        changed_at: row.int(5)?,
    })
}

const CREDENTIAL: &str = "SELECT org_id, kind, place, role, scopes, expires, checked, last_success
    FROM credential_ref";

fn read_credential(row: &Row<'_>) -> Result<Credential> {
    Ok(Credential {
        org_id: row.int(0)?,
        kind: row.text(1)?,
        place: row.text(2)?,
        role: row.opt_text(3)?,
        scopes: row.opt_text(4)?,
        expires: row.opt_int(5)?,
        checked: row.opt_int(6)?,
        last_success: row.opt_int(7)?,
    })
}

impl Store {
    /// How an organization is kept; none when the service does not keep it.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn org_setting(&mut self, org_id: i64) -> Result<Option<OrgSetting>> {
        self.conn.first(&format!("{SETTING} WHERE org_id = $1"), &[org_id.into()], read_setting)
    }

    /// Every organization that the service keeps.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn org_settings(&mut self) -> Result<Vec<OrgSetting>> {
        let mut found = Vec::new();
        self.conn.query(&format!("{SETTING} ORDER BY org_id"), &[], |row| {
            found.push(read_setting(row)?);
            Ok(())
        })?;
        Ok(found)
    }

    /// Keeps an organization this way from now on.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn save_org_setting(&mut self, setting: &OrgSetting) -> Result<()> {
        self.conn
            .execute(
                "INSERT INTO org_setting (org_id, enabled, schedule, domains, avatars, changed_at)
                 VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (org_id) DO UPDATE SET
                 enabled = excluded.enabled, schedule = excluded.schedule,
                 domains = excluded.domains, avatars = excluded.avatars,
                 changed_at = excluded.changed_at",
                &[
                    setting.org_id.into(),
                    setting.enabled.into(),
                    (&setting.schedule).into(),
                    to_json(&setting.domains).as_str().into(),
                    setting.avatars.into(),
                    setting.changed_at.into(),
                ],
            )
            .map(drop)
    }

    /// Keeps an organization no longer; its ledger stays.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn drop_org_setting(&mut self, org_id: i64) -> Result<()> {
        self.conn.transaction(|conn| {
            for sql in [
                "DELETE FROM org_setting WHERE org_id = $1",
                "DELETE FROM credential_ref WHERE org_id = $1",
                "DELETE FROM org_turn WHERE org_id = $1",
                "DELETE FROM license_price WHERE org_id = $1",
            ] {
                conn.execute(sql, &[org_id.into()])?;
            }
            Ok(())
        })
    }

    /// Where an organization's token is.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn credential(&mut self, org_id: i64) -> Result<Option<Credential>> {
        let sql = format!("{CREDENTIAL} WHERE org_id = $1");
        self.conn.first(&sql, &[org_id.into()], read_credential)
    }

    /// Where every organization's token is.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn credentials(&mut self) -> Result<Vec<Credential>> {
        let mut found = Vec::new();
        self.conn.query(&format!("{CREDENTIAL} ORDER BY org_id"), &[], |row| {
            found.push(read_credential(row)?);
            Ok(())
        })?;
        Ok(found)
    }

    /// Keeps where an organization's token is.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn save_credential(&mut self, credential: &Credential) -> Result<()> {
        self.conn
            .execute(
                "INSERT INTO credential_ref (org_id, kind, place, role, scopes, expires, checked,
                 last_success) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                 ON CONFLICT (org_id) DO UPDATE SET kind = excluded.kind, place = excluded.place,
                 role = excluded.role, scopes = excluded.scopes, expires = excluded.expires,
                 checked = excluded.checked, last_success = excluded.last_success",
                &[
                    credential.org_id.into(),
                    (&credential.kind).into(),
                    (&credential.place).into(),
                    (&credential.role).into(),
                    (&credential.scopes).into(),
                    credential.expires.into(),
                    credential.checked.into(),
                    credential.last_success.into(),
                ],
            )
            .map(drop)
    }

    /// What the licenses of an organization cost.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn prices(&mut self, org_id: i64) -> Result<Vec<Price>> {
        let mut found = Vec::new();
        let sql = "SELECT license, minor, currency, cycle FROM license_price WHERE org_id = $1
                   ORDER BY license";
        self.conn.query(sql, &[org_id.into()], |row| {
            found.push(Price {
                license: row.text(0)?,
                minor: row.int(1)?,
                currency: row.text(2)?,
                cycle: row.text(3)?,
            });
            Ok(())
        })?;
        Ok(found)
    }

    /// Replaces what the licenses of an organization cost.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn save_prices(&mut self, org_id: i64, prices: &[Price]) -> Result<()> {
        self.conn.transaction(|conn| {
            conn.execute("DELETE FROM license_price WHERE org_id = $1", &[org_id.into()])?;
            for price in prices {
                conn.execute(
                    "INSERT INTO license_price (org_id, license, minor, currency, cycle)
                     VALUES ($1, $2, $3, $4, $5)",
                    &[
                        org_id.into(),
                        (&price.license).into(),
                        price.minor.into(),
                        (&price.currency).into(),
                        (&price.cycle).into(),
                    ],
                )?;
            }
            Ok(())
        })
    }

    /// A setting of the whole service.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn setting(&mut self, name: &str) -> Result<Option<String>> {
        let sql = "SELECT value FROM setting WHERE name = $1";
        self.conn.first(sql, &[name.into()], |row| row.text(0))
    }

    /// Sets a setting of the whole service.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn save_setting(&mut self, name: &str, value: &str) -> Result<()> {
        let sql = "INSERT INTO setting (name, value) VALUES ($1, $2)
                   ON CONFLICT (name) DO UPDATE SET value = excluded.value";
        self.conn.execute(sql, &[name.into(), value.into()]).map(drop)
    }

    /// Takes a setting away and hands it out; of two at once one gets it.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn take_setting(&mut self, name: &str) -> Result<Option<String>> {
        self.conn.transaction(|conn| {
            let read = "SELECT value FROM setting WHERE name = $1";
            let value = conn.first(read, &[name.into()], |row| row.text(0))?;
            let taken = conn.execute("DELETE FROM setting WHERE name = $1", &[name.into()])? == 1;
            Ok(value.filter(|_| taken))
        })
    }
}
