//! Where the token goes when the Hub says "elsewhere".

use hubfolk::{
    Error,
    api::repos::{CreateRepo, RepoType},
    api::users::GetUserOverview,
};

use crate::server::{Server, answer, json};

const ADA: &str = r#"{"_id":"1","user":"ada"}"#;

#[tokio::test]
async fn the_token_goes_to_the_configured_origin() {
    let server = Server::start(|_, _| json(&[], ADA)).await;
    server.hub().user("ada").overview().await.unwrap();
    let request = &server.requests()[0];
    assert_eq!(request.header("authorization"), Some("Bearer hf_test_canary"));
    assert!(request.header("user-agent").unwrap().starts_with("hubfolk/"));
}

#[tokio::test]
async fn a_relative_redirect_is_followed_with_the_token() {
    let server = Server::start(|n, _| match n {
        1 => answer(307, &[("location", "/api/users/ada2/overview")], ""),
        _ => json(&[], ADA),
    })
    .await;
    server.hub().user("ada").overview().await.unwrap();
    assert_eq!(server.lines(), ["GET /api/users/ada/overview", "GET /api/users/ada2/overview"]);
    assert!(server.requests()[1].header("authorization").is_some());
}

#[tokio::test]
async fn an_absolute_redirect_on_the_same_origin_is_followed() {
    let server = Server::start(|n, request| match n {
        1 => {
            let host = request.header("host").unwrap();
            answer(302, &[("location", &format!("http://{host}/there"))], "")
        }
        _ => json(&[], ADA),
    })
    .await;
    server.hub().user("ada").overview().await.unwrap();
    assert_eq!(server.lines()[1], "GET /there");
}

#[tokio::test]
async fn a_redirect_to_another_origin_is_an_error_and_nothing_is_sent_there() {
    let elsewhere = Server::start(|_, _| json(&[], ADA)).await;
    let target = format!("{}/api/users/ada/overview", elsewhere.url());
    for status in [301, 302, 303, 307, 308] {
        let target = target.clone();
        let server = Server::start(move |_, _| answer(status, &[("location", &target)], "")).await;
        let error = server.hub().user("ada").overview().await.unwrap_err();
        assert!(matches!(error, Error::Redirect(_)), "{error:?}");
        assert!(error.to_string().contains(&elsewhere.url()), "{error}");
        assert_eq!(server.requests().len(), 1, "it is not tried again");
    }
    assert!(elsewhere.requests().is_empty(), "{:?}", elsewhere.requests());
}

#[tokio::test]
async fn a_redirect_of_a_write_keeps_method_and_body() {
    let server = Server::start(|n, _| match n {
        1 => answer(307, &[("location", "/api/new")], ""),
        _ => json(&[], r#"{"url":"u"}"#),
    })
    .await;
    server.hub().send(CreateRepo::new("m")).await.unwrap();
    let requests = server.requests();
    assert_eq!(server.lines()[1], "POST /api/new");
    assert_eq!(requests[0].body, requests[1].body);
    assert_eq!(requests[1].header("content-type"), Some("application/json"));
}

#[tokio::test]
async fn a_redirect_that_would_turn_a_write_into_a_read_is_not_followed() {
    let server = Server::start(|_, _| answer(302, &[("location", "/there")], "")).await;
    let error = server.hub().send(CreateRepo::new("m")).await.unwrap_err();
    assert!(matches!(error, Error::Redirect(_)), "{error:?}");
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn redirects_in_a_circle_end() {
    let server = Server::start(|_, _| answer(307, &[("location", "/again")], "")).await;
    let error = server.hub().user("ada").overview().await.unwrap_err();
    assert!(matches!(error, Error::Redirect(_)), "{error:?}");
    assert_eq!(server.requests().len(), 6);
}

#[tokio::test]
async fn a_redirect_without_a_target_is_an_error() {
    let server = Server::start(|_, _| answer(307, &[], "")).await;
    let error = server.hub().user("ada").overview().await.unwrap_err();
    assert!(error.to_string().contains("does not say where"), "{error}");
}

#[tokio::test]
async fn a_name_that_would_lead_elsewhere_is_never_sent() {
    let server = Server::start(|_, _| json(&[], ADA)).await;
    let hub = server.hub();
    for name in ["..", ".", "", "../../whoami-v2", "a/b", "a b", "a?b", "a#b"] {
        let error = hub.send(GetUserOverview::new(name)).await.unwrap_err();
        assert!(matches!(error, Error::Argument(_)), "{name}: {error:?}");
        let source = std::error::Error::source(&error).unwrap().to_string();
        assert!(source.starts_with("user name"), "{source}");
    }
    let error = hub.repo(RepoType::from("user"), "ada").likers();
    let error = futures_util::TryStreamExt::try_collect::<Vec<_>>(error).await.unwrap_err();
    assert!(matches!(error, Error::Argument(_)), "{error:?}");
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn the_way_back_to_the_page_is_the_answer_and_is_not_followed() {
    for location in ["/acme/m", "/Acme/M/"] {
        let server = Server::start(move |_, _| answer(303, &[("location", location)], "")).await;
        let requests = server.hub().model("acme/m").access_requests();
        requests.ask([("Country", "Kenya")]).await.unwrap();
        assert_eq!(server.lines(), ["POST /acme/m/ask-access"]);
        assert_eq!(server.requests()[0].body, r#"{"Country":"Kenya"}"#);
    }
}

#[tokio::test]
async fn a_page_that_leads_to_the_login_or_elsewhere_is_an_error() {
    for location in ["/login?next=%2Facme%2Fm", "/", "/acme", "https://elsewhere.example/acme/m"] {
        let server = Server::start(move |_, _| answer(303, &[("location", location)], "")).await;
        let ask = server.hub().dataset("acme/m").access_requests().ask([("a", "b")]).await;
        let error = ask.unwrap_err();
        assert!(matches!(error, Error::Redirect(_)), "{location}: {error:?}");
        assert_eq!(server.requests().len(), 1, "{location}: nothing is followed");
    }
}

#[tokio::test]
async fn a_renamed_repository_is_asked_for_under_its_new_name() {
    let server = Server::start(|n, _| match n {
        1 => answer(307, &[("location", "/acme/new/ask-access")], ""),
        _ => answer(303, &[("location", "/acme/new")], ""),
    })
    .await;
    let ask = server.hub().model("acme/old").access_requests().ask([("a", "b")]);
    ask.await.unwrap();
    assert_eq!(server.lines(), ["POST /acme/old/ask-access", "POST /acme/new/ask-access"]);
    assert_eq!(server.requests()[1].body, r#"{"a":"b"}"#);
}
