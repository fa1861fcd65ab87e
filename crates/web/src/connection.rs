//! Testing a connection: what a token may see of an organization, in plain words with the remedy.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hubfolk::{Event, Hub, RateLeft};
use hubfolk_api::Secret;
use hubfolk_api::account::OrganizationMember;
use hubfolk_api::audit_log::ExportAuditLog;
use hubfolk_api::organizations::ListOrganizationMembers;
use hubfolk_api::resource_groups::ListResourceGroups;
use hubfolk_api::whoami::{GetWhoami, TokenRole, Whoami, WhoamiOrganization};
use hubfolk_license::observe;
use hubfolk_store::{Field, Fields};
use jiff::{SignedDuration, Timestamp};

use hubfolk_license::chain;

/// A token that ends sooner wants to be replaced.
pub(crate) const SOON: SignedDuration = SignedDuration::from_hours(14 * 24);

/// Members that are looked at.
const SAMPLE: u32 = 100;

/// Largest side list that is looked at.
const LARGEST: u64 = 1024 * 1024;

/// How a finding is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Tone {
    Good,
    /// It works, with less knowledge or more risk than need be.
    Warn,
    /// Nothing can be synced like this.
    Bad,
}

impl Tone {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Warn => "warn",
            Self::Bad => "bad",
        }
    }
}

/// One thing that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    pub(crate) tone: Tone,
    /// The field of the form that it is about.
    pub(crate) field: &'static str,
    pub(crate) what: String,
    pub(crate) remedy: Option<String>,
}

/// What a test found out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Report {
    pub(crate) findings: Vec<Finding>,
    /// The organization's name as the Hub writes it, and its id.
    pub(crate) identity: Option<(String, String)>,
    pub(crate) role: Option<String>,
    pub(crate) scopes: Option<String>,
    pub(crate) expires: Option<Timestamp>,
}

impl Report {
    /// Whether syncs can work like this.
    pub(crate) fn is_usable(&self) -> bool {
        self.findings.iter().all(|finding| finding.tone != Tone::Bad)
    }

    fn add(&mut self, tone: Tone, field: &'static str, what: impl Into<String>) -> &mut Finding {
        self.findings.push(Finding { tone, field, what: what.into(), remedy: None });
        self.findings.last_mut().expect("it was pushed just now")
    }
}

impl Finding {
    fn remedy(&mut self, remedy: impl Into<String>) {
        self.remedy = Some(remedy.into());
    }
}

/// Tries what a sync would do: who the token belongs to, the first members, the side lists.
pub(crate) async fn test(
    endpoint: &str,
    token: Option<&Secret>,
    org: &str,
    now: Timestamp,
) -> Report {
    let mut report = Report::default();
    let left: Arc<Mutex<Option<RateLeft>>> = Arc::default();
    let heard = Arc::clone(&left);
    let hub = Hub::builder()
        .endpoint(endpoint)
        .maybe_token(token.map(|token| token.expose().to_owned().into()))
        // Somebody waits for the answer.
        .max_attempts(2)
        .max_rate_limit_wait(Duration::from_secs(5))
        .total_timeout(Duration::from_secs(20))
        .observer(move |event| {
            if let Event::Answered { left: Some(left), .. } = event {
                *heard.lock().unwrap_or_else(PoisonError::into_inner) = Some(*left);
            }
        })
        .build();
    let hub = match hub {
        Ok(hub) => hub,
        Err(error) => {
            report.add(Tone::Bad, "endpoint", format!("{}.", chain(&error)));
            return report;
        }
    };
    let membership = match token {
        None => {
            report
                .add(Tone::Warn, "kind", "Without a token only what is public is seen: no role, no e-mail, no two-factor state.")
                .remedy("Give the token of an administrator of the organization.");
            None
        }
        Some(_) => match hub.send(GetWhoami::new()).await {
            Ok(me) => about_the_token(&mut report, &me, org, now),
            Err(error) => {
                about_a_refusal(&mut report, &error, org);
                return report;
            }
        },
    };
    let admin = membership.as_ref().is_some_and(is_admin);
    let request = ListOrganizationMembers::builder(org).limit(SAMPLE).build();
    match hub.send(request).await {
        Ok(members) => about_the_members(&mut report, &members, membership.as_ref(), org),
        Err(error) => {
            about_a_refusal(&mut report, &error, org);
            return report;
        }
    }
    if admin {
        about_the_sides(&mut report, &hub, org).await;
    }
    if let Some(left) = *left.lock().unwrap_or_else(PoisonError::into_inner) {
        let quota = left.quota.map_or_else(String::new, |quota| format!(" of {quota}"));
        let tone = if left.remaining < 100 { Tone::Warn } else { Tone::Good };
        let seconds = left.resets_in.as_secs();
        report.add(
            tone,
            "token",
            format!(
                "The Hub takes {}{quota} more requests in the next {seconds} seconds.",
                left.remaining
            ),
        );
    }
    report
}

fn is_admin(org: &WhoamiOrganization) -> bool {
    org.role_in_org.as_ref().is_some_and(|role| role.as_str() == "admin")
}

fn about_the_token(
    report: &mut Report,
    me: &Whoami,
    org: &str,
    now: Timestamp,
) -> Option<WhoamiOrganization> {
    let membership =
        me.orgs.iter().flatten().find(|one| one.username.to_lowercase() == org.to_lowercase());
    match membership {
        Some(found) => {
            let role = found.role_in_org.as_ref().map_or("a role that the Hub does not say", |role| role.as_str());
            report.identity = Some((found.username.clone(), found.id.clone()));
            report.add(Tone::Good, "token", format!("The token belongs to {}, who is {role} in {}.", me.username, found.username));
            let blocked = found.security_restrictions.iter().flatten().cloned().collect::<Vec<_>>();
            if !blocked.is_empty() {
                report
                    .add(Tone::Bad, "token", format!("{} keeps this token out: {}.", found.username, blocked.join(", ")))
                    .remedy("Its security settings say what a token needs: two-factor authentication of its owner, a single sign-on, an allowed network, or an approval of the token.");
            }
        }
        None => report
            .add(Tone::Warn, "token", format!("The token belongs to {}, who is no member of {org}: only what outsiders see can be synced.", me.username))
            .remedy(format!("Use a token of an administrator of {org}, and check the organization's name.")),
    }
    about_its_power(report, me);
    about_its_end(report, me, now);
    membership.cloned()
}

/// A token that may change things is more than a sync needs.
fn about_its_power(report: &mut Report, me: &Whoami) {
    let Some(token) = me.access_token() else { return };
    let role = token.role.as_ref().map_or("unknown", TokenRole::as_str).to_owned();
    let least =
        "A fine-grained token with read access to the organization is enough for everything here.";
    match &token.fine_grained {
        Some(scopes) => {
            let all: Vec<&String> = scopes
                .scoped
                .iter()
                .flat_map(|scope| &scope.permissions)
                .chain(scopes.global.iter().flatten())
                .collect();
            let writing: Vec<&str> = all
                .iter()
                .map(|scope| scope.as_str())
                .filter(|scope| scope.contains("write"))
                .collect();
            if !writing.is_empty() {
                report
                    .add(
                        Tone::Warn,
                        "token",
                        format!("The token may change things: {}.", writing.join(", ")),
                    )
                    .remedy(least);
            }
            report.scopes = Some(all.into_iter().cloned().collect::<Vec<_>>().join(" "));
        }
        None if role == "write" || role == "god" => {
            report.add(Tone::Warn, "token", format!("The token has the role {role}: whoever gets hold of it can change everything its owner can.")).remedy(least);
        }
        None => {}
    }
    report.role = Some(role);
}

fn about_its_end(report: &mut Report, me: &Whoami, now: Timestamp) {
    let ends = me.auth.as_ref().and_then(|auth| auth.expires_at.as_ref()?.as_deref());
    let Some(ends) = ends.and_then(|ends| ends.parse::<Timestamp>().ok()) else { return };
    report.expires = Some(ends);
    let left = ends.duration_since(now);
    let day = ends.strftime("%Y-%m-%d");
    if left < SOON {
        report
            .add(Tone::Warn, "token", format!("The token ends on {day}, in {} days.", left.as_hours().max(0) / 24))
            .remedy("Make a new one in the Hub's settings, Access Tokens, and give it here before that day.");
    } else {
        report.add(Tone::Good, "token", format!("The token is good until {day}."));
    }
}

fn about_the_members(
    report: &mut Report,
    members: &[OrganizationMember],
    membership: Option<&WhoamiOrganization>,
    org: &str,
) {
    if members.is_empty() {
        report
            .add(
                Tone::Bad,
                "name",
                format!("The list of members of {org} is empty, which no organization's is."),
            )
            .remedy(
                "The organization may hide its members from outsiders: use a token of a member.",
            );
        return;
    }
    let seen =
        members.iter().cloned().map(|member| observe(member).seen).fold(Fields::NONE, Fields::or);
    let seen_names: Vec<&str> = Fields::COVERAGE.and(seen).iter().map(in_words).collect();
    let some = if members.len() as u32 >= SAMPLE { "at least " } else { "" };
    let shown =
        if seen_names.is_empty() { "nothing but names".to_owned() } else { seen_names.join(", ") };
    report.add(
        Tone::Good,
        "name",
        format!("{some}{} members are listed; seen of them: {shown}.", members.len()),
    );
    let hidden: Vec<&str> = Fields::COVERAGE.without(seen).iter().map(in_words).collect();
    if !hidden.is_empty() {
        let role = membership
            .and_then(|one| one.role_in_org.as_ref())
            .map_or("no member", |role| role.as_str());
        let finding = report.add(
            Tone::Warn,
            "token",
            format!(
                "Not seen: {}. What is not seen stays unknown; it is never taken for no.",
                hidden.join(", ")
            ),
        );
        finding.remedy(if role == "admin" {
            "The owner is an administrator, so the token's scopes or the organization's plan hide it: resource groups come with Team and Enterprise; a fine-grained token needs read access to the organization.".to_owned()
        } else {
            format!("Only administrators are shown e-mails, two-factor state and external collaborators; the owner of this token is {role}. Use an administrator's token.")
        });
    } else if members
        .iter()
        .all(|member| member.verified_email.as_ref().is_none_or(Option::is_none))
    {
        report
            .add(Tone::Warn, "domains", "E-mail addresses are shown, but nobody has a verified one.")
            .remedy("Members verify an address of the organization's domains in their settings; until then rules about domains say nothing.");
    }
}

fn in_words(field: Field) -> &'static str {
    match field {
        Field::Role => "roles",
        Field::TwoFactor => "two-factor state",
        Field::Email => "e-mail addresses",
        Field::External => "external collaborators",
        Field::Groups => "resource groups",
        Field::Pro => "Pro subscriptions",
        Field::Fullname => "full names",
    }
}

/// What only an administrator's token reads; none of it is needed.
async fn about_the_sides(report: &mut Report, hub: &Hub, org: &str) {
    let groups = hub.send_within(ListResourceGroups::new(org), LARGEST).await;
    let audit = hub.send_within(ExportAuditLog::new(org), LARGEST).await.map(drop);
    for (what, answer) in [
        ("resource groups", groups.map(drop)),
        ("the audit log, which names who changed what", audit),
    ] {
        match answer {
            Ok(()) | Err(hubfolk::Error::TooLarge(_)) => {
                report.add(Tone::Good, "token", format!("It reads {what}."));
            }
            Err(error) => {
                let why = match error.status().map(|status| status.as_u16()) {
                    Some(402) => "the organization's plan does not include it",
                    Some(401 | 403) => "the token may not",
                    _ => "the Hub did not answer it",
                };
                report.add(
                    Tone::Warn,
                    "token",
                    format!("It does not read {what}: {why}. Syncs work without."),
                );
            }
        }
    }
}

/// A refusal or a failure, what it means here, and what to do.
fn about_a_refusal(report: &mut Report, error: &hubfolk::Error, org: &str) {
    let status = error.status().map(|status| status.as_u16());
    let (field, what, remedy) = match status {
        Some(400) => (
            "name",
            format!("{org} is a user, not an organization."),
            "Give the name of an organization, as it stands in its address at the Hub.",
        ),
        Some(401) if error.operation() == Some("whoami") => (
            "token",
            "The Hub refuses the token (401): it is mistyped, revoked or expired.".to_owned(),
            "Make a new one in the Hub's settings, Access Tokens, and copy all of it.",
        ),
        Some(401) => (
            "token",
            format!(
                "The members of {org} are shown to members alone (401), and this token is none of one."
            ),
            "Give the token of a member, best of an administrator.",
        ),
        Some(402) => (
            "name",
            format!("The plan of {org} does not include this (402)."),
            "It needs a Team or Enterprise plan.",
        ),
        Some(403) => (
            "token",
            format!(
                "The token is good, but may not see the members of {org} (403): the list is hidden from outsiders, or the token lacks the scope."
            ),
            "Use a token of a member; a fine-grained one needs read access to the organization.",
        ),
        Some(404) => (
            "name",
            format!("There is no organization {org} at this Hub (404)."),
            "Check the spelling: it is the name in its address at the Hub, not the name it shows.",
        ),
        Some(429) => (
            "token",
            "The Hub's rate limit is used up (429).".to_owned(),
            "Wait five minutes and test again; other programs with this token use the same budget.",
        ),
        Some(500..) => (
            "endpoint",
            format!("The Hub has trouble of its own ({}).", status.unwrap_or(500)),
            "Test again in some minutes.",
        ),
        _ => (
            "endpoint",
            format!("The Hub cannot be reached: {}.", chain(error)),
            "Check its address, the network, and a proxy that the service would have to use.",
        ),
    };
    report.add(Tone::Bad, field, what).remedy(remedy);
}
