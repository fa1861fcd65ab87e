//! Running contenders in turns and reading what they took.

use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};

/// What one run of a contender took.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sample {
    pub(crate) millis: f64,
    pub(crate) peak_mb: f64,
    pub(crate) count: u64,
}

/// Runs a program to its end; it prints `count peak-kilobytes`, or nothing.
pub(crate) fn run(command: &mut Command) -> Result<Sample> {
    let start = Instant::now();
    let output = command.stdin(Stdio::null()).stderr(Stdio::inherit()).output()?;
    let millis = start.elapsed().as_secs_f64() * 1e3;
    if !output.status.success() {
        bail!("{command:?} ended with {}", output.status);
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let mut numbers = text.split_whitespace().map_while(|word| word.parse::<u64>().ok());
    let (count, kilobytes) = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    Ok(Sample { millis, peak_mb: kilobytes as f64 / 1024.0, count })
}

/// The sample with the median time, and the highest peak of all.
pub(crate) fn median(samples: &[Sample]) -> Result<Sample> {
    let mut sorted = samples.to_vec();
    sorted.sort_by(|a, b| a.millis.total_cmp(&b.millis));
    let middle = *sorted.get(sorted.len() / 2).context("no sample")?;
    let peak_mb = samples.iter().map(|sample| sample.peak_mb).fold(0.0, f64::max);
    Ok(Sample { peak_mb, ..middle })
}

/// The most memory this process ever held.
pub(crate) fn peak_kilobytes() -> Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.and_then(|line| line.split_whitespace().next()).context("no VmHWM")?;
    Ok(number.parse()?)
}
