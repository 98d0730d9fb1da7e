//! A running program, and its CPU time and memory.

use std::path::Path;
use std::process::{Child, Command};
use std::time::Duration;
use std::{fs, thread};

use store::Error;

/// A program that uses no CPU time during this period counts as idle.
const IDLE: Duration = Duration::from_millis(1);

/// A running program. Dropping it kills the program.
pub struct Process(Child);

impl Process {
    /// Starts a program.
    pub fn start(command: &mut Command) -> Result<Self, Error> {
        Ok(Self(command.spawn()?))
    }

    /// Waits until the program is idle, and returns the CPU time (user and system) of its threads.
    /// Waits, because the count of the kernel is too low while a thread runs.
    ///
    /// # Errors
    /// Returns an error if the program has ended.
    pub fn cpu_when_idle(&self) -> Result<Duration, Error> {
        let mut before = self.cpu()?;
        loop {
            thread::sleep(IDLE);
            let now = self.cpu()?;
            if now == before {
                return Ok(now);
            }
            before = now;
        }
    }

    /// Reads `/proc/PID/task/*/schedstat`, which begins with the nanoseconds on a CPU.
    /// `/proc/PID/stat` counts in steps of 10 ms.
    fn cpu(&self) -> Result<Duration, Error> {
        let mut nanoseconds = 0;
        for thread in fs::read_dir(self.proc("task"))? {
            let text = fs::read_to_string(thread?.path().join("schedstat"))?;
            nanoseconds += text.split(' ').next().unwrap_or_default().parse::<u64>()?;
        }
        Ok(Duration::from_nanos(nanoseconds))
    }

    /// Returns the peak resident memory, in bytes.
    ///
    /// # Errors
    /// Returns an error if the program has ended.
    pub fn peak_memory(&self) -> Result<u64, Error> {
        let status = fs::read_to_string(self.proc("status"))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kibibytes: u64 =
            line.and_then(|line| line.trim().strip_suffix(" kB")).ok_or("no VmHWM")?.parse()?;
        Ok(kibibytes * 1024)
    }

    fn proc(&self, name: &str) -> std::path::PathBuf {
        Path::new("/proc").join(self.0.id().to_string()).join(name)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Fails only if the program has already ended.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
