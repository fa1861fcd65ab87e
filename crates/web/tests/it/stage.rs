//! A service with a Hub behind it, in one line.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use hubfolk_license::clock::Clock;
use hubfolk_license::{Ledger, Syncer};
use hubfolk_sim::{RateLimits, Running, Sim, World};
use hubfolk_store::{DatabaseUrl, Store};
use hubfolk_web::access::Role;
use hubfolk_web::accounts::{self, Wanted};
use hubfolk_web::{App, Config, Listen, Listening, Lookup, Place, password};
use jiff::Timestamp;

use crate::browser::Browser;

pub const ADMIN: &str = "hf_test_ada_admin";
pub const READER: &str = "hf_test_bob_read";
pub const OUTSIDER: &str = "hf_test_eve_write";
pub const SOON_OVER: &str = "hf_test_ada_soon";

/// The password of every account.
pub const PASSWORD: &str = "four random words";

const WORLD: &str = r#"{
  "users": [
    {"_id": "5f0c0ffee0000000000000ad", "name": "ada", "fullname": "Ada L.",
     "avatarUrl": "/avatars/ada.png", "twoFaEnabled": true},
    {"name": "bob", "fullname": "<script>alert(1)</script>", "twoFaEnabled": false},
    {"name": "cleo", "fullname": "=HYPERLINK(\"x\")",
     "avatarUrl": "https://pictures.example/cleo.png"},
    {"name": "eve", "fullname": "Eve", "avatarUrl": "/api/users/ada/overview?a.png"}
  ],
  "orgs": [
    {"name": "acme", "fullname": "Acme", "plan": "enterprise",
     "members": [
       {"user": "ada", "role": "admin", "verifiedEmail": "ada@acme.com"},
       {"user": "bob", "role": "write", "verifiedEmail": "bob@acme.com"},
       {"user": "cleo", "role": "read"}],
     "resourceGroups": [{"name": "research", "users": [{"user": "bob", "role": "write"}]}]},
    {"name": "globex", "fullname": "Globex",
     "members": [{"user": "eve", "role": "admin"}, {"user": "cleo", "role": "read"}]},
    {"name": "hidden", "hideMembers": true, "members": [{"user": "eve", "role": "admin"}]}
  ],
  "tokens": [
    {"token": "hf_test_ada_admin", "user": "ada", "role": "write"},
    {"token": "hf_test_ada_soon", "user": "ada", "role": "read", "expiresAt": "2026-06-08T00:00:00Z"},
    {"token": "hf_test_bob_read", "user": "bob", "role": "read"},
    {"token": "hf_test_eve_write", "user": "eve", "role": "write"}
  ]
}"#;

/// A clock that goes when it is told to.
#[derive(Debug, Clone)]
pub struct Hands(Arc<Mutex<Timestamp>>);

impl Hands {
    pub fn forward(&self, by: Duration) {
        *self.0.lock().unwrap() += jiff::SignedDuration::try_from(by).unwrap();
    }
}

impl Clock for Hands {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

struct Variables;

impl Lookup for Variables {
    fn variable(&self, name: &str) -> Option<String> {
        (name == "ACME_TOKEN").then(|| ADMIN.to_owned())
    }

    fn keyring(&self, _: &str) -> Result<String, String> {
        Err("there is no keyring here".to_owned())
    }
}

/// A running service.
pub struct Stage {
    pub hub: Running,
    pub folder: tempfile::TempDir,
    pub database: DatabaseUrl,
    pub address: SocketAddr,
    pub clock: Hands,
    app: App,
    stop: tokio::sync::watch::Sender<bool>,
}

impl Stage {
    /// A service with an empty ledger.
    pub async fn empty() -> Self {
        let listen = Listen { address: ([127, 0, 0, 1], 0).into(), tls: None, proxies: Vec::new() };
        Self::reached(listen, None).await
    }

    /// A service that browsers know by another address than the one it listens on.
    pub async fn reached(listen: Listen, public: Option<&str>) -> Self {
        let world = World::from_json(WORLD).unwrap();
        let clock = Hands(Arc::new(Mutex::new("2026-06-01T12:00:00Z".parse().unwrap())));
        let hub = Sim::builder()
            .world(world)
            .rate_limits(RateLimits::Unlimited)
            .time(clock.now())
            .start_on_thread()
            .unwrap();
        let folder = tempfile::tempdir().unwrap();
        let database = DatabaseUrl::sqlite(folder.path().join("ledger.db"));
        drop(Store::open(&database).unwrap());
        let listening = Listening::bind(listen).await.unwrap();
        let address = listening.address();
        let app = App::open(Config {
            database: database.clone(),
            state: folder.path().join("service"),
            gate: folder.path().join("agent"),
            lookup: Arc::new(Variables),
            clock: Arc::new(clock.clone()),
            place: Place {
                url: public.map_or_else(|| format!("http://{address}"), str::to_owned),
                hosts: vec!["127.0.0.1".to_owned(), "folk.example".to_owned()],
                https: public.is_some(),
                loopback: public.is_none(),
            },
        })
        .unwrap();
        let (stop, mut stopped) = tokio::sync::watch::channel(false);
        let running = app.clone();
        tokio::spawn(async move {
            let stop = async move { drop(stopped.wait_for(|stop| *stop).await) };
            running.run(listening, stop).await;
        });
        Self { hub, folder, database, address, clock, app, stop }
    }

    /// A service whose ledger has acme and globex, each synced once, and an account of each role:
    /// `vera` a viewer, `april` an approver, `adam` an admin, `gus` an admin of globex alone.
    pub async fn set() -> Self {
        let stage = Self::empty().await;
        for (org, token) in [("acme", ADMIN), ("globex", OUTSIDER)] {
            stage.sync(org, token).await;
        }
        let mut store = stage.store();
        let globex = store.find_orgs("globex", None).unwrap().remove(0).id;
        let hash = password::hash(PASSWORD).unwrap();
        for (name, role, orgs) in [
            ("vera", Role::Viewer, vec![]),
            ("april", Role::Approver, vec![]),
            ("adam", Role::Admin, vec![]),
            ("gus", Role::Admin, vec![globex]),
        ] {
            let wanted = Wanted { name: name.into(), password: hash.clone(), role, orgs };
            accounts::save(&mut store, wanted, "test", stage.clock.now()).unwrap();
        }
        stage
    }

    /// A sync as the command line does one.
    pub async fn sync(&self, org: &str, token: &str) -> hubfolk_license::views::RunView {
        let hub = hubfolk::Hub::builder().endpoint(self.hub.url()).token(token.to_owned());
        let ledger = Ledger::new(self.store());
        Syncer::new(hub.build().unwrap(), ledger).clock(self.clock.clone()).sync(org).await.unwrap()
    }

    /// Asks the service to stop.
    pub fn stop(&self) {
        self.stop.send_replace(true);
    }

    /// The ledger, beside the service's own connections.
    pub fn store(&self) -> Store {
        Store::open(&self.database).unwrap()
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path().join("ledger.db")
    }

    /// A browser of nobody in particular.
    pub fn stranger(&self) -> Browser {
        Browser::new(self.address)
    }

    /// A browser that came by the link.
    pub async fn owner(&self) -> Browser {
        let app = self.app.clone();
        let link = tokio::task::spawn_blocking(move || app.sign_in_link().unwrap()).await.unwrap();
        let mut browser = self.stranger();
        let path = link.strip_prefix(&format!("http://{}", self.address)).unwrap().to_owned();
        assert_eq!(browser.get(&path).await.is(303).to(), "/");
        browser
    }

    /// A browser that signed in with a password.
    pub async fn signed_in(&self, name: &str) -> Browser {
        let mut browser = self.stranger();
        browser.post("/sign-in", &[("name", name), ("password", PASSWORD)]).await.is(303);
        browser
    }

    /// Waits until something holds, at most ten seconds.
    pub async fn until(&self, what: &str, mut holds: impl FnMut(&mut Store) -> bool) {
        let mut store = self.store();
        for _ in 0..200 {
            if holds(&mut store) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("it never came about that {what}");
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.stop.send_replace(true);
    }
}
