//! Builds the functions for this machine into `target/lambda/NAME/bootstrap`, where `template.yaml`
//! looks for them. [`crate::release`] builds them for deployment.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context, Result};
use clap::ValueEnum;

use crate::{program, progress, tools, workspace};

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
    pub fn target(self) -> &'static str {
        match self {
            Self::Arm64 => "aarch64-unknown-linux-gnu",
            Self::X86_64 => "x86_64-unknown-linux-gnu",
        }
    }
}

/// Returns the names of the functions, which are the folders of `functions/`, in order.
pub fn names() -> Result<Vec<String>> {
    names_in(workspace::root())
}

/// Returns the names of the functions of a checkout of the repository, in order.
pub fn names_in(checkout: &Path) -> Result<Vec<String>> {
    let folder = checkout.join("functions");
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
    bootstrap_in(workspace::root(), name)
}

/// Returns the path of the program of a function of a checkout of the repository.
pub fn bootstrap_in(checkout: &Path, name: &str) -> PathBuf {
    checkout.join("target/lambda").join(name).join("bootstrap")
}

fn modified(path: &Path) -> std::io::Result<SystemTime> {
    fs::metadata(path)?.modified()
}

/// Builds all functions for this machine with the profile `dev`.
pub fn build() -> Result<()> {
    // Only with a test target, Cargo enables the features that dev-dependencies add, as
    // `cargo test --workspace` does. Otherwise it builds most crates twice.
    build_in(workspace::root(), &workspace::path("target"), &["--test", "log_lines"])
}

/// Builds all functions of a checkout of the repository into the folder `target` of Cargo, and
/// copies them into the checkout. `other_targets` are arguments of Cargo.
pub fn build_in(checkout: &Path, target: &Path, other_targets: &[&str]) -> Result<()> {
    tools::ensure_c_compiler()?;
    let names = names_in(checkout)?;
    progress::step(&format!("Building {} functions", names.len()), || {
        let mut cargo = program::cargo();
        cargo.current_dir(checkout).env("CARGO_TARGET_DIR", target);
        cargo.args(["build", "--workspace"]).args(other_targets);
        for name in &names {
            cargo.args(["--bin", name]);
        }
        program::run(&mut cargo, "The build failed. See the messages of Cargo above.")?;
        let debug = target.join("debug");
        names.iter().try_for_each(|name| copy_if_changed(&debug.join(name), &bootstrap_in(checkout, name)))
    })
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
    // Copies instead of linking, so that the file has a modification time of its own.
    fs::copy(built, bootstrap)?;
    fs::File::options().append(true).open(bootstrap)?.set_modified(built_at)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fingerprint;

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
