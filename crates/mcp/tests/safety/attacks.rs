//! Ten thousand attempts to get a write through without a person's yes to it.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};

use hubfolk_mcp::confirm::{Act, Answer, Gate, Pending};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use crate::confirm::{ACT, Hand, gate, shown};

struct Attacks {
    tried: usize,
    passed: Vec<String>,
}

impl Attacks {
    fn note(&mut self, what: &str, passed: bool) {
        self.tried += 1;
        if passed {
            self.passed.push(what.to_owned());
        }
    }

    /// Every way in with this text, for this act.
    fn everything(&mut self, what: &str, gate: &Gate, text: &str, act: &Act<'_>) {
        self.note(what, gate.redeem(text, Answer::Yes, act).is_ok());
        self.note(what, gate.redeem_code(text, act).is_ok());
        self.note(what, gate.redeem_approved(act).is_ok());
    }
}

/// The sealed text with one thing about it changed.
fn forged(sealed: &str, random: &mut StdRng) -> String {
    let mut bytes = sealed.as_bytes().to_vec();
    let at = random.random_range(0..bytes.len());
    match random.random_range(0..6) {
        0 => bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' },
        1 => bytes.truncate(at),
        2 => bytes.insert(at, b'x'),
        3 => drop(bytes.remove(at)),
        4 => bytes = (0..bytes.len()).map(|_| b'A' + random.random_range(0..26_u8)).collect(),
        _ => bytes.rotate_left(1 + at % 40),
    }
    let forged = String::from_utf8(bytes).unwrap();
    if forged == sealed { format!("{sealed}A") } else { forged }
}

#[test]
fn of_ten_thousand_attacks_on_confirmations_none_passes() {
    let mut random = StdRng::seed_from_u64(4);
    let mut attacks = Attacks { tried: 0, passed: Vec::new() };
    let clock = Hand::new();
    let folder = tempfile::tempdir().unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let (gate_a, gate_b) = (gate(folder.path(), &clock), gate(folder.path(), &clock));
    let foreign = gate(elsewhere.path(), &clock);

    for round in 0..240 {
        let target = format!("{round:024x}");
        let act = Act { target: &target, ..ACT };
        let asked = gate_a.ask(&act, &shown("x")).unwrap();

        for _ in 0..8 {
            attacks.everything("forged", &gate_b, &forged(&asked.sealed, &mut random), &act);
        }
        // Sealed with another key, as an attacker with the same program could.
        let theirs = foreign.ask(&act, &shown("x")).unwrap();
        attacks.everything("foreign key", &gate_b, &theirs.sealed, &act);
        attacks.everything("the code as the answer", &gate_b, &asked.code, &act);
        swapped(&mut attacks, &gate_b, &asked, &act);

        // Used once by right; everything after is a replay, in either process.
        assert!(gate_b.redeem(&asked.sealed, Answer::Yes, &act).is_ok());
        for gate in [&gate_a, &gate_b] {
            attacks.everything("replayed", gate, &asked.sealed, &act);
        }
        let declined = gate_a.ask(&act, &shown("x")).unwrap();
        assert!(gate_b.redeem(&declined.sealed, Answer::No, &act).is_err());
        attacks.everything("declined", &gate_a, &declined.sealed, &act);
        attacks.everything("declined, by its code", &gate_a, &declined.code, &act);

        let expired = gate_a.ask(&act, &shown("x")).unwrap();
        clock.pass(600 + i64::from(random.random_range(0..3000_u16)));
        attacks.everything("expired", &gate_b, &expired.sealed, &act);
        attacks.note("approved too late", gate_b.answer(&expired.code, Answer::Yes).is_ok());
        clock.pass(7200);
    }
    let doubled = concurrent(&mut attacks, folder.path(), &clock);
    println!(
        "counted: {} attacks on confirmations ({doubled} concurrent double uses), {} passed",
        attacks.tried,
        attacks.passed.len()
    );
    assert!(attacks.tried >= 10_000, "{}", attacks.tried);
    assert!(attacks.passed.is_empty(), "{:?}", attacks.passed);
}

/// A genuine question, for something else; and approved by a person, for something else.
fn swapped(attacks: &mut Attacks, gate: &Gate, asked: &Pending, act: &Act<'_>) {
    let others = [
        ("other target", Act { target: "f00000000000000000000000", ..*act }),
        ("no target", Act { target: "", ..*act }),
        ("other principal", Act { principal: "6319b36409baf858241f0f80", ..*act }),
        ("other tool", Act { tool: "delete_repo", ..*act }),
        ("other arguments", Act { arguments: r#"{"repo":"acme/other"}"#, ..*act }),
        ("parts shifted", Act { tool: "hide_discussion_commen", arguments: "t{}", ..*act }),
    ];
    for (what, other) in &others {
        attacks.everything(what, gate, &asked.sealed, other);
        attacks.everything(what, gate, &asked.code, other);
    }
}

/// Many at once with one genuine yes: exactly one may pass, all others are attacks.
fn concurrent(attacks: &mut Attacks, folder: &std::path::Path, clock: &Arc<Hand>) -> usize {
    const AT_ONCE: usize = 12;
    let mut tried = 0;
    for round in 0..100 {
        let target = format!("concurrent {round}");
        let act = Act { target: &target, ..ACT };
        let asked = gate(folder, clock).ask(&act, &shown("x")).unwrap();
        let by_code = round % 2 == 1;
        if by_code {
            gate(folder, clock).answer(&asked.code, Answer::Yes).unwrap();
        }
        let (passed, start) = (AtomicUsize::new(0), Barrier::new(AT_ONCE));
        std::thread::scope(|scope| {
            for n in 0..AT_ONCE {
                let (asked, act, passed, start) = (&asked, &act, &passed, &start);
                // Each as a process of its own would have it: a gate of its own.
                let gate = gate(folder, clock);
                scope.spawn(move || {
                    start.wait();
                    let through = match n % 3 {
                        0 => gate.redeem(&asked.sealed, Answer::Yes, act),
                        1 if by_code => gate.redeem_approved(act),
                        _ if by_code => gate.redeem_code(&asked.code, act),
                        _ => gate.redeem(&asked.sealed, Answer::Yes, act),
                    };
                    passed.fetch_add(usize::from(through.is_ok()), Ordering::SeqCst);
                });
            }
        });
        let passed = passed.into_inner();
        assert!(passed >= 1, "the genuine yes must pass");
        for n in 1..AT_ONCE {
            attacks.note("concurrent double use", n < passed);
        }
        tried += AT_ONCE - 1;
    }
    tried
}
