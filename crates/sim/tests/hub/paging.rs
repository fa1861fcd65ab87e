//! Lists over several pages.

use hubfolk_sim::{NewMember, NewUser, Sim, World};

use crate::call::{get, names, pages};
use crate::scene::{big, hub};

const TOKEN: Option<&str> = Some("hf_test_admin");

#[test]
fn members_come_in_pages_of_500_each_once() {
    let hub = big(1_300);
    let found = pages(&hub, "/api/organizations/big/members", TOKEN);
    assert_eq!(found.iter().map(Vec::len).collect::<Vec<_>>(), [500, 500, 300]);
    let mut ids: Vec<&str> =
        found.iter().flatten().map(|member| member["_id"].as_str().unwrap()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 1_300);
    let per_member =
        found.iter().flatten().map(|member| member.to_string().len()).sum::<usize>() / 1_300;
    assert!((400..=480).contains(&per_member), "{per_member} bytes a member");
}

#[test]
fn the_next_page_is_an_absolute_address_on_the_host_that_was_asked() {
    let hub = big(30);
    let reply = get(&hub, "/api/organizations/big/members?limit=10&search=member")
        .header("Host", "hub.test:81")
        .send();
    let link = reply.header("link").unwrap();
    assert!(
        link.starts_with(
            "<http://hub.test:81/api/organizations/big/members?limit=10&search=member&cursor="
        ),
        "{link}"
    );
    assert!(link.ends_with(">; rel=\"next\""), "{link}");
}

#[test]
fn a_last_page_that_is_just_full_has_no_next() {
    let hub = big(20);
    let found = pages(&hub, "/api/organizations/big/members?limit=10", TOKEN);
    assert_eq!(found.iter().map(Vec::len).collect::<Vec<_>>(), [10, 10]);
    assert_eq!(pages(&hub, "/api/organizations/big/members?limit=10000", TOKEN).len(), 1);
}

#[test]
fn a_cursor_made_of_the_last_id_works_too() {
    let hub = big(20);
    let first = &pages(&hub, "/api/organizations/big/members?limit=10", TOKEN)[0];
    let last = first[9]["_id"].as_str().unwrap();
    let path = format!("/api/organizations/big/members?limit=10&cursor={last}");
    assert_eq!(pages(&hub, &path, TOKEN)[0].len(), 10);
}

#[test]
fn joins_and_leaves_shift_nobody_over_the_edge_of_a_page() {
    let hub = big(40);
    let first = get(&hub, "/api/organizations/big/members?limit=20").token("hf_test_admin").send();
    let shown = first.json();
    {
        let mut world = hub.world();
        world.remove_member("big", shown[3]["user"].as_str().unwrap()).unwrap();
        let mut early = NewUser::named("early-bird");
        early.id = Some("000000000000000000000001".parse().unwrap());
        world.add_user(early).unwrap();
        world.add_member("big", "early-bird", NewMember::with_role("read")).unwrap();
    }
    let rest = names(&hub, &first.next(&hub).unwrap(), TOKEN);
    assert_eq!(rest.len(), 20);
    let before = shown.as_array().unwrap().iter().map(|member| member["user"].as_str().unwrap());
    assert!(before.clone().all(|name| !rest.iter().any(|other| other == name)));
}

#[test]
fn search_finds_usernames_and_full_names() {
    let hub = big(300);
    assert_eq!(names(&hub, "/api/organizations/big/members?search=NUMBER%2012%20", TOKEN).len(), 1);
    assert_eq!(names(&hub, "/api/organizations/big/members?search=member-000029", TOKEN).len(), 10);
    assert_eq!(names(&hub, "/api/organizations/big/members?search=nothing", TOKEN).len(), 0);
}

#[test]
fn crowds_follow_and_like_over_many_pages() {
    let world = World::from_json(
        r#"{"users": [{"name": "clem"}, {"generate": {"prefix": "fan", "count": 1201, "follow": ["clem", "x"],
              "like": [{"type": "space", "id": "x/y"}]}}],
            "orgs": [{"name": "x"}],
            "repos": [{"type": "space", "id": "x/y"}, {"id": "x/a"}, {"id": "x/b"}, {"id": "x/c"}],
            "likes": [{"user": "clem", "id": "x/a", "createdAt": "2026-01-01T00:00:00Z"},
                      {"user": "clem", "id": "x/b", "createdAt": "2026-03-01T00:00:00Z"},
                      {"user": "clem", "id": "x/c", "createdAt": "2026-02-01T00:00:00Z"}]}"#,
    )
    .unwrap();
    let hub = Sim::builder().world(world).start_on_thread().unwrap();
    for path in
        ["/api/users/clem/followers", "/api/organizations/x/followers", "/api/spaces/x/y/likers"]
    {
        let found = pages(&hub, path, None);
        assert_eq!(found.iter().map(Vec::len).collect::<Vec<_>>(), [500, 500, 201], "{path}");
    }
    let likes = pages(&hub, "/api/users/clem/likes?limit=1", None).concat();
    let order: Vec<&str> =
        likes.iter().map(|like| like["repo"]["name"].as_str().unwrap()).collect();
    assert_eq!(order, ["x/b", "x/c", "x/a"], "newest first");
    assert_eq!(likes[0]["createdAt"], "2026-03-01T00:00:00.000Z");
    let link = get(&hub, "/api/users/clem/likes?limit=1").send().next(&hub).unwrap();
    let cursor = link.rsplit('=').next().unwrap();
    assert!(
        cursor.len() == 24 && cursor.bytes().all(|digit| digit.is_ascii_hexdigit()),
        "{cursor}"
    );
    assert_eq!(get(&hub, "/api/users/clem/likes?limit=0").send().status, 400);
}

#[test]
fn a_page_is_made_anew_after_a_change() {
    let hub = hub();
    let path = "/api/organizations/acme/members";
    assert_eq!(names(&hub, path, TOKEN), ["ada", "bob", "Cleo"].map(str::to_owned).to_vec());
    hub.world().remove_member("acme", "bob").unwrap();
    assert_eq!(names(&hub, path, TOKEN).len(), 2);
    let large = big(400);
    let count = || pages(&large, "/api/organizations/big/members", TOKEN).concat().len();
    assert_eq!((count(), count()), (400, 400));
    large.world().remove_member("big", "big-member-0000007").unwrap();
    assert_eq!(count(), 399);
}

#[test]
fn two_hundred_organizations_have_one_page_each() {
    let hub = Sim::builder().world(World::fleet(200, 25)).start_on_thread().unwrap();
    for number in [1, 100, 200] {
        assert_eq!(
            names(&hub, &format!("/api/organizations/org-{number}/members"), TOKEN).len(),
            25
        );
    }
}
