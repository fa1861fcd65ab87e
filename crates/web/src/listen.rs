//! Connections: accepted, encrypted if wanted, served, and brought to an end gracefully.

use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{FromRequestParts, Request};
use http::request::Parts;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt;

use crate::problem::Problem;

/// Most connections at a time.
const CONNECTIONS: usize = 1_024;

/// How long a browser may take to send the head of a request, or to agree on a key.
const HEAD_TIMEOUT: Duration = Duration::from_secs(15);

/// How long requests that have begun may take after the service is asked to stop.
const GRACE: Duration = Duration::from_secs(10);

/// Where and how to listen.
#[derive(Debug, Clone)]
pub struct Listen {
    /// The address.
    pub address: SocketAddr,
    /// Certificate and key, to speak TLS.
    pub tls: Option<Tls>,
    /// Who may hand on requests of others; nobody else is answered then.
    pub proxies: Vec<IpAddr>,
}

/// A certificate chain and its key, both PEM.
#[derive(Clone)]
pub struct Tls {
    /// The chain, the service's own certificate first.
    pub certificates: Vec<u8>,
    /// The private key.
    pub key: Vec<u8>,
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tls(..)")
    }
}

/// Why the service cannot listen.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ListenError {
    /// The address cannot be had.
    #[error("cannot listen on {address}")]
    Bind {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// Certificate or key cannot be used.
    #[error("the certificate or its key cannot be used: {0}")]
    Certificate(String),
}

/// A service that listens and does not answer yet.
pub struct Listening {
    listener: TcpListener,
    address: SocketAddr,
    tls: Option<TlsAcceptor>,
    proxies: Arc<[IpAddr]>,
}

impl fmt::Debug for Listening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Listening").field(&self.address).finish()
    }
}

impl Listening {
    /// Listens.
    ///
    /// # Errors
    ///
    /// When the address cannot be had, or certificate and key do not fit.
    pub async fn bind(listen: Listen) -> Result<Self, ListenError> {
        let tls = listen.tls.as_ref().map(acceptor).transpose()?;
        let failed = |source| ListenError::Bind { address: listen.address, source };
        let listener = TcpListener::bind(listen.address).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        Ok(Self { listener, address, tls, proxies: listen.proxies.into() })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers until `stop` ends, then lets what has begun come to its end.
    pub async fn serve(self, router: Router, stop: impl Future<Output = ()>) {
        let graceful = GracefulShutdown::new();
        let room = Arc::new(Semaphore::new(CONNECTIONS));
        let mut stop = std::pin::pin!(stop);
        loop {
            let Ok(place) = Arc::clone(&room).acquire_owned().await else { return };
            let (stream, peer) = tokio::select! {
                accepted = self.listener.accept() => match accepted {
                    Ok(accepted) => accepted,
                    // Out of file descriptors, or the browser was gone already: others may come.
                    Err(_) => {
                        tokio::time::sleep(Duration::from_millis(10)).await;
                        continue;
                    }
                },
                () = &mut stop => break,
            };
            let connection = Connection {
                router: router.clone(),
                peer,
                proxies: Arc::clone(&self.proxies),
                tls: self.tls.clone(),
            };
            let watcher = graceful.watcher();
            tokio::spawn(async move {
                connection.serve(stream, watcher).await;
                drop(place);
            });
        }
        drop(self.listener);
        // Whoever is still busy then is cut off; a sync would begin anew anyway.
        let _ = tokio::time::timeout(GRACE, graceful.shutdown()).await;
    }
}

struct Connection {
    router: Router,
    peer: SocketAddr,
    proxies: Arc<[IpAddr]>,
    tls: Option<TlsAcceptor>,
}

impl Connection {
    async fn serve(self, stream: TcpStream, watcher: hyper_util::server::graceful::Watcher) {
        // Without it a small answer waits for the acknowledgement of the one before.
        let _ = stream.set_nodelay(true);
        let tls = self.tls.clone();
        match tls {
            None => self.speak(stream, watcher).await,
            Some(tls) => {
                let agreed = tokio::time::timeout(HEAD_TIMEOUT, tls.accept(stream)).await;
                if let Ok(Ok(stream)) = agreed {
                    self.speak(stream, watcher).await;
                }
            }
        }
    }

    async fn speak<S>(self, stream: S, watcher: hyper_util::server::graceful::Watcher)
    where
        S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
    {
        let Self { router, peer, proxies, .. } = self;
        let service = service_fn(move |request: http::Request<Incoming>| {
            let (router, proxies) = (router.clone(), Arc::clone(&proxies));
            async move {
                let mut request: Request = request.map(axum::body::Body::new);
                let peer = Peer::of(peer.ip(), &proxies, request.headers());
                request.extensions_mut().insert(peer);
                router.oneshot(request).await
            }
        });
        let mut builder = http1::Builder::new();
        builder.timer(TokioTimer::new()).header_read_timeout(HEAD_TIMEOUT);
        let connection = builder.serve_connection(TokioIo::new(stream), service);
        // A broken connection is the browser's business.
        let _ = watcher.watch(connection).await;
    }
}

fn acceptor(tls: &Tls) -> Result<TlsAcceptor, ListenError> {
    use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
    use tokio_rustls::rustls::{ServerConfig, crypto::aws_lc_rs};

    let wrong = |error: &dyn fmt::Display| ListenError::Certificate(error.to_string());
    let certificates = CertificateDer::pem_slice_iter(&tls.certificates)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| wrong(&error))?;
    let key = PrivateKeyDer::from_pem_slice(&tls.key).map_err(|error| wrong(&error))?;
    // Named here: a program with several would have no default.
    let provider = Arc::new(aws_lc_rs::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| wrong(&error))?
        .with_no_client_auth()
        .with_single_cert(certificates, key)
        .map_err(|error| wrong(&error))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// Where a request comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Peer {
    /// The browser's address, as far as it is known.
    pub(crate) address: IpAddr,
    /// Whether it came past the proxy that it has to come by.
    pub(crate) stray: bool,
}

impl Peer {
    /// With trusted proxies, the address is the last one of `X-Forwarded-For` that is not theirs:
    /// what stands before it anybody may have written.
    fn of(peer: IpAddr, proxies: &[IpAddr], headers: &http::HeaderMap) -> Self {
        if proxies.is_empty() {
            return Self { address: peer, stray: false };
        }
        if !proxies.contains(&peer.to_canonical()) {
            return Self { address: peer, stray: true };
        }
        let lines = headers.get_all("x-forwarded-for").into_iter().filter_map(|l| l.to_str().ok());
        let hops: Vec<&str> = lines.flat_map(|line| line.split(',')).map(str::trim).collect();
        let hops = hops.iter().rev().map_while(|hop| hop.parse::<IpAddr>().ok());
        let address = hops.map(|hop| hop.to_canonical()).find(|hop| !proxies.contains(hop));
        Self { address: address.unwrap_or(peer), stray: false }
    }
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.address.fmt(f)
    }
}

impl<S: Sync> FromRequestParts<S> for Peer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        // Put there when the connection was accepted.
        parts
            .extensions
            .get::<Self>()
            .copied()
            .ok_or_else(|| Problem::internal(&io::Error::other("a request came by no connection")))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use http::{HeaderMap, HeaderValue};

    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn only_a_trusted_proxy_says_who_asks() {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", HeaderValue::from_static("6.6.6.6, 9.9.9.9, 10.0.0.2"));
        let proxies = [ip("10.0.0.1"), ip("10.0.0.2")];
        let by_proxy = Peer::of(ip("10.0.0.1"), &proxies, &headers);
        assert_eq!(by_proxy, Peer { address: ip("9.9.9.9"), stray: false });
        let past_it = Peer::of(ip("9.9.9.9"), &proxies, &headers);
        assert_eq!(past_it, Peer { address: ip("9.9.9.9"), stray: true });
        assert_eq!(Peer::of(ip("1.1.1.1"), &[], &headers).address, ip("1.1.1.1"));
    }
}
