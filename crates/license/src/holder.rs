//! Who holds a lease, and whether they still live.
//!
//! On the same machine a dead process is noticed at once, elsewhere when its lease runs out. The
//! machine is told by its boot and its process namespace: two containers may both have a process 7.

use std::sync::atomic::{AtomicU64, Ordering};

use hubfolk_store::Holder;

static NEXT: AtomicU64 = AtomicU64::new(0);

/// A holder for one run of this process.
pub(crate) fn this_process() -> Holder {
    let pid = std::process::id();
    let place = place().unwrap_or_else(|| "?".to_owned());
    let started = started(pid).unwrap_or_else(|| "?".to_owned());
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    Holder(format!("{place} {pid} {started} {number}"))
}

/// Whether a holder was a process of this machine that no longer runs.
pub(crate) fn is_dead(holder: &Holder) -> bool {
    let mut parts = holder.0.split(' ');
    let (Some(there), Some(pid), Some(began)) = (parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    let Some(here) = place() else { return false };
    // Without a process list there is nothing to conclude from.
    let listed = started(std::process::id()).is_some();
    there == here && listed && pid.parse().is_ok_and(|pid| started(pid).as_deref() != Some(began))
}

fn place() -> Option<String> {
    let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    let namespace = std::fs::read_link("/proc/self/ns/pid").ok()?;
    Some(format!("{}/{}", boot.trim(), namespace.display()))
}

/// When a process started, in ticks since boot: its number alone may be used again.
fn started(pid: u32) -> Option<String> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The second field is the program's name in parentheses and may itself hold any of them.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
    let state = fields.next()?;
    // A killed process whose parent has not looked yet is dead all the same.
    if matches!(state, "Z" | "X") {
        return None;
    }
    fields.nth(18).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn this_process_lives_and_an_ended_one_does_not() {
        let here = this_process();
        assert!(!is_dead(&here));
        let pid = std::process::id().to_string();
        let mut child = std::process::Command::new("true").spawn().unwrap();
        let dead = Holder(here.0.replacen(&format!(" {pid} "), &format!(" {} ", child.id()), 1));
        child.wait().unwrap();
        assert!(is_dead(&dead), "{dead:?}");
    }

    #[test]
    fn a_holder_on_another_machine_is_left_to_its_lease() {
        assert!(!is_dead(&Holder("elsewhere/pid:[1] 1 1 0".to_owned())));
        assert!(!is_dead(&Holder("nonsense".to_owned())));
    }
}
