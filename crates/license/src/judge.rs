//! Whether a complete list may end memberships, or a person must look first.

/// When absence means leaving, and when it means that something is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// So many newly absent members are never too many.
    pub leavers: u64,
    /// Percent of the active members whose absence is never too many.
    pub leavers_percent: u64,
    /// Complete lists in a row without someone until they count as gone.
    pub absences: i64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { leavers: 5, leavers_percent: 10, absences: 2 }
    }
}

impl Limits {
    /// Whether a complete list of `listed` people, which lacks `gone` of `active` members, must wait
    /// for a person.
    #[must_use]
    pub fn quarantines(&self, listed: u64, active: u64, gone: u64) -> bool {
        listed == 0 || (gone > self.leavers && gone * 100 > active * self.leavers_percent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_or_ten_percent_may_leave_at_once() {
        let limits = Limits::default();
        for (active, gone, held) in [
            (10, 5, false),
            (10, 6, true),
            (100, 10, false),
            (100, 11, true),
            (1200, 120, false),
            (1200, 121, true),
        ] {
            assert_eq!(limits.quarantines(active - gone, active, gone), held, "{gone} of {active}");
        }
    }

    #[test]
    fn an_empty_list_always_waits() {
        assert!(Limits::default().quarantines(0, 3, 3));
        assert!(Limits::default().quarantines(0, 0, 0));
    }
}
