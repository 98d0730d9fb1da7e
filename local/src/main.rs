//! The program `cargo dev`. `cargo dev help` lists its commands.

use std::process::ExitCode;

use clap::Parser;
use local::commands::Command;

/// Runs, tests and builds Albumen on this machine.
#[derive(Parser)]
#[command(name = "cargo dev", bin_name = "cargo dev")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

fn main() -> ExitCode {
    match Arguments::parse().command.run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}
