//! Questions to the ledger, answered without the Hub.
#![allow(clippy::unwrap_used, reason = "tests")]

use hubfolk::Hub;
use hubfolk_license::Ledger;
use hubfolk_mcp::failure::Code;
use hubfolk_mcp::ledger::{Changes, Count, CountBy, Desk, Members, Part, Select, StatusAsked};
use hubfolk_sim::{NewMember, NewUser, Running, Sim, World};
use hubfolk_store::{DatabaseUrl, Store};
use jiff::Timestamp;
use tempfile::TempDir;

const WORLD: &str = r#"{
    "users": [{"name": "ada", "fullname": "Ada L.", "twoFaEnabled": true}, {"name": "bob", "twoFaEnabled": false},
              {"name": "cyd", "twoFaEnabled": true, "isPro": true}, {"name": "dan", "twoFaEnabled": false}],
    "orgs": [{"name": "acme", "plan": "enterprise", "members": [
        {"user": "ada", "role": "admin", "verifiedEmail": "ada@acme.example"}, {"user": "bob", "role": "admin"},
        {"user": "cyd", "role": "write", "isExternalCollaborator": true}, {"user": "dan", "role": "read"}],
        "resourceGroups": [{"name": "research", "users": [{"user": "cyd", "role": "write"}]}]}],
    "tokens": [{"token": "hf_test_ada", "user": "ada", "role": "write"},
               {"token": "hf_test_dan", "user": "dan", "role": "read"}]}"#;

const ALL: Part = Part { offset: 0, limit: 100 };

struct Scene {
    hub: Running,
    desk: Desk,
    _folder: TempDir,
}

fn now() -> Timestamp {
    // Later than any run of these tests.
    "2099-01-01T00:00:00Z".parse().unwrap()
}

impl Scene {
    fn client(&self, token: &str) -> Hub {
        Hub::builder().endpoint(self.hub.url()).token(token.to_owned()).build().unwrap()
    }

    async fn sync(&self, token: &str) {
        let run = self.desk.sync(self.client(token), "acme").await.unwrap();
        assert_eq!(run.state, "published", "{run:?}");
    }
}

async fn scene() -> Scene {
    let hub = Sim::builder().world(World::from_json(WORLD).unwrap()).start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&DatabaseUrl::sqlite(folder.path().join("ledger.db"))).unwrap();
    let desk = Desk::new(Ledger::new(store), hub.url());
    let scene = Scene { hub, desk, _folder: folder };
    scene.sync("hf_test_ada").await;
    scene
}

fn names(desk: &Desk, select: Select) -> Vec<String> {
    let ask = Members { select, ..Members::default() };
    let answer = desk.members("acme", &ask, ALL, now()).unwrap();
    answer.rows.into_iter().map(|member| member.username).collect()
}

#[tokio::test]
async fn members_are_chosen_by_what_is_known_of_them() {
    let scene = scene().await;
    let desk = &scene.desk;
    assert_eq!(names(desk, Select::default()), ["ada", "bob", "cyd", "dan"]);
    let admins =
        Select { role: Some("Admin".to_owned()), two_factor: Some(false), ..Select::default() };
    assert_eq!(names(desk, admins), ["bob"]);
    assert_eq!(names(desk, Select { external: Some(true), ..Select::default() }), ["cyd"]);
    assert_eq!(
        names(desk, Select { group: Some("Research".to_owned()), ..Select::default() }),
        ["cyd"]
    );
    assert_eq!(
        names(desk, Select { license: Some("read".to_owned()), ..Select::default() }),
        ["dan"]
    );
    assert_eq!(
        names(desk, Select { search: Some("ACME.ex".to_owned()), ..Select::default() }),
        ["ada"]
    );
    assert_eq!(names(desk, Select { pro: Some(true), ..Select::default() }), ["cyd"]);
}

#[tokio::test]
async fn a_part_of_the_rows_still_says_how_many_there_are() {
    let scene = scene().await;
    let part = Part { offset: 1, limit: 2 };
    let answer = scene.desk.members("@ACME", &Members::default(), part, now()).unwrap();
    let names: Vec<_> = answer.rows.iter().map(|member| member.username.as_str()).collect();
    assert_eq!((names, answer.total, answer.run), (vec!["bob", "cyd"], 4, 1));
}

#[tokio::test]
async fn no_question_calls_the_hub() {
    let scene = scene().await;
    let before = scene.hub.total_requests();
    let desk = &scene.desk;
    desk.members("acme", &Members::default(), ALL, now()).unwrap();
    desk.changes("acme", &Changes { all: true, ..Changes::default() }, ALL, now()).unwrap();
    desk.timeline("acme", "ada", now()).unwrap();
    desk.count("acme", CountBy::Role, &Members::default(), now()).unwrap();
    assert_eq!(scene.hub.total_requests(), before);
}

#[tokio::test]
async fn counts_show_what_nobody_knows() {
    let scene = scene().await;
    let count = |by, ask: &Members| {
        let answer = scene.desk.count("acme", by, ask, now()).unwrap();
        answer.rows.into_iter().map(|Count { value, members }| (value, members)).collect::<Vec<_>>()
    };
    let of = |rows: &[(&str, u64)]| -> Vec<(String, u64)> {
        rows.iter().map(|(value, members)| ((*value).to_owned(), *members)).collect()
    };
    let everyone = Members::default();
    assert_eq!(count(CountBy::Role, &everyone), of(&[("admin", 2), ("read", 1), ("write", 1)]));
    assert_eq!(count(CountBy::License, &everyone), of(&[("Admin", 2), ("Read", 1), ("Write", 1)]));
    assert_eq!(count(CountBy::TwoFactor, &everyone), of(&[("off", 2), ("on", 2)]));
    assert_eq!(count(CountBy::Group, &everyone), of(&[("none", 3), ("research", 1)]));
    let admins =
        Members { select: Select { role: Some("admin".into()), ..Select::default() }, as_of: None };
    assert_eq!(count(CountBy::TwoFactor, &admins), of(&[("off", 1), ("on", 1)]));
}

#[tokio::test]
async fn what_the_token_could_not_see_is_unknown_and_fits_no_filter() {
    let hub = Sim::builder().world(World::from_json(WORLD).unwrap()).start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&DatabaseUrl::sqlite(folder.path().join("ledger.db"))).unwrap();
    let desk = Desk::new(Ledger::new(store), hub.url());
    let scene = Scene { hub, desk, _folder: folder };
    scene.sync("hf_test_dan").await;
    let counted = scene.desk.count("acme", CountBy::TwoFactor, &Members::default(), now()).unwrap();
    assert_eq!(counted.rows, [Count { value: "unknown".to_owned(), members: 4 }]);
    let ask =
        Members { select: Select { two_factor: Some(false), ..Select::default() }, as_of: None };
    let answer = scene.desk.members("acme", &ask, ALL, now()).unwrap();
    assert!(answer.rows.is_empty());
    assert_eq!(answer.notes, ["two-factor authentication is unknown for 4 more"]);
}

#[tokio::test]
async fn the_past_stays_and_changes_and_one_members_history_are_told_in_order() {
    let scene = scene().await;
    {
        let mut world = scene.hub.world();
        world.set_role("acme", "dan", "write").unwrap();
        world.add_user(NewUser::named("eve")).unwrap();
        world.add_member("acme", "eve", NewMember::with_role("read")).unwrap();
        world.remove_member("acme", "bob").unwrap();
    }
    scene.sync("hf_test_ada").await;
    let desk = &scene.desk;
    assert_eq!(names(desk, Select::default()), ["ada", "cyd", "dan", "eve"]);
    assert_eq!(
        names(desk, Select { status: Some(StatusAsked::Missing), ..Select::default() }),
        ["bob"]
    );
    let then = Members { as_of: Some("run:1".to_owned()), ..Members::default() };
    let answer = desk.members("acme", &then, ALL, now()).unwrap();
    assert_eq!((answer.total, answer.run), (4, 1));
    assert!(answer.rows.iter().any(|member| member.username == "bob"));
    assert!(
        answer
            .rows
            .iter()
            .any(|member| member.username == "dan" && member.role.as_deref() == Some("read"))
    );

    let since = Changes { since: Some("run:1".to_owned()), ..Changes::default() };
    let changes = desk.changes("acme", &since, ALL, now()).unwrap();
    let mut kinds: Vec<_> = changes.rows.iter().map(|change| change.kind).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, ["member.joined", "member.missing", "role.changed"]);
    let roles = Changes { kind: Some("role.".to_owned()), ..since };
    assert_eq!(desk.changes("acme", &roles, ALL, now()).unwrap().total, 1);

    let dan = desk.timeline("acme", "DAN", now()).unwrap();
    let kinds: Vec<_> = dan.rows.iter().map(|change| change.kind).collect();
    assert_eq!((kinds.first(), kinds.last()), (Some(&"member.joined"), Some(&"role.changed")));
}

#[tokio::test]
async fn what_is_not_there_is_told_with_what_is() {
    let scene = scene().await;
    let desk = &scene.desk;
    let failure = desk.members("acmee", &Members::default(), ALL, now()).unwrap_err();
    assert_eq!((failure.code, failure.did_you_mean), (Code::NotFound, vec!["acme".to_owned()]));
    let old = Members { as_of: Some("2001-01-01".to_owned()), ..Members::default() };
    assert!(
        desk.members("acme", &old, ALL, now()).unwrap_err().message.contains("does not reach back")
    );
    let odd = Members { as_of: Some("yesterday".to_owned()), ..Members::default() };
    assert_eq!(desk.members("acme", &odd, ALL, now()).unwrap_err().code, Code::InvalidArguments);
    let wrong = Members {
        select: Select { license: Some("Gold".into()), ..Select::default() },
        as_of: None,
    };
    assert!(desk.members("acme", &wrong, ALL, now()).unwrap_err().hint.unwrap().contains("Admin"));
    assert_eq!(desk.timeline("acme", "nobody", now()).unwrap_err().code, Code::NotFound);
    let kind = Changes { kind: Some("role.chnaged".to_owned()), ..Changes::default() };
    assert_eq!(
        desk.changes("acme", &kind, ALL, now()).unwrap_err().did_you_mean[0],
        "role.changed"
    );
}
