//! Release builds of the functions in `target/deploy/ARCHITECTURE`, which also contains the
//! template that deploys exactly these builds, and of the command line in `target/cli`.
//!
//! Builds for this machine are in another folder, so that none of them is ever deployed to AWS.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

use crate::elf::Header;
use crate::functions::{self, Architecture};
use crate::python::{self, Packages};
use crate::{program, progress, workspace};

/// The folder of the programs in `template.yaml`.
const LOCAL_FOLDER: &str = "CodeUri: target/lambda/";
/// The oldest C library on which the command line runs, as Rust's standard library itself.
const OLDEST_GLIBC: &str = "2.17";

/// Returns the folder of the release builds for `architecture`.
pub fn folder(architecture: Architecture) -> PathBuf {
    workspace::path("target/deploy").join(architecture.name())
}

/// Returns the path of a function's release build for this machine, if there is one.
pub fn program(name: &str) -> Option<PathBuf> {
    let path = path(Architecture::of_this_machine(), name);
    path.is_file().then_some(path)
}

fn path(architecture: Architecture, name: &str) -> PathBuf {
    folder(architecture).join(name).join("bootstrap")
}

/// Builds the functions called `names` with the release profile and for the C library of Amazon
/// Linux 2023.
pub fn build(architecture: Architecture, names: &[String]) -> Result<()> {
    ensure_target(architecture)?;
    python::ensure(Packages::Release)?;
    let built = if let [name] = names { name.clone() } else { format!("{} functions", names.len()) };
    let title = format!("Building {built} for deployment on {}", architecture.name());
    progress::step(&title, || {
        let mut cargo = python::command("cargo-lambda");
        cargo.args(["lambda", "build", "--release", "--target", architecture.target()]);
        cargo.args(["--skip-target-check", "--lambda-dir"]).arg(folder(architecture));
        // Uses the release profile of Cargo.toml, because the profile of cargo-lambda aborts on a
        // panic.
        cargo.arg("--disable-optimizations");
        // Selects all packages, so that the features do not depend on `names`.
        for name in functions::names()? {
            cargo.args(["--package", &name]);
        }
        for name in names {
            cargo.args(["--bin", name]);
        }
        program::run(&mut cargo, "The build failed. See the messages of Cargo above.")
    })
}

/// Builds the command line with the release profile into `target/cli`, for the C library
/// [`OLDEST_GLIBC`] and later ones. Returns the path of the program.
pub fn build_command_line(architecture: Architecture) -> Result<PathBuf> {
    ensure_target(architecture)?;
    python::ensure(Packages::Release)?;
    let target = architecture.target();
    progress::step(&format!("Building the command line for {}", architecture.name()), || {
        let mut cargo = python::command("cargo-zigbuild");
        cargo.args(["zigbuild", "--release", "--package", "albumen"]);
        cargo.arg("--target").arg(format!("{target}.{OLDEST_GLIBC}"));
        cargo.arg("--target-dir").arg(workspace::path("target"));
        program::run(&mut cargo, "The build failed. See the messages of Cargo above.")
    })?;
    let built = workspace::path("target").join(target).join("release/albumen");
    let program = workspace::path("target/cli").join(format!("albumen-{}", architecture.name()));
    fs::create_dir_all(workspace::path("target/cli"))?;
    fs::copy(&built, &program).with_context(|| format!("Cannot copy {}", built.display()))?;
    Ok(program)
}

/// Returns an error if the standard library of Rust for `architecture` is not installed.
pub fn ensure_target(architecture: Architecture) -> Result<()> {
    let target = architecture.target();
    let sysroot =
        program::output(program::rustc().args(["--print", "sysroot"]), "`rustc --print sysroot` failed.")?;
    if !Path::new(sysroot.trim()).join("lib/rustlib").join(target).exists() {
        bail!(
            "The standard library of Rust for {} is missing. Run `rustup target add {target}`. \
             The build brings its own linker.",
            architecture.name()
        );
    }
    Ok(())
}

/// Checks the release builds of all functions, and writes the template that deploys them. Returns
/// the path of the template.
///
/// # Errors
/// Returns an error if a program is missing, is for another processor, or is no release build.
pub fn write_template(architecture: Architecture) -> Result<PathBuf> {
    let names = functions::names()?;
    for name in &names {
        let path = path(architecture, name);
        let bytes = fs::read(&path).with_context(|| format!("Cannot read {}", path.display()))?;
        check_program(&bytes, architecture)
            .with_context(|| format!("{} cannot be deployed", path.display()))?;
    }
    let file = folder(architecture).join("template.yaml");
    let template = fs::read_to_string(workspace::path("template.yaml"))?;
    fs::write(&file, with_release_builds(&template, names.len())?)
        .with_context(|| format!("Cannot write {}", file.display()))?;
    Ok(file)
}

/// Returns an error if a program is no release build for `architecture`.
fn check_program(bytes: &[u8], architecture: Architecture) -> Result<()> {
    let header = Header::read(bytes)?;
    ensure!(
        header.architecture == Some(architecture),
        "it is for {}, not for {}. Run `cargo dev build --release` for that processor",
        header.architecture.map_or("another processor", Architecture::name),
        architecture.name()
    );
    ensure!(header.is_stripped, "it is no release build. Run `cargo dev build --release`");
    Ok(())
}

/// Replaces the folder of the programs in a template by the folder of the template itself.
fn with_release_builds(template: &str, functions: usize) -> Result<String> {
    let found = template.matches(LOCAL_FOLDER).count();
    ensure!(
        found == functions && template.matches("target/").count() == functions,
        "template.yaml has {found} lines `{LOCAL_FOLDER}NAME/`, but there are {functions} functions."
    );
    Ok(template.replace(LOCAL_FOLDER, "CodeUri: "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::elf::tests::program;

    #[test]
    fn only_a_release_build_for_the_processor_is_deployed() {
        let check = |bytes: &[u8], architecture| match check_program(bytes, architecture) {
            Ok(()) => String::new(),
            Err(error) => error.to_string(),
        };
        assert_eq!(check(&program(62, &[1]), Architecture::X86_64), "");
        assert_eq!(check(&program(183, &[1]), Architecture::Arm64), "");
        let message = check(&program(62, &[1]), Architecture::Arm64);
        assert!(message.starts_with("it is for x86_64, not for arm64."), "{message}");
        let message = check(&program(62, &[2]), Architecture::X86_64);
        assert!(message.starts_with("it is no release build."), "{message}");
        assert!(!check(b"#!/bin/sh", Architecture::X86_64).is_empty());
    }

    #[test]
    fn the_template_deploys_the_release_build_of_each_function() {
        let template = fs::read_to_string(workspace::path("template.yaml")).unwrap();
        let names = functions::names().unwrap();
        let release = with_release_builds(&template, names.len()).unwrap();
        for name in &names {
            assert!(release.contains(&format!("CodeUri: {name}/\n")), "{name}");
        }
        assert!(!release.contains("target/"));
        assert!(with_release_builds(&template, names.len() + 1).is_err());
    }
}
