//! What the tools cost a model before anything is asked, counted in o200k.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "tests")]

use hubfolk_mcp::tools::{
    Tool,
    profiles::{Choice, Profile, Wish},
};
use serde_json::json;

fn count(text: &str) -> usize {
    tiktoken_rs::o200k_base_singleton().encode_ordinary(text).len()
}

/// What a client puts before a model: name, description and input schema.
fn cost(tool: &Tool) -> usize {
    let shown = json!({"name": tool.name, "description": tool.about, "inputSchema": tool.schema()});
    count(&shown.to_string())
}

fn profile(profile: Profile) -> Vec<(&'static str, usize)> {
    let choice = Choice::of(&Wish { profile: Some(profile), ..Wish::default() }).unwrap();
    choice.tools().map(|tool| (tool.name, cost(tool))).collect()
}

#[test]
fn every_profile_and_every_tool_stays_within_its_budget() {
    for (kind, most) in [
        (Profile::All, 1_500),
        (Profile::Core, 650),
        (Profile::People, 1_500),
        (Profile::Lean, 350),
    ] {
        let tools = profile(kind);
        let total: usize = tools.iter().map(|(_, cost)| cost).sum();
        println!("counted: profile {}: {total} tokens of {most}, {tools:?}", kind.name());
        assert!(tools.len() <= 14, "{} tools in {}", tools.len(), kind.name());
        assert!(total <= most, "{}: {total} tokens, {tools:?}", kind.name());
        for (name, cost) in tools {
            assert!(cost <= 160, "{name} costs {cost} tokens");
        }
    }
}
