//! One run of a program, and what the kernel says of it.

use std::path::Path;
use std::process::{Child, Command};
use std::time::Duration;
use std::{fs, thread};

use store::Error;

/// How long a program has to use no CPU time in order to count as waiting.
const REST: Duration = Duration::from_millis(1);

/// A running program; it ends with this value.
pub struct Process(Child);

impl Process {
    /// # Errors
    /// It cannot be started.
    pub fn start(command: &mut Command) -> Result<Self, Error> {
        Ok(Self(command.spawn()?))
    }

    /// CPU time (user and system) of all its threads so far, once it waits for something: the kernel's account of a
    /// running thread lags behind.
    ///
    /// # Errors
    /// It has ended.
    pub fn cpu_at_rest(&self) -> Result<Duration, Error> {
        let mut before = self.cpu()?;
        loop {
            thread::sleep(REST);
            let now = self.cpu()?;
            if now == before {
                return Ok(now);
            }
            before = now;
        }
    }

    /// `/proc/PID/task/*/schedstat` begins with the nanoseconds on a CPU; `/proc/PID/stat` counts in steps of 10 ms.
    fn cpu(&self) -> Result<Duration, Error> {
        let mut nanoseconds = 0;
        for thread in fs::read_dir(self.proc("task"))? {
            let text = fs::read_to_string(thread?.path().join("schedstat"))?;
            nanoseconds += text.split(' ').next().unwrap_or_default().parse::<u64>()?;
        }
        Ok(Duration::from_nanos(nanoseconds))
    }

    /// The most memory that it has had (resident), in bytes.
    ///
    /// # Errors
    /// It has ended.
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
        // Fails only where it has ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
