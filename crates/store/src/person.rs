//! One person's history in one organization.

use crate::conn::Row;
use crate::{Fields, GroupRef, Micros, Result, Status, Store};

/// A time during which all that is known of a member stayed the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Username.
    pub username: String,
    /// Full name.
    pub fullname: Option<String>,
    /// Verified e-mail address.
    pub email: Option<String>,
    /// Role.
    pub role: Option<String>,
    /// Pro subscription.
    pub is_pro: Option<bool>,
    /// Two-factor authentication.
    pub two_factor: Option<bool>,
    /// External collaborator.
    pub external: Option<bool>,
    /// Fields that were ever seen.
    pub known: Fields,
    /// Listed or missing.
    pub status: Status,
    /// Since when.
    pub from: Micros,
    /// Until when; none while it lasts.
    pub to: Option<Micros>,
    /// Whether the membership ended with it.
    pub ended: bool,
}

/// A time in a resource group with one role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupSpan {
    /// The group, by its latest name.
    pub group: GroupRef,
    /// The role in it.
    pub role: String,
    /// Since when.
    pub from: Micros,
    /// Until when; none while it lasts.
    pub to: Option<Micros>,
}

fn version(row: &Row<'_>) -> Result<Version> {
    Ok(Version {
        username: row.text(0)?,
        fullname: row.opt_text(1)?,
        email: row.opt_text(2)?,
        role: row.opt_text(3)?,
        is_pro: row.opt_bool(4)?,
        two_factor: row.opt_bool(5)?,
        external: row.opt_bool(6)?,
        known: Fields::from_bits(row.int(7)?),
        status: Status::parse(row.str(8)?)?,
        from: row.int(9)?,
        to: row.opt_int(10)?,
        ended: row.opt_bool(11)?.unwrap_or(false),
    })
}

impl Store {
    /// The version of a person's membership that tells of them now: the open one, else the last to
    /// end.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn last_version(&mut self, org_id: i64, user_id: &str) -> Result<Option<i64>> {
        for sql in [
            "SELECT id FROM membership
             WHERE org_id = $1 AND user_id = $2 AND valid_to IS NULL",
            "SELECT id FROM membership WHERE org_id = $1 AND user_id = $2 AND ended = 1
             ORDER BY valid_to DESC LIMIT 1",
        ] {
            let found = self.conn.first(sql, &[org_id.into(), user_id.into()], |row| row.int(0))?;
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }

    /// Where the picture is of a person who is or was a member of an organization.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn picture(&mut self, org_id: i64, user_id: &str) -> Result<Option<String>> {
        let sql = "SELECT a.avatar_url FROM org o
                   JOIN account a ON a.hub_id = o.hub_id AND a.user_id = $2
                   WHERE o.id = $1 AND a.avatar_url IS NOT NULL AND EXISTS
                       (SELECT 1 FROM event e WHERE e.org_id = $1 AND e.user_id = $2)";
        self.conn.first(sql, &[org_id.into(), user_id.into()], |row| row.text(0))
    }

    /// Every version of a person's memberships of an organization, newest first, at most `limit`.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn versions(&mut self, org_id: i64, user_id: &str, limit: i64) -> Result<Vec<Version>> {
        // Closed versions have no index by person; they are found by the names the person had.
        let sql = "SELECT m.username, m.fullname, m.email, m.role, m.is_pro, m.two_factor,
                       m.external, m.known, m.status, m.valid_from, m.valid_to, m.ended
                   FROM (SELECT DISTINCT n.username_key FROM org o
                       JOIN account_name n ON n.hub_id = o.hub_id AND n.user_id = $2
                       WHERE o.id = $1) names
                   CROSS JOIN membership m
                   WHERE m.org_id = $1 AND m.username_key = names.username_key AND m.user_id = $2
                   ORDER BY m.valid_from DESC, m.id DESC LIMIT $3";
        let mut found = Vec::new();
        self.conn.query(sql, &[org_id.into(), user_id.into(), limit.into()], |row| {
            found.push(version(row)?);
            Ok(())
        })?;
        Ok(found)
    }

    /// Every time a person spent in a resource group, newest first, at most `limit`.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn group_spans(
        &mut self,
        org_id: i64,
        user_id: &str,
        limit: i64,
    ) -> Result<Vec<GroupSpan>> {
        let sql = "SELECT g.group_id, r.name, g.role, g.valid_from, g.valid_to
                   FROM group_membership g
                   LEFT JOIN resource_group r ON r.org_id = g.org_id AND r.group_id = g.group_id
                       AND r.valid_to IS NULL
                   WHERE g.org_id = $1 AND g.user_id = $2
                   ORDER BY g.valid_from DESC, g.group_id LIMIT $3";
        let mut found = Vec::new();
        self.conn.query(sql, &[org_id.into(), user_id.into(), limit.into()], |row| {
            let id = row.text(0)?;
            let name = row.opt_text(1)?.unwrap_or_else(|| id.clone());
            found.push(GroupSpan {
                group: GroupRef { id, name },
                role: row.text(2)?,
                from: row.int(3)?,
                to: row.opt_int(4)?,
            });
            Ok(())
        })?;
        Ok(found)
    }
}
