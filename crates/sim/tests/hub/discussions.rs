//! Discussions and pull requests, from their beginning to their end.

use hubfolk_sim::{NewDiscussion, RepoType, Running};
use serde_json::{Value, json};

use crate::call::{Reply, call, get};
use crate::scene::{ADMIN, MEMBER, OUTSIDER, READER, hub};

const OPEN: &str = "/api/models/acme/open/discussions";

fn post(hub: &Running, token: &str, path: &str, body: &Value) -> Reply {
    call(hub, "POST", path).token(token).json(body).send()
}

fn delete(hub: &Running, token: &str, path: &str) -> Reply {
    call(hub, "DELETE", path).token(token).send()
}

/// A discussion in `acme/open` by eve, who is nobody there; its address.
fn discussion(hub: &Running) -> String {
    let body = json!({ "title": "A question", "description": "How *big* is it, @bob?" });
    let made = post(hub, OUTSIDER, OPEN, &body);
    assert_eq!(made.status, 200, "{}", String::from_utf8_lossy(&made.body));
    format!("{OPEN}/{}", made.json()["num"])
}

/// A pull request of eve, still a draft.
fn pull(hub: &Running) -> String {
    let body =
        json!({ "title": "Add a license", "description": "It has none", "pullRequest": true });
    let made = post(hub, OUTSIDER, OPEN, &body).json();
    assert_eq!(
        (&made["pullRequest"], &made["references"]["base"]),
        (&json!(true), &json!("refs/heads/main"))
    );
    format!("{OPEN}/{}", made["num"])
}

fn details(hub: &Running, path: &str) -> Value {
    get(hub, path).send().json()
}

fn kinds(details: &Value) -> Vec<&str> {
    let events = details["events"].as_array().unwrap();
    events.iter().map(|event| event["type"].as_str().unwrap()).collect()
}

fn numbers(hub: &Running, query: &str) -> Vec<u64> {
    let list = get(hub, &format!("{OPEN}{query}")).send().json();
    let list = list["discussions"].as_array().unwrap().clone();
    list.iter().map(|one| one["num"].as_u64().unwrap()).collect()
}

#[test]
fn discussions_and_pull_requests_share_one_sequence_of_numbers() {
    let hub = hub();
    assert_eq!(discussion(&hub), format!("{OPEN}/1"));
    assert_eq!(pull(&hub), format!("{OPEN}/2"));
    assert_eq!(delete(&hub, ADMIN, &format!("{OPEN}/2")).status, 200);
    assert_eq!(discussion(&hub), format!("{OPEN}/3"), "a number is not given twice");
    assert_eq!(numbers(&hub, ""), [3, 1], "the newest comes first");
    assert_eq!(get(&hub, &format!("{OPEN}/2")).send().status, 404);
    let made = post(&hub, OUTSIDER, OPEN, &json!({ "title": "  Trimmed  ", "description": "x" }));
    let made = made.json();
    assert_eq!(made["url"], "https://huggingface.co/acme/open/discussions/4");
    assert_eq!(details(&hub, &format!("{OPEN}/4"))["title"], "Trimmed");
}

#[test]
fn the_list_and_the_thread_say_who_is_from_the_organization() {
    let hub = hub();
    let path = discussion(&hub);
    let owner = || get(&hub, OPEN).send().json()["discussions"][0]["repoOwner"].clone();
    assert_eq!(
        owner(),
        json!({ "name": "acme", "type": "org", "isParticipating": false, "isDiscussionAuthor": false })
    );
    post(&hub, MEMBER, &format!("{path}/comment"), &json!({ "comment": "Big" }));
    assert_eq!(owner()["isParticipating"], true);
    let events = details(&hub, &path)["events"].clone();
    let member = |index: usize| events[index]["author"]["isOrgMember"].clone();
    assert_eq!((member(0), member(1)), (json!(false), json!(true)));
}

#[test]
fn a_list_is_filtered_sorted_and_cut_into_pages_of_fifty() {
    let hub = hub();
    for index in 0..120 {
        let mut new = NewDiscussion::new("bob", format!("Number {index}"), "x");
        new.is_pull_request = index % 10 == 0;
        hub.world().add_discussion(RepoType::Model, "acme/open", &new).unwrap();
    }
    discussion(&hub);
    post(&hub, ADMIN, &format!("{OPEN}/5/status"), &json!({ "status": "closed" }));
    let first = get(&hub, OPEN).send().json();
    assert_eq!(
        (first["discussions"].as_array().unwrap().len(), &first["count"]),
        (50, &json!(121))
    );
    assert_eq!((&first["start"], &first["numClosedDiscussions"]), (&json!(0), &json!(1)));
    let last = get(&hub, &format!("{OPEN}?p=2")).send().json();
    assert_eq!((last["discussions"].as_array().unwrap().len(), &last["start"]), (21, &json!(100)));
    assert_eq!(last.get("numClosedDiscussions"), None, "it stands on the first page alone");
    assert_eq!(get(&hub, &format!("{OPEN}?p=9")).send().json()["discussions"], json!([]));
    assert_eq!(numbers(&hub, "?type=pull_request").len(), 12);
    assert_eq!(numbers(&hub, "?type=discussion&author=eve"), [121]);
    assert_eq!(numbers(&hub, "?status=closed"), [5]);
    assert_eq!(numbers(&hub, "?search=number%2011").len(), 11);
    assert_eq!(numbers(&hub, "?author=nobody"), [0_u64; 0], "an unknown author is no error");
    assert_eq!(numbers(&hub, "?sort=trending")[..2], [5, 121], "what is talked about comes first");
    for wrong in ["?type=pr", "?status=merged", "?sort=oldest", "?author=x", "?p=first"] {
        assert_eq!(get(&hub, &format!("{OPEN}{wrong}")).send().status, 400, "{wrong}");
    }
}

#[test]
fn a_pull_request_begins_as_a_draft_and_is_listed_as_open() {
    let hub = hub();
    let path = pull(&hub);
    let draft = details(&hub, &format!("{path}?diff=1"));
    assert_eq!((&draft["status"], &draft["isPullRequest"]), (&json!("draft"), &json!(true)));
    assert_eq!(
        (&draft["filesWithConflicts"], &draft["changes"]["base"]),
        (&json!([]), &json!("refs/heads/main"))
    );
    assert!(draft["diff"].as_str().unwrap().contains("\n+license"), "{draft}");
    assert_eq!(details(&hub, &path).get("diff"), None, "only who asks gets the diff");
    assert_eq!(numbers(&hub, "?status=open"), [1]);
    let merge = || post(&hub, ADMIN, &format!("{path}/merge"), &Value::Null);
    assert_eq!((merge().status, merge().error().contains("draft")), (400, true));
    let published = post(&hub, OUTSIDER, &format!("{path}/status"), &json!({ "status": "open" }));
    assert_eq!(published.json()["newStatus"]["data"], json!({ "status": "open" }));
    assert_eq!(details(&hub, &path)["status"], "open");
    let revision = get(&hub, "/api/models/acme/open/revision/refs%2Fpr%2F1").send();
    assert_eq!(revision.status, 200);
    let head = &details(&hub, &path)["events"][1]["data"]["oid"];
    assert_eq!(&revision.json()["sha"], head, "the ref leads to the newest commit");
}

#[test]
fn a_merged_pull_request_says_so_everywhere() {
    let hub = hub();
    let path = pull(&hub);
    post(&hub, OUTSIDER, &format!("{path}/status"), &json!({ "status": "open" }));
    let before = get(&hub, "/api/models/acme/open").send().json()["sha"].clone();
    let merge =
        |token| post(&hub, token, &format!("{path}/merge"), &json!({ "comment": "Thanks" }));
    assert_eq!(merge(OUTSIDER).status, 403, "its author may not write to the repo");
    assert_eq!(merge(ADMIN).status, 200);
    let merged = details(&hub, &path);
    assert_eq!(merged["status"], "merged");
    assert_eq!(kinds(&merged), ["comment", "commit", "status-change", "comment", "status-change"]);
    assert_eq!(merged["events"][4]["data"]["status"], "merged");
    let commit = &merged["changes"]["mergeCommitId"];
    assert_eq!(&get(&hub, "/api/models/acme/open").send().json()["sha"], commit);
    for revision in [commit, &before] {
        let revision = format!("/api/models/acme/open/revision/{}", revision.as_str().unwrap());
        assert_eq!(get(&hub, &revision).send().status, 200);
    }
    assert_eq!(
        (numbers(&hub, "?status=closed"), numbers(&hub, "?status=open").len()),
        (vec![1], 0)
    );
    assert_eq!(merge(ADMIN).status, 400, "once is enough");
    let reopen = post(&hub, ADMIN, &format!("{path}/status"), &json!({ "status": "open" }));
    assert_eq!(reopen.status, 400, "what is merged stays merged");
}

#[test]
fn only_the_ref_of_what_is_over_is_deleted() {
    let hub = hub();
    let path = pull(&hub);
    let gone = |token| delete(&hub, token, &format!("{path}/ref"));
    assert_eq!(gone(OUTSIDER).status, 400, "it is still open");
    post(&hub, OUTSIDER, &format!("{path}/status"), &json!({ "status": "closed" }));
    let storage = || get(&hub, &format!("{path}/storage")).send().json();
    assert_eq!(storage()["refDeleted"], false);
    assert!(storage()["estimatedStorage"].as_u64().unwrap() > 0);
    assert_eq!(gone(MEMBER).status, 200, "whoever may write to the repo may");
    assert_eq!(storage(), json!({ "estimatedStorage": 0, "refDeleted": true }));
    let after = details(&hub, &path);
    assert_eq!(
        (&after["changes"]["refDeleted"], kinds(&after).pop()),
        (&json!(true), Some("ref-deleted"))
    );
    let revision = get(&hub, "/api/models/acme/open/revision/refs%2Fpr%2F1").send();
    assert_eq!(revision.header("x-error-code"), Some("RevisionNotFound"));
    assert_eq!(gone(ADMIN).status, 404);
    let path = discussion(&hub);
    assert_eq!(delete(&hub, ADMIN, &format!("{path}/ref")).status, 400, "it is no pull request");
    assert_eq!(get(&hub, &format!("{path}/storage")).send().status, 400);
}

#[test]
fn an_edit_answers_what_the_details_show() {
    let hub = hub();
    let path = discussion(&hub);
    let written =
        post(&hub, MEMBER, &format!("{path}/comment"), &json!({ "comment": "So **big**" }));
    assert_eq!(written.status, 201);
    let id = written.json()["newMessage"]["id"].as_str().unwrap().to_owned();
    assert_eq!(
        written.json()["newMessage"]["data"]["latest"]["html"],
        "<p>So <strong>big</strong></p>\n"
    );
    let edit = |token, text: &str| {
        post(&hub, token, &format!("{path}/comment/{id}/edit"), &json!({ "content": text }))
    };
    assert_eq!(edit(ADMIN, "x").status, 403, "it is somebody else's");
    let edited = edit(MEMBER, "Not so big").json()["updatedComment"].clone();
    assert_eq!((&edited["data"]["edited"], &edited["data"]["numEdits"]), (&json!(true), &json!(1)));
    let seen = get(&hub, &path).token(MEMBER).send();
    assert_eq!(seen.json()["events"][1], edited);
    assert_eq!(seen.body, get(&hub, &path).token(MEMBER).send().body, "reads are the same");
    assert_eq!(edit(MEMBER, "").status, 400);
    let nowhere = format!("{path}/comment/000000000000000000000000/edit");
    assert_eq!(post(&hub, MEMBER, &nowhere, &json!({ "content": "x" })).status, 404);
}

#[test]
fn a_hidden_comment_looks_as_recorded_and_never_comes_back() {
    let hub = hub();
    let path = discussion(&hub);
    let event = post(&hub, OUTSIDER, &format!("{path}/comment"), &json!({ "comment": "spam" }));
    let id = event.json()["newMessage"]["id"].as_str().unwrap().to_owned();
    let hide = |token, id: &str| {
        call(&hub, "POST", &format!("{path}/comment/{id}/hide")).token(token).send()
    };
    let hidden = hide(MEMBER, &id).json()["updatedComment"].clone();
    assert_eq!(
        details(&hub, &path)["events"][1]["data"]["latest"]["raw"],
        "This comment has been hidden"
    );
    let data = &hidden["data"];
    for (key, value) in [
        ("edited", json!(true)),
        ("hidden", json!(true)),
        ("hiddenBy", json!("")),
        ("numEdits", json!(0)),
        ("editors", json!([])),
        ("editorAvatarUrls", json!([])),
        ("reactions", json!([])),
    ] {
        assert_eq!(data[key], value, "{key}");
    }
    assert_eq!(data["latest"]["html"], data["latest"]["raw"]);
    let edit = format!("{path}/comment/{id}/edit");
    assert_eq!(post(&hub, OUTSIDER, &edit, &json!({ "content": "again" })).status, 400);
    let first = details(&hub, &path)["events"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(hide(OUTSIDER, &first).status, 200, "one may hide one's own");
    let question = discussion(&hub);
    let first = details(&hub, &question)["events"][0]["id"].as_str().unwrap().to_owned();
    let by_stranger = format!("{question}/comment/{first}/hide");
    hub.world().add_token("hf_test_cleo", "Cleo", hubfolk_sim::TokenRole::Write, None).unwrap();
    assert_eq!(call(&hub, "POST", &by_stranger).token("hf_test_cleo").send().status, 403);
}

#[test]
fn titles_statuses_and_pins_are_changed_by_those_who_may() {
    let hub = hub();
    let path = discussion(&hub);
    let rename = |token, title: &str| {
        post(&hub, token, &format!("{path}/title"), &json!({ "title": title }))
    };
    let renamed = rename(OUTSIDER, "How big?").json();
    assert_eq!(renamed["newTitle"]["data"], json!({ "from": "A question", "to": "How big?" }));
    assert_eq!(rename(MEMBER, "How big is it?").status, 200, "writers direct the repo");
    assert_eq!(details(&hub, &path)["title"], "How big is it?");
    assert_eq!((rename(MEMBER, "ab").status, rename(MEMBER, &"x".repeat(201)).status), (400, 400));
    hub.world().add_token("hf_test_cleo", "Cleo", hubfolk_sim::TokenRole::Write, None).unwrap();
    assert_eq!(rename("hf_test_cleo", "Mine now").status, 403);
    assert_eq!(rename(READER, "No rights").status, 403, "the token may only read");
    let pin = |token, on: bool| post(&hub, token, &format!("{path}/pin"), &json!({ "pinned": on }));
    assert_eq!((pin(OUTSIDER, true).status, pin(MEMBER, true).status), (403, 200));
    assert_eq!(pin(MEMBER, true).status, 200, "twice is once");
    assert_eq!(details(&hub, &path)["pinned"], true);
    let status = |token, status: &str| {
        let body = json!({ "status": status, "comment": "Done" });
        post(&hub, token, &format!("{path}/status"), &body)
    };
    for wrong in ["merged", "draft", "shut"] {
        let refused = status(MEMBER, wrong);
        assert_eq!((refused.status, refused.error().contains("→ at status")), (400, true));
    }
    assert_eq!(status(OUTSIDER, "closed").json()["newStatus"]["type"], "status-change");
    let seen = details(&hub, &path);
    let expected =
        ["comment", "title-change", "title-change", "pinning-change", "comment", "status-change"];
    assert_eq!(kinds(&seen), expected);
    assert_eq!(seen["events"][4]["data"]["latest"]["raw"], "Done");
    assert_eq!(delete(&hub, OUTSIDER, &path).status, 403, "to delete is for those who direct");
    assert_eq!(delete(&hub, MEMBER, &path).status, 200);
}

#[test]
fn who_may_not_see_a_repo_sees_none_of_its_discussions() {
    let hub = hub();
    let secret = "/api/models/acme/secret/discussions";
    let body = json!({ "title": "Inside", "description": "x" });
    assert_eq!(post(&hub, MEMBER, secret, &body).status, 200);
    for path in [secret.to_owned(), format!("{secret}/1")] {
        assert_eq!(get(&hub, &path).send().status, 401);
        let outside = get(&hub, &path).token(OUTSIDER).send();
        assert_eq!((outside.status, outside.header("x-error-code")), (404, Some("RepoNotFound")));
        assert_eq!(get(&hub, &path).token(MEMBER).send().status, 200);
    }
    let count = || get(&hub, "/api/users/bob/overview").send().json()["numDiscussions"].clone();
    assert_eq!(count(), 0, "what is private is not counted");
    assert_eq!(post(&hub, MEMBER, OPEN, &body).status, 200);
    assert_eq!(count(), 1);
    delete(&hub, ADMIN, &format!("{OPEN}/1"));
    assert_eq!(count(), 0);
    assert_eq!(call(&hub, "POST", OPEN).json(&body).send().status, 401, "writing needs a token");
}

#[test]
fn a_repo_without_discussions_answers_none() {
    let hub = hub();
    let path = discussion(&hub);
    let settings = json!({ "discussionsDisabled": true });
    let put = call(&hub, "PUT", "/api/models/acme/open/settings").token(ADMIN).json(&settings);
    assert_eq!(put.send().status, 200);
    for path in [OPEN, &path] {
        let refused = get(&hub, path).send();
        assert_eq!((refused.status, refused.error().contains("disabled")), (403, true));
    }
}

#[test]
fn the_author_of_a_deleted_account_is_missing() {
    let hub = hub();
    let path = discussion(&hub);
    assert_eq!(details(&hub, &path)["author"]["name"], "eve");
    hub.world().delete_user("eve").unwrap();
    let seen = details(&hub, &path);
    assert_eq!((seen.get("author"), seen["events"][0].get("author")), (None, None));
    assert_eq!(get(&hub, OPEN).send().json()["discussions"][0].get("author"), None);
}

#[test]
fn a_locked_discussion_goes_on_for_those_who_direct_it() {
    let world = json!({
        "users": [{ "name": "ada" }, { "name": "eve" }],
        "repos": [{ "id": "ada/m" }],
        "tokens": [
            { "token": ADMIN, "user": "ada", "role": "write" },
            { "token": OUTSIDER, "user": "eve", "role": "write" },
        ],
        "discussions": [{ "id": "ada/m", "num": 3, "author": "eve", "title": "Hot", "locked": true,
            "comment": "No!", "events": [
                { "type": "locking-change", "author": "ada", "locked": true },
                { "type": "comment", "text": "Somebody who is gone", "reactions":
                    [{ "reaction": "👍", "users": ["ada", "eve"] }] },
            ] }],
    });
    let world = hubfolk_sim::World::from_json(&world.to_string()).unwrap();
    let hub = hubfolk_sim::Sim::builder().world(world).start_on_thread().unwrap();
    let path = "/api/models/ada/m/discussions/3";
    let comment = |token| post(&hub, token, &format!("{path}/comment"), &json!({ "comment": "x" }));
    assert_eq!((comment(OUTSIDER).status, comment(ADMIN).status), (403, 201));
    let seen = details(&hub, path);
    assert_eq!(seen["locked"], true);
    assert_eq!(seen["events"][1]["data"], json!({ "locked": true }));
    assert_eq!(seen["events"][2].get("author"), None);
    assert_eq!(
        seen["events"][2]["data"]["reactions"],
        json!([{ "reaction": "👍", "users": ["ada", "eve"], "count": 2 }])
    );
    assert_eq!(seen["events"][0]["author"]["isOwner"], false);
    assert_eq!(seen["events"][1]["author"]["isOwner"], true);
    let next = post(
        &hub,
        OUTSIDER,
        "/api/models/ada/m/discussions",
        &json!({ "title": "Next", "description": "x" }),
    );
    assert_eq!(next.json()["num"], 4, "numbers go on behind those of the file");
}

#[test]
fn a_moved_repo_takes_its_discussions_along_and_a_deleted_one_loses_them() {
    let hub = hub();
    discussion(&hub);
    let body = json!({ "fromRepo": "acme/open", "toRepo": "ada/moved", "type": "model" });
    post(&hub, ADMIN, "/api/repos/move", &body);
    let reply = call(&hub, "POST", &format!("{OPEN}/1/comment"))
        .token(MEMBER)
        .json(&json!({ "comment": "x" }))
        .send();
    assert_eq!(
        (reply.status, reply.header("location")),
        (307, Some("/api/models/ada/moved/discussions/1/comment"))
    );
    assert_eq!(details(&hub, "/api/models/ada/moved/discussions/1")["repo"]["name"], "ada/moved");
    let gone = json!({ "name": "moved", "organization": "ada", "type": "model" });
    call(&hub, "DELETE", "/api/repos/delete").token(ADMIN).json(&gone).send();
    let eve = get(&hub, "/api/users/eve/overview").send().json();
    assert_eq!(eve["numDiscussions"], 0);
}

#[test]
fn a_fine_grained_token_discusses_with_the_right_to_discuss() {
    let hub = hub();
    let path = discussion(&hub);
    let comment =
        |token| post(&hub, token, &format!("{path}/comment"), &json!({ "comment": "x" })).status;
    hub.world().add_token("hf_test_fine", "bob", hubfolk_sim::TokenRole::Write, None).unwrap();
    let mut scopes = hubfolk_sim::FineGrained::default();
    assert!(hub.world().set_scopes("hf_test_fine", scopes.clone()));
    assert_eq!(comment("hf_test_fine"), 403);
    scopes.global = vec!["discussion.write".to_owned()];
    hub.world().set_scopes("hf_test_fine", scopes);
    assert_eq!(comment("hf_test_fine"), 201);
}

#[test]
fn webhooks_hear_of_discussions() {
    let hub = hub();
    let body = json!({ "url": "https://example.com/hook", "watched": [{ "type": "model", "name": "acme/open" }], "domains": ["discussion"] });
    let made = post(&hub, ADMIN, "/api/settings/webhooks", &body).json();
    let id = made["webhook"]["id"].as_str().unwrap().parse().unwrap();
    let path = pull(&hub);
    post(&hub, OUTSIDER, &format!("{path}/comment"), &json!({ "comment": "More" }));
    let told = hub.world().deliveries(id).unwrap();
    assert_eq!(told.len(), 2);
    let first = &told[0].payload;
    assert_eq!(first["event"], json!({ "action": "create", "scope": "discussion" }));
    assert_eq!(
        first["discussion"]["url"]["api"],
        "https://huggingface.co/api/models/acme/open/discussions/1"
    );
    assert_eq!(first["discussion"]["changes"], json!({ "base": "refs/heads/main" }));
    assert_eq!(first["comment"]["content"], "It has none");
    assert_eq!(told[1].payload["event"]["scope"], "discussion.comment");
}
