//! One scripted history, on each database: what it says at each step, and the same dump in the end.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "tests, whose numbers are worth reading"
)]

use hubfolk_license::verify::verify;
use hubfolk_license::{approve, reject};
use hubfolk_sim::{
    AuditNote, Fault, FaultRule, NewMember, NewUser, Plan, RateLimits, Running, Sim, TokenRole,
    World,
};
use hubfolk_store::{AsOf, Error};
use hubfolk_tests::database::databases;
use hubfolk_tests::dump::dump;
use hubfolk_tests::play::{Player, monday};
use serde_json::json;

const ADMIN: &str = "hf_test_history_admin";
const READER: &str = "hf_test_history_reader";

fn world() -> World {
    let mut world = World::new();
    world.add_organization("acme", Some(Plan::Enterprise)).unwrap();
    for n in 0..60 {
        let name = format!("user-{n:02}");
        let mut user = NewUser::named(name.as_str());
        user.fullname = format!("Ünïcode Nr. {n} 名前");
        user.two_factor = n % 3 != 0;
        world.add_user(user).unwrap();
        let role = ["admin", "write", "read", "contributor", "no_access"][n % 5];
        world.add_member("acme", &name, NewMember::with_role(role)).unwrap();
    }
    for group in ["research", "platform"] {
        world.add_group("acme", group).unwrap();
    }
    world.set_groups("acme", "user-01", &[("research", "write"), ("platform", "read")]).unwrap();
    world.set_groups("acme", "user-02", &[("research", "read")]).unwrap();
    world.set_verified_email("acme", "user-03", Some("three@acme.com")).unwrap();
    world.add_token(ADMIN, "user-00", TokenRole::Read, None).unwrap();
    world.add_token(READER, "user-02", TokenRole::Read, None).unwrap();
    world
}

fn people(events: &[(String, String)]) -> Vec<(&str, &str)> {
    events.iter().map(|(kind, name)| (kind.as_str(), name.as_str())).collect()
}

/// Plays the history and returns the dump; the Hub is the same for each database, so its address is
/// part of neither's difference.
fn play(hub: &Running, player: &Player) {
    let sync = |token: &str, week: i64| player.sync(hub, token, "acme", week);
    let seq = || player.org("acme").last_seq;
    let since = |after: i64| player.events("acme", after);

    let first = sync(ADMIN, 0);
    assert_eq!((first.state, first.complete, first.joined), ("published", true, 60));

    // Nothing changed: one run row and nothing else.
    let before = seq();
    let again = sync(ADMIN, 1);
    assert_eq!((again.unchanged, again.changed, seq()), (60, 0, before));
    assert_eq!(again.digest, first.digest);

    // Roles, groups, 2FA, e-mail, a rename.
    {
        let mut world = hub.world();
        world.set_role("acme", "user-04", "write").unwrap();
        world.set_role("acme", "user-05", "wizard").unwrap();
        world.set_groups("acme", "user-01", &[("research", "read")]).unwrap();
        world.set_groups("acme", "user-02", &[]).unwrap();
        world.set_two_factor("user-06", true).unwrap();
        world.set_verified_email("acme", "user-03", None).unwrap();
        world.rename_user("user-07", "USER-07").unwrap();
        world.rename_user("user-08", "octavia").unwrap();
    }
    let before = seq();
    let changed = sync(ADMIN, 2);
    assert_eq!((changed.changed, changed.unchanged), (8, 52));
    assert_eq!(
        people(&since(before)).into_iter().collect::<std::collections::BTreeSet<_>>(),
        [
            ("role.changed", "user-04"),
            ("role.changed", "user-05"),
            ("role.unknown", "user-05"),
            ("group.role_changed", "user-01"),
            ("group.removed", "user-01"),
            ("group.removed", "user-02"),
            ("two_factor.changed", "user-06"),
            ("email.changed", "user-03"),
            ("member.renamed", "USER-07"),
            ("member.renamed", "octavia"),
        ]
        .into_iter()
        .collect()
    );

    // Someone leaves and another takes the name; somebody else just vanishes.
    {
        let mut world = hub.world();
        world.delete_user("user-09").unwrap();
        world.add_user(NewUser::named("user-09")).unwrap();
        world.add_member("acme", "user-09", NewMember::with_role("read")).unwrap();
        world.set_listed("acme", "user-10", false).unwrap();
        world.remove_member("acme", "user-11").unwrap();
        let note =
            AuditNote::new(monday(2) + jiff::Span::new().hours(1), "org.remove_user", "removed");
        world.audit("acme", note.by("user-00").data(json!({"user": "user-11"}))).unwrap();
    }
    let before = seq();
    let gone = sync(ADMIN, 3);
    assert_eq!((gone.joined, gone.missing, gone.left), (1, 2, 1), "{gone:?}");
    let events = since(before);
    assert!(people(&events).contains(&("member.name_reused", "user-09")), "{events:?}");
    assert!(people(&events).contains(&("member.left", "user-11")), "the audit log names it");

    // Absent again is gone; back is returned.
    hub.world().set_listed("acme", "user-10", true).unwrap();
    let before = seq();
    let back = sync(ADMIN, 4);
    assert_eq!((back.returned, back.left, back.missing), (1, 1, 0), "{back:?}");
    assert_eq!(
        people(&since(before)).into_iter().collect::<std::collections::BTreeSet<_>>(),
        [("member.returned", "user-10"), ("member.left", "user-09")].into_iter().collect()
    );

    // A failed page: nothing moved.
    let (before, state) = (seq(), player.org("acme").published_run);
    let rule = FaultRule::new(Fault::InvalidJson).operation("list_organization_members");
    hub.add_fault(rule);
    let failed = sync(ADMIN, 5);
    hub.clear_faults();
    assert_eq!(failed.error.unwrap().kind, "decode");
    assert_eq!((seq(), player.org("acme").published_run), (before, state));

    // A token that sees less: frozen, one event, and nobody is missing for it.
    hub.world().set_two_factor("user-12", true).unwrap();
    hub.world().set_listed("acme", "user-13", false).unwrap();
    let before = seq();
    let reduced = sync(READER, 6);
    assert_eq!((reduced.state, reduced.complete, reduced.missing), ("published", false, 0));
    assert_eq!(people(&since(before)), [("coverage.changed", "")]);
    let before = seq();
    let full = sync(ADMIN, 7);
    assert!(full.complete && full.missing == 1, "{full:?}");
    let events = since(before);
    assert!(people(&events).contains(&("two_factor.changed", "user-12")), "{events:?}");

    // Too many at once: held back, rejected; held back again, approved.
    for n in 20..30 {
        hub.world().set_listed("acme", &format!("user-{n}"), false).unwrap();
    }
    let before = seq();
    let held = sync(ADMIN, 8);
    assert_eq!((held.state, held.would_leave.len()), ("quarantined", 11), "{held:?}");
    assert_eq!(seq(), before);
    let org = player.org("acme");
    let run = held.run.unwrap();
    player.with(|store| reject(store, &org, run, monday(8))).unwrap();
    let refused = player.with(|store| approve(store, &org, run, monday(8)));
    assert!(refused.unwrap_err().to_string().contains("rejected"));
    let held = sync(ADMIN, 9).run.unwrap();
    let held_again = sync(ADMIN, 10).run.unwrap();
    let refused = player.with(|store| approve(store, &org, held, monday(10)));
    assert!(refused.unwrap_err().to_string().contains("abandoned"));
    let approved = player.with(|store| approve(store, &org, held_again, monday(10))).unwrap();
    assert_eq!((approved.state, approved.left), ("published", 11), "{approved:?}");
    let before = seq();
    let twice = player.with(|store| approve(store, &org, held_again, monday(11))).unwrap();
    assert_eq!((twice.state, seq()), ("published", before), "approving twice is a no-op");

    // They come back: returned, with their first dates.
    for n in 20..30 {
        hub.world().set_listed("acme", &format!("user-{n}"), true).unwrap();
    }
    let returned = sync(ADMIN, 12);
    assert_eq!(returned.returned, 10, "{returned:?}");

    let verdict = player.with(|store| verify(store, &org)).unwrap();
    assert!(verdict.ok, "{verdict:?}");

    // As of the second week there were 60, all active, and user-04 was what they were then.
    let mut then = Vec::new();
    let at = AsOf::At(monday(1).as_microsecond());
    player
        .with(|store| {
            store.members(org.id, at, true, |m| {
                then.push((m.state.username, m.state.role));
                Ok::<_, Error>(())
            })
        })
        .unwrap();
    assert_eq!(then.len(), 60);
    assert!(then.contains(&("user-04".to_owned(), Some("no_access".to_owned()))));
}

#[test]
fn the_same_history_gives_the_same_dump_on_each_database() {
    // A fixed port is part of the endpoint in the dump, so it is cut out of it.
    let dumps: Vec<String> = databases()
        .iter()
        .map(|database| {
            println!("on {}", database.kind);
            let sim = Sim::builder().world(world()).rate_limits(RateLimits::Unlimited);
            let hub = sim.time(monday(0)).start_on_thread().unwrap();
            let player = Player::new(&database.url);
            play(&hub, &player);
            dump(&database.url, &[]).replace(&hub.url(), "http://hub")
        })
        .collect();
    println!("{} bytes of dump", dumps[0].len());
    for other in &dumps[1..] {
        let lines = dumps[0].lines().zip(other.lines());
        for (here, there) in lines {
            assert_eq!(here, there);
        }
        assert_eq!(dumps[0].len(), other.len());
    }
}

#[test]
fn a_token_that_sees_more_fills_in_and_one_that_sees_less_freezes() {
    for database in databases() {
        let sim = Sim::builder().world(world()).rate_limits(RateLimits::Unlimited);
        let hub = sim.start_on_thread().unwrap();
        let player = Player::new(&database.url);
        let outsider = player.sync(&hub, READER, "acme", 0);
        assert_eq!(outsider.coverage, ["role"]);
        let member = |player: &Player| {
            let org = player.org("acme");
            let mut found = None;
            player
                .with(|store| {
                    store.members(org.id, AsOf::Now, false, |m| {
                        if m.state.username == "user-01" {
                            found = Some(m);
                        }
                        Ok::<_, Error>(())
                    })
                })
                .unwrap();
            found.unwrap()
        };
        assert_eq!(member(&player).state.two_factor, None);
        assert!(player.events("acme", 0).iter().all(|(kind, _)| kind == "member.joined"));

        let after = player.org("acme").last_seq;
        let admin = player.sync(&hub, ADMIN, "acme", 1);
        assert_eq!(admin.coverage, ["role", "two_factor", "email", "external", "groups"]);
        let events = player.events("acme", after);
        let learned = events.iter().filter(|(kind, _)| kind == "member.learned").count();
        let others: Vec<_> = events.iter().filter(|(kind, _)| kind != "member.learned").collect();
        assert_eq!((learned, admin.changed), (60, 0), "learning is not a change of the person");
        assert_eq!(others.len(), 1, "{others:?}");
        let known = member(&player);
        assert_eq!(known.state.two_factor, Some(true));
        assert_eq!(known.state.groups.len(), 2);

        let after = player.org("acme").last_seq;
        hub.world().set_two_factor("user-01", false).unwrap();
        let reduced = player.sync(&hub, READER, "acme", 2);
        assert_eq!((reduced.complete, reduced.coverage), (false, vec!["role"]));
        assert_eq!(people(&player.events("acme", after)), [("coverage.changed", "")]);
        let frozen = member(&player);
        assert_eq!((frozen.state.clone(), frozen.since), (known.state, known.since), "{frozen:?}");
    }
}
