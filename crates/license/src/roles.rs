//! Roles and what they mean: license types and rank.

use std::collections::HashMap;

/// License types by role, as the ledger holds them.
#[derive(Debug, Clone, Default)]
pub struct Licenses(HashMap<String, String>);

impl Licenses {
    /// The mapping of a ledger.
    #[must_use]
    pub fn new(types: HashMap<String, String>) -> Self {
        Self(types)
    }

    /// The license type of a role; none for a role that nobody mapped, however it is spelled.
    #[must_use]
    pub fn of(&self, role: &str) -> Option<&str> {
        self.0.get(role).map(String::as_str)
    }

    /// Every license type with its role.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(role, license)| (role.as_str(), license.as_str()))
    }
}

/// How much a role may see, higher is more; a role nobody knows sees least.
#[must_use]
pub fn rank(role: Option<&str>) -> u8 {
    match role {
        Some("admin") => 5,
        Some("write") => 4,
        Some("contributor") => 3,
        Some("read") => 2,
        Some("no_access") => 1,
        _ => 0,
    }
}
