//! The protection of a process from others of the same user.

use std::io;

/// Makes this process not dumpable: another process of the same user cannot trace it or read its
/// memory and its environment, unless it has the capability `CAP_SYS_PTRACE`.
///
/// A program that this process starts is dumpable again.
///
/// # Errors
/// Returns an error if the system refuses it.
#[cfg(target_os = "linux")]
pub fn protect_memory() -> io::Result<()> {
    use rustix::process::{DumpableBehavior, set_dumpable_behavior};
    Ok(set_dumpable_behavior(DumpableBehavior::NotDumpable)?)
}

/// Protects nothing, because other operating systems run the functions only for development.
///
/// # Errors
/// Returns none.
#[cfg(not(target_os = "linux"))]
pub fn protect_memory() -> io::Result<()> {
    Ok(())
}
