//! What is printed while something takes time. It goes to standard error: standard output is for results.

use std::io::{IsTerminal, Write};
use std::time::Instant;

use anyhow::Result;

/// Announces a step, does it, and says how long it took.
pub fn step<T>(title: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    eprintln!("→ {title}");
    let start = Instant::now();
    let result = work();
    if result.is_ok() {
        eprintln!("  done in {:.1} s", start.elapsed().as_secs_f64());
    }
    result
}

/// Tells something on the way.
pub fn note(text: &str) {
    eprintln!("  {text}");
}

/// One line that is overwritten as work goes on; where there is no terminal, every `every`th line is printed.
pub struct Ticker {
    count: usize,
    every: usize,
}

impl Ticker {
    /// A line that, without a terminal, is printed at every `every`th tick.
    pub fn new(every: usize) -> Self {
        Self { count: 0, every }
    }

    /// Shows the count so far and `text`.
    pub fn tick(&mut self, text: &str) {
        self.count += 1;
        let count = self.count;
        let mut out = std::io::stderr();
        // Progress that can not be shown is no reason to fail.
        let _ = if out.is_terminal() {
            write!(out, "\r\x1b[2K  {count}: {text}").and_then(|()| out.flush())
        } else if count.is_multiple_of(self.every) {
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
