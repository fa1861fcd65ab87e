//! The one list of operations; every surface is a loop over it.

use crate::{
    access_requests, audit_log, auth_check, collections, credentials, discussions,
    endpoint::{Endpoint, Paged},
    likes, notifications, organizations, quicksearch, repos, resource_groups, service_accounts,
    users, webhooks, whoami,
};

/// Is shown every operation once.
pub trait Visitor {
    /// An operation that answers with one value.
    fn call<E: Endpoint>(&mut self);

    /// An operation that answers with a list in pages.
    fn list<E: Paged>(&mut self);
}

/// Shows every operation of the Hub to the visitor.
///
/// ```
/// use hubfolk_api::{Endpoint, Paged, table::{self, Visitor}};
///
/// struct Names(Vec<&'static str>);
/// impl Visitor for Names {
///     fn call<E: Endpoint>(&mut self) { self.0.push(E::OPERATION.name) }
///     fn list<E: Paged>(&mut self) { self.0.push(E::OPERATION.name) }
/// }
///
/// let mut names = Names(Vec::new());
/// table::visit(&mut names);
/// assert!(names.0.contains(&"get_user_overview"));
/// ```
pub fn visit(visitor: &mut impl Visitor) {
    crate::openapi::visit(visitor);
    crate::billing::visit(visitor);
    crate::scim::visit(visitor);
    whoami::visit(visitor);
    users::visit(visitor);
    organizations::visit(visitor);
    likes::visit(visitor);
    auth_check::visit(visitor);
    repos::visit(visitor);
    discussions::visit(visitor);
    notifications::visit(visitor);
    access_requests::visit(visitor);
    quicksearch::visit(visitor);
    webhooks::visit(visitor);
    resource_groups::visit(visitor);
    service_accounts::visit(visitor);
    audit_log::visit(visitor);
    collections::visit(visitor);
    credentials::visit(visitor);
}
