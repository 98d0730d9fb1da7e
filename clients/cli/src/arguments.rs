//! The arguments of the command line. Each command declares its own in its file.

use clap::{Args, Parser, Subcommand};

use crate::failure::Failure;
use crate::output::Output;
use crate::{Outcome, upload};

/// Uploads, downloads and shares pictures of an Albumen site.
#[derive(Debug, Parser)]
#[command(name = "albumen", version, arg_required_else_help = true)]
pub struct Arguments {
    #[command(flatten)]
    pub output: OutputArguments,
    #[command(subcommand)]
    pub command: Command,
}

/// Options of every command, which decide what it prints.
#[derive(Clone, Debug, Default, Args)]
pub struct OutputArguments {
    /// Print one JSON object a line, for scripts
    #[arg(long, global = true)]
    pub json: bool,
    /// Print results and errors only
    #[arg(long, short, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Print details of each step
    #[arg(long, short, global = true)]
    pub verbose: bool,
    /// Print without colours, as with the variable NO_COLOR
    #[arg(long, global = true)]
    pub no_color: bool,
}

/// One command with its arguments.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Upload pictures and folders
    #[command(hide = true)]
    Upload(upload::Arguments),
}

impl Command {
    /// Runs the command.
    ///
    /// # Errors
    /// Returns a failure with a sentence for the person.
    pub async fn run(self, output: &Output) -> Result<Outcome, Failure> {
        match self {
            Self::Upload(arguments) => upload::run(arguments, output).await,
        }
    }
}
