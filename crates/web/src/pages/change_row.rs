//! A change as a row of a table.

use hubfolk_license::views::ChangeView;

use super::parts::{Person, address};
use crate::layout::org_url;
use crate::questions::members::ListMembers;
use crate::show;

pub(super) struct ChangeRow {
    pub(super) seq: i64,
    pub(super) at: String,
    pub(super) person: Option<Person>,
    pub(super) what: String,
    pub(super) class: &'static str,
    pub(super) group: String,
    pub(super) group_url: String,
    pub(super) old: String,
    pub(super) new: String,
    pub(super) cause: &'static str,
    pub(super) actor: String,
    pub(super) run: i64,
    pub(super) run_url: String,
}

impl ChangeRow {
    pub(super) fn new(org: &str, change: &ChangeView) -> Self {
        let group = change.group.as_ref();
        let members = ListMembers {
            org: org.to_owned(),
            group: group.map(|group| group.id.clone()),
            ..ListMembers::default()
        };
        Self {
            seq: change.seq,
            at: change.at.clone(),
            person: change
                .member
                .as_ref()
                .map(|member| Person::new(org, &member.id, &member.username, None)),
            what: show::kind(change.kind).into_owned(),
            class: show::weight(change.kind),
            group: group.map(|group| show::line(&group.name)).unwrap_or_default(),
            group_url: address(&org_url(org, "/members"), &members),
            old: show::value(&change.old),
            new: show::value(&change.new),
            cause: if change.cause.source == "audit_log" { "audit log" } else { "observed" },
            actor: show::maybe(&change.cause.actor),
            run: change.run,
            run_url: org_url(org, &format!("/runs/{}", change.run)),
        }
    }
}
