//! The database goes away and comes back.

use crate::stage::{PASSWORD, Stage};

#[tokio::test]
async fn a_database_that_is_gone_is_said_so_and_found_again() {
    let stage = Stage::set().await;
    let mut adam = stage.signed_in("adam").await;
    adam.get("/orgs/acme/settings").await.is(200);
    let (here, away) = (stage.path(), stage.folder.path().join("away.db"));
    let side = |name: &str, end: &str| stage.folder.path().join(format!("{name}{end}"));
    for end in ["", "-wal", "-shm"] {
        let _ = std::fs::rename(side("ledger.db", end), side("away.db", end));
    }
    for path in ["/orgs/acme/settings", "/orgs", "/sessions", "/"] {
        let got =
            adam.get(path).await.is(503).says(&["The database is away", "looks for it again"]);
        assert_eq!(got.headers["retry-after"], "5");
        assert!(!got.body.contains("acme"), "{}", got.body);
    }
    let got = adam.get("/api/me").await.is(503).json();
    assert_eq!(got["error"]["kind"], "database");
    adam.get("/readyz").await.is(503);
    adam.get("/healthz").await.is(200);
    adam.get("/metrics").await.is(200).says(&["hubfolk_database_up 0"]);
    adam.post("/orgs/acme/sync", &[]).await.is(503);
    stage.stranger().post("/sign-in", &[("name", "adam"), ("password", PASSWORD)]).await.is(503);
    assert!(!here.exists(), "the service makes no empty ledger in its place");
    for end in ["", "-wal", "-shm"] {
        let _ = std::fs::rename(side("away.db", end), side("ledger.db", end));
    }
    assert!(!away.exists());
    adam.get("/orgs/acme/settings").await.is(200);
    adam.post("/sessions/others/end", &[]).await.is(303);
    adam.get("/readyz").await.is(200);
}

#[tokio::test]
async fn a_database_that_was_replaced_is_read_anew() {
    let stage = Stage::set().await;
    let mut adam = stage.signed_in("adam").await;
    adam.get("/api/orgs").await.is(200).says(&["acme"]);
    // A restored backup: another file under the same name.
    let backup = stage.folder.path().join("backup.db");
    {
        let store = stage.store();
        drop(store);
        let copy = hubfolk_store::DatabaseUrl::sqlite(&backup);
        drop(hubfolk_store::Store::open(&copy).unwrap());
    }
    for end in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(stage.folder.path().join(format!("ledger.db{end}")));
        let from = stage.folder.path().join(format!("backup.db{end}"));
        let _ = std::fs::rename(from, stage.folder.path().join(format!("ledger.db{end}")));
    }
    // It holds no session, so nobody is signed in any more.
    adam.get("/api/orgs").await.is(401);
    let mut owner = stage.owner().await;
    assert_eq!(owner.get("/api/me").await.is(200).json()["orgs"], serde_json::json!([]));
}
