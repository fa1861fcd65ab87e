//! From the name of a tool to its answer: what is offered, what is noted, what never escapes.

use std::{
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, PoisonError},
};

use futures_util::FutureExt;
use hubfolk_api::Effect;
use serde_json::Value;

use crate::{
    audit::{Confirmed, Event, Outcome},
    call::{Call, Halt, Noted, Server, Way},
    callers::{Caller, Rights},
    confirm::canonical,
    failure::{Code, Failure},
    hf_api_request,
    operations::Arguments,
    taint::Care,
    text,
    tools::{Run, Tool, Toolset, profiles::Choice, table},
};

/// Most bytes of arguments; nothing that a tool takes is as long.
const LONGEST_ARGUMENTS: usize = 256 * 1024;

/// Who calls, within what limits, and how a person can be asked.
#[derive(Debug)]
pub struct Incoming<'a> {
    /// The caller.
    pub caller: Arc<Caller>,
    /// What the operator offers, narrowed by the request.
    pub choice: &'a Choice,
    /// How careful to be; a request can only ask for more.
    pub care: Care,
    /// How a person can be asked.
    pub way: Way,
    /// The trace that the call belongs to (W3C `traceparent`).
    pub trace: Option<&'a str>,
}

impl Server {
    /// The tools that this caller can use at all.
    pub async fn tools_for(&self, caller: &Caller, choice: &Choice) -> Vec<&'static Tool> {
        let rights = caller.rights().await;
        let ledger = self.ledger.is_some() && caller.principal == self.owner.principal;
        choice
            .tools()
            .filter(|tool| tool.set != Toolset::Ledger || ledger)
            .filter(|tool| is_useful(tool, &rights))
            .collect()
    }

    /// Calls a tool.
    ///
    /// # Errors
    ///
    /// What a model can act on, or the question a person has to answer first.
    pub async fn call(
        &self,
        name: &str,
        arguments: Arguments,
        from: Incoming<'_>,
    ) -> Result<String, Halt> {
        let given = Value::Object(arguments);
        let (tool, arguments) = match accepted(name, &given, from.choice) {
            Ok(accepted) => accepted,
            Err(failure) => {
                // What was refused at once is told as well, under a name that is no stranger's.
                let name = table::find(name).map_or("unknown", |tool| tool.name);
                let noted = Noted {
                    operation: None,
                    confirmed: Confirmed::NotNeeded,
                    outcome: Outcome::Refused,
                };
                self.write_down(&from.caller, name, &given, &noted);
                return Err(failure.into());
            }
        };
        let hub = match from.trace {
            Some(trace) => from.caller.hub.traced(trace),
            None => from.caller.hub.clone(),
        };
        let call = Call {
            server: self,
            caller: from.caller,
            hub,
            choice: from.choice,
            care: from.care,
            tool,
            arguments,
            way: from.way,
            noted: Mutex::new(Noted {
                operation: None,
                confirmed: Confirmed::NotNeeded,
                outcome: Outcome::Done,
            }),
        };
        // A defect of ours ends one call, never the server.
        let answer = AssertUnwindSafe(call.run()).catch_unwind().await.unwrap_or_else(|_| {
            Err(Failure::new(Code::Internal, "the tool failed; this is a defect of hubfolk").into())
        });
        self.log(&call, &answer);
        answer.map(|text| text::safe(&text).into_owned())
    }

    fn log(&self, call: &Call<'_>, answer: &Result<String, Halt>) {
        let noted = *call.noted.lock().unwrap_or_else(PoisonError::into_inner);
        let outcome = match answer {
            Ok(_) => noted.outcome,
            Err(Halt::Ask(_)) => Outcome::Asked,
            Err(Halt::Failure(failure)) => match failure.code {
                Code::ConfirmationNeeded => Outcome::Asked,
                Code::NotConfirmed | Code::NotAllowed | Code::InvalidArguments => Outcome::Refused,
                _ => Outcome::Failed,
            },
        };
        let arguments = Value::Object(call.arguments.clone());
        self.write_down(&call.caller, call.tool.name, &arguments, &Noted { outcome, ..noted });
    }

    fn write_down(&self, caller: &Caller, tool: &str, arguments: &Value, noted: &Noted) {
        let written = self.audit.write(&Event {
            principal: &caller.principal,
            user: caller.known_as().as_deref(),
            tool,
            operation: noted.operation,
            arguments: &canonical(arguments),
            confirmed: noted.confirmed,
            outcome: noted.outcome,
        });
        if let Err(error) = written {
            tracing::error!(%error, "the audit log cannot be written");
        }
    }
}

/// The tool and its arguments, each in the type that it takes.
fn accepted(
    name: &str,
    given: &Value,
    choice: &Choice,
) -> Result<(&'static Tool, Arguments), Failure> {
    let tool = choice.find(name)?;
    if given.to_string().len() > LONGEST_ARGUMENTS {
        return Err(Failure::new(Code::TooLarge, "the arguments are too long")
            .hint(format!("at most {} KiB", LONGEST_ARGUMENTS / 1024)));
    }
    let arguments = given.as_object().cloned().unwrap_or_default();
    let arguments =
        if tool.run == Run::Request { hf_api_request::repaired(arguments) } else { arguments };
    Ok((tool, tool.accept(arguments)?))
}

impl Call<'_> {
    async fn run(&self) -> Result<String, Halt> {
        match self.tool.run {
            Run::Request => self.request().await,
            Run::Profile => self.profile().await,
            Run::People => self.people().await,
            Run::Likes => self.likes().await,
            Run::Discussions => self.discussions().await,
            Run::Discussion => self.discussion().await,
            Run::WriteDiscussion => self.write_discussion().await,
            Run::AccessRequests => self.access_requests().await,
            Run::AnswerAccess => self.answer_access().await,
            Run::Collections => self.collections().await,
            Run::EditCollection => self.edit_collection().await,
            Run::ManageMember => self.manage_member().await,
            Run::Ledger => self.ledger().await,
            Run::Sync => self.sync().await,
            Run::FindOperation => self.find_operation(),
            Run::CallOperation => self.call_operation().await,
        }
    }
}

/// Whether a token with these rights gets anywhere with a tool.
fn is_useful(tool: &Tool, rights: &Rights) -> bool {
    if tool.effect == Effect::Read && tool.set != Toolset::Access {
        return true;
    }
    if tool.can_read() && tool.effect != Effect::Read {
        return true;
    }
    let scopes: &[&str] = match tool.set {
        Toolset::Discussions => &["discussion.write"],
        Toolset::Access => &["repo.access.read", "repo.write", "repo.access.write"],
        Toolset::Collections => &["collection.write"],
        Toolset::Members => &["org.write", "org.members.write", "org.serviceAccounts.write"],
        _ => return true,
    };
    // Who has asked for access is for those who decide about it; a read token of theirs may look.
    if tool.effect == Effect::Read {
        return matches!(rights, Rights::Read | Rights::Unknown) || rights.may(scopes);
    }
    rights.may(scopes)
}
