//! Questions that a person would ask, answered by replaying calls that a model may make.
//!
//! No model is asked: each question has, for each set of tools, a sequence of calls that leads to
//! the answer, and every call is really made, through the server, against the simulator's demo
//! world. What comes out is compared with what the Hub says to a bare HTTP request.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::needless_pass_by_value,
    clippy::type_complexity,
    reason = "tests; a question reads as it is written: `json!` by value, closures in place"
)]

mod changes;
mod community;
mod people;
mod question;
mod read;
mod scene;
mod truth;

use std::collections::BTreeSet;

use question::{Question, Way};
use scene::{Cost, Scene, TOOLS, Tools};

/// What one set of tools achieved.
#[derive(Default)]
struct Score {
    right: usize,
    wrong: Vec<String>,
    without_a_way: usize,
    cost: Cost,
}

fn questions() -> Vec<Question> {
    [people::questions(), community::questions(), changes::questions()]
        .into_iter()
        .flatten()
        .collect()
}

async fn play(tools: Tools, question: &Question, way: &Way, score: &mut Score) -> Cost {
    let mut scene = Scene::new(tools);
    let before = (question.right)(&scene.truth());
    if let Some(done) = &question.done {
        assert!(!done(&scene.truth()), "{} is done already", question.ask);
    }
    let answered = scene.follow(way).await;
    // A change is right when the Hub says so afterwards.
    let (right, answer) = match &question.done {
        Some(done) => {
            let done = done(&scene.truth()).then(|| "done".to_owned());
            (vec!["done".to_owned()], answered.map(|_| done.into_iter().collect()))
        }
        None => (before, answered),
    };
    assert!(!right.is_empty(), "no answer is no answer to {}", question.ask);
    let right = BTreeSet::from_iter(right);
    match answer {
        Ok(answer) if BTreeSet::from_iter(answer.iter().cloned()) == right => score.right += 1,
        Ok(answer) => score.wrong.push(format!(
            "{}: {}: {answer:?} instead of {right:?}",
            tools.name(),
            question.ask
        )),
        Err(failure) => score.wrong.push(format!("{}: {}: {failure}", tools.name(), question.ask)),
    }
    scene.cost
}

#[tokio::test]
async fn every_question_is_answered_rightly_by_each_set_of_tools_that_can() {
    let questions = questions();
    assert!(questions.len() >= 60, "{}", questions.len());
    let mut scores: [Score; 3] = Default::default();
    for question in &questions {
        let mut columns = Vec::new();
        for (tools, score) in TOOLS.into_iter().zip(&mut scores) {
            let Some(way) = question.way(tools) else {
                score.without_a_way += 1;
                columns.push(format!("{} -", tools.name()));
                continue;
            };
            let cost = play(tools, question, way, score).await;
            score.cost.add(&cost);
            columns.push(format!("{} {} calls {} tokens", tools.name(), cost.calls, cost.tokens));
        }
        println!("counted: eval: {}: {}", question.ask, columns.join(", "));
    }
    for (tools, score) in TOOLS.into_iter().zip(&scores) {
        let asked = questions.len() - score.without_a_way;
        println!(
            "counted: eval in all: {}: {} of {} questions right, {} beyond its tools, {} calls, {} tokens, tools cost {}",
            tools.name(),
            score.right,
            asked,
            score.without_a_way,
            score.cost.calls,
            score.cost.tokens,
            tools.tokens(),
        );
    }
    let wrong: Vec<_> = scores.iter().flat_map(|score| &score.wrong).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    // The typed tools must be worth their tokens, and lean must reach everything.
    assert_eq!(scores[1].without_a_way, 0);
    assert!(scores[0].cost.calls <= scores[2].cost.calls + questions.len());
}
