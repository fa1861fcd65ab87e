//! Round numbers along an axis.

/// The numbers to label from 0 to at least `most`: at most five, all round.
pub(super) fn ticks(most: i64) -> Vec<i64> {
    let most = most.max(1);
    let mut step = 1_i64;
    'found: loop {
        for round in [1, 2, 5] {
            if most.div_euclid(step * round) < 5 {
                step *= round;
                break 'found;
            }
        }
        step *= 10;
    }
    let mut ticks: Vec<i64> = (0..).map(|n| n * step).take_while(|tick| *tick <= most).collect();
    if ticks.last().is_none_or(|last| *last < most) {
        ticks.push(ticks.len() as i64 * step);
    }
    ticks
}

/// A number short enough for an axis.
pub(super) fn short(value: i64) -> String {
    match value {
        1_000_000.. if value % 100_000 == 0 => format!("{}M", value as f64 / 1e6),
        10_000.. if value % 1_000 == 0 => format!("{}k", value / 1000),
        _ => crate::show::number(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_few_round_and_reach_the_top() {
        assert_eq!(ticks(0), [0, 1]);
        assert_eq!(ticks(7), [0, 2, 4, 6, 8]);
        assert_eq!(ticks(1213), [0, 500, 1000, 1500]);
        for most in [1, 3, 9, 10, 11, 99, 100, 4_999, 100_000, 1_234_567, i64::MAX / 100] {
            let ticks = ticks(most);
            assert!(ticks.len() <= 6 && *ticks.last().unwrap_or(&0) >= most, "{most}: {ticks:?}");
        }
        assert_eq!(short(100_000), "100k");
        assert_eq!(short(1_500_000), "1.5M");
        assert_eq!(short(1500), "1,500");
    }
}
