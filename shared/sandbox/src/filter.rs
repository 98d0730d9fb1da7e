//! The filter of system calls (docs/decisions/2026-11-29-rule-process.md).

use std::io;

/// Allows only the system calls of a computation that reads its input and writes its reply. Any
/// other system call ends the process with the signal `SIGSYS`. The filter cannot be removed.
///
/// The process must have one thread: the filter applies to the calling thread.
///
/// # Errors
/// Returns an error if the system does not let the process install a filter.
#[cfg(target_os = "linux")]
pub fn refuse_system_calls() -> io::Result<()> {
    linux::refuse_system_calls()
}

/// Refuses nothing, because other operating systems run the functions only for development.
///
/// # Errors
/// Returns none.
#[cfg(not(target_os = "linux"))]
pub fn refuse_system_calls() -> io::Result<()> {
    Ok(())
}

#[cfg(target_os = "linux")]
mod linux {
    use std::collections::BTreeMap;
    use std::env::consts::ARCH;
    use std::io;

    use seccompiler::{
        BpfProgram, Error, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
        SeccompRule,
    };

    pub fn refuse_system_calls() -> io::Result<()> {
        let program = compile().map_err(io::Error::other)?;
        // Also sets `PR_SET_NO_NEW_PRIVS`, without which only root can install a filter.
        seccompiler::apply_filter(&program).map_err(|error| match error {
            Error::Prctl(error) | Error::Seccomp(error) => error,
            error => io::Error::other(error),
        })
    }

    fn compile() -> Result<BpfProgram, seccompiler::BackendError> {
        let kill = SeccompAction::KillProcess;
        SeccompFilter::new(allowed()?, kill, SeccompAction::Allow, ARCH.try_into()?)?.try_into()
    }

    /// Returns the allowed system calls. A call without rules is allowed with all arguments.
    fn allowed() -> Result<BTreeMap<i64, Vec<SeccompRule>>, seccompiler::BackendError> {
        let argument = |index, value: i32| {
            let value = u64::from(value.cast_unsigned());
            SeccompCondition::new(index, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, value)
        };
        let stream = |descriptor| SeccompRule::new(vec![argument(0, descriptor)?]);
        // Memory that no file backs and that contains no code.
        let memory = SeccompRule::new(vec![
            argument(2, libc::PROT_READ | libc::PROT_WRITE)?,
            argument(3, libc::MAP_PRIVATE | libc::MAP_ANONYMOUS)?,
        ])?;
        Ok([
            (libc::SYS_read, vec![stream(libc::STDIN_FILENO)?]),
            (libc::SYS_write, vec![stream(libc::STDOUT_FILENO)?, stream(libc::STDERR_FILENO)?]),
            (libc::SYS_mmap, vec![memory]),
            (libc::SYS_brk, vec![]),
            (libc::SYS_mremap, vec![]),
            (libc::SYS_munmap, vec![]),
            (libc::SYS_sigaltstack, vec![]),
            (libc::SYS_rt_sigreturn, vec![]),
            (libc::SYS_exit, vec![]),
            (libc::SYS_exit_group, vec![]),
        ]
        .into())
    }

    #[cfg(test)]
    mod tests {
        use super::*;
        use seccompiler::TargetArch;

        #[test]
        fn the_filter_compiles_for_both_processors() {
            for arch in [TargetArch::x86_64, TargetArch::aarch64] {
                let filter = SeccompFilter::new(
                    allowed().unwrap(),
                    SeccompAction::KillProcess,
                    SeccompAction::Allow,
                    arch,
                );
                let program: BpfProgram = filter.unwrap().try_into().unwrap();
                assert!(program.len() < 100, "{} instructions", program.len());
            }
        }
    }
}
