//! The limits of resources.

use std::io;

/// The limits of a child process, which has no file descriptors besides its standard streams and
/// writes no core dump.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Address space in bytes, the program included.
    pub memory: u64,
    /// CPU time in seconds. The limit ends the process even if the parent has crashed.
    pub cpu_seconds: u64,
    /// Whether the process can start threads and further processes.
    pub starts_threads: bool,
}

impl Limits {
    /// Limits the resources of this process. The process cannot raise the limits again.
    ///
    /// # Errors
    /// Returns an error if the operating system refuses a limit.
    #[cfg(target_os = "linux")]
    pub fn apply(self) -> io::Result<()> {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        let threads = (!self.starts_threads).then_some((Resource::Nproc, 0));
        let limits = [
            (Resource::As, self.memory),
            (Resource::Cpu, self.cpu_seconds),
            // File descriptors. The standard streams stay open, and the process can open no others.
            (Resource::Nofile, 0),
            // Size of a core dump in bytes. A core dump can contain the input.
            (Resource::Core, 0),
        ];
        for (resource, max) in threads.into_iter().chain(limits) {
            // A process cannot raise a hard limit, so a lower limit that is already set applies.
            let max = getrlimit(resource).maximum.map_or(max, |current| current.min(max));
            setrlimit(resource, Rlimit { current: Some(max), maximum: Some(max) })?;
        }
        Ok(())
    }

    /// Sets no limits, because other operating systems run the functions only for development.
    ///
    /// # Errors
    /// Returns none.
    #[cfg(not(target_os = "linux"))]
    pub fn apply(self) -> io::Result<()> {
        Ok(())
    }
}
