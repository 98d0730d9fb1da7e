//! The filter of system calls (docs/decisions/2026-11-29-rule-process.md).

use std::io;

/// Whether the process has the filter of system calls.
#[derive(Debug)]
#[must_use]
pub enum Filter {
    /// The filter applies. Always returned on other operating systems than Linux, without a filter.
    Installed,
    /// The system lets no process install a filter, so the process has none.
    Refused(io::Error),
}

/// Allows only the system calls of a computation that reads its input and writes its reply. Any
/// other system call ends the process with the signal `SIGSYS`. The filter cannot be removed.
///
/// The process must have one thread: the filter applies to the calling thread.
///
/// # Errors
/// Returns an error if the filter cannot be compiled, or if its installation fails for another
/// reason than a refusal by the system.
#[cfg(target_os = "linux")]
pub fn refuse_system_calls() -> io::Result<Filter> {
    linux::refuse_system_calls()
}

/// Refuses nothing, because other operating systems run the functions only for development.
///
/// # Errors
/// Returns none.
#[cfg(not(target_os = "linux"))]
pub fn refuse_system_calls() -> io::Result<Filter> {
    Ok(Filter::Installed)
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

    use super::Filter;

    pub fn refuse_system_calls() -> io::Result<Filter> {
        let program = compile().map_err(io::Error::other)?;
        // Also sets `PR_SET_NO_NEW_PRIVS`, without which only root can install a filter.
        interpret(seccompiler::apply_filter(&program))
    }

    /// Distinguishes a system that refuses filters from an error in the filter.
    pub(super) fn interpret(result: Result<(), Error>) -> io::Result<Filter> {
        match result {
            Ok(()) => Ok(Filter::Installed),
            Err(Error::Prctl(error) | Error::Seccomp(error)) if is_refusal(&error) => {
                Ok(Filter::Refused(error))
            }
            Err(Error::Prctl(error) | Error::Seccomp(error)) => Err(error),
            Err(error) => Err(io::Error::other(error)),
        }
    }

    /// Returns `true` for the errors of a system that has no filters or forbids them.
    fn is_refusal(error: &io::Error) -> bool {
        // A kernel without `CONFIG_SECCOMP` has no such system call.
        let refusals = [libc::EPERM, libc::EACCES, libc::EINVAL, libc::ENOSYS];
        error.raw_os_error().is_some_and(|code| refusals.contains(&code))
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
            // The vDSO reads most clocks itself, but some clock sources need the system call.
            (libc::SYS_clock_gettime, vec![]),
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
        fn only_a_refusal_by_the_system_continues_without_the_filter() {
            for code in [libc::EPERM, libc::EACCES, libc::EINVAL, libc::ENOSYS] {
                for error in [Error::Prctl, Error::Seccomp] {
                    let result = interpret(Err(error(io::Error::from_raw_os_error(code))));
                    assert!(matches!(result, Ok(Filter::Refused(_))), "{code}: {result:?}");
                }
            }
            for error in [
                Error::Prctl(io::Error::from_raw_os_error(libc::EFAULT)),
                Error::Seccomp(io::Error::from_raw_os_error(libc::ENOMEM)),
                Error::EmptyFilter,
                Error::ThreadSync(1),
            ] {
                assert!(interpret(Err(error)).is_err());
            }
            assert!(matches!(interpret(Ok(())), Ok(Filter::Installed)));
        }

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
