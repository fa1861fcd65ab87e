//! Pictures of accounts: without a token, and from the Hub's own places only.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, header};
use hubfolk_api::problem::Problem;
use url::Url;

use crate::{
    error::{ApiError, Argument, Error, RedirectError, TooLarge, TransportError},
    exchange::{Exchange, Failure, exchange},
    hub::Hub,
    observe::Event,
};

const OPERATION: &str = "get_picture";

/// Where the Hub keeps pictures that people uploaded.
const UPLOADS: &str = "cdn-avatars.huggingface.co";

const KINDS: HeaderValue = HeaderValue::from_static("image/png, image/jpeg, image/gif, image/webp");

impl Hub {
    /// Reads what an `avatarUrl` leads to, at most `max_body` bytes within `time`.
    ///
    /// Whoever has an account chooses the address, so it is asked for once and without the token,
    /// no redirect is followed, and only the endpoint itself and, over `https`, the Hub's store of
    /// uploaded pictures are asked at all. What comes may be anything: look at it before use.
    ///
    /// # Errors
    ///
    /// [`Error::Argument`] for an address elsewhere, before anything is sent; else as for any
    /// request.
    pub async fn picture(
        &self,
        address: &str,
        max_body: u64,
        time: Duration,
    ) -> Result<Bytes, Error> {
        let url = place(&self.0.endpoint, address).ok_or_else(|| {
            let source = "it is neither at the Hub nor where the Hub keeps pictures".into();
            Error::Argument(Box::new(Argument { operation: OPERATION, source }))
        })?;
        let client = self.0.client()?;
        let mut request = reqwest::Request::new(http::Method::GET, url);
        request.headers_mut().insert(header::ACCEPT, KINDS);
        self.0.config.observer.tell(&Event::Sent { operation: OPERATION, attempt: 1 });
        self.0.counters.sent();
        let Exchange { status, headers, body } =
            exchange(client, request, max_body, time).await.map_err(broken)?;
        let answered = Event::Answered { operation: OPERATION, status, date: None, left: None };
        self.0.config.observer.tell(&answered);
        if status.is_success() {
            return Ok(body);
        }
        if status.is_redirection() {
            let problem = "leads elsewhere, where a picture is not looked for".to_owned();
            let astray = RedirectError { operation: OPERATION, page: None, status, problem };
            return Err(Error::Redirect(Box::new(astray)));
        }
        let problem = Problem::read(status, &headers, &body);
        Err(Error::Api(Box::new(ApiError {
            operation: OPERATION,
            page: None,
            attempts: 1,
            status: problem.status,
            code: problem.code,
            message: problem.message,
            request_id: problem.request_id,
            closed: None,
            experimental: None,
        })))
    }
}

/// The address in full, if it is one that may be asked.
fn place(endpoint: &Url, address: &str) -> Option<Url> {
    let url = if address.starts_with('/') && !address.starts_with("//") {
        let base = endpoint.as_str().trim_end_matches('/');
        Url::parse(&format!("{base}{address}")).ok()?
    } else {
        Url::parse(address).ok()?
    };
    let own = url.origin() == endpoint.origin();
    // An endpoint without https is one on this machine: nothing of it leads out.
    let upload = endpoint.scheme() == "https"
        && url.scheme() == "https"
        && url.host_str() == Some(UPLOADS)
        && url.port().is_none();
    let nameless = url.username().is_empty() && url.password().is_none();
    ((own || upload) && nameless).then_some(url)
}

fn broken(failure: Failure) -> Error {
    match failure {
        Failure::TooLarge { limit } => {
            Error::TooLarge(Box::new(TooLarge { operation: OPERATION, page: None, limit }))
        }
        Failure::Transport { problem, source, .. } => Error::Transport(Box::new(TransportError {
            operation: OPERATION,
            page: None,
            attempts: 1,
            problem,
            may_have_acted: false,
            source,
        })),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn pictures_are_looked_for_at_the_hub_and_nowhere_else() {
        let hub = Url::parse("https://huggingface.co").unwrap();
        for good in [
            "/avatars/0f.svg",
            "https://huggingface.co/avatars/0f.png",
            "https://cdn-avatars.huggingface.co/v1/production/uploads/1/a.png",
        ] {
            assert!(place(&hub, good).is_some(), "{good}");
        }
        for bad in [
            "",
            "avatars/0f.svg",
            "//evil.example/a.png",
            "http://huggingface.co/a.png",
            "http://cdn-avatars.huggingface.co/a.png",
            "https://cdn-avatars.huggingface.co:8443/a.png",
            "https://cdn-avatars.huggingface.co.evil.example/a.png",
            "https://cdn-avatars.huggingface.co@evil.example/a.png",
            "https://user:word@cdn-avatars.huggingface.co/a.png",
            "https://huggingface.co:444/a.png",
            "https://169.254.169.254/latest",
            "file:///etc/passwd",
            "data:image/png;base64,AA",
        ] {
            assert!(place(&hub, bad).is_none(), "{bad}");
        }
        let own = Url::parse("http://127.0.0.1:8000/hub").unwrap();
        let full = place(&own, "/avatars/a.png").unwrap();
        assert_eq!(full.as_str(), "http://127.0.0.1:8000/hub/avatars/a.png");
        for bad in ["https://cdn-avatars.huggingface.co/a.png", "http://127.0.0.1:8001/a.png"] {
            assert!(place(&own, bad).is_none(), "{bad}");
        }
        // Whatever is put behind the endpoint, it stays there.
        for odd in ["/\\evil.example/a", "/@evil.example/a", "/../../a"] {
            assert_eq!(place(&own, odd).unwrap().origin(), own.origin(), "{odd}");
        }
    }
}
