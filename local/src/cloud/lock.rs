//! The lock of a running engine.

use std::fs::{self, File, TryLockError};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process, kill_process_group};

/// The time that an engine has to save its state.
const GRACE_PERIOD: Duration = Duration::from_secs(30);
/// The time between two checks whether it has stopped.
const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// A running engine. It leads the process group of its functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Running {
    /// The id of its process and of its process group.
    pub pid: u32,
    /// Its port on the loopback interface.
    pub port: u16,
}

/// The engine that runs in the folder `home`.
pub fn running(home: &Path) -> Option<Running> {
    let file = home.join("lock");
    match File::open(&file).ok()?.try_lock() {
        Err(TryLockError::WouldBlock) => parse(&fs::read_to_string(file).ok()?),
        _ => None,
    }
}

fn parse(text: &str) -> Option<Running> {
    let (pid, port) = text.split_once(' ')?;
    Some(Running { pid: pid.parse().ok()?, port: port.parse().ok()? })
}

/// Stops the engine in `home` and its functions. Kills it when it has not saved its state in time.
/// Returns whether an engine ran.
pub fn stop(home: &Path) -> bool {
    let Some(engine) = running(home) else { return false };
    let Some(id) = i32::try_from(engine.pid).ok().and_then(Pid::from_raw) else { return false };
    // Fails when the process has just ended.
    let _ = kill_process(id, Signal::TERM);
    let deadline = Instant::now() + GRACE_PERIOD;
    while running(home).is_some() && Instant::now() < deadline {
        thread::sleep(POLL_INTERVAL);
    }
    let _ = kill_process_group(id, Signal::KILL);
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_engine_runs_only_while_its_lock_is_held() {
        let home = std::env::temp_dir().join(format!("albumen-lock-{}", std::process::id()));
        fs::create_dir_all(&home).unwrap();
        assert_eq!(running(&home), None);
        fs::write(home.join("lock"), "123 4566").unwrap();
        assert_eq!(running(&home), None, "a killed engine leaves its file");
        let held = File::open(home.join("lock")).unwrap();
        held.lock().unwrap();
        assert_eq!(running(&home), Some(Running { pid: 123, port: 4566 }));
        drop(held);
        assert_eq!(running(&home), None);
        assert!(!stop(&home));
        fs::remove_dir_all(home).unwrap();
    }
}
