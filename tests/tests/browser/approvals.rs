//! An agent asks, a person looks at exactly what would be sent, and says yes or no.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use serde_json::{Value, json};

use crate::stage::{ADMIN, Stage, sync};

/// An agent that speaks to `hubfolk mcp`, and cannot show forms.
pub(crate) struct Agent {
    process: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    number: u64,
}

impl Agent {
    pub(crate) fn of(stage: &Stage) -> Self {
        let mut command = stage.scene.command(ADMIN, "mcp");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = command.spawn().unwrap();
        let to = process.stdin.take().unwrap();
        let from = BufReader::new(process.stdout.take().unwrap());
        let mut agent = Self { process, to, from, number: 0 };
        agent.ask(
            "initialize",
            &json!({
                "protocolVersion": "2025-06-18", "capabilities": {},
                "clientInfo": { "name": "clerk", "version": "1" },
            }),
        );
        agent.tell(&json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }));
        agent
    }

    fn tell(&mut self, message: &Value) {
        writeln!(self.to, "{message}").unwrap();
        self.to.flush().unwrap();
    }

    fn ask(&mut self, method: &str, parameters: &Value) -> Value {
        self.number += 1;
        let id = self.number;
        self.tell(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": parameters }));
        loop {
            let mut line = String::new();
            assert!(self.from.read_line(&mut line).unwrap() > 0, "the agent's server ended");
            let mut message: Value = serde_json::from_str(&line).unwrap();
            if message["id"] == id {
                return message["result"].take();
            }
        }
    }

    /// Tries to close a discussion, which takes a person's yes.
    pub(crate) fn close(&mut self, number: u64) -> Value {
        let endpoint = format!("models/acme/m/discussions/{number}/status");
        self.ask(
            "tools/call",
            &json!({ "name": "hf_api_request", "arguments": {
                "endpoint": endpoint, "method": "POST", "json_body": { "status": "closed" },
            } }),
        )
    }

    fn status(&mut self, number: u64) -> String {
        let endpoint = format!("models/acme/m/discussions/{number}");
        let answer = self.ask(
            "tools/call",
            &json!({ "name": "hf_api_request", "arguments": { "endpoint": endpoint } }),
        );
        let text = answer["content"][0]["text"].as_str().unwrap_or_else(|| panic!("{answer}"));
        let answer: Value = serde_json::from_str(text).unwrap();
        answer["data"]["status"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn asked() -> Option<(Stage, Agent)> {
    let stage = Stage::with(&Default::default(), sync)?;
    stage.sign_in();
    stage.browser.link("Approvals").click();
    stage.browser.see("Nothing waits for an answer");
    let mut agent = Agent::of(&stage);
    assert_eq!(agent.status(1), "open");
    let answer = agent.close(1);
    assert_eq!(answer["isError"], true, "{answer}");
    assert_eq!(agent.status(1), "open", "nothing is done before somebody says yes");
    // The page looks for new questions by itself.
    stage.browser.see("Exactly this would be sent");
    stage.browser.see("POST /api/models/acme/m/discussions/1/status");
    stage.browser.see(r#""status": "closed""#);
    Some((stage, agent))
}

#[test]
fn a_yes_lets_exactly_that_request_through_once() {
    let Some((stage, mut agent)) = asked() else { return };
    let shown = stage.browser.one("article.note").text();
    assert!(shown.contains("ada"), "the page says for whom the agent acts: {shown}");
    stage.browser.button("Yes, do it").click();
    stage.browser.see("Nothing waits for an answer");
    // The yes is for what was shown, and not for its neighbour.
    assert_eq!(agent.close(2)["isError"], true);
    assert_eq!(agent.status(2), "open");
    let done = agent.close(1);
    assert_ne!(done["isError"], true, "{done}");
    assert_eq!(agent.status(1), "closed");
    stage.go("/log");
    stage.browser.see("to an agent");
    println!("counted: an agent's request shown, approved by click, done once");
}

#[test]
fn a_no_spends_the_question() {
    let Some((stage, mut agent)) = asked() else { return };
    stage.browser.button("No").click();
    stage.browser.see("Nothing waits for an answer");
    let refused = agent.close(1);
    assert_eq!(refused["isError"], true, "{refused}");
    assert_eq!(agent.status(1), "open");
    // Asking again is asking anew: a person would have to say yes to that.
    let words = refused["content"][0]["text"].as_str().unwrap();
    assert!(words.contains("hubfolk approve"), "{refused}");
    println!("counted: an agent's request shown, declined by click, not done");
}
