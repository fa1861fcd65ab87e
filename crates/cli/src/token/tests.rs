#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::HashMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::ini::Ini;
use super::{Environment, Found, Places, Source, discover, mask};

struct Fake(HashMap<&'static str, String>);

impl Environment for Fake {
    fn get(&self, name: &str) -> Option<OsString> {
        self.0.get(name).map(OsString::from)
    }
}

fn env<const N: usize>(pairs: [(&'static str, &str); N]) -> Fake {
    Fake(pairs.into_iter().map(|(name, value)| (name, value.to_owned())).collect())
}

fn found(env: &Fake) -> Option<(String, Source)> {
    discover(env, None).unwrap().map(|found| (found.token.clone(), found.source))
}

#[test]
fn the_places_follow_the_variables_of_the_hub() {
    let token = |env: &Fake| Places::new(env).map(|places| places.token);
    let at = |path: &str| Some(PathBuf::from(path));
    assert_eq!(token(&env([("HOME", "/h")])), at("/h/.cache/huggingface/token"));
    assert_eq!(token(&env([("HOME", "/h"), ("XDG_CACHE_HOME", "/x")])), at("/x/huggingface/token"));
    let home = [("HOME", "/h"), ("XDG_CACHE_HOME", "/x"), ("HF_HOME", "~/hf")];
    assert_eq!(token(&env(home)), at("/h/hf/token"));
    let path = env([("HF_HOME", "/hf"), ("HF_TOKEN_PATH", "/secrets/mine")]);
    assert_eq!(token(&path), at("/secrets/mine"));
    assert_eq!(Places::new(&path).unwrap().stored, Path::new("/secrets/stored_tokens"));
    assert_eq!(token(&env([])), None);
}

#[test]
fn the_environment_wins_over_the_file_and_the_new_name_over_the_old() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().to_str().unwrap();
    std::fs::write(folder.path().join("token"), "hf_test_file\r\n").unwrap();
    let file = Source::File(folder.path().join("token"));
    let (new, old) = ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN");
    let pair = |token: &str, source| Some((token.to_owned(), source));

    let both = env([("HF_HOME", home), (new, " hf_test_new\n"), (old, "hf_test_old")]);
    assert_eq!(found(&both), pair("hf_test_new", Source::Variable(new)));
    let empty = env([("HF_HOME", home), (new, ""), (old, "hf_test_old")]);
    assert_eq!(found(&empty), pair("hf_test_old", Source::Variable(old)));
    let blank = env([("HF_HOME", home), (new, " "), (old, "hf_test_old")]);
    assert_eq!(found(&blank), pair("hf_test_file", file.clone()));
    assert_eq!(found(&env([("HF_HOME", home)])), pair("hf_test_file", file));
    let off =
        env([("HF_HOME", home), (new, "hf_test_new"), ("HF_HUB_DISABLE_IMPLICIT_TOKEN", "yes")]);
    assert_eq!(found(&off), None);
    let off =
        env([("HF_HOME", home), (new, "hf_test_new"), ("HF_HUB_DISABLE_IMPLICIT_TOKEN", "0")]);
    assert!(found(&off).is_some());
}

#[test]
fn an_oidc_exchange_is_refused_instead_of_taking_another_token() {
    let env = env([("HF_OIDC_RESOURCE", "x"), ("HF_TOKEN", "hf_test_a")]);
    assert!(discover(&env, None).unwrap_err().to_string().contains("HF_OIDC_RESOURCE"));
}

#[test]
fn a_malformed_token_is_named_by_its_place_and_never_shown() {
    let error = discover(&env([("HF_TOKEN", "hf_test secret")]), None).unwrap_err().to_string();
    assert!(error.contains("HF_TOKEN") && error.contains("character 8"), "{error}");
    assert!(!error.contains("secret"), "{error}");
}

#[test]
fn nothing_shows_a_token() {
    let found = Found::clean("hf_test_abcdefghijklmnopqrstuvwxyz", Source::Input).unwrap().unwrap();
    assert!(!format!("{found:?}").contains("hf_test"));
    assert_eq!(found.masked(), "hf_****wxyz");
    assert_eq!(mask("hf_test_short"), "hf_****");
    assert_eq!(mask("whatever"), "****");
}

#[cfg(unix)]
#[test]
fn a_token_file_others_can_read_is_refused() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine");
    std::fs::write(&path, "hf_test_mine\n").unwrap();
    for mode in [0o640, 0o604, 0o644] {
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        assert!(discover(&env([]), Some(&path)).is_err(), "{mode:o}");
    }
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    let env = env([("HF_TOKEN", "hf_test_other")]);
    assert_eq!(discover(&env, Some(&path)).unwrap().unwrap().expose(), "hf_test_mine");
}

#[test]
fn stored_tokens_keep_what_they_do_not_know() {
    let text = "[zed]\nhf_token = hf_test_z\n\n[login]\nhf_token: hf_test_l%d\nrefresh_token = r\nexpires_at = 12\n";
    let mut ini = Ini::parse(text).unwrap();
    ini.set("ada", "hf_token", "hf_test_a");
    assert_eq!(
        ini.to_string(),
        "[ada]\nhf_token = hf_test_a\n\n[login]\nhf_token = hf_test_l%d\nrefresh_token = r\n\
         expires_at = 12\n\n[zed]\nhf_token = hf_test_z\n\n"
    );
    assert!(Ini::parse(&ini.to_string()).unwrap() == ini);
    assert!(!format!("{ini:?}").contains("hf_test"));
}

#[test]
fn a_file_that_python_could_not_read_is_named_by_its_line() {
    assert_eq!(Ini::parse("key = value").unwrap_err(), 1);
    assert_eq!(Ini::parse("[a]\nhf_token = x\n[a]\n").unwrap_err(), 3);
    assert_eq!(Ini::parse("[a]\nnonsense\n").unwrap_err(), 2);
    assert_eq!(Ini::parse("# note\n\n[a]\nk = v\n").map(|ini| ini.sections().count()), Ok(1));
}
