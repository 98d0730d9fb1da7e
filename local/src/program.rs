//! Child processes.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use anyhow::{Context, Result, bail};

/// The number of lines of a log that [`print_tail`] prints.
const SHOWN_LINES: usize = 40;

/// Returns a `cargo` command in the workspace. Removes the variables that the surrounding `cargo
/// run` sets for this package, because they would make build scripts run again.
pub fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(crate::workspace::root());
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_"].iter().any(|p| text.starts_with(p))
        {
            command.env_remove(&name);
        }
    }
    command
}

/// Returns a `rustc` command of the same toolchain.
pub fn rustc() -> Command {
    Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
}

/// Runs `command` and shows its output.
///
/// # Errors
/// Returns an error if the command does not start, or the message `failure` if its exit code is not
/// 0.
pub fn run(command: &mut Command, failure: &str) -> Result<()> {
    let status = command.status().with_context(|| not_started(command))?;
    if !status.success() {
        bail!("{failure}");
    }
    Ok(())
}

/// Runs `command` and returns its standard output.
///
/// # Errors
/// Returns an error if the command does not start, or the message `failure` if its exit code is not
/// 0.
pub fn output(command: &mut Command, failure: &str) -> Result<String> {
    let output = command.stderr(Stdio::inherit()).output().with_context(|| not_started(command))?;
    if !output.status.success() {
        bail!("{failure}");
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Runs `command` and returns its exit code and its output.
///
/// # Errors
/// Returns an error if the command does not start.
pub fn capture(command: &mut Command) -> Result<Output> {
    command.stdin(Stdio::null()).output().with_context(|| not_started(command))
}

/// Runs `command`, writes its output to the file `log`, and calls `on_line` with each line.
///
/// # Errors
/// Returns an error if the command does not start, or the message `failure` if its exit code is not
/// 0. In the latter case, prints the end of the log.
pub fn run_logged(
    command: &mut Command,
    log: &Path,
    failure: &str,
    mut on_line: impl FnMut(&str),
) -> Result<()> {
    if let Some(folder) = log.parent() {
        fs::create_dir_all(folder)?;
    }
    let file = File::create(log).with_context(|| format!("Cannot write {}", log.display()))?;
    let (reader, writer) = std::io::pipe()?;
    command.stdin(Stdio::null()).stdout(writer.try_clone()?).stderr(writer);
    let mut child = command.spawn().with_context(|| not_started(command))?;
    // Closes the writing ends of the pipe in this process, so that the pipe ends when the child
    // ends.
    command.stdout(Stdio::null()).stderr(Stdio::null());
    copy_lines(reader, file, &mut on_line)?;
    if !child.wait()?.success() {
        print_tail(log)?;
        bail!("{failure} The full log is {}.", log.display());
    }
    Ok(())
}

fn copy_lines(reader: impl std::io::Read, mut file: File, on_line: &mut impl FnMut(&str)) -> Result<()> {
    use std::io::Write;
    for bytes in BufReader::new(reader).split(b'\n') {
        let bytes = bytes?;
        file.write_all(&bytes)?;
        file.write_all(b"\n")?;
        on_line(&String::from_utf8_lossy(&bytes));
    }
    Ok(())
}

/// Prints the last 40 lines of a log to standard error.
pub fn print_tail(log: &Path) -> Result<()> {
    let text = fs::read(log)?;
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<&str> = text.lines().collect();
    for line in &lines[lines.len().saturating_sub(SHOWN_LINES)..] {
        eprintln!("{line}");
    }
    Ok(())
}

/// Returns the message about a command that does not start.
fn not_started(command: &Command) -> String {
    format!("Cannot start {}", command.get_program().to_string_lossy())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn a_failed_command_returns_the_given_message() {
        let error = run(&mut shell("exit 3"), "It broke.").unwrap_err();
        assert_eq!(error.to_string(), "It broke.");
    }

    #[test]
    fn the_error_names_a_missing_program() {
        let error = run(&mut Command::new("no-such-program"), "It broke.").unwrap_err();
        assert_eq!(error.to_string(), "Cannot start no-such-program");
    }

    #[test]
    fn a_logged_run_writes_both_streams_and_passes_each_line() {
        let log = std::env::temp_dir().join(format!("albumen-program-{}.log", std::process::id()));
        let mut lines = Vec::new();
        run_logged(&mut shell("echo one; echo two >&2"), &log, "-", |line| lines.push(line.to_owned()))
            .unwrap();
        assert_eq!(lines, ["one", "two"]);
        assert_eq!(fs::read_to_string(&log).unwrap(), "one\ntwo\n");
        assert!(run_logged(&mut shell("false"), &log, "It broke.", |_| ()).is_err());
        fs::remove_file(log).unwrap();
    }
}
