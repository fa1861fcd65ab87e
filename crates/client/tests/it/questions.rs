//! Questions about sets of people: the cheapest plan, what is not known, and going on later.

use std::time::Duration;

use hubfolk::{
    Error, Hub,
    api::repos::RepoType,
    questions::{Answer, Inquiry, Question, Relation, Verdict},
};
use hubfolk_sim::{Fault, FaultRule, RateLimits, Running, Sim, World};
use serde_json::json;

/// `acme` has five members; the crowd of 3,000 likes the Space, follows `star` and is in `guild`.
fn world_file() -> String {
    let member = |name: String| json!({ "user": name });
    let acme = ["ada", "Bob", "cleo", "dan", "eve"].map(|name| member(name.to_owned()));
    let guild: Vec<_> =
        (1..=60).map(|n| format!("fan{n}")).chain(["Bob".to_owned()]).map(member).collect();
    let file = json!({
        "users": [
            { "name": "ada" }, { "name": "Bob" }, { "name": "cleo" }, { "name": "dan" }, { "name": "eve" },
            { "name": "star" },
            { "generate": { "prefix": "fan", "count": 3000, "follow": ["star"],
                            "like": [{ "type": "space", "id": "star/show" }] } },
            { "generate": { "prefix": "pal", "count": 40, "like": [{ "id": "star/liked" }] } },
        ],
        "orgs": [
            { "name": "acme", "members": acme },
            { "name": "guild", "fullname": "The Guild", "members": guild },
            { "name": "vault", "hideMembers": true, "members": [{ "user": "cleo" }] },
        ],
        "repos": [{ "id": "acme/m" }, { "type": "space", "id": "star/show" },
                  { "id": "star/liked" }],
        "likes": [
            { "user": "ada", "id": "acme/m" }, { "user": "Bob", "id": "acme/m" }, { "user": "fan1", "id": "acme/m" },
            { "user": "star", "id": "acme/m" }, { "user": "dan", "type": "space", "id": "star/show" },
        ],
        "follows": [{ "from": "eve", "to": "star" }, { "from": "Bob", "to": "star" },
                    { "from": "ada", "to": "cleo" }, { "from": "cleo", "to": "guild" }],
        "tokens": [{ "token": "hf_test_ada", "user": "ada", "role": "read" }],
    });
    file.to_string()
}

async fn start() -> Running {
    let sim = Sim::builder()
        .world(World::from_json(&world_file()).unwrap())
        .rate_limits(RateLimits::Unlimited);
    sim.start().await.unwrap()
}

fn hub(sim: &Running) -> Hub {
    Hub::builder().endpoint(sim.url()).token("hf_test_ada").max_attempts(2).build().unwrap()
}

fn names(answer: &Answer, verdict: Verdict) -> Vec<&str> {
    let people = answer.people.iter().filter(|person| person.verdict == verdict);
    people.map(|person| person.username.as_str()).collect()
}

fn acme(relation: Relation) -> Question {
    Question::members("acme", relation)
}

#[tokio::test]
async fn a_short_list_of_likers_is_read_once_instead_of_every_members_likes() {
    let sim = start().await;
    let answer = hub(&sim).ask(acme(Relation::likes(RepoType::Model, "acme/m"))).await.unwrap();
    assert_eq!(names(&answer, Verdict::Yes), ["ada", "Bob"]);
    assert_eq!(names(&answer, Verdict::No), ["cleo", "dan", "eve"]);
    assert!(answer.is_complete());
    assert_eq!((answer.requests, sim.total_requests()), (2, 2), "members and likers");
    assert_eq!(answer.plan, "read the likers of models/acme/m");
}

#[tokio::test]
async fn where_the_list_is_longer_than_the_organization_each_member_is_asked() {
    let sim = start().await;
    let answer = hub(&sim).ask(acme(Relation::likes(RepoType::Space, "star/show"))).await.unwrap();
    assert_eq!(names(&answer, Verdict::Yes), ["dan"]);
    // Members, first page of the likers, their number, and five lists instead of six more pages.
    assert_eq!(answer.requests, 3 + 5);
    assert_eq!(sim.request_count("list_liked_repos"), 5);
    assert_eq!(sim.request_count("list_repo_likers"), 1);
    let guild = Question::members("guild", Relation::likes(RepoType::Space, "star/show"));
    sim.clear_requests();
    let answer = hub(&sim).ask(guild).await.unwrap();
    assert_eq!(answer.count(Verdict::Yes), 60);
    assert_eq!(sim.request_count("list_repo_likers"), 7, "61 members would take longer");
    assert_eq!(sim.request_count("list_liked_repos"), 0);
}

#[tokio::test]
async fn followers_of_users_and_of_organizations_are_told_apart() {
    let sim = start().await;
    let answer = hub(&sim).ask(acme(Relation::follows("star"))).await.unwrap();
    assert_eq!(names(&answer, Verdict::Yes), ["Bob", "eve"]);
    assert_eq!(sim.request_count("list_user_following"), 5, "fewer than 3,002 followers");
    let answer = hub(&sim).ask(acme(Relation::follows("cleo"))).await.unwrap();
    assert_eq!((names(&answer, Verdict::Yes), answer.requests), (vec!["ada"], 2));
    let answer = hub(&sim).ask(acme(Relation::follows("guild"))).await.unwrap();
    assert_eq!(names(&answer, Verdict::Yes), ["cleo"]);
    assert_eq!(sim.request_count("list_organization_followers"), 1);
    let error = hub(&sim).ask(acme(Relation::follows("nobody"))).await.unwrap_err();
    assert!(error.is_not_found(), "{error}");
}

#[tokio::test]
async fn hidden_members_are_known_from_profiles_at_best() {
    let sim = start().await;
    let answer = hub(&sim).ask(acme(Relation::belongs_to("guild"))).await.unwrap();
    assert_eq!((names(&answer, Verdict::Yes), answer.requests), (vec!["Bob"], 2));
    let answer = hub(&sim).ask(acme(Relation::belongs_to("vault"))).await.unwrap();
    // The profile of a member of a hidden organization does not name it, so nobody is a no.
    assert_eq!(names(&answer, Verdict::Unknown).len(), 5);
    assert!(answer.people[0].reason.as_deref().unwrap().contains("hidden"), "{answer:?}");
    assert_eq!(answer.requests, 2 + 5);
    let error = hub(&sim).ask(acme(Relation::belongs_to("ada"))).await.unwrap_err();
    assert_eq!(error.status().unwrap(), 400, "a user is no organization");
}

#[tokio::test]
async fn likers_are_counted_by_organization_with_those_in_none() {
    let sim = start().await;
    let answer = hub(&sim).ask(Question::likers(RepoType::Model, "acme/m")).await.unwrap();
    let shares: Vec<_> = answer
        .organizations
        .iter()
        .map(|share| (share.organization.as_str(), share.people.len()))
        .collect();
    assert_eq!(shares, [("acme", 2), ("guild", 2)]);
    assert_eq!(answer.organizations[1].fullname.as_deref(), Some("The Guild"));
    assert_eq!(names(&answer, Verdict::No), ["star"]);
    assert_eq!(answer.requests, 1 + 4);
}

#[tokio::test]
async fn a_person_who_cannot_be_read_is_unknown_and_asked_again_next_time() {
    let sim = start().await;
    let broken =
        |user: &str, fault| FaultRule::new(fault).operation("list_liked_repos").target(user);
    sim.add_fault(broken("Bob", Fault::status(500)));
    sim.add_fault(broken("eve", Fault::InvalidJson));
    sim.add_fault(broken("cleo", Fault::ResetBefore));
    let hub = hub(&sim);
    let mut inquiry = Inquiry::new(acme(Relation::likes(RepoType::Space, "star/show")));
    let answer = inquiry.run(&hub, 8, |_| {}).await.unwrap();
    assert_eq!(names(&answer, Verdict::Unknown), ["Bob", "cleo", "eve"]);
    assert_eq!(names(&answer, Verdict::Yes), ["dan"]);
    assert!(answer.people[1].reason.as_deref().unwrap().contains("500"), "{answer:?}");
    assert!(!answer.is_complete());
    // Three as always; Bob and cleo twice, the others once.
    assert_eq!(answer.requests, 3 + 2 + 2 + 1 + 1 + 1);

    sim.clear_faults();
    sim.clear_requests();
    let answer = inquiry.run(&hub, 8, |_| {}).await.unwrap();
    assert_eq!(names(&answer, Verdict::No), ["ada", "Bob", "cleo", "eve"]);
    assert_eq!(sim.total_requests(), 3, "only those of whom nothing was known");
    assert_eq!(answer.requests, 10 + 3, "earlier runs count");
}

#[tokio::test]
async fn an_entry_that_cannot_be_read_makes_nobody_a_no() {
    let page = |body: &'static str| crate::server::json(&[], body);
    let server = crate::server::Server::start(move |_, request| {
        if request.line.contains("/members") {
            return page(r#"[{"_id":"1","user":"ada"},{"_id":"2","user":"bob"},{"user":5}]"#);
        }
        page(r#"[{"_id":"1","user":"ada"},{"user":{}}]"#)
    })
    .await;
    let question = Question::members("acme", Relation::likes(RepoType::Model, "acme/m"));
    let answer = server.hub().ask(question).await.unwrap();
    assert_eq!(names(&answer, Verdict::Yes), ["ada"]);
    assert_eq!(names(&answer, Verdict::Unknown), ["bob"]);
    assert_eq!(answer.unreadable, 1, "one member has no name");
    assert!(!answer.is_complete());
}

#[tokio::test]
async fn somebody_who_took_a_name_over_is_somebody_else() {
    let server = crate::server::Server::start(|_, request| {
        if request.line.contains("/members") {
            return crate::server::json(
                &[],
                r#"[{"_id":"1","user":"ada"},{"_id":"2","user":"bob"}]"#,
            );
        }
        crate::server::json(&[], r#"[{"_id":"9","user":"ada"},{"_id":"2","user":"bob-renamed"}]"#)
    })
    .await;
    let question = Question::members("acme", Relation::likes(RepoType::Model, "acme/m"));
    let answer = server.hub().ask(question).await.unwrap();
    assert_eq!(names(&answer, Verdict::Yes), ["bob"], "the id is who somebody is");
}

#[tokio::test]
async fn at_most_so_many_are_asked_about_at_the_same_time() {
    let sim = start().await;
    sim.add_fault(FaultRule::new(Fault::latency(120)).operation("get_user_overview"));
    let hub = hub(&sim);
    let question = Question::members("guild", Relation::belongs_to("vault"));
    let mut took = Vec::new();
    for concurrency in [61, 20] {
        let began = std::time::Instant::now();
        Inquiry::new(question.clone()).run(&hub, concurrency, |_| {}).await.unwrap();
        took.push(began.elapsed());
    }
    assert!(took[1] >= Duration::from_millis(4 * 120), "61 people, 20 at a time: {took:?}");
    assert!(took[0] < took[1], "{took:?}");
}

#[tokio::test]
async fn an_interrupted_inquiry_is_written_down_and_gone_on_with() {
    let sim = start().await;
    let hub = hub(&sim);
    sim.add_fault(FaultRule::new(Fault::latency(30)).operation("get_user_overview"));
    let question = Question::likers(RepoType::Model, "star/liked");
    let mut inquiry = Inquiry::new(question.clone());
    let (enough, mut interrupted) = tokio::sync::mpsc::unbounded_channel();
    tokio::select! {
        _ = inquiry.run(&hub, 4, |now| {
            if now.progress().done >= 20 {
                let _ = enough.send(());
            }
        }) => panic!("it went on to the end"),
        _ = interrupted.recv() => {}
    }
    let done = inquiry.progress().done;
    assert!((20..40).contains(&done), "{done}");

    let text = serde_json::to_string(&inquiry).unwrap();
    assert!(!text.contains("hf_test"), "no token in it");
    let mut later: Inquiry = serde_json::from_str(&text).unwrap();
    assert!(later.continues(&question, &hub));
    assert!(!later.continues(&acme(Relation::belongs_to("vault")), &hub));
    let elsewhere = Hub::builder().endpoint("http://127.0.0.1:1").build().unwrap();
    assert!(!later.continues(&question, &elsewhere), "another Hub knows other people");
    sim.clear_faults();
    // Not by the simulator's log: what was under way may get into it late.
    let before = hub.stats().requests;
    let answer = later.run(&hub, 4, |_| {}).await.unwrap();
    assert_eq!((answer.people.len(), answer.is_complete()), (40, true));
    let sent = hub.stats().requests - before;
    assert_eq!(sent, 40 - done, "neither the list nor anybody is read twice");
}

#[tokio::test]
async fn what_concerns_everybody_ends_the_run_and_loses_nothing() {
    let sim = start().await;
    let question = Question::likers(RepoType::Model, "acme/m");
    let hub = Hub::builder()
        .endpoint(sim.url())
        .max_attempts(1)
        .max_rate_limit_wait(Duration::from_secs(1))
        .build()
        .unwrap();
    sim.add_fault(FaultRule::new(Fault::rate_limited(600)).operation("get_user_overview").call(3));
    let mut inquiry = Inquiry::new(question.clone());
    let error = inquiry.run(&hub, 1, |_| {}).await.unwrap_err();
    assert!(matches!(error, Error::RateLimited(_)), "{error}");
    assert_eq!(inquiry.progress().done, 2, "nobody is unknown because of it");
    assert_eq!(inquiry.answer().count(Verdict::Unknown), 2, "they were not asked about yet");

    // The budget that is used up is the client's; another one has its own.
    let other = Hub::builder().endpoint(sim.url()).build().unwrap();
    let answer = inquiry.run(&other, 1, |_| {}).await.unwrap();
    assert!(answer.is_complete());
    assert_eq!(answer.requests, 1 + 2 + 1 + 2);
}

#[tokio::test]
async fn a_hub_that_is_gone_is_not_everybodys_fault() {
    let sim = start().await;
    let hub = Hub::builder().endpoint(sim.url()).max_attempts(1).build().unwrap();
    sim.add_fault(FaultRule::new(Fault::ResetBefore).operation("get_user_overview"));
    let mut inquiry = Inquiry::new(Question::members("guild", Relation::belongs_to("vault")));
    let error = inquiry.run(&hub, 4, |_| {}).await.unwrap_err();
    assert!(matches!(error, Error::Transport(_)), "{error}");
    assert_eq!(inquiry.progress().done, 0, "they are asked about again");
    assert!(sim.request_count("get_user_overview") < 20, "and not all of them in vain");
}

#[tokio::test]
async fn wrong_names_are_refused_before_anything_is_sent() {
    let sim = start().await;
    for question in [
        Question::members("a/b", Relation::follows("ada")),
        acme(Relation::follows("@ada")),
        acme(Relation::likes(RepoType::Model, "models/acme/m")),
        acme(Relation::belongs_to("")),
    ] {
        let error = hub(&sim).ask(question).await.unwrap_err();
        assert!(matches!(error, Error::Argument(_)), "{error}");
    }
    assert_eq!(sim.total_requests(), 0);
}

/// A repository with 120 discussions of `fan1` and one of `ada`, in which `Bob` wrote too.
async fn talkative() -> Running {
    let mut world: serde_json::Value = serde_json::from_str(&world_file()).unwrap();
    let thread = |num: u64, author: &str| json!({ "id": "acme/m", "num": num, "author": author, "title": "T", "comment": "C" });
    let mut threads: Vec<_> = (1..=120).map(|num| thread(num, "fan1")).collect();
    threads.push(thread(121, "ada"));
    world["discussions"] = threads.into();
    world["tokens"]
        .as_array_mut()
        .unwrap()
        .push(json!({ "token": "hf_test_bob", "user": "Bob", "role": "write" }));
    let world = World::from_json(&world.to_string()).unwrap();
    let sim = Sim::builder().world(world).rate_limits(RateLimits::Unlimited).start().await.unwrap();
    let bob = Hub::builder().endpoint(sim.url()).token("hf_test_bob").build().unwrap();
    bob.model("acme/m").discussion(120).comment("me too").await.unwrap();
    sim.clear_requests();
    sim
}

#[tokio::test]
async fn who_begins_discussions_is_found_by_the_shorter_way() {
    let sim = talkative().await;
    let begins = Relation::begins_discussions(RepoType::Model, "acme/m");
    let answer = hub(&sim).ask(acme(begins.clone())).await.unwrap();
    assert_eq!(names(&answer, Verdict::Yes), ["ada"]);
    assert_eq!(answer.requests, 1 + 3, "three pages are fewer than five members");
    let two = Question::members("vault", begins.clone());
    let members = Hub::builder().endpoint(sim.url()).build().unwrap();
    assert!(members.ask(two).await.is_err(), "hidden members are not asked about");
    sim.world().remove_member("acme", "eve").unwrap();
    for user in ["dan", "cleo", "Bob"] {
        sim.world().remove_member("acme", user).unwrap();
    }
    sim.clear_requests();
    let answer = hub(&sim).ask(acme(begins)).await.unwrap();
    assert_eq!(names(&answer, Verdict::Yes), ["ada"]);
    assert_eq!(answer.requests, 1 + 1 + 1, "one member is fewer than two more pages");
}

#[tokio::test]
async fn who_writes_in_discussions_is_found_by_reading_those_with_comments() {
    let sim = talkative().await;
    let question = acme(Relation::discusses(RepoType::Model, "acme/m"));
    let mut inquiry = Inquiry::new(question);
    sim.add_fault(FaultRule::new(Fault::status(500)).operation("get_discussion_details"));
    let hub = hub(&sim);
    let answer = inquiry.run(&hub, 8, |_| {}).await.unwrap();
    assert_eq!(names(&answer, Verdict::Yes), ["ada"]);
    assert_eq!(names(&answer, Verdict::Unknown), ["Bob", "cleo", "dan", "eve"]);
    assert!(answer.people[1].reason.as_deref().unwrap().contains("number 120"), "{answer:?}");

    sim.clear_faults();
    sim.clear_requests();
    let answer = inquiry.run(&hub, 8, |_| {}).await.unwrap();
    assert_eq!(names(&answer, Verdict::Yes), ["ada", "Bob"]);
    assert!(answer.is_complete());
    assert_eq!(sim.total_requests(), 1, "the one discussion with comments, of 121");
}
