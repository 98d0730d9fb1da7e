//! Which engine runs in a folder: the one that holds its lock.

use std::fs::{self, File, TryLockError};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process, kill_process_group};

/// How long an engine may take to save its state, seconds.
const GRACE: Duration = Duration::from_secs(30);
/// How often it is looked at.
const LOOK: Duration = Duration::from_millis(50);

/// A running engine. It leads a process group with the functions in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Running {
    /// Its process id, and its group's.
    pub pid: u32,
    /// Where it answers.
    pub port: u16,
}

/// The engine that runs in the folder `home`, if one does.
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

/// Stops the engine in `home` and its functions: asks it to save its state and go, and ends it if it does not. Returns
/// whether one ran.
pub fn stop(home: &Path) -> bool {
    let Some(engine) = running(home) else { return false };
    let Some(id) = i32::try_from(engine.pid).ok().and_then(Pid::from_raw) else { return false };
    // A process that has gone meanwhile is what we want.
    let _ = kill_process(id, Signal::TERM);
    let deadline = Instant::now() + GRACE;
    while running(home).is_some() && Instant::now() < deadline {
        thread::sleep(LOOK);
    }
    let _ = kill_process_group(id, Signal::KILL);
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_held_lock_is_a_running_engine() {
        let home = std::env::temp_dir().join(format!("albumen-lock-{}", std::process::id()));
        fs::create_dir_all(&home).unwrap();
        assert_eq!(running(&home), None);
        fs::write(home.join("lock"), "123 4566").unwrap();
        assert_eq!(running(&home), None, "left by one that was killed");
        let held = File::open(home.join("lock")).unwrap();
        held.lock().unwrap();
        assert_eq!(running(&home), Some(Running { pid: 123, port: 4566 }));
        drop(held);
        assert_eq!(running(&home), None);
        assert!(!stop(&home));
        fs::remove_dir_all(home).unwrap();
    }
}
