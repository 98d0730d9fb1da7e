//! What must be on the machine, and what is installed below `.local/` at pinned versions.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::progress::Ticker;
use crate::{program, progress, stamp, workspace};

/// Oldest Python that ministack and the pinned packages run on.
const PYTHON: (u32, u32) = (3, 10);
/// Oldest Node.js that the web app is built with.
const NODE: (u32, u32) = (20, 19);
/// Packages in `requirements.txt` between two lines of progress where there is no terminal.
const TICKS: usize = 25;

/// A program of the Python environment, such as `sam`. Where our own calls need others of them, they find them first.
pub fn command(program: &str) -> Command {
    let bin = workspace::local("venv/bin");
    let mut command = Command::new(bin.join(program));
    let mut path = vec![bin];
    path.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
    if let Ok(path) = std::env::join_paths(path) {
        command.env("PATH", path);
    }
    command.current_dir(workspace::root());
    command
}

/// Makes sure that the Python environment is there and as pinned. Takes nothing when it is.
pub fn ensure_python_environment() -> Result<()> {
    let requirements = workspace::path("local/requirements.txt");
    let wanted = stamp::of_content(&requirements)?;
    let remembered = workspace::local("venv/albumen-requirements");
    if stamp::is_remembered(&remembered, &wanted) {
        return Ok(());
    }
    let python = python()?;
    progress::step("Installing the local cloud, SAM and cargo-lambda into .local/venv (once)", || {
        let venv = workspace::local("venv");
        if venv.exists() {
            fs::remove_dir_all(&venv)?;
        }
        create_environment(&python, &venv)?;
        install(&requirements)?;
        stamp::remember(&remembered, &wanted)
    })
}

fn create_environment(python: &str, venv: &Path) -> Result<()> {
    let mut command = Command::new(python);
    command.args(["-m", "venv"]).arg(venv);
    let failure = "Python can not make virtual environments: install its `venv` module (on Debian: apt install python3-venv).";
    program::run_logged(&mut command, &workspace::log("venv"), failure, |_| ())
}

fn install(requirements: &Path) -> Result<()> {
    let mut pip = command("python");
    // The list is complete, so nothing has to be resolved.
    pip.args(["-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--no-deps"]);
    pip.args(["--require-hashes", "--requirement"]).arg(requirements);
    let mut ticker = Ticker::new(TICKS);
    let failure = "The Python packages in local/requirements.txt could not be installed.";
    let result = program::run_logged(&mut pip, &workspace::log("pip"), failure, |line| {
        if let Some(package) = line.strip_prefix("Collecting ") {
            ticker.tick(package.split([' ', ';']).next().unwrap_or(package));
        } else if line.starts_with("Installing collected packages") {
            ticker.finish();
            progress::note("all are here, unpacking");
        }
    });
    ticker.finish();
    result
}

/// The first Python on the path that is new enough.
fn python() -> Result<String> {
    let newest_first = (PYTHON.1..=PYTHON.1 + 5).rev().map(|minor| format!("python3.{minor}"));
    for name in ["python3".to_owned(), "python".to_owned()].into_iter().chain(newest_first) {
        let version = first_line(Command::new(&name).arg("--version"));
        if version.and_then(|text| numbers(&text)).is_some_and(|version| version >= PYTHON) {
            return Ok(name);
        }
    }
    bail!("Python {}.{} or later is needed: install it and put it on the PATH.", PYTHON.0, PYTHON.1)
}

/// Makes sure that Node.js and npm are there.
pub fn ensure_node() -> Result<()> {
    let version = first_line(Command::new("node").arg("--version")).and_then(|text| numbers(&text));
    let npm = first_line(Command::new("npm").arg("--version"));
    if version.is_some_and(|version| version >= NODE) && npm.is_some() {
        return Ok(());
    }
    bail!("Node.js {}.{} or later with npm is needed: install it and put it on the PATH.", NODE.0, NODE.1)
}

/// Makes sure that there is a C compiler: `ring` has parts in C, and Rust links with it.
pub fn ensure_c_compiler() -> Result<()> {
    let compiler = std::env::var_os("CC").unwrap_or_else(|| "cc".into());
    match first_line(Command::new(compiler).arg("--version")) {
        Some(_) => Ok(()),
        None => bail!("A C compiler is needed: install gcc or clang (on Debian: apt install gcc libc6-dev)."),
    }
}

/// `npm` in `frontend/`.
pub fn npm(arguments: &[&str]) -> Command {
    let mut npm = Command::new("npm");
    npm.args(arguments).current_dir(workspace::path("frontend"));
    npm.env("npm_config_cache", workspace::local("npm")).env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    npm.env("npm_config_update_notifier", "false");
    npm
}

/// An installed Chromium or Chrome: `$CHROMIUM`, else one on the machine, else Debian's is installed where that is possible.
pub fn ensure_browser() -> Result<PathBuf> {
    if let Some(path) = std::env::var_os("CHROMIUM") {
        return Ok(path.into());
    }
    if let Some(path) = browser() {
        return Ok(path);
    }
    if on_path("apt-get").is_some() && first_line(Command::new("id").arg("-u")).as_deref() == Some("0") {
        progress::step("Installing Chromium for the browser test (once)", install_browser)?;
    }
    browser().context("The browser test needs Chromium: install it, or name one in the variable CHROMIUM.")
}

fn install_browser() -> Result<()> {
    let apt = |arguments: &[&str]| {
        let mut apt = Command::new("apt-get");
        apt.args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
        program::run_logged(&mut apt, &workspace::log("chromium"), "Chromium could not be installed.", |_| ())
    };
    apt(&["update"])?;
    apt(&["install", "--yes", "--no-install-recommends", "chromium"])
}

fn browser() -> Option<PathBuf> {
    let mac = PathBuf::from("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome");
    let names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    names.iter().find_map(|name| on_path(name)).or_else(|| mac.exists().then_some(mac))
}

fn on_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())
}

fn first_line(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).lines().next().unwrap_or_default().to_owned();
    output.status.success().then_some(text)
}

/// Major and minor number in what a program says about its version.
fn numbers(text: &str) -> Option<(u32, u32)> {
    let version = text.trim_start_matches(|character: char| !character.is_ascii_digit());
    let mut parts = version.split('.').map(|part| part.parse().ok());
    Some((parts.next()??, parts.next()??))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_as_programs_print_them() {
        assert_eq!(numbers("Python 3.11.7"), Some((3, 11)));
        assert_eq!(numbers("v20.20.2"), Some((20, 20)));
        assert_eq!(numbers("command not found"), None);
    }

    #[test]
    fn minor_versions_compare_as_numbers() {
        assert!(numbers("Python 3.9.18").unwrap() < PYTHON);
        assert!(numbers("Python 3.14.0").unwrap() > PYTHON);
    }
}
