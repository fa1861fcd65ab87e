//! Promises of the public surface that the compiler or a size can check.

use futures_util::Stream;
use hubfolk::{
    Error, Hub,
    api::{organizations::ListOrganizationMembers, users::GetUserOverview},
};

fn hub() -> Hub {
    Hub::builder().endpoint("http://127.0.0.1:1").build().unwrap()
}

#[test]
fn a_client_and_its_handles_are_shared_between_threads() {
    fn shared<T: Clone + Send + Sync + std::fmt::Debug + 'static>(_: &T) {}
    shared(&hub());
    shared(&hub().user("ada"));
    shared(&hub().organization("acme"));
    shared(&hub().model("acme/m"));
}

#[test]
fn streams_are_owned_and_can_be_sent() {
    fn owned<T: Stream + Send + 'static>(_: &T) {}
    owned(&hub().list(ListOrganizationMembers::new("acme")));
    owned(&hub().pages(ListOrganizationMembers::new("acme")));
    owned(&hub().raw_pages(ListOrganizationMembers::new("acme")));
    owned(&hub().organization("acme").members());
}

#[test]
fn futures_stay_small() {
    let hub = hub();
    let send = size_of_val(&hub.send(GetUserOverview::new("ada")));
    assert!(send <= 2_048, "the future of `send` has {send} bytes");
    let list = size_of_val(&hub.list(ListOrganizationMembers::new("acme")));
    assert!(list <= 1_024, "the stream of `list` has {list} bytes");
    assert!(size_of::<Error>() <= 48, "an error has {} bytes", size_of::<Error>());
}

#[test]
fn errors_can_be_boxed_and_sent() {
    fn sent<T: std::error::Error + Send + Sync + 'static>() {}
    sent::<Error>();
}
