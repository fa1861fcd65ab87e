//! Chromium as a person uses it: pages are opened, read, filled in and clicked.

mod driver;
mod element;
mod keys;

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

pub use driver::{Programs, Refused};
pub use element::Element;
pub use keys::Key;

/// How long a page may take to show what is waited for.
const PATIENCE: Duration = Duration::from_secs(30);

/// How a browser is opened.
#[derive(Debug, Clone)]
pub struct Options {
    /// Whether pages may run scripts.
    pub javascript: bool,
    /// Width and height of the window.
    pub size: (u32, u32),
}

impl Default for Options {
    fn default() -> Self {
        Self { javascript: true, size: (1280, 900) }
    }
}

/// The size of a picture.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
}

/// A Chromium with an empty profile, ended when this is dropped.
#[derive(Debug)]
pub struct Browser {
    driver: driver::Driver,
    requests: RefCell<Vec<String>>,
    home: TempDir,
}

impl Browser {
    /// Opens one, unless a person left Chromium out by name.
    #[must_use]
    pub fn open() -> Option<Self> {
        Self::with(&Options::default())
    }

    /// Opens one with options.
    ///
    /// # Panics
    ///
    /// When it does not start.
    #[must_use]
    pub fn with(options: &Options) -> Option<Self> {
        let programs = Programs::of_the_test_command()?;
        let home = tempfile::tempdir().expect("a temporary folder");
        let (width, height) = options.size;
        let arguments = [
            "--headless".to_owned(),
            "--no-sandbox".to_owned(),
            "--disable-gpu".to_owned(),
            "--disable-quic".to_owned(),
            "--disable-dev-shm-usage".to_owned(),
            "--no-first-run".to_owned(),
            "--disable-background-networking".to_owned(),
            "--disable-component-update".to_owned(),
            "--disable-sync".to_owned(),
            "--hide-scrollbars".to_owned(),
            // Nothing moves by itself while a test aims at it.
            "--force-prefers-reduced-motion".to_owned(),
            "--lang=en-GB".to_owned(),
            format!("--user-data-dir={}", home.path().join("profile").display()),
            format!("--window-size={width},{height}"),
        ];
        let mut preferences = json!({
            "download.default_directory": home.path().join("downloads"),
            "download.prompt_for_download": false,
        });
        if !options.javascript {
            preferences["profile.managed_default_content_settings.javascript"] = json!(2);
        }
        let options = json!({ "args": arguments, "prefs": preferences });
        let driver = driver::Driver::start(&programs, home.path(), options);
        Some(Self { driver, requests: RefCell::default(), home })
    }

    pub(self) fn command(
        &self,
        method: &str,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Value, Refused> {
        self.driver.command(method, path, body)
    }

    fn must(&self, method: &str, path: &str, body: Option<&Value>) -> Value {
        match self.command(method, path, body) {
            Ok(value) => value,
            Err(why) => self.fail(&format!("{method} {path}: {why:?}")),
        }
    }

    /// Ends the test, saying where it was and what was to be seen.
    fn fail(&self, why: &str) -> ! {
        let url = self.command("GET", "/url", None).unwrap_or_default();
        let body = json!({ "script": "return document.body.innerText", "args": [] });
        let page = self.command("POST", "/execute/sync", Some(&body)).unwrap_or_default();
        panic!("{why}\nat {url}, which says:\n{}", page.as_str().unwrap_or_default());
    }

    /// Opens an address and waits until it is loaded.
    ///
    /// # Panics
    ///
    /// When nothing answers there.
    pub fn go(&self, url: &str) {
        self.must("POST", "/url", Some(&json!({ "url": url })));
    }

    /// The address of the page.
    #[must_use]
    pub fn url(&self) -> String {
        self.must("GET", "/url", None).as_str().expect("an address").to_owned()
    }

    /// The page's path and query.
    #[must_use]
    pub fn place(&self) -> String {
        let url = self.url();
        let rest = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
        rest.split_once('/').map_or("/".to_owned(), |(_, path)| format!("/{path}"))
    }

    /// The page's title.
    #[must_use]
    pub fn title(&self) -> String {
        self.must("GET", "/title", None).as_str().unwrap_or_default().to_owned()
    }

    /// Goes back to the page before.
    pub fn back(&self) {
        self.must("POST", "/back", None);
    }

    /// What a CSS selector finds now.
    #[must_use]
    pub fn all(&self, css: &str) -> Vec<Element<'_>> {
        self.found("css selector", css)
    }

    fn found(&self, by: &str, what: &str) -> Vec<Element<'_>> {
        let found = self.must("POST", "/elements", Some(&json!({ "using": by, "value": what })));
        let found = found.as_array().map_or(&[][..], Vec::as_slice).iter();
        let ids = found.filter_map(|one| one[element::REFERENCE].as_str());
        ids.map(|id| Element { browser: self, id: id.to_owned() }).collect()
    }

    fn wait_for_one(&self, by: &str, what: &str) -> Element<'_> {
        self.wait(what, || self.found(by, what).into_iter().next())
    }

    /// The first that a CSS selector finds, once it is there.
    ///
    /// # Panics
    ///
    /// When it does not come.
    #[must_use]
    pub fn one(&self, css: &str) -> Element<'_> {
        self.wait_for_one("css selector", css)
    }

    /// The field with this label.
    ///
    /// # Panics
    ///
    /// When it does not come.
    #[must_use]
    pub fn field(&self, label: &str) -> Element<'_> {
        let label = format!("//label[normalize-space(.)={}]", quoted(label));
        let path =
            format!("//*[@id={label}/@for] | {label}//input | {label}//select | {label}//textarea");
        self.wait_for_one("xpath", &path)
    }

    /// The button with these words, or this name for screen readers.
    ///
    /// # Panics
    ///
    /// When it does not come.
    #[must_use]
    pub fn button(&self, words: &str) -> Element<'_> {
        self.wait_for_one("xpath", &named("button", words))
    }

    /// The link with these words, or this name for screen readers.
    ///
    /// # Panics
    ///
    /// When it does not come.
    #[must_use]
    pub fn link(&self, words: &str) -> Element<'_> {
        self.wait_for_one("xpath", &named("a", words))
    }

    /// Chooses an entry of a list by its words.
    ///
    /// # Panics
    ///
    /// When there is none.
    pub fn choose(&self, label: &str, words: &str) {
        let list = self.field(label);
        let id = list.attribute("id").unwrap_or_else(|| self.fail("the list has no id"));
        let path =
            format!("//select[@id={}]/option[normalize-space(.)={}]", quoted(&id), quoted(words));
        self.wait_for_one("xpath", &path).click();
    }

    /// The text that can be seen on the page, spaces and ends of lines as one space.
    #[must_use]
    pub fn text(&self) -> String {
        let text = self.one("body").text();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Waits until the page shows these words.
    ///
    /// # Panics
    ///
    /// When it does not.
    pub fn see(&self, words: &str) {
        self.wait(&format!("the words {words:?}"), || {
            // Between two pages there may be no text to take.
            let body = json!({ "using": "css selector", "value": "body" });
            let body = self.command("POST", "/element", Some(&body)).ok()?;
            let id = body[element::REFERENCE].as_str()?;
            let text = self.command("GET", &format!("/element/{id}/text"), None).ok()?;
            let text = text.as_str()?.split_whitespace().collect::<Vec<_>>().join(" ");
            text.contains(words).then_some(())
        });
    }

    /// Looks until there is something.
    ///
    /// # Panics
    ///
    /// When it does not come.
    pub fn wait<T>(&self, what: &str, mut look: impl FnMut() -> Option<T>) -> T {
        let begin = Instant::now();
        loop {
            if let Some(found) = look() {
                return found;
            }
            if begin.elapsed() > PATIENCE {
                self.fail(&format!("waited {} s in vain for {what}", PATIENCE.as_secs()));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Runs a script with arguments; it returns a value, or a promise of one.
    ///
    /// # Panics
    ///
    /// When it throws.
    #[must_use]
    pub fn script(&self, text: &str, arguments: &Value) -> Value {
        self.must("POST", "/execute/sync", Some(&json!({ "script": text, "args": arguments })))
    }

    /// Sends a command of Chromium's own protocol.
    ///
    /// # Panics
    ///
    /// When Chromium refuses it.
    pub fn chromium(&self, command: &str, parameters: &Value) -> Value {
        let body = json!({ "cmd": command, "params": parameters });
        self.must("POST", "/goog/cdp/execute", Some(&body))
    }

    /// Shows pages as to a person who likes them dark, or light.
    pub fn prefer(&self, scheme: &str) {
        let feature = json!({ "name": "prefers-color-scheme", "value": scheme });
        self.chromium("Emulation.setEmulatedMedia", &json!({ "features": [feature] }));
    }

    /// Shows pages as a screen of this size would.
    pub fn resize(&self, width: u32, height: u32, mobile: bool) {
        let size = json!({
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": mobile,
        });
        self.chromium("Emulation.setDeviceMetricsOverride", &size);
    }

    /// A picture of the page from its top, as WebP.
    ///
    /// # Panics
    ///
    /// When Chromium gives none.
    #[must_use]
    pub fn picture(&self, shape: Shape) -> Vec<u8> {
        let Shape { width, height } = shape;
        let clip = json!({ "x": 0, "y": 0, "width": width, "height": height, "scale": 1 });
        let wanted =
            json!({ "format": "webp", "quality": 75, "clip": clip, "captureBeyondViewport": true });
        let picture = self.chromium("Page.captureScreenshot", &wanted);
        let text = picture["data"].as_str().expect("a picture");
        base64::Engine::decode(&base64::prelude::BASE64_STANDARD, text).expect("base64")
    }

    /// Every address that pages have asked for since the browser was opened.
    ///
    /// # Panics
    ///
    /// When Chromium's log cannot be read.
    #[must_use]
    pub fn requests(&self) -> Vec<String> {
        let log = self.must("POST", "/se/log", Some(&json!({ "type": "performance" })));
        let mut requests = self.requests.borrow_mut();
        for entry in log.as_array().expect("a list") {
            let text = entry["message"].as_str().expect("an entry has a message");
            let message: Value = serde_json::from_str(text).expect("a message is JSON");
            let (method, parameters) =
                (&message["message"]["method"], &message["message"]["params"]);
            let url = match method.as_str() {
                Some("Network.requestWillBeSent") => &parameters["request"]["url"],
                Some("Network.webSocketCreated") => &parameters["url"],
                _ => continue,
            };
            requests.push(url.as_str().expect("a request has an address").to_owned());
        }
        requests.clone()
    }

    /// What pages have said in Chromium's console since the last look: errors, refusals by policy.
    ///
    /// # Panics
    ///
    /// When Chromium's log cannot be read.
    #[must_use]
    pub fn complaints(&self) -> Vec<String> {
        let log = self.must("POST", "/se/log", Some(&json!({ "type": "browser" })));
        let entries = log.as_array().expect("a list").iter();
        entries.map(|entry| entry["message"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// The only file that was saved, once it is there, with its content.
    ///
    /// # Panics
    ///
    /// When it does not come.
    #[must_use]
    pub fn download(&self) -> (PathBuf, Vec<u8>) {
        let folder = self.home.path().join("downloads");
        let path = self.wait("a saved file", || finished(&folder));
        let content = std::fs::read(&path).expect("the saved file");
        std::fs::remove_file(&path).expect("the saved file is ours");
        (path, content)
    }
}

/// A file that is saved whole; one that is still coming has another name.
fn finished(folder: &Path) -> Option<PathBuf> {
    let files = std::fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path());
    let files: Vec<PathBuf> = files.collect();
    let coming = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.ends_with(".crdownload") || name.starts_with('.')
    };
    if files.iter().any(coming) { None } else { files.into_iter().next() }
}

fn named(element: &str, words: &str) -> String {
    let words = quoted(words);
    format!("//{element}[normalize-space(.)={words} or @aria-label={words}]")
}

/// A text in `XPath`, which has no escapes.
fn quoted(text: &str) -> String {
    let mark = if text.contains('"') { '\'' } else { '"' };
    assert!(!text.contains(mark), "no test looks for both kinds of quotes: {text}");
    format!("{mark}{text}{mark}")
}
