//! Every fault as it arrives at the other end of the wire.

use std::io::ErrorKind;
use std::time::{Duration, Instant};

use hubfolk_sim::{Fault, FaultRule, Faults, Running, Sim, World};
use serde_json::Value;

use crate::call::{Call, get, names, pages};
use crate::scene::big;

const TOKEN: &str = "hf_test_admin";
const PATH: &str = "/api/organizations/big/members?limit=10";

/// Thirty members in three pages, with this fault on the second.
fn on_page_2(fault: Fault) -> Running {
    let hub = big(30);
    hub.add_fault(FaultRule::new(fault).operation("list_organization_members").page(2));
    hub
}

fn second(hub: &Running) -> Call<'_> {
    let next = get(hub, PATH).token(TOKEN).send().next(hub).unwrap();
    get(hub, &next).token(TOKEN)
}

fn all(hub: &Running) -> Vec<String> {
    names(hub, PATH, Some(TOKEN))
}

#[test]
fn statuses_come_with_the_headers_they_are_given() {
    let hub = on_page_2(Fault::rate_limited(55));
    let reply = second(&hub).send();
    assert_eq!(reply.status, 429);
    assert_eq!(reply.header("ratelimit"), Some("\"api\";r=0;t=55"));
    assert_eq!(reply.header("retry-after"), Some("55"));
    for code in [408, 500, 502, 503, 504] {
        let hub = on_page_2(Fault::status(code));
        let reply = second(&hub).send();
        assert_eq!((reply.status, reply.header("retry-after")), (code, None));
        assert!(reply.json()["error"].is_string());
        assert!(reply.header("x-request-id").is_some());
    }
}

#[test]
fn a_reset_before_the_answer_sends_no_byte() {
    let hub = on_page_2(Fault::ResetBefore);
    let (bytes, broken) = second(&hub).exchange().unwrap();
    assert_eq!(bytes, b"");
    assert_eq!(broken.unwrap().kind(), ErrorKind::ConnectionReset);
    assert_eq!(hub.requests().last().unwrap().status, 0);
}

#[test]
fn a_reset_inside_the_body_comes_after_a_part_of_it() {
    let hub = on_page_2(Fault::ResetInside { after_bytes: Some(100) });
    let (bytes, broken) = second(&hub).exchange().unwrap();
    let text = String::from_utf8(bytes).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    assert_eq!(body.len(), 100);
    assert_eq!(broken.unwrap().kind(), ErrorKind::ConnectionReset);
}

#[test]
fn a_truncated_body_ends_short_of_its_length() {
    let hub = on_page_2(Fault::TruncatedBody { after_bytes: None });
    let (bytes, broken) = second(&hub).exchange().unwrap();
    assert!(broken.is_none(), "the connection ends in good order: {broken:?}");
    let reply = second(&hub).try_send().unwrap();
    let promised: usize = reply.header("content-length").unwrap().parse().unwrap();
    assert!(reply.body.len() < promised && !reply.body.is_empty());
    assert!(!bytes.is_empty());
}

#[test]
fn truncated_and_invalid_json_have_the_right_length() {
    for fault in [Fault::TruncatedJson, Fault::InvalidJson] {
        let hub = on_page_2(fault);
        let reply = second(&hub).send();
        assert_eq!(reply.status, 200);
        assert!(serde_json::from_slice::<Value>(&reply.body).is_err());
    }
}

#[test]
fn a_wrong_content_type_comes_with_a_page_of_html() {
    let hub = on_page_2(Fault::WrongContentType { content_type: None, body: None });
    let reply = second(&hub).send();
    assert_eq!(
        (reply.status, reply.header("content-type")),
        (200, Some("text/html; charset=utf-8"))
    );
    assert!(reply.body.starts_with(b"<!doctype html>"));
}

#[test]
fn a_slow_drip_takes_its_time_and_loses_nothing() {
    let hub = on_page_2(Fault::SlowDrip { bytes: 500, every_ms: 20 });
    let whole = big(30);
    let expected = second(&whole).send().body;
    let started = Instant::now();
    assert_eq!(second(&hub).send().body, expected);
    let pieces = expected.len().div_ceil(500) as u32;
    assert!(started.elapsed() >= Duration::from_millis(20) * (pieces - 1));
}

#[test]
fn an_answer_is_never_earlier_than_its_latency() {
    let hub = big(10);
    hub.set_faults(Faults::new(vec![FaultRule::new(Fault::Latency { ms: 5, jitter_ms: 40 })]));
    for _ in 0..4 {
        let started = Instant::now();
        get(&hub, PATH).send();
        assert!(started.elapsed() >= Duration::from_millis(5));
    }
}

#[test]
fn a_foreign_link_leads_elsewhere() {
    let hub = on_page_2(Fault::ForeignLink { to: "https://hub.example/".to_owned() });
    let link = second(&hub).send().header("link").unwrap().to_owned();
    assert!(link.starts_with("<https://hub.example/api/organizations/big/members?"), "{link}");
}

#[test]
fn a_cycling_link_leads_back_to_its_own_page() {
    let hub = on_page_2(Fault::CyclingLink);
    let request = second(&hub);
    let next = request.send().next(&hub).unwrap();
    let again = get(&hub, &next).token(TOKEN).send();
    assert_eq!(again.next(&hub), Some(next));
    assert_eq!(again.body, request.send().body);
}

#[test]
fn empty_and_short_pages_go_on_without_losing_anyone() {
    let expected = all(&big(30));
    for (fault, sizes) in [
        (Fault::EmptyPage, vec![10, 0, 10, 10]),
        (Fault::ShortPage { items: 3 }, vec![10, 3, 10, 7]),
    ] {
        let hub = on_page_2(fault);
        let found = pages(&hub, PATH, Some(TOKEN));
        assert_eq!(found.iter().map(Vec::len).collect::<Vec<_>>(), sizes);
        assert_eq!(all(&hub), expected);
    }
}

#[test]
fn a_duplicate_comes_on_the_next_page_and_nobody_is_lost() {
    let hub = on_page_2(Fault::DuplicateItem);
    let mut found = all(&hub);
    assert_eq!(found.len(), 31);
    assert_eq!(found[19], found[20]);
    found.dedup();
    assert_eq!(found, all(&big(30)));
    let hub = big(30);
    hub.add_fault(FaultRule::new(Fault::DuplicateItem).page(3));
    let found = all(&hub);
    assert_eq!((found.len(), &found[29]), (31, &found[30]));
}

#[test]
fn members_join_and_leave_while_a_list_is_read() {
    let hub = on_page_2(Fault::MembersJoin { count: 2 });
    let during = all(&hub);
    assert_eq!(during.len(), 31, "one joined before the cursor, one behind it");
    assert_eq!(hub.world().members("big").unwrap().count(), 32);
    let hub = on_page_2(Fault::MembersLeave { count: 2 });
    assert_eq!(all(&hub).len(), 29, "one had been listed, one had not");
    assert!(hub.world().role_of("big", "big-admin").is_some(), "never the caller");
}

#[test]
fn coverage_is_lost_in_the_middle_of_a_run() {
    let hub = on_page_2(Fault::CoverageLoss { role: "read".to_owned() });
    let found = pages(&hub, PATH, Some(TOKEN));
    assert!(found[0][0].get("twoFaEnabled").is_some());
    assert!(found[1][0].get("twoFaEnabled").is_none());
    assert_eq!(found[1][0].get("role").map(Value::is_string), Some(true));
    let me = get(&hub, "/api/whoami-v2").token(TOKEN).send().json();
    assert_eq!(me["orgs"][0]["roleInOrg"], "read");
    hub.clear_faults();
    hub.world().set_role("big", "big-admin", "admin").unwrap();
    assert!(pages(&hub, PATH, Some(TOKEN))[1][0].get("twoFaEnabled").is_some());
}

#[test]
fn names_change_hands_while_the_ids_tell_the_truth() {
    let id = |hub: &Running, name: &str| hub.world().id_of(name);
    let hub = on_page_2(Fault::RenameUser { user: None, to: None });
    let last = all(&big(30)).pop().unwrap();
    let before = id(&hub, &last);
    assert!(all(&hub).contains(&format!("{last}-renamed")));
    assert_eq!((id(&hub, &format!("{last}-renamed")), id(&hub, &last)), (before, None));
    let hub = on_page_2(Fault::ReuseName { user: None });
    let before = id(&hub, &last);
    assert!(all(&hub).contains(&last));
    assert_ne!(id(&hub, &last), before);
}

#[test]
fn the_clock_of_the_hub_can_be_wrong() {
    let hub = on_page_2(Fault::ClockSkew { seconds: -3600 });
    hub.set_time(Some("2026-11-21T08:09:10Z".parse().unwrap()));
    assert_eq!(second(&hub).send().header("date"), Some("Sat, 21 Nov 2026 07:09:10 GMT"));
}

#[test]
fn faults_hit_the_call_that_is_meant_and_are_counted() {
    let hub = big(10);
    hub.add_fault(FaultRule::new(Fault::status(500)).operation("whoami").call(2));
    let ask = || get(&hub, "/api/whoami-v2").token(TOKEN).send().status;
    assert_eq!([ask(), ask(), ask()], [200, 500, 200]);
    assert_eq!(get(&hub, PATH).send().status, 200);
    assert_eq!(hub.fault_counts(), [1]);
    assert_eq!(hub.requests()[1].faults, ["status"]);
}

#[test]
fn faults_can_be_meant_for_one_organization() {
    let hub = Sim::builder().world(World::fleet(3, 12)).start_on_thread().unwrap();
    hub.add_fault(FaultRule::new(Fault::status(500)).target("org-2"));
    let ask = |org| get(&hub, &format!("/api/organizations/{org}/members")).send().status;
    assert_eq!([ask("org-1"), ask("org-2"), ask("org-3")], [200, 500, 200]);
}

#[test]
fn one_request_can_bring_its_own_fault() {
    let hub = big(10);
    let reply = get(&hub, PATH).header("X-Sim-Fault", r#"{"status": {"code": 502}}"#).send();
    assert_eq!(reply.status, 502);
    let reply = get(&hub, PATH).header("X-Sim-Fault", "\"truncated_json\"").send();
    assert!(serde_json::from_slice::<Value>(&reply.body).is_err());
    let reply = get(&hub, PATH).header("X-Sim-Fault", "\"no_such_fault\"").send();
    assert_eq!(reply.status, 400);
    assert!(reply.error().contains("no_such_fault"));
}

#[test]
fn a_file_can_hold_every_fault() {
    let file = r#"{"seed": 3, "rules": [
        {"operation": "list_organization_members", "page": 2, "times": 1, "fault": {"latency": {"ms": 1, "jitter_ms": 2}}},
        {"fault": {"status": {"code": 429, "retry_after": 1, "reset": 1}}, "probability": 0.5},
        {"fault": "reset_before"}, {"fault": "reset_inside"}, {"fault": "truncated_body"},
        {"fault": "truncated_json"}, {"fault": "invalid_json"}, {"fault": "wrong_content_type"},
        {"fault": "slow_drip"}, {"fault": "foreign_link"}, {"fault": "cycling_link"}, {"fault": "empty_page"},
        {"fault": "short_page"}, {"fault": "duplicate_item"}, {"fault": "members_join"}, {"fault": "members_leave"},
        {"fault": "coverage_loss"}, {"fault": "rename_user"}, {"fault": "reuse_name"},
        {"fault": {"clock_skew": {"seconds": 90}}}]}"#;
    let faults = Faults::from_json(file).unwrap();
    let mut seen: Vec<&str> = faults.rules.iter().map(|rule| rule.fault.name()).collect();
    seen.dedup();
    assert_eq!(seen.len(), 20);
    let written = serde_json::to_string(&faults).unwrap();
    assert_eq!(Faults::from_json(&written).unwrap(), faults);
}

#[test]
fn mistakes_in_a_fault_file_are_named_with_their_place() {
    let said = |rule: &str| {
        Faults::from_json(&format!("{{\"rules\": [{rule}]}}")).unwrap_err().to_string()
    };
    let all = [
        r#"{"falt": "reset_before"}"#,
        r#"{"fault": "reset"}"#,
        r#"{"fault": {"latency": {"seconds": 1}}}"#,
        r#"{"page": 0, "probability": 2, "fault": {"status": {"code": 200}}}"#,
    ];
    insta::assert_snapshot!(all.map(said).join("\n"), @r#"
    rules[0]: unknown key `falt` (at line 1 column 18); correct its spelling or remove it; known here: operation, target, page, call, probability, times, fault
    rules[0].fault: `reset` is unknown here (at line 1 column 29); known are: latency, status, reset_before, reset_inside, truncated_body, truncated_json, invalid_json, wrong_content_type, slow_drip, foreign_link, cycling_link, empty_page, short_page, duplicate_item, members_join, members_leave, coverage_loss, rename_user, reuse_name, clock_skew, advice
    rules[0].fault: unknown key `seconds` (at line 1 column 49); correct its spelling or remove it; known here: ms or jitter_ms
    rules[0]: `page` and `call` count from 1
    rules[0].probability: a probability is 0 to 1
    rules[0].fault: an error status is 400 to 599
    "#);
    assert!(
        said(r#"{"operation": "list_members", "fault": "reset_before"}"#)
            .starts_with("rules[0].operation: there is no operation `list_members`; known are")
    );
}
