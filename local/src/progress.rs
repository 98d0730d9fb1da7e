//! Progress messages on standard error. Standard output is for results.

use std::io::{IsTerminal, Write};
use std::time::Instant;

use anyhow::Result;

/// Prints the title of a step, runs it, and prints its duration.
pub fn step<T>(title: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    eprintln!("→ {title}");
    let start = Instant::now();
    let result = work();
    if result.is_ok() {
        eprintln!("  done in {:.1} s", start.elapsed().as_secs_f64());
    }
    result
}

/// Prints a message within a step.
pub fn note(text: &str) {
    eprintln!("  {text}");
}

/// A progress counter. On a terminal, each count overwrites the previous one. Otherwise, prints one
/// line for every `interval` counts.
pub struct Ticker {
    count: usize,
    interval: usize,
}

impl Ticker {
    /// Creates a counter that starts at zero.
    pub fn new(interval: usize) -> Self {
        Self { count: 0, interval }
    }

    /// Increments the count and shows it with `text`.
    pub fn tick(&mut self, text: &str) {
        self.count += 1;
        let count = self.count;
        let mut out = std::io::stderr();
        // Ignores errors, because the work does not depend on its progress messages.
        let _ = if out.is_terminal() {
            write!(out, "\r\x1b[2K  {count}: {text}").and_then(|()| out.flush())
        } else if count.is_multiple_of(self.interval) {
            writeln!(out, "  {count}: {text}")
        } else {
            Ok(())
        };
    }

    /// Clears the line.
    pub fn finish(&self) {
        if std::io::stderr().is_terminal() {
            eprint!("\r\x1b[2K");
        }
    }
}
