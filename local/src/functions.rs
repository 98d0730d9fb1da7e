//! Builds the functions into `target/lambda/NAME/bootstrap`, where `template.yaml` looks for them.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context, Result, bail};
use clap::ValueEnum;

use crate::python::{self, Packages};
use crate::{fingerprint, program, progress, tools, workspace};

/// A processor architecture of Lambda.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Architecture {
    /// AWS Graviton, the default of `template.yaml`.
    Arm64,
    /// Intel and AMD.
    #[value(name = "x86_64")]
    X86_64,
}

impl Architecture {
    /// Returns the architecture of this machine.
    pub fn of_this_machine() -> Self {
        if cfg!(target_arch = "aarch64") { Self::Arm64 } else { Self::X86_64 }
    }

    /// Returns the name of the architecture in `template.yaml`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Arm64 => "arm64",
            Self::X86_64 => "x86_64",
        }
    }

    /// Returns the target triple of Rust.
    fn target(self) -> &'static str {
        match self {
            Self::Arm64 => "aarch64-unknown-linux-gnu",
            Self::X86_64 => "x86_64-unknown-linux-gnu",
        }
    }
}

/// Returns the names of the functions, which are the folders of `functions/`, in order.
pub fn names() -> Result<Vec<String>> {
    let folder = workspace::path("functions");
    let mut names = Vec::new();
    for entry in fs::read_dir(&folder).with_context(|| format!("Cannot read {}", folder.display()))? {
        let entry = entry?;
        if entry.path().join("Cargo.toml").is_file() {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}

/// Returns the path of a function's program, which Lambda runs.
pub fn bootstrap(name: &str) -> PathBuf {
    workspace::path("target/lambda").join(name).join("bootstrap")
}

/// Returns the path of a function's program if the last build was for deployment. Returns `None` if
/// it was for this machine or if there is no build.
pub fn release_program(name: &str) -> Option<PathBuf> {
    let bootstrap = bootstrap(name);
    // A build for this machine copies the program and its modification time.
    let is_local = modified(&local_program(name)).is_ok_and(|local| modified(&bootstrap).ok() == Some(local));
    (bootstrap.is_file() && !is_local).then_some(bootstrap)
}

fn local_program(name: &str) -> PathBuf {
    workspace::path("target/debug").join(name)
}

fn modified(path: &Path) -> std::io::Result<SystemTime> {
    fs::metadata(path)?.modified()
}

/// Returns the fingerprint of the program of a function.
pub fn fingerprint(name: &str) -> Result<String> {
    fingerprint::of_files(&bootstrap(name), &[])
}

/// Builds all functions for this machine with the profile `dev`.
pub fn build() -> Result<()> {
    tools::ensure_c_compiler()?;
    let names = names()?;
    progress::step(&format!("Building {} functions", names.len()), || {
        let mut cargo = program::cargo();
        // Selects the same features as `cargo test --workspace`, so that nothing is built twice.
        cargo.args(["build", "--workspace"]);
        for name in &names {
            cargo.args(["--bin", name]);
        }
        program::run(&mut cargo, "The build failed. See the messages of Cargo above.")?;
        names.iter().try_for_each(|name| copy_if_changed(&local_program(name), &bootstrap(name)))
    })
}

/// Builds the functions called `names` for deployment, with the release profile and for the C
/// library of Amazon Linux 2023.
pub fn build_release(architecture: Architecture, names: &[String]) -> Result<()> {
    ensure_target(architecture)?;
    python::ensure(Packages::Release)?;
    let built = if let [name] = names { name.clone() } else { format!("{} functions", names.len()) };
    let title = format!("Building {built} for deployment on {}", architecture.name());
    progress::step(&title, || {
        let mut cargo = python::command("cargo-lambda");
        cargo.args([
            "lambda",
            "build",
            "--release",
            "--target",
            architecture.target(),
            "--skip-target-check",
        ]);
        // Uses the release profile of Cargo.toml, because the profile of cargo-lambda aborts on a
        // panic.
        cargo.arg("--disable-optimizations");
        // Selects all packages, so that the features do not depend on `names`.
        for name in self::names()? {
            cargo.args(["--package", &name]);
        }
        for name in names {
            cargo.args(["--bin", name]);
        }
        program::run(&mut cargo, "The build failed. See the messages of Cargo above.")
    })
}

/// Returns an error if the standard library of Rust for `architecture` is not installed.
fn ensure_target(architecture: Architecture) -> Result<()> {
    let target = architecture.target();
    let sysroot =
        program::output(program::rustc().args(["--print", "sysroot"]), "`rustc --print sysroot` failed.")?;
    if !Path::new(sysroot.trim()).join("lib/rustlib").join(target).exists() {
        bail!(
            "The standard library of Rust for {} is missing. Run `rustup target add {target}`, or build for this \
             machine with `--architecture {}`.",
            architecture.name(),
            Architecture::of_this_machine().name()
        );
    }
    Ok(())
}

/// Copies a built program and its modification time to `bootstrap`, from where it is deployed. Does
/// nothing if `bootstrap` has the same modification time.
fn copy_if_changed(built: &Path, bootstrap: &Path) -> Result<()> {
    let built_at = modified(built).with_context(|| format!("{} was not built", built.display()))?;
    if modified(bootstrap).is_ok_and(|copied_at| copied_at == built_at) {
        return Ok(());
    }
    if let Some(folder) = bootstrap.parent() {
        fs::create_dir_all(folder)?;
    }
    if bootstrap.exists() {
        fs::remove_file(bootstrap)?;
    }
    // Copies instead of linking, because cargo-lambda overwrites existing files and would change
    // the file of Cargo.
    fs::copy(built, bootstrap)?;
    fs::File::options().append(true).open(bootstrap)?.set_modified(built_at)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_functions() {
        assert!(names().unwrap().contains(&"thumbnail".to_owned()));
    }

    #[test]
    fn copies_a_program_again_only_when_it_changed() {
        let folder = std::env::temp_dir().join(format!("albumen-place-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let (built, bootstrap) = (folder.join("built"), folder.join("lambda/bootstrap"));
        fs::write(&built, "1").unwrap();
        copy_if_changed(&built, &bootstrap).unwrap();
        let first = fingerprint::of_files(&bootstrap, &[]).unwrap();
        copy_if_changed(&built, &bootstrap).unwrap();
        assert_eq!(fingerprint::of_files(&bootstrap, &[]).unwrap(), first);
        fs::remove_file(&built).unwrap();
        fs::write(&built, "12").unwrap();
        copy_if_changed(&built, &bootstrap).unwrap();
        assert_eq!(fs::read_to_string(&bootstrap).unwrap(), "12");
        fs::remove_dir_all(folder).unwrap();
    }
}
