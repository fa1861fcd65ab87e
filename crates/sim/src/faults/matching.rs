//! Which faults happen to a request.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use super::{Fault, FaultRule, Faults};
use crate::chance::Chance;

/// The rules in force, with how often each has matched and happened.
#[derive(Debug, Default)]
pub(crate) struct FaultBook {
    /// Spares requests the lock while there are no rules, which is nearly always.
    armed: AtomicBool,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    seed: u64,
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    rule: FaultRule,
    matched: u64,
    happened: u64,
}

/// What a rule's conditions look at.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Circumstances<'a> {
    pub(crate) operation: &'a str,
    pub(crate) target: &'a str,
    /// `None` where the operation is no list.
    pub(crate) page: Option<u32>,
}

/// A fault that happens now, with the chances it may need.
#[derive(Debug)]
pub(crate) struct Happening {
    pub(crate) fault: Fault,
    pub(crate) chance: Chance,
}

impl FaultBook {
    pub(crate) fn new(faults: Faults) -> Self {
        let book = Self::default();
        book.replace(faults);
        book
    }

    pub(crate) fn replace(&self, faults: Faults) {
        let entry = |rule| Entry { rule, matched: 0, happened: 0 };
        let mut state = self.state.lock().expect("nobody panics while holding it");
        self.armed.store(!faults.rules.is_empty(), Ordering::Release);
        *state =
            State { seed: faults.seed, entries: faults.rules.into_iter().map(entry).collect() };
    }

    pub(crate) fn add(&self, rule: FaultRule) {
        let mut state = self.state.lock().expect("nobody panics while holding it");
        state.entries.push(Entry { rule, matched: 0, happened: 0 });
        self.armed.store(true, Ordering::Release);
    }

    /// How often each rule has happened, in order.
    pub(crate) fn counts(&self) -> Vec<u64> {
        let state = self.state.lock().expect("nobody panics while holding it");
        state.entries.iter().map(|entry| entry.happened).collect()
    }

    /// The faults that happen to this request, in the order of their rules.
    pub(crate) fn draw(&self, now: Circumstances<'_>) -> Vec<Happening> {
        if !self.armed.load(Ordering::Acquire) {
            return Vec::new();
        }
        let mut state = self.state.lock().expect("nobody panics while holding it");
        let seed = state.seed;
        let mut drawn = Vec::new();
        for (index, entry) in state.entries.iter_mut().enumerate() {
            if !entry.rule.concerns(now) {
                continue;
            }
            entry.matched += 1;
            // One stream for each rule and request: other rules do not shift the draws.
            let mut chance = Chance::stream(seed ^ entry.matched << 20, &index.to_string());
            if entry.rule.call.is_some_and(|call| call != entry.matched)
                || entry.rule.times.is_some_and(|times| entry.happened >= times)
                || entry.rule.probability.is_some_and(|limit| chance.unit() >= limit)
            {
                continue;
            }
            entry.happened += 1;
            drawn.push(Happening { fault: entry.rule.fault.clone(), chance });
        }
        drawn
    }
}

impl FaultRule {
    fn concerns(&self, now: Circumstances<'_>) -> bool {
        self.operation.as_deref().is_none_or(|name| name == now.operation)
            && self.target.as_deref().is_none_or(|name| name.eq_ignore_ascii_case(now.target))
            && self.page.is_none_or(|page| now.page == Some(page))
    }
}

#[cfg(test)]
mod tests {
    use super::{Circumstances, FaultBook};
    use crate::faults::{Fault, FaultRule, Faults};

    const PAGE_2: Circumstances<'_> =
        Circumstances { operation: "list_organization_members", target: "acme", page: Some(2) };

    fn happens(book: &FaultBook, now: Circumstances<'_>) -> bool {
        !book.draw(now).is_empty()
    }

    #[test]
    fn all_conditions_of_a_rule_must_hold() {
        let rule = FaultRule::new(Fault::ResetBefore)
            .operation("list_organization_members")
            .target("ACME")
            .page(2)
            .call(2);
        let book = FaultBook::new(Faults::new(vec![rule]));
        assert!(!happens(&book, Circumstances { page: Some(1), ..PAGE_2 }));
        assert!(!happens(&book, Circumstances { target: "other", ..PAGE_2 }));
        assert!(!happens(&book, PAGE_2));
        assert!(happens(&book, PAGE_2));
        assert!(!happens(&book, PAGE_2));
        assert_eq!(book.counts(), [1]);
    }

    #[test]
    fn chances_repeat_with_their_seed() {
        let draws = |seed| {
            let rule = FaultRule::new(Fault::ResetBefore).probability(0.3);
            let book = FaultBook::new(Faults { seed, rules: vec![rule] });
            (0..1000).map(|_| happens(&book, PAGE_2)).collect::<Vec<_>>()
        };
        assert_eq!(draws(1), draws(1));
        assert_ne!(draws(1), draws(2));
        let share = draws(3).iter().filter(|happens| **happens).count();
        assert!((250..350).contains(&share), "{share} of 1000");
    }

    #[test]
    fn a_rule_happens_no_more_often_than_told() {
        let book = FaultBook::new(Faults::new(vec![FaultRule::new(Fault::ResetBefore).times(2)]));
        let count = (0..5).filter(|_| happens(&book, PAGE_2)).count();
        assert_eq!(count, 2);
    }
}
