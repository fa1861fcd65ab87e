//! `cards`: agent cards for fast-agent, written from the table of tools.

use std::path::{Path, PathBuf};

use clap::builder::PossibleValuesParser;
use hubfolk_mcp::cards::Card;
use hubfolk_mcp::tools::profiles::Profile;

use crate::context::Context;
use crate::error::{Exit, Stop, usage};

/// Arguments of `cards`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A card makes an agent of fast-agent: it starts `hubfolk mcp` and says how to use its tools. There is one card for
each profile of tools: all, core, people, lean.

Examples:
  hubfolk cards > hub_core.md
  hubfolk cards --profile people --read-only
  hubfolk cards --out .fast-agent/agent-cards --model haiku")]
pub(crate) struct Args {
    /// Write a card for every profile into this folder
    #[arg(long, value_name = "FOLDER", conflicts_with = "profile")]
    out: Option<PathBuf>,
    /// The profile of tools that the card is about
    #[arg(long, default_value = "core", value_parser = PossibleValuesParser::new(Profile::ALL.map(Profile::name)))]
    profile: String,
    /// The model that fast-agent shall run it with
    #[arg(long, value_name = "MODEL", default_value = "sonnet")]
    model: String,
    /// How to call this program
    #[arg(long, value_name = "PROGRAM", default_value = "hubfolk")]
    command: String,
    /// Only tools that read
    #[arg(long)]
    read_only: bool,
}

impl Args {
    fn card(&self, profile: Profile) -> Result<(String, String), Stop> {
        let card = Card {
            model: self.model.clone(),
            command: self.command.clone(),
            read_only: self.read_only,
            ..Card::new(profile)
        };
        let text = card.text().map_err(|failure| usage(failure.to_string()))?;
        Ok((format!("{}.md", card.name()), text))
    }
}

pub(super) fn run(args: &Args, context: &Context) -> anyhow::Result<Exit> {
    let Some(folder) = &args.out else {
        let profile = Profile::named(&args.profile).unwrap_or_default();
        context.output.bytes(args.card(profile)?.1.as_bytes())?;
        return Ok(Exit::Done);
    };
    for profile in Profile::ALL {
        let (name, text) = args.card(profile)?;
        let path = folder.join(name);
        if context.global.dry_run {
            context.note(&format!("would write {}", path.display()));
            continue;
        }
        write(&path, &text).map_err(|error| {
            Stop::new(Exit::Failed, "io", format!("cannot write {}", path.display())).because(error)
        })?;
        context.note(&format!("wrote {}", path.display()));
    }
    Ok(Exit::Done)
}

fn write(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(path, text)
}
