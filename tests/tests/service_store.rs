//! What the service keeps, on both databases alike.
#![allow(clippy::unwrap_used, reason = "tests")]

use hubfolk_store::{
    AccountKind, Credential, DatabaseUrl, Error, LogEntry, NewAccount, NewApiToken, NewSession,
    OrgGrant, OrgKey, OrgSetting, Price, Store, Turn,
};
use hubfolk_tests::database::databases;

fn account(name: &str) -> NewAccount {
    NewAccount {
        kind: AccountKind::Local,
        key: name.to_lowercase(),
        name: name.to_owned(),
        password: Some("$argon2id$...".to_owned()),
        role: None,
        orgs: vec![OrgGrant { org: 7, role: "viewer".to_owned() }],
    }
}

fn session(hash: &str, user_id: Option<i64>, now: i64) -> NewSession {
    NewSession {
        hash: hash.to_owned(),
        user_id,
        created_at: now,
        seen_at: now,
        expires: now + 100,
        address: "127.0.0.1".to_owned(),
        agent: "a browser".to_owned(),
    }
}

#[test]
fn accounts_sessions_and_tokens_end_together() {
    for database in databases() {
        let mut store = Store::open(&database.url).unwrap();
        let ada = store.save_account(&account("Ada"), 1).unwrap();
        assert_eq!(store.account_by_key(AccountKind::Local, "ada").unwrap(), Some(ada.clone()));
        let again = NewAccount { role: Some("admin".to_owned()), ..account("Ada") };
        let saved = store.save_account(&again, 2).unwrap();
        assert_eq!((saved.id, saved.created_at), (ada.id, 1), "{}", database.kind);
        for (hash, user) in [("a", Some(ada.id)), ("b", Some(ada.id)), ("c", None)] {
            store.add_session(&session(hash, user, 10)).unwrap();
        }
        store.touch_session("b", 20).unwrap();
        let order: Vec<String> = store.sessions(30).unwrap().into_iter().map(|s| s.hash).collect();
        assert_eq!(order, ["b", "a", "c"]);
        assert_eq!(store.end_sessions(Some(ada.id), "b").unwrap(), 1);
        assert_eq!(store.session("b", 110).unwrap(), None, "it has ended");
        let token = NewApiToken {
            hash: "t".to_owned(),
            name: "report".to_owned(),
            role: Some("viewer".to_owned()),
            orgs: Vec::new(),
            created_by: "Ada".to_owned(),
            user_id: Some(ada.id),
            expires: Some(50),
        };
        store.add_api_token(&token, 10).unwrap();
        let found = store.api_token("t", 20).unwrap().unwrap();
        store.touch_api_token(found.id, 20).unwrap();
        assert_eq!(store.api_token("t", 50).unwrap(), None, "it has ended");
        assert!(store.remove_account(ada.id, 30).unwrap());
        assert!(!store.remove_account(ada.id, 30).unwrap());
        assert_eq!(store.sessions(30).unwrap().len(), 1);
        assert_eq!(store.api_tokens().unwrap()[0].revoked_at, Some(30));
        assert!(!store.revoke_api_token(found.id, 40).unwrap(), "once is enough");
    }
}

#[test]
fn settings_are_kept_replaced_and_dropped() {
    for database in databases() {
        let mut store = Store::open(&database.url).unwrap();
        let key = OrgKey { endpoint: "https://hub".into(), name: "acme".into(), hf_id: None };
        let (org, _) = store.open_org(&key, 1).unwrap();
        let setting = OrgSetting {
            org_id: org.id,
            enabled: true,
            schedule: "every 3600".to_owned(),
            domains: vec!["acme.com".to_owned()],
            avatars: false,
            changed_at: 5,
        };
        let credential = Credential {
            org_id: org.id,
            kind: "env".to_owned(),
            place: "TOKEN".to_owned(),
            expires: Some(99),
            ..Credential::default()
        };
        let price = |minor| Price {
            license: "Write".to_owned(),
            minor,
            currency: "USD".to_owned(),
            cycle: "month".to_owned(),
        };
        let turn = Turn { org_id: org.id, next_at: 9, failures: 2, waiting: Some("why".into()) };
        for _ in 0..2 {
            store.save_org_setting(&setting).unwrap();
            store.save_credential(&credential).unwrap();
            store.save_turn(&turn).unwrap();
            store.save_prices(org.id, &[price(2000)]).unwrap();
        }
        assert_eq!(store.org_settings().unwrap(), [setting]);
        assert_eq!(store.credential(org.id).unwrap(), Some(credential));
        assert_eq!(store.turns().unwrap(), [turn]);
        store.save_prices(org.id, &[price(3000)]).unwrap();
        assert_eq!(store.prices(org.id).unwrap(), [price(3000)]);
        store.drop_org_setting(org.id).unwrap();
        assert_eq!(store.org_setting(org.id).unwrap(), None);
        assert_eq!(store.turn(org.id).unwrap(), None);
        assert!(store.org(org.id).unwrap().is_some(), "the ledger stays");
        store.save_setting("link:x", "1").unwrap();
        assert_eq!(store.take_setting("link:x").unwrap().as_deref(), Some("1"));
        assert_eq!(store.take_setting("link:x").unwrap(), None, "it is taken once");
    }
}

#[test]
fn the_log_of_changes_tells_when_it_was_tampered_with() {
    for database in databases() {
        let mut store = Store::open(&database.url).unwrap();
        let entry = |at| LogEntry {
            seq: 0,
            at,
            who: "ada".to_owned(),
            kind: "settings.changed".to_owned(),
            org_id: None,
            target: "acme".to_owned(),
            detail: "{}".to_owned(),
            hash: Vec::new(),
        };
        // From several connections at a time, as several processes do.
        std::thread::scope(|scope| {
            for writer in 0..4 {
                let url = &database.url;
                scope.spawn(move || {
                    let mut store = Store::open(url).unwrap();
                    for number in 0..25 {
                        store.log(entry(writer * 100 + number)).unwrap();
                    }
                });
            }
        });
        let whole = store.verify_log().unwrap();
        assert_eq!((whole.count, whole.broken), (100, None), "{}", database.kind);
        store.log(entry(7)).unwrap();
        let onward = store.verify_log_after(whole.clone()).unwrap();
        assert_eq!((onward.count, onward.broken), (101, None));
        assert_eq!(onward, store.verify_log().unwrap());
        let page = store.log_entries(51, 10).unwrap();
        assert_eq!(
            page.iter().map(|one| one.seq).collect::<Vec<_>>(),
            (41..=50).rev().collect::<Vec<_>>()
        );
        let forge = |sql: &str| match &database.url {
            DatabaseUrl::Sqlite(path) => {
                rusqlite::Connection::open(path).unwrap().execute(sql, []).unwrap();
            }
            DatabaseUrl::Postgres(url) => {
                let mut client = postgres::Client::connect(url, postgres::NoTls).unwrap();
                let sql = sql.replace("service_log", "hubfolk.service_log");
                client.execute(sql.as_str(), &[]).unwrap();
            }
        };
        forge("UPDATE service_log SET who = 'nobody' WHERE seq = 40");
        assert_eq!(store.verify_log().unwrap().broken, Some(40));
        // Whoever looked before sees what is new, and that the end was cut off.
        assert_eq!(store.verify_log_after(onward.clone()).unwrap(), onward);
        forge("DELETE FROM service_log WHERE seq >= 100");
        assert_eq!(store.verify_log_after(onward.clone()).unwrap().broken, Some(101));
        store.log(entry(8)).unwrap();
        store.log(entry(9)).unwrap();
        assert_eq!(store.verify_log_after(onward).unwrap().broken, Some(101));
    }
}

#[test]
fn a_connection_for_reading_cannot_write_and_makes_no_ledger() {
    for database in databases() {
        if let DatabaseUrl::Sqlite(path) = &database.url {
            assert!(matches!(Store::open_for_reading(&database.url), Err(Error::Gone { .. })));
            assert!(matches!(Store::open_existing(&database.url), Err(Error::Gone { .. })));
            assert!(!path.exists());
        }
        drop(Store::open(&database.url).unwrap());
        let mut reader = Store::open_for_reading(&database.url).unwrap();
        reader.check().unwrap();
        assert!(reader.save_setting("a", "b").is_err(), "{}", database.kind);
        assert_eq!(reader.setting("a").unwrap(), None);
    }
}
