//! The one way by which a change leaves: permitted, shown, asked for, sent, written down.

use hubfolk::RawAnswer;
use hubfolk_api::Effect;
use serde_json::{Value, json};

use crate::{
    audit::{Confirmed, Outcome},
    call::{Call, Halt, Way},
    confirm::{Act, Gate, Refused, Request, Shown, canonical},
    failure::{Code, Failure},
    operations::Call as Operation,
    repair::excerpt,
};

/// Arguments that say how an answer looks or that nothing shall be sent, not what is done.
const NOT_THE_ACT: [&str; 6] = ["dry_run", "cursor", "limit", "max_tokens", "format", "fields"];

/// What shall be done, in order.
pub(crate) struct Plan {
    /// In words, for the person who is asked: begins with a verb.
    pub(crate) what: String,
    pub(crate) calls: Vec<Box<dyn Operation>>,
    effect: Effect,
    /// Why a person is asked although the calls themselves only read.
    asks: Option<&'static str>,
}

impl Plan {
    pub(crate) fn new(what: impl Into<String>, calls: Vec<Box<dyn Operation>>) -> Self {
        let effect = calls.iter().map(|call| call.effect()).max_by_key(gravity);
        Self { what: what.into(), calls, effect: effect.unwrap_or(Effect::Read), asks: None }
    }

    pub(crate) fn one(what: impl Into<String>, call: Box<dyn Operation>) -> Self {
        Self::new(what, vec![call])
    }

    /// The same, which a person has to permit although it changes nothing on the Hub.
    pub(crate) fn asking(self, why: &'static str) -> Self {
        Self { effect: Effect::Destructive, asks: Some(why), ..self }
    }
}

/// What became of it.
pub(crate) enum Done {
    /// Nothing was sent: this is what would be.
    Shown(String),
    /// What the Hub answered to each, as far as it went.
    Sent(Vec<Result<RawAnswer, Failure>>),
}

impl Call<'_> {
    /// Whether the operator permits it and, where one has to, a person. In a dry run it ends with
    /// what would be sent.
    pub(crate) async fn allow(&self, plan: &Plan) -> Result<Option<String>, Halt> {
        self.note(|noted| noted.operation = plan.calls.first().map(|call| call.operation().name));
        self.choice.permits(plan.effect)?;
        let requests = requests(plan)?;
        if self.dry_run() {
            self.note(|noted| noted.confirmed = Confirmed::DryRun);
            return Ok(Some(json!({ "dry_run": requests }).to_string()));
        }
        let session = self.server.sessions.of(&self.caller.principal);
        let why = plan.asks.map(str::to_owned);
        if let Some(why) = why.or_else(|| session.asks(self.care, plan.effect)) {
            self.note(|noted| {
                noted.confirmed = Confirmed::No;
                noted.outcome = Outcome::Refused;
            });
            self.confirm(plan, requests, &why).await?;
            self.note(|noted| noted.outcome = Outcome::Done);
        }
        Ok(None)
    }

    /// Does what was planned, if it is allowed.
    pub(crate) async fn commit(&self, plan: Plan) -> Result<Done, Halt> {
        if let Some(shown) = self.allow(&plan).await? {
            return Ok(Done::Shown(shown));
        }
        let mut answers = Vec::with_capacity(plan.calls.len());
        for call in &plan.calls {
            let answer = call.send(&self.hub).await.map_err(Failure::from);
            // What could not be told apart from a failure of all of them ends it.
            let ends = answer.as_ref().is_err_and(|failure| {
                !matches!(failure.code, Code::NotFound | Code::Conflict | Code::Refused)
            });
            answers.push(answer);
            if ends {
                break;
            }
        }
        Ok(Done::Sent(answers))
    }

    /// The same for one operation: its answer as JSON, null where it has none.
    pub(crate) async fn commit_one(&self, plan: Plan) -> Result<Result<Value, String>, Halt> {
        match self.commit(plan).await? {
            Done::Shown(text) => Ok(Err(text)),
            Done::Sent(answers) => {
                let answer = answers
                    .into_iter()
                    .next()
                    .ok_or_else(|| Failure::new(Code::Internal, "there was nothing to send"))??;
                let mut value = answer.json().unwrap_or(Value::Null);
                crate::text::clean_value(&mut value);
                Ok(Ok(value))
            }
        }
    }

    /// A person's yes to exactly this, or the end of the call.
    async fn confirm(&self, plan: &Plan, requests: Vec<Request>, why: &str) -> Result<(), Halt> {
        let Some(gate) = &self.server.gate else {
            return Err(Failure::new(
                Code::ConfirmationNeeded,
                "nobody can be asked: there is no state folder",
            )
            .hint("start the server with a state folder; nothing was sent")
            .into());
        };
        let who = self.caller.who().await?;
        let mut targets = Vec::with_capacity(plan.calls.len());
        let mut about = Vec::new();
        for call in &plan.calls {
            let target = self.target(call.as_ref()).await?;
            targets.push(target.id);
            if let Some(words) = target.about.filter(|words| !about.contains(words)) {
                about.push(words);
            }
        }
        let mut arguments = self.arguments.clone();
        for name in NOT_THE_ACT {
            arguments.remove(name);
        }
        // The requests are part of what is confirmed, whatever the arguments were taken to mean.
        let arguments = canonical(&json!([arguments, requests]));
        let target = targets.join(" ");
        let act = Act {
            principal: &who.id,
            tool: self.tool.name,
            arguments: &arguments,
            target: &target,
        };
        // A person may have said yes in a terminal since the last call.
        if gate.redeem_approved(&act).is_ok() {
            self.note(|noted| noted.confirmed = Confirmed::OutOfBand);
            return Ok(());
        }
        if let Way::Repeat(Some(answered)) = &self.way {
            gate.redeem(&answered.sealed, answered.answer, &act)
                .map_err(|refusal| refused(&refusal))?;
            self.note(|noted| noted.confirmed = Confirmed::Form);
            return Ok(());
        }
        let mut what = plan.what.clone();
        if !about.is_empty() {
            what.push_str(&format!(" ({})", about.join("; ")));
        }
        let shown = Shown { who: who.username.clone(), what: format!("{what}: {why}"), requests };
        self.ask(gate, &act, &shown, &plan.what).await
    }

    /// Puts the question to the person. The model is told only what it planned itself: what the
    /// thing is called may be a stranger's words.
    async fn ask(
        &self,
        gate: &Gate,
        act: &Act<'_>,
        shown: &Shown,
        planned: &str,
    ) -> Result<(), Halt> {
        let pending = gate.ask(act, shown).map_err(|refusal| refused(&refusal))?;
        self.note(|noted| noted.outcome = Outcome::Asked);
        match &self.way {
            Way::Repeat(_) => return Err(Halt::Ask(Box::new(pending))),
            Way::Elicit(elicit) => {
                if let Some(answer) = elicit.ask(&pending).await {
                    gate.redeem(&pending.sealed, answer, act).map_err(|refusal| {
                        self.note(|noted| noted.outcome = Outcome::Refused);
                        refused(&refusal)
                    })?;
                    self.note(|noted| noted.confirmed = Confirmed::Form);
                    return Ok(());
                }
            }
            Way::OutOfBand => {}
        }
        Err(Failure::new(
            Code::ConfirmationNeeded,
            format!("a person has to confirm: {}", excerpt(planned, 90)),
        )
        .hint(format!("have them run `hubfolk approve {}`, then repeat this call", pending.code))
        .into())
    }
}

/// The exact requests of a plan.
fn requests(plan: &Plan) -> Result<Vec<Request>, Failure> {
    let request = |call: &dyn Operation| {
        let request = call.request()?;
        let body = match request.body().as_slice() {
            [] => Value::Null,
            bytes => serde_json::from_slice(bytes)
                .unwrap_or_else(|_| String::from_utf8_lossy(bytes).into_owned().into()),
        };
        Ok(Request { method: request.method().to_string(), path: request.uri().to_string(), body })
    };
    plan.calls.iter().map(|call| request(call.as_ref())).collect()
}

fn gravity(effect: &Effect) -> u8 {
    match effect {
        Effect::Read => 0,
        Effect::Idempotent => 1,
        Effect::Write => 2,
        _ => 3,
    }
}

fn refused(refusal: &Refused) -> Failure {
    let message = refusal.to_string();
    match refusal {
        Refused::Declined => Failure::new(Code::NotConfirmed, "a person said no; nothing was sent")
            .hint("do not ask again for the same"),
        Refused::Waiting(_) => Failure::new(Code::ConfirmationNeeded, message),
        Refused::Folder(_) => Failure::new(Code::Internal, message),
        _ => Failure::new(Code::NotConfirmed, message).hint("nothing was sent"),
    }
}
