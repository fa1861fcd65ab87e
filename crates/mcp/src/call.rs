//! One call of a tool: who calls, what they may do, how they can be asked.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use futures_util::future::BoxFuture;
use hubfolk::Hub;
use hubfolk_license::clock::Clock;
use jiff::SignedDuration;
use serde_json::{Map, Value};

use crate::{
    audit, budget,
    callers::{Caller, Callers},
    confirm::{self, Gate, Pending},
    cursor::Cursors,
    failure::{Code, Failure},
    format::{self, Format},
    ledger::Desk,
    operations::{self, Arguments, Call as Operation, Entry},
    repair,
    seal::Seal,
    taint::{Care, Sessions},
    text,
    tools::{Tool, profiles::Choice},
};

/// What a server is started with.
pub struct Settings {
    /// The Hub; its token is what callers without one of their own act with.
    pub hub: Hub,
    /// The tools it offers.
    pub choice: Choice,
    /// How careful it is with strangers' words.
    pub care: Care,
    /// Where confirmations and the key of cursors are kept, shared between processes.
    pub state: Option<PathBuf>,
    /// Where the audit log goes.
    pub audit: Option<PathBuf>,
    /// How many results `hf_api_request` hands out unless told otherwise.
    pub max_results: usize,
    /// The ledger, where there is one.
    pub ledger: Option<OpenLedger>,
    /// How long a person has to answer; ten minutes at most.
    pub answer_within: SignedDuration,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
}

/// Opens the ledger when it is first asked for: to read, or to write as well.
#[derive(Clone)]
pub struct OpenLedger(Arc<Opening>);

struct Opening {
    open: Box<dyn Fn(bool) -> Result<Desk, Failure> + Send + Sync>,
    desk: Mutex<Option<Desk>>,
}

impl OpenLedger {
    /// A ledger that this opens; it is told whether the ledger shall be made if need be.
    pub fn new(open: impl Fn(bool) -> Result<Desk, Failure> + Send + Sync + 'static) -> Self {
        Self(Arc::new(Opening { open: Box::new(open), desk: Mutex::new(None) }))
    }

    /// The open ledger; blocks while it opens.
    pub(crate) fn desk(&self, write: bool) -> Result<Desk, Failure> {
        let mut known = self.0.desk.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(desk) = &*known {
            return Ok(desk.clone());
        }
        let desk = (self.0.open)(write)?;
        *known = Some(desk.clone());
        Ok(desk)
    }
}

impl std::fmt::Debug for OpenLedger {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OpenLedger")
    }
}

impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Settings").field("hub", &self.hub).finish_non_exhaustive()
    }
}

/// What all calls of a server share.
#[derive(Debug)]
pub struct Server {
    pub(crate) choice: Choice,
    pub(crate) care: Care,
    pub(crate) callers: Callers,
    pub(crate) owner: Arc<Caller>,
    pub(crate) seal: Seal,
    pub(crate) gate: Option<Gate>,
    pub(crate) audit: audit::Log,
    pub(crate) sessions: Sessions,
    pub(crate) max_results: usize,
    pub(crate) ledger: Option<OpenLedger>,
    pub(crate) clock: ClockHandle,
}

/// The time, as it was given.
#[derive(Clone)]
pub(crate) struct ClockHandle(Arc<dyn Clock>);

impl ClockHandle {
    pub(crate) fn now(&self) -> jiff::Timestamp {
        self.0.now()
    }
}

impl std::fmt::Debug for ClockHandle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Clock")
    }
}

impl Server {
    /// A server ready to be called.
    ///
    /// # Errors
    ///
    /// When the state folder or the audit log cannot be used.
    pub fn new(settings: Settings) -> std::io::Result<Self> {
        let (seal, gate) = match &settings.state {
            Some(folder) => {
                let gate = Gate::open(folder, Arc::clone(&settings.clock))?;
                (Seal::of_folder(folder)?, Some(gate.lasting(settings.answer_within)))
            }
            None => (Seal::ephemeral(), None),
        };
        let audit = match &settings.audit {
            Some(path) => audit::Log::open(path, Arc::clone(&settings.clock))?,
            None => audit::Log::none(Arc::clone(&settings.clock)),
        };
        let owner = Arc::new(Caller::owner(settings.hub.clone()));
        Ok(Self {
            choice: settings.choice,
            care: settings.care,
            callers: Callers::new(settings.hub),
            owner,
            seal,
            gate,
            audit,
            sessions: Sessions::default(),
            max_results: settings.max_results,
            ledger: settings.ledger,
            clock: ClockHandle(settings.clock),
        })
    }
}

/// How the person behind the client can be asked.
pub enum Way {
    /// The client puts the question and repeats the call with the answer (2026-07-28).
    Repeat(Option<Answered>),
    /// The client is asked while the call waits (earlier revisions).
    Elicit(Box<dyn Elicit>),
    /// Only in a terminal or on the dashboard.
    OutOfBand,
}

impl std::fmt::Debug for Way {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Repeat(_) => "Repeat",
            Self::Elicit(_) => "Elicit",
            Self::OutOfBand => "OutOfBand",
        })
    }
}

/// An answer that came with a repeated call.
#[derive(Debug)]
pub struct Answered {
    /// What was sealed when the question was put.
    pub sealed: String,
    /// What the person chose.
    pub answer: confirm::Answer,
}

/// Asks while the call waits.
pub trait Elicit: Send + Sync {
    /// The person's answer; nothing when the client cannot ask or the person did not answer.
    fn ask(&self, question: &Pending) -> BoxFuture<'_, Option<confirm::Answer>>;
}

/// Why a call ends without its result.
#[derive(Debug)]
pub enum Halt {
    /// It did not work.
    Failure(Failure),
    /// A person has to answer, and the call to be repeated with it.
    Ask(Box<Pending>),
}

impl From<Failure> for Halt {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

impl From<hubfolk::Error> for Halt {
    fn from(error: hubfolk::Error) -> Self {
        Self::Failure(error.into())
    }
}

/// One call.
#[derive(Debug)]
pub struct Call<'a> {
    pub(crate) server: &'a Server,
    pub(crate) caller: Arc<Caller>,
    /// The caller's client, within the trace of the call.
    pub(crate) hub: Hub,
    pub(crate) choice: &'a Choice,
    pub(crate) care: Care,
    pub(crate) tool: &'static Tool,
    pub(crate) arguments: Arguments,
    pub(crate) way: Way,
    pub(crate) noted: Mutex<Noted>,
}

/// What the audit log will say of the call.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Noted {
    pub(crate) operation: Option<&'static str>,
    pub(crate) confirmed: audit::Confirmed,
    pub(crate) outcome: audit::Outcome,
}

impl Call<'_> {
    /// Takes a note for the audit log.
    pub(crate) fn note(&self, change: impl FnOnce(&mut Noted)) {
        change(&mut self.noted.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// A text argument that is there and means something.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.arguments.get(name).and_then(Value::as_str).filter(|text| !repair::is_nothing(text))
    }

    /// A text argument that must be there.
    pub(crate) fn need(&self, name: &str) -> Result<&str, Failure> {
        self.text(name).ok_or_else(|| {
            let action = self.text("action").map(|action| format!(" to {action}"));
            Failure::invalid(format!("give `{name}`{}", action.unwrap_or_default()))
        })
    }

    pub(crate) fn integer(&self, name: &str) -> Option<u64> {
        self.arguments.get(name).and_then(Value::as_u64)
    }

    pub(crate) fn flag(&self, name: &str) -> bool {
        self.arguments.get(name).and_then(Value::as_bool).unwrap_or(false)
    }

    pub(crate) fn dry_run(&self) -> bool {
        self.flag("dry_run")
    }

    /// A name as the Hub knows it; `me` is the caller.
    pub(crate) async fn name(&self, given: &str) -> Result<String, Failure> {
        let name = repair::name(given);
        if name.eq_ignore_ascii_case("me") {
            Ok(self.caller.who().await?.username.clone())
        } else {
            Ok(name)
        }
    }

    /// A repository: its type and id.
    pub(crate) fn repo(&self) -> Result<(String, String), Failure> {
        Ok(repair::repo(self.need("repo")?, "model"))
    }

    /// A call of an operation of the table.
    pub(crate) fn operation(
        &self,
        name: &str,
        arguments: Value,
    ) -> Result<Box<dyn Operation>, Failure> {
        let Value::Object(mut arguments) = arguments else {
            return Err(Failure::new(Code::Internal, "the arguments are no object"));
        };
        arguments.retain(|_, value| !value.is_null());
        entry(name)?.call(arguments)
    }

    /// Reads one thing as JSON, cleaned.
    pub(crate) async fn read(&self, name: &str, arguments: Value) -> Result<Value, Failure> {
        let call = self.operation(name, arguments)?;
        let answer = call.send(&self.hub).await?;
        let mut value = answer.json().ok_or_else(|| {
            Failure::new(Code::HubFailed, "the Hub's answer is no JSON").hint("try again later")
        })?;
        text::clean_value(&mut value);
        Ok(value)
    }

    /// The cursors of this list.
    pub(crate) fn cursors(&self) -> Cursors<'_> {
        Cursors::new(&self.server.seal, &self.caller.principal, self.tool.name, &self.arguments)
    }

    /// How the answer shall look.
    pub(crate) fn presentation(&self) -> Result<Presentation, Failure> {
        let fields = self.arguments.get("fields").and_then(Value::as_array).map(|fields| {
            fields.iter().filter_map(Value::as_str).map(|name| name.trim().to_owned()).collect()
        });
        let format = self.text("format").map_or(Ok(Format::default()), Format::named)?;
        let most = self.integer("max_tokens").map_or(budget::DEFAULT, |most| {
            usize::try_from(most).unwrap_or(usize::MAX).clamp(200, budget::MOST)
        });
        let limit = match self.arguments.get("limit").and_then(Value::as_i64) {
            Some(limit) if limit < 1 => {
                return Err(Failure::invalid("`limit` must be 1 or more")
                    .hint("leave it out for as many as fit"));
            }
            Some(limit) => usize::try_from(limit).unwrap_or(usize::MAX),
            None => usize::MAX,
        };
        Ok(Presentation { fields, format, most, limit })
    }

    /// An object as the answer: these fields, or those asked for.
    pub(crate) fn object(&self, mut value: Value, shown: &[&str]) -> Result<String, Failure> {
        let how = self.presentation()?;
        if !value.is_object() && !shown.is_empty() {
            return Err(Failure::new(Code::HubFailed, "the Hub's answer is something else")
                .hint("it is not what this operation is documented to answer; try again later"));
        }
        text::clean_value(&mut value);
        let columns = match &how.fields {
            Some(fields) => {
                known_fields(fields, &value)?;
                fields.clone()
            }
            None if shown.is_empty() => {
                value.as_object().into_iter().flat_map(Map::keys).cloned().collect()
            }
            None => shown.iter().map(|name| (*name).to_owned()).collect(),
        };
        let picked = format::picked(&value, &columns);
        let mut text = picked.to_string();
        if budget::tokens(&text) > how.most {
            text = budget::within(picked, how.most).to_string();
        }
        Ok(text)
    }
}

/// How an answer shall look.
#[derive(Debug, Clone)]
pub(crate) struct Presentation {
    pub(crate) fields: Option<Vec<String>>,
    pub(crate) format: Format,
    pub(crate) most: usize,
    pub(crate) limit: usize,
}

/// The operation of this name.
pub(crate) fn entry(name: &str) -> Result<&'static Entry, Failure> {
    operations::find(name).ok_or_else(|| {
        let name = repair::excerpt(name, 60);
        Failure::invalid(format!("there is no operation `{name}`"))
            .hint("find_operation finds them by words")
            .meant(&name, operations::all().iter().map(|entry| entry.operation.name))
    })
}

/// Refuses fields that no row has, with the names of those that it has.
pub(crate) fn known_fields(fields: &[String], row: &Value) -> Result<(), Failure> {
    let Some(object) = row.as_object() else { return Ok(()) };
    let wrong = fields.iter().find(|field| {
        format::at(row, field).is_none()
            && object.get(field.split('.').next().unwrap_or(field)).is_none()
    });
    match wrong {
        Some(wrong) => {
            let names: Vec<&str> = object.keys().map(String::as_str).collect();
            let wrong = repair::excerpt(wrong, 40);
            Err(Failure::invalid(format!("there is no field `{wrong}`"))
                .hint(format!("there are {}", names.join(", ")))
                .meant(&wrong, names))
        }
        None => Ok(()),
    }
}
