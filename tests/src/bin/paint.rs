//! How long Chromium takes until it shows anything of a page, for `cargo xtask bench`:
//! `paint ADDRESS COOKIE LOADS PATH...` loads each page so often with nothing in the browser's cache
//! and prints a line for each: the median and the longest in milliseconds.
#![allow(clippy::print_stdout, reason = "says what it measured")]

use hubfolk_tests::browser::Browser;
use serde_json::json;

/// Its time from the beginning of the navigation.
const FIRST: &str = "const [first] = performance.getEntriesByName('first-contentful-paint');
    return first ? first.startTime : null";

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [address, cookie, loads, paths @ ..] = arguments.as_slice() else {
        panic!("give an address, a cookie, a number of loads and paths");
    };
    let (name, value) = cookie.split_once('=').expect("a cookie has a name and a value");
    let loads: usize = loads.parse().expect("a number of loads");
    let browser = Browser::open().expect("paint is measured in Chromium");
    let cookie = json!({ "name": name, "value": value, "url": address, "httpOnly": true });
    browser.chromium("Network.setCookie", &cookie);
    // The first page of all waits for parts of the browser itself.
    browser.go(&format!("{address}/sign-in"));
    for path in paths {
        let mut paints: Vec<f64> = (0..loads).map(|_| paint(&browser, address, path)).collect();
        paints.sort_by(f64::total_cmp);
        let longest = paints.last().expect("it was loaded at least once");
        println!("{:.0} {longest:.0}", paints[paints.len() / 2]);
    }
}

fn paint(browser: &Browser, address: &str, path: &str) -> f64 {
    browser.chromium("Network.clearBrowserCache", &json!({}));
    browser.go(&format!("{address}{path}"));
    assert!(!browser.url().ends_with("/sign-in"), "the cookie signs nobody in");
    browser.wait("the first paint", || browser.script(FIRST, &json!([])).as_f64())
}
