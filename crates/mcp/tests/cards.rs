//! Agent cards: keys that fast-agent knows, tools that exist, and what they cost.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "tests")]

use hubfolk_mcp::cards::Card;
use hubfolk_mcp::tools::profiles::{Choice, Profile, Wish};

/// What fast-agent takes in front matter of a card of ours; it refuses any other key.
const KEYS: [&str; 6] = ["type", "name", "description", "model", "default", "mcp_connect"];

fn cards() -> Vec<Card> {
    let mut cards: Vec<Card> = Profile::ALL.into_iter().map(Card::new).collect();
    cards.extend(
        Profile::ALL.into_iter().map(|profile| Card { read_only: true, ..Card::new(profile) }),
    );
    cards
}

#[test]
fn front_matter_has_the_keys_that_fast_agent_knows_and_starts_hubfolk() {
    for card in cards() {
        let text = card.text().unwrap();
        let (head, body) = text.strip_prefix("---\n").unwrap().split_once("\n---\n\n").unwrap();
        let keys: Vec<&str> = head
            .lines()
            .filter(|line| !line.starts_with(' '))
            .map(|line| line.split_once(':').unwrap().0)
            .collect();
        assert_eq!(keys, KEYS);
        let target = format!("    target: \"hubfolk mcp --profile {}", card.profile.name());
        assert!(head.contains(&format!("  hub:\n{target}")), "{head}");
        assert_eq!(head.contains("--read-only"), card.read_only);
        assert_eq!(body, card.body().unwrap());
    }
    assert_eq!(Profile::ALL.into_iter().filter(|p| Card::new(*p).default).count(), 1);
}

#[test]
fn a_body_names_every_tool_of_its_profile_and_costs_at_most_900_tokens() {
    let o200k = tiktoken_rs::o200k_base().unwrap();
    for card in cards() {
        let body = card.body().unwrap();
        let wish =
            Wish { profile: Some(card.profile), read_only: card.read_only, ..Wish::default() };
        for tool in Choice::of(&wish).unwrap().tools() {
            assert!(body.contains(&format!("`{}(", tool.name)), "{} is not in {body}", tool.name);
        }
        let tokens = o200k.encode_ordinary(&body).len();
        println!(
            "counted: card {}{}: {tokens} tokens of 900",
            card.name(),
            if card.read_only { ", read-only" } else { "" }
        );
        assert!(tokens <= 900, "{tokens}: {body}");
    }
}

#[test]
fn a_model_or_program_with_odd_characters_stays_one_value() {
    let card = Card {
        model: "x\"\ndefault: true".to_owned(),
        command: "/opt/my: programs/hubfolk".to_owned(),
        ..Card::new(Profile::Lean)
    };
    let text = card.text().unwrap();
    let head = text.split("\n---\n").next().unwrap();
    assert_eq!(head.lines().filter(|line| line.starts_with("default:")).count(), 1, "{head}");
    assert!(head.contains("target: \"/opt/my: programs/hubfolk mcp"), "{head}");
}
