//! Who sees what.

use hubfolk_sim::{FineGrained, TokenRole};
use rstest::rstest;
use serde_json::{Value, json};

use crate::call::{call, get, names};
use crate::scene::{ADMIN, EXPIRED, MEMBER, NARROW, OUTSIDER, READER, SCOPED, hub};

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

/// Everything below is sorted, because `serde_json` sorts what it reads.
const PUBLIC: [&str; 6] = ["_id", "avatarUrl", "fullname", "isPro", "type", "user"];

#[rstest]
#[case::anonymous(None, &[])]
#[case::outsider(Some(OUTSIDER), &["isFollowing"])]
#[case::member(Some(MEMBER), &["isFollowing", "role"])]
#[case::admin(Some(ADMIN), &["isExternalCollaborator", "isFollowing", "resourceGroups", "role", "twoFaEnabled", "verifiedEmail"])]
#[case::admin_with_a_read_token(Some(READER), &["isExternalCollaborator", "isFollowing", "resourceGroups", "role", "twoFaEnabled", "verifiedEmail"])]
#[case::admin_with_a_scope(Some(SCOPED), &["isExternalCollaborator", "isFollowing", "resourceGroups", "role", "twoFaEnabled", "verifiedEmail"])]
#[case::admin_without_a_scope(Some(NARROW), &["isFollowing"])]
fn members_show_what_the_caller_may_see(#[case] token: Option<&str>, #[case] more: &[&str]) {
    let hub = hub();
    let mut request = get(&hub, "/api/organizations/acme/members");
    if let Some(token) = token {
        request = request.token(token);
    }
    let members = request.send().json();
    let mut expected: Vec<&str> = PUBLIC.iter().chain(more).copied().collect();
    expected.sort_unstable();
    for member in members.as_array().unwrap() {
        assert_eq!(keys(member), expected);
    }
    assert_eq!(members.as_array().unwrap().len(), 3);
}

#[test]
fn an_admin_sees_a_member_in_full() {
    let hub = hub();
    let members = get(&hub, "/api/organizations/acme/members").token(ADMIN).send().json();
    let bob = members.as_array().unwrap().iter().find(|member| member["user"] == "bob").unwrap();
    assert_eq!(bob["role"], "write");
    assert_eq!(bob["verifiedEmail"], Value::Null);
    assert_eq!(bob["twoFaEnabled"], false);
    assert_eq!(bob["isExternalCollaborator"], true);
    assert_eq!(bob["isFollowing"], true);
    assert_eq!(
        bob["resourceGroups"],
        json!([{ "name": "research", "id": "507f1f77bcf86cd799439011", "numUsers": 1, "role": "read" }])
    );
}

#[rstest]
#[case(None, 401)]
#[case(Some(OUTSIDER), 403)]
#[case(Some(MEMBER), 200)]
fn a_hidden_members_list_is_for_members(#[case] token: Option<&str>, #[case] status: u16) {
    let hub = hub();
    let mut request = get(&hub, "/api/organizations/quiet/members");
    if let Some(token) = token {
        request = request.token(token);
    }
    assert_eq!(request.send().status, status);
}

#[test]
fn a_hidden_organization_is_not_named_in_its_members_overview() {
    let hub = hub();
    let orgs = |token: Option<&str>| {
        let mut request = get(&hub, "/api/users/bob/overview");
        if let Some(token) = token {
            request = request.token(token);
        }
        let overview = request.send().json();
        let orgs = overview["orgs"].as_array().unwrap().clone();
        orgs.iter().map(|org| org["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(orgs(None), ["acme"]);
    assert_eq!(orgs(Some(OUTSIDER)), ["acme"]);
    assert_eq!(orgs(Some(MEMBER)), ["acme", "quiet"]);
}

#[test]
fn a_user_name_in_place_of_an_organization_is_told_apart() {
    let hub = hub();
    let members = get(&hub, "/api/organizations/ada/members").send();
    assert_eq!((members.status, members.error().contains("ada")), (400, true));
    for path in [
        "/api/organizations/ada/overview",
        "/api/organizations/nobody/members",
        "/api/organizations/nobody/overview",
        "/api/users/acme/overview",
        "/api/users/nobody/followers",
    ] {
        assert_eq!(get(&hub, path).send().status, 404, "{path}");
    }
}

#[test]
fn names_are_found_in_any_case_and_answered_in_their_own() {
    let hub = hub();
    assert_eq!(get(&hub, "/api/users/CLEO/overview").send().json()["user"], "Cleo");
    assert_eq!(get(&hub, "/api/organizations/ACME/overview").send().json()["name"], "acme");
}

#[test]
fn whoami_says_who_the_token_is() {
    let hub = hub();
    let me = get(&hub, "/api/whoami-v2").token(ADMIN).send();
    let text = String::from_utf8(me.body.clone()).unwrap();
    assert!(text.starts_with(
        r#"{"type":"user","id":"6319b36409baf858241f0f89","name":"ada","fullname":"Ada L.","email":"ada@acme.com","emailVerified":true,"canPay":false,"billingMode":"prepaid","periodEnd":1793491200,"isPro":true,"#
    ), "{text}");
    let me = me.json();
    assert_eq!(
        me["auth"],
        json!({ "type": "access_token", "accessToken": {
            "displayName": "ci", "role": "write", "createdAt": "2026-10-06T13:15:23.159Z" } })
    );
    let org = &me["orgs"][0];
    assert_eq!(org["roleInOrg"], "admin");
    assert_eq!(org["plan"], "enterprise");
    assert_eq!(org["id"], "5e67bd5b1009063689407478");
    let groups = &get(&hub, "/api/whoami-v2").token(MEMBER).send().json()["orgs"][0];
    assert_eq!(groups["resourceGroups"][0]["name"], "research");
}

#[test]
fn a_fine_grained_token_shows_its_scopes_and_only_their_organizations() {
    let hub = hub();
    let me = get(&hub, "/api/whoami-v2").token(SCOPED).send().json();
    assert_eq!(me["orgs"].as_array().unwrap().len(), 1);
    let scope = &me["auth"]["accessToken"]["fineGrained"]["scoped"][0];
    assert_eq!(scope["entity"]["_id"], "5e67bd5b1009063689407478");
    assert_eq!(get(&hub, "/api/whoami-v2").token(NARROW).send().json()["orgs"], json!([]));
}

#[rstest]
#[case::group_list("/api/organizations/acme/resource-groups", [401, 403, 200, 200])]
#[case::service_accounts("/api/organizations/acme/service-accounts", [401, 403, 403, 200])]
#[case::audit_log("/api/organizations/acme/audit-log/export", [401, 403, 403, 200])]
#[case::without_a_plan("/api/organizations/quiet/resource-groups", [401, 403, 402, 403])]
fn governance_is_for_insiders(#[case] path: &str, #[case] expected: [u16; 4]) {
    let hub = hub();
    let seen = [None, Some(OUTSIDER), Some(MEMBER), Some(ADMIN)].map(|token| {
        let request = get(&hub, path);
        token.map_or(request.clone(), |token| request.clone().token(token)).send().status
    });
    assert_eq!(seen, expected);
}

#[test]
fn members_see_the_groups_they_are_in_and_admins_see_all() {
    let hub = hub();
    let path = "/api/organizations/acme/resource-groups";
    let groups = |token| {
        let groups = get(&hub, path).token(token).send().json();
        let groups = groups.as_array().unwrap().clone();
        groups.iter().map(|group| group["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(groups(MEMBER), ["research"]);
    assert_eq!(groups(ADMIN), ["research", "empty"]);
    let research = get(&hub, path).token(ADMIN).send().json()[0].clone();
    assert_eq!(research["users"][0]["name"], "bob");
    let model = json!({ "type": "model", "name": "acme/grouped", "private": true });
    assert_eq!(research["resources"], json!([model]));
}

#[test]
fn the_audit_log_is_newest_first_and_searchable() {
    let hub = hub();
    let path = "/api/organizations/acme/audit-log/export";
    let log = get(&hub, path).token(ADMIN).send();
    assert!(log.header("content-disposition").unwrap().starts_with("attachment"));
    let log = log.json();
    assert_eq!((&log[0]["type"], &log[1]["type"]), (&json!("org.leave"), &json!("org.add_user")));
    assert_eq!(log[1]["createdAt"], "2026-01-02T00:00:00.000Z");
    let found = get(&hub, &format!("{path}?q=BOB")).token(ADMIN).send().json();
    assert_eq!(found.as_array().unwrap().len(), 1);
}

#[rstest]
#[case::public("models/acme/open", [200, 200, 200, 200])]
#[case::private("models/acme/secret", [401, 404, 200, 200])]
#[case::in_a_group("models/acme/grouped", [401, 404, 200, 200])]
#[case::missing("models/acme/none", [401, 404, 404, 404])]
fn repos_hide_from_those_who_may_not_read_them(#[case] repo: &str, #[case] expected: [u16; 4]) {
    let hub = hub();
    for path in
        [format!("/api/{repo}"), format!("/api/{repo}/auth-check"), format!("/api/{repo}/likers")]
    {
        let seen = [None, Some(OUTSIDER), Some(MEMBER), Some(ADMIN)].map(|token| {
            let request = get(&hub, &path);
            token.map_or(request.clone(), |token| request.clone().token(token)).send().status
        });
        assert_eq!(seen, expected, "{path}");
    }
}

#[test]
fn a_member_without_access_reads_only_through_groups() {
    let hub = hub();
    hub.world().add_token("hf_test_cleo", "Cleo", TokenRole::Read, None).unwrap();
    let check =
        |repo| get(&hub, &format!("/api/models/acme/{repo}")).token("hf_test_cleo").send().status;
    assert_eq!((check("secret"), check("grouped")), (404, 404));
    hub.world().set_groups("acme", "Cleo", &[("research", "read")]).unwrap();
    assert_eq!((check("secret"), check("grouped")), (404, 200));
}

#[rstest]
#[case::reader_of_a_public_repo(None, 401)]
#[case::outsider(Some(OUTSIDER), 403)]
#[case::admin_with_a_read_token(Some(READER), 403)]
#[case::scope_for_reading(Some(SCOPED), 403)]
#[case::member_with_write(Some(MEMBER), 200)]
#[case::admin(Some(ADMIN), 200)]
fn writing_needs_the_right_and_the_token(#[case] token: Option<&str>, #[case] status: u16) {
    let hub = hub();
    let mut request = get(&hub, "/api/models/acme/open/auth-check/write");
    if let Some(token) = token {
        request = request.token(token);
    }
    let reply = request.send();
    assert_eq!(reply.status, status);
    if status == 403 {
        let said = "You have read access but not the required permissions for this operation";
        assert_eq!(reply.error(), said);
        assert_eq!(reply.header("x-error-code"), None);
    }
}

#[test]
fn scopes_of_a_token_can_grow() {
    let hub = hub();
    let path = "/api/models/acme/secret";
    assert_eq!(get(&hub, path).token(SCOPED).send().status, 200);
    assert_eq!(get(&hub, path).token(NARROW).send().status, 404);
    assert!(hub.world().set_scopes(SCOPED, FineGrained::default()));
    assert_eq!(get(&hub, path).token(SCOPED).send().status, 404);
}

#[rstest]
#[case::models_pending(
    "models/eve/gated",
    ADMIN,
    403,
    "Your request to access model eve/gated is awaiting a review from the repo authors."
)]
#[case::datasets_rejected(
    "datasets/eve/gated-data",
    ADMIN,
    403,
    "Your request to access dataset eve/gated-data has been rejected by the repo's authors."
)]
#[case::datasets_reset(
    "datasets/eve/gated-data",
    MEMBER,
    403,
    "Your request to access dataset eve/gated-data has been reset by the repo's authors. Visit https://huggingface.co/datasets/eve/gated-data to submit a new request."
)]
#[case::anonymous(
    "models/eve/gated",
    "",
    401,
    "Access to model eve/gated is restricted. You must have access to it and be authenticated to access it. Please log in."
)]
fn gates_say_why_they_are_closed(
    #[case] repo: &str,
    #[case] token: &str,
    #[case] status: u16,
    #[case] message: &str,
) {
    let hub = hub();
    let mut request = get(&hub, &format!("/api/{repo}/auth-check"));
    if !token.is_empty() {
        request = request.token(token);
    }
    let reply = request.send();
    assert_eq!((reply.status, reply.error().as_str()), (status, message));
    assert_eq!(reply.header("x-error-code"), Some("GatedRepo"));
    assert_eq!(get(&hub, &format!("/api/{repo}")).send().status, 200, "metadata are public");
}

#[test]
fn gates_open_for_owners_and_the_accepted() {
    let hub = hub();
    for token in [OUTSIDER, MEMBER] {
        let reply = get(&hub, "/api/models/eve/gated/auth-check").token(token).send();
        assert_eq!((reply.status, reply.body.as_slice()), (200, b"OK".as_slice()));
        assert_eq!(reply.header("content-type"), Some("text/plain; charset=utf-8"));
        assert_eq!(reply.header("etag"), Some("W/\"2-nOO9QiTIwXgNtWtBJezz8kv3SLc\""));
    }
    hub.world().add_token("hf_test_cleo", "Cleo", TokenRole::Read, None).unwrap();
    let reply = get(&hub, "/api/models/eve/gated/auth-check").token("hf_test_cleo").send();
    assert!(reply.error().ends_with("Visit https://huggingface.co/eve/gated to ask for access."));
}

#[test]
fn an_expired_or_unknown_token_is_refused_everywhere() {
    let hub = hub();
    for token in [EXPIRED, "hf_test_unknown"] {
        for path in
            ["/api/users/ada/overview", "/api/models/acme/open", "/api/organizations/acme/members"]
        {
            let reply = get(&hub, path).token(token).send();
            assert_eq!(reply.status, 401, "{path}");
            assert_eq!(
                reply.header("x-error-message"),
                Some("Invalid credentials in Authorization header")
            );
        }
        let whoami = get(&hub, "/api/whoami-v2").token(token).send();
        assert_eq!(
            (whoami.status, whoami.error().as_str()),
            (401, "Invalid username or password.")
        );
    }
    hub.set_time(Some("2024-06-01T00:00:00Z".parse().unwrap()));
    assert_eq!(get(&hub, "/api/whoami-v2").token(EXPIRED).send().status, 200, "it was good then");
}

#[test]
fn basic_authentication_takes_the_token_as_the_password() {
    let hub = hub();
    // user:hf_test_admin
    let reply = get(&hub, "/api/whoami-v2")
        .header("Authorization", "Basic dXNlcjpoZl90ZXN0X2FkbWlu")
        .send();
    assert_eq!(reply.json()["name"], "ada");
}

#[test]
fn following_is_told_to_those_who_are_logged_in() {
    let hub = hub();
    let overview = get(&hub, "/api/users/ada/overview");
    assert_eq!(overview.send().json().get("isFollowing"), None);
    assert_eq!(overview.clone().token(MEMBER).send().json()["isFollowing"], true);
    assert_eq!(overview.token(ADMIN).send().json()["isFollowing"], false);
    let org = get(&hub, "/api/organizations/acme/overview").token(MEMBER).send().json();
    assert_eq!(org["isFollowing"], true);
}

#[test]
fn counters_follow_from_the_lists_unless_the_file_says_otherwise() {
    let hub = hub();
    let ada = get(&hub, "/api/users/ada/overview").send().json();
    let counts =
        ["numModels", "numSpaces", "numUpvotes", "numFollowers", "numFollowing", "numLikes"];
    assert_eq!(counts.map(|key| ada[key].as_u64().unwrap()), [0, 1, 11, 2, 1, 0]);
    let org = get(&hub, "/api/organizations/acme/overview").send().json();
    let counts = ["numUsers", "numModels", "numDatasets", "numFollowers"];
    assert_eq!(counts.map(|key| org[key].as_u64().unwrap()), [3, 1, 0, 1]);
    hub.world().follow("Cleo", "ada").unwrap();
    assert_eq!(get(&hub, "/api/users/ada/overview").send().json()["numFollowers"], 3);
    assert_eq!(names(&hub, "/api/users/ada/followers", None), ["Cleo", "eve", "bob"]);
    assert_eq!(names(&hub, "/api/users/bob/following", None), ["ada"]);
}

#[test]
fn an_organization_overview_has_the_keys_of_official_clients() {
    let hub = hub();
    let org = get(&hub, "/api/organizations/acme/overview").send().json();
    assert_eq!(
        keys(&org),
        [
            "avatarUrl",
            "details",
            "fullname",
            "isVerified",
            "name",
            "numDatasets",
            "numFollowers",
            "numModels",
            "numPapers",
            "numSpaces",
            "numUsers",
            "plan",
            "type"
        ]
    );
}

#[test]
fn socials_and_avatars_are_answered() {
    let hub = hub();
    let socials = get(&hub, "/api/users/ada/socials").send().json();
    assert_eq!(
        socials,
        json!({ "_id": "6319b36409baf858241f0f89", "user": "ada", "socialHandles": { "github": "ada" } })
    );
    assert_eq!(get(&hub, "/api/organizations/acme/socials").send().json()["org"], "acme");
    let avatar = get(&hub, "/api/users/ada/avatar").send().json()["avatarUrl"].clone();
    let redirect = get(&hub, "/api/users/ada/avatar?redirect=true").send();
    assert_eq!((redirect.status, redirect.header("location")), (307, avatar.as_str()));
    let image =
        get(&hub, "/api/organizations/acme/avatar").header("Sec-Fetch-Dest", "image").send();
    assert_eq!(image.status, 307);
}

#[test]
fn addresses_are_looked_up_by_admins_within_their_domains() {
    let hub = hub();
    let ask = |email: &str, token| {
        get(&hub, &format!("/api/organizations/acme/members?email={email}")).token(token).send()
    };
    assert_eq!(ask("ADA%40acme.com", ADMIN).json()[0]["user"], "ada");
    assert_eq!(ask("nobody%40acme.com", ADMIN).json(), json!([]));
    assert_eq!(ask("ada%40other.com", ADMIN).status, 403);
    assert_eq!(ask("ada%40acme.com", MEMBER).status, 403);
    assert_eq!(ask("ada", ADMIN).status, 400);
}

#[test]
fn likes_can_be_taken_back_but_not_given() {
    let hub = hub();
    let likes =
        |user| names_of_likes(&get(&hub, &format!("/api/users/{user}/likes")).send().json());
    // The private repo is not shown to anyone here.
    assert_eq!(likes("bob"), ["ada/show", "acme/open"]);
    let unlike = || call(&hub, "DELETE", "/api/models/acme/open/like");
    assert_eq!(unlike().send().status, 401);
    hub.world().add_token("hf_test_bob_reads", "bob", TokenRole::Read, None).unwrap();
    assert_eq!(unlike().token("hf_test_bob_reads").send().status, 403);
    for _ in 0..2 {
        assert_eq!(unlike().token(MEMBER).send().status, 200);
        assert_eq!(likes("bob"), ["ada/show"]);
    }
    assert_eq!(names(&hub, "/api/models/acme/open/likers", None), ["eve"]);
    assert_eq!(get(&hub, "/api/models/acme/open").send().json()["likes"], 1);
    assert_eq!(get(&hub, "/api/users/bob/overview").send().json()["numLikes"], 1);
    let like = call(&hub, "POST", "/api/models/acme/open/like").token(MEMBER).send();
    assert_eq!(like.status, 403);
    assert!(like.error().contains("closed"), "{}", like.error());
    let missing = call(&hub, "DELETE", "/api/models/acme/none/like").token(MEMBER).send();
    assert_eq!((missing.status, missing.header("x-error-code")), (404, Some("RepoNotFound")));
}

fn names_of_likes(likes: &Value) -> Vec<String> {
    let likes = likes.as_array().unwrap();
    likes.iter().map(|like| like["repo"]["name"].as_str().unwrap().to_owned()).collect()
}
