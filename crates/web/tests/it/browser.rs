//! A browser without a window: keeps cookies, sends forms as pages of the service do.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::{BodyExt, Full};
use hyper_util::rt::TokioIo;
use serde_json::Value;

/// An answer.
#[derive(Debug)]
pub struct Got {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Got {
    #[track_caller]
    pub fn is(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        self
    }

    #[track_caller]
    pub fn says(self, words: &[&str]) -> Self {
        for word in words {
            assert!(self.body.contains(word), "{word:?} is missing in {}", self.body);
        }
        self
    }

    pub fn to(&self) -> &str {
        self.headers.get(header::LOCATION).map_or("", |to| to.to_str().unwrap())
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }
}

/// A browser, or a program with a token.
#[derive(Debug, Clone)]
pub struct Browser {
    address: SocketAddr,
    pub cookies: BTreeMap<String, String>,
    pub headers: Vec<(String, String)>,
    /// The page that forms are sent from.
    pub origin: String,
}

impl Browser {
    pub fn new(address: SocketAddr) -> Self {
        let origin = format!("http://{address}");
        Self { address, cookies: BTreeMap::new(), headers: Vec::new(), origin }
    }

    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub async fn get(&mut self, path: &str) -> Got {
        self.send(Method::GET, path, String::new()).await
    }

    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Got {
        let body =
            url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.send(Method::POST, path, body).await
    }

    /// Status and headers of an answer whose body is not text.
    pub async fn send_for_head(&mut self, path: &str) -> (StatusCode, HeaderMap) {
        let got = self.raw(Method::GET, path, String::new()).await;
        (got.0, got.1)
    }

    /// Follows redirects of the service itself.
    pub async fn visit(&mut self, path: &str) -> Got {
        let mut got = self.get(path).await;
        for _ in 0..5 {
            let to = got.to().to_owned();
            if !to.starts_with('/') {
                break;
            }
            got = self.get(&to).await;
        }
        got
    }

    pub async fn send(&mut self, method: Method, path: &str, body: String) -> Got {
        let (status, headers, body) = self.raw(method, path, body).await;
        // A picture is no text, and nothing else may be none.
        let body = match headers.get(header::CONTENT_TYPE) {
            Some(kind) if kind.as_bytes().starts_with(b"image/") => String::new(),
            _ => String::from_utf8(body).unwrap(),
        };
        Got { status, headers, body }
    }

    async fn raw(
        &mut self,
        method: Method,
        path: &str,
        body: String,
    ) -> (StatusCode, HeaderMap, Vec<u8>) {
        let mut request = Request::builder().method(&method).uri(path);
        let mut host = self.address.to_string();
        for (name, value) in &self.headers {
            if name == "host" {
                host.clone_from(value);
            } else {
                request = request.header(name, value);
            }
        }
        let at_home = [&host, &self.address.to_string()]
            .iter()
            .any(|home| self.origin.ends_with(&format!("://{home}")));
        request = request.header(header::HOST, host);
        if method != Method::GET {
            request = request
                .header(header::ORIGIN, &self.origin)
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        } else if !at_home {
            // As a script of that page reads.
            request = request
                .header(header::ORIGIN, &self.origin)
                .header("sec-fetch-site", "cross-site")
                .header("sec-fetch-mode", "cors");
        }
        if !self.cookies.is_empty() {
            let all = self.cookies.iter().map(|(name, value)| format!("{name}={value}"));
            request = request.header(header::COOKIE, all.collect::<Vec<_>>().join("; "));
        }
        let stream = tokio::net::TcpStream::connect(self.address).await.unwrap();
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        let request = request.body(Full::new(bytes::Bytes::from(body))).unwrap();
        let response = sender.send_request(request).await.unwrap();
        let (parts, body) = response.into_parts();
        for cookie in parts.headers.get_all(header::SET_COOKIE) {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            match value {
                "" => drop(self.cookies.remove(name)),
                value => drop(self.cookies.insert(name.to_owned(), value.to_owned())),
            }
        }
        let body = body.collect().await.unwrap().to_bytes();
        (parts.status, parts.headers, body.to_vec())
    }
}
