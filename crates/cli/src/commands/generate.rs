//! `completions` and `man`: what the shell and `man` need to know, made from the grammar.

use std::path::PathBuf;

use clap::CommandFactory;
use clap_complete::Shell;

use crate::args::Cli;
use crate::context::Context;
use crate::error::{Exit, Stop};

/// Arguments of `completions`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  hubfolk completions bash > ~/.local/share/bash-completion/completions/hubfolk
  hubfolk completions zsh > ~/.zfunc/_hubfolk
  hubfolk completions fish > ~/.config/fish/completions/hubfolk.fish")]
pub(crate) struct CompletionsArgs {
    /// Which shell
    shell: Shell,
}

/// Arguments of `man`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  hubfolk man | man -l -
  hubfolk man --dir ~/.local/share/man/man1")]
pub(crate) struct ManArgs {
    /// Write one page a command into this folder
    #[arg(long, value_name = "FOLDER")]
    dir: Option<PathBuf>,
}

pub(super) fn completions(args: &CompletionsArgs, context: &Context) -> anyhow::Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "hubfolk", &mut script);
    context.output.bytes(&script)?;
    Ok(Exit::Done)
}

pub(super) fn man(args: ManArgs, context: &Context) -> anyhow::Result<Exit> {
    let mut command = Cli::command();
    let Some(folder) = args.dir else {
        let mut page = Vec::new();
        clap_mangen::Man::new(command).render(&mut page)?;
        context.output.bytes(&page)?;
        return Ok(Exit::Done);
    };
    let fail = |error: std::io::Error| {
        Stop::new(Exit::Failed, "io", format!("cannot write the pages into {}", folder.display()))
            .because(error)
    };
    std::fs::create_dir_all(&folder).map_err(fail)?;
    command.build();
    clap_mangen::generate_to(command, &folder).map_err(fail)?;
    context.note(&format!("the pages lie in {}", folder.display()));
    Ok(Exit::Done)
}
