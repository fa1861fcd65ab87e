//! Many clients at once: how many simple reads the simulator answers, and how long one waits.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use hubfolk_sim::{RateLimits, Sim, World};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Linux counts the processor time of a process in hundredths of a second.
const TICKS_A_SECOND: f64 = 100.0;

/// A simulator in a process of its own, with one thread that serves.
#[derive(Debug)]
pub(crate) struct Served {
    process: Child,
    pub(crate) url: String,
}

/// What a load took.
#[derive(Debug)]
pub(crate) struct Load {
    /// Answers for each second of processor time that the simulator used.
    pub(crate) per_core: f64,
    /// Answers for each second that went by.
    pub(crate) per_second: f64,
    pub(crate) median: Duration,
    pub(crate) p99: Duration,
}

impl Served {
    /// Starts this program again as a simulator of `world`.
    pub(crate) fn start(world: &str) -> Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["serve", world]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn()?;
        let output = process.stdout.take().context("its output is piped")?;
        let mut url = String::new();
        BufReader::new(output).read_line(&mut url)?;
        if url.is_empty() {
            bail!("the simulator did not start");
        }
        Ok(Self { process, url: url.trim().to_owned() })
    }

    /// Processor time of all its threads, in the kernel and outside.
    fn cpu_seconds(&self) -> Result<f64> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.process.id()))?;
        // The name before the parenthesis may hold blanks; user and kernel time are fields 14, 15.
        let (_, fields) = stat.rsplit_once(')').context("a process has a name")?;
        let ticks = fields.split_whitespace().skip(11).take(2);
        Ok(ticks.filter_map(|field| field.parse::<f64>().ok()).sum::<f64>() / TICKS_A_SECOND)
    }

    /// Asks for `paths` in turn over this many connections that stay open.
    pub(crate) fn load(&self, paths: &[String], connections: usize, total: usize) -> Result<Load> {
        let address = self.url.strip_prefix("http://").context("a plain address")?;
        let requests: Vec<Vec<u8>> = paths.iter().map(|path| request(address, path)).collect();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let cpu_before = self.cpu_seconds()?;
        let start = Instant::now();
        let mut waits = runtime.block_on(async {
            let each = total / connections;
            let clients = (0..connections).map(|first| ask(address, &requests, first * 7, each));
            let waits = futures_util::future::try_join_all(clients).await?;
            anyhow::Ok(waits.concat())
        })?;
        let elapsed = start.elapsed().as_secs_f64();
        let cpu = self.cpu_seconds()? - cpu_before;
        waits.sort_unstable();
        let at = |share: f64| waits[((waits.len() - 1) as f64 * share) as usize];
        let count = waits.len() as f64;
        Ok(Load {
            per_core: count / cpu.max(1.0 / TICKS_A_SECOND),
            per_second: count / elapsed,
            median: at(0.5),
            p99: at(0.99),
        })
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // It ends by itself when nobody holds the other end of its input.
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

/// The simulator's process: serves until its input ends.
pub(crate) fn serve(world: &str) -> Result<()> {
    let world = match world {
        "demo" => World::demo(1, 1_200),
        "talks" => talks()?,
        other => bail!("there is no world `{other}`"),
    };
    let sim = Sim::builder().world(world).rate_limits(RateLimits::Unlimited).start_on_thread()?;
    println!("{}", sim.url());
    let mut nothing = String::new();
    std::io::stdin().read_line(&mut nothing)?;
    Ok(())
}

/// Where the discussions of [`talks`] are, and how many pages of them.
pub(crate) const DISCUSSIONS: &str = "/api/models/acme/talk/discussions";
pub(crate) const PAGES: usize = 100;

/// One repository with 5,000 discussions of three comments each.
pub(crate) fn talks() -> Result<World> {
    let said = |number: usize, nth: usize| {
        json!({ "type": "comment", "author": "ada", "createdAt": "2026-01-02T03:04:05.000Z",
                "text": format!("What I wanted to say about number {number}, for the {nth}th time") })
    };
    let discussions = (1..=PAGES * 50).map(|number| {
        json!({ "id": "acme/talk", "num": number, "author": "ada",
                "title": format!("Question number {number} about the weights of this model"),
                "events": [said(number, 1), said(number, 2), said(number, 3)] })
    });
    let world = json!({
        "users": [{ "name": "ada", "fullname": "Ada L." }],
        "orgs": [{ "name": "acme", "members": [{ "user": "ada", "role": "write" }] }],
        "tokens": [{ "token": hubfolk_sim::DEMO_ADMIN_TOKEN, "user": "ada" },
                   { "token": hubfolk_sim::BIG_ADMIN_TOKEN, "user": "ada" }],
        "repos": [{ "id": "acme/talk" }],
        "discussions": discussions.collect::<Vec<_>>(),
    });
    Ok(World::from_json(&world.to_string())?)
}

fn request(address: &str, path: &str) -> Vec<u8> {
    let token = hubfolk_sim::DEMO_ADMIN_TOKEN;
    format!(
        "GET {path} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\n\
         user-agent: load\r\naccept: */*\r\n\r\n"
    )
    .into_bytes()
}

/// The whole answer to one request.
pub(crate) async fn answer(address: &str, request: &[u8]) -> Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(request).await?;
    let mut buffer = Vec::new();
    while head(&buffer)?.is_none_or(|(head, length)| buffer.len() < head + length) {
        if stream.read_buf(&mut buffer).await? == 0 {
            bail!("the connection was closed inside an answer");
        }
    }
    Ok(String::from_utf8_lossy(&buffer).into_owned())
}

/// One client: asks, reads the whole answer, asks again.
pub(crate) async fn ask(
    address: &str,
    requests: &[Vec<u8>],
    first: usize,
    count: usize,
) -> Result<Vec<Duration>> {
    let mut stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let mut buffer = Vec::with_capacity(64 * 1024);
    let mut waits = Vec::with_capacity(count);
    for number in 0..count {
        let start = Instant::now();
        stream.write_all(&requests[(first + number) % requests.len()]).await?;
        buffer.clear();
        let (head, length) = loop {
            if stream.read_buf(&mut buffer).await? == 0 {
                bail!("the simulator closed the connection");
            }
            if let Some(found) = head(&buffer)? {
                break found;
            }
        };
        while buffer.len() < head + length {
            if stream.read_buf(&mut buffer).await? == 0 {
                bail!("the simulator closed the connection inside an answer");
            }
        }
        waits.push(start.elapsed());
    }
    Ok(waits)
}

/// Where the head of an answer ends and how long its body is, once all of the head is there.
fn head(bytes: &[u8]) -> Result<Option<(usize, usize)>> {
    let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else { return Ok(None) };
    let text = std::str::from_utf8(&bytes[..end])?;
    if !text.starts_with("HTTP/1.1 200 ") {
        bail!("the simulator answered {}", text.lines().next().unwrap_or_default());
    }
    let length = text.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
    });
    Ok(Some((end + 4, length.context("an answer without a length")?)))
}
