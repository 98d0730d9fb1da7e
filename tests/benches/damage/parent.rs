//! The parent process: distributes chunks of variants over child processes, one per core, and
//! continues if a child process crashes.

use std::io::{BufRead, BufReader};
use std::ops::Range;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver};
use std::{env, thread};

use store::Error;

use crate::outcome::{CHILD_TIMEOUT, Outcome};

/// The number of variants of each child process. The number is small, so that memory that one
/// variant does not free affects few other variants.
const CHUNK: usize = 50;
/// Number of variants between two lines of progress.
const PROGRESS_INTERVAL: usize = 500;

/// Tries variants 0 to `total` and returns their outcomes in order.
///
/// # Errors
/// Returns an error if a child process cannot be started or ends between two variants.
pub fn run(folder: &Path, seed: u64, total: usize) -> Result<Vec<Outcome>, Error> {
    let chunks: Vec<_> = (0..total).step_by(CHUNK).map(|start| start..(start + CHUNK).min(total)).collect();
    let (next, results) = (AtomicUsize::new(0), Mutex::new(Vec::with_capacity(total)));
    let worker = || -> Result<(), Error> {
        while let Some(chunk) = chunks.get(next.fetch_add(1, Ordering::Relaxed)) {
            let done = run_chunk(folder, seed, chunk.clone())?;
            let mut results = results.lock().map_err(|_| "another worker failed")?;
            results.extend_from_slice(&done);
            if results.len() % PROGRESS_INTERVAL < done.len() {
                eprintln!("{} of {total}", results.len());
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
    let mut results = results.into_inner()?;
    results.sort_by_key(|result: &Outcome| result.variant);
    Ok(results)
}

/// Tries all variants of a chunk. If a variant ends the child, starts another after that variant.
fn run_chunk(folder: &Path, seed: u64, mut chunk: Range<usize>) -> Result<Vec<Outcome>, Error> {
    let mut results = Vec::new();
    while !chunk.is_empty() {
        let mut child = start(folder, seed, &chunk)?;
        let lines = child.stdout.take().map(read_lines).ok_or("the child has no output")?;
        let mut started = None;
        while let Ok(line) = lines.recv_timeout(CHILD_TIMEOUT) {
            match line.parse() {
                Ok(number) => started = Some(number),
                Err(_) => {
                    results.push(serde_json::from_str(&line)?);
                    started = None;
                }
            }
        }
        let end = wait_or_kill(&mut child)?;
        let done = results.last().map_or(chunk.start, |last: &Outcome| last.variant + 1);
        match started {
            Some(variant) => {
                results.push(Outcome {
                    variant,
                    outcome: "crashed".into(),
                    reason: end,
                    ..Outcome::default()
                });
                chunk.start = variant + 1;
            }
            None if done == chunk.end => break,
            None => return Err(format!("a child ended before variant {done}: {end}").into()),
        }
    }
    Ok(results)
}

fn start(folder: &Path, seed: u64, chunk: &Range<usize>) -> Result<Child, Error> {
    let mut command = Command::new(env::current_exe()?);
    command.arg(folder).args(["--seed", &seed.to_string()]);
    command.args(["--start", &chunk.start.to_string(), "--end", &chunk.end.to_string()]);
    Ok(command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?)
}

fn read_lines(output: ChildStdout) -> Receiver<String> {
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

/// Kills a child that has not ended, and returns how it ended.
fn wait_or_kill(child: &mut Child) -> Result<String, Error> {
    match child.try_wait()? {
        Some(status) => Ok(status.to_string()),
        None => {
            // The child can have closed its output just before it ended.
            thread::sleep(std::time::Duration::from_millis(500));
            if let Some(status) = child.try_wait()? {
                return Ok(status.to_string());
            }
            child.kill()?;
            child.wait()?;
            Ok(format!("no end after {} s", CHILD_TIMEOUT.as_secs()))
        }
    }
}
