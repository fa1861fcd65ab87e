//! The demo's world: one organization, as an administrator might find it.

mod access;
mod billing;
mod collections;
mod discussions;
mod governance;
pub(crate) mod names;
mod scim;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use self::names::PersonName;
use crate::chance::Chance;
use crate::id::ObjectId;
use crate::world::{AuditNote, NewMember, NewUser, Plan, RepoType, TokenRole, World};

/// The organization of the demo world.
pub const DEMO_ORGANIZATION: &str = "meridian-labs";
/// A token of an admin of that organization, who may read and write.
pub const DEMO_ADMIN_TOKEN: &str = "hf_test_demo_admin";
/// A token of a member without admin rights.
pub const DEMO_MEMBER_TOKEN: &str = "hf_test_demo_member";
/// A token of somebody from outside.
pub const DEMO_OUTSIDER_TOKEN: &str = "hf_test_demo_outsider";
/// A token for the SCIM operations of that organization, as its identity provider has one.
pub const DEMO_SCIM_TOKEN: &str = "hf_test_demo_scim";
/// A token of the service account `meridian-ci` of that organization.
pub const DEMO_SERVICE_TOKEN: &str = "hf_test_demo_service";
/// A token that ended in 2025.
pub const DEMO_EXPIRED_TOKEN: &str = "hf_test_demo_expired";
/// Members of the demo organization unless told otherwise.
pub const DEMO_MEMBERS: usize = 1_200;

/// Usernames of the owners of the demo's tokens.
pub(crate) const ADMIN: &str = "amara-osei";
pub(crate) const MEMBER: &str = "jonas-lindqvist";
const OUTSIDER: &str = "walk-in";
const DOMAIN: &str = "meridian-labs.example";

/// The resource groups, with how many of a hundred members are in each.
pub(crate) const GROUPS: [(&str, usize); 14] = [
    ("research", 14),
    ("applied-science", 9),
    ("platform", 11),
    ("data-engineering", 8),
    ("evaluation", 6),
    ("speech", 5),
    ("vision", 7),
    ("robotics", 3),
    ("safety", 5),
    ("product", 8),
    ("partners", 4),
    ("interns", 3),
    ("security-review", 2),
    ("leadership", 1),
];

/// Roles with how many of a hundred members have each.
const ROLES: [(&str, usize); 5] =
    [("write", 34), ("read", 31), ("contributor", 24), ("no_access", 10), ("admin", 1)];

/// When the demo's history begins.
pub(crate) const FIRST_WEEK: Timestamp = Timestamp::constant(1_779_087_600, 0);

impl World {
    /// The demo world: `meridian-labs` with this many members (at least 20) and 14 resource groups,
    /// people from outside, service accounts, repos, likes and an audit log. The same seed gives
    /// the same world.
    ///
    /// Its tokens are [`DEMO_ADMIN_TOKEN`] and the other `DEMO_..._TOKEN`s.
    #[must_use]
    pub fn demo(seed: u64, members: usize) -> Self {
        let mut world = Self::new();
        let built = build(&mut world, seed, members.max(20));
        built.expect("every name below is made for an empty world");
        world
    }
}

fn build(world: &mut World, seed: u64, members: usize) -> Result<(), crate::ChangeError> {
    let org = DEMO_ORGANIZATION;
    let mut chance = Chance::stream(seed, "demo world");
    world.add_organization(org, Some(Plan::Enterprise))?;
    world.describe_organization(
        org,
        "Meridian Labs",
        "Models for maps, ships and weather",
        DOMAIN,
    )?;
    for (group, _) in GROUPS {
        world.add_group(org, group)?;
    }
    let fixed = [(ADMIN, "Amara Oséi", "admin"), (MEMBER, "Jonas Lindqvist", "read")];
    for (name, fullname, role) in fixed {
        let mut user = new_user(&mut chance, name.to_owned(), fullname.to_owned(), FIRST_WEEK);
        user.two_factor = true;
        user.email = Some(format!("{name}@{DOMAIN}"));
        world.add_user(user)?;
        let mut member = NewMember::with_role(role);
        member.verified_email = Some(format!("{name}@{DOMAIN}"));
        world.add_member(org, name, member)?;
    }
    // An organization of twenty has admins too.
    for index in 0..members - fixed.len() {
        let role = if index < 3 { "admin" } else { weighted(&mut chance, &ROLES) };
        let name = add_person(world, &mut chance, FIRST_WEEK)?;
        join(world, &mut chance, &name, role)?;
    }
    world.add_user(new_user(&mut chance, OUTSIDER.to_owned(), "Walk In".to_owned(), FIRST_WEEK))?;
    let expired = FIRST_WEEK - SignedDuration::from_hours(24 * 200);
    world.add_token(DEMO_ADMIN_TOKEN, ADMIN, TokenRole::Write, None)?;
    world.add_token(DEMO_MEMBER_TOKEN, MEMBER, TokenRole::Read, None)?;
    world.add_token(DEMO_OUTSIDER_TOKEN, OUTSIDER, TokenRole::Write, None)?;
    world.add_token(DEMO_EXPIRED_TOKEN, ADMIN, TokenRole::Write, Some(expired))?;
    for (index, (user, fullname)) in [
        ("meridian-ci", "Continuous integration"),
        ("meridian-mirror", "Dataset mirror"),
        ("meridian-eval", "Nightly evaluation"),
        ("meridian-docs", "Documentation builds"),
        ("meridian-backup", "Backups"),
    ]
    .into_iter()
    .enumerate()
    {
        let age = SignedDuration::from_hours(24 * (40 + 97 * index as i64));
        world.add_service_account(org, user, fullname, FIRST_WEEK - age)?;
    }
    repos(world, &mut chance)?;
    ties(world, &mut chance)?;
    first_audit_entries(world, &mut chance)?;
    collections::add(world, seed)?;
    access::add(world, seed)?;
    governance::add(world, seed)?;
    discussions::add(world, seed)?;
    scim::add(world)?;
    billing::add(world, seed);
    Ok(())
}

fn new_user(chance: &mut Chance, name: String, fullname: String, before: Timestamp) -> NewUser {
    let age = SignedDuration::from_secs((1 + chance.below(6 * 365 * 24 * 3600)) as i64);
    let created = before - age;
    let seconds = u32::try_from(created.as_second()).unwrap_or(0);
    let mut user = NewUser::named(name);
    user.fullname = fullname;
    // As the Hub makes ids: the time first, so that older accounts come first in the list.
    user.id = Some(ObjectId::from_parts(seconds, chance.next()));
    user.created_at = Some(created);
    user
}

/// Somebody new on the Hub; the username.
pub(crate) fn add_person(
    world: &mut World,
    chance: &mut Chance,
    before: Timestamp,
) -> Result<String, crate::ChangeError> {
    let person = PersonName::draw(chance);
    let name = person.username(chance, |name| world.id_of(name).is_some());
    let mut user = new_user(chance, name.clone(), person.full, before);
    user.is_pro = chance.percent(12);
    user.two_factor = chance.percent(91);
    world.add_user(user)?;
    Ok(name)
}

/// Makes somebody a member of the demo organization, in the groups their work is in.
pub(crate) fn join(
    world: &mut World,
    chance: &mut Chance,
    name: &str,
    role: &str,
) -> Result<(), crate::ChangeError> {
    let mut member = NewMember::with_role(role.to_owned());
    member.external = chance.percent(6);
    if member.external {
        // Some outsiders are there without the second factor that staff must have.
        world.set_two_factor(name, chance.percent(60))?;
    } else if chance.percent(96) {
        member.verified_email = Some(format!("{}@{DOMAIN}", name.to_lowercase()));
    }
    world.add_member(DEMO_ORGANIZATION, name, member)?;
    let mut groups = Vec::new();
    for (group, share) in GROUPS {
        if chance.percent(share) {
            groups.push((group, weighted(chance, &[("read", 50), ("write", 40), ("admin", 10)])));
        }
    }
    world.set_groups(DEMO_ORGANIZATION, name, &groups)
}

pub(crate) fn weighted<'a>(chance: &mut Chance, words: &[(&'a str, usize)]) -> &'a str {
    let mut roll = chance.below(words.iter().map(|(_, share)| share).sum());
    for (word, share) in words {
        if roll < *share {
            return word;
        }
        roll -= share;
    }
    words[0].0
}

fn repos(world: &mut World, chance: &mut Chance) -> Result<(), crate::ChangeError> {
    let org = DEMO_ORGANIZATION;
    for (kind, names) in [
        (RepoType::Model, ["tide-base", "tide-large", "harbor-vision", "swell-asr", "drift-mini"]),
        (RepoType::Dataset, ["coastlines", "ship-logs", "buoys", "port-calls", "weather-notes"]),
        (RepoType::Space, ["tide-demo", "map-viewer", "leaderboard", "ship-finder", "annotator"]),
    ] {
        for (index, name) in names.into_iter().enumerate() {
            let id = format!("{org}/{name}");
            world.add_repo(kind, &id)?;
            world.set_private(kind, &id, index == 4)?;
            if index == 1 && kind != RepoType::Space {
                world.set_gated(kind, &id, crate::Gated::Manual)?;
            }
        }
    }
    let own = format!("{ADMIN}/notebook");
    world.add_repo(RepoType::Model, &own)?;
    let people: Vec<String> = world.members(org)?.map(str::to_owned).collect();
    for person in &people {
        for (kind, name) in [
            (RepoType::Model, "tide-base"),
            (RepoType::Dataset, "coastlines"),
            (RepoType::Space, "tide-demo"),
        ] {
            if chance.percent(18) {
                let age = SignedDuration::from_secs(chance.below(300 * 24 * 3600) as i64);
                world.like(person, kind, &format!("{org}/{name}"), Some(FIRST_WEEK - age))?;
            }
        }
    }
    Ok(())
}

fn ties(world: &mut World, chance: &mut Chance) -> Result<(), crate::ChangeError> {
    let people: Vec<String> = world.members(DEMO_ORGANIZATION)?.map(str::to_owned).collect();
    for person in &people {
        if chance.percent(55) {
            world.follow(person, DEMO_ORGANIZATION)?;
        }
        for _ in 0..chance.below(4) {
            let other = chance.pick(&people);
            if other != person {
                world.follow(person, other)?;
            }
        }
        if chance.percent(20) && person != ADMIN {
            world.follow(person, ADMIN)?;
        }
    }
    Ok(())
}

fn first_audit_entries(world: &mut World, chance: &mut Chance) -> Result<(), crate::ChangeError> {
    let people: Vec<String> = world.members(DEMO_ORGANIZATION)?.map(str::to_owned).collect();
    let days = 60;
    for day in (1..=days).rev() {
        let at = FIRST_WEEK - SignedDuration::from_hours(24 * day);
        let person = chance.pick(&people).clone();
        let id = world.id_of(&person).map(|id| id.to_string());
        let note = match day % 4 {
            0 => AuditNote::new(at, "org.sso_login", format!("{person} logged in by SSO"))
                .by(&person),
            1 => AuditNote::new(at, "org.add_user", format!("{ADMIN} added {person}"))
                .by(ADMIN)
                .data(json!({ "user": person, "userId": id })),
            2 => AuditNote::new(at, "repo.create", format!("{person} created a repository"))
                .by(&person),
            _ => AuditNote::new(at, "org.settings.update", format!("{ADMIN} changed settings"))
                .by(ADMIN),
        };
        world.audit(DEMO_ORGANIZATION, note)?;
    }
    Ok(())
}
