//! The functions' processes on the local cloud, and killing them.

use std::collections::BTreeMap;
use std::time::Duration;
use std::{fs, process};

use end_to_end::cloud;
use rustix::process::{Pid, Signal, kill_process};

/// How long to wait between two kills (milliseconds).
const BETWEEN: std::ops::Range<u64> = 10..70;

/// A function that runs.
struct Running {
    function: String,
    pid: i32,
}

/// The functions that run now: children of the local cloud whose environment says which function they are.
fn running() -> Vec<Running> {
    let processes = fs::read_dir("/proc").unwrap().flatten();
    let pids = processes.filter_map(|process| process.file_name().to_str()?.parse::<i32>().ok());
    pids.filter_map(|pid| Some(Running { function: function(pid)?, pid })).collect()
}

fn function(pid: i32) -> Option<String> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let parent = status.lines().find_map(|line| line.strip_prefix("PPid:"))?.trim().parse::<u32>().ok()?;
    if parent != cloud::stack().pid || u32::try_from(pid).ok() == Some(process::id()) {
        return None;
    }
    let environment = fs::read(format!("/proc/{pid}/environ")).ok()?;
    let variables = environment.split(|byte| *byte == 0).filter_map(|text| str::from_utf8(text).ok());
    let name = variables.filter_map(|text| text.strip_prefix("AWS_LAMBDA_FUNCTION_NAME=")).next()?;
    Some(name.rsplit_once('-').map_or(name, |(_, name)| name).to_owned())
}

/// Kills one function after the other, at random, for ever; `killed` counts them.
pub async fn kill_at_random(killed: &mut BTreeMap<String, usize>) {
    loop {
        tokio::time::sleep(Duration::from_millis(fastrand::u64(BETWEEN))).await;
        // A function first, then one of its processes: the busy ones have many.
        let mut all: BTreeMap<String, Vec<i32>> = BTreeMap::new();
        running().into_iter().for_each(|running| all.entry(running.function).or_default().push(running.pid));
        let Some((name, pids)) = fastrand::choice(all) else { continue };
        let pid = fastrand::choice(pids).and_then(Pid::from_raw);
        if pid.is_some_and(|pid| kill_process(pid, Signal::KILL).is_ok()) {
            *killed.entry(name).or_default() += 1;
        }
    }
}
