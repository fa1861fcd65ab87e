//! The cookie of a session.
//!
//! Over an encrypted way it has the prefix `__Host-`, which browsers bind to this very host. Plain
//! http on this machine cannot have that everywhere: some browsers drop `Secure` cookies there. The
//! name carries the port instead, because cookies of one machine are shared between its ports.

use http::{HeaderMap, HeaderValue, header};
use jiff::SignedDuration;

use crate::app::Place;

/// A cookie of ours.
pub(crate) struct Cookie {
    name: String,
    secure: &'static str,
}

impl Cookie {
    /// The cookie of a session.
    pub(crate) fn of(place: &Place) -> Self {
        Self::named(place, "hubfolk")
    }

    /// Another cookie.
    pub(crate) fn named(place: &Place, name: &str) -> Self {
        if place.https {
            return Self { name: format!("__Host-{name}"), secure: "; Secure" };
        }
        let port = place.url.rsplit_once(':').map_or("80", |(_, port)| port);
        Self { name: format!("{name}-{port}"), secure: "" }
    }

    /// Gives the browser a value. It comes along when somebody follows a link to the dashboard, and
    /// not with what another site's page sends.
    pub(crate) fn set(&self, value: &str, lasts: SignedDuration) -> HeaderValue {
        let text = format!(
            "{}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={}{}",
            self.name,
            lasts.as_secs(),
            self.secure
        );
        HeaderValue::from_str(&text).expect("names and values are ours, and ASCII")
    }

    /// Takes it away.
    pub(crate) fn clear(&self) -> HeaderValue {
        self.set("", SignedDuration::ZERO)
    }

    /// The value that a browser sent.
    pub(crate) fn read<'a>(&self, headers: &'a HeaderMap) -> Option<&'a str> {
        let all = headers.get_all(header::COOKIE).into_iter().filter_map(|line| line.to_str().ok());
        let pairs =
            all.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
        pairs.filter(|(name, value)| *name == self.name && !value.is_empty()).map(|(_, v)| v).next()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(url: &str, https: bool) -> Place {
        Place { url: url.to_owned(), hosts: Vec::new(), https, loopback: !https }
    }

    #[test]
    fn a_cookie_is_bound_to_the_host_where_that_is_possible() {
        let over_tls = Cookie::of(&place("https://folk.example", true));
        let set = over_tls.set("x", LASTS);
        let set = set.to_str().expect("ASCII");
        assert!(set.starts_with("__Host-hubfolk=x; Path=/; HttpOnly; SameSite=Lax"), "{set}");
        assert!(set.ends_with("; Secure"), "{set}");
        let here = Cookie::of(&place("http://127.0.0.1:8787", false));
        assert!(here.set("x", LASTS).to_str().expect("ASCII").starts_with("hubfolk-8787=x;"));
    }

    #[test]
    fn only_its_own_value_is_read() {
        let here = Cookie::of(&place("http://127.0.0.1:8787", false));
        let mut headers = HeaderMap::new();
        headers.insert(
            header::COOKIE,
            HeaderValue::from_static("a=b; hubfolk-8788=no; hubfolk-8787=yes"),
        );
        assert_eq!(here.read(&headers), Some("yes"));
    }

    const LASTS: SignedDuration = SignedDuration::from_secs(60);
}
