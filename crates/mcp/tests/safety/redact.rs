//! A canary in any place of any text comes out of no answer.

use hubfolk_mcp::redact::{redact, redact_with};
use hubfolk_mcp::text::{clean_value, safe};
use proptest::prelude::*;
use serde_json::Value;

fn secret() -> impl Strategy<Value = (String, String)> {
    let piece = "[A-Za-z0-9]{34}";
    prop_oneof![
        piece.prop_map(|s| (format!("hf_{s}"), s)),
        "[a-f0-9]{32}".prop_map(|s| (format!("hf_test_canary_{s}"), s)),
        "[A-Za-z0-9]{20}\\.[A-Za-z0-9_-]{20}\\.[A-Za-z0-9]{9}"
            .prop_map(|s| (format!("hf_oauth_{s}"), s)),
        piece.prop_map(|s| (format!("api_org_{s}"), s)),
        "[A-Za-z0-9._~+/-]{24,40}[a-z]".prop_map(|s| (format!("Bearer {s}"), s)),
        "[a-z]{3,8}".prop_flat_map(|user| "[A-Za-z0-9!$&*+,;=%._~-]{6,30}"
            .prop_map(move |s| (format!("https://{user}:{s}@hub.example/x"), s))),
    ]
}

fn around() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        Just(" ".to_owned()),
        Just("\n".to_owned()),
        Just("{\"token\": \"".to_owned()),
        Just("error: ".to_owned()),
        Just("ünï ".to_owned()),
        Just("hf_hub ".to_owned()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5_000))]

    #[test]
    fn a_secret_comes_out_of_no_text((whole, secret) in secret(), before in around(), after in prop::sample::select(vec!["", " ", "\"}", "\n", ", then", ")", "ü"])) {
        let text = format!("{before}{whole}{after}");
        let out = redact(&text);
        prop_assert!(!out.contains(&secret), "{text:?} became {out:?}");
        prop_assert!(out.starts_with(&before), "{out:?}");
        prop_assert_eq!(redact(&out).into_owned(), out.clone().into_owned());
    }

    #[test]
    fn a_canary_split_by_what_nobody_sees_comes_out_of_no_text(at in 0_usize..40, c in prop::sample::select(vec!['\u{200b}', '\u{202e}', '\u{e0041}', '\0', '\u{ad}'])) {
        let mut text = "hf_test_canary_0123456789abcdef0123456789".to_owned();
        text.insert(at, c);
        prop_assert_eq!(safe(&text), "[redacted]");
    }

    #[test]
    fn a_known_secret_comes_out_of_no_value(secret in "[a-zA-Z0-9:@/-]{8,40}", before in ".{0,10}", after in ".{0,10}") {
        let text = format!("{before}{secret}{after}");
        prop_assert!(!redact_with(&text, &[&secret]).contains(&secret));
    }

    #[test]
    fn redaction_never_panics_and_leaves_text_without_secrets_alone(text in "\\PC{0,60}") {
        let out = redact(&text);
        if !out.contains("[redacted]") {
            prop_assert_eq!(&out, &text);
        }
    }
}

#[test]
fn a_canary_anywhere_in_an_answer_is_gone() {
    let canary = "hf_test_canary_00112233445566778899aabbccddeeff";
    let mut value: Value = serde_json::from_str(
        &r#"{"a": ["CANARY", {"CANARY": "x CANARY y"}], "b": "https://u:CANARY@h/", "c": "Authorization: Bearer CANARY"}"#
            .replace("CANARY", canary),
    )
    .unwrap();
    clean_value(&mut value);
    assert!(!value.to_string().contains("canary"), "{value}");
}
