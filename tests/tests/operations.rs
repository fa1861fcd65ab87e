//! Every operation of the table has a client call, a handler, a command, a test and an example;
//! each claim of `src/operations` is checked against the code, the binary and the simulator.
#![allow(clippy::print_stdout, reason = "the table is worth reading")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use futures_util::future::BoxFuture;
use hubfolk::Hub;
use hubfolk_api::Operation;
use hubfolk_sim::DEMO_ADMIN_TOKEN;
use hubfolk_tests::binary::{hubfolk, say};
use hubfolk_tests::operations::{Row, demo, home, rows, table};

type Outcome = Result<(), Box<dyn std::error::Error>>;
type Example = fn(&Hub) -> BoxFuture<'_, Outcome>;

/// Takes in every file of `crates/client/examples` as a module.
macro_rules! examples {
    ($($path:literal $name:ident),* $(,)?) => {
        $(
            #[path = $path]
            #[allow(dead_code, unreachable_pub, reason = "its `main` is for people")]
            mod $name;
        )*

        const EXAMPLES: &[(&str, Example)] =
            &[$((stringify!($name), |hub| Box::pin($name::run(hub)))),*];
    };
}

examples! {
    "../../crates/client/examples/ask_about_people.rs" ask_about_people,
    "../../crates/client/examples/change_a_role.rs" change_a_role,
    "../../crates/client/examples/check_access.rs" check_access,
    "../../crates/client/examples/decide_access_requests.rs" decide_access_requests,
    "../../crates/client/examples/keep_a_collection.rs" keep_a_collection,
    "../../crates/client/examples/keep_up_with_notifications.rs" keep_up_with_notifications,
    "../../crates/client/examples/life_of_a_repository.rs" life_of_a_repository,
    "../../crates/client/examples/likes.rs" likes,
    "../../crates/client/examples/look_up_a_person.rs" look_up_a_person,
    "../../crates/client/examples/look_up_an_organization.rs" look_up_an_organization,
    "../../crates/client/examples/manage_an_identity_provider.rs" manage_an_identity_provider,
    "../../crates/client/examples/repositories_of_an_organization.rs" repositories_of_an_organization,
    "../../crates/client/examples/review_pull_request.rs" review_pull_request,
    "../../crates/client/examples/run_a_resource_group.rs" run_a_resource_group,
    "../../crates/client/examples/run_a_service_account.rs" run_a_service_account,
    "../../crates/client/examples/secure_an_organization.rs" secure_an_organization,
    "../../crates/client/examples/webhooks.rs" webhooks,
    "../../crates/client/examples/what_it_costs.rs" what_it_costs,
    "../../crates/client/examples/what_the_hub_says_about_itself.rs" what_the_hub_says_about_itself,
    "../../crates/client/examples/without_async.rs" without_async,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the repository").to_owned()
}

/// All Rust text below a folder, by file.
fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder of the repository").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|kind| kind == "rs") {
                found.push((path.clone(), fs::read_to_string(&path).expect("Rust is UTF-8")));
            }
        }
    }
    found
}

/// Which operations each example really calls, as the simulator saw it.
fn played() -> BTreeMap<&'static str, BTreeSet<&'static str>> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime");
    EXAMPLES
        .iter()
        .map(|(name, example)| {
            let sim = demo();
            let hub = Hub::builder()
                .endpoint(sim.url())
                .token(DEMO_ADMIN_TOKEN)
                .build()
                .expect("a client");
            let outcome = runtime.block_on(example(&hub));
            outcome.unwrap_or_else(|error| panic!("the example {name} fails: {error}"));
            let called = sim.requests().iter().map(|request| request.operation).collect();
            (*name, called)
        })
        .collect()
}

/// Why there is no method of that name that makes the request.
fn check_call(handles: &[(PathBuf, String)], row: &Row, request: &str) -> Option<String> {
    let Some((handle, method)) = row.call.split_once("::") else {
        return Some(format!("`{}` is not Type::method", row.call));
    };
    let head = format!("pub fn {method}");
    let makes = handles.iter().any(|(_, text)| {
        let right_type = handle == "Hub"
            || text.contains(&format!("> {handle}<C> {{"))
            || text.contains(&format!("struct {handle}<"));
        right_type
            && text.match_indices(&head).any(|(at, _)| {
                let rest = &text[at..];
                let body = &rest[..rest.find("\n    }").unwrap_or(rest.len())];
                rest[head.len()..].starts_with(['(', '<']) && body.contains(request)
            })
    });
    (!makes).then(|| format!("no handle has `{}` that makes a {request}", row.call))
}

/// Why the command does not show a request of the operation.
fn check_command(hub: &str, home: &Path, row: &Row, operation: &Operation) -> Option<String> {
    let mut command = hubfolk(home);
    command.args(row.command).args(["--dry-run", "--endpoint", hub]);
    command.env("HF_TOKEN", DEMO_ADMIN_TOKEN).current_dir(home);
    let said = say(&mut command);
    let plan: serde_json::Value = match serde_json::from_str(&said.out) {
        Ok(plan) => plan,
        Err(error) => return Some(format!("{error}: {said:?}")),
    };
    let shown = plan.as_array().into_iter().flatten().any(|sent| {
        let path = sent["path"].as_str().unwrap_or_default();
        let path = path.split('?').next().unwrap_or(path);
        sent["method"] == operation.method.as_str() && operation.matches(path)
    });
    (!shown).then(|| format!("`hubfolk {}` shows {plan}", row.command.join(" ")))
}

fn check_test(row: &Row) -> Option<String> {
    let Some((file, function)) = row.test.split_once(": ") else {
        return Some(format!("`{}` is not `file: function`", row.test));
    };
    let text = fs::read_to_string(root().join(file)).unwrap_or_default();
    (!text.contains(&format!("fn {function}("))).then(|| format!("{file} has no test {function}"))
}

#[test]
fn every_operation_has_a_call_a_handler_a_command_a_test_and_an_example() {
    let table = table();
    let rows = rows();
    let mut wrong = Vec::new();
    for name in table.keys() {
        let count = rows.iter().filter(|row| row.operation == *name).count();
        if count != 1 {
            wrong.push(format!("{name}: {count} rows instead of one"));
        }
    }
    let handles = sources("crates/client/src");
    let handlers = sources("crates/sim/src/handlers");
    let played = played();
    let sim = demo();
    let home = home();
    for row in &rows {
        let Some(known) = table.get(row.operation) else {
            wrong.push(format!("{}: no such operation", row.operation));
            continue;
        };
        let served = ["Show", "Change"].into_iter().find_map(|kind| {
            let head = format!("impl {kind}<{}> for Behaviour", known.request);
            let file = handlers.iter().find(|(_, text)| text.contains(&head))?.0.file_stem()?;
            Some(file.to_string_lossy().into_owned())
        });
        let mut problems = Vec::new();
        if served.is_none() {
            problems.push(format!("no handler for {}", known.request));
        }
        if !row.call.is_empty() {
            problems.extend(check_call(&handles, row, &known.request));
        }
        if !row.command.is_empty() {
            problems.extend(check_command(&sim.url(), home.path(), row, &known.operation));
        }
        if !row.test.is_empty() {
            problems.extend(check_test(row));
        }
        if !row.example.is_empty() {
            match played.get(row.example) {
                None => problems.push(format!("no example {}", row.example)),
                Some(called) if !called.contains(row.operation) => {
                    problems.push(format!("the example {} does not call it", row.example));
                }
                Some(_) => {}
            }
        }
        let empty = row.call.is_empty()
            || row.command.is_empty()
            || row.test.is_empty()
            || row.example.is_empty();
        if empty && row.why.is_empty() {
            problems.push("an empty cell without a reason".to_owned());
        }
        wrong.extend(problems.into_iter().map(|problem| format!("{}: {problem}", row.operation)));
        println!(
            "| {} | {} | {} | {} | {} | {} | {} |",
            row.operation,
            row.call,
            served.unwrap_or_default(),
            row.command.join(" "),
            row.test.split_once(": ").map_or("", |(_, test)| test),
            row.example,
            row.why
        );
    }
    println!(
        "counted: {} operations in {} rows, {} examples",
        table.len(),
        rows.len(),
        played.len()
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_example_is_run() {
    let mut files: Vec<String> = fs::read_dir(root().join("crates/client/examples"))
        .expect("the examples")
        .flatten()
        .filter_map(|entry| Some(entry.path().file_stem()?.to_string_lossy().into_owned()))
        .collect();
    files.sort_unstable();
    let run: Vec<&str> = EXAMPLES.iter().map(|(name, _)| *name).collect();
    assert_eq!(files, run, "the list above names every file, in order");
}
