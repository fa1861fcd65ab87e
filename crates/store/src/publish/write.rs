//! Writing the next versions of members into the tables they touch.

use super::statements::{
    ACCOUNT, CLOSE, EMAIL_CLOSE, EMAIL_FIRST, EMAIL_OPEN, GROUP_CLOSE, GROUP_OPEN, NAME_CLOSE,
    NAME_FIRST, NAME_OPEN, OPEN,
};
use super::{NewVersion, Publish};
use crate::bulk::Rows;
use crate::orgs::name_key;
use crate::{Field, GroupRole, Result};

impl Publish<'_> {
    pub(super) fn write_memberships(&mut self, versions: &[NewVersion]) -> Result<()> {
        let mut close = Rows::default();
        for version in versions {
            if let Some(prior) = &version.prior {
                close.push([
                    prior.membership_id.into(),
                    self.at.into(),
                    self.run.into(),
                    version.ends.into(),
                ]);
            }
        }
        self.conn.bulk(&CLOSE, &close)?;
        let keys: Vec<String> =
            versions.iter().map(|version| name_key(&version.state.username)).collect();
        let mut open = Rows::with_capacity(versions.len(), &OPEN);
        for (version, key) in versions.iter().zip(&keys).filter(|(version, _)| !version.ends) {
            let state = &version.state;
            open.push([
                self.org.id.into(),
                (&state.user_id).into(),
                (&state.username).into(),
                key.into(),
                (&state.fullname).into(),
                (&state.email).into(),
                (&state.role).into(),
                state.is_pro.into(),
                state.two_factor.into(),
                state.external.into(),
                state.known.bits().into(),
                state.fresh.bits().into(),
                state.status.name().into(),
                state.absences.into(),
                version.hash.into(),
                state.first_seen.into(),
                self.at.into(),
                self.run.into(),
            ]);
        }
        self.conn.bulk(&OPEN, &open).map(drop)
    }

    pub(super) fn write_groups(&mut self, versions: &[NewVersion]) -> Result<()> {
        let (mut close, mut open) = (Rows::default(), Rows::default());
        let has = |groups: &[GroupRole], group: &GroupRole| {
            groups.iter().any(|other| other.id == group.id && other.role == group.role)
        };
        for version in versions {
            let before = version.prior.as_ref().map_or(&[][..], |prior| &prior.state.groups);
            let after = if version.ends { &[][..] } else { &version.state.groups };
            for group in before.iter().filter(|group| !has(after, group)) {
                close.push([
                    self.org.id.into(),
                    (&version.state.user_id).into(),
                    (&group.id).into(),
                    self.at.into(),
                    self.run.into(),
                ]);
            }
            for group in after.iter().filter(|group| !has(before, group)) {
                open.push([
                    self.org.id.into(),
                    (&version.state.user_id).into(),
                    (&group.id).into(),
                    (&group.role).into(),
                    self.at.into(),
                    self.run.into(),
                ]);
            }
        }
        if !close.is_empty() {
            self.conn.bulk(&GROUP_CLOSE, &close)?;
        }
        if !open.is_empty() {
            self.conn.bulk(&GROUP_OPEN, &open)?;
        }
        Ok(())
    }

    pub(super) fn write_accounts(&mut self, versions: &[NewVersion]) -> Result<()> {
        let (mut accounts, mut names, mut emails) =
            (Rows::default(), Rows::default(), Rows::default());
        let keys: Vec<String> =
            versions.iter().map(|version| name_key(&version.state.username)).collect();
        for (version, key) in versions.iter().zip(&keys).filter(|(version, _)| !version.ends) {
            let state = &version.state;
            let before = version.prior.as_ref().map(|prior| &prior.state);
            if before.is_none_or(|b| b.username != state.username || b.fullname != state.fullname) {
                accounts.push([
                    self.org.hub_id.into(),
                    (&state.user_id).into(),
                    (&state.username).into(),
                    (&state.fullname).into(),
                    (&version.avatar_url).into(),
                ]);
                names.push([
                    self.org.hub_id.into(),
                    (&state.user_id).into(),
                    self.at.into(),
                    (&state.username).into(),
                    key.into(),
                    (&state.fullname).into(),
                ]);
            }
            if before.is_none_or(|b| b.email != state.email) && state.known.has(Field::Email) {
                emails.push([
                    self.org.hub_id.into(),
                    (&state.user_id).into(),
                    self.at.into(),
                    (&state.email).into(),
                ]);
            }
        }
        self.conn.bulk(&ACCOUNT, &accounts)?;
        if self.first_of_hub {
            self.conn.bulk(&NAME_FIRST, &names)?;
            return self.conn.bulk(&EMAIL_FIRST, &emails).map(drop);
        }
        self.conn.bulk(&NAME_CLOSE, &names)?;
        self.conn.bulk(&EMAIL_CLOSE, &emails)?;
        self.conn.bulk(&NAME_OPEN, &names)?;
        self.conn.bulk(&EMAIL_OPEN, &emails).map(drop)
    }
}
