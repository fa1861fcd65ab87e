//! What the service may look up outside: the environment, for tokens that are kept there.

use hubfolk_web::Lookup;

use crate::token::{Environment as _, Process};

/// The process's environment.
pub(super) struct Environment;

impl Lookup for Environment {
    fn variable(&self, name: &str) -> Option<String> {
        Process.text(name)
    }

    fn keyring(&self, _: &str) -> Result<String, String> {
        Err("this build of hubfolk has no access to a keyring; use a file or a variable".to_owned())
    }
}
