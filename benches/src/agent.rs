//! The agent tool against a bare server of the same protocol: start, calls, memory.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::load::{answer, ask};

/// Calls of one measurement over stdio, and those before it that do not count.
const CALLS: usize = 2_000;
const WARM: usize = 200;

/// Clients at a time over HTTP, and calls of each.
const CLIENTS: usize = 10;
const CALLS_EACH: usize = 400;

/// A server over stdio and a client that counts.
pub(crate) struct Session {
    process: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    next: u64,
}

impl Session {
    pub(crate) fn start(command: &mut Command) -> Result<Self> {
        let mut process = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("starting a server")?;
        let input = process.stdin.take();
        let output = BufReader::new(process.stdout.take().context("its output")?);
        Ok(Self { process, input, output, next: 0 })
    }

    fn send(&mut self, message: &Value) -> Result<()> {
        let input = self.input.as_mut().context("its input")?;
        input.write_all(format!("{message}\n").as_bytes())?;
        Ok(input.flush()?)
    }

    pub(crate) fn ask(&mut self, method: &str, params: &Value) -> Result<Value> {
        self.next += 1;
        self.send(&json!({"jsonrpc": "2.0", "id": self.next, "method": method, "params": params}))?;
        let mut line = String::new();
        self.output.read_line(&mut line)?;
        let answer: Value = serde_json::from_str(&line).context("an answer")?;
        if answer.get("result").is_none() {
            bail!("{method}: {answer}");
        }
        Ok(answer)
    }

    /// From the handshake to the answered list of tools.
    pub(crate) fn open(&mut self) -> Result<()> {
        let client = json!({"name": "bench", "version": "1"});
        let hello =
            json!({"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": client});
        self.ask("initialize", &hello)?;
        self.send(&json!({"jsonrpc": "2.0", "method": "notifications/initialized"}))?;
        self.ask("tools/list", &json!({}))?;
        Ok(())
    }

    /// How long each of so many calls took.
    pub(crate) fn calls(&mut self) -> Result<Vec<Duration>> {
        let call = json!({"name": "get_profile", "arguments": {"name": "amara-osei"}});
        let mut took = Vec::with_capacity(CALLS);
        for round in 0..WARM + CALLS {
            let begin = Instant::now();
            self.ask("tools/call", &call)?;
            if round >= WARM {
                took.push(begin.elapsed());
            }
        }
        Ok(took)
    }

    /// The memory that is in use now.
    pub(crate) fn megabytes(&self) -> Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let number = line.and_then(|line| line.split_whitespace().next()).context("no VmRSS")?;
        Ok(number.parse::<f64>()? / 1024.0)
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        drop(self.input.take());
        let _ = self.process.wait();
    }
}

/// The time that so many of a hundred do not exceed, in milliseconds.
pub(crate) fn percentile(took: &mut [Duration], of_hundred: usize) -> f64 {
    took.sort_unstable();
    let at = (took.len() * of_hundred / 100).min(took.len().saturating_sub(1));
    took.get(at).map_or(f64::NAN, |took| took.as_secs_f64() * 1e3)
}

/// How long the calls of ten clients at a time take over HTTP, by the newest revision.
///
/// They share the machine with the server, so they do as little as they can.
pub(crate) fn over_http(url: &str, token: &str) -> Result<Vec<Duration>> {
    let (address, path) = url
        .strip_prefix("http://")
        .and_then(|rest| rest.split_once('/'))
        .context("a plain address")?;
    let body = json!({
        "jsonrpc": "2.0", "id": 1, "method": "tools/call",
        "params": {
            "name": "get_profile",
            "arguments": {"name": "amara-osei"},
            "_meta": {
                "io.modelcontextprotocol/protocolVersion": "2026-07-28",
                "io.modelcontextprotocol/clientCapabilities": {},
                "io.modelcontextprotocol/clientInfo": {"name": "bench", "version": "1"},
            },
        },
    })
    .to_string();
    let request = format!(
        "POST /{path} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\n\
         accept: application/json, text/event-stream\r\ncontent-type: application/json\r\n\
         mcp-protocol-version: 2026-07-28\r\nmcp-method: tools/call\r\nmcp-name: get_profile\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    );
    let requests = [request.into_bytes()];
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let answer = answer(address, &requests[0]).await?;
        if !answer.contains("\"isError\":false") || !answer.contains("Amara") {
            bail!("the call does not work: {answer}");
        }
        let warm = (0..CLIENTS).map(|_| ask(address, &requests, 0, CALLS_EACH / 10));
        futures_util::future::try_join_all(warm).await?;
        let clients = (0..CLIENTS).map(|_| ask(address, &requests, 0, CALLS_EACH));
        Ok(futures_util::future::try_join_all(clients).await?.concat())
    })
}

/// A server over HTTP.
pub(crate) struct Served {
    process: Child,
    pub(crate) url: String,
}

impl Served {
    pub(crate) fn start(command: &mut Command) -> Result<Self> {
        let mut process = command.stdin(Stdio::null()).stderr(Stdio::piped()).spawn()?;
        let mut said = BufReader::new(process.stderr.take().context("its notes")?);
        let mut line = String::new();
        said.read_line(&mut line)?;
        let url = line.split_whitespace().find(|word| word.starts_with("http://"));
        let url = url.with_context(|| format!("no address in {line:?}"))?.to_owned();
        std::thread::spawn(move || said.lines().for_each(drop));
        Ok(Self { process, url })
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
