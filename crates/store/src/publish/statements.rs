//! The statements of a publish, each over many rows at once.

use crate::bulk::{Bulk, Col};

/// Ends versions of memberships.
pub(super) const CLOSE: Bulk = Bulk {
    columns: &[("id", Col::Int), ("at", Col::Int), ("run_no", Col::Int), ("ended", Col::Int)],
    sql: "UPDATE membership SET valid_to = rows.at, run_to = rows.run_no, ended = rows.ended
          FROM rows WHERE membership.id = rows.id",
};

/// Begins versions of memberships.
pub(super) const OPEN: Bulk = Bulk {
    columns: &[
        ("org_id", Col::Int),
        ("user_id", Col::Text),
        ("username", Col::Text),
        ("username_key", Col::Text),
        ("fullname", Col::Text),
        ("email", Col::Text),
        ("role", Col::Text),
        ("is_pro", Col::Int),
        ("two_factor", Col::Int),
        ("external", Col::Int),
        ("known", Col::Int),
        ("fresh", Col::Int),
        ("status", Col::Text),
        ("absences", Col::Int),
        ("hash", Col::Int),
        ("first_seen", Col::Int),
        ("valid_from", Col::Int),
        ("run_from", Col::Int),
    ],
    sql: "INSERT INTO membership (org_id, user_id, username, username_key, fullname, email, role,
              is_pro, two_factor, external, known, fresh, status, absences, hash, first_seen,
              valid_from, run_from)
          SELECT org_id, user_id, username, username_key, fullname, email, role, is_pro, two_factor,
              external, known, fresh, status, absences, hash, first_seen, valid_from, run_from
          FROM rows",
};

/// Counts an absence.
pub(super) const ABSENT: Bulk = Bulk {
    columns: &[("id", Col::Int)],
    sql: "UPDATE membership SET absences = membership.absences + 1
          FROM rows WHERE membership.id = rows.id",
};

/// Remembers an entry that changed nothing.
pub(super) const TOUCH: Bulk = Bulk {
    columns: &[("id", Col::Int), ("hash", Col::Int), ("fresh", Col::Int)],
    sql: "UPDATE membership SET hash = rows.hash, fresh = rows.fresh
          FROM rows WHERE membership.id = rows.id",
};

/// Ends roles in groups.
pub(super) const GROUP_CLOSE: Bulk = Bulk {
    columns: &[
        ("org_id", Col::Int),
        ("user_id", Col::Text),
        ("group_id", Col::Text),
        ("at", Col::Int),
        ("run_no", Col::Int),
    ],
    sql: "UPDATE group_membership SET valid_to = rows.at, run_to = rows.run_no FROM rows
          WHERE group_membership.org_id = rows.org_id AND group_membership.user_id = rows.user_id
              AND group_membership.group_id = rows.group_id
              AND group_membership.valid_to IS NULL",
};

/// Begins roles in groups.
pub(super) const GROUP_OPEN: Bulk = Bulk {
    columns: &[
        ("org_id", Col::Int),
        ("user_id", Col::Text),
        ("group_id", Col::Text),
        ("role", Col::Text),
        ("at", Col::Int),
        ("run_no", Col::Int),
    ],
    sql: "INSERT INTO group_membership (org_id, user_id, group_id, role, valid_from, run_from)
          SELECT org_id, user_id, group_id, role, at, run_no FROM rows",
};

/// Ends group names that changed.
pub(super) const GROUP_NAME_CLOSE: Bulk = Bulk {
    columns: &[
        ("org_id", Col::Int),
        ("group_id", Col::Text),
        ("name", Col::Text),
        ("at", Col::Int),
    ],
    sql: "UPDATE resource_group SET valid_to = rows.at FROM rows
          WHERE resource_group.org_id = rows.org_id AND resource_group.group_id = rows.group_id
              AND resource_group.valid_to IS NULL AND resource_group.name <> rows.name",
};

/// Begins group names that are not there.
pub(super) const GROUP_NAME: Bulk = Bulk {
    columns: GROUP_NAME_CLOSE.columns,
    sql: "INSERT INTO resource_group (org_id, group_id, name, valid_from)
          SELECT org_id, group_id, name, at FROM rows WHERE true ON CONFLICT DO NOTHING",
};

/// Keeps what an account is called now.
pub(super) const ACCOUNT: Bulk = Bulk {
    columns: &[
        ("hub_id", Col::Int),
        ("user_id", Col::Text),
        ("username", Col::Text),
        ("fullname", Col::Text),
        ("avatar_url", Col::Text),
    ],
    sql: "INSERT INTO account (hub_id, user_id, username, fullname, avatar_url)
          SELECT hub_id, user_id, username, fullname, avatar_url FROM rows WHERE true
          ON CONFLICT (hub_id, user_id) DO UPDATE SET username = excluded.username,
              fullname = excluded.fullname,
              avatar_url = coalesce(excluded.avatar_url, account.avatar_url)",
};

/// Ends names that changed.
pub(super) const NAME_CLOSE: Bulk = Bulk {
    columns: &[
        ("hub_id", Col::Int),
        ("user_id", Col::Text),
        ("at", Col::Int),
        ("username", Col::Text),
        ("username_key", Col::Text),
        ("fullname", Col::Text),
    ],
    sql: "UPDATE account_name SET valid_to = rows.at FROM rows
          WHERE account_name.hub_id = rows.hub_id AND account_name.user_id = rows.user_id
              AND account_name.valid_to IS NULL
              AND (account_name.username <> rows.username
                  OR account_name.fullname IS DISTINCT FROM rows.fullname)",
};

/// Begins names that are not there.
pub(super) const NAME_OPEN: Bulk = Bulk {
    columns: NAME_CLOSE.columns,
    sql: "INSERT INTO account_name (hub_id, user_id, valid_from, username, username_key, fullname)
          SELECT hub_id, user_id, at, username, username_key, fullname FROM rows
          WHERE NOT EXISTS (SELECT 1 FROM account_name n WHERE n.hub_id = rows.hub_id
              AND n.user_id = rows.user_id AND n.valid_to IS NULL)
          ON CONFLICT (hub_id, user_id, valid_from) DO UPDATE SET username = excluded.username,
              username_key = excluded.username_key, fullname = excluded.fullname, valid_to = NULL",
};

/// Ends addresses that changed.
pub(super) const EMAIL_CLOSE: Bulk = Bulk {
    columns: &[
        ("hub_id", Col::Int),
        ("user_id", Col::Text),
        ("at", Col::Int),
        ("email", Col::Text),
    ],
    sql: "UPDATE account_email SET valid_to = rows.at FROM rows
          WHERE account_email.hub_id = rows.hub_id AND account_email.user_id = rows.user_id
              AND account_email.valid_to IS NULL
              AND account_email.email IS DISTINCT FROM rows.email",
};

/// Begins addresses that are not there.
pub(super) const EMAIL_OPEN: Bulk = Bulk {
    columns: EMAIL_CLOSE.columns,
    sql: "INSERT INTO account_email (hub_id, user_id, valid_from, email)
          SELECT hub_id, user_id, at, email FROM rows
          WHERE email IS NOT NULL AND NOT EXISTS (SELECT 1 FROM account_email e
              WHERE e.hub_id = rows.hub_id AND e.user_id = rows.user_id AND e.valid_to IS NULL)
          ON CONFLICT (hub_id, user_id, valid_from) DO UPDATE SET email = excluded.email,
              valid_to = NULL",
};

/// Begins names where no name was known.
pub(super) const NAME_FIRST: Bulk = Bulk {
    columns: NAME_CLOSE.columns,
    sql: "INSERT INTO account_name (hub_id, user_id, valid_from, username, username_key, fullname)
          SELECT hub_id, user_id, at, username, username_key, fullname FROM rows",
};

/// Begins addresses where no address was known.
pub(super) const EMAIL_FIRST: Bulk = Bulk {
    columns: EMAIL_CLOSE.columns,
    sql: "INSERT INTO account_email (hub_id, user_id, valid_from, email)
          SELECT hub_id, user_id, at, email FROM rows WHERE email IS NOT NULL",
};
