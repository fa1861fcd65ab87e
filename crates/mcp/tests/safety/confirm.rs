//! Confirmations as they are meant to go.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use hubfolk_license::clock::Clock;
use hubfolk_mcp::confirm::{Act, Answer, Gate, Refused, Request, Shown};
use jiff::Timestamp;
use serde_json::json;

/// A clock that tests move.
#[derive(Debug)]
pub(crate) struct Hand(AtomicI64);

impl Hand {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self(AtomicI64::new(1_800_000_000)))
    }

    pub(crate) fn pass(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        Timestamp::new(self.0.load(Ordering::SeqCst), 0).unwrap()
    }
}

pub(crate) const ACT: Act<'_> = Act {
    principal: "6319b36409baf858241f0f89",
    tool: "hide_discussion_comment",
    arguments: r#"{"comment":"65f0","num":7,"repo":"acme/m"}"#,
    target: "65f000000000000000000001",
};

pub(crate) fn shown(what: &str) -> Shown {
    Shown {
        who: "ada".to_owned(),
        what: what.to_owned(),
        requests: vec![Request {
            method: "POST".to_owned(),
            path: "/api/models/acme/m/discussions/7/comment/65f0/hide".to_owned(),
            body: json!({}),
        }],
    }
}

pub(crate) fn gate(folder: &Path, clock: &Arc<Hand>) -> Gate {
    Gate::open(folder, Arc::<Hand>::clone(clock)).unwrap()
}

#[test]
fn a_yes_lets_one_call_through_and_no_second() {
    let (folder, clock) = (tempfile::tempdir().unwrap(), Hand::new());
    let gate = gate(folder.path(), &clock);
    let asked = gate.ask(&ACT, &shown("hide a comment")).unwrap();
    assert_eq!(asked.summary, "ada asks to hide a comment");
    gate.redeem(&asked.sealed, Answer::Yes, &ACT).unwrap();
    assert!(matches!(gate.redeem(&asked.sealed, Answer::Yes, &ACT), Err(Refused::Spent)));
    assert!(matches!(gate.redeem_code(&asked.code, &ACT), Err(Refused::Spent)));
}

#[test]
fn a_no_spends_it() {
    let (folder, clock) = (tempfile::tempdir().unwrap(), Hand::new());
    let gate = gate(folder.path(), &clock);
    let asked = gate.ask(&ACT, &shown("hide a comment")).unwrap();
    assert!(matches!(gate.redeem(&asked.sealed, Answer::No, &ACT), Err(Refused::Declined)));
    assert!(matches!(gate.redeem(&asked.sealed, Answer::Yes, &ACT), Err(Refused::Spent)));
    assert!(matches!(gate.answer(&asked.code, Answer::Yes), Err(Refused::Spent)));
}

#[test]
fn after_ten_minutes_it_is_worth_nothing_in_any_state() {
    let (folder, clock) = (tempfile::tempdir().unwrap(), Hand::new());
    let gate = gate(folder.path(), &clock);
    let form = gate.ask(&ACT, &shown("hide a comment")).unwrap();
    let other = Act { target: "another", ..ACT };
    let code = gate.ask(&other, &shown("hide another")).unwrap().code;
    gate.answer(&code, Answer::Yes).unwrap();
    clock.pass(599);
    assert_eq!(gate.waiting().unwrap().len(), 1);
    clock.pass(1);
    assert!(matches!(gate.redeem(&form.sealed, Answer::Yes, &ACT), Err(Refused::Expired)));
    assert!(matches!(gate.question(&form.code), Err(Refused::Expired)));
    assert!(matches!(gate.answer(&form.code, Answer::Yes), Err(Refused::Expired)));
    assert!(matches!(gate.redeem_code(&code, &other), Err(Refused::Expired)));
    assert!(gate.redeem_approved(&other).is_err());
    assert!(gate.waiting().unwrap().is_empty());
}

#[test]
fn a_person_in_another_process_approves_what_they_were_shown() {
    let (folder, clock) = (tempfile::tempdir().unwrap(), Hand::new());
    let (server, terminal) = (gate(folder.path(), &clock), gate(folder.path(), &clock));
    let asked = server.ask(&ACT, &shown("hide a comment")).unwrap();
    assert!(matches!(server.redeem_code(&asked.code, &ACT), Err(Refused::Waiting(_))));
    assert!(server.redeem_approved(&ACT).is_err());

    let question = terminal.question(&asked.code.to_lowercase()).unwrap();
    assert_eq!((question.shown, question.tool.as_str()), (shown("hide a comment"), ACT.tool));
    terminal.answer(&asked.code, Answer::Yes).unwrap();

    assert!(server.redeem_approved(&Act { target: "another", ..ACT }).is_err());
    server.redeem_approved(&ACT).unwrap();
    assert!(server.redeem_approved(&ACT).is_err());
    assert!(matches!(server.redeem_code(&asked.code, &ACT), Err(Refused::Spent)));
}

#[test]
fn the_same_question_asked_again_is_one_question_and_once_answered_a_new_one() {
    let (folder, clock) = (tempfile::tempdir().unwrap(), Hand::new());
    let gate = gate(folder.path(), &clock);
    let first = gate.ask(&ACT, &shown("hide a comment")).unwrap();
    let again = gate.ask(&ACT, &shown("hide a comment")).unwrap();
    assert_eq!(first.code, again.code);
    gate.redeem(&first.sealed, Answer::Yes, &ACT).unwrap();
    assert!(gate.redeem(&again.sealed, Answer::Yes, &ACT).is_err());
    let anew = gate.ask(&ACT, &shown("hide a comment")).unwrap();
    assert_ne!(anew.code, first.code);
}

#[test]
fn a_model_that_asks_without_end_is_stopped_and_the_past_is_forgotten() {
    let (folder, clock) = (tempfile::tempdir().unwrap(), Hand::new());
    let gate = gate(folder.path(), &clock);
    let refused = (0..400)
        .filter(|n| {
            let target = n.to_string();
            gate.ask(&Act { target: &target, ..ACT }, &shown("x")).is_err()
        })
        .count();
    assert_eq!(refused, 400 - 256);
    clock.pass(2 * 3600);
    gate.ask(&ACT, &shown("x")).unwrap();
    assert_eq!(std::fs::read_dir(folder.path().join("pending")).unwrap().count(), 1);
}

#[test]
fn nothing_in_the_folder_can_be_read_or_is_open_to_others() {
    let (folder, clock) = (tempfile::tempdir().unwrap(), Hand::new());
    let root = folder.path().join("state");
    let gate = gate(&root, &clock);
    let asked = gate.ask(&ACT, &shown("hide the words of eve")).unwrap();
    let path = root.join("pending").join(&asked.code);
    let bytes = std::fs::read(&path).unwrap();
    let text = String::from_utf8_lossy(&bytes);
    assert!(!text.contains("eve") && !text.contains("acme"));
    assert!(!asked.sealed.contains("ada"));
    #[cfg(unix)]
    for (path, mode) in [
        (path, 0o600),
        (root.join("pending"), 0o700),
        (root.clone(), 0o700),
        (root.join("seal.key"), 0o600),
    ] {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(
            std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            mode,
            "{}",
            path.display()
        );
    }
}

#[test]
fn a_server_killed_between_any_two_steps_loses_a_yes_and_never_makes_one() {
    // What is on disk after each step of a call is all that a kill leaves.
    let (folder, clock) = (tempfile::tempdir().unwrap(), Hand::new());
    let asked = gate(folder.path(), &clock).ask(&ACT, &shown("x")).unwrap();
    // Killed after asking: the question still waits, nothing is approved.
    let next = gate(folder.path(), &clock);
    assert!(next.redeem_approved(&ACT).is_err());
    // Killed while the question was written: half of it is no question.
    let half = folder.path().join("pending/AAAA-AAAA");
    let whole = std::fs::read(folder.path().join("pending").join(&asked.code)).unwrap();
    std::fs::write(&half, &whole[..whole.len() / 2]).unwrap();
    assert!(matches!(next.question("AAAA-AAAA"), Err(Refused::NotThis)));
    assert_eq!(next.waiting().unwrap().len(), 1);
    // Killed after the yes was used and before the request left: it is not used again.
    next.redeem(&asked.sealed, Answer::Yes, &ACT).unwrap();
    let after = gate(folder.path(), &clock);
    assert!(matches!(after.redeem(&asked.sealed, Answer::Yes, &ACT), Err(Refused::Spent)));
    // A folder that was emptied knows of no yes.
    let asked = after.ask(&ACT, &shown("x")).unwrap();
    for place in ["pending", "approved", "spent"] {
        std::fs::remove_dir_all(folder.path().join(place)).unwrap();
    }
    let emptied = gate(folder.path(), &clock);
    assert!(matches!(emptied.redeem(&asked.sealed, Answer::Yes, &ACT), Err(Refused::Spent)));
}
