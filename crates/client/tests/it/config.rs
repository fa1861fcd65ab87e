//! What a client is built from.

use std::time::Duration;

use hubfolk::{Error, Hub};

use crate::server::{Server, json, quick};

const ADA: &str = r#"{"_id":"1","user":"ada"}"#;

fn refused(endpoint: &str) -> String {
    match Hub::builder().endpoint(endpoint).build() {
        Err(Error::Config(error)) => error.to_string(),
        other => panic!("{endpoint}: {other:?}"),
    }
}

#[test]
fn a_bad_endpoint_is_refused_with_the_reason() {
    assert!(refused("huggingface.co").contains("is no address"));
    assert!(refused("").contains("is no address"));
    assert!(refused("ftp://huggingface.co").contains("is no http or https"));
    assert!(refused("file:///etc").contains("is no http or https"));
    assert!(refused("https://hub.example/?a=b").contains("must end before"));
    assert!(refused("https://hub.example/#a").contains("must end before"));
    let shown = refused("https://me:secret@hub.example");
    assert!(shown.contains("user name or password") && !shown.contains("secret"), "{shown}");
}

#[test]
fn http_is_for_this_machine_unless_allowed() {
    assert!(refused("http://hub.example").contains("use https"));
    assert!(refused("http://10.0.0.1").contains("use https"));
    assert!(refused("http://localhost.example").contains("use https"));
    for endpoint in
        ["http://localhost:1", "http://127.0.0.1:1", "http://[::1]:1", "http://a.localhost"]
    {
        Hub::builder().endpoint(endpoint).build().unwrap();
    }
    Hub::builder().endpoint("http://hub.example").allow_insecure(true).build().unwrap();
}

#[test]
fn a_slash_at_the_end_means_nothing() {
    for endpoint in ["https://hub.example", "https://hub.example/", " https://hub.example// "] {
        let hub = Hub::builder().endpoint(endpoint).build().unwrap();
        assert_eq!(hub.endpoint(), "https://hub.example");
    }
}

#[tokio::test]
async fn a_path_of_the_endpoint_is_a_prefix() {
    let server = Server::start(|n, request| match n {
        1 => {
            let next =
                format!("<http://{}/hub/next>; rel=\"next\"", request.header("host").unwrap());
            json(&[("link", &next)], "[]")
        }
        _ => json(&[], "[]"),
    })
    .await;
    for (endpoint, at) in
        [(format!("{}/hub", server.url()), 0), (format!("{}/hub/", server.url()), 2)]
    {
        let hub = quick(&endpoint).build().unwrap();
        let members = hub.organization("acme").members();
        futures_util::TryStreamExt::try_collect::<Vec<_>>(members).await.unwrap();
        assert_eq!(server.lines()[at], "GET /hub/api/organizations/acme/members");
    }
    assert_eq!(server.lines()[1], "GET /hub/next");
}

#[tokio::test]
async fn nothing_is_sent_without_a_token_but_the_request() {
    let server = Server::start(|_, _| json(&[], ADA)).await;
    let hub = Hub::builder().endpoint(server.url()).user_agent("audit/1").build().unwrap();
    hub.user("ada").overview().await.unwrap();
    let request = &server.requests()[0];
    assert_eq!(request.header("authorization"), None);
    assert_eq!(request.header("cookie"), None);
    assert_eq!(request.header("user-agent"), Some("audit/1"));
    assert!(!hub.has_token());
}

#[test]
fn a_user_agent_that_is_no_header_is_refused() {
    let error = Hub::builder().user_agent("a\r\nb: c").build().unwrap_err();
    assert!(error.to_string().contains("user agent"));
}

#[test]
fn building_a_client_is_cheap() {
    let began = std::time::Instant::now();
    for _ in 0..100 {
        Hub::builder().token("hf_test_x").build().unwrap();
    }
    // The HTTP machinery reads certificates, which takes milliseconds each time.
    assert!(began.elapsed() < Duration::from_millis(100), "{:?}", began.elapsed());
}
