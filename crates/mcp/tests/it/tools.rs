//! What the typed tools answer on the demo organization.

use std::collections::BTreeSet;

use hubfolk_mcp::{budget, failure::Code, tools::profiles::Profile};
use serde_json::{Value, json};

use crate::stage::{Stage, demo, only};

pub(crate) fn real(text: &str) -> usize {
    tiktoken_rs::o200k_base_singleton().encode_ordinary(text).len()
}

/// The rows of a CSV answer, and its page.
fn rows(text: &str) -> (Vec<String>, Value) {
    let (rows, page) = text.rsplit_once("page: ").unwrap();
    let rows = rows.lines().skip(1).map(str::to_owned).collect();
    (rows, serde_json::from_str(page).unwrap())
}

#[tokio::test]
async fn a_list_is_handed_out_whole_over_its_cursors_and_each_row_once() {
    let hub = demo();
    let stage = Stage::at(&hub.url());
    let mut arguments = json!({"of": "meridian-labs", "relation": "members", "max_tokens": 300});
    let (mut seen, mut calls) = (Vec::new(), 0);
    loop {
        let text = stage.call("list_people", arguments.clone()).await.unwrap();
        assert!(real(&text) <= 300, "{} tokens", real(&text));
        let (page_rows, page) = rows(&text);
        seen.extend(page_rows.iter().map(|row| row.split(',').next().unwrap().to_owned()));
        calls += 1;
        assert!(calls < 100, "it does not end");
        match page["next_cursor"].as_str() {
            Some(cursor) => arguments["cursor"] = cursor.into(),
            None => break,
        }
    }
    assert!(calls > 3);
    assert_eq!(seen.len(), 60);
    assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), 60);
}

#[tokio::test]
async fn a_cursor_goes_on_in_another_process_and_belongs_to_one_list_of_one_caller() {
    let hub = demo();
    let here = Stage::at(&hub.url());
    let there = Stage::sharing(&here, &hub.url());
    let elsewhere = Stage::at(&hub.url());
    let mut arguments = json!({"of": "meridian-labs", "relation": "members", "limit": 7});
    let mut seen = Vec::new();
    for turn in 0.. {
        let stage = if turn % 2 == 0 { &here } else { &there };
        let (page_rows, page) = rows(&stage.call("list_people", arguments.clone()).await.unwrap());
        seen.extend(page_rows);
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        assert!(!cursor.contains("api") && cursor.len() < 400, "{cursor}");
        arguments["cursor"] = cursor.into();
        if turn == 0 {
            let mut other = arguments.clone();
            other["of"] = "amara-osei".into();
            other["relation"] = "followers".into();
            for (stage, arguments) in [(&elsewhere, &arguments), (&here, &other)] {
                let refused = stage.call("list_people", arguments.clone()).await.unwrap_err();
                assert_eq!(refused.code, Code::InvalidCursor);
            }
        }
    }
    assert_eq!((seen.len(), seen.iter().collect::<BTreeSet<_>>().len()), (60, 60));
}

/// Everybody of a list, over as many calls as that takes.
async fn every(stage: &Stage, endpoint: &str) -> BTreeSet<String> {
    let (mut names, mut offset) = (BTreeSet::new(), Some(0));
    while let Some(from) = offset {
        let ask = json!({"endpoint": endpoint, "max_results": 500, "offset": from});
        let answer = stage.json("hf_api_request", ask).await;
        let users = answer["data"].as_array().unwrap().iter();
        names.extend(users.map(|user| user["user"].as_str().unwrap().to_owned()));
        offset = answer["page"]["next_offset"].as_u64();
    }
    names
}

#[tokio::test]
async fn who_is_in_one_set_and_another_is_one_call() {
    let hub = demo();
    let stage = Stage::at(&hub.url());
    let all = stage
        .call("list_people", json!({"of": "meridian-labs", "relation": "members", "also": "followers of meridian-labs"}))
        .await
        .unwrap();
    let (found, page) = rows(&all);
    let followers = every(&stage, "/organizations/meridian-labs/followers").await;
    let members = every(&stage, "/organizations/meridian-labs/members").await;
    let expected = members.intersection(&followers).count();
    assert_eq!(page["total"], expected);
    assert_eq!(found.len(), expected);
}

#[tokio::test]
async fn members_are_filtered_and_counted_on_this_side() {
    let hub = demo();
    let stage = Stage::at(&hub.url());
    let admins = stage
        .call("list_people", json!({"of": "meridian-labs", "relation": "members", "filter": {"role": "Admin", "twoFaEnabled": "false"}}))
        .await
        .unwrap();
    let counts = stage
        .call(
            "list_people",
            json!({"of": "meridian-labs", "relation": "members", "count_by": "role"}),
        )
        .await
        .unwrap();
    let (admins, _) = rows(&admins);
    let (counts, page) = rows(&counts);
    assert!(admins.iter().all(|row| row.ends_with(",admin")), "{admins:?}");
    assert_eq!(page["total"], 60);
    let sum: u64 =
        counts.iter().map(|row| row.rsplit(',').next().unwrap().parse::<u64>().unwrap()).sum();
    assert_eq!(sum, 60);
}

#[tokio::test]
async fn a_field_that_no_row_has_is_refused_with_those_that_are() {
    let hub = demo();
    let stage = Stage::at(&hub.url());
    let ask = json!({"of": "meridian-labs", "relation": "members", "fields": "user,rolle"});
    let failure = stage.call("list_people", ask).await.unwrap_err();
    assert_eq!(failure.did_you_mean, ["role"]);
    assert!(real(&failure.to_json().to_string()) <= 120);
}

#[tokio::test]
async fn each_format_holds_the_same_rows() {
    let hub = demo();
    let stage = Stage::at(&hub.url());
    let ask = |format: &str| json!({"of": "meridian-labs", "relation": "members", "limit": 5, "format": format});
    let csv = stage.call("list_people", ask("csv")).await.unwrap();
    let markdown = stage.call("list_people", ask("md")).await.unwrap();
    let json = stage.json("list_people", ask("json")).await;
    let (first, _) = rows(&csv);
    let names: Vec<&str> = first.iter().map(|row| row.split(',').next().unwrap()).collect();
    let from_json: Vec<&str> =
        json["rows"].as_array().unwrap().iter().map(|row| row["user"].as_str().unwrap()).collect();
    assert_eq!(names, from_json);
    assert!(names.iter().all(|name| markdown.contains(&format!("|{name}|"))));
    assert_eq!(json["page"]["returned"], 5);
}

#[tokio::test]
async fn a_hundred_users_cost_at_most_what_was_promised() {
    let sim =
        hubfolk_sim::Sim::builder().world(hubfolk_sim::World::demo(1, 300)).start().await.unwrap();
    let stage = Stage::at(&sim.url());
    let ask =
        json!({"of": "meridian-labs", "relation": "members", "limit": 100, "max_tokens": 4000});
    let text = stage.call("list_people", ask).await.unwrap();
    let (users, _) = rows(&text);
    println!("counted: 100 users cost {} tokens of 1650", real(&text));
    assert_eq!(users.len(), 100);
    assert!(real(&text) <= 1_650, "{} tokens", real(&text));
}

#[tokio::test]
async fn fifty_discussions_and_a_long_thread_fit_and_are_read_to_the_end() {
    let hub = demo();
    let stage = Stage::at(&hub.url());
    let repo = "meridian-labs/tide-base";
    for number in 1..=50 {
        let open = json!({"repo": repo, "action": "open", "title": format!("Question {number} about tides"), "text": "Which?"});
        stage.json("write_discussion", open).await;
    }
    let list = json!({"repo": repo, "limit": 50, "max_tokens": 8_000});
    let text = stage.call("list_discussions", list).await.unwrap();
    let (found, _) = rows(&text);
    println!("counted: 50 discussions cost {} tokens of 2000", real(&text));
    assert_eq!(found.len(), 50);
    assert!(real(&text) <= budget::DEFAULT, "{} tokens", real(&text));

    let number: u64 = found[0].split(',').next().unwrap().parse().unwrap();
    let place = json!({"repo": repo, "number": number});
    for said in 1..=200 {
        let mut comment = place.clone();
        comment["action"] = "comment".into();
        comment["text"] =
            format!("Remark {said}: the tide at the pier was higher than the table says.").into();
        stage.json("write_discussion", comment).await;
    }
    let (mut seen, mut costs, mut ask) = (Vec::new(), Vec::new(), place);
    loop {
        let text = stage.call("get_discussion", ask.clone()).await.unwrap();
        costs.push(real(&text));
        let (thread, page) = text.rsplit_once("page: ").unwrap();
        let said = thread.split("Remark ").skip(1).map(|rest| rest.split(':').next().unwrap());
        seen.extend(said.map(|number| number.parse::<u32>().unwrap()));
        let page: Value = serde_json::from_str(page).unwrap();
        if page["next_cursor"].is_null() {
            break;
        }
        ask["cursor"] = page["next_cursor"].clone();
    }
    println!("counted: a thread of 200 comments costs {costs:?} tokens of 2000 a call");
    assert!(costs.len() > 1 && costs.iter().all(|cost| *cost <= budget::DEFAULT), "{costs:?}");
    assert_eq!(seen, (1..=200).collect::<Vec<_>>());
}

#[tokio::test]
async fn no_answer_is_longer_than_asked_for_and_none_than_the_most() {
    let hub = demo();
    let stage = Stage::at(&hub.url());
    for most in [200, 500, 2_000, 8_000, 100_000] {
        for (tool, mut arguments) in [
            (
                "list_people",
                json!({"of": "meridian-labs", "relation": "members", "format": "json", "fields": ["_id", "user", "fullname", "avatarUrl", "resourceGroups"]}),
            ),
            ("get_profile", json!({"name": "meridian-labs"})),
            ("list_discussions", json!({"repo": "meridian-labs/tide-base"})),
            ("get_discussion", json!({"repo": "meridian-labs/tide-base", "number": 1})),
            ("get_collections", json!({"owner": "meridian-labs"})),
            ("find_operation", json!({"query": "discussion comment member"})),
        ] {
            arguments["max_tokens"] = most.into();
            let text = stage.call(tool, arguments).await.unwrap();
            let most = most.clamp(200, budget::MOST);
            assert!(real(&text) <= most + 20, "{tool}: {} tokens of {most}\n{text}", real(&text));
        }
    }
}

#[tokio::test]
async fn a_discussion_says_who_speaks_and_who_they_are_to_the_repository() {
    let hub = demo();
    let stage = Stage::at(&hub.url());
    let list = stage
        .call("list_discussions", json!({"repo": "https://huggingface.co/meridian-labs/tide-base"}))
        .await
        .unwrap();
    let (found, page) = rows(&list);
    assert!(!found.is_empty() && page["total"].as_u64().unwrap() > 0, "{list}");
    let number: u64 = found[0].split(',').next().unwrap().parse().unwrap();
    let text = stage
        .call("get_discussion", json!({"repo": "meridian-labs/tide-base", "number": number}))
        .await
        .unwrap();
    assert!(
        ["owner", "member", "contributor", "stranger"].iter().any(|word| text.contains(word)),
        "{text}"
    );
}

#[tokio::test]
async fn one_author_is_one_and_the_same_to_the_repository_in_title_and_comments() {
    let hub = demo();
    let stage = Stage::at(&hub.url());
    let mut relations = BTreeSet::new();
    for number in 1..=13 {
        let ask = json!({"repo": "meridian-labs/tide-base", "number": number});
        let text = stage.call("get_discussion", ask).await.unwrap();
        let mut labels = text.lines().filter(|line| line.starts_with('[')).map(|line| {
            let mut parts = line.trim_matches(['[', ']']).rsplitn(3, ", ");
            let relation = parts.next().unwrap().to_owned();
            (parts.next().unwrap().to_owned(), relation)
        });
        let (opener, relation) = labels.next().unwrap();
        for (author, said) in labels {
            assert!(author != opener || said == relation, "{text}");
        }
        relations.insert(relation);
    }
    assert!(relations.contains("member") && relations.contains("stranger"), "{relations:?}");
}

#[tokio::test]
async fn a_discussion_is_opened_commented_on_and_renamed_and_closing_it_asks() {
    let hub = demo();
    let stage = Stage::at(&hub.url());
    let repo = "meridian-labs/tide-base";
    let opened = stage
        .json(
            "write_discussion",
            json!({"repo": repo, "action": "open", "title": "A question", "text": "Which tide?"}),
        )
        .await;
    let number = opened["num"].as_u64().unwrap();
    let said = stage
        .json(
            "write_discussion",
            json!({"repo": repo, "action": "comment", "number": number, "text": "Spring tide."}),
        )
        .await;
    let edited = json!({"repo": repo, "action": "edit_comment", "number": number, "comment_id": said["comment_id"], "text": "Neap tide."});
    stage.json("write_discussion", edited).await;
    stage
        .json(
            "write_discussion",
            json!({"repo": repo, "action": "rename", "number": number, "title": "Which tide?"}),
        )
        .await;
    let text = stage.call("get_discussion", json!({"repo": repo, "number": number})).await.unwrap();
    assert!(text.contains("Neap tide.") && text.contains("Which tide?"), "{text}");
    for action in ["close", "delete", "hide_comment"] {
        let ask = json!({"repo": repo, "action": action, "number": number, "comment_id": said["comment_id"]});
        let failure = stage.call("write_discussion", ask).await.unwrap_err();
        assert_eq!(failure.code, Code::ConfirmationNeeded, "{action}: {failure:?}");
        assert!(real(&failure.to_json().to_string()) <= 120);
    }
}

#[tokio::test]
async fn a_collection_is_made_filled_and_described() {
    let hub = demo();
    let stage = Stage::at(&hub.url());
    let made = stage
        .json(
            "edit_collection",
            json!({"action": "create", "title": "Tides", "owner": "meridian-labs"}),
        )
        .await;
    let slug = made["slug"].as_str().unwrap().to_owned();
    stage.json("edit_collection", json!({"action": "add_item", "slug": slug, "item": "meridian-labs/tide-base", "note": "first"})).await;
    let items = stage.call("get_collections", json!({"slug": slug})).await.unwrap();
    assert!(items.contains("meridian-labs/tide-base") && items.contains("first"), "{items}");
    stage.json("edit_collection", json!({"action": "update_item", "slug": slug, "item": "meridian-labs/tide-base", "note": "second"})).await;
    let items = stage.call("get_collections", json!({"slug": slug})).await.unwrap();
    assert!(items.contains("second"), "{items}");
    for (action, item) in
        [("delete", Value::Null), ("remove_item", json!("meridian-labs/tide-base"))]
    {
        let ask = json!({"action": action, "slug": slug, "item": item});
        let failure = stage.call("edit_collection", ask).await.unwrap_err();
        assert_eq!(failure.code, Code::ConfirmationNeeded, "{action}");
    }
}

#[tokio::test]
async fn a_role_is_changed_only_by_a_person_and_a_dry_run_shows_how() {
    let hub = demo();
    let stage = Stage::at(&hub.url());
    let ask = json!({"organization": "meridian-labs", "action": "set_role", "user": "chen-f", "role": "read"});
    let failure = stage.call("manage_member", ask.clone()).await.unwrap_err();
    assert_eq!(failure.code, Code::ConfirmationNeeded);
    let mut shown = ask;
    shown["dry_run"] = true.into();
    let shown = stage.json("manage_member", shown).await;
    assert_eq!(shown["dry_run"][0]["method"], "PUT");
    assert_eq!(shown["dry_run"][0]["path"], "/api/organizations/meridian-labs/members/chen-f/role");
}

#[tokio::test]
async fn two_tools_reach_the_whole_table() {
    let hub = demo();
    let stage = Stage::with(&hub.url(), Some(hubfolk_sim::DEMO_ADMIN_TOKEN), &only(Profile::Lean));
    let found =
        stage.call("find_operation", json!({"query": "organization members list"})).await.unwrap();
    assert!(found.contains("list_organization_members"), "{found}");
    let text = stage
        .call("call_operation", json!({"name": "list_organization_members", "arguments": "{\"organization\": \"@meridian-labs\"}", "limit": 3}))
        .await
        .unwrap();
    assert_eq!(rows(&text).0.len(), 3);
    let failure = stage
        .call("call_operation", json!({"name": "list_organisation_members"}))
        .await
        .unwrap_err();
    assert!(failure.did_you_mean.contains(&"list_organization_members".to_owned()));
    assert_eq!(
        stage.call("get_profile", json!({"name": "me"})).await.unwrap_err().code,
        Code::NotAllowed
    );
}

#[tokio::test]
async fn who_the_token_belongs_to_is_asked_once_in_ten_minutes() {
    let hub = crate::hub::hub();
    let stage = Stage::at(&hub.url);
    let asked = || hub.seen().iter().filter(|seen| seen.target == "/api/whoami-v2").count();
    for _ in 0..3 {
        stage.server.tools_for(&stage.caller, &stage.choice).await;
        stage.call("get_profile", json!({"name": "me"})).await.unwrap();
    }
    assert_eq!(asked(), 1);
    // The clock of the runtime, not the one on the wall.
    tokio::time::pause();
    tokio::time::advance(std::time::Duration::from_secs(599)).await;
    tokio::time::resume();
    stage.server.tools_for(&stage.caller, &stage.choice).await;
    assert_eq!(asked(), 1);
    tokio::time::pause();
    tokio::time::advance(std::time::Duration::from_secs(2)).await;
    tokio::time::resume();
    stage.server.tools_for(&stage.caller, &stage.choice).await;
    assert_eq!(asked(), 2);
}

#[tokio::test]
async fn tools_that_a_token_cannot_use_are_not_offered() {
    let hub = demo();
    let admin = Stage::at(&hub.url());
    let admin: Vec<_> =
        admin.server.tools_for(&admin.caller, &admin.choice).await.iter().map(|t| t.name).collect();
    assert!(admin.contains(&"write_discussion") && admin.contains(&"manage_member"));
    let nobody = Stage::with(&hub.url(), None, &only(Profile::All));
    let offered: Vec<_> = nobody
        .server
        .tools_for(&nobody.caller, &nobody.choice)
        .await
        .iter()
        .map(|t| t.name)
        .collect();
    assert!(
        offered.contains(&"get_profile") && !offered.contains(&"write_discussion"),
        "{offered:?}"
    );
    let gone = Stage::with("http://127.0.0.1:9", Some("hf_test_example"), &only(Profile::All));
    let offered: Vec<_> =
        gone.server.tools_for(&gone.caller, &gone.choice).await.iter().map(|t| t.name).collect();
    assert!(
        offered.contains(&"list_people") && !offered.contains(&"edit_collection"),
        "{offered:?}"
    );
}
