//! One request over a socket of its own, and all that came back.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use hubfolk_sim::Running;
use serde_json::Value;

#[derive(Debug, Clone)]
pub(crate) struct Call<'a> {
    hub: &'a Running,
    method: &'static str,
    path: String,
    headers: Vec<(String, String)>,
    body: String,
}

#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

pub(crate) fn call<'a>(hub: &'a Running, method: &'static str, path: &str) -> Call<'a> {
    Call { hub, method, path: path.to_owned(), headers: Vec::new(), body: String::new() }
}

pub(crate) fn get<'a>(hub: &'a Running, path: &str) -> Call<'a> {
    call(hub, "GET", path)
}

impl Call<'_> {
    pub(crate) fn token(self, token: &str) -> Self {
        self.header("Authorization", &format!("Bearer {token}"))
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn json(mut self, body: &Value) -> Self {
        self.body = body.to_string();
        self.header("Content-Type", "application/json")
    }

    /// What a browser sends.
    pub(crate) fn form(mut self, body: &str) -> Self {
        body.clone_into(&mut self.body);
        self.header("Content-Type", "application/x-www-form-urlencoded")
    }

    /// The answer, which must be whole.
    pub(crate) fn send(&self) -> Reply {
        let reply = self.try_send().unwrap();
        let length: usize = reply.header("content-length").unwrap_or("0").parse().unwrap();
        assert_eq!(reply.body.len(), if self.method == "HEAD" { 0 } else { length });
        reply
    }

    /// What came before the connection ended, or how it broke.
    pub(crate) fn try_send(&self) -> io::Result<Reply> {
        let (bytes, broken) = self.exchange()?;
        match (Reply::parse(&bytes), broken) {
            (Some(reply), _) => Ok(reply),
            (None, Some(error)) => Err(error),
            (None, None) => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }

    /// Every byte that came, and the error at the end of them.
    pub(crate) fn exchange(&self) -> io::Result<(Vec<u8>, Option<io::Error>)> {
        let mut stream = TcpStream::connect(self.hub.address())?;
        stream.set_read_timeout(Some(Duration::from_secs(20)))?;
        let mut head = format!("{} {} HTTP/1.1\r\n", self.method, self.path);
        if !self.headers.iter().any(|(name, _)| name == "Host") {
            head += &format!("Host: {}\r\n", self.hub.address());
        }
        for (name, value) in &self.headers {
            head += &format!("{name}: {value}\r\n");
        }
        head += &format!("Content-Length: {}\r\nConnection: close\r\n\r\n", self.body.len());
        stream.write_all(head.as_bytes())?;
        stream.write_all(self.body.as_bytes())?;
        let mut bytes = Vec::new();
        let mut buffer = [0; 16 * 1024];
        loop {
            match stream.read(&mut buffer) {
                Ok(0) => return Ok((bytes, None)),
                Ok(count) => bytes.extend_from_slice(&buffer[..count]),
                Err(error) => return Ok((bytes, Some(error))),
            }
        }
    }
}

impl Reply {
    fn parse(bytes: &[u8]) -> Option<Self> {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
        let head = std::str::from_utf8(&bytes[..end]).unwrap();
        let mut lines = head.split("\r\n");
        let status = lines.next()?.split(' ').nth(1)?.parse().unwrap();
        let headers = lines
            .map(|line| line.split_once(": ").unwrap())
            .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
            .collect();
        Some(Self { status, headers, body: bytes[end + 4..].to_vec() })
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn error(&self) -> String {
        self.json()["error"].as_str().unwrap().to_owned()
    }

    /// Path and query of the next page.
    pub(crate) fn next(&self, hub: &Running) -> Option<String> {
        let link = self.header("link")?;
        let address = link.strip_prefix('<').unwrap().strip_suffix(">; rel=\"next\"").unwrap();
        Some(address.strip_prefix(&hub.url()).unwrap().to_owned())
    }
}

/// The pages of a list, followed by `Link` alone.
pub(crate) fn pages(hub: &Running, path: &str, token: Option<&str>) -> Vec<Vec<Value>> {
    let mut pages = Vec::new();
    let mut next = Some(path.to_owned());
    while let Some(path) = next {
        let mut request = get(hub, &path);
        if let Some(token) = token {
            request = request.token(token);
        }
        let reply = request.send();
        assert_eq!(reply.status, 200, "{path}: {}", String::from_utf8_lossy(&reply.body));
        pages.push(reply.json().as_array().unwrap().clone());
        next = reply.next(hub);
        assert!(pages.len() < 100, "the list never ends");
    }
    pages
}

/// The usernames of a list, over all its pages.
pub(crate) fn names(hub: &Running, path: &str, token: Option<&str>) -> Vec<String> {
    let items = pages(hub, path, token).concat();
    items.iter().map(|item| item["user"].as_str().unwrap().to_owned()).collect()
}
