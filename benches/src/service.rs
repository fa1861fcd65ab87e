//! `hubfolk serve` as browsers see it: signed in once, many at a time, and what it weighs meanwhile.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use futures_util::future::try_join_all;
use reqwest::header::{ACCEPT_ENCODING, COOKIE, SET_COOKIE};
use reqwest::redirect::Policy;

/// A service in a process of its own.
pub(crate) struct Service {
    process: Child,
    pub(crate) url: String,
    link: String,
}

impl Service {
    /// Waits until it says where it listens.
    pub(crate) fn start(command: &mut Command) -> Result<Self> {
        let mut process = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("starting the service")?;
        let output = process.stdout.take().context("its output is piped")?;
        let mut said = BufReader::new(output);
        let mut address = || {
            let mut line = String::new();
            said.read_line(&mut line)?;
            let word = line.split_whitespace().find(|word| word.starts_with("http://"));
            anyhow::Ok(word.with_context(|| format!("no address in {line:?}"))?.to_owned())
        };
        let (url, link) = (address()?, address()?);
        Ok(Self { process, url: url.trim_end_matches('/').to_owned(), link })
    }

    /// The memory that is in use now: all of it, and what is the process's own.
    pub(crate) fn megabytes(&self) -> Result<(f64, f64)> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id()))?;
        let of = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            let number = line.and_then(|line| line.split_whitespace().next());
            anyhow::Ok(number.context("no such line")?.parse::<f64>()? / 1024.0)
        };
        Ok((of("VmRSS:")?, of("RssAnon:")?))
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A browser, or sixteen of them.
pub(crate) struct Browser {
    client: reqwest::Client,
    pub(crate) url: String,
    pub(crate) cookie: String,
}

impl Browser {
    /// Signs in by the link that the service printed.
    pub(crate) async fn sign_in(service: &Service) -> Result<Self> {
        // Bodies are counted as they come, so nothing may unpack them.
        let client = reqwest::Client::builder().no_proxy().no_gzip().redirect(Policy::none());
        let client = client.build()?;
        let answer = client.get(&service.link).send().await?;
        let cookie = answer.headers().get(SET_COOKIE).context("the link signs nobody in")?;
        let cookie = cookie.to_str()?.split(';').next().unwrap_or_default().to_owned();
        Ok(Self { client, url: service.url.clone(), cookie })
    }

    async fn ask(&self, path: &str, encoding: &'static str) -> Result<Vec<u8>> {
        let request = self.client.get(format!("{}{path}", self.url));
        let request = request.header(COOKIE, &self.cookie).header(ACCEPT_ENCODING, encoding);
        let answer = request.send().await?;
        ensure!(answer.status() == 200, "{path}: {}", answer.status());
        Ok(answer.bytes().await?.to_vec())
    }

    /// Kilobytes of a page with all that it brings along, as they go over the wire.
    pub(crate) async fn weight(&self, path: &str) -> Result<f64> {
        let mut bytes = self.ask(path, "gzip").await?.len();
        let page = self.ask(path, "identity").await?;
        let page = String::from_utf8_lossy(&page);
        let named = page.split('"').filter(|text| text.starts_with("/static/"));
        for asset in named.collect::<BTreeSet<_>>() {
            bytes += self.ask(asset, "gzip").await?.len();
        }
        Ok(bytes as f64 / 1000.0)
    }

    /// How long each of so many clients, who never pause, waits for each of these in turn.
    pub(crate) async fn load(
        &self,
        paths: &[String],
        clients: usize,
        each: usize,
    ) -> Result<Vec<Duration>> {
        let clients = (0..clients).map(async |first| {
            let mut waits = Vec::with_capacity(each);
            for number in 0..each {
                let start = Instant::now();
                self.ask(&paths[(first + number) % paths.len()], "gzip").await?;
                waits.push(start.elapsed());
            }
            anyhow::Ok(waits)
        });
        Ok(try_join_all(clients).await?.concat())
    }
}
