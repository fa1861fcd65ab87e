//! What the pages show of an organization, with filters, links, exports and a feed.

use std::time::Duration;

use hubfolk_sim::{NewMember, NewUser};

use crate::browser::Browser;
use crate::stage::{ADMIN, READER, Stage};

const WEEK: Duration = Duration::from_secs(7 * 86_400);
/// What a stranger may call themselves.
const SCRIPT: &str = "<script>alert(1)</script>";
const BIDI: &str = "eve\u{202e}nimda";

/// Three syncs of acme: people join, change, are hostile, go missing.
async fn lived() -> (Stage, Browser) {
    let stage = Stage::set().await;
    {
        let mut world = stage.hub.world();
        for (name, fullname) in [
            ("dora", BIDI.to_owned()),
            ("emil", "=cmd|' /C calc'!A0".to_owned()),
            ("fred", "x".repeat(10_000)),
            ("Gina", "Gina Ünïcode 名前".to_owned()),
        ] {
            let mut user = NewUser::named(name);
            user.fullname = fullname;
            world.add_user(user).unwrap();
            world.add_member("acme", name, NewMember::with_role("read")).unwrap();
        }
        world.set_role("acme", "bob", "admin").unwrap();
        world.add_group("acme", SCRIPT).unwrap();
        world.set_groups("acme", "cleo", &[("research", "read"), (SCRIPT, "write")]).unwrap();
    }
    stage.clock.forward(WEEK);
    assert_eq!(stage.sync("acme", ADMIN).await.state, "published");
    stage.hub.world().remove_member("acme", "dora").unwrap();
    stage.clock.forward(WEEK);
    assert_eq!(stage.sync("acme", ADMIN).await.state, "published");
    let owner = stage.owner().await;
    (stage, owner)
}

#[tokio::test]
async fn every_page_shows_and_holds_no_script_of_a_stranger() {
    let (_stage, mut owner) = lived().await;
    for path in [
        "/orgs",
        "/orgs/acme",
        "/orgs/acme/members",
        "/orgs/acme/members?status=all&columns=groups&columns=email&columns=status",
        "/orgs/acme/members/dora",
        "/orgs/acme/members/cleo",
        "/orgs/acme/groups",
        "/orgs/acme/changes",
        "/orgs/acme/changes/difference?from=run:1",
        "/orgs/acme/runs",
        "/orgs/acme/runs/2",
    ] {
        let got = owner.get(path).await.is(200);
        assert!(!got.body.contains(SCRIPT), "{path} runs a stranger's script");
        assert!(!got.body.contains('\u{202e}'), "{path} lets a stranger turn the text round");
        assert!(!got.body.contains("<style") && !got.body.contains(" style="), "{path}");
        assert!(!got.body.contains(&"x".repeat(400)), "{path} shows all of a long name");
        for url in got.body.split("src=\"").skip(1) {
            assert!(url.starts_with('/'), "{path} asks another host: {}", &url[..40]);
        }
        assert!(got.body.contains("<h1"), "{path} has no heading");
    }
}

#[tokio::test]
async fn members_are_searched_filtered_ordered_and_paged() {
    let (_stage, mut owner) = lived().await;
    let mut names = async |query: &str| -> Vec<String> {
        let got = owner.get(&format!("/api/orgs/acme/members?{query}")).await.is(200).json();
        let items = got["items"].as_array().unwrap().iter();
        let names: Vec<String> =
            items.map(|member| member["username"].as_str().unwrap().to_owned()).collect();
        if got["next"].is_null() && got["previous"].is_null() {
            assert_eq!(got["total"], names.len(), "{query}");
        }
        names
    };
    assert_eq!(names("").await, ["ada", "bob", "cleo", "emil", "fred", "Gina"]);
    assert_eq!(names("sort=username&order=desc&limit=2").await, ["Gina", "fred"]);
    assert_eq!(names("search=GINA").await, ["Gina"]);
    assert_eq!(names("search=%C3%9CN%C3%8FCODE").await, ["Gina"]);
    assert_eq!(names("search=bob@acme.com").await, ["bob"]);
    assert_eq!(names("search=nobody").await, [""; 0]);
    assert_eq!(names("role=admin").await, ["ada", "bob"]);
    assert_eq!(names("license=READ").await, ["cleo", "emil", "fred", "Gina"]);
    assert_eq!(names("two_factor=yes").await, ["ada"]);
    assert_eq!(names("group=research").await, ["bob", "cleo"]);
    assert_eq!(names("status=missing").await, ["dora"]);
    assert_eq!(names("as_of=run:1").await, ["ada", "bob", "cleo"]);
    assert_eq!(names("as_of=run:1&role=write").await, ["bob"]);
    assert_eq!(names("sort=role").await[..2], ["ada", "bob"]);
}

#[tokio::test]
async fn pages_of_members_follow_each_other_and_stay_with_their_run() {
    let (stage, mut owner) = lived().await;
    let first = owner.get("/api/orgs/acme/members?limit=2&status=all").await.is(200);
    assert!(first.headers["link"].to_str().unwrap().contains("rel=\"next\""));
    let first = first.json();
    assert_eq!((&first["total"], &first["run"]), (&7.into(), &3.into()));
    stage.hub.world().remove_member("acme", "emil").unwrap();
    stage.clock.forward(WEEK);
    assert_eq!(stage.sync("acme", ADMIN).await.state, "published");
    // Nobody stays signed in for a week.
    let mut owner = stage.owner().await;
    let mut seen = Vec::new();
    let mut page = first;
    loop {
        let items = page["items"].as_array().unwrap();
        seen.extend(items.iter().map(|one| one["username"].as_str().unwrap().to_owned()));
        assert_eq!(page["run"], 3, "the next pages are of the same run");
        let Some(cursor) = page["next"].as_str() else { break };
        let path = format!("/api/orgs/acme/members?limit=2&status=all&cursor={cursor}");
        page = owner.get(&path).await.is(200).json();
    }
    assert_eq!(seen, ["ada", "bob", "cleo", "dora", "emil", "fred", "Gina"]);
    let back = page["previous"].as_str().unwrap();
    let path = format!("/api/orgs/acme/members?limit=2&status=all&cursor={back}");
    let page = owner.get(&path).await.is(200).json();
    assert_eq!(page["items"][0]["username"], "emil");
    owner.get("/api/orgs/acme/members?cursor=bm9uc2Vuc2U").await.is(400);
}

#[tokio::test]
async fn what_a_filter_does_not_know_is_refused_with_what_it_does() {
    let (_stage, mut owner) = lived().await;
    for (query, field, allowed) in [
        ("role=wizard", "role", "contributor"),
        ("license=Gold", "license", "No access"),
        ("two_factor=maybe", "two_factor", "unknown"),
        ("status=here", "status", "missing"),
        ("sort=age", "sort", "last_change"),
        ("columns=shoe", "columns", "email"),
        ("group=nowhere", "group", "research"),
    ] {
        let got = owner.get(&format!("/api/orgs/acme/members?{query}")).await.is(400).json();
        assert_eq!(got["error"]["field"], field, "{query}");
        let known = got["error"]["allowed"].as_array().unwrap();
        assert!(known.iter().any(|one| one == allowed), "{query}: {known:?}");
        owner.get(&format!("/orgs/acme/members?{query}")).await.is(400).says(&[allowed]);
    }
    for query in ["as_of=yesterday", "limit=0", "limit=501"] {
        owner.get(&format!("/orgs/acme/members?{query}")).await.is(400);
    }
    owner.get("/orgs/acme/members?as_of=2020-01-01").await.is(404).says(&["does not reach back"]);
    owner.get("/orgs/acme/changes?kind=member.eaten").await.is(400).says(&["member.left"]);
    owner.get("/orgs/acme/changes?member=nobody").await.is(400);
    owner.get("/orgs/acme/runs?state=lost").await.is(400).says(&["quarantined"]);
    owner.get("/orgs/acme/runs/99").await.is(404);
    owner.get("/orgs/acme/runs/soon").await.is(404);
    owner.get("/orgs/acme/members/nobody").await.is(404);
    owner.get("/orgs/nowhere/members").await.is(404);
}

#[tokio::test]
async fn unknown_is_shown_and_is_never_no() {
    let stage = Stage::set().await;
    stage.clock.forward(WEEK);
    // A member's token sees roles, and neither two-factor authentication nor groups.
    assert_eq!(stage.sync("acme", READER).await.state, "published");
    let mut owner = stage.owner().await;
    let overview = owner.get("/api/orgs/acme/overview").await.is(200).json();
    let truths = &overview["numbers"]["two_factor"];
    assert_eq!(
        (&truths["yes"], &truths["no"], &truths["unknown"]),
        (&0.into(), &0.into(), &3.into())
    );
    let off = owner.get("/api/orgs/acme/members?two_factor=no").await.is(200).json();
    assert_eq!((&off["total"], &off["unknown"][0]["members"]), (&0.into(), &3.into()));
    let unknown = owner.get("/api/orgs/acme/members?two_factor=unknown").await.is(200).json();
    assert_eq!(unknown["total"], 3);
    let page = owner.get("/orgs/acme/members?two_factor=no").await.is(200);
    page.says(&["No member fits", "could not see their two-factor authentication"]);
    owner.get("/orgs/acme/groups").await.is(200).says(&["could not see"]);
    owner.get("/orgs/acme").await.is(200).says(&["3 unknown", "Unknown is not no"]);
    owner.get("/orgs/acme/runs/2").await.is(200).says(&["lost since the run before", "partial"]);
}

/// The number that a page shows behind a link, and the link.
fn linked(body: &str) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    for part in body.split("href=\"").skip(1) {
        let (url, rest) = part.split_once('"').unwrap();
        let text = rest.split_once('>').map_or("", |(_, text)| text);
        let text = text.trim_start_matches("<strong>").split('<').next().unwrap_or_default();
        let digits = text.replace(',', "");
        if let Ok(number) = digits.trim().parse::<usize>() {
            found.push((url.replace("&amp;", "&").replace("&#38;", "&"), number));
        }
    }
    found
}

#[tokio::test]
async fn every_number_of_the_overview_is_the_length_of_the_list_behind_it() {
    let (_stage, mut owner) = lived().await;
    let body = owner.get("/orgs/acme").await.is(200).body;
    let numbers = linked(&body);
    assert!(numbers.len() > 25, "{numbers:?}");
    let mut asked = 0;
    for (url, number) in numbers {
        // Runs have their number in their name.
        let Some(path) = url.strip_prefix("/orgs/acme/").filter(|path| !path.starts_with("runs"))
        else {
            continue;
        };
        let got = owner.get(&format!("/api/orgs/acme/{path}")).await.is(200).json();
        assert_eq!(got["total"], number, "{url}");
        asked += 1;
    }
    assert!(asked > 20, "only {asked} numbers lead anywhere");
}

#[tokio::test]
async fn an_export_has_exactly_what_is_filtered_and_harms_no_spreadsheet() {
    let (_stage, mut owner) = lived().await;
    let csv = owner.get("/orgs/acme/members.csv?role=read&sort=username&order=desc").await.is(200);
    assert_eq!(csv.headers["content-type"], "text/csv; charset=utf-8");
    let name = csv.headers["content-disposition"].to_str().unwrap();
    assert_eq!(name, "attachment; filename=\"acme-members-run-3.csv\"");
    let rows: Vec<&str> = csv.body.split("\r\n").filter(|row| !row.is_empty()).collect();
    assert_eq!(rows.len(), 1 + 4, "{rows:?}");
    assert!(rows[0].starts_with("id,username,fullname,"), "{}", rows[0]);
    assert!(rows[0].ends_with("export_version,export_filter,export_total"), "{}", rows[0]);
    let order: Vec<bool> = ["Gina", "fred", "emil", "cleo"]
        .iter()
        .zip(&rows[1..])
        .map(|(n, r)| r.contains(n))
        .collect();
    assert_eq!(order, [true; 4]);
    // What the file holds, beside what the run listed.
    assert!(rows[1..].iter().all(|row| row.ends_with(",4")), "{rows:?}");
    assert!(csv.body.contains("'=cmd|"), "a formula is neutralised");
    assert!(!csv.body.contains(",=cmd"), "{}", csv.body);
    let few = owner.get("/orgs/acme/members.csv?role=admin&columns=email").await.is(200).body;
    assert!(few.starts_with("id,username,email,unknown,export_org,"), "{few}");
    let json = owner.get("/orgs/acme/members.json?as_of=run:1").await.is(200).json();
    assert_eq!((&json["total"], &json["export"]["run"]), (&3.into(), &1.into()));
    assert_eq!(json["members"].as_array().unwrap().len(), 3);
    let lines = owner.get("/orgs/acme/members.ndjson?search=nobody").await.is(200);
    assert_eq!(lines.body.lines().count(), 1);
    let head = lines.json();
    assert_eq!(head["total"], 0);
    assert!(head["export"]["items"].as_i64().unwrap() > 0, "{head}");
    owner.get("/orgs/acme/members.csv?role=wizard").await.is(400);
}

#[tokio::test]
async fn changes_are_a_page_an_answer_and_a_feed_of_the_same() {
    let (stage, mut owner) = lived().await;
    let all = owner.get("/api/orgs/acme/changes").await.is(200).json();
    assert_eq!(all["items"][0]["kind"], "member.missing");
    let total = all["total"].as_u64().unwrap();
    let mut one_by_one = 0;
    let mut cursor = String::new();
    loop {
        let path = format!("/api/orgs/acme/changes?limit=3&cursor={cursor}");
        let page = owner.get(&path).await.is(200).json();
        assert_eq!(page["total"], total);
        one_by_one += page["items"].as_array().unwrap().len() as u64;
        let Some(next) = page["next"].as_str() else { break };
        cursor = next.to_owned();
    }
    assert_eq!(one_by_one, total);
    let joined = "/api/orgs/acme/changes?kind=member.joined&since=run:1";
    assert_eq!(owner.get(joined).await.is(200).json()["total"], 4);
    let bob = "/api/orgs/acme/changes?member=bob&kind=role.changed&kind=group.added";
    assert_eq!(owner.get(bob).await.is(200).json()["total"], 1);
    let first = "/api/orgs/acme/changes?until=2026-06-02&kind=member.joined";
    assert_eq!(owner.get(first).await.is(200).json()["total"], 3);
    let feed = owner.get("/orgs/acme/changes.atom").await.is(200);
    assert_eq!(feed.headers["content-type"], "application/atom+xml; charset=utf-8");
    assert_eq!(feed.body.matches("<entry>").count() as u64, total.min(50));
    assert!(!feed.body.contains("<script") && !feed.body.contains('\u{202e}'));
    assert!(feed.body.contains(&format!("href=\"http://{}/orgs/acme/members/", stage.address)));
    stage.stranger().get("/api/orgs/acme/changes.atom").await.is(401);
}

#[tokio::test]
async fn the_difference_of_two_runs_names_who_and_what() {
    let (_stage, mut owner) = lived().await;
    let path = "/api/orgs/acme/difference?from=run:1&to=run:2";
    let got = owner.get(path).await.is(200).json();
    assert_eq!((&got["joined"], &got["left"], &got["changed"]), (&4.into(), &0.into(), &2.into()));
    let changed: Vec<&serde_json::Value> =
        got["items"].as_array().unwrap().iter().filter(|item| item["kind"] == "changed").collect();
    assert_eq!(changed[0]["username"], "bob");
    assert_eq!(changed[0]["fields"][0]["field"], "role");
    assert_eq!(
        (&changed[0]["fields"][0]["old"], &changed[0]["fields"][0]["new"]),
        (&"write".into(), &"admin".into())
    );
    // Either order is the same question.
    let turned = "/api/orgs/acme/difference?from=run:2&to=run:1";
    assert_eq!(owner.get(turned).await.is(200).json(), got);
    let same = owner.get("/api/orgs/acme/difference?from=run:2&to=run:2").await.is(200).json();
    assert_eq!(same["total"], 0);
    owner.get("/orgs/acme/changes/difference?from=run:9").await.is(404);
}

#[tokio::test]
async fn a_member_is_found_by_any_name_with_the_whole_history() {
    let (_stage, mut owner) = lived().await;
    let bob = owner.get("/api/orgs/acme/members/bob@acme.com").await.is(200).json();
    let roles: Vec<&str> = bob["profile"]["roles"]
        .as_array()
        .unwrap()
        .iter()
        .map(|role| role["value"].as_str().unwrap())
        .collect();
    assert_eq!(roles, ["write", "admin"]);
    assert_eq!(bob["profile"]["roles"][0]["to"], bob["profile"]["roles"][1]["from"]);
    assert_eq!(bob["total"], bob["changes"].as_array().unwrap().len());
    let id = bob["member"]["id"].as_str().unwrap();
    let page = owner.get(&format!("/orgs/acme/members/{id}")).await.is(200);
    page.says(&["bob@acme.com", "Access over time", "research", "<title id=\"access-wide-t\">"]);
    let dora = owner.get("/orgs/acme/members/dora").await.is(200);
    dora.says(&["missing", "Absent from the last complete list"]);
}

#[tokio::test]
async fn filters_with_a_name_are_ones_own() {
    let (stage, _) = lived().await;
    let mut vera = stage.signed_in("vera").await;
    let save = [("name", "No 2FA <b>"), ("query", "two_factor=no&sort=role")];
    let got = vera.post("/orgs/acme/members/views", &save).await.is(303);
    assert_eq!(got.to(), "/orgs/acme/members?sort=role&two_factor=no");
    let page = vera.get("/orgs/acme/members").await.is(200);
    let page = page.says(&["No 2FA &#60;b&#62;", "?sort=role&#38;two_factor=no"]).body;
    let at = page.split("/orgs/acme/members/views/").nth(1).unwrap();
    let id = at.split('/').next().unwrap().to_owned();
    let mut april = stage.signed_in("april").await;
    let other = april.get("/orgs/acme/members").await.is(200);
    assert!(!other.body.contains("No 2FA"));
    let remove = format!("/orgs/acme/members/views/{id}/remove");
    april.post(&remove, &[]).await.is(404);
    vera.post("/orgs/acme/members/views", &[("name", ""), ("query", "")]).await.is(400);
    let wrong = [("name", "x"), ("query", "colour=red")];
    vera.post("/orgs/acme/members/views", &wrong).await.is(400);
    vera.post(&remove, &[]).await.is(303);
    assert!(!vera.get("/orgs/acme/members").await.body.contains("No 2FA"));
    let mut gus = stage.signed_in("gus").await;
    gus.post("/orgs/acme/members/views", &save).await.is(404);
}

#[tokio::test]
async fn an_organization_without_a_sync_says_what_to_do() {
    let stage = Stage::empty().await;
    let mut owner = stage.owner().await;
    owner.get("/orgs").await.is(200).says(&["There is no organization yet", "/setup"]);
    let key = hubfolk_store::OrgKey {
        endpoint: stage.hub.url().to_owned(),
        name: "acme".to_owned(),
        hf_id: None,
    };
    stage.store().open_org(&key, 1).unwrap();
    // Nobody told the service a token for it: a button to sync it could only fail.
    let overview = owner.get("/orgs/acme").await.is(200);
    let overview = overview.says(&["Nothing is in the ledger yet", "Say where its token is"]);
    assert!(!overview.body.contains("Sync now"), "{}", overview.body);
    owner.get("/orgs/acme/runs").await.is(200).says(&["No sync was tried yet"]);
    owner.get("/orgs/acme/changes").await.is(200).says(&["No change fits"]);
    owner.get("/orgs/acme/members").await.is(404).says(&["no sync of `acme` was published yet"]);
    owner.get("/orgs").await.is(200).says(&["acme", "new"]);
}

#[tokio::test]
async fn a_quarantined_run_shows_who_would_leave() {
    let stage = Stage::set().await;
    {
        let mut world = stage.hub.world();
        for number in 0..120 {
            let name = format!("temp{number:03}");
            world.add_user(NewUser::named(&name)).unwrap();
            world.add_member("acme", &name, NewMember::with_role("read")).unwrap();
        }
    }
    stage.sync("acme", ADMIN).await;
    for number in 0..120 {
        stage.hub.world().remove_member("acme", &format!("temp{number:03}")).unwrap();
    }
    assert_eq!(stage.sync("acme", ADMIN).await.state, "quarantined");
    let mut april = stage.signed_in("april").await;
    let page = april.get("/orgs/acme/runs/3").await.is(200);
    page.says(&["120 members would leave", "runs/3/approve", "runs/3/reject", "Next"]);
    let mut vera = stage.signed_in("vera").await;
    let page = vera.get("/orgs/acme/runs/3").await.is(200).says(&["An approver or admin"]);
    assert!(!page.body.contains("runs/3/approve"));
    let api = vera.get("/api/orgs/acme/runs/3").await.is(200).json();
    assert_eq!(api["would_leave_total"], 120);
    assert_eq!(api["run"]["would_leave"].as_array().unwrap().len(), 100);
    let cursor = api["next"].as_str().unwrap();
    let rest = vera.get(&format!("/api/orgs/acme/runs/3?cursor={cursor}")).await.is(200).json();
    assert_eq!(rest["run"]["would_leave"].as_array().unwrap().len(), 20);
    let fleet = vera.get("/orgs?health=waiting&search=ac").await.is(200).says(&["acme"]);
    fleet.says(&["/orgs?search=ac\" aria-label=\"Take away the filter waiting", "“ac”"]);
    vera.get("/orgs/acme/runs").await.is(200).says(&["120 would leave"]);
    let overview = vera.get("/orgs/acme").await.is(200);
    overview.says(&["waits for a decision", "120 members would leave", "An approver or admin"]);
    april.get("/orgs/acme").await.is(200).says(&["then decide"]);
}

#[tokio::test]
async fn a_run_that_was_held_back_says_why_nobody_is_listed() {
    let stage = Stage::set().await;
    let run = crate::actions::quarantined(&stage).await;
    let mut adam = stage.signed_in("adam").await;
    adam.post(&format!("/orgs/acme/runs/{run}/reject"), &[]).await.is(303);
    let page = adam.get(&format!("/orgs/acme/runs/{run}")).await.is(200);
    let page = page.says(&["30 members would have left", "Somebody decided", "href=\"/log\""]);
    let page = page.says(&["kept only while a run waits"]);
    assert!(!page.body.contains("temp1"), "{}", page.body);
    assert_eq!(stage.sync("acme", ADMIN).await.state, "quarantined");
    {
        let mut world = stage.hub.world();
        for number in 0..30 {
            let member = NewMember::with_role("read");
            world.add_member("acme", &format!("temp{number}"), member).unwrap();
        }
    }
    assert_eq!(stage.sync("acme", ADMIN).await.state, "published");
    let page = adam.get(&format!("/orgs/acme/runs/{}", run + 1)).await.is(200);
    page.says(&["30 members would have left", "a newer sync took its place", "abandoned"]);
    adam.get("/orgs/acme/runs").await.is(200).says(&["30 would have left"]);
}
