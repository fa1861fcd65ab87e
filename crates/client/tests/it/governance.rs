//! What governs an organization: nothing is lost, nothing is tried unasked, no secret gets out.

use hubfolk::{Error, Experimental, Hub, MemberProblem};
use hubfolk_api::{
    account::Role,
    organizations::{ChangeOrganizationMemberRole, RemoveOrganizationMember, ResourceGroupRole},
};
use hubfolk_sim::{Running, Sim, World};

const ADMIN: &str = "hf_test_admin";
const WRITER: &str = "hf_test_writer";

fn sim(experimental: bool) -> Running {
    let world = format!(
        r#"{{"experimental": {experimental},
            "users": [{{"name": "ada"}}, {{"name": "adamant"}}, {{"name": "bob"}}, {{"name": "cleo"}}],
            "orgs": [{{"name": "acme", "plan": "team",
                "members": [{{"user": "adamant"}}, {{"user": "ada"}}, {{"user": "bob", "role": "admin"}},
                            {{"user": "cleo", "role": "write"}}],
                "resourceGroups": [
                    {{"name": "research", "users": [{{"user": "ada", "role": "write"}}]}},
                    {{"name": "speech", "users": [{{"user": "ada", "role": "read"}}]}}]}}],
            "tokens": [{{"token": "hf_test_admin", "user": "bob", "role": "write"}},
                       {{"token": "hf_test_writer", "user": "cleo", "role": "write"}}]}}"#
    );
    Sim::builder().world(World::from_json(&world).unwrap()).start_on_thread().unwrap()
}

fn hub(sim: &Running, token: &str) -> Hub {
    Hub::builder().endpoint(sim.url()).token(token).build().unwrap()
}

#[tokio::test]
async fn a_role_is_set_for_the_one_member_and_every_group_is_kept() {
    let sim = sim(false);
    let ada = hub(&sim, ADMIN).organization("acme").member("ADA");
    ada.set_role(Role::Contributor).await.unwrap();
    let now = ada.show().await.unwrap();
    assert_eq!((now.username.as_str(), now.role), ("ada", Some(Role::Contributor)));
    let groups = ada.groups().await.unwrap();
    let roles: Vec<&str> = groups.iter().map(|group| group.role.as_str()).collect();
    assert_eq!(roles, ["write", "read"]);

    ada.set_groups(vec![groups[1].clone()]).await.unwrap();
    assert_eq!(ada.show().await.unwrap().role, Some(Role::Contributor), "the role is kept");
    assert_eq!(ada.groups().await.unwrap(), groups[1..]);
    let change = ada.role_change("read").await.unwrap();
    let expected =
        ChangeOrganizationMemberRole::new("acme", "ada", "read", vec![groups[1].clone()]);
    assert_eq!(change, expected);
}

#[tokio::test]
async fn a_role_is_not_set_where_the_groups_cannot_be_seen() {
    let sim = sim(false);
    let acme = hub(&sim, WRITER).organization("acme");
    let error = acme.member("ada").set_role("read").await.unwrap_err();
    let Error::Argument(wrong) = &error else { panic!("{error:?}") };
    let problem: &MemberProblem = wrong.source.downcast_ref().unwrap();
    assert!(matches!(problem, MemberProblem::GroupsHidden { .. }), "{problem}");
    assert_eq!(sim.request_count("change_organization_member_role"), 0);
    // Whoever knows the groups can say them all.
    acme.member("adamant").set_role_and_groups("write", Vec::new()).await.unwrap();
    let error = acme.member("eve").set_role("read").await.unwrap_err();
    let Error::Argument(wrong) = &error else { panic!("{error:?}") };
    assert!(matches!(wrong.source.downcast_ref(), Some(MemberProblem::NotAMember { .. })));
}

#[tokio::test]
async fn what_the_hub_surely_refuses_is_not_sent() {
    let sim = sim(false);
    let acme = hub(&sim, ADMIN).organization("acme");
    let research = ResourceGroupRole::new("507f1f77bcf86cd799439011", "read");
    for (role, groups) in [
        ("owner", vec![]),
        ("read", vec![ResourceGroupRole::new("research", "read")]),
        ("read", vec![research.clone(), research]),
    ] {
        let error = acme.member("ada").set_role_and_groups(role, groups).await.unwrap_err();
        assert!(matches!(error, Error::Argument(_)), "{error:?}");
    }
    assert_eq!(sim.total_requests(), 0);
}

#[tokio::test]
async fn what_is_experimental_is_tried_only_when_told_to() {
    let sim = sim(true);
    let remove = RemoveOrganizationMember::new("acme", "ada");
    let error = hub(&sim, ADMIN).send(remove.clone()).await.unwrap_err();
    let Error::Argument(wrong) = &error else { panic!("{error:?}") };
    assert!(wrong.source.is::<Experimental>());
    assert_eq!(sim.total_requests(), 0);
    let brave = Hub::builder().endpoint(sim.url()).token(ADMIN).allow_experimental(true);
    brave.build().unwrap().send(remove).await.unwrap();
    assert!(sim.world().role_of("acme", "ada").is_none());
}

#[tokio::test]
async fn a_hub_without_the_operation_is_said_not_to_offer_it() {
    let sim = sim(false);
    let brave = Hub::builder().endpoint(sim.url()).token(ADMIN).allow_experimental(true);
    let acme = brave.build().unwrap().organization("acme");
    for error in [
        acme.member("ada").remove().await.unwrap_err(),
        acme.invite("eve", "read").await.unwrap_err(),
    ] {
        assert!(error.as_api().unwrap().is_not_offered(), "{error}");
        assert!(error.to_string().contains("the Hub does not offer this"), "{error}");
    }
    let plain = acme.member("nobody").show().await.unwrap_err();
    assert!(plain.as_api().is_none());
}

#[tokio::test]
async fn a_found_token_is_reported_without_the_callers_own() {
    let sim = sim(false);
    let hub = hub(&sim, ADMIN);
    hub.report_leaked_credentials([WRITER]).await.unwrap();
    let request = sim.requests().pop().unwrap();
    assert_eq!((request.operation, request.caller), ("report_leaked_credentials", None));
    let error = hub.report_leaked_credentials(["x".repeat(201)]).await.unwrap_err();
    let text = format!("{error:?} {error}");
    assert!(!text.contains("xxx"), "a token is not repeated: {text}");
}

#[tokio::test]
async fn a_new_token_is_in_the_answer_and_nowhere_else() {
    let sim = sim(false);
    let acme = hub(&sim, ADMIN).organization("acme");
    let account = acme.create_service_account("builds").await.unwrap();
    let account = acme.service_account(&account.id);
    let made = account.create_token("pipeline", ["org.read"]).await.unwrap();
    let token = made.token.expose().to_owned();
    assert!(!format!("{made:?}").contains(&token));
    let builds = Hub::builder().endpoint(sim.url()).token(token.clone()).build().unwrap();
    let permission = builds.token_permission().await.unwrap();
    assert_eq!(permission.unwrap().as_str(), "fineGrained");
    let shown = account.get().await.unwrap();
    assert!(!serde_json::to_string(&shown).unwrap().contains(&token));
}
