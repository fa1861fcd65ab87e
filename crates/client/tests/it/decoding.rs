//! Answers that are not quite what they should be.

use futures_util::TryStreamExt;
use hubfolk::{Error, api::organizations::ListOrganizationMembers};

use crate::server::{Server, answer, json};

async fn members(body: &'static str) -> Result<(Vec<String>, Vec<String>), Error> {
    let server = Server::start(move |_, _| json(&[], body)).await;
    let pages = server.hub().pages(ListOrganizationMembers::new("acme"));
    let pages: Vec<_> = pages.try_collect().await?;
    let page = &pages[0];
    let names = page.items.iter().map(|m| format!("{} {:?}", m.username, m.fullname)).collect();
    Ok((names, page.odd.iter().map(ToString::to_string).collect()))
}

#[tokio::test]
async fn one_odd_item_never_loses_a_page() {
    let body = r#"[{"_id":"1","user":"a"},{"_id":"2","user":"b","twoFaEnabled":"yes"},
        {"user":"c"},7,null,{"_id":"4","user":"d"}]"#;
    let (names, odd) = members(body).await.unwrap();
    assert_eq!(names, ["a None", "d None"]);
    assert_eq!(odd.len(), 4);
    assert!(odd[0].starts_with("item 1 at `twoFaEnabled`: invalid type"), "{}", odd[0]);
    assert!(odd[1].contains("missing field `_id`"), "{}", odd[1]);

    let server = Server::start(move |_, _| json(&[], body)).await;
    let list: Vec<_> = server.hub().organization("acme").members().try_collect().await.unwrap();
    assert_eq!(list.len(), 2, "`list` leaves odd items out");
}

#[tokio::test]
async fn a_lone_surrogate_or_nul_in_a_name_never_loses_a_page() {
    let body = r#"[{"_id":"1","user":"a","fullname":"A\ud800"},{"_id":"2","user":"b","fullname":"B\u0000"},
        {"_id":"3","user":"c","fullname":"\ud83e\udd17"}]"#;
    let (names, odd) = members(body).await.unwrap();
    assert_eq!(odd, Vec::<String>::new());
    assert_eq!(names, ["a Some(\"A\u{fffd}\")", "b Some(\"B\u{fffd}\")", "c Some(\"\u{1f917}\")"]);
}

#[tokio::test]
async fn a_new_field_and_a_new_role_never_lose_an_item() {
    let body = r#"[{"_id":"1","user":"a","role":"owner","since":{"y":2026}}]"#;
    let server = Server::start(move |_, _| json(&[], body)).await;
    let list: Vec<_> = server.hub().organization("acme").members().try_collect().await.unwrap();
    assert_eq!(list[0].role.as_ref().unwrap().as_str(), "owner");
    assert_eq!(list[0].extra["since"]["y"], 2026);
}

#[tokio::test]
async fn a_page_that_is_no_list_is_an_error_with_its_page() {
    for body in ["{}", "", "null", "[{\"_id\":", "<html>", "[1] 2"] {
        let error = members(body).await.unwrap_err();
        assert!(matches!(error, Error::Decode(_)), "{body}: {error:?}");
        assert_eq!(error.page(), Some(1));
    }
}

#[tokio::test]
async fn an_answer_of_another_type_is_named() {
    let server =
        Server::start(|_, _| answer(200, &[("content-type", "text/html")], "<p>Log in")).await;
    let error = server.hub().user("ada").overview().await.unwrap_err();
    assert!(error.to_string().contains("text/html"), "{error}");
}

#[tokio::test]
async fn a_wrong_field_is_named_by_its_path() {
    let body = r#"{"_id":"1","user":"ada","orgs":[{"name":"a"},{"name":7}]}"#;
    let server = Server::start(move |_, _| json(&[("x-request-id", "r9")], body)).await;
    let error = server.hub().user("ada").overview().await.unwrap_err();
    assert!(error.to_string().contains("get_user_overview"), "{error}");
    assert_eq!(error.request_id(), Some("r9"));
    let source = std::error::Error::source(&error).unwrap().to_string();
    assert!(source.contains("invalid type"), "{source}");
}

#[tokio::test]
async fn a_spoilt_name_does_not_spoil_a_profile() {
    let body = r#"{"_id":"1","user":"ada","details":"\udfff"}"#;
    let server = Server::start(move |_, _| json(&[], body)).await;
    let ada = server.hub().user("ada").overview().await.unwrap();
    assert_eq!(ada.details.as_deref(), Some("\u{fffd}"));
}

#[tokio::test]
async fn a_refusal_keeps_everything_that_the_hub_said() {
    let server = Server::start(|_, _| {
        let headers = [
            ("x-error-code", "GatedRepo"),
            ("x-error-message", "short"),
            ("x-request-id", "Root=1"),
            ("content-type", "application/json"),
        ];
        answer(403, &headers, r#"{"error":"Access to model a/b is restricted."}"#)
    })
    .await;
    let error = server.hub().model("a/b").auth_check().await.unwrap_err();
    let api = error.as_api().unwrap();
    assert!(error.is_gated() && api.is_forbidden() && !error.is_not_found() && !error.is_auth());
    assert_eq!(api.code.as_deref(), Some("GatedRepo"));
    assert_eq!(error.request_id(), Some("Root=1"));
    assert_eq!(
        error.to_string(),
        "`auth_check`: the Hub answered 403 Forbidden: Access to model a/b is restricted"
    );
    assert!(std::error::Error::source(&error).is_none());
}

#[tokio::test]
async fn an_error_page_of_a_proxy_is_not_shown() {
    let page = "<html>nginx</html>";
    let server =
        Server::start(move |_, _| answer(403, &[("content-type", "text/html")], page)).await;
    let error = server.hub().user("ada").overview().await.unwrap_err();
    assert_eq!(error.to_string(), "`get_user_overview`: the Hub answered 403 Forbidden");
}
