//! Properties of the decisions about people: no network, no database.
#![allow(clippy::unwrap_used, reason = "tests")]

use hubfolk_license::diff::{Change, Context, absence, arrival, update};
use hubfolk_license::replay::{Replay, comparable, facts_of};
use hubfolk_license::roles::Licenses;
use hubfolk_store::{
    Cause, Event, EventKind, Field, Fields, GroupRole, MemberState, Staged, Status,
};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::json;

fn licenses() -> Licenses {
    let known = ["admin", "write", "contributor", "read", "no_access"];
    Licenses::new(known.iter().map(|role| ((*role).to_owned(), (*role).to_owned())).collect())
}

fn ada() -> Staged {
    Staged {
        user_id: "u1".to_owned(),
        membership_id: None,
        gone: false,
        username: "ada".to_owned(),
        fullname: None,
        avatar_url: None,
        email: None,
        role: Some("read".to_owned()),
        is_pro: None,
        two_factor: None,
        external: None,
        groups: Vec::new(),
        seen: [Field::Role].into_iter().collect(),
        hash: 1,
    }
}

/// An entry that shows any subset of the fields.
fn entry() -> impl Strategy<Value = Staged> {
    let names = (select(vec!["ada", "Ada", "bob"]), select(vec!["A", "B"]));
    let role = select(vec!["admin", "write", "read", "wizard"]);
    let flags = any::<[bool; 3]>();
    let email = prop::option::of(select(vec!["a@acme.com", "b@acme.com"]));
    let groups = prop::collection::btree_map(0..4_u8, select(vec!["read", "write"]), 0..4);
    (names, role, flags, email, groups, 0..128_i64).prop_map(
        |((username, fullname), role, [pro, two_factor, external], email, groups, bits)| {
            let seen = Fields::from_bits(bits);
            let shown = |field| seen.has(field);
            let group = |(id, role): (u8, &str)| GroupRole {
                id: format!("g{id}"),
                name: format!("group {id}"),
                role: role.to_owned(),
            };
            Staged {
                username: username.to_owned(),
                fullname: shown(Field::Fullname).then(|| fullname.to_owned()),
                email: email.filter(|_| shown(Field::Email)).map(str::to_owned),
                role: shown(Field::Role).then(|| role.to_owned()),
                is_pro: shown(Field::Pro).then_some(pro),
                two_factor: shown(Field::TwoFactor).then_some(two_factor),
                external: shown(Field::External).then_some(external),
                groups: groups.into_iter().filter(|_| shown(Field::Groups)).map(group).collect(),
                seen,
                ..ada()
            }
        },
    )
}

/// What happens to one person in one run.
#[derive(Debug, Clone)]
enum Step {
    Seen(Staged, Fields),
    Absent(bool),
}

fn step() -> impl Strategy<Value = Step> {
    let seen = (entry(), 0..32_i64).prop_map(|(e, bits)| Step::Seen(e, Fields::from_bits(bits)));
    prop_oneof![4 => seen, 1 => any::<bool>().prop_map(Step::Absent)]
}

fn event(change: Change, state: &MemberState) -> Event {
    Event {
        seq: 0,
        at: 0,
        run: 0,
        kind: change.kind,
        user_id: Some(state.user_id.clone()),
        username: Some(state.username.clone()),
        group: change.group,
        old: change.old.map(|old| old.to_string()),
        new: change.new.map(|new| new.to_string()),
        cause: Cause::OBSERVED,
        hash: Vec::new(),
    }
}

fn value(state: &MemberState, field: Field) -> String {
    match field {
        Field::Role => format!("{:?}", state.role),
        Field::TwoFactor => format!("{:?}", state.two_factor),
        Field::Email => format!("{:?}", state.email),
        Field::External => format!("{:?}", state.external),
        Field::Groups => format!("{:?}", state.groups),
        Field::Pro => format!("{:?}", state.is_pro),
        Field::Fullname => format!("{:?}", state.fullname),
    }
}

proptest! {
    #[test]
    fn replaying_the_events_gives_the_current_state(steps in prop::collection::vec(step(), 1..12)) {
        let licenses = licenses();
        let mut state: Option<MemberState> = None;
        let mut former = None;
        let mut replay = Replay::default();
        for step in steps {
            let outcome = match (&state, step) {
                (None, Step::Absent(_)) => continue,
                (None, Step::Seen(entry, coverage)) => {
                    arrival(&entry, former, None, Context { coverage, at: 5, licenses: &licenses })
                }
                (Some(prior), Step::Seen(entry, coverage)) => {
                    let context = Context { coverage, at: 5, licenses: &licenses };
                    let outcome = update(prior, &entry, None, context);
                    for field in Fields::ALL.without(entry.seen).iter() {
                        prop_assert_eq!(value(prior, field), value(&outcome.state, field));
                    }
                    let again = update(&outcome.state, &entry, None, context);
                    prop_assert!(again.changes.is_empty(), "the same entry again: {:?}", again.changes);
                    prop_assert_eq!(&again.state, &outcome.state);
                    outcome
                }
                (Some(prior), Step::Absent(gone)) => absence(prior, gone),
            };
            for change in outcome.changes {
                replay.apply(&event(change, &outcome.state));
            }
            former = Some(outcome.state.first_seen);
            state = (outcome.state.status != Status::Left).then_some(outcome.state);
            let told = replay.members().get("u1").cloned().map(comparable);
            prop_assert_eq!(told, state.as_ref().map(facts_of));
        }
    }
}

fn kinds(changes: &[Change]) -> Vec<&'static str> {
    changes.iter().map(|change| change.kind.name()).collect()
}

fn joined(entry: &Staged) -> MemberState {
    let licenses = licenses();
    arrival(entry, None, None, Context { coverage: Fields::NONE, at: 1, licenses: &licenses }).state
}

fn changes(before: &MemberState, entry: &Staged) -> Vec<Change> {
    let licenses = licenses();
    let context = Context { coverage: Fields::COVERAGE, at: 2, licenses: &licenses };
    update(before, entry, None, context).changes
}

#[test]
fn a_case_only_rename_is_a_rename() {
    let renamed = Staged { username: "Ada".to_owned(), ..ada() };
    assert_eq!(kinds(&changes(&joined(&ada()), &renamed)), ["member.renamed"]);
}

#[test]
fn unknown_roles_are_kept_and_told_and_nothing_falls_back_to_read() {
    let wizard = Staged { role: Some("wizard".to_owned()), ..ada() };
    let found = changes(&joined(&ada()), &wizard);
    assert_eq!(kinds(&found), ["role.changed", "role.unknown"]);
    assert_eq!(found[0].new, Some(json!("wizard")));
    assert_eq!(licenses().of("wizard"), None);
}

#[test]
fn unknown_becoming_known_is_one_event_with_all_that_was_learned() {
    let shown =
        Staged { two_factor: Some(false), external: Some(true), seen: Fields::COVERAGE, ..ada() };
    let found = changes(&joined(&ada()), &shown);
    assert_eq!(kinds(&found), ["member.learned"]);
    let learned = json!({"two_factor": false, "external": true, "email": null, "groups": []});
    assert_eq!(found[0].new, Some(learned));
}

#[test]
fn someone_back_is_returned_with_their_first_date() {
    let licenses = licenses();
    let context = Context { coverage: Fields::NONE, at: 9, licenses: &licenses };
    let back = arrival(&ada(), Some(3), None, context);
    assert_eq!(kinds(&back.changes), ["member.returned"]);
    assert_eq!(back.state.first_seen, 3);
}

#[test]
fn absent_once_is_missing_and_then_gone() {
    let missing = absence(&joined(&ada()), false);
    assert_eq!(kinds(&missing.changes), [EventKind::Missing.name()]);
    let gone = absence(&missing.state, true);
    assert_eq!(kinds(&gone.changes), [EventKind::Left.name()]);
}

#[test]
fn groups_that_are_absent_are_unknown_and_an_empty_list_means_left_all() {
    let group =
        GroupRole { id: "g".to_owned(), name: "research".to_owned(), role: "read".to_owned() };
    let in_group = Staged { groups: vec![group], seen: Fields::COVERAGE, ..ada() };
    let before = joined(&in_group);
    assert!(changes(&before, &ada()).is_empty());
    let left_all = Staged { groups: Vec::new(), ..in_group };
    assert_eq!(kinds(&changes(&before, &left_all)), ["group.removed"]);
}
