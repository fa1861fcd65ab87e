//! `api`: any operation of the Hub, by its name.

mod fields;

use clap::builder::NonEmptyStringValueParser;
use hubfolk_api::table::{self, Visitor};
use hubfolk_api::{Answer, Effect, Endpoint, Operation, Paged};
use hubfolk_mcp::hf_api_request;
use hubfolk_mcp::operations::effect_of;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::context::Context;
use crate::error::{Exit, Stop, usage};
use crate::output::{Format, Row, Shape};

use super::{hub, secret};
use fields::Fields;

/// Arguments of `api`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The answer is printed as the Hub sends it. A list follows its pages by itself.
Fields are text; numbers, true, false and JSON are read where the operation expects them. A secret is
given as @FILE or @- (standard input), never as itself: arguments are seen by others.

Examples:
  hubfolk api --list
  hubfolk api get_user_overview --field username=ada
  hubfolk api list_organization_members --field organization=acme --format ndjson --limit 10
  hubfolk api GET /users/ada/overview
  hubfolk api POST /models/acme/m/discussions -f title=Question -f description=Why?
  hubfolk api unlike --field type=model --field repo=acme/m --dry-run")]
pub(crate) struct Args {
    /// Name of the operation, or GET or POST
    #[arg(required_unless_present = "list", value_parser = NonEmptyStringValueParser::new())]
    operation: Option<String>,
    /// After GET or POST: the path below /api, held to the list that agents are held to
    #[arg(value_name = "PATH", conflicts_with = "list")]
    path: Option<String>,
    /// A field of the operation; may be repeated
    #[arg(short, long = "field", value_name = "NAME=VALUE", value_parser = pair)]
    field: Vec<(String, String)>,
    /// Show secrets that the answer holds, such as a new token
    #[arg(long, conflicts_with = "list")]
    show_secrets: bool,
    /// List every operation
    #[arg(long, conflicts_with_all = ["operation", "field"])]
    list: bool,
}

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => {
            Ok((name.trim().to_owned(), value.to_owned()))
        }
        _ => Err("give NAME=VALUE".to_owned()),
    }
}

/// An operation as `api --list` shows it.
#[derive(Debug, Serialize)]
struct Entry {
    name: &'static str,
    method: String,
    path: &'static str,
    effect: String,
    fields: Vec<String>,
    paged: bool,
    summary: &'static str,
}

impl Row for Entry {
    const FIELDS: &'static [&'static str] =
        &["name", "method", "path", "effect", "fields", "paged", "summary"];
    const COLUMNS: &'static [&'static str] = &["name", "effect", "fields", "summary"];
}

type Run = fn(&Context, &Args) -> anyhow::Result<Exit>;

/// Every operation with what lists it and what runs it.
#[derive(Default)]
struct Operations(Vec<(Entry, Run)>);

impl Operations {
    fn add<E: Endpoint>(&mut self, paged: bool, run: Run) {
        let Operation { name, method, path, effect, summary, .. } = E::OPERATION;
        let fields = Fields::of::<E>();
        let entry = Entry {
            name,
            method: method.to_string(),
            path,
            effect: effect.to_string(),
            fields: fields.names().collect(),
            paged,
            summary,
        };
        self.0.push((entry, run));
    }
}

impl Visitor for Operations {
    fn call<E: Endpoint>(&mut self) {
        self.add::<E>(false, run_call::<E>);
    }

    fn list<E: Paged>(&mut self) {
        self.add::<E>(true, run_list::<E>);
    }
}

pub(super) fn run(mut args: Args, context: &Context) -> anyhow::Result<Exit> {
    let mut operations = Operations::default();
    table::visit(&mut operations);
    let Some(mut name) = args.operation.take() else {
        let mut rows = context.output.list(&Entry::shape())?;
        for (entry, _) in &operations.0 {
            if rows.push(entry)?.is_break() {
                break;
            }
        }
        rows.finish()?;
        return Ok(Exit::Done);
    };
    if let Some(path) = args.path.take() {
        (name, args.field) = by_path(&name, path, &args.field)?;
    }
    match operations.0.iter().find(|(entry, _)| entry.name == name) {
        Some((_, run)) => run(context, &args),
        None => Err(unknown(&name, operations.0.iter().map(|(entry, _)| entry.name)).into()),
    }
}

/// The operation and its fields that a method and a path stand for, checked as for agents.
fn by_path(
    method: &str,
    endpoint: String,
    given: &[(String, String)],
) -> Result<(String, Vec<(String, String)>), Stop> {
    if endpoint.contains('?') {
        return Err(usage("a path stands here without its query").hint("give it as -f NAME=VALUE"));
    }
    let mut fields = Map::new();
    for (name, text) in given {
        match fields.entry(name.clone()) {
            serde_json::map::Entry::Vacant(entry) => {
                entry.insert(Value::from(text.as_str()));
            }
            serde_json::map::Entry::Occupied(mut entry) => {
                let first = entry.get_mut().take();
                let mut items = first.as_array().cloned().unwrap_or_else(|| vec![first]);
                items.push(Value::from(text.as_str()));
                entry.insert(Value::Array(items));
            }
        }
    }
    let method = method.to_ascii_uppercase();
    let (params, json_body) =
        if method == "POST" { (Map::new(), Some(fields)) } else { (fields, None) };
    let call =
        hf_api_request::check(&hf_api_request::Request { endpoint, method, params, json_body })
            .map_err(|failure| match failure.hint {
                Some(hint) => usage(failure.message).hint(hint),
                None => usage(failure.message),
            })?;
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let pairs = call.arguments().into_iter().flat_map(|(name, value)| match value {
        Value::Array(items) if !items.is_empty() && items.iter().all(|item| !item.is_object()) => {
            items.iter().map(|item| (name.clone(), text(item))).collect()
        }
        value => vec![(name, text(&value))],
    });
    Ok((call.operation().name.to_owned(), pairs.collect()))
}

fn unknown(name: &str, known: impl Iterator<Item = &'static str>) -> Stop {
    let stop = usage(format!("there is no operation `{}`", name.escape_debug()));
    let closest = known
        .map(|known| (strsim::jaro_winkler(name, known), known))
        .filter(|(likeness, _)| *likeness > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0));
    match closest {
        Some((_, closest)) => {
            stop.hint(format!("did you mean `{closest}`? `hubfolk api --list` shows all"))
        }
        None => stop.hint("`hubfolk api --list` shows all"),
    }
}

fn run_call<E: Endpoint>(context: &Context, args: &Args) -> anyhow::Result<Exit> {
    let request: E = Fields::of::<E>().read(&secrets_read::<E>(&args.field)?)?;
    let hidden = secret::fields::<E::Response>();
    if !hidden.is_empty() && !args.show_secrets && !context.global.dry_run {
        return Err(usage(format!("`{}` answers with a secret", E::OPERATION.name))
            .hint("add --show-secrets to see it, or use the command that writes it to a file")
            .into());
    }
    allowed(context, &request)?;
    print(context, request)
}

/// Calls an operation and prints its answer as the Hub sends it.
pub(super) fn print<E: Endpoint>(context: &Context, request: E) -> anyhow::Result<Exit> {
    let shape = fields::shape::<E::Response>();
    if E::OPERATION.answer == Answer::Json {
        context.output.check(&shape)?;
    }
    let Some(answer) = hub::call(context, request)? else { return Ok(Exit::Done) };
    match serde_json::to_value(&answer)? {
        Value::Array(items) => {
            let mut rows = context.output.list(&shape)?;
            for item in &items {
                if rows.push(item)?.is_break() {
                    break;
                }
            }
            rows.finish()?;
        }
        answer @ Value::Object(_) => context.output.one_shaped(&shape, &answer)?,
        Value::Null => context.note("done"),
        Value::String(text) if context.output.format == Format::Table => {
            context.output.bytes(format!("{}\n", crate::output::shown(&text)).as_bytes())?;
        }
        other => {
            let mut text = Vec::new();
            crate::output::write_json(&mut text, &other)?;
            text.push(b'\n');
            context.output.bytes(&text)?;
        }
    }
    Ok(Exit::Done)
}

fn run_list<E: Paged>(context: &Context, args: &Args) -> anyhow::Result<Exit> {
    let request: E = Fields::of::<E>().read(&args.field)?;
    let shape: Shape = fields::shape::<E::Item>();
    context.output.check(&shape)?;
    allowed(context, &request)?;
    if context.global.dry_run {
        hub::dry_run(context, &request)?;
        return Ok(Exit::Done);
    }
    hub::stream(context, &shape, E::OPERATION.name, request, |item| Ok(serde_json::to_value(item)?))
}

/// The fields with every secret read from where it lies.
fn secrets_read<E: Endpoint>(given: &[(String, String)]) -> anyhow::Result<Vec<(String, String)>> {
    let secret_fields = secret::fields::<E>();
    let mut fields = Vec::new();
    for (name, text) in given {
        if !secret_fields.contains(name) {
            fields.push((name.clone(), text.clone()));
            continue;
        }
        // The value is not repeated: it may be the secret itself.
        let place = text.strip_prefix('@').ok_or_else(|| {
            usage(format!("`{name}` is a secret, and arguments are seen by others"))
                .hint(format!("give --field {name}=@FILE, or @- for standard input"))
        })?;
        let secrets = secret::read(std::path::Path::new(place))?;
        fields.extend(secrets.iter().map(|one| (name.clone(), one.expose().to_owned())));
    }
    Ok(fields)
}

/// Finds what the Hub would refuse, and asks before something that cannot be undone.
fn allowed<E: Endpoint>(context: &Context, request: &E) -> anyhow::Result<()> {
    request.validate().map_err(|error| usage(error.to_string()))?;
    let fields = serde_json::to_value(request)?.as_object().cloned().unwrap_or_default();
    if effect_of(&E::OPERATION, &fields) == Effect::Destructive && !context.global.dry_run {
        let sent = hubfolk_api::wire::encode(request)?;
        context.confirm(&format!("{}: {} {}?", E::OPERATION.summary, sent.method(), sent.uri()))?;
    }
    Ok(())
}
