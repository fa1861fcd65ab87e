//! Reached over TLS, and by way of a proxy.

use std::net::IpAddr;
use std::sync::Arc;

use hubfolk_web::access::Role;
use hubfolk_web::accounts::{self, Wanted};
use hubfolk_web::{Listen, ListenError, Listening, Tls, password};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto::aws_lc_rs};

use crate::stage::{PASSWORD, Stage};

fn listen(tls: Option<Tls>, proxies: &[&str]) -> Listen {
    let proxies = proxies.iter().map(|proxy| proxy.parse::<IpAddr>().unwrap()).collect();
    Listen { address: ([127, 0, 0, 1], 0).into(), tls, proxies }
}

fn with_account(stage: &Stage) {
    let wanted = Wanted {
        name: "ada".to_owned(),
        password: password::hash(PASSWORD).unwrap(),
        role: Role::Admin,
        orgs: Vec::new(),
    };
    accounts::save(&mut stage.store(), wanted, "test", "2026-06-01T12:00:00Z".parse().unwrap())
        .unwrap();
}

#[tokio::test]
async fn over_tls_the_cookie_is_bound_to_the_host() {
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(vec!["folk.example".to_owned()]).unwrap();
    let tls = Tls {
        certificates: cert.pem().into_bytes(),
        key: signing_key.serialize_pem().into_bytes(),
    };
    let stage = Stage::reached(listen(Some(tls), &[]), Some("https://folk.example")).await;
    with_account(&stage);
    let mut roots = RootCertStore::empty();
    roots.add(cert.der().clone()).unwrap();
    let provider = Arc::new(aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = tokio::net::TcpStream::connect(stage.address).await.unwrap();
    let name = ServerName::try_from("folk.example").unwrap();
    let mut stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await.unwrap();
    let body = format!("name=ada&password={}", PASSWORD.replace(' ', "+"));
    let request = format!(
        "POST /sign-in HTTP/1.1\r\nHost: folk.example\r\nOrigin: https://folk.example\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\
         Connection: close\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
    assert!(answer.contains("set-cookie: __Host-hubfolk="), "{answer}");
    assert!(
        answer.contains("; Secure") && answer.contains("strict-transport-security"),
        "{answer}"
    );
}

#[tokio::test]
async fn a_key_of_another_certificate_is_refused_before_anything_listens() {
    let one = generate_simple_self_signed(vec!["folk.example".to_owned()]).unwrap();
    let other = generate_simple_self_signed(vec!["folk.example".to_owned()]).unwrap();
    for (certificates, key) in [
        (one.cert.pem(), other.signing_key.serialize_pem()),
        ("nonsense".to_owned(), one.signing_key.serialize_pem()),
        (one.cert.pem(), "nonsense".to_owned()),
    ] {
        let tls = Tls { certificates: certificates.into_bytes(), key: key.into_bytes() };
        let refused = Listening::bind(listen(Some(tls), &[])).await;
        assert!(matches!(refused, Err(ListenError::Certificate(_))));
    }
}

#[tokio::test]
async fn behind_a_proxy_nobody_else_is_answered_and_the_browser_is_known() {
    let stage = Stage::reached(listen(None, &["127.0.0.1"]), Some("https://folk.example")).await;
    with_account(&stage);
    let browser = || {
        let mut browser = stage
            .stranger()
            .with("host", "folk.example")
            .with("x-forwarded-for", "6.6.6.6, 9.9.9.9");
        browser.origin = "https://folk.example".to_owned();
        browser
    };
    let mut ada = browser();
    ada.post("/sign-in", &[("name", "ada"), ("password", PASSWORD)]).await.is(303);
    assert!(ada.cookies.contains_key("__Host-hubfolk"));
    ada.get("/sessions").await.is(200).says(&["9.9.9.9"]);
    // It can be reached from elsewhere, so nothing is told without a session.
    browser().get("/metrics").await.is(401);
    let stage = Stage::reached(listen(None, &["10.0.0.1"]), Some("https://folk.example")).await;
    let mut past_it = stage.stranger().with("host", "folk.example");
    past_it.get("/sign-in").await.is(403).says(&["reached by its proxy only"]);
}
