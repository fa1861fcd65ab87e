//! The token appears nowhere.

use std::{
    error::Error as _,
    io::{self, Write},
    sync::{Arc, Mutex},
};

use hubfolk::Hub;
use tracing_subscriber::fmt::MakeWriter;

use crate::server::{Server, answer, json};

#[derive(Clone, Default)]
struct Trace(Arc<Mutex<Vec<u8>>>);

impl Write for Trace {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Trace {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn the_trace_names_operation_status_attempt_and_request_id_and_never_the_token() {
    let trace = Trace::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(trace.clone())
        .finish();
    let guard = tracing::subscriber::set_default(subscriber);
    let server = Server::start(|n, _| match n {
        1 => answer(500, &[("x-request-id", "Root=1-first")], ""),
        _ => json(&[("x-request-id", "Root=1-second")], r#"{"_id":"1","user":"ada"}"#),
    })
    .await;
    server.hub().user("ada").overview().await.unwrap();
    drop(guard);
    let text = String::from_utf8(trace.0.lock().unwrap().clone()).unwrap();
    for part in [
        "operation=\"get_user_overview\"",
        "attempt=1",
        "attempt=2",
        "status=500",
        "status=200",
        "request_id=\"Root=1-first\"",
        "request_id=\"Root=1-second\"",
    ] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    assert!(!text.contains("canary"), "{text}");
}

#[tokio::test]
async fn debug_and_errors_never_show_the_token() {
    let server = Server::start(|_, _| answer(401, &[], r#"{"error":"bad token"}"#)).await;
    let hub = server.hub();
    let error = hub.whoami().await.unwrap_err();
    let mut shown = format!("{hub:?} {hub:#?} {:?} {error} {error:?}", Hub::builder());
    let builder = Hub::builder().token("hf_test_canary").endpoint(server.url());
    shown += &format!("{builder:?} {:?}", hub.user("ada"));
    let mut source = error.source();
    while let Some(error) = source {
        shown += &format!("{error:?}");
        source = error.source();
    }
    assert!(!shown.contains("canary"), "{shown}");
    assert!(format!("{hub:?}").contains("given"));
}

#[test]
fn a_malformed_token_is_refused_without_repeating_it() {
    for token in [
        "",
        "  ",
        "hf_test canary",
        "hf_test_canary\n",
        "\thf_canary",
        "hf_c\u{0}anary",
        "hf_ca\u{f1}ary",
    ] {
        let error = Hub::builder().token(token).build().unwrap_err();
        let shown = format!("{error} {error:?}");
        assert!(shown.contains("token"), "{shown}");
        assert!(!shown.contains("anary") && !shown.contains("hf_"), "{shown}");
    }
}
