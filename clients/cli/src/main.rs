//! The command line `albumen`. `albumen help` lists its commands.

mod account;
mod arguments;
mod ask;
mod failure;
mod output;

mod album;
mod completions;
mod delete;
mod download;
mod export;
mod list;
mod lists;
mod picture;
mod rule_file;
mod rules;
mod share;
mod takeout;
mod upload;
mod watch;

use std::future;
use std::process::ExitCode;

use clap::Parser;
use tokio::signal::unix::{SignalKind, signal};

use arguments::Arguments;
use failure::Failure;
use output::Output;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let output = Output::new(&arguments.output);
    let only_prints = arguments.command.only_prints();
    match run(arguments, &output) {
        Ok(outcome) => outcome.into(),
        // In `albumen list | head`, the reader has what it needs.
        Err(Failure::ClosedOutput) if only_prints => ExitCode::SUCCESS,
        Err(failure) => failure.report(&output),
    }
}

fn run(arguments: Arguments, output: &Output) -> Result<Outcome, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::Failed(format!("The program cannot start: {error}.")))?;
    runtime.block_on(arguments.command.run(output))
}

/// Waits until the person or the system asks the program to end, with Ctrl-C or SIGTERM.
async fn stopped() {
    let signals = [SignalKind::interrupt(), SignalKind::terminate()].map(signal);
    // Without handlers, the signals end the program at once.
    let [Ok(mut interrupt), Ok(mut terminate)] = signals else { return future::pending().await };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
}

/// The result of a command that ran to its end.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Outcome {
    /// Everything succeeded.
    Complete,
    /// Something failed, and the command has printed what and why.
    Incomplete,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Complete => Self::SUCCESS,
            Outcome::Incomplete => Self::FAILURE,
        }
    }
}
