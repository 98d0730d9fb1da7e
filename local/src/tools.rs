//! Programs outside the Python environment: Node.js, a C compiler, a browser, cargo-deny.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::{fingerprint, program, progress, workspace};

/// The oldest Node.js that builds the web app.
const NODE: (u32, u32) = (20, 19);
/// The version of cargo-deny that is installed if this machine has none.
const CARGO_DENY: &str = "0.20.2";

/// Returns an error if Node.js or npm is missing, or if Node.js is too old.
pub fn ensure_node() -> Result<()> {
    if version("node").is_some_and(|version| version >= NODE) && version("npm").is_some() {
        return Ok(());
    }
    bail!("You need Node.js {}.{} or later with npm. Install it and put it on the PATH.", NODE.0, NODE.1)
}

/// Returns an error if there is no C compiler. `ring` contains C code, and Rust needs the compiler
/// to link programs.
pub fn ensure_c_compiler() -> Result<()> {
    let compiler = std::env::var_os("CC").unwrap_or_else(|| "cc".into());
    match first_line(Command::new(compiler).arg("--version")) {
        Some(_) => Ok(()),
        None => bail!("You need a C compiler. Install gcc or clang (Debian: `apt install gcc libc6-dev`)."),
    }
}

/// Returns an `npm` command in `frontend/`.
pub fn npm(arguments: &[&str]) -> Command {
    npm_in("frontend", arguments)
}

/// Returns an `npm` command in a folder of the workspace.
pub fn npm_in(folder: &str, arguments: &[&str]) -> Command {
    let mut npm = Command::new("npm");
    npm.args(arguments).current_dir(workspace::path(folder));
    npm.env("npm_config_cache", workspace::local("npm")).env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    npm.env("npm_config_update_notifier", "false");
    npm
}

/// Installs the packages in `FOLDER/package-lock.json` if they are not installed. `owner` names the
/// program that needs them.
pub fn ensure_npm_packages(folder: &str, owner: &str) -> Result<()> {
    ensure_node()?;
    let path = workspace::path(folder);
    let fingerprint = fingerprint::of_content(&path.join("package-lock.json"))?;
    let saved = path.join("node_modules/.albumen-lock");
    if fingerprint::is_saved(&saved, &fingerprint) {
        return Ok(());
    }
    progress::step(&format!("Installing the packages of {owner}"), || {
        let mut npm = npm_in(folder, &["ci", "--no-audit", "--no-fund"]);
        let failure = format!("`npm ci` failed in {folder}/.");
        program::run_logged(&mut npm, &workspace::log("npm"), &failure, |_| ())?;
        fingerprint::save(&saved, &fingerprint)
    })
}

/// Returns a command that runs a program of the web app's packages in `frontend/`. `path` is its
/// path in `node_modules`.
pub fn node_program(path: &str) -> Command {
    let mut node = Command::new("node");
    node.arg(workspace::path("frontend/node_modules").join(path)).current_dir(workspace::path("frontend"));
    node
}

/// Returns the path of Chromium or Chrome: the variable `CHROMIUM`, or an installed browser. If
/// there is none, installs Chromium with `apt-get` if this process runs as root.
pub fn ensure_browser() -> Result<PathBuf> {
    if let Some(path) = std::env::var_os("CHROMIUM") {
        return Ok(path.into());
    }
    if let Some(path) = find_browser() {
        return Ok(path);
    }
    if on_path("apt-get").is_some() && first_line(Command::new("id").arg("-u")).as_deref() == Some("0") {
        progress::step("Installing Chromium for the browser test (once)", install_browser)?;
    }
    find_browser().context(
        "You need Chromium for the browser test. Install it, or set the variable CHROMIUM to its path.",
    )
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

fn find_browser() -> Option<PathBuf> {
    let mac = PathBuf::from("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome");
    let names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    names.iter().find_map(|name| on_path(name)).or_else(|| mac.exists().then_some(mac))
}

/// Returns the path of cargo-deny. If it is not on the PATH, builds it into `.local/cargo`.
pub fn ensure_cargo_deny() -> Result<PathBuf> {
    if let Some(path) = on_path("cargo-deny") {
        return Ok(path);
    }
    let root = workspace::local("cargo").join(format!("cargo-deny-{CARGO_DENY}"));
    let path = root.join("bin/cargo-deny");
    if !path.is_file() {
        progress::step("Building cargo-deny into .local/cargo (once, about a minute)", || {
            let mut cargo = program::cargo();
            // A debug build takes half the time, and its checks still take only two seconds.
            cargo.args(["install", "cargo-deny", "--locked", "--debug", "--version", CARGO_DENY]);
            cargo.arg("--root").arg(&root).env("CARGO_PROFILE_DEV_DEBUG", "false");
            // Builds outside the target folder of the workspace.
            cargo.arg("--target-dir").arg(root.join("target"));
            program::run_logged(
                &mut cargo,
                &workspace::log("cargo-deny"),
                "cargo-deny could not be built.",
                |_| (),
            )?;
            Ok(std::fs::remove_dir_all(root.join("target"))?)
        })?;
    }
    Ok(path)
}

/// Finds a program on the PATH.
fn on_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())
}

/// Returns the major and minor version that `PROGRAM --version` prints. Returns `None` if the
/// program is missing.
pub fn version(program: &str) -> Option<(u32, u32)> {
    parse_version(&first_line(Command::new(program).arg("--version"))?)
}

fn first_line(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).lines().next().unwrap_or_default().to_owned();
    output.status.success().then_some(text)
}

/// Returns the first two numbers of the first version in a text.
fn parse_version(text: &str) -> Option<(u32, u32)> {
    let version = text.trim_start_matches(|character: char| !character.is_ascii_digit());
    let mut parts = version.split('.').map(|part| part.parse().ok());
    Some((parts.next()??, parts.next()??))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_versions_as_programs_print_them() {
        assert_eq!(parse_version("Python 3.11.7"), Some((3, 11)));
        assert_eq!(parse_version("v20.20.2"), Some((20, 20)));
        assert_eq!(parse_version("command not found"), None);
    }

    #[test]
    fn compares_minor_versions_as_numbers() {
        assert!(parse_version("Python 3.9.18").unwrap() < (3, 10));
        assert!(parse_version("Python 3.14.0").unwrap() > (3, 10));
    }
}
