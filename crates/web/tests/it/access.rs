//! Every page and every route of the API, tried by who may not.

use std::collections::BTreeSet;

use http::Method;

use crate::browser::Browser;
use crate::stage::Stage;

/// An address, who may use it, and how.
struct Address {
    method: Method,
    path: &'static str,
    least: &'static str,
    fields: &'static [(&'static str, &'static str)],
}

const fn page(path: &'static str, least: &'static str) -> Address {
    Address { method: Method::GET, path, least, fields: &[] }
}

const fn form(
    path: &'static str,
    least: &'static str,
    fields: &'static [(&'static str, &'static str)],
) -> Address {
    Address { method: Method::POST, path, least, fields }
}

/// Every page and form. Those about an organization are written for acme.
const ADDRESSES: &[Address] = &[
    page("/", "viewer"),
    page("/orgs", "viewer"),
    page("/orgs/acme", "viewer"),
    page("/orgs/acme/members", "viewer"),
    page("/orgs/acme/groups", "viewer"),
    page("/orgs/acme/members.csv", "viewer"),
    page("/orgs/acme/members.ndjson", "viewer"),
    page("/orgs/acme/members.json", "viewer"),
    page("/orgs/acme/members/ada", "viewer"),
    page("/orgs/acme/avatars/5f0c0ffee0000000000000ad", "viewer"),
    page("/orgs/acme/changes", "viewer"),
    page("/orgs/acme/changes/difference", "viewer"),
    page("/orgs/acme/changes.atom", "viewer"),
    page("/api/orgs/acme/changes.atom", "viewer"),
    page("/orgs/acme/runs", "viewer"),
    page("/orgs/acme/runs/1", "viewer"),
    page("/orgs/acme/settings", "admin"),
    page("/setup", "admin"),
    page("/approvals", "approver"),
    page("/sessions", "viewer"),
    page("/accounts", "admin"),
    page("/log", "admin"),
    form("/orgs/acme/members/views", "viewer", &[("name", "mine"), ("query", "role=admin")]),
    form("/orgs/acme/members/views/1/remove", "viewer", &[]),
    form("/orgs/acme/sync", "approver", &[]),
    form("/orgs/acme/runs/1/approve", "approver", &[]),
    form("/orgs/acme/runs/1/reject", "approver", &[]),
    form(
        "/orgs/acme/settings",
        "admin",
        &[("kind", "none"), ("schedule", "manual"), ("do", "anyway")],
    ),
    form("/orgs/acme/settings/remove", "admin", &[]),
    form(
        "/setup",
        "admin",
        &[("name", "acme"), ("kind", "none"), ("schedule", "manual"), ("do", "anyway")],
    ),
    form("/approvals/AAAA-AAAA", "approver", &[("answer", "yes")]),
    form(
        "/accounts",
        "admin",
        &[("name", "mallory"), ("password", "four random words"), ("role", "admin")],
    ),
    form("/accounts/1/remove", "admin", &[]),
    form("/accounts/hub", "admin", &[("client_id", "x"), ("endpoint", "https://huggingface.co")]),
];

/// As others have it, with pictures of the members of acme.
async fn set() -> Stage {
    let stage = Stage::set().await;
    crate::pictures::show(&stage, "acme", true);
    stage
}

fn rank(role: &str) -> usize {
    ["viewer", "approver", "admin"].iter().position(|known| *known == role).unwrap()
}

async fn try_it(browser: &mut Browser, address: &Address) -> crate::browser::Got {
    match address.method {
        Method::GET => browser.get(address.path).await,
        _ => browser.post(address.path, address.fields).await,
    }
}

/// Everything that the service keeps beside runs, to see that nothing was changed.
fn kept(stage: &Stage) -> String {
    let mut store = stage.store();
    let acme = store.find_orgs("acme", None).unwrap().remove(0);
    format!(
        "{:?} {:?} {:?} {:?} {:?} {:?} {:?}",
        store.accounts().unwrap().iter().map(|one| (&one.name, &one.role)).collect::<Vec<_>>(),
        store.org_settings().unwrap(),
        store.api_tokens().unwrap(),
        store.setting("hub_sign_in").unwrap(),
        store.runs(acme.id, 100).unwrap(),
        store.log_entries(i64::MAX, 1000).unwrap().len(),
        store.saved_views(acme.id, None).unwrap().len(),
    )
}

#[tokio::test]
async fn nobody_gets_at_anything_without_a_session() {
    let stage = set().await;
    let api = api(&stage).await;
    let before = kept(&stage);
    for address in ADDRESSES {
        let got = try_it(&mut stage.stranger(), address).await;
        if address.path.starts_with("/api/") {
            assert_eq!(got.status, 401, "{}", address.path);
            continue;
        }
        assert!(got.to().starts_with("/sign-in"), "{}: {} {}", address.path, got.status, got.body);
        assert!(got.body.is_empty(), "{}", address.path);
    }
    for route in api {
        let got = route.of(&mut stage.stranger()).await.is(401);
        assert_eq!(got.json()["error"]["kind"], "signed_out", "{}", route.path);
    }
    stage.stranger().get("/api/nothing").await.is(401);
    stage.stranger().get("/api/openapi.json").await.is(401);
    assert_eq!(kept(&stage), before);
}

#[tokio::test]
async fn each_role_gets_at_what_it_may_and_no_more() {
    let stage = set().await;
    let api = api(&stage).await;
    for (name, role) in [("vera", "viewer"), ("april", "approver")] {
        let mut browser = stage.signed_in(name).await;
        let before = kept(&stage);
        for route in api.iter().filter(|route| rank(role) < rank(&route.least)) {
            let got = route.of(&mut browser).await.is(403);
            assert_eq!(got.json()["error"]["kind"], "role", "{name} at {}", route.path);
        }
        for address in ADDRESSES {
            if rank(role) >= rank(address.least) {
                continue;
            }
            let got = try_it(&mut browser, address).await;
            assert_eq!(got.status, 403, "{name} at {}: {}", address.path, got.body);
            got.says(&[&format!("takes the role {}", address.least)]);
        }
        assert_eq!(kept(&stage), before, "{name} changed something");
        for address in ADDRESSES.iter().filter(|one| one.method == Method::GET) {
            if rank(role) >= rank(address.least) {
                let got = try_it(&mut browser, address).await;
                let failed = !got.status.is_success() && got.status != 303;
                assert!(
                    !failed && !got.to().starts_with("/sign-in"),
                    "{} {}",
                    address.path,
                    got.body
                );
            }
        }
    }
}

#[tokio::test]
async fn a_page_of_another_site_sees_and_changes_nothing() {
    let stage = set().await;
    let mut browser = stage.signed_in("adam").await;
    browser.origin = "https://evil.example".to_owned();
    let api = api(&stage).await;
    let before = kept(&stage);
    for address in ADDRESSES {
        let got = try_it(&mut browser, address).await;
        assert_eq!(got.status, 403, "{}", address.path);
        got.says(&["a page of another site"]);
    }
    for route in &api {
        route.of(&mut browser).await.is(403).says(&["a page of another site"]);
    }
    browser.post("/sign-out", &[]).await.is(403);
    assert_eq!(kept(&stage), before);
}

#[tokio::test]
async fn the_ids_of_another_organization_show_and_change_nothing() {
    let stage = set().await;
    let eve = {
        let mut store = stage.store();
        let globex = store.find_orgs("globex", None).unwrap().remove(0);
        let mut found = String::new();
        store
            .members(globex.id, hubfolk_store::AsOf::Now, false, |listed| {
                if listed.state.username == "eve" {
                    found = listed.state.user_id;
                }
                Ok::<_, hubfolk_store::Error>(())
            })
            .unwrap();
        found
    };
    let api = api(&stage).await;
    // Gus is an admin of globex, and nobody in acme.
    let mut gus = stage.signed_in("gus").await;
    let before = kept(&stage);
    for address in ADDRESSES.iter().filter(|one| one.path.starts_with("/orgs/acme")) {
        let got = try_it(&mut gus, address).await;
        assert_eq!(got.status, 404, "{}: {}", address.path, got.body);
        let page = got.body.replace("/orgs/globex", "").to_lowercase();
        assert!(!page.contains("ada") && !page.contains("bob"), "{}", got.body);
    }
    for route in api.iter().filter(|route| route.path.contains("/acme")) {
        route.of(&mut gus).await.is(404);
    }
    let orgs = gus.get("/api/orgs").await.is(200);
    assert!(orgs.body.contains("globex") && !orgs.body.contains("acme"), "{}", orgs.body);
    gus.get("/orgs/globex/settings").await.is(200);
    // What is of the service as a whole is not his either.
    for path in ["/accounts", "/log", "/setup", "/approvals", "/api/approvals"] {
        gus.get(path).await.is(403);
    }
    // An admin of everything finds nobody of globex under acme.
    let mut adam = stage.signed_in("adam").await;
    adam.get(&format!("/api/orgs/globex/members/{eve}")).await.is(200);
    adam.get(&format!("/api/orgs/acme/members/{eve}")).await.is(404);
    adam.get(&format!("/orgs/acme/members/{eve}")).await.is(404);
    adam.get(&format!("/orgs/acme/avatars/{eve}")).await.is(404);
    adam.get("/api/orgs/acme/runs/99").await.is(404);
    adam.post("/orgs/acme/runs/99/approve", &[]).await.is(404);
    adam.post("/api/orgs/acme/runs/99/approve", &[]).await.is(404);
    assert_eq!(kept(&stage), before);
}

#[tokio::test]
async fn a_token_does_what_it_may_on_the_api_and_nothing_on_pages() {
    let stage = set().await;
    let mut vera = stage.signed_in("vera").await;
    let fields = [("name", "report"), ("role", "admin"), ("days", "7")];
    vera.post("/tokens", &fields)
        .await
        .is(422)
        .says(&["may not do more than you", "value=\"report\""]);
    let made = vera
        .post("/tokens", &[("name", "report"), ("role", "viewer"), ("days", "7")])
        .await
        .is(200);
    let at = made.body.find("hubfolk_").unwrap();
    let token: String = made.body[at..].chars().take_while(|c| *c != '<').collect();
    assert!(!vera.get("/sessions").await.body.contains(&token), "it is shown once");
    let bearer = format!("Bearer {token}");
    let program = || stage.stranger().with("authorization", &bearer);
    let me = program().get("/api/me").await.is(200).json();
    assert_eq!(me["role"], "viewer");
    program().get("/api/orgs/acme/members").await.is(200);
    program().get("/orgs/acme").await.is(303);
    program().post("/sign-out", &[]).await.is(303);
    // Its digest, and nothing else, is in the database.
    let bytes = std::fs::read(stage.path()).unwrap();
    let wal = std::fs::read(stage.path().with_extension("db-wal")).unwrap_or_default();
    for bytes in [bytes, wal] {
        assert!(!bytes.windows(token.len()).any(|window| window == token.as_bytes()));
    }
    // It ends with the account that it acts for.
    let id = stage.store().accounts().unwrap().iter().find(|one| one.name == "vera").unwrap().id;
    stage.signed_in("adam").await.post(&format!("/accounts/{id}/remove"), &[]).await.is(303);
    program().get("/api/me").await.is(401);
    vera.get("/api/me").await.is(401);
}

#[tokio::test]
async fn sessions_are_listed_and_revoked_by_those_who_may() {
    let stage = set().await;
    let (mut vera, mut adam) = (stage.signed_in("vera").await, stage.signed_in("adam").await);
    let page = vera.get("/sessions").await.is(200);
    assert!(!page.body.contains("adam"), "{}", page.body);
    let all = adam.get("/sessions").await.is(200).body;
    let names: BTreeSet<&str> = all
        .split("action=\"/sessions/")
        .skip(1)
        .filter_map(|rest| rest.split_once("/end").map(|(name, _)| name))
        .filter(|name| *name != "others")
        .collect();
    assert_eq!(names.len(), 2);
    for name in &names {
        // Vera may end her own, and there is no other for her.
        let got = vera.post(&format!("/sessions/{name}/end"), &[]).await;
        assert!(matches!(got.status.as_u16(), 303 | 404), "{}", got.status);
    }
    vera.get("/api/me").await.is(401);
    adam.get("/api/me").await.is(200);
}

#[tokio::test]
async fn the_table_of_addresses_names_every_link_and_form() {
    let stage = set().await;
    let mut adam = stage.signed_in("adam").await;
    let mut unknown = BTreeSet::new();
    let known: BTreeSet<&str> = ADDRESSES.iter().map(|address| address.path).collect();
    for address in ADDRESSES.iter().filter(|one| one.method == Method::GET) {
        let body = adam.visit(address.path).await.body;
        for mark in ["href=\"/", "action=\"/", "src=\"/"] {
            for rest in body.split(mark).skip(1) {
                let path: String = rest.chars().take_while(|c| !"\"?#".contains(*c)).collect();
                let path = format!("/{path}").replace("globex", "acme");
                let of_a_row = [
                    "/sessions/",
                    "/tokens/",
                    "/accounts/",
                    "/static/",
                    "/orgs/acme/members/",
                    "/orgs/acme/runs/",
                    "/orgs/acme/avatars/",
                ];
                let known = known.contains(path.as_str())
                    || matches!(path.as_str(), "/sign-out" | "/tokens" | "/password")
                    || path == "/"
                    || path == "/api/openapi.json"
                    || of_a_row.iter().any(|start| path.starts_with(start));
                if !known {
                    unknown.insert(path);
                }
            }
        }
    }
    assert!(unknown.is_empty(), "not in the table: {unknown:?}");
}

/// A route of the API, for acme.
struct Route {
    method: Method,
    path: String,
    least: String,
}

impl Route {
    async fn of(&self, browser: &mut Browser) -> crate::browser::Got {
        match self.method {
            Method::GET => browser.get(&self.path).await,
            _ => browser.post(&self.path, &[]).await,
        }
    }
}

/// Every route of the API, from the document that the service serves.
async fn api(stage: &Stage) -> Vec<Route> {
    let document = stage.owner().await.get("/api/openapi.json").await.is(200).json();
    let mut routes = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        let path = path.replace("{org}", "acme").replace("{run}", "1");
        // Whatever else a path names: something that is there in no organization.
        let mut filled = String::new();
        for part in path.split('/').skip(1) {
            let part = if part.starts_with('{') { "1" } else { part };
            filled.push('/');
            filled.push_str(part);
        }
        for (method, entry) in methods.as_object().unwrap() {
            routes.push(Route {
                method: method.to_uppercase().parse().unwrap(),
                path: filled.clone(),
                least: entry["x-role"].as_str().unwrap().to_owned(),
            });
        }
    }
    routes
}

/// What an answer amounts to, in a word.
fn word(got: &crate::browser::Got) -> String {
    match got.status.as_u16() {
        303 if got.to().starts_with("/sign-in") => "sign in".to_owned(),
        401 => "401 signed out".to_owned(),
        403 if got.body.contains("another site") => "403 foreign".to_owned(),
        403 => "403 role".to_owned(),
        404 => "404 not here".to_owned(),
        status if got.status.is_success() || status == 303 => format!("{status} shown"),
        status => status.to_string(),
    }
}

#[tokio::test]
async fn the_table_of_who_gets_where_is_printed() {
    let stage = set().await;
    let mut lines = Vec::new();
    let mut foreign = stage.signed_in("adam").await;
    foreign.origin = "https://evil.example".to_owned();
    let (mut vera, mut april) = (stage.signed_in("vera").await, stage.signed_in("april").await);
    let mut gus = stage.signed_in("gus").await;
    let api = api(&stage).await;
    let of_api = api
        .iter()
        .map(|route| (route.method.clone(), route.path.as_str(), route.least.as_str(), &[][..]));
    let of_pages =
        ADDRESSES.iter().map(|one| (one.method.clone(), one.path, one.least, one.fields));
    for (method, path, least, fields) in of_pages.chain(of_api) {
        let mut cells = vec![format!("{method:4} {path}"), least.to_owned()];
        let reads = method == Method::GET;
        for (browser, may) in [
            (&mut stage.stranger(), false),
            (&mut vera, rank("viewer") >= rank(least)),
            (&mut april, rank("approver") >= rank(least)),
            (&mut foreign, false),
            (&mut gus, false),
        ] {
            // What somebody may do is tried elsewhere; here nothing shall change.
            if may && !reads {
                cells.push("may".to_owned());
                continue;
            }
            let got = match reads {
                true => browser.get(path).await,
                false => browser.post(path, fields).await,
            };
            cells.push(word(&got));
        }
        lines.push(cells);
    }
    let head = [
        "address",
        "takes",
        "no session",
        "viewer",
        "approver",
        "foreign origin",
        "admin of another",
    ];
    let width = |column: usize| {
        let all = lines.iter().map(|line| line[column].len());
        all.chain([head[column].len()]).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    let print = |cells: &[String]| {
        let cells = cells.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        println!("{}", cells.collect::<Vec<_>>().join("  ").trim_end());
    };
    print(&head.map(str::to_owned));
    lines.iter().for_each(|line| print(line));
    let shown = lines.iter().filter(|line| line[2].ends_with("shown")).count();
    println!("counted: {} addresses tried without a session: {shown} showed anything", lines.len());
    assert_eq!(shown, 0);
}
