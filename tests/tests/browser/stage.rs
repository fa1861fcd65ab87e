//! A Hub, a ledger, the service and a browser that is signed in.

use hubfolk_tests::binary::say;
use hubfolk_tests::browser::{Browser, Options};
use hubfolk_tests::database::TestDatabase;
use hubfolk_tests::scene::Scene;
use hubfolk_tests::service::Service;
use serde_json::{Value, json};

/// The token of an administrator of `acme`.
pub(crate) const ADMIN: &str = "hf_test_admin";
/// The token of somebody who is no member of it.
pub(crate) const OUTSIDER: &str = "hf_test_outsider";

/// A name that would act if a page took it for its own.
const HOSTILE: &str =
    "<script>document.title='taken'</script><img src=x onerror=\"document.title='taken'\">";

/// What a test plays on.
pub(crate) struct Stage {
    pub(crate) browser: Browser,
    pub(crate) service: Service,
    pub(crate) scene: Scene,
    pub(crate) database: TestDatabase,
}

impl Stage {
    /// An empty ledger; nobody is signed in. None when Chromium was left out by name.
    pub(crate) fn empty() -> Option<Self> {
        Self::with(&Options::default(), |_| {})
    }

    /// A ledger with `acme` as it is now; the owner is signed in.
    pub(crate) fn synced() -> Option<Self> {
        let stage = Self::with(&Options::default(), sync)?;
        stage.sign_in();
        Some(stage)
    }

    /// A ledger that `prepare` filled before the service starts; nobody is signed in.
    pub(crate) fn with(options: &Options, prepare: impl FnOnce(&Scene)) -> Option<Self> {
        let browser = Browser::with(options)?;
        let database = TestDatabase::sqlite();
        let scene = Scene::new(&world(), &database.url);
        prepare(&scene);
        let service = Service::start(scene.home.path(), &database.url, ADMIN);
        Some(Self { browser, service, scene, database })
    }

    /// Opens the link that the service printed.
    pub(crate) fn sign_in(&self) {
        self.go(&self.service.link);
        let _ = self.browser.button("Sign out");
    }

    /// Opens a page of the service.
    pub(crate) fn go(&self, path: &str) {
        self.browser.go(&self.service.at(path));
    }

    /// Makes an account.
    pub(crate) fn account(&self, name: &str, role: &str, password: &str) {
        let file = self.scene.home.path().join("password");
        std::fs::write(&file, password).unwrap();
        let words = format!("serve user add {name} --role {role}");
        let mut command = self.scene.command("", &words);
        let said = say(command.stdin(std::fs::File::open(file).unwrap()));
        assert_eq!(said.code, Some(0), "{said:?}");
    }

    /// Fills in the form of signing in and sends it.
    pub(crate) fn give_password(&self, name: &str, password: &str) {
        self.browser.field("Name").fill(name);
        self.browser.field("Password").fill(password);
        self.browser.button("Sign in").click();
    }

    /// What the API answers to whoever is signed in.
    pub(crate) fn api(&self, path: &str) -> Value {
        self.browser.script("return fetch(arguments[0]).then(a => a.json())", &json!([path]))
    }
}

/// Every page of the dashboard, with `acme` in the ledger.
pub(crate) fn pages() -> Vec<&'static str> {
    vec![
        "/orgs",
        "/setup",
        "/orgs/acme",
        "/orgs/acme/members",
        "/orgs/acme/members/ada",
        "/orgs/acme/members/m40",
        "/orgs/acme/groups",
        "/orgs/acme/changes",
        "/orgs/acme/changes/difference?from=run:1",
        "/orgs/acme/runs",
        "/orgs/acme/runs/1",
        "/orgs/acme/settings",
        "/approvals",
        "/sessions",
        "/accounts",
        "/log",
    ]
}

/// Brings the ledger up to date from the command line.
pub(crate) fn sync(scene: &Scene) {
    let (code, run) = scene.sync(ADMIN, "acme");
    assert_eq!(code, Some(0), "{run}");
}

/// `acme`: Ada, who is its admin, and 40 others, of whom every third may write, every fourth has no
/// two-factor state and every fifth is from outside; ten are in the group `research`. One name and one
/// group are written by somebody who means harm.
fn world() -> Value {
    let name = |number: usize| format!("m{number:02}");
    let mut users: Vec<Value> = (1..=40)
        .map(|number| {
            json!({
                "name": name(number),
                "fullname": format!("Member {number}"),
                "twoFaEnabled": number % 4 != 0,
            })
        })
        .collect();
    users[39]["fullname"] = json!(format!("{HOSTILE}\u{202e}{HOSTILE}"));
    users.push(json!({ "name": "ada", "fullname": "Ada Lovelace", "twoFaEnabled": true }));
    users.push(json!({ "name": "eve", "fullname": "Eve of Elsewhere" }));
    let mut members: Vec<Value> = (1..=40)
        .map(|number| {
            let role = if number % 3 == 0 { "write" } else { "read" };
            json!({
                "user": name(number),
                "role": role,
                "verifiedEmail": format!("m{number}@acme.example"),
                "isExternalCollaborator": number % 5 == 0,
            })
        })
        .collect();
    members.push(json!({ "user": "ada", "role": "admin", "verifiedEmail": "ada@acme.example" }));
    let in_group: Vec<Value> =
        (1..=10).map(|number| json!({ "user": name(number), "role": "write" })).collect();
    json!({
        "users": users,
        "orgs": [{
            "name": "acme",
            "fullname": "Acme",
            "plan": "enterprise",
            "emailDomains": ["acme.example"],
            "members": members,
            "resourceGroups": [
                { "id": "0123456789abcdef01234567", "name": "research", "users": in_group },
                {
                    "id": "0123456789abcdef01234568", "name": format!("\"'>{HOSTILE}"),
                    "users": [{ "user": "m40", "role": "write" }],
                },
            ],
        }],
        "repos": [{ "type": "model", "id": "acme/m" }],
        "discussions": [
            { "type": "model", "id": "acme/m", "num": 1, "author": "m01", "title": "First", "comment": "Hello" },
            { "type": "model", "id": "acme/m", "num": 2, "author": "m02", "title": "Second", "comment": "Hello" },
        ],
        "tokens": [
            { "token": ADMIN, "user": "ada", "role": "write" },
            { "token": OUTSIDER, "user": "eve", "role": "read" },
        ],
    })
}
