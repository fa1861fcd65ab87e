//! What the Hub says to a bare HTTP request, with none of our client between.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use hubfolk_sim::DEMO_ADMIN_TOKEN;
use serde_json::Value;

pub(crate) struct Truth(SocketAddr);

impl Truth {
    pub(crate) fn new(address: SocketAddr) -> Self {
        Self(address)
    }

    /// One answer, and the path of the next page.
    fn ask(&self, path: &str) -> (Value, Option<String>) {
        let mut connection = TcpStream::connect(self.0).unwrap();
        write!(
            connection,
            "GET {path} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {DEMO_ADMIN_TOKEN}\r\nConnection: close\r\n\r\n",
            self.0
        )
        .unwrap();
        let mut answer = String::new();
        connection.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 200"), "{path}: {answer}");
        let link = head
            .lines()
            .find_map(|line| line.strip_prefix("link: ").or_else(|| line.strip_prefix("Link: ")));
        let next = link.map(|link| {
            let url = link.split(['<', '>']).nth(1).unwrap();
            url[url.find("/api").unwrap()..].to_owned()
        });
        (serde_json::from_str(body).unwrap(), next)
    }

    pub(crate) fn get(&self, path: &str) -> Value {
        self.ask(path).0
    }

    /// A whole list.
    pub(crate) fn list(&self, path: &str) -> Vec<Value> {
        let (mut all, mut next) = (Vec::new(), Some(path.to_owned()));
        while let Some(path) = next {
            let (page, after) = self.ask(&path);
            let items = page.as_array().or_else(|| page["discussions"].as_array());
            all.extend(items.unwrap().iter().cloned());
            next = after;
        }
        all
    }

    pub(crate) fn members(&self) -> Vec<Value> {
        self.list("/api/organizations/meridian-labs/members")
    }

    pub(crate) fn discussions(&self) -> Vec<Value> {
        self.list("/api/models/meridian-labs/tide-base/discussions")
    }

    pub(crate) fn discussion(&self, number: u64) -> Value {
        self.get(&format!("/api/models/meridian-labs/tide-base/discussions/{number}"))
    }

    pub(crate) fn requests(&self, status: &str) -> Vec<Value> {
        self.list(&format!("/api/models/meridian-labs/tide-large/user-access-request/{status}"))
    }
}

/// A field of each as text, of those that fit.
pub(crate) fn pick(items: &[Value], pointer: &str, fits: impl Fn(&Value) -> bool) -> Vec<String> {
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    items
        .iter()
        .filter(|item| fits(item))
        .filter_map(|item| item.pointer(pointer))
        .map(text)
        .collect()
}
