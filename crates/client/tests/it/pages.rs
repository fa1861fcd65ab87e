//! Lists follow the Hub's `Link` and nothing else.

use futures_util::{StreamExt, TryStreamExt};
use hubfolk::{
    Error, Page, PagingProblem,
    api::{account::OrganizationMember, organizations::ListOrganizationMembers},
};

use crate::server::{Reply, Request, Server, answer, json, quick};

/// A page of members with these names and a link to the next.
fn page(names: &[&str], next: Option<&str>) -> Reply {
    let items: Vec<String> =
        names.iter().map(|name| format!(r#"{{"_id":"id-{name}","user":"{name}"}}"#)).collect();
    let body = format!("[{}]", items.join(","));
    match next {
        None => json(&[], &body),
        Some(next) => json(&[("link", &format!("<{next}>; rel=\"next\""))], &body),
    }
}

fn here(request: &Request, path: &str) -> String {
    format!("http://{}{path}", request.header("host").unwrap())
}

async fn names(server: &Server) -> Result<Vec<String>, Error> {
    let members = server.hub().organization("acme").members();
    members.map_ok(|member| member.username).try_collect().await
}

async fn problem(server: &Server) -> (u64, PagingProblem) {
    match names(server).await.unwrap_err() {
        Error::Paging(error) => (error.page, error.problem),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_link_is_followed_as_it_stands_and_no_cursor_is_made_up() {
    let server = Server::start(|n, request| match n {
        1 => page(&["a", "b"], Some(&here(request, "/somewhere?x=%2F&cursor=zz"))),
        2 => page(&["c"], Some("/relative?cursor=3")),
        _ => page(&["d"], None),
    })
    .await;
    assert_eq!(names(&server).await.unwrap(), ["a", "b", "c", "d"]);
    let lines = server.lines();
    assert_eq!(lines[1], "GET /somewhere?x=%2F&cursor=zz");
    assert_eq!(lines[2], "GET /relative?cursor=3");
    assert_eq!(lines.len(), 3, "an answer without `next` is the last");
}

#[tokio::test]
async fn empty_page_with_next_goes_on() {
    let server = Server::start(|n, _| match n {
        1 => page(&[], Some("/2")),
        2 => page(&[], Some("/3")),
        _ => page(&["a"], None),
    })
    .await;
    assert_eq!(names(&server).await.unwrap(), ["a"]);
}

#[tokio::test]
async fn short_page_with_next_goes_on_and_a_full_page_without_next_ends() {
    let server = Server::start(|n, _| match n {
        1 => page(&["a"], Some("/2")),
        _ => page(&["b", "c", "d"], None),
    })
    .await;
    assert_eq!(names(&server).await.unwrap(), ["a", "b", "c", "d"]);
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn a_next_page_on_another_origin_is_an_error_and_nothing_is_sent_there() {
    let elsewhere = Server::start(|_, _| page(&["evil"], None)).await;
    let target = elsewhere.url();
    let server = Server::start(move |_, _| page(&["a"], Some(&format!("{target}/2")))).await;
    let (number, problem) = problem(&server).await;
    assert_eq!((number, problem), (1, PagingProblem::ForeignNext { origin: elsewhere.url() }));
    assert!(elsewhere.requests().is_empty());
}

#[tokio::test]
async fn another_scheme_or_port_or_a_name_before_the_host_is_another_origin() {
    for target in [
        "https://127.0.0.1:{port}/2",
        "http://127.0.0.1:1/2",
        "//other.example/2",
        "http://127.0.0.1:{port}@other.example/2",
        "http://other.example\\@127.0.0.1:{port}/2",
        "data:text/plain,x",
    ] {
        let server = Server::start(move |_, request| {
            let host = request.header("host").unwrap();
            let port = host.rsplit(':').next().unwrap();
            page(&["a"], Some(&target.replace("{port}", port)))
        })
        .await;
        let (_, problem) = problem(&server).await;
        assert!(matches!(problem, PagingProblem::ForeignNext { .. }), "{target}: {problem:?}");
        assert_eq!(server.requests().len(), 1, "{target}");
    }
}

#[tokio::test]
async fn a_next_page_that_was_already_read_is_an_error() {
    let server =
        Server::start(|n, _| page(&["a"], Some(if n % 2 == 1 { "/2" } else { "/3" }))).await;
    assert_eq!(problem(&server).await, (3, PagingProblem::RepeatedNext));
    let own = Server::start(|_, _| page(&["a"], Some("/api/organizations/acme/members"))).await;
    assert_eq!(problem(&own).await, (1, PagingProblem::RepeatedNext));
}

#[tokio::test]
async fn the_number_of_pages_is_bounded() {
    let server = Server::start(|n, _| page(&["a"], Some(&format!("/{n}")))).await;
    let hub = quick(&server.url()).max_pages(3).build().unwrap();
    let pages: Vec<_> = hub.pages(ListOrganizationMembers::new("acme")).collect().await;
    let error = pages.into_iter().next_back().unwrap().unwrap_err();
    let Error::Paging(error) = error else { panic!("{error:?}") };
    assert_eq!((error.page, error.problem), (3, PagingProblem::TooManyPages { limit: 3 }));
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn a_list_ends_with_its_first_error_and_says_on_which_page() {
    let server = Server::start(|n, _| match n {
        1 => page(&["a"], Some("/2")),
        _ => answer(404, &[], r#"{"error":"gone"}"#),
    })
    .await;
    let hub = server.hub();
    let mut members = hub.organization("acme").members();
    assert!(members.next().await.unwrap().is_ok());
    let error = members.next().await.unwrap().unwrap_err();
    assert_eq!(error.page(), Some(2));
    assert!(error.is_not_found());
    assert!(members.next().await.is_none());
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn a_raw_page_tells_what_it_took() {
    let server = Server::start(|n, _| match n {
        1 => answer(503, &[], ""),
        _ => json(
            &[("date", "Sat, 21 Nov 2026 08:06:38 GMT"), ("x-request-id", "Root=1-2;3")],
            r#"[{"_id":"1","user":"a"}]"#,
        ),
    })
    .await;
    let pages = server.hub().raw_pages(ListOrganizationMembers::new("acme"));
    let pages: Vec<_> = pages.try_collect().await.unwrap();
    let [page] = pages.as_slice() else { panic!("{pages:?}") };
    assert_eq!((page.number, page.attempts, page.has_next), (1, 2, false));
    assert!(!page.waited.is_zero());
    assert_eq!(page.date.unwrap().to_string(), "2026-11-21T08:06:38Z");
    assert_eq!(page.request_id.as_deref(), Some("Root=1-2;3"));
    let decoded = page.decode::<OrganizationMember>().unwrap();
    assert_eq!((decoded.items.len(), decoded.odd.len()), (1, 0));
}

#[tokio::test]
async fn one_connection_serves_all_pages() {
    let server = Server::start(|n, request| {
        if n < 5 { page(&["a"], Some(&here(request, &format!("/{n}")))) } else { page(&[], None) }
    })
    .await;
    names(&server).await.unwrap();
    assert_eq!((server.requests().len(), server.connections()), (5, 1));
}

#[tokio::test]
async fn a_stream_outlives_its_client_and_moves_between_threads() {
    let server = Server::start(|_, _| page(&["a"], None)).await;
    let stream = {
        let hub = server.hub();
        hub.pages(ListOrganizationMembers::new("acme"))
    };
    let pages: Vec<Page<_>> = tokio::spawn(stream.try_collect()).await.unwrap().unwrap();
    assert_eq!(pages[0].items[0].username, "a");
}
