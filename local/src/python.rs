//! The Python environments in `.local/venv`, `.local/checkov` and `.local/sdks`, with pinned
//! packages.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use crate::progress::Ticker;
use crate::tools::version;
use crate::{fingerprint, program, progress, workspace};

/// The oldest Python that ministack and the pinned packages run on.
const OLDEST: (u32, u32) = (3, 10);
/// The number of packages between two lines of progress, if there is no terminal.
const PROGRESS_INTERVAL: usize = 25;

/// A set of packages. The first command that needs a set installs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packages {
    /// The emulator of AWS and the SAM CLI.
    Cloud,
    /// Linters.
    Check,
    /// cargo-lambda, cargo-zigbuild and their linker.
    Release,
    /// An independent implementation of DynamoDB.
    Conform,
    /// The packages of the SAM CLI that run containers.
    Container,
    /// Schemathesis, which generates requests.
    Fuzz,
    /// Rules for security, in an environment of their own.
    Security,
    /// The packages, generator and type checker of the SDK, in an environment of their own.
    Sdks,
}

impl Packages {
    fn name(self) -> &'static str {
        match self {
            Self::Cloud => "cloud",
            Self::Check => "check",
            Self::Release => "release",
            Self::Conform => "conform",
            Self::Container => "container",
            Self::Fuzz => "fuzz",
            Self::Security => "security",
            Self::Sdks => "sdks",
        }
    }

    fn environment(self) -> PathBuf {
        workspace::local(match self {
            Self::Security => "checkov",
            Self::Sdks => "sdks",
            _ => "venv",
        })
    }

    fn requirements(self) -> PathBuf {
        workspace::path("local/requirements").join(self.name()).with_extension("txt")
    }

    fn title(self) -> &'static str {
        match self {
            Self::Cloud => "Installing the emulator of AWS and the SAM CLI into .local/venv (once)",
            Self::Check => "Installing the linters into .local/venv (once)",
            Self::Release => "Installing cargo-lambda and cargo-zigbuild into .local/venv (once)",
            Self::Conform => "Installing moto into .local/venv (once)",
            Self::Container => "Installing the local commands of the SAM CLI into .local/venv (once)",
            Self::Fuzz => "Installing Schemathesis into .local/venv (once)",
            Self::Security => "Installing checkov into .local/checkov (once)",
            Self::Sdks => "Installing the packages of the Python SDK into .local/sdks (once)",
        }
    }
}

/// Returns the path of checkov, which [`Packages::Security`] installs.
pub fn checkov() -> PathBuf {
    Packages::Security.environment().join("bin/checkov")
}

/// Returns a `python` command in `clients/python`, with the packages of [`Packages::Sdks`].
pub fn sdk_command() -> Command {
    let folder = workspace::path("clients/python");
    let mut python = command_in(&Packages::Sdks.environment(), "python");
    python.env("PYTHONPATH", folder.join("src")).current_dir(folder);
    python
}

/// Returns a command that runs a program of `.local/venv`, such as `sam`, in the workspace. Puts
/// the programs of the environment first on the PATH of the command.
pub fn command(program: &str) -> Command {
    command_in(&workspace::local("venv"), program)
}

/// Quotes the value of a parameter of a template, `NAME=VALUE`. Without quotes, the SAM CLI ignores
/// the rest of a value after a space, and refuses an empty one.
pub fn sam_parameter(parameter: &str) -> String {
    let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
    format!("{name}=\"{}\"", value.replace('"', "\\\""))
}

fn command_in(environment: &Path, program: &str) -> Command {
    let bin = environment.join("bin");
    let mut command = Command::new(bin.join(program));
    let mut path = vec![bin];
    path.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
    if let Ok(path) = std::env::join_paths(path) {
        command.env("PATH", path);
    }
    // pip installs no byte code, so that Python must write it at the first import.
    command.env_remove("PYTHONDONTWRITEBYTECODE").current_dir(workspace::root());
    command
}

/// Installs `packages` if they are not installed at their pinned versions. If the pins have
/// changed, creates the environment again, so that no old package remains.
///
/// # Errors
/// Returns an error if Python is missing or too old, or if a package cannot be installed.
pub fn ensure(packages: Packages) -> Result<()> {
    let requirements = packages.requirements();
    let fingerprint = fingerprint::of_content(&requirements)?;
    let venv = packages.environment();
    let saved = venv.join(format!("albumen-{}", packages.name()));
    if fingerprint::is_saved(&saved, &fingerprint) {
        return Ok(());
    }
    let needs_environment = saved.exists() || !venv.join("bin/python").exists();
    let python = find_python()?;
    progress::step(packages.title(), || {
        if needs_environment {
            create_environment(&python, &venv)?;
        }
        install(packages, &requirements)?;
        fingerprint::save(&saved, &fingerprint)
    })
}

fn create_environment(python: &str, venv: &Path) -> Result<()> {
    if venv.exists() {
        fs::remove_dir_all(venv)?;
    }
    let mut command = Command::new(python);
    command.args(["-m", "venv"]).arg(venv);
    let failure = "Python cannot create virtual environments. Install its `venv` module (Debian: `apt install python3-venv`).";
    program::run_logged(&mut command, &workspace::log("venv"), failure, |_| ())
}

fn install(packages: Packages, requirements: &Path) -> Result<()> {
    let mut pip = command_in(&packages.environment(), "python");
    pip.args(["-m", "pip", "install", "--disable-pip-version-check", "--no-input"]);
    // The list contains all dependencies, so pip need not resolve them.
    pip.args(["--no-deps", "--no-compile", "--require-hashes", "--requirement"]).arg(requirements);
    let mut ticker = Ticker::new(PROGRESS_INTERVAL);
    let failure =
        format!("The Python packages in local/requirements/{}.txt could not be installed.", packages.name());
    let result = program::run_logged(&mut pip, &workspace::log("pip"), &failure, |line| {
        if let Some(package) = line.strip_prefix("Collecting ") {
            ticker.tick(package.split([' ', ';']).next().unwrap_or(package));
        } else if line.starts_with("Installing collected packages") {
            ticker.finish();
            progress::note("All packages are downloaded. Unpacking.");
        }
    });
    ticker.finish();
    result
}

/// Returns the name of the first Python on the PATH that is new enough.
fn find_python() -> Result<String> {
    let newest_first = (OLDEST.1..=OLDEST.1 + 5).rev().map(|minor| format!("python3.{minor}"));
    for name in ["python3".to_owned(), "python".to_owned()].into_iter().chain(newest_first) {
        if version(&name).is_some_and(|version| version >= OLDEST) {
            return Ok(name);
        }
    }
    bail!("You need Python {}.{} or later. Install it and put it on the PATH.", OLDEST.0, OLDEST.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sam_cli_reads_each_value_of_a_parameter() {
        for (parameter, expected) in [
            ("MaxPictures=7", r#"MaxPictures="7""#),
            ("ContactUrl=", r#"ContactUrl="""#),
            (r#"SiteTitle=Anna's "best" pictures"#, r#"SiteTitle="Anna's \"best\" pictures""#),
            ("TermsUrl=https://example.org/?a=b", r#"TermsUrl="https://example.org/?a=b""#),
        ] {
            assert_eq!(sam_parameter(parameter), expected);
        }
    }

    #[test]
    fn each_set_of_packages_is_pinned() {
        for packages in [
            Packages::Cloud,
            Packages::Check,
            Packages::Release,
            Packages::Conform,
            Packages::Container,
            Packages::Fuzz,
            Packages::Security,
            Packages::Sdks,
        ] {
            let pinned = fs::read_to_string(packages.requirements()).unwrap();
            assert!(pinned.contains("==") && pinned.contains("--hash=sha256:"), "{packages:?}");
        }
    }
}
