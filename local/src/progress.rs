//! Progress messages. They go to standard error; standard output is for results.

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

/// A counter in one line that is overwritten. Without a terminal, prints every `interval`th count.
pub struct Ticker {
    count: usize,
    interval: usize,
}

impl Ticker {
    /// A counter at zero.
    pub fn new(interval: usize) -> Self {
        Self { count: 0, interval }
    }

    /// Counts one more, and shows the count with `text`.
    pub fn tick(&mut self, text: &str) {
        self.count += 1;
        let count = self.count;
        let mut out = std::io::stderr();
        // The work goes on when its progress cannot be printed.
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
