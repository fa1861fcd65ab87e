//! From the first start to the first synced organization, and what a test of a connection says.

use hubfolk_store::RunState;

use crate::browser::Got;
use crate::stage::{ADMIN, OUTSIDER, READER, SOON_OVER, Stage};

/// Sends the form of a new organization.
async fn form(stage: &Stage, name: &str, token: &str, more: &[(&str, &str)]) -> Got {
    let mut owner = stage.owner().await;
    let url = stage.hub.url();
    let mut fields = vec![
        ("name", name),
        ("endpoint", url.as_str()),
        ("kind", "stored"),
        ("token", token),
        ("schedule", "every 1h"),
        ("currency", "USD"),
        ("cycle", "month"),
    ];
    fields.extend_from_slice(more);
    owner.post("/setup", &fields).await
}

#[tokio::test]
async fn the_first_start_leads_to_the_first_synced_organization() {
    let stage = Stage::empty().await;
    let mut owner = stage.owner().await;
    owner.visit("/").await.is(200).says(&["Add an organization", "Nothing is kept yet"]);
    let more = [("domains", "acme.com, @Acme.org"), ("price_write", "20.50"), ("do", "save")];
    let got = form(&stage, "ACME", ADMIN, &more).await;
    assert_eq!(got.is(303).to(), "/orgs/acme/runs");
    stage
        .until("acme is synced", |store| {
            let org = store.find_orgs("acme", None).unwrap();
            org.first().is_some_and(|org| org.published_run == 1)
        })
        .await;
    let mut store = stage.store();
    let org = store.find_orgs("acme", None).unwrap().remove(0);
    assert!(org.hf_id.is_some());
    let setting = store.org_setting(org.id).unwrap().unwrap();
    assert_eq!(setting.domains, ["acme.com", "acme.org"]);
    assert_eq!(store.prices(org.id).unwrap()[0].minor, 2050);
    let run = store.run(org.id, 1).unwrap().unwrap();
    assert_eq!((run.state, run.members), (RunState::Published, 3));
    owner.get("/orgs/acme/settings").await.is(200).says(&[
        "Next sync at",
        "20.50",
        "acme.com, acme.org",
    ]);
    owner.get("/log").await.is(200).says(&["settings.changed", "acme"]);
}

#[tokio::test]
async fn a_pasted_token_is_in_one_file_and_nowhere_else() {
    let stage = Stage::empty().await;
    form(&stage, "acme", ADMIN, &[("do", "save")]).await.is(303);
    stage.until("it is synced", |store| store.orgs().unwrap()[0].published_run == 1).await;
    let mut owner = stage.owner().await;
    for path in ["/orgs/acme/settings", "/log", "/orgs/acme/runs", "/metrics"] {
        assert!(!owner.get(path).await.body.contains(ADMIN), "{path}");
    }
    let mut holding = Vec::new();
    let mut folders = vec![stage.folder.path().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if std::fs::read(&path)
                .unwrap()
                .windows(ADMIN.len())
                .any(|w| w == ADMIN.as_bytes())
            {
                holding.push(path);
            }
        }
    }
    assert_eq!(holding.len(), 1, "{holding:?}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode =
            |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&holding[0]), 0o600);
        assert_eq!(mode(holding[0].parent().unwrap()), 0o700);
    }
    owner.post("/orgs/acme/settings/remove", &[]).await.is(303);
    assert!(!holding[0].exists());
    // The ledger stays.
    assert_eq!(stage.store().orgs().unwrap()[0].published_run, 1);
}

#[tokio::test]
async fn a_token_can_be_where_the_database_is_not() {
    let stage = Stage::empty().await;
    let more = [("kind", "env"), ("place", "ACME_TOKEN"), ("do", "save")];
    let url = stage.hub.url();
    let mut owner = stage.owner().await;
    let base = [("name", "acme"), ("endpoint", url.as_str()), ("schedule", "daily 03:00")];
    owner.post("/setup", &[&base[..], &more[..]].concat()).await.is(303);
    let wrong = [("kind", "env"), ("place", "NO_SUCH"), ("do", "save")];
    let got = owner.post("/setup", &[&base[..], &wrong[..]].concat()).await.is(422);
    got.says(&["NO_SUCH is not set", "value=\"NO_SUCH\""]);
    let shared = stage.folder.path().join("shared.token");
    std::fs::write(&shared, ADMIN).unwrap();
    let file = [("kind", "file"), ("place", shared.to_str().unwrap()), ("do", "save")];
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(&shared, std::fs::Permissions::from_mode(0o644)).unwrap();
        let got = owner.post("/setup", &[&base[..], &file[..]].concat()).await.is(422);
        got.says(&["can be read by others"]);
        std::fs::set_permissions(&shared, std::fs::Permissions::from_mode(0o600)).unwrap();
    }
    owner.post("/setup", &[&base[..], &file[..]].concat()).await.is(303);
}

#[tokio::test]
async fn a_bad_form_keeps_what_was_typed_and_says_what_is_wrong_at_the_field() {
    let stage = Stage::empty().await;
    let more = [
        ("domains", "acme.com, <b>nonsense"),
        ("schedule", "often"),
        ("price_read", "much"),
        ("do", "save"),
    ];
    let got = form(&stage, "not a name", ADMIN, &more).await.is(422);
    assert!(!got.body.contains(ADMIN) && !got.body.contains("<b>nonsense"), "{}", got.body);
    let got = got.says(&[
        "value=\"not a name\"",
        "value=\"often\"",
        "value=\"much\"",
        "every 1h",
        "an amount such as",
    ]);
    assert_eq!(got.body.matches("aria-invalid=\"true\"").count(), 4, "{}", got.body);
}

#[tokio::test]
async fn a_test_says_what_the_token_sees_and_what_is_risky() {
    let stage = Stage::empty().await;
    let test = [("do", "test")];
    let got = form(&stage, "acme", ADMIN, &test).await.is(200);
    got.says(&[
        "belongs to ada, who is admin in acme",
        "3 members are listed",
        "e-mail addresses",
        "role write: whoever gets hold of it",
        "It reads resource groups",
    ]);
    let got = form(&stage, "acme", READER, &test).await.is(200);
    got.says(&["who is write in acme", "Not seen:", "Only administrators are shown"]);
    let got = form(&stage, "acme", SOON_OVER, &test).await.is(200);
    got.says(&["ends on 2026-06-08, in 6 days"]);
    assert!(stage.store().orgs().unwrap().is_empty(), "a test keeps nothing");
}

#[tokio::test]
async fn a_refusal_is_explained_at_its_field_with_the_remedy() {
    let stage = Stage::empty().await;
    let save = [("do", "save")];
    for (name, token, words) in [
        ("acme", "hf_test_of_nobody", "refuses the token (401)"),
        ("hidden", ADMIN, "may not see the members of hidden (403)"),
        ("nowhere", ADMIN, "no organization nowhere at this Hub (404)"),
        ("bob", ADMIN, "bob is a user, not an organization"),
    ] {
        let got = form(&stage, name, token, &save).await.is(422);
        let got = got.says(&[words, "Save although the test failed"]);
        assert_eq!(got.body.matches("aria-invalid").count(), 1, "{name}");
    }
    let mut owner = stage.owner().await;
    let fields = [
        ("name", "acme"),
        ("endpoint", "http://127.0.0.1:9"),
        ("kind", "none"),
        ("schedule", "1h"),
        ("do", "test"),
    ];
    owner.post("/setup", &fields).await.is(200).says(&["The Hub cannot be reached"]);
    assert!(stage.store().orgs().unwrap().is_empty());
    // Somebody who knows better may save it all the same.
    form(&stage, "acme", OUTSIDER, &[("do", "anyway")]).await.is(303);
}

#[tokio::test]
async fn a_price_is_in_the_units_of_its_currency() {
    let stage = Stage::set().await;
    let mut owner = stage.owner().await;
    let yen = |price| {
        [
            ("kind", "none"),
            ("schedule", "manual"),
            ("price_admin", price),
            ("currency", "JPY"),
            ("cycle", "month"),
            ("do", "save"),
        ]
    };
    owner.post("/orgs/acme/settings", &yen("30.50")).await.is(422).says(&["no parts of"]);
    owner.post("/orgs/acme/settings", &yen("3000")).await.is(303);
    owner.get("/orgs/acme/settings").await.is(200).says(&["value=\"3000\""]);
    owner.get("/orgs/acme").await.is(200).says(&["3,000 JPY"]);
}
