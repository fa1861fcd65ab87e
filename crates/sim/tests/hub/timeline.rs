//! The demo's history.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use hubfolk_sim::{
    Chapter, DEMO_ADMIN_TOKEN, DEMO_EXPIRED_TOKEN, DEMO_MEMBER_TOKEN, DEMO_MEMBERS,
    DEMO_ORGANIZATION, DEMO_OUTSIDER_TOKEN, Sim, Timeline,
};
use serde_json::Value;

use crate::call::{get, pages};

fn members_path() -> String {
    format!("/api/organizations/{DEMO_ORGANIZATION}/members")
}

/// What an admin reads in every week: members, groups, audit log, byte for byte.
fn history(seed: u64, members: usize) -> Vec<String> {
    let timeline = Timeline::new(seed, members);
    let hub = Sim::builder().world(timeline.world()).start_on_thread().unwrap();
    let mut weeks = Vec::new();
    for week in 1..=Timeline::WEEKS {
        timeline.step(week, &mut hub.world());
        let mut text = String::new();
        for part in ["members", "resource-groups", "audit-log/export"] {
            let path = format!("/api/organizations/{DEMO_ORGANIZATION}/{part}?limit=10000");
            let reply = get(&hub, &path).token(DEMO_ADMIN_TOKEN).send();
            assert_eq!(reply.status, 200);
            text += &String::from_utf8(reply.body).unwrap();
        }
        weeks.push(text);
    }
    weeks
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let first = history(11, 150);
    assert_eq!(first, history(11, 150));
    assert_ne!(first, history(12, 150));
    assert!(first.windows(2).all(|weeks| weeks[0] != weeks[1]), "every week brings something");
}

#[test]
fn the_demo_world_is_what_the_demo_promises() {
    let hub =
        Sim::builder().world(Timeline::new(1, DEMO_MEMBERS).world()).start_on_thread().unwrap();
    let members = pages(&hub, &members_path(), Some(DEMO_ADMIN_TOKEN)).concat();
    assert_eq!(members.len(), DEMO_MEMBERS);
    let count =
        |test: &dyn Fn(&Value) -> bool| members.iter().filter(|member| test(member)).count();
    assert!(count(&|member| member["isExternalCollaborator"] == true) > 30);
    assert!(count(&|member| member["twoFaEnabled"] == false) > 50);
    for role in ["admin", "write", "contributor", "read", "no_access"] {
        assert!(count(&|member| member["role"] == role) > 0, "{role}");
    }
    let scripts = [
        'а'..='я',
        'α'..='ω',
        'ا'..='ي',
        'א'..='ת',
        'अ'..='ह',
        '一'..='鿿',
        '가'..='힣',
        'ก'..='ฮ',
        'à'..='ÿ',
    ];
    for script in scripts {
        let has = |member: &Value| {
            member["fullname"].as_str().unwrap().chars().any(|c| script.contains(&c))
        };
        assert!(count(&has) > 0, "{script:?}");
    }
    let ask = |part: &str, token| {
        get(&hub, &format!("/api/organizations/{DEMO_ORGANIZATION}/{part}")).token(token).send()
    };
    assert_eq!(ask("resource-groups", DEMO_ADMIN_TOKEN).json().as_array().unwrap().len(), 14);
    assert!(ask("service-accounts", DEMO_ADMIN_TOKEN).json().as_array().unwrap().len() >= 3);
    assert!(ask("audit-log/export", DEMO_ADMIN_TOKEN).json().as_array().unwrap().len() >= 50);
    assert_eq!(ask("members", DEMO_EXPIRED_TOKEN).status, 401);
    assert_eq!(ask("audit-log/export", DEMO_MEMBER_TOKEN).status, 403);
    assert_eq!(ask("resource-groups", DEMO_OUTSIDER_TOKEN).status, 403);
}

/// One text of each member by another.
fn by(members: &[Value], key: &str, value: &str) -> BTreeMap<String, String> {
    let text = |member: &Value, key: &str| member[key].as_str().unwrap().to_owned();
    members.iter().map(|member| (text(member, key), text(member, value))).collect()
}

#[test]
fn each_chapter_happens() {
    let timeline = Timeline::new(1, 600);
    let hub = Sim::builder().world(timeline.world()).start_on_thread().unwrap();
    let mut seen = Vec::new();
    let mut last: Vec<Value> = pages(&hub, &members_path(), Some(DEMO_ADMIN_TOKEN)).concat();
    for week in 1..=Timeline::WEEKS {
        timeline.step(week, &mut hub.world());
        hub.set_faults(timeline.faults(week));
        let chapter = timeline.chapter(week);
        if chapter == Chapter::FailedPage {
            let first = get(&hub, &members_path()).token(DEMO_ADMIN_TOKEN).send();
            let second = get(&hub, &first.next(&hub).unwrap()).token(DEMO_ADMIN_TOKEN).send();
            assert!(serde_json::from_slice::<Value>(&second.body).is_err());
            hub.clear_faults();
        }
        let now = pages(&hub, &members_path(), Some(DEMO_ADMIN_TOKEN)).concat();
        let (ids, holders) = (by(&now, "_id", "user"), by(&now, "user", "_id"));
        let (old_ids, old_holders) = (by(&last, "_id", "user"), by(&last, "user", "_id"));
        let gone = old_ids.keys().filter(|id| !ids.contains_key(*id)).count();
        let differs = |old: &BTreeMap<String, String>, new: &BTreeMap<String, String>| {
            old.iter().filter(|(key, was)| new.get(*key).is_some_and(|is| is != *was)).count()
        };
        let renamed = differs(&old_ids, &ids);
        let reused = differs(&old_holders, &holders);
        match chapter {
            Chapter::PartialList => assert!(gone > 5.max(last.len() / 10), "{gone} gone"),
            _ => assert!(gone <= 5.max(last.len() / 10), "{gone} gone in week {week}"),
        }
        assert_eq!(renamed, usize::from(chapter == Chapter::Rename), "week {week}");
        assert_eq!(reused, usize::from(chapter == Chapter::ReusedName), "week {week}");
        seen.push(chapter);
        // The list of the outage is not the one that the week after is compared with.
        if chapter != Chapter::PartialList {
            last = now;
        }
    }
    for chapter in [
        Chapter::Rename,
        Chapter::FailedPage,
        Chapter::ReusedName,
        Chapter::PartialList,
        Chapter::Recovery,
    ] {
        assert_eq!(seen.iter().filter(|one| **one == chapter).count(), 1, "{chapter:?}");
    }
    let gap = timeline.date(26).duration_since(timeline.date(1));
    assert_eq!(gap.as_secs(), 25 * 7 * 24 * 3600);
}

#[test]
fn half_a_year_passes_quickly() {
    let timeline = Timeline::new(3, DEMO_MEMBERS);
    let mut world = timeline.world();
    let started = Instant::now();
    for week in 1..=Timeline::WEEKS {
        timeline.step(week, &mut world);
    }
    assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
}
