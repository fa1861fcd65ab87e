//! Pictures of accounts: asked for as nobody, once, and at no other host.

use std::time::Duration;

use hubfolk::{Error, Hub};

use crate::server::{Server, answer};

const TIME: Duration = Duration::from_secs(5);

#[tokio::test]
async fn a_picture_is_asked_for_without_the_token() {
    let server = Server::start(|_, _| answer(200, &[("content-type", "image/png")], "dots")).await;
    let hub = Hub::builder().endpoint(server.url()).token("hf_test_secret").build().unwrap();
    assert_eq!(hub.picture("/avatars/a.png", 10, TIME).await.unwrap(), "dots");
    let requests = server.requests();
    assert_eq!(requests.len(), 1);
    assert!(requests[0].line.starts_with("GET /avatars/a.png "));
    assert_eq!(requests[0].header("authorization"), None);
    let error = hub.picture("/avatars/a.png", 3, TIME).await.unwrap_err();
    assert!(matches!(error, Error::TooLarge(_)), "{error}");
}

#[tokio::test]
async fn nobody_else_is_asked_for_a_picture_and_no_redirect_is_followed() {
    let other = Server::start(|_, _| answer(200, &[], "dots")).await;
    let to = format!("{}/a.png", other.url());
    let location = to.clone();
    let server =
        Server::start(move |_, _| answer(302, &[("location", location.as_str())], "")).await;
    let hub = Hub::builder().endpoint(server.url()).build().unwrap();
    let error = hub.picture(&to, 10, TIME).await.unwrap_err();
    assert!(matches!(error, Error::Argument(_)), "{error}");
    assert!(server.requests().is_empty());
    let error = hub.picture("/a.png", 10, TIME).await.unwrap_err();
    assert!(matches!(error, Error::Redirect(_)), "{error}");
    assert_eq!((server.requests().len(), other.requests().len()), (1, 0));
}

#[tokio::test]
async fn a_picture_is_tried_once() {
    let server = Server::start(|_, _| answer(503, &[], "")).await;
    let hub = Hub::builder().endpoint(server.url()).build().unwrap();
    let error = hub.picture("/a.png", 10, TIME).await.unwrap_err();
    assert!(matches!(error, Error::Api(_)), "{error}");
    assert_eq!(server.requests().len(), 1);
}
