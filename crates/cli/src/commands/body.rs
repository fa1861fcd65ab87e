//! Text that a person writes: an argument, a file, standard input, or an editor.

use std::io::{IsTerminal, Read, Write};
use std::path::PathBuf;
use std::process::Command;

use anyhow::Context as _;

use crate::context::Context;
use crate::error::{Stop, usage};
use crate::token::{Environment, Process};

/// Where the text comes from.
#[derive(Debug, Clone, clap::Args)]
#[group(multiple = false)]
pub(super) struct BodyArgs {
    /// The text, in Markdown
    #[arg(long, value_name = "TEXT")]
    body: Option<String>,
    /// Read the text from a file; `-` is standard input [without either: $VISUAL or $EDITOR opens]
    #[arg(long, value_name = "FILE")]
    body_file: Option<PathBuf>,
}

impl BodyArgs {
    /// Whether a text was given.
    pub(super) fn given(&self) -> bool {
        self.body.is_some() || self.body_file.is_some()
    }

    /// The text; an editor opens on `initial` where nothing was given and somebody is there.
    pub(super) fn read(&self, context: &Context, initial: &str) -> anyhow::Result<String> {
        let text = match (&self.body, &self.body_file) {
            (Some(text), _) => text.clone(),
            (None, Some(file)) if file.as_os_str() == "-" => {
                let mut text = String::new();
                std::io::stdin()
                    .read_to_string(&mut text)
                    .context("standard input cannot be read as UTF-8 text")?;
                text
            }
            (None, Some(file)) => std::fs::read_to_string(file).map_err(|error| {
                usage(format!("{} cannot be read as UTF-8 text", file.display())).because(error)
            })?,
            (None, None) => edit(context, initial)?,
        };
        if text.trim().is_empty() {
            return Err(usage("the text is empty, so nothing was sent")
                .hint("write it with --body TEXT, --body-file FILE, or in the editor")
                .into());
        }
        Ok(text)
    }
}

fn edit(context: &Context, initial: &str) -> anyhow::Result<String> {
    if !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
        return Err(usage("the text is missing, and no editor can open without a terminal")
            .hint("give it with --body TEXT, or with --body-file FILE (`-` is standard input)")
            .into());
    }
    let editor = Process
        .text("VISUAL")
        .or_else(|| Process.text("EDITOR"))
        .unwrap_or_else(|| "vi".to_owned());
    let words = shell_words::split(&editor)
        .map_err(|error| usage(format!("the editor {editor:?} cannot be read: {error}")))?;
    let Some((program, arguments)) = words.split_first() else {
        return Err(usage("$VISUAL or $EDITOR names no program").into());
    };
    let mut file = tempfile::Builder::new().prefix("hubfolk-").suffix(".md").tempfile()?;
    file.write_all(initial.as_bytes())?;
    file.flush()?;
    context.note(&format!("waiting for {program}; an empty text sends nothing"));
    let status =
        Command::new(program).args(arguments).arg(file.path()).status().map_err(|error| {
            usage(format!("the editor {program:?} does not start")).because(error)
        })?;
    if !status.success() {
        return Err(Stop::declined().into());
    }
    std::fs::read_to_string(file.path()).context("what the editor wrote is not UTF-8 text")
}
