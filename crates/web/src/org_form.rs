//! The form that says how an organization is kept: read, checked, filled in again.

use hubfolk_api::Secret;
use hubfolk_store::{Credential, Org, OrgSetting, Price};

use crate::currency;
use crate::form::Form;
use crate::schedule::Schedule;
use crate::token_place::{self, KINDS};

/// License types that have a price.
pub(crate) const LICENSES: [&str; 5] = ["Admin", "Write", "Contributor", "Read", "No access"];

/// What a good form says.
#[derive(Debug)]
pub(crate) struct Wishes {
    pub(crate) name: String,
    pub(crate) endpoint: String,
    pub(crate) kind: String,
    pub(crate) place: String,
    /// A token that was pasted.
    pub(crate) token: Option<Secret>,
    pub(crate) schedule: Schedule,
    pub(crate) domains: Vec<String>,
    pub(crate) avatars: bool,
    pub(crate) prices: Vec<Price>,
}

/// The name of the field with the price of a license.
pub(crate) fn price_field(license: &str) -> String {
    format!("price_{}", license.to_lowercase().replace(' ', "_"))
}

/// An empty form.
pub(crate) fn empty() -> Form {
    Form::default()
        .with("endpoint", "https://huggingface.co")
        .with("kind", "stored")
        .with("schedule", "every 1h")
        .with("currency", "USD")
        .with("cycle", "month")
}

/// The form of an organization that is kept already.
pub(crate) fn filled(
    org: &Org,
    setting: Option<&OrgSetting>,
    credential: Option<&Credential>,
    prices: &[Price],
) -> Form {
    let mut form = empty().with("name", org.slug.as_str()).with("endpoint", org.endpoint.as_str());
    if let Some(setting) = setting {
        let schedule = Schedule::parse(&setting.schedule)
            .map_or_else(|_| setting.schedule.clone(), |schedule| schedule.to_string());
        form = form
            .with("schedule", schedule)
            .with("domains", setting.domains.join(", "))
            .with("avatars", if setting.avatars { "yes" } else { "" });
    }
    if let Some(credential) = credential {
        form = form.with("kind", credential.kind.as_str());
        if credential.kind != "stored" {
            form = form.with("place", credential.place.as_str());
        }
    }
    for price in prices {
        form = form
            .with(&price_field(&price.license), currency::write(price.minor, &price.currency))
            .with("currency", price.currency.as_str())
            .with("cycle", price.cycle.as_str());
    }
    form
}

/// Reads the form; what is wrong is said at its field. `has_token` says that a pasted one is there
/// already, which an empty field keeps.
pub(crate) fn read(form: &mut Form, has_token: bool) -> Option<Wishes> {
    let name = form.get("name").to_owned();
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if name.is_empty() {
        form.refuse("name", "give the organization's name, as it stands in its address at the Hub");
    } else if name.len() > 96 || !name.chars().all(plain) || name.starts_with(['.', '-']) {
        form.refuse(
            "name",
            "a name has letters, digits, - and _, as `acme` in https://huggingface.co/acme",
        );
    }
    let endpoint = form.get("endpoint").trim_end_matches('/').to_owned();
    if let Err(error) = hubfolk::Hub::builder().endpoint(endpoint.as_str()).build() {
        form.refuse("endpoint", hubfolk_license::chain(&error));
    }
    let schedule = Schedule::parse(form.get("schedule"));
    if let Err(why) = &schedule {
        form.refuse("schedule", why);
    }
    let (kind, place, token) = read_token(form, has_token);
    let domains = read_domains(form);
    let prices = read_prices(form);
    let schedule = schedule.ok()?;
    form.is_good().then(|| Wishes {
        name,
        endpoint,
        kind,
        place,
        token,
        schedule,
        domains,
        avatars: form.ticked("avatars"),
        prices,
    })
}

fn read_token(form: &mut Form, has_token: bool) -> (String, String, Option<Secret>) {
    let kind = form.get("kind").to_owned();
    let place = form.get("place").to_owned();
    let mut token = None;
    match kind.as_str() {
        "stored" => match form.raw("token").trim() {
            "" if has_token => {}
            "" => form.refuse("token", "paste the token, or choose another place for it"),
            text => match token_place::clean(text) {
                Ok(text) => token = Some(text),
                Err(_) => form.refuse("token", "this is no token: one word such as hf_..."),
            },
        },
        "env" if !is_variable(&place) => {
            form.refuse("place", "give the name of a variable, as ACME_HF_TOKEN");
        }
        "file" if !std::path::Path::new(&place).is_absolute() => {
            form.refuse("place", "give the whole path of the file, from its root");
        }
        "keyring" if place.is_empty() => form.refuse("place", "give the name of the entry"),
        kind if !KINDS.iter().any(|(known, _)| *known == kind) => {
            form.refuse("kind", "choose where the token is");
        }
        _ => {}
    }
    // A token in the wrong field would be stored and shown.
    if place.starts_with("hf_") && !has_lower_case_path(&place) {
        form.refuse("place", "this looks like a token; paste it into the field for tokens");
    }
    (kind, place, token)
}

fn has_lower_case_path(place: &str) -> bool {
    place.contains('/')
}

fn is_variable(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    !name.is_empty() && name.len() <= 128 && name.chars().all(plain)
}

fn read_domains(form: &mut Form) -> Vec<String> {
    let typed = form.get("domains").to_lowercase();
    let domains: Vec<String> = typed
        .split([',', ' ', '\n', '\r', ';'])
        .map(|domain| domain.trim_start_matches('@').to_owned())
        .filter(|domain| !domain.is_empty())
        .collect();
    let good = |domain: &String| {
        domain.len() <= 253
            && domain.contains('.')
            && domain.split('.').all(|part| {
                !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || c == '-')
            })
    };
    if let Some(bad) = domains.iter().find(|domain| !good(domain)) {
        let short: String = bad.chars().take(60).collect();
        form.refuse("domains", format!("`{short}` is no domain such as acme.com"));
    }
    domains
}

fn read_prices(form: &mut Form) -> Vec<Price> {
    let unit = form.get("currency").to_uppercase();
    let cycle = form.get("cycle").to_owned();
    let mut prices = Vec::new();
    for license in LICENSES {
        let field = price_field(license);
        match form.get(&field) {
            "" => {}
            text => match currency::read(text, &unit) {
                Some(minor) => prices.push(Price {
                    license: license.to_owned(),
                    minor,
                    currency: unit.clone(),
                    cycle: cycle.clone(),
                }),
                None => form.refuse(&field, currency::example(&unit)),
            },
        }
    }
    if !prices.is_empty() {
        if unit.len() != 3 || !unit.chars().all(|c| c.is_ascii_uppercase()) {
            form.refuse("currency", "the three letters of a currency, as USD");
        }
        if !matches!(cycle.as_str(), "month" | "year") {
            form.refuse("cycle", "a month or a year");
        }
    }
    prices
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn what_is_wrong_is_said_at_its_field() {
        let mut form = Form::default()
            .with("name", "not a name")
            .with("endpoint", "http://hub.example")
            .with("kind", "stored")
            .with("schedule", "often")
            .with("domains", "acme.com, nonsense")
            .with("price_write", "much")
            .with("currency", "USD")
            .with("cycle", "month");
        assert!(read(&mut form, false).is_none());
        for field in ["name", "endpoint", "token", "schedule", "domains", "price_write"] {
            assert!(form.wrong(field).is_some(), "{field}");
        }
        assert_eq!(form.get("domains"), "acme.com, nonsense");
    }

    #[test]
    fn a_token_in_the_wrong_field_is_not_kept() {
        let mut form =
            empty().with("name", "acme").with("kind", "env").with("place", "hf_test_abc");
        assert!(read(&mut form, false).is_none());
        assert!(form.wrong("place").unwrap().contains("looks like a token"));
    }
}
