//! Rate limits.

use std::time::Duration;

use hubfolk_sim::{RateLimits, Sim, World};

use crate::call::get;
use crate::scene::{ADMIN, OUTSIDER, hub, world};

#[test]
fn quotas_follow_the_plan() {
    let hub = hub();
    hub.world().set_pro("eve", true).unwrap();
    for (token, quota) in [(None, 500), (Some(OUTSIDER), 2500), (Some(ADMIN), 6000)] {
        let mut request = get(&hub, "/api/users/ada/overview");
        if let Some(token) = token {
            request = request.token(token);
        }
        let reply = request.send();
        let policy = format!("\"fixed window\";\"api\";q={quota};w=300");
        assert_eq!(reply.header("ratelimit-policy"), Some(policy.as_str()));
        let left = format!("\"api\";r={};t=300", quota - 1);
        assert_eq!(reply.header("ratelimit"), Some(left.as_str()));
    }
}

#[test]
fn who_asks_too_often_is_refused_until_the_window_ends() {
    let limits = RateLimits::Fixed { quota: 2, window: 1 };
    let hub = Sim::builder().world(world()).rate_limits(limits).start_on_thread().unwrap();
    let ask = |token| get(&hub, "/api/users/ada/overview").token(token).send();
    assert_eq!((ask(ADMIN).status, ask(ADMIN).status), (200, 200));
    let refused = ask(ADMIN);
    assert_eq!(refused.status, 429);
    assert_eq!(refused.header("ratelimit"), Some("\"api\";r=0;t=1"));
    assert_eq!(refused.header("retry-after"), Some("1"));
    assert_eq!(ask(OUTSIDER).status, 200, "each token has a window of its own");
    std::thread::sleep(Duration::from_millis(1050));
    assert_eq!(ask(ADMIN).status, 200);
}

#[test]
fn strangers_share_the_window_of_their_address() {
    let limits = RateLimits::Fixed { quota: 2, window: 300 };
    let hub = Sim::builder().rate_limits(limits).start_on_thread().unwrap();
    get(&hub, "/api/nowhere").send();
    get(&hub, "/api/nowhere").token("hf_test_unknown").send();
    let refused = get(&hub, "/api/nowhere").send();
    assert_eq!(refused.status, 429);
    assert!(refused.error().starts_with("We had to rate limit your IP (127.0.0.1)."));
}

#[test]
fn limits_can_be_lifted() {
    let limits = RateLimits::Fixed { quota: 1, window: 300 };
    let hub = Sim::builder().world(World::new()).rate_limits(limits).start_on_thread().unwrap();
    get(&hub, "/api/nowhere").send();
    assert_eq!(get(&hub, "/api/nowhere").send().status, 429);
    hub.set_rate_limits(RateLimits::Unlimited);
    for _ in 0..5 {
        let reply = get(&hub, "/api/nowhere").send();
        assert_eq!((reply.status, reply.header("ratelimit")), (404, Some("\"api\";r=500;t=300")));
    }
}
