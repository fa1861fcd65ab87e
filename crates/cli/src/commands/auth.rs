//! `auth`: log in and out, in the Hub's own token files.

use std::io::{IsTerminal, Read};

use clap::Subcommand;
use hubfolk_api::whoami::GetWhoami;
use serde::Serialize;

use crate::context::{Caps, Context};
use crate::error::{Exit, Report, Stop, usage};
use crate::output::Row;
use crate::token::{Environment, Found, Places, Process, Source, write_secret};

/// Arguments of `auth`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Store a token where the Hub's own tools keep it
    #[command(after_help = "\
The token is asked for without showing it, or read from stdin when that is piped. It is checked with
the Hub, then written to the files that huggingface_hub and `hf` read too.

Examples:
  hubfolk auth login
  vault read -field=token secret/hub | hubfolk auth login --name ci")]
    Login {
        /// Name to store it under [default: the name the token has on the Hub]
        #[arg(long)]
        name: Option<String>,
        /// Store it without asking the Hub whether it is valid
        #[arg(long)]
        no_verify: bool,
    },
    /// Show which token is used and where it comes from, never the token itself
    Status {
        /// Do not ask the Hub whose token it is
        #[arg(long)]
        offline: bool,
    },
    /// Remove the stored token
    #[command(after_help = "\
Examples:
  hubfolk auth logout              forget the active token
  hubfolk auth logout --name ci    forget the token stored as `ci`
  hubfolk auth logout --all        forget every stored token")]
    Logout {
        /// Only the token stored under this name
        #[arg(long, conflicts_with = "all")]
        name: Option<String>,
        /// Every stored token
        #[arg(long)]
        all: bool,
    },
}

/// What `auth status` and `auth login` print.
#[derive(Debug, Serialize)]
struct Status {
    logged_in: bool,
    source: Option<String>,
    token: Option<String>,
    kind: Option<String>,
    stored_as: Option<String>,
    username: Option<String>,
    token_name: Option<String>,
    role: Option<String>,
    /// What a fine-grained token may do.
    scopes: Option<Vec<String>>,
    expires_at: Option<String>,
    endpoint: String,
    valid: Option<bool>,
}

impl Row for Status {
    const FIELDS: &'static [&'static str] = &[
        "logged_in",
        "source",
        "token",
        "kind",
        "stored_as",
        "username",
        "token_name",
        "role",
        "scopes",
        "expires_at",
        "endpoint",
        "valid",
    ];
    const COLUMNS: &'static [&'static str] = &[
        "username",
        "role",
        "scopes",
        "kind",
        "token",
        "token_name",
        "stored_as",
        "source",
        "expires_at",
        "endpoint",
        "valid",
    ];
}

pub(super) fn run(args: Args, context: &Context) -> anyhow::Result<Exit> {
    match args.action {
        Action::Login { name, no_verify } => login(name, no_verify, context),
        Action::Status { offline } => status(offline, context),
        Action::Logout { name, all } => logout(name.as_deref(), all, context),
    }
}

fn places() -> Result<Places, Stop> {
    Places::new(&Process).ok_or_else(|| {
        usage("there is no home folder to keep the token in").hint("set HF_HOME or HF_TOKEN_PATH")
    })
}

fn login(name: Option<String>, no_verify: bool, context: &Context) -> anyhow::Result<Exit> {
    if let Some(name) = &name {
        check_name(name)?;
    }
    context.output.check(&Status::shape())?;
    let places = places()?;
    // Read first: a file that cannot be kept must stop us before the token is typed.
    let mut stored = places.stored()?;
    let found = read_token(context)?;
    let mut status = Status::new(Some(&found), context.endpoint()?);
    if !no_verify {
        status.ask(&found, context)?;
    }
    let name = name
        .or_else(|| status.token_name.clone().filter(|name| check_name(name).is_ok()))
        .unwrap_or_else(|| "hubfolk".to_owned());
    if context.global.dry_run {
        context.note(&format!(
            "would store the token as `{name}` in {} and {}",
            places.stored.display(),
            places.token.display()
        ));
    } else {
        if let Some(other) = stored.token(&name)
            && other != found.expose()
        {
            context.confirm(&format!("Another token is stored as `{name}`. Replace it?"))?;
        }
        stored.put(&name, &found);
        stored.save(&places)?;
        write_secret(&places.token, found.expose())?;
        status.source = Some(places.token.display().to_string());
        status.stored_as = Some(name);
    }
    for variable in ["HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"] {
        if Process.text(variable).is_some() {
            context.warn(&format!("{variable} is set and is used instead of the stored token"));
        }
    }
    context.output.one(&status)?;
    Ok(Exit::Done)
}

/// A name that Python's `configparser` reads back as it was.
fn check_name(name: &str) -> Result<(), Stop> {
    let odd = name.is_empty()
        || name.trim() != name
        || name == "DEFAULT"
        || name.contains(|c: char| c.is_control() || matches!(c, '[' | ']'));
    if odd {
        return Err(usage(format!("a token cannot be stored under the name {name:?}"))
            .hint("use a plain word such as `ci`"));
    }
    Ok(())
}

fn read_token(context: &Context) -> anyhow::Result<Found> {
    let missing = || usage("no token was entered").hint("pipe it in, or run it on a terminal");
    if let Some(path) = &context.global.token_file {
        return Ok(crate::token::discover(&Process, Some(path))?.ok_or_else(missing)?);
    }
    let raw = if std::io::stdin().is_terminal() {
        context.note("make a token at https://huggingface.co/settings/tokens");
        let prompt = inquire::Password::new("Token:")
            .with_display_mode(inquire::PasswordDisplayMode::Hidden)
            .without_confirmation();
        match prompt.prompt() {
            Ok(raw) => raw,
            Err(inquire::InquireError::OperationInterrupted) => {
                return Err(Stop::interrupted().into());
            }
            Err(inquire::InquireError::OperationCanceled) => return Err(Stop::declined().into()),
            Err(error) => return Err(error.into()),
        }
    } else {
        let mut raw = String::new();
        // A token is short: whoever pipes a whole file in by mistake is told so.
        std::io::stdin().take(64 * 1024).read_to_string(&mut raw)?;
        raw
    };
    Ok(Found::clean(&raw, Source::Input)?.ok_or_else(missing)?)
}

fn status(offline: bool, context: &Context) -> anyhow::Result<Exit> {
    let found = context.token()?;
    context.output.check(&Status::shape())?;
    let mut status = Status::new(found.as_ref(), context.endpoint()?);
    let Some(found) = found else {
        context.output.one(&status)?;
        context.note("not logged in; `hubfolk auth login` stores a token, or set HF_TOKEN");
        return Ok(Exit::NotAllowed);
    };
    if let Some(places) = Places::new(&Process)
        && let Ok(stored) = places.stored()
        && let Some(name) = stored.name_of(&found)
    {
        status.stored_as = Some(name.to_owned());
        let expires = stored.expires_at(name).and_then(|at| jiff::Timestamp::from_second(at).ok());
        status.expires_at = expires.map(|at| at.to_string());
    }
    let asked = if offline { Ok(()) } else { status.ask(&found, context) };
    context.output.one(&status)?;
    asked.map(|()| Exit::Done)
}

impl Status {
    fn new(found: Option<&Found>, endpoint: String) -> Self {
        Self {
            logged_in: found.is_some(),
            source: found.map(|found| found.source.to_string()),
            token: found.map(Found::masked),
            kind: found.map(|found| found.kind().to_owned()),
            stored_as: None,
            username: None,
            token_name: None,
            role: None,
            scopes: None,
            expires_at: None,
            endpoint,
            valid: None,
        }
    }

    /// Asks the Hub whose token it is.
    fn ask(&mut self, found: &Found, context: &Context) -> anyhow::Result<()> {
        let hub = context.hub_with(Some(found), &Caps::default())?;
        let me = match context.block_on(async { Ok(hub.send(GetWhoami::new()).await?) }) {
            Ok(me) => me,
            Err(error) => {
                if Report::new(&error).exit == Exit::NotAllowed {
                    self.valid = Some(false);
                }
                return Err(error);
            }
        };
        self.valid = Some(true);
        self.scopes = super::whoami::scopes(&me);
        self.username = Some(me.username);
        if let Some(auth) = me.auth {
            if let Some(token) = auth.access_token {
                self.token_name = token.display_name;
                self.role = token.role.map(|role| role.to_string());
            }
            self.expires_at = auth.expires_at.flatten().or(self.expires_at.take());
        }
        Ok(())
    }
}

fn logout(name: Option<&str>, all: bool, context: &Context) -> anyhow::Result<Exit> {
    let places = places()?;
    let mut stored = places.stored()?;
    // A token file that holds nonsense can still be removed.
    let active = places.active().ok().flatten();
    let names: Vec<String> = match (name, all) {
        (_, true) => stored.names().map(str::to_owned).collect(),
        (Some(name), false) => {
            if stored.token(name).is_none() {
                let known: Vec<&str> = stored.names().collect();
                return Err(Stop::new(
                    Exit::NotFound,
                    "not_found",
                    format!("no token is stored as `{name}`"),
                )
                .hint(format!(
                    "stored are: {}",
                    if known.is_empty() { "none".to_owned() } else { known.join(", ") }
                ))
                .into());
            }
            vec![name.to_owned()]
        }
        (None, false) => {
            active.iter().filter_map(|found| stored.name_of(found)).map(str::to_owned).collect()
        }
    };
    // The active token goes with its name: a logout that leaves it in use would be none.
    let active_too = match name {
        Some(name) => {
            active.as_ref().is_some_and(|found| stored.token(name) == Some(found.expose()))
        }
        None => places.token.exists(),
    };
    if names.is_empty() && !active_too {
        context.note("not logged in, nothing to remove");
        return Ok(Exit::Done);
    }
    let what = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let what =
        if what.is_empty() { "the active token".to_owned() } else { format!("the token {what}") };
    if context.global.dry_run {
        context.note(&format!("would remove {what}"));
        return Ok(Exit::Done);
    }
    context.confirm(&format!("Remove {what} from this machine?"))?;
    if active_too {
        remove(&places.token)?;
    }
    if all {
        remove(&places.stored)?;
    } else if !names.is_empty() {
        for name in &names {
            stored.remove(name);
        }
        stored.save(&places)?;
    }
    context.note(&format!("removed {what}; it stays valid on the Hub until it is revoked there"));
    for variable in ["HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"] {
        if Process.text(variable).is_some() {
            context.warn(&format!("{variable} is still set and is still used"));
        }
    }
    Ok(Exit::Done)
}

fn remove(path: &std::path::Path) -> Result<(), Stop> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(Stop::new(Exit::Failed, "io", format!("cannot remove {}", path.display()))
                .because(error))
        }
        _ => Ok(()),
    }
}
