//! Hands chunks of variants to child processes, as many at a time as there are cores, and outlives what ends them.

use std::io::{BufRead, BufReader};
use std::ops::Range;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver};
use std::{env, thread};

use store::Error;

use crate::verdict::{PATIENCE, Verdict};

/// Variants of one child: few enough that what one leaves behind is not held against the next for long.
const CHUNK: usize = 50;
/// Variants between two lines of progress.
const SHOWN: usize = 500;

/// Tries variants 0 to `total`; the verdicts come in their order.
///
/// # Errors
/// A child cannot be started.
pub fn run(folder: &Path, seed: u64, total: usize) -> Result<Vec<Verdict>, Error> {
    let chunks: Vec<_> = (0..total).step_by(CHUNK).map(|start| start..(start + CHUNK).min(total)).collect();
    let (next, verdicts) = (AtomicUsize::new(0), Mutex::new(Vec::with_capacity(total)));
    let worker = || -> Result<(), Error> {
        while let Some(chunk) = chunks.get(next.fetch_add(1, Ordering::Relaxed)) {
            let done = outlive(folder, seed, chunk.clone())?;
            let mut verdicts = verdicts.lock().map_err(|_| "another worker failed")?;
            verdicts.extend_from_slice(&done);
            if verdicts.len() % SHOWN < done.len() {
                eprintln!("{} of {total}", verdicts.len());
            }
        }
        Ok(())
    };
    let cores = thread::available_parallelism()?.get();
    let outcomes: Vec<_> = thread::scope(|scope| {
        let workers: Vec<_> = (0..cores).map(|_| scope.spawn(worker)).collect();
        workers.into_iter().map(|worker| worker.join()).collect()
    });
    for outcome in outcomes {
        outcome.map_err(|_| "a worker panicked")??;
    }
    let mut verdicts = verdicts.into_inner()?;
    verdicts.sort_by_key(|verdict: &Verdict| verdict.variant);
    Ok(verdicts)
}

/// Tries all of `chunk`: where a variant ends the child, another goes on after it.
fn outlive(folder: &Path, seed: u64, mut chunk: Range<usize>) -> Result<Vec<Verdict>, Error> {
    let mut verdicts = Vec::new();
    while !chunk.is_empty() {
        let mut child = start(folder, seed, &chunk)?;
        let lines = child.stdout.take().map(lines).ok_or("the child has no output")?;
        let mut begun = None;
        while let Ok(line) = lines.recv_timeout(PATIENCE) {
            match line.parse() {
                Ok(number) => begun = Some(number),
                Err(_) => {
                    verdicts.push(serde_json::from_str(&line)?);
                    begun = None;
                }
            }
        }
        let end = end(&mut child)?;
        let done = verdicts.last().map_or(chunk.start, |last: &Verdict| last.variant + 1);
        match begun {
            Some(variant) => {
                verdicts.push(Verdict {
                    variant,
                    outcome: "crashed".into(),
                    reason: end,
                    ..Verdict::default()
                });
                chunk.start = variant + 1;
            }
            None if done == chunk.end => break,
            None => return Err(format!("a child ended before variant {done}: {end}").into()),
        }
    }
    Ok(verdicts)
}

fn start(folder: &Path, seed: u64, chunk: &Range<usize>) -> Result<Child, Error> {
    let mut command = Command::new(env::current_exe()?);
    command.arg(folder).args(["--seed", &seed.to_string()]);
    command.args(["--start", &chunk.start.to_string(), "--end", &chunk.end.to_string()]);
    Ok(command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?)
}

fn lines(output: ChildStdout) -> Receiver<String> {
    let (send, receive) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if send.send(line).is_err() {
                break;
            }
        }
    });
    receive
}

/// Ends a child that said nothing for too long, or has ended by itself; says how.
fn end(child: &mut Child) -> Result<String, Error> {
    match child.try_wait()? {
        Some(status) => Ok(status.to_string()),
        None => {
            // It closed its output; give it a moment to be gone.
            thread::sleep(std::time::Duration::from_millis(500));
            if let Some(status) = child.try_wait()? {
                return Ok(status.to_string());
            }
            child.kill()?;
            child.wait()?;
            Ok(format!("no end after {} s", PATIENCE.as_secs()))
        }
    }
}
