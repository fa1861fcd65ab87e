//! What the dashboard asks of the ledger, on each database, against the plain way of asking it.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "tests, whose numbers are worth reading"
)]

use std::collections::BTreeMap;

use hubfolk_license::mail::Mail;
use hubfolk_license::overview::Numbers;
use hubfolk_license::point::View;
use hubfolk_license::profile::Profile;
use hubfolk_license::roster::{Difference, Kind, Part, Shelf, SortBy};
use hubfolk_license::select::{Select, Standing, Truth};
use hubfolk_license::views::Member;
use hubfolk_license::when;
use hubfolk_sim::{NewMember, NewUser, Plan, RateLimits, Running, Sim, TokenRole, World};
use hubfolk_store::{AsOf, EventFilter, EventKind, Feed, Org, Store};
use hubfolk_tests::database::databases;
use hubfolk_tests::play::{Player, monday};

const ADMIN: &str = "hf_test_views_admin";
const READER: &str = "hf_test_views_reader";
const WEEKS: i64 = 6;

fn world() -> World {
    let mut world = World::new();
    world.add_organization("acme", Some(Plan::Enterprise)).unwrap();
    for n in 0..80 {
        let name = format!("User-{n:02}");
        let mut user = NewUser::named(name.as_str());
        user.fullname = format!("Ünïcode Nr. {n}");
        user.two_factor = n % 3 != 0;
        world.add_user(user).unwrap();
        let role = ["admin", "write", "read", "contributor", "no_access"][n % 5];
        world.add_member("acme", &name, NewMember::with_role(role)).unwrap();
    }
    for group in ["research", "platform"] {
        world.add_group("acme", group).unwrap();
    }
    world.add_token(ADMIN, "User-00", TokenRole::Read, None).unwrap();
    world.add_token(READER, "User-02", TokenRole::Read, None).unwrap();
    world
}

/// Six weeks: people change, leave, come back; once the token sees little.
fn live(hub: &Running, player: &Player) {
    for week in 0..WEEKS {
        {
            let mut world = hub.world();
            let at = |n: i64| format!("User-{:02}", (week * 7 + n) % 80);
            match week {
                0 => {}
                4 => {
                    world.add_member("acme", "User-10", NewMember::with_role("read")).unwrap();
                }
                _ => {
                    world.set_role("acme", &at(5), "admin").unwrap();
                    world.set_fullname(&at(6), "Another Name").unwrap();
                    world.set_two_factor(&at(7), week % 2 == 0).unwrap();
                    world.set_groups("acme", &at(8), &[("research", "write")]).unwrap();
                    world.set_groups("acme", &at(9), &[("platform", "read")]).unwrap();
                }
            }
            if week == 1 {
                world.remove_member("acme", "User-10").unwrap();
                world.remove_member("acme", "User-11").unwrap();
            }
        }
        let token = if week == 3 { READER } else { ADMIN };
        assert_eq!(player.sync(hub, token, "acme", week).state, "published");
    }
}

fn each(test: impl Fn(&Player, Org)) {
    for database in databases() {
        println!("on {}", database.kind);
        let hub = Sim::builder().world(world()).rate_limits(RateLimits::Unlimited);
        let hub = hub.start_on_thread().unwrap();
        let player = Player::new(&database.url);
        live(&hub, &player);
        test(&player, player.org("acme"));
    }
}

fn view(store: &mut Store, org: &Org, as_of: &str) -> View {
    let when = when::parse(as_of).unwrap();
    View::at(store, org, Some(when), monday(WEEKS)).unwrap()
}

/// Every member by the list that the command line prints, filtered one by one.
fn plainly(store: &mut Store, org: &Org, view: &View, select: &Select) -> Vec<Member> {
    let mut chosen = select.checked(&view.licenses).unwrap();
    let mut found = Vec::new();
    store
        .members::<hubfolk_store::Error>(org.id, view.as_of, chosen.wants_left(), |listed| {
            let member = Member::new(listed, &view.run, &view.licenses);
            if chosen.takes(&member) {
                found.push(member);
            }
            Ok(())
        })
        .unwrap();
    found.sort_by_key(|member| (member.username.to_lowercase(), member.id.clone()));
    found
}

fn selects() -> Vec<Select> {
    let none = Select::default;
    let text = |text: &str| Some(text.to_owned());
    let mut selects = vec![
        none(),
        Select { role: text("ADMIN"), ..none() },
        Select { license: text("no access"), ..none() },
        Select { group: text("Research"), ..none() },
        Select { search: text("ÜNÏCODE nr. 1"), ..none() },
        Select { search: text("user-0"), role: text("write"), ..none() },
        Select { search: text("no such text"), ..none() },
    ];
    selects.extend(Truth::ALL.map(|truth| Select { two_factor: Some(truth), ..none() }));
    selects.extend(Truth::ALL.map(|truth| Select { external: Some(truth), ..none() }));
    selects.extend(Standing::ALL.map(|status| Select { status: Some(status), ..none() }));
    let domains = vec!["acme.example".to_owned()];
    let mail = |mail| Select { mail: Some(mail), domains: domains.clone(), ..none() };
    selects.extend(Mail::ALL.map(mail));
    selects
}

#[test]
fn the_index_in_memory_finds_whom_the_plain_list_finds_at_every_run() {
    each(|player, org| {
        player.with(|store| {
            let shelf = Shelf::default();
            let mut compared = 0;
            for run in 1..=WEEKS {
                let view = view(store, &org, &format!("run:{run}"));
                let roster = shelf.roster(store, &org, &view.run, &view.licenses, 0).unwrap();
                for select in selects() {
                    let expected = plainly(store, &org, &view, &select);
                    let mut chosen = select.checked(&view.licenses).unwrap();
                    let part =
                        Part { sort: SortBy::Username, descending: false, from: 0, limit: 500 };
                    let found = roster.find(&mut chosen, part);
                    let members =
                        roster.members(store, &view.licenses, &found.page, &view.run).unwrap();
                    assert_eq!(members, expected, "run {run}, {select:?}");
                    assert_eq!(found.total, expected.len());
                    compared += expected.len();
                }
            }
            println!("counted: {compared} members compared");
            assert!(compared > 1000);
        });
    });
}

#[test]
fn lists_of_the_past_are_dropped_before_the_latest() {
    each(|player, org| {
        player.with(|store| {
            let shelf = Shelf::default();
            for (run, time) in [(6, 0), (1, 10), (2, 20)] {
                let view = view(store, &org, &format!("run:{run}"));
                shelf.roster(store, &org, &view.run, &view.licenses, time).unwrap();
            }
            assert_eq!(shelf.size().1, 3);
            shelf.drop_unused_since(0, 15);
            assert_eq!(shelf.size().1, 2, "nobody asked for the first run lately");
            shelf.drop_unused_since(0, 100);
            let (bytes, lists) = shelf.size();
            assert_eq!(lists, 1, "the latest is kept longer");
            let view = view(store, &org, "run:6");
            let latest = shelf.roster(store, &org, &view.run, &view.licenses, 30).unwrap();
            assert_eq!((latest.size(), shelf.size().1), (bytes, 1), "it was there");
            shelf.drop_unused_since(100, 100);
            assert_eq!(shelf.size(), (0, 0));
        });
    });
}

#[test]
fn pages_in_any_order_hold_everybody_once() {
    each(|player, org| {
        player.with(|store| {
            let view = view(store, &org, "run:6");
            let roster =
                Shelf::default().roster(store, &org, &view.run, &view.licenses, 0).unwrap();
            for sort in SortBy::ALL {
                for descending in [false, true] {
                    let select = Select { status: Some(Standing::All), ..Select::default() };
                    let mut seen = Vec::new();
                    let mut before = Vec::new();
                    let mut from = 0;
                    loop {
                        let mut chosen = select.checked(&view.licenses).unwrap();
                        let part = Part { sort, descending, from, limit: 7 };
                        let found = roster.find(&mut chosen, part);
                        assert_eq!(found.before, seen.len());
                        assert_eq!(found.previous, before.last().copied(), "{sort:?}");
                        seen.extend(found.page);
                        before.push(from);
                        let Some(next) = found.next else { break };
                        from = next;
                    }
                    assert_eq!(seen.len(), roster.len());
                    seen.sort_unstable();
                    seen.dedup();
                    assert_eq!(seen.len(), roster.len(), "{sort:?}");
                }
            }
        });
    });
}

#[test]
fn the_numbers_of_every_day_are_those_of_the_list_then() {
    each(|player, org| {
        player.with(|store| {
            let today = hubfolk_license::overview::day_of(monday(WEEKS).as_microsecond());
            let stats = store.daily_stats(org.id, today - 90).unwrap();
            assert_eq!(stats.len(), usize::try_from(WEEKS).unwrap());
            for stat in &stats {
                let view = view(store, &org, &format!("run:{}", stat.run));
                let members = plainly(store, &org, &view, &Select::default());
                let numbers = Numbers::new(
                    std::slice::from_ref(stat),
                    stat.day,
                    stat.day,
                    &view.licenses,
                    &[],
                );
                let count = |select: Select, store: &mut Store| {
                    plainly(store, &org, &view, &select).len() as i64
                };
                assert_eq!(numbers.members, members.len() as i64, "day {}", stat.day);
                for seat in &numbers.seats {
                    let license = Some(seat.license.clone());
                    let found = count(Select { license, ..Select::default() }, store);
                    assert_eq!(seat.members, found, "{} on {}", seat.license, stat.day);
                }
                for (truth, number) in Truth::ALL.into_iter().zip([
                    numbers.two_factor.yes,
                    numbers.two_factor.no,
                    numbers.two_factor.unknown,
                ]) {
                    let two_factor = Some(truth);
                    let found = count(Select { two_factor, ..Select::default() }, store);
                    assert_eq!(number, found, "2FA {truth:?} on {}", stat.day);
                }
                let status = Some(Standing::Missing);
                let missing = count(Select { status, ..Select::default() }, store);
                assert_eq!(numbers.missing, missing);
            }
        });
    });
}

#[test]
fn the_feed_is_the_history_backwards_whatever_is_asked_for() {
    each(|player, org| {
        player.with(|store| {
            let all = store.events(org.id, &EventFilter::default()).unwrap();
            let kinds: Vec<Vec<EventKind>> = vec![
                Vec::new(),
                vec![EventKind::Joined],
                vec![EventKind::RoleChanged, EventKind::GroupAdded],
                EventKind::ALL.iter().copied().filter(|kind| *kind != EventKind::Learned).collect(),
                vec![EventKind::NameReused],
            ];
            let someone = all.iter().find(|event| event.kind == EventKind::RoleChanged).unwrap();
            let mut read = 0;
            for kinds in &kinds {
                for user_id in [None, someone.user_id.clone()] {
                    for (first_run, last_run) in [(None, None), (Some(2), Some(4)), (Some(6), None)]
                    {
                        let mut expected: Vec<i64> = all
                            .iter()
                            .filter(|event| kinds.is_empty() || kinds.contains(&event.kind))
                            .filter(|event| user_id.is_none() || event.user_id == user_id)
                            .filter(|event| first_run.is_none_or(|run| event.run >= run))
                            .filter(|event| last_run.is_none_or(|run| event.run <= run))
                            .map(|event| event.seq)
                            .collect();
                        expected.reverse();
                        let mut found = Vec::new();
                        let mut before = None;
                        loop {
                            let feed = Feed {
                                before,
                                first_run,
                                last_run,
                                kinds: kinds.clone(),
                                user_id: user_id.clone(),
                                limit: 9,
                            };
                            let fed = store.feed(org.id, &feed).unwrap();
                            assert_eq!(fed.total, expected.len() as i64, "{feed:?}");
                            found.extend(fed.events.iter().map(|event| event.seq));
                            before = fed.events.last().map(|event| event.seq);
                            if !fed.more {
                                break;
                            }
                        }
                        assert_eq!(found, expected, "{kinds:?} {user_id:?} {first_run:?}");
                        read += found.len();
                    }
                }
            }
            println!("counted: {read} events read in pages");
        });
    });
}

#[test]
fn events_since_a_time_begin_where_the_time_is() {
    each(|player, org| {
        player.with(|store| {
            let all = store.events(org.id, &EventFilter::default()).unwrap();
            for week in -1..=WEEKS {
                for offset in [-1, 0, 1] {
                    let since = monday(week).as_microsecond() + offset;
                    let filter = EventFilter { since: Some(since), ..EventFilter::default() };
                    let found = store.events(org.id, &filter).unwrap();
                    let expected = all.iter().filter(|event| event.at >= since).count();
                    assert_eq!(found.len(), expected, "week {week} {offset}");
                    assert!(found.iter().all(|event| event.at >= since));
                }
            }
        });
    });
}

#[test]
fn a_difference_is_what_two_lists_say() {
    each(|player, org| {
        player.with(|store| {
            let shelf = Shelf::default();
            for (from, to) in [(1, 6), (1, 2), (2, 5), (3, 3)] {
                let mut views = [from, to].map(|run| view(store, &org, &format!("run:{run}")));
                let status = Some(Standing::All);
                let select = Select { status, ..Select::default() };
                let lists = [0, 1].map(|side| {
                    let members = plainly(store, &org, &views[side], &select);
                    let there = members.into_iter().filter(|member| member.status != "left");
                    there.map(|member| (member.id.clone(), member)).collect::<BTreeMap<_, _>>()
                });
                let rosters = views
                    .each_mut()
                    .map(|view| shelf.roster(store, &org, &view.run, &view.licenses, 0).unwrap());
                let difference = Difference::between(&rosters[0], &rosters[1]);
                let gained = lists[1].keys().filter(|id| !lists[0].contains_key(*id)).count();
                let lost = lists[0].keys().filter(|id| !lists[1].contains_key(*id)).count();
                assert_eq!(difference.of(Kind::Joined).len(), gained, "{from} to {to}");
                assert_eq!(difference.of(Kind::Left).len(), lost, "{from} to {to}");
                let pairs = rosters[1]
                    .pairs(store, &rosters[0], &views[0].licenses, &difference.people)
                    .unwrap();
                let facts = |member: &Member| {
                    let Member { username, fullname, email, role, two_factor, groups, .. } =
                        member.clone();
                    (username, fullname, email, role, two_factor, groups, member.status)
                };
                for (old, new) in &pairs {
                    let id = &old.as_ref().or(new.as_ref()).unwrap().id;
                    assert_eq!(old.as_ref().map(facts), lists[0].get(id).map(facts), "{id}");
                    assert_eq!(new.as_ref().map(facts), lists[1].get(id).map(facts), "{id}");
                }
                let named: Vec<&String> = pairs
                    .iter()
                    .filter_map(|(old, new)| Some(&old.as_ref().or(new.as_ref())?.id))
                    .collect();
                for (id, old) in &lists[0] {
                    let Some(new) = lists[1].get(id) else { continue };
                    if facts(old) != facts(new) {
                        assert!(named.contains(&id), "{id} changed from {from} to {to}");
                    }
                }
            }
        });
    });
}

#[test]
fn a_profile_has_every_time_without_gaps_or_overlaps() {
    each(|player, org| {
        player.with(|store| {
            let everyone = Select { status: Some(Standing::All), ..Select::default() };
            let view = view(store, &org, "run:6");
            for member in plainly(store, &org, &view, &everyone) {
                let versions = store.versions(org.id, &member.id, 1000).unwrap();
                let spans = store.group_spans(org.id, &member.id, 1000).unwrap();
                let profile = Profile::new(&versions, &spans, 1000);
                let last = profile.memberships.last().unwrap();
                assert_eq!(last.to.is_none(), member.status != "left", "{}", member.username);
                for spells in [&profile.roles, &profile.memberships, &profile.usernames] {
                    for pair in spells.windows(2) {
                        assert!(pair[0].end().unwrap() <= pair[1].begin(), "{spells:?}");
                    }
                }
                let row = store.last_version(org.id, &member.id).unwrap().unwrap();
                let listed = store.listed(org.id, AsOf::Now, &[row]).unwrap().remove(0);
                assert_eq!(Member::new(listed, &view.run, &view.licenses), member);
            }
            // Back after weeks: two memberships with a time between them.
            let back = store.find_member(org.id, "user-10").unwrap().remove(0);
            let versions = store.versions(org.id, &back, 1000).unwrap();
            let profile = Profile::new(&versions, &[], 1000);
            let listed =
                profile.memberships.iter().filter(|s| s.value.as_deref() == Some("listed"));
            assert_eq!(listed.count(), 2, "{:?}", profile.memberships);
        });
    });
}
