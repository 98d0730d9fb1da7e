//! The output of a command: for people, or as lines of JSON for scripts.
//!
//! Results go to standard output. Notes, progress and errors go to standard error.

use std::io::{self, IsTerminal, Write};

use indicatif::{MultiProgress, ProgressDrawTarget};
use serde::Serialize;

use crate::arguments::OutputArguments;
use crate::failure::Failure;

/// Prints results, notes and progress in the form that the person chose.
#[derive(Debug)]
pub struct Output {
    json: bool,
    quiet: bool,
    verbose: bool,
    colors: bool,
    progress: MultiProgress,
}

impl Output {
    /// Creates an output. It has colours and progress only on a terminal.
    pub fn new(arguments: &OutputArguments) -> Self {
        let OutputArguments { json, quiet, verbose, no_color } = *arguments;
        let terminal = io::stderr().is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb");
        let asks_for_no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let shows_progress = terminal && !json && !quiet;
        let target = if shows_progress { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        Self {
            json,
            quiet,
            verbose,
            colors: terminal && !no_color && !asks_for_no_color,
            progress: MultiProgress::with_draw_target(target),
        }
    }

    /// Returns `true` if the output is JSON.
    pub fn is_json(&self) -> bool {
        self.json
    }

    /// Returns the progress bars. They are hidden unless a person sees them.
    pub fn progress(&self) -> &MultiProgress {
        &self.progress
    }

    /// Prints a result for people. Prints nothing if the output is JSON.
    ///
    /// # Errors
    /// Returns an error if standard output is closed or full.
    pub fn line(&self, text: &str) -> Result<(), Failure> {
        if self.json { Ok(()) } else { self.stdout(&printable(text)) }
    }

    /// Prints a result as a line of JSON. Prints nothing for people.
    ///
    /// # Errors
    /// Returns an error if standard output is closed or full.
    pub fn record(&self, value: &impl Serialize) -> Result<(), Failure> {
        if !self.json {
            return Ok(());
        }
        let line = serde_json::to_string(value).map_err(|error| Failure::Failed(error.to_string()))?;
        self.stdout(&line)
    }

    /// Prints a remark that is not a result, unless the person asked for quiet or JSON.
    pub fn note(&self, text: &str) {
        if !self.quiet && !self.json {
            self.stderr(&printable(text));
        }
    }

    /// Prints a detail for a person who asked for them.
    pub fn detail(&self, text: &str) {
        if self.verbose {
            self.stderr(&printable(text));
        }
    }

    /// Prints a warning.
    pub fn warn(&self, text: &str) {
        self.stderr(&format!("{} {}", self.colored("33", "warning:"), printable(text)));
    }

    /// Prints an error.
    pub fn error(&self, text: &str) {
        self.stderr(&format!("{} {}", self.colored("1;31", "error:"), printable(text)));
    }

    /// Prints a line to standard error. Nobody can be told if that fails.
    pub fn stderr(&self, line: &str) {
        self.progress.suspend(|| {
            let _ = writeln!(io::stderr(), "{line}");
        });
    }

    fn stdout(&self, line: &str) -> Result<(), Failure> {
        self.progress.suspend(|| writeln!(io::stdout(), "{line}")).map_err(|error| match error.kind() {
            io::ErrorKind::BrokenPipe => Failure::ClosedOutput,
            _ => Failure::Failed(format!("Cannot write to standard output: {error}.")),
        })
    }

    /// Colours a text with a parameter of the escape sequence SGR (ECMA-48, 8.3.117).
    fn colored(&self, code: &str, text: &str) -> String {
        if self.colors { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }
}

/// Replaces control characters other than line feeds and tabs, which could change the terminal:
/// file names and the texts of others can contain them.
pub fn printable(text: &str) -> String {
    text.replace(|character: char| character.is_control() && !matches!(character, '\n' | '\t'), "\u{fffd}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_cannot_control_the_terminal() {
        assert_eq!(printable("a\x1b[2J\u{9b}b\nc\td"), "a\u{fffd}[2J\u{fffd}b\nc\td");
    }
}
