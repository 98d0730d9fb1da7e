//! The arguments of the command line. Each command declares its own in its file.

use clap::{Args, Parser, Subcommand};
use domain::Visibility;

use crate::account::{login, logout, whoami};
use crate::failure::Failure;
use crate::output::Output;
use crate::{Outcome, album, completions, delete, download, export, list, rules, share, upload, watch};

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
    /// Print without colours, as with the variable `NO_COLOR`
    #[arg(long, global = true)]
    pub no_color: bool,
}

/// One command with its arguments.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Sign in to a site
    Login(login::Arguments),
    /// Sign out, and forget the session
    Logout,
    /// Show who is signed in, and what they use of their quotas
    Whoami,
    /// Upload pictures and folders
    Upload(upload::Arguments),
    /// Upload the pictures of a folder, and those that appear in it, until Ctrl-C
    Watch(watch::Arguments),
    /// List your pictures, newest first, or those of an album
    List(list::Arguments),
    /// Download originals
    Download(download::Arguments),
    /// Download all your originals, and later the new ones
    Export(export::Arguments),
    /// Create a link to a picture or an album, and print its URL
    Share(share::Arguments),
    /// Delete pictures for good
    Delete(delete::Arguments),
    /// Create and list albums
    Album(album::Arguments),
    /// Test rules of smart albums
    Rules(rules::Arguments),
    /// Print the completions for a shell
    Completions(completions::Arguments),
    /// Print the manual page
    Man(completions::ManArguments),
}

impl Command {
    /// Returns `true` if the command has no effect except its output.
    pub fn only_prints(&self) -> bool {
        match self {
            Self::Whoami | Self::List(_) | Self::Completions(_) | Self::Man(_) => true,
            Self::Album(arguments) => arguments.only_prints(),
            _ => false,
        }
    }

    /// Runs the command.
    ///
    /// # Errors
    /// Returns a failure with a sentence for the person.
    pub async fn run(self, output: &Output) -> Result<Outcome, Failure> {
        match self {
            Self::Login(arguments) => login::run(arguments, output).await,
            Self::Logout => logout::run(output).await,
            Self::Whoami => whoami::run(output).await,
            Self::Upload(arguments) => upload::run(arguments, output).await,
            Self::Watch(arguments) => watch::run(arguments, output).await,
            Self::List(arguments) => list::run(arguments, output).await,
            Self::Download(arguments) => download::run(arguments, output).await,
            Self::Export(arguments) => export::run(arguments, output).await,
            Self::Share(arguments) => share::run(arguments, output).await,
            Self::Delete(arguments) => delete::run(arguments, output).await,
            Self::Album(arguments) => album::run(arguments, output).await,
            Self::Rules(arguments) => rules::run(arguments, output).await,
            Self::Completions(arguments) => completions::run(&arguments),
            Self::Man(arguments) => completions::run_man(&arguments, output),
        }
    }
}

/// Parses a visibility. Used by clap.
pub fn parse_visibility(text: &str) -> Result<Visibility, String> {
    Visibility::parse(text).ok_or_else(|| "use private, friends or public".into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn refuses_a_list_of_no_pictures() {
        for (limit, is_valid) in [("0", false), ("1", true)] {
            let words = ["albumen", "list", "--limit", limit];
            assert_eq!(Arguments::try_parse_from(words).is_ok(), is_valid, "{limit}");
        }
    }

    #[test]
    fn only_commands_without_effects_succeed_without_a_reader() {
        for (words, expected) in [
            ("list", true),
            ("man", true),
            ("album list", true),
            ("album create Oslo", false),
            ("upload a.jpg", false),
            ("delete 01987b2e-0b1d-7a7b-9b57-0d6a3c1f2e4d", false),
            ("export pictures", false),
            // Its exit code is a result, too.
            ("rules test rule.py", false),
        ] {
            let words = std::iter::once("albumen").chain(words.split(' '));
            let arguments = Arguments::try_parse_from(words).unwrap();
            assert_eq!(arguments.command.only_prints(), expected, "{arguments:?}");
        }
    }
}
