//! How single operations travel.
#![allow(clippy::unwrap_used, reason = "tests")]

use http::Request;
use hubfolk_api::{
    access_requests::{AskAccess, GetUserAccessReport},
    auth_check::AuthCheck,
    likes::{ListRepoLikers, UnlikeRepo},
    organizations::ListOrganizationMembers,
    repos::{CreateRepo, DeleteRepo, GetRepoInfo, RepoType, UpdateRepoSettings},
    wire,
};
use serde_json::{Value, json};

fn sent<E: hubfolk_api::Endpoint>(request: &E) -> (String, Value) {
    let request = wire::encode(request).unwrap();
    let body = request.body();
    let body = if body.is_empty() { Value::Null } else { serde_json::from_slice(body).unwrap() };
    (format!("{} {}", request.method(), request.uri()), body)
}

#[test]
fn a_repository_type_is_plural_in_the_path_and_singular_in_the_body() {
    let likers = ListRepoLikers::new(RepoType::Dataset, "acme/d");
    assert_eq!(sent(&likers).0, "GET /api/datasets/acme/d/likers");
    let create = CreateRepo::builder("s").repo_type(RepoType::Space).sdk("static").build();
    let body = json!({"name": "s", "type": "space", "sdk": "static"});
    assert_eq!(sent(&create), ("POST /api/repos/create".to_owned(), body));
}

#[test]
fn a_legacy_name_has_one_segment() {
    assert_eq!(sent(&UnlikeRepo::new(RepoType::Model, "gpt2")).0, "DELETE /api/models/gpt2/like");
}

#[test]
fn an_operation_without_arguments_sends_no_body() {
    let request = wire::encode(&UnlikeRepo::new(RepoType::Model, "gpt2")).unwrap();
    assert!(request.body().is_empty());
    assert!(request.headers().is_empty());
}

#[test]
fn a_delete_can_have_a_json_body() {
    let (line, body) = sent(&DeleteRepo::new(RepoType::Model, "acme/m"));
    assert_eq!(line, "DELETE /api/repos/delete");
    assert_eq!(body, json!({"name": "m", "organization": "acme", "type": "model"}));
}

#[test]
fn a_web_page_of_a_model_stands_in_no_folder() {
    let ask = |kind| AskAccess::new(kind, "acme/m").field("Country", "Kenya");
    let (line, body) = sent(&ask(RepoType::Model));
    assert_eq!((line.as_str(), body), ("POST /acme/m/ask-access", json!({"Country": "Kenya"})));
    assert_eq!(sent(&ask(RepoType::Dataset)).0, "POST /datasets/acme/m/ask-access");
    let report = GetUserAccessReport::new(RepoType::Model, "gpt2");
    assert_eq!(sent(&report).0, "GET /gpt2/user-access-report");
    // A model of an owner called `datasets` would be read as a dataset.
    for (kind, name) in [(RepoType::Model, "datasets/m"), (RepoType::Bucket, "acme/m")] {
        wire::encode(&AskAccess::new(kind, name)).unwrap_err();
    }
}

#[test]
fn a_form_is_read_like_json_where_the_body_is_one_field() {
    let request = Request::post("/datasets/acme/d/ask-access")
        .header("content-type", "application/x-www-form-urlencoded; charset=utf-8")
        .body("Country=Kenya&I+agree=on")
        .unwrap();
    let ask: AskAccess = wire::decode(&request).unwrap();
    let expected = AskAccess::new(RepoType::Dataset, "acme/d")
        .field("Country", "Kenya")
        .field("I agree", "on");
    assert_eq!(ask, expected);
}

#[test]
fn a_list_repeats_its_key() {
    let info = GetRepoInfo::builder(RepoType::Model, "acme/m")
        .expand(vec!["likes".to_owned(), "gated".to_owned()])
        .build();
    assert_eq!(sent(&info).0, "GET /api/models/acme/m?expand=likes&expand=gated");
}

#[test]
fn brackets_after_a_repeated_key_are_read_too() {
    let request = Request::get("/api/models/acme/m?expand[]=likes&expand[]=sha").body("").unwrap();
    let info: GetRepoInfo = wire::decode(&request).unwrap();
    assert_eq!(info.expand, ["likes", "sha"]);
}

#[test]
fn a_revision_is_one_segment_whatever_it_holds() {
    let info = GetRepoInfo::builder(RepoType::Model, "gpt2").revision("refs/pr/1").build();
    assert_eq!(sent(&info).0, "GET /api/models/gpt2/revision/refs%2Fpr%2F1");
}

#[test]
fn absent_options_are_not_sent() {
    assert_eq!(
        sent(&ListOrganizationMembers::new("acme")).0,
        "GET /api/organizations/acme/members"
    );
    let some = ListOrganizationMembers::builder("acme").limit(10).search("a&b").build();
    assert_eq!(sent(&some).0, "GET /api/organizations/acme/members?limit=10&search=a%26b");
    let settings = UpdateRepoSettings::builder(RepoType::Model, "acme/m").build();
    assert_eq!(sent(&settings), ("PUT /api/models/acme/m/settings".to_owned(), Value::Null));
}

#[test]
fn what_the_python_client_sends_is_read() {
    let body = r#"{"name":"m","organization":null}"#;
    let request = Request::delete("/api/repos/delete").body(body).unwrap();
    let delete: DeleteRepo = wire::decode(&request).unwrap();
    assert_eq!((delete.name.as_str(), delete.organization), ("m", None));
}

#[test]
fn a_request_of_another_operation_is_not_read() {
    let request = Request::get("/api/models/gpt2/likers").body("").unwrap();
    let error = wire::decode::<AuthCheck>(&request).unwrap_err();
    assert_eq!(error.to_string(), "not a request of `auth_check`");
}

#[test]
fn a_wrong_type_in_the_query_is_an_error() {
    let request = Request::get("/api/organizations/acme/members?limit=ten").body("").unwrap();
    let error = wire::decode::<ListOrganizationMembers>(&request).unwrap_err();
    let source = std::error::Error::source(&error).unwrap().to_string();
    assert!(source.contains("\"ten\""), "{source}");
}

#[test]
fn plain_text_is_a_string() {
    let (kind, body) = wire::encode_answer::<AuthCheck>(&"OK".to_owned()).unwrap();
    assert_eq!((kind, body.as_slice()), ("text/plain; charset=utf-8", b"OK".as_slice()));
    assert_eq!(wire::decode_answer::<AuthCheck>(b"OK").unwrap(), "OK");
}

#[test]
fn an_ignored_answer_may_hold_anything() {
    wire::decode_answer::<UnlikeRepo>(b"").unwrap();
    wire::decode_answer::<UnlikeRepo>(b"OK").unwrap();
    wire::decode_answer::<UnlikeRepo>(b"{\"a\":1}").unwrap();
}

/// Marks some of a list, which is one of the calls that split their fields.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
struct Mark {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    only: Option<String>,
    items: Vec<u32>,
}

impl hubfolk_api::Endpoint for Mark {
    const OPERATION: hubfolk_api::Operation = hubfolk_api::Operation::delete("mark", "/x/{id}", "")
        .payload(hubfolk_api::Payload::Json)
        .query_fields(&["only"]);
    type Response = ();
}

/// Replaces a list by one that is the whole body.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
struct Replace {
    id: String,
    items: Vec<u32>,
}

impl hubfolk_api::Endpoint for Replace {
    const OPERATION: hubfolk_api::Operation =
        hubfolk_api::Operation::put("replace", "/x/{id}", "").body_field("items");
    type Response = ();
}

#[test]
fn fields_can_be_split_between_query_and_body() {
    let mark = Mark { id: "a".to_owned(), only: Some("read".to_owned()), items: vec![1, 2] };
    assert_eq!(sent(&mark), ("DELETE /x/a?only=read".to_owned(), json!({"items": [1, 2]})));
    let request = wire::encode(&mark).unwrap();
    assert_eq!(wire::decode::<Mark>(&request).unwrap(), mark);
    // What belongs to the body is not taken from the query.
    let foreign = Request::delete("/x/a?only=read&items=7").body("{\"items\":[1,2]}").unwrap();
    assert_eq!(wire::decode::<Mark>(&foreign).unwrap(), mark);
}

#[test]
fn one_field_can_be_the_whole_body() {
    let replace = Replace { id: "a".to_owned(), items: vec![3] };
    assert_eq!(sent(&replace), ("PUT /x/a".to_owned(), json!([3])));
    let request = wire::encode(&replace).unwrap();
    assert_eq!(wire::decode::<Replace>(&request).unwrap(), replace);
}

#[test]
fn nothing_overrides_what_the_path_says() {
    let request = Request::get("/api/models/acme/m/likers?repo=other/x&type=dataset&cursor=a")
        .body("")
        .unwrap();
    let likers: ListRepoLikers = wire::decode(&request).unwrap();
    assert_eq!((likers.repo.as_str(), likers.cursor.as_deref()), ("acme/m", Some("a")));
    assert_eq!(likers.repo_type, RepoType::Model);
    let body = r#"{"repo": "other/x", "private": true}"#;
    let request = Request::put("/api/models/acme/m/settings").body(body).unwrap();
    let settings: UpdateRepoSettings = wire::decode(&request).unwrap();
    assert_eq!((settings.repo.as_str(), settings.private), ("acme/m", Some(true)));
}
