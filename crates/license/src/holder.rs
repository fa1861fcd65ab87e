//! Who holds a lease, and whether they still live.
//!
//! On the same machine a dead process is noticed at once, and so is a run of this process that
//! ended without giving its lease back, because the database was away; elsewhere when the lease
//! runs out. The machine is told by its boot and its process namespace: two containers may both
//! have a process 7.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use hubfolk_store::Holder;

static NEXT: AtomicU64 = AtomicU64::new(0);

/// The runs of this process that have not ended.
static LIVING: Mutex<BTreeSet<u64>> = Mutex::new(BTreeSet::new());

/// One run of this process; it lives until this is dropped.
#[derive(Debug)]
pub(crate) struct Life {
    number: u64,
}

impl Life {
    pub(crate) fn begin() -> Self {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        living(|runs| runs.insert(number));
        Self { number }
    }

    /// The holder that stands for it.
    pub(crate) fn holder(&self) -> Holder {
        let pid = std::process::id();
        let place = place().unwrap_or_else(|| "?".to_owned());
        let started = started(pid).unwrap_or_else(|| "?".to_owned());
        Holder(format!("{place} {pid} {started} {}", self.number))
    }
}

impl Drop for Life {
    fn drop(&mut self) {
        living(|runs| runs.remove(&self.number));
    }
}

fn living<T>(ask: impl FnOnce(&mut BTreeSet<u64>) -> T) -> T {
    ask(&mut LIVING.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Whether a holder was a run of this machine that is no longer at work.
pub(crate) fn is_dead(holder: &Holder) -> bool {
    let mut parts = holder.0.split(' ');
    let (Some(there), Some(pid), Some(began)) = (parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    let Some(here) = place() else { return false };
    // Without a process list there is nothing to conclude from.
    let me = std::process::id();
    let Some(my_start) = started(me) else { return false };
    let Ok(pid) = pid.parse::<u32>() else { return false };
    if there != here {
        return false;
    }
    if pid == me && began == my_start {
        let number = parts.next().and_then(|number| number.parse().ok());
        return number.is_some_and(|number| !living(|runs| runs.contains(&number)));
    }
    started(pid).as_deref() != Some(began)
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
    fn a_run_lives_until_it_ends() {
        let (life, other) = (Life::begin(), Life::begin());
        let holder = life.holder();
        assert!(!is_dead(&holder));
        drop(life);
        assert!(is_dead(&holder));
        assert!(!is_dead(&other.holder()));
    }

    #[test]
    fn this_process_lives_and_an_ended_one_does_not() {
        let life = Life::begin();
        let here = life.holder();
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
