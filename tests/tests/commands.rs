//! What holds for the command of every operation: it asks before it destroys, and a refusal of the
//! Hub says what to do.
#![allow(clippy::print_stdout, reason = "tests, whose numbers are worth reading")]

use std::path::Path;

use hubfolk_api::Effect;
use hubfolk_sim::{DEMO_ADMIN_TOKEN, Fault, FaultRule, Running};
use hubfolk_tests::binary::{Said, hubfolk, say};
use hubfolk_tests::operations::{Row, demo, home, rows, table};

fn run(sim: &Running, home: &Path, row: &Row, more: &[&str]) -> Said {
    let mut command = hubfolk(home);
    command.args(row.command).args(["--format", "json", "--endpoint", &sim.url()]).args(more);
    command.current_dir(home).env("HF_TOKEN", DEMO_ADMIN_TOKEN);
    say(&mut command)
}

#[test]
fn a_destructive_command_without_a_yes_sends_nothing_that_changes() {
    let table = table();
    let home = home();
    let sim = demo();
    let (mut wrong, mut count) = (Vec::new(), 0);
    for row in rows() {
        let destructive = table[row.operation].operation.effect == Effect::Destructive;
        if !destructive || row.command.is_empty() {
            continue;
        }
        count += 1;
        sim.clear_requests();
        let said = run(&sim, home.path(), &row, &[]);
        let changes = sim.requests().into_iter().find(|request| {
            table.get(request.operation).is_none_or(|known| !known.operation.effect.is_read())
        });
        let asks = said.code == Some(2) && said.err.contains("--yes");
        if changes.is_some() || !asks {
            wrong.push(format!("{}: {changes:?} {said:?}", row.operation));
        }
        println!("{}: hubfolk {}: exit 2, nothing sent", row.operation, row.command.join(" "));
    }
    println!("counted: {count} destructive commands without a yes changed nothing");
    assert!(count > 0, "there are destructive commands");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Statuses with the exit code that each means, unless the command knows better.
const REFUSALS: [(u16, i32); 7] =
    [(400, 3), (401, 7), (402, 7), (403, 7), (404, 6), (409, 3), (429, 3)];

/// What is wrong with the refusals of these operations, and how many there were.
fn refusals(rows: &[Row]) -> (Vec<String>, usize) {
    let home = home();
    let (mut wrong, mut count) = (Vec::new(), 0);
    for row in rows {
        let sim = demo();
        for (status, exit) in REFUSALS {
            let fault =
                if status == 429 { Fault::rate_limited(3600) } else { Fault::status(status) };
            sim.clear_faults();
            sim.add_fault(FaultRule::new(fault).operation(row.operation));
            let said = run(&sim, home.path(), row, &["--yes"]);
            count += 1;
            let error: serde_json::Value = said
                .err
                .lines()
                .last()
                .and_then(|line| serde_json::from_str(line).ok())
                .unwrap_or_default();
            let error = &error["error"];
            let says = |said: &serde_json::Value| {
                let text = |key: &str| said[key].as_str().is_some_and(|text| !text.is_empty());
                text("message") && text("hint")
            };
            // A batch says it for each of its lines.
            let lines: serde_json::Value = serde_json::from_str(&said.out).unwrap_or_default();
            let each = lines.as_array().is_some_and(|lines| {
                !lines.is_empty()
                    && lines.iter().all(|line| line["result"] == "failed" && says(line))
            });
            let told = (error["operation"] == row.operation && says(error)) || each;
            let exits = match (status, error["kind"].as_str()) {
                // A user in place of an organization is answered with 400, which is "not found".
                (400, _) => [exit, 6],
                // What is known from one note only may not be there at all.
                (404, Some("not_offered")) => [7, 7],
                _ => [exit, exit],
            };
            if !told || !said.code.is_some_and(|code| exits.contains(&code)) {
                wrong.push(format!("{} {status}: {said:?}", row.operation));
            }
        }
    }
    (wrong, count)
}

#[test]
fn every_refusal_of_every_operation_says_what_to_do() {
    let rows: Vec<Row> = rows().into_iter().filter(|row| !row.command.is_empty()).collect();
    // Several at a time: most of it is waiting for processes to start.
    let parts: Vec<(Vec<String>, usize)> = std::thread::scope(|scope| {
        let parts: Vec<_> = rows
            .chunks(rows.len().div_ceil(4))
            .map(|part| scope.spawn(move || refusals(part)))
            .collect();
        parts.into_iter().map(|part| part.join().expect("no part panics")).collect()
    });
    let count: usize = parts.iter().map(|(_, count)| count).sum();
    let wrong: Vec<String> = parts.into_iter().flat_map(|(wrong, _)| wrong).collect();
    println!("counted: {count} refusals said what to do");
    assert!(count > 0, "there are commands");
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
}
