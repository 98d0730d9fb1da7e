//! Finds and kills the processes of the functions on the local cloud.

use std::collections::BTreeMap;
use std::time::Duration;
use std::{fs, process};

use end_to_end::cloud;
use rustix::process::{Pid, Signal, kill_process};

/// The range of the random pause between two kills (milliseconds).
const PAUSE_MS: std::ops::Range<u64> = 10..70;

/// The process of a function.
struct Process {
    function: String,
    pid: i32,
}

/// Lists the child processes of the local cloud whose environment names a function.
fn list_processes() -> Vec<Process> {
    let entries = fs::read_dir("/proc").unwrap().flatten();
    let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
    pids.filter_map(|pid| Some(Process { function: function_of(pid)?, pid })).collect()
}

/// Returns the name of the function that a process runs.
fn function_of(pid: i32) -> Option<String> {
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

/// Kills random functions until the future is dropped. `killed` counts the kills by function.
pub async fn kill_at_random(killed: &mut BTreeMap<String, usize>) {
    loop {
        tokio::time::sleep(Duration::from_millis(fastrand::u64(PAUSE_MS))).await;
        // Chooses a function and then one of its processes, since busy functions have many
        // processes.
        let mut all: BTreeMap<String, Vec<i32>> = BTreeMap::new();
        for process in list_processes() {
            all.entry(process.function).or_default().push(process.pid);
        }
        let Some((name, pids)) = fastrand::choice(all) else { continue };
        let pid = fastrand::choice(pids).and_then(Pid::from_raw);
        if pid.is_some_and(|pid| kill_process(pid, Signal::KILL).is_ok()) {
            *killed.entry(name).or_default() += 1;
        }
    }
}
