//! The child process: tries variants one after another and prints their outcomes.

use std::any::Any;
use std::io::{self, Write};
use std::ops::Range;
use std::panic::{self, AssertUnwindSafe};
use std::time::Instant;
use std::{fs, thread};

use photo_metadata::{Extractor, Step};
use renditions::{Refusal, Renditions};
use store::Error;

use crate::outcome::Outcome;
use crate::variant::Variants;

/// Stack size of the thread that renders, in bytes: Rust's default for threads.
const STACK_BYTES: usize = 2 << 20;

/// Tries a range of variants. Prints the index of each variant before it starts, so that the
/// parent process can identify a variant that ends this process.
///
/// # Errors
/// Returns an error if a file cannot be read or if the parent process has ended.
pub fn run(variants: &Variants, range: Range<usize>) -> Result<(), Error> {
    // The parent reports panics.
    panic::set_hook(Box::new(|_| ()));
    let mut out = io::stdout();
    for index in range {
        let bytes = variants.bytes(index)?;
        writeln!(out, "{index}")?;
        out.flush()?;
        let worker =
            thread::Builder::new().stack_size(STACK_BYTES).spawn(move || try_variant(index, &bytes))?;
        let outcome = worker.join().map_err(|panic| message(&*panic))?;
        writeln!(out, "{}", serde_json::to_string(&outcome)?)?;
        out.flush()?;
    }
    Ok(())
}

fn try_variant(variant: usize, bytes: &[u8]) -> Outcome {
    reset_peak_memory();
    let start = Instant::now();
    let rendered = renditions::render(bytes);
    let ms = millis(start);
    let memory_mb = peak_memory_mb().unwrap_or_default();
    let start = Instant::now();
    let extracted = panic::catch_unwind(AssertUnwindSafe(|| extract(bytes)));
    let extract_ms = millis(start);
    let (outcome, reason) = describe(&rendered);
    let render_panic = reason.strip_prefix("panic: ").map(|text| format!("render: {text}"));
    let panic = render_panic.or_else(|| Some(format!("extract: {}", message(&*extracted.err()?))));
    Outcome { variant, outcome, reason, panic, ms, extract_ms, memory_mb }
}

fn describe(rendered: &Result<Renditions, Refusal>) -> (String, String) {
    let refusal = match rendered {
        Ok(done) => return ("rendered".into(), format!("{} × {}", done.width, done.height)),
        Err(refusal) => refusal,
    };
    let debug = format!("{refusal:?}");
    let name = debug.split(|letter: char| !letter.is_alphanumeric()).next().unwrap_or_default();
    let reason = match refusal {
        Refusal::Failed { reason } => reason.clone(),
        other => other.to_string(),
    };
    (name.into(), reason)
}

/// Extracts the metadata as the function `metadata` does, with the file in memory instead of in S3.
fn extract(bytes: &[u8]) {
    let mut extractor = Extractor::new();
    while let Step::Need(range) = extractor.step() {
        let length = bytes.len();
        let (start, end) = (*range.start() as usize, (*range.end() as usize).saturating_add(1));
        extractor.feed(&bytes[start.min(length)..end.min(length)], length as u64);
    }
}

fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "no message".into())
}

fn millis(start: Instant) -> f64 {
    start.elapsed().as_secs_f64() * 1000.0
}

/// Resets the peak on Linux: <https://man7.org/linux/man-pages/man5/proc_pid_clear_refs.5.html>. If
/// that fails, the peak is that of all variants of the process so far.
fn reset_peak_memory() {
    let _ = fs::write("/proc/self/clear_refs", "5");
}

fn peak_memory_mb() -> Option<f64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().strip_suffix(" kB")?.parse::<f64>().ok()? / 1024.0)
}
