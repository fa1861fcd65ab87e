//! Every refusal fits 120 tokens, whatever was in what is refused.

use std::collections::BTreeSet;

use hubfolk_mcp::{failure::Failure, tools::table::TOOLS};
use serde_json::{Map, Value, json};

use crate::{
    recorder::{Recorder, json as json_answer, with},
    stage::{Stage, demo},
    tools::real,
};

/// Texts that cost a model much for their length.
fn costly() -> Vec<String> {
    let mut random = 7_u64;
    let mut next = move |most: usize| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        usize::try_from(random >> 33).unwrap() % most
    };
    let marks = b"!#$%&()*+,-./:;<=>@[]^_`{|}~0aZ";
    let letters = b"qzxvjkwQZXVJKW0123456789";
    vec![
        (0..3_000).map(|_| char::from(marks[next(marks.len())])).collect(),
        (0..3_000).map(|_| char::from(letters[next(letters.len())])).collect(),
        "龘靐齉爩".repeat(800),
        "🧌🪿🫨👩🏽‍🚀".repeat(400),
        "𒀀𓂀𝕏𐎀".repeat(800),
        "z̷̢̛̈́͊a̵̡̾l̸͔̿g̴̙̈o̶".repeat(200),
        "\u{1b}[31m\u{200b}\u{202e}\n\r\t\0".repeat(500),
        "\"\\\"".repeat(900),
    ]
}

fn assert_short(failure: &Failure, what: &str) {
    let text = failure.to_json().to_string();
    assert!(real(&text) <= 120, "{what}: {} tokens: {text}", real(&text));
}

#[tokio::test]
async fn no_refusal_of_a_call_costs_more_than_120_tokens() {
    let hub = Recorder::start(|_| json_answer("{}"));
    let stage = Stage::at(&hub.url);
    let mut codes = BTreeSet::new();
    for text in costly() {
        let failure = stage.call(&text, json!({})).await.unwrap_err();
        assert_short(&failure, "unknown tool");
        for tool in TOOLS {
            let name = tool.name;
            let mut tried = vec![json!({ text.clone(): 1 }), json!({})];
            // All parameters of this text; then each alone, beside others that can be read.
            let all = |value: &dyn Fn(&str) -> Value| -> Map<String, Value> {
                tool.params.iter().map(|p| (p.name.to_owned(), value(p.name))).collect()
            };
            tried.push(all(&|_| text.clone().into()).into());
            for param in tool.params {
                let plain = |name: &str| {
                    let known = tool.params.iter().find(|param| param.name == name);
                    match known.map(|param| (param.choices.first(), param.kind.name())) {
                        Some((Some(choice), _)) => (*choice).into(),
                        Some((_, "integer")) => 1.into(),
                        Some((_, "object")) => json!({}),
                        Some((_, "array")) => json!(["ada"]),
                        _ => "ada".into(),
                    }
                };
                for value in [json!(text), json!({ text.clone(): text }), json!([[text]])] {
                    let mut arguments = all(&plain);
                    arguments.insert(param.name.to_owned(), value);
                    tried.push(arguments.into());
                }
            }
            for arguments in tried {
                if let Err(failure) = stage.call(name, arguments).await {
                    codes.insert(failure.code.as_str());
                    assert_short(&failure, name);
                }
            }
        }
    }
    assert!(codes.contains("invalid_arguments") && codes.len() > 1, "{codes:?}");
}

#[tokio::test]
async fn whatever_the_hub_says_its_refusals_stay_short() {
    for text in costly() {
        for status in [400, 401, 403, 404, 500] {
            let message = json!({ "error": text }).to_string();
            let hub = Recorder::start(move |_| with(status, "application/json", "", &message));
            let stage = Stage::at(&hub.url);
            for (tool, arguments) in [
                ("hf_api_request", json!({"endpoint": "/whoami-v2"})),
                ("list_people", json!({"of": "ada", "relation": "following"})),
            ] {
                assert_short(&stage.call(tool, arguments).await.unwrap_err(), tool);
            }
        }
    }
}

#[tokio::test]
async fn a_question_for_a_person_fits_as_well_whatever_the_title_is() {
    let hub = demo();
    let stage = Stage::at(&hub.url());
    for text in costly() {
        let title: String = text.chars().filter(|c| !c.is_control()).take(190).collect();
        let opened = json!({"repo": "meridian-labs/tide-base", "action": "open", "title": title, "text": "x"});
        let Ok(opened) = stage.call("write_discussion", opened).await else { continue };
        let number = serde_json::from_str::<Value>(&opened).unwrap()["num"].clone();
        let close = json!({"repo": "meridian-labs/tide-base", "action": "close", "number": number});
        assert_short(&stage.call("write_discussion", close).await.unwrap_err(), "close");
    }
}
