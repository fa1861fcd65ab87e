//! What is said of a world file that holds no world.

use hubfolk_sim::World;

fn said(file: &str) -> String {
    World::from_json(file).unwrap_err().to_string()
}

#[test]
fn the_example_of_the_documentation_is_a_world() {
    let file = r#"{
      "users":  [{"_id": "6319b36409baf858241f0f89", "name": "ada", "fullname": "Ada L.", "avatarUrl": "/avatars/0f.svg", "isPro": false,
                  "email": null, "emailVerified": false, "canPay": false, "periodEnd": null, "billingMode": "postpaid",
                  "details": "", "createdAt": "2022-09-08T09:18:28.000Z", "twoFaEnabled": true, "counters": {"numUpvotes": 11}},
                 {"name": "bob"},
                 {"generate": {"prefix": "fan", "count": 51, "follow": ["ada", "acme"], "like": [{"type": "space", "id": "acme/s"}]}}],
      "orgs":   [{"_id": "5e67bd5b1009063689407478", "name": "acme", "fullname": "Acme", "avatarUrl": "https://example.test/a.png", "plan": "enterprise", "details": "",
                  "isVerified": true, "defaultVisibility": "private", "hideMembers": false, "emailDomains": ["acme.com"],
                  "members": [{"user": "ada", "role": "admin", "verifiedEmail": "ada@acme.com", "isExternalCollaborator": false}],
                  "resourceGroups": [{"id": "507f1f77bcf86cd799439011", "name": "research", "users": [{"user": "ada", "role": "write"}], "repos": [],
                                      "autoJoin": {"enabled": false}, "scimManaged": false}],
                  "serviceAccounts": [], "auditLog": [{"_id": "607f1f77bcf86cd799439011", "createdAt": "2026-01-01T00:00:00Z", "type": "org.add_user", "author": {}, "message": "", "data": {}}],
                  "counters": {"numUsers": 12}}],
      "tokens": [{"token": "hf_test_1", "user": "ada", "role": "fineGrained", "displayName": "ci", "createdAt": "2026-01-01T00:00:00Z",
                  "expiresAt": null, "fineGrained": {"scoped": [], "global": []}}],
      "repos":  [{"type": "model", "id": "acme/m", "_id": "707f1f77bcf86cd799439011", "sha": "0123456789012345678901234567890123456789", "private": false, "gated": false,
                  "createdAt": "2026-01-01T00:00:00Z", "lastModified": "2026-01-01T00:00:00Z", "downloads": 0, "tags": [], "pipeline_tag": null, "sdk": null,
                  "siblings": ["README.md"], "renamedFrom": [], "likes": 3, "title": "M", "emoji": "🔥"},
                 {"type": "space", "id": "acme/s"}, {"id": "gpt2"}],
      "follows": [{"from": "ada", "to": "bob"}],
      "likes":   [{"user": "ada", "type": "model", "id": "acme/m", "createdAt": "2026-01-01T00:00:00Z"}],
      "discussions": [{"type": "model", "id": "acme/m", "num": 1, "author": "ada", "title": "...", "status": "open", "isPullRequest": false,
                       "createdAt": "2026-01-01T00:00:00Z", "comment": "first comment", "events": []}],
      "collections": [{"_id": "807f1f77bcf86cd799439011", "owner": "ada", "slugName": "best-models", "title": "Best models", "description": "", "theme": "blue",
                       "private": false, "lastUpdated": "2026-01-01T00:00:00Z", "upvotes": 0, "items": [{"_id": "907f1f77bcf86cd799439011", "type": "model", "id": "acme/m", "note": "..."}]}],
      "papers":  [{"id": "2510.04871", "title": "...", "publishedAt": "2026-01-01T00:00:00Z", "thumbnailUrl": "...", "upvotes": 1}],
      "accessRequests": [{"type": "model", "id": "acme/m", "user": "bob", "status": "pending", "timestamp": "2026-01-01T00:00:00Z", "fields": {}}],
      "webhooks": [], "notifications": []
    }"#;
    let world = World::from_json(file).unwrap();
    assert_eq!(world.members("acme").unwrap().collect::<Vec<_>>(), ["ada"]);
    assert!(World::from_json("{}").is_ok());
}

/// What is said of each file, a line or more for each.
fn all_said(files: &[&str]) -> String {
    files.iter().map(|file| said(file)).collect::<Vec<_>>().join("\n")
}

#[test]
fn unknown_keys_are_named_with_their_place_and_what_is_known_there() {
    insta::assert_snapshot!(all_said(&[
        r#"{"user": []}"#,
        r#"{"orgs": [{"name": "acme", "members": [{"user": "ada", "rolle": "read"}]}]}"#,
        r#"{"users": [{"name": "ada", "counters": {"numFriends": 1}}]}"#,
        r#"{"tokens": [{"token": "hf_test_1", "user": "ada", "fineGrained": {"scope": []}}]}"#,
    ]), @r#"
    unknown key `user` (at line 1 column 7); correct its spelling or remove it; known here: users, orgs, tokens, repos, follows, likes, discussions, collections, papers, buckets, accessRequests, webhooks, experimental, notifications
    orgs[0].members[0]: unknown key `rolle` (at line 1 column 62); correct its spelling or remove it; known here: user, role, verifiedEmail, isExternalCollaborator
    users[0].counters: unknown key `numFriends` (at line 1 column 52); correct its spelling or remove it; known here: numUsers, numModels, numDatasets, numSpaces, numBuckets, numKernels, numDiscussions, numPapers, numUpvotes, numLikes, numFollowers, numFollowing, numFollowingOrgs
    tokens[0].fineGrained: unknown key `scope` (at line 1 column 73); correct its spelling or remove it; known here: scoped, global, canReadGatedRepos
    "#);
}

#[test]
fn values_of_the_wrong_kind_are_named_with_their_place() {
    insta::assert_snapshot!(all_said(&[
        r#"{"users": [{"name": 5}]}"#,
        r#"{"users": [{"name": "ada", "_id": "12"}]}"#,
        r#"{"users": [{"name": "ada", "createdAt": "yesterday"}]}"#,
        r#"{"repos": [{"id": "a/b", "gated": true}]}"#,
        r#"{"orgs": [{"name": "acme", "plan": "gold"}]}"#,
        "{\"users\": [",
        "[]",
        "{} {}",
    ]), @r#"
    users[0].name: invalid type: integer `5`, expected a string (at line 1 column 21)
    users[0]._id: `12`: an id is 24 hexadecimal digits (at line 1 column 39)
    users[0].createdAt: not a time (at line 1 column 51); write it as 2026-01-31T12:00:00Z
    repos[0].gated: `gated` is false, "auto" or "manual", not true (at line 1 column 39)
    orgs[0].plan: `gold` is unknown here (at line 1 column 41); known are: team, enterprise, plus, academia
    this is not JSON: EOF while parsing a list at line 1 column 11
    this is an array; the file is one JSON object
    trailing characters at line 1 column 4; the file is one JSON object
    "#);
}

#[test]
fn names_and_ids_stand_once() {
    insta::assert_snapshot!(said(
        r#"{"users": [{"name": "ada", "_id": "507f1f77bcf86cd799439011"}, {"name": "ADA"},
                      {"name": "bob", "_id": "507f1f77bcf86cd799439011"}],
            "orgs": [{"name": "Ada"}, {"name": "acme", "members": [{"user": "ada"}, {"user": "Ada"}]}],
            "repos": [{"id": "acme/m"}, {"id": "acme/M"}],
            "tokens": [{"token": "hf_test_1", "user": "ada"}, {"token": "hf_test_1", "user": "ada"}]}"#
    ), @r#"
    users[1].name: `ADA` stands further up; give this one another name
    users[2]._id: the id 507f1f77bcf86cd799439011 stands further up; give this one another id
    orgs[0].name: `Ada` stands further up; give this one another name
    orgs[1].members[1].user: `Ada` is a member of `acme` twice; keep one entry
    repos[1].id: `model acme/M` stands further up; give this one another name
    tokens[1].token: the same token stands further up; keep one of them
    "#);
}

#[test]
fn references_lead_somewhere() {
    insta::assert_snapshot!(said(
        r#"{"users": [{"name": "ada"}, {"generate": {"prefix": "fan", "count": 2, "follow": ["nobody"], "like": [{"id": "x/y"}]}}],
            "orgs": [{"name": "acme", "members": [{"user": "eve"}, {"user": "acme"}],
                      "resourceGroups": [{"name": "g", "users": [{"user": "ada"}], "repos": [{"name": "acme/none"}]}]}],
            "tokens": [{"token": "hf_test_1", "user": "eve"}, {"token": "secret", "user": "ada"}],
            "follows": [{"from": "ada", "to": "eve"}],
            "likes": [{"user": "eve", "id": "acme/none"}],
            "discussions": [{"id": "acme/none", "num": 0, "author": "eve"}],
            "collections": [{"owner": "eve", "items": [{"type": "model", "id": "acme/none"}]}],
            "accessRequests": [{"id": "acme/none", "user": "eve"}]}"#
    ), @r#"
    orgs[0].members[0].user: there is no user `eve`; add it to `users`
    orgs[0].members[1].user: `acme` is an organization; a user is needed here
    orgs[0].resourceGroups[0].users[0].user: `ada` is not a member of `acme`; add it to the organization's members or take it out of the group
    orgs[0].resourceGroups[0].repos[0].name: there is no model `acme/none`; add it to `repos`
    tokens[0].user: there is no user `eve`; add it to `users`
    tokens[1].token: a token begins with hf_ and has no blanks
    follows[0].to: there is no user or organization `eve`; add it to `users` or `orgs`
    likes[0].user: there is no user `eve`; add it to `users`
    likes[0].id: there is no model `acme/none`; add it to `repos`
    users[1].generate.follow[0]: there is no user or organization `nobody`; add it to `users` or `orgs`
    users[1].generate.like[0].id: there is no model `x/y`; add it to `repos`
    accessRequests[0].user: there is no user `eve`; add it to `users`
    accessRequests[0].id: there is no model `acme/none`; add it to `repos`
    discussions[0].id: there is no model `acme/none`; add it to `repos`
    discussions[0].author: there is no user or organization `eve`; add it to `users` or `orgs`
    discussions[0].num: numbers begin with 1
    collections[0].owner: there is no user or organization `eve`; add it to `users` or `orgs`
    collections[0].items[0].id: there is no model `acme/none`; add it to `repos`
    "#);
}

#[test]
fn names_fit_into_an_address() {
    insta::assert_snapshot!(said(
        r#"{"users": [{"name": "a b"}, {}, {"name": ".."}, {"generate": {"prefix": "é", "count": 1}}],
            "orgs": [{"fullname": "No name"}], "repos": [{"id": "a/b/c"}]}"#
    ), @r#"
    users[0].name: `a b` cannot be an account name: a name has letters, digits, dashes, dots and underscores only
    users[1]: this user has no `name`; add one
    users[2].name: `..` cannot be an account name: a name is not made of dots
    users[3].generate.prefix: `é1` cannot be an account name: a name has letters, digits, dashes, dots and underscores only
    orgs[0]: this organization has no `name`; add one
    repos[0].id: `a/b/c` is no repo id; write `owner/name` or a bare name
    "#);
}

#[test]
fn a_crowd_is_no_single_user_and_no_typing_error() {
    insta::assert_snapshot!(said(
        r#"{"users": [{"name": "ada", "generate": {"prefix": "fan", "count": 2}},
                      {"generate": {"prefix": "fan", "count": 4000000000}}]}"#
    ), @r#"
    users[0]: `generate` makes a crowd; give the single user an entry of its own
    users[1].generate.count: a crowd has at most 2000000 users
    "#);
}

#[test]
fn a_token_is_never_repeated_in_a_message() {
    let message =
        said(r#"{"users": [{"name": "ada"}], "tokens": [{"token": "my secret", "user": "ada"}]}"#);
    assert!(!message.contains("secret"), "{message}");
    let world = World::from_json(
        r#"{"users": [{"name": "ada"}], "tokens": [{"token": "hf_test_canary", "user": "ada"}]}"#,
    )
    .unwrap();
    let hub = hubfolk_sim::Sim::builder().world(world).start_on_thread().unwrap();
    crate::call::get(&hub, "/api/whoami-v2").token("hf_test_canary").send();
    assert!(!format!("{hub:?} {:?}", hub.requests()).contains("hf_test_canary"));
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let error = World::from_file(std::path::Path::new("no/such/world.json")).unwrap_err();
    assert_eq!(error.to_string(), "no/such/world.json: cannot be read");
    assert!(std::error::Error::source(&error).is_some());
}

#[test]
fn made_up_ids_are_the_same_every_time_and_never_those_of_others() {
    let file = r#"{"users": [{"name": "ada"}, {"name": "bob", "_id": "650000010000000000000001"}, {"name": "cleo"}]}"#;
    let ids = || {
        let world = World::from_json(file).unwrap();
        ["ada", "bob", "cleo"].map(|name| world.id_of(name).unwrap().to_string())
    };
    assert_eq!(ids(), ids());
    assert_eq!(ids()[1], "650000010000000000000001");
    assert_ne!(ids()[0], ids()[1]);
}
