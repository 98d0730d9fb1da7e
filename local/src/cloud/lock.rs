//! The lock file of an engine: `HOME/lock`. A running engine locks the file, so a lock of a killed
//! engine is free again. The file contains `PID PORT SITE_PORT`.

use std::fs::{self, File, TryLockError};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process, kill_process_group};

/// The maximum time in which an engine saves its state before it is killed.
const GRACE_PERIOD: Duration = Duration::from_secs(30);
/// The time between two checks of whether the engine has stopped.
const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// A running engine. Its functions run in its process group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunningEngine {
    /// The id of the process and of the process group.
    pub pid: u32,
    /// The port of all AWS services on the loopback interface.
    pub port: u16,
    /// The port of the site on the loopback interface.
    pub site_port: u16,
}

/// Returns the engine that runs in the folder `home`. Returns `None` if none runs.
pub fn find_running(home: &Path) -> Option<RunningEngine> {
    let file = home.join("lock");
    match File::open(&file).ok()?.try_lock() {
        Err(TryLockError::WouldBlock) => parse(&fs::read_to_string(file).ok()?),
        _ => None,
    }
}

fn parse(text: &str) -> Option<RunningEngine> {
    let mut numbers = text.split(' ');
    let pid = numbers.next()?.parse().ok()?;
    let port = numbers.next()?.parse().ok()?;
    // An engine of an earlier version writes no port of a site. It can still be stopped.
    let site_port = numbers.next().map_or(Some(port), |site_port| site_port.parse().ok())?;
    Some(RunningEngine { pid, port, site_port })
}

/// Stops the engine in `home` and its functions. Kills the engine if it does not end within
/// [`GRACE_PERIOD`]. Returns `false` if no engine runs.
pub fn stop(home: &Path) -> bool {
    let Some(engine) = find_running(home) else { return false };
    let Some(id) = i32::try_from(engine.pid).ok().and_then(Pid::from_raw) else { return false };
    // Fails if the process has just ended.
    let _ = kill_process(id, Signal::TERM);
    let deadline = Instant::now() + GRACE_PERIOD;
    while find_running(home).is_some() && Instant::now() < deadline {
        thread::sleep(POLL_INTERVAL);
    }
    let _ = kill_process_group(id, Signal::KILL);
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_engine_runs_only_while_its_lock_file_is_locked() {
        let home = std::env::temp_dir().join(format!("albumen-lock-{}", std::process::id()));
        fs::create_dir_all(&home).unwrap();
        assert_eq!(find_running(&home), None);
        fs::write(home.join("lock"), "123 4566 4567").unwrap();
        assert_eq!(find_running(&home), None, "the file of a killed engine is not locked");
        let locked = File::open(home.join("lock")).unwrap();
        locked.lock().unwrap();
        assert_eq!(find_running(&home), Some(RunningEngine { pid: 123, port: 4566, site_port: 4567 }));
        fs::write(home.join("lock"), "123 4566").unwrap();
        assert_eq!(find_running(&home).map(|engine| engine.pid), Some(123), "of an earlier version");
        drop(locked);
        // A process that another test starts inherits the lock until it executes its program.
        let deadline = Instant::now() + Duration::from_secs(5);
        while find_running(&home).is_some() && Instant::now() < deadline {
            thread::sleep(POLL_INTERVAL);
        }
        assert_eq!(find_running(&home), None);
        assert!(!stop(&home));
        fs::remove_dir_all(home).unwrap();
    }
}
