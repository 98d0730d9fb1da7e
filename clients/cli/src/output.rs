//! The output of a command: for people, or as lines of JSON for scripts.
//!
//! Results go to standard output. Notes, progress and errors go to standard error.

use std::io::{self, IsTerminal, Write};

use console::{Alignment, measure_text_width, pad_str};
use indicatif::{MultiProgress, ProgressDrawTarget};
use serde::Serialize;
use serde_json::Value;

use crate::arguments::OutputArguments;
use crate::failure::Failure;

/// Prints results, notes and progress in the form that the person chose.
#[derive(Clone, Debug)]
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
        let terminal =
            io::stderr().is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb");
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

    /// Prints a failure: for scripts the record with its `reason`, for people the reason.
    ///
    /// # Errors
    /// Returns an error if standard output is closed or full.
    pub fn failed(&self, record: &Value, failure: &Failure) -> Result<(), Failure> {
        if !self.json {
            self.error(&failure.to_string());
            return Ok(());
        }
        let mut record = record.clone();
        record["reason"] = failure.to_string().into();
        self.record(&record)
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

    /// Prints a line to standard error. Ignores an error, because there is no other output.
    pub fn stderr(&self, line: &str) {
        self.progress.suspend(|| {
            let _ = writeln!(io::stderr(), "{line}");
        });
    }

    fn stdout(&self, line: &str) -> Result<(), Failure> {
        self.progress.suspend(|| write_all(format!("{line}\n").as_bytes()))
    }

    /// Colours a text with a parameter of the escape sequence SGR (ECMA-48, 8.3.117).
    fn colored(&self, code: &str, text: &str) -> String {
        if self.colors { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }
}

/// Writes to standard output.
///
/// # Errors
/// Returns [`Failure::ClosedOutput`] if nobody reads it any more.
pub fn write_all(bytes: &[u8]) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(bytes).and_then(|()| stdout.flush()).map_err(|error| match error.kind() {
        io::ErrorKind::BrokenPipe => Failure::ClosedOutput,
        _ => Failure::Failed(format!("Cannot write to standard output: {error}.")),
    })
}

/// A table for people. Each column is as wide as its longest cell.
#[derive(Debug)]
pub struct Table<const COLUMNS: usize> {
    rows: Vec<[String; COLUMNS]>,
}

impl<const COLUMNS: usize> Table<COLUMNS> {
    /// Creates a table with the names of its columns.
    pub fn new(columns: [&str; COLUMNS]) -> Self {
        Self { rows: vec![columns.map(str::to_owned)] }
    }

    /// Adds a row.
    pub fn add(&mut self, row: [String; COLUMNS]) {
        self.rows.push(row);
    }

    /// Prints the rows, or `empty` as a note if there are none.
    ///
    /// # Errors
    /// Returns an error if standard output is closed or full.
    pub fn print(&self, output: &Output, empty: &str) -> Result<(), Failure> {
        if self.rows.len() == 1 {
            output.note(empty);
            return Ok(());
        }
        self.lines().iter().try_for_each(|line| output.line(line))
    }

    fn lines(&self) -> Vec<String> {
        let width =
            |column: usize| self.rows.iter().map(|row| measure_text_width(&row[column])).max().unwrap_or(0);
        let widths: [usize; COLUMNS] = std::array::from_fn(width);
        let line = |row: &[String; COLUMNS]| {
            let cells =
                row.iter().zip(widths).map(|(cell, width)| pad_str(cell, width, Alignment::Left, None));
            cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
        };
        self.rows.iter().map(line).collect()
    }
}

/// Formats a length in units of 1,000, as in `12.3 MB`.
pub fn format_bytes(bytes: u64) -> String {
    indicatif::DecimalBytes(bytes).to_string()
}

/// Formats a number with separators, as in `12,345`.
pub fn format_count(count: u64) -> String {
    indicatif::HumanCount(count).to_string()
}

/// Formats a number with its noun, as in `1 picture` or `2 pictures`.
pub fn format_with_noun(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
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
    fn a_table_aligns_wide_characters() {
        let mut table = Table::new(["ID", "CAPTION", "SIZE"]);
        table.add(["1".into(), "鎌倉".into(), "2 MB".into()]);
        table.add(["22".into(), String::new(), String::new()]);
        assert_eq!(table.lines(), ["ID  CAPTION  SIZE", "1   鎌倉     2 MB", "22"]);
    }

    #[test]
    fn texts_cannot_control_the_terminal() {
        assert_eq!(printable("a\x1b[2J\u{9b}b\nc\td"), "a\u{fffd}[2J\u{fffd}b\nc\td");
    }
}
