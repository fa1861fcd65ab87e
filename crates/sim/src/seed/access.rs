//! The demo's requests for access and its webhooks.

use jiff::SignedDuration;
use serde_json::{Map, Value};

use super::{ADMIN, DEMO_ORGANIZATION, FIRST_WEEK};
use crate::chance::Chance;
use crate::world::{
    AccessStatus, Account, Domains, Happened, NewWebhook, RepoFound, RepoType, Target, Watched,
    WebhookState, World,
};

/// The gated model of the demo.
const GATED: &str = "tide-large";

/// People who are not members and ask for access.
const PEOPLE: [(&str, &str, AccessStatus); 9] = [
    ("ines-okafor", "Inês Okafor", AccessStatus::Pending),
    ("tomasz-wu", "Tomasz Wu", AccessStatus::Pending),
    ("leila-haddad", "Leila Haddad", AccessStatus::Pending),
    ("sam-oyelaran", "Sam Oyelaran", AccessStatus::Pending),
    ("petra-novak", "Petra Novák", AccessStatus::Accepted),
    ("harbor-institute", "Harbor Institute", AccessStatus::Accepted),
    ("yuki-tanabe", "Yuki Tanabe", AccessStatus::Accepted),
    ("free-models-4all", "Free Models", AccessStatus::Rejected),
    ("ravi-menon", "Ravi Menon", AccessStatus::Reset),
];

const COUNTRIES: [&str; 5] = ["Kenya", "Portugal", "Japan", "Norway", "Chile"];

/// Adds them, drawing from a stream of their own so that nothing else of the demo changes.
pub(super) fn add(world: &mut World, seed: u64) -> Result<(), crate::ChangeError> {
    let mut chance = Chance::stream(seed, "demo access requests");
    let id = format!("{DEMO_ORGANIZATION}/{GATED}");
    for (index, (name, fullname, status)) in PEOPLE.into_iter().enumerate() {
        let at = FIRST_WEEK - SignedDuration::from_hours(24 * (1 + index as i64));
        if world.account(name).is_none() {
            let mut user = super::new_user(&mut chance, name.to_owned(), fullname.to_owned(), at);
            user.email = Some(format!("{name}@mail.example"));
            world.add_user(user)?;
        }
        let Some(Account::User(user)) = world.account(name) else { continue };
        let RepoFound::Here(repo) = world.find_repo(RepoType::Model, &id) else { continue };
        let mut fields = Map::new();
        let country = *chance.pick(&COUNTRIES);
        fields.insert("Country".to_owned(), Value::from(country));
        fields.insert("I agree to use this model for research only".to_owned(), Value::from("on"));
        world.ask_access(repo, user, fields, at);
        if let Some(Account::User(admin)) = world.account(ADMIN) {
            let decided = at + SignedDuration::from_hours(3);
            world.decide_access(repo, user, status, admin, decided);
        }
    }
    elsewhere(world)?;
    webhook(world)
}

/// A gated model of somebody else, for the demo's people to ask for.
fn elsewhere(world: &mut World) -> Result<(), crate::ChangeError> {
    let id = "harbor-institute/tide-gauges";
    world.add_repo(RepoType::Model, id)?;
    world.set_gated(RepoType::Model, id, crate::Gated::Manual)
}

/// One webhook of the administrator, which has told something already.
fn webhook(world: &mut World) -> Result<(), crate::ChangeError> {
    let Some(Account::User(owner)) = world.account(ADMIN) else { return Ok(()) };
    let Some(org) = world.account(DEMO_ORGANIZATION) else { return Ok(()) };
    world.insert_webhook(NewWebhook {
        id: None,
        owner,
        target: Target::Url("https://hooks.meridian-labs.example/hub".to_owned()),
        watched: vec![Watched::Account(org)],
        domains: Domains { repo: true, discussion: true },
        secret: Some("a secret of the demo".into()),
        state: WebhookState::Enabled,
    });
    let id = format!("{DEMO_ORGANIZATION}/{GATED}");
    if let RepoFound::Here(repo) = world.find_repo(RepoType::Model, &id) {
        let at = FIRST_WEEK - SignedDuration::from_hours(2);
        world.tell_webhooks(&Happened::new(repo, "update", "repo.config"), at);
    }
    Ok(())
}
