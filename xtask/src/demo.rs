//! `cargo xtask check-demo`: what README promises of the demo, measured.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::command::{capture, run as run_command};
use crate::setting::Setting;

/// The demo takes less than this once it is built.
const LIMIT: Duration = Duration::from_secs(10);

pub(crate) fn run(setting: &Setting) -> Result<()> {
    run_command(setting.cargo().args(["build", "--release"]))?;
    let (first, first_time) = demo(setting)?;
    let (second, second_time) = demo(setting)?;
    println!(
        "demo: {} bytes in {:.2} s, again in {:.2} s",
        first.len(),
        first_time.as_secs_f64(),
        second_time.as_secs_f64()
    );
    if first.is_empty() {
        bail!("the demo printed nothing");
    }
    if first != second {
        let (first, second) = (String::from_utf8_lossy(&first), String::from_utf8_lossy(&second));
        let differing = first.lines().zip(second.lines()).find(|(one, other)| one != other);
        bail!("two demos differ: {differing:?}");
    }
    if first_time.max(second_time) > LIMIT {
        bail!("the demo takes longer than {} s", LIMIT.as_secs());
    }
    Ok(())
}

fn demo(setting: &Setting) -> Result<(Vec<u8>, Duration)> {
    let mut command = setting.cargo();
    command.args(["run", "--quiet", "--release", "--", "demo"]);
    setting.isolate(&mut command)?;
    command.env("CARGO_NET_OFFLINE", "true");
    let begin = Instant::now();
    let output = capture(&mut command)?;
    Ok((output, begin.elapsed()))
}
