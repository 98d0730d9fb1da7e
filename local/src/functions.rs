//! Builds the functions into `target/lambda/NAME/bootstrap`, where `template.yaml` looks for them.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::ValueEnum;

use crate::{program, progress, stamp, tools, workspace};

/// The processor that functions are built for, in Lambda's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Architecture {
    /// Graviton, what is deployed by default.
    Arm64,
    /// Intel and AMD.
    #[value(name = "x86_64")]
    X86_64,
}

impl Architecture {
    /// The one of this machine.
    pub fn of_this_machine() -> Self {
        if cfg!(target_arch = "aarch64") { Self::Arm64 } else { Self::X86_64 }
    }

    /// The template's name for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Arm64 => "arm64",
            Self::X86_64 => "x86_64",
        }
    }

    /// Rust's name for it.
    fn target(self) -> &'static str {
        match self {
            Self::Arm64 => "aarch64-unknown-linux-gnu",
            Self::X86_64 => "x86_64-unknown-linux-gnu",
        }
    }
}

/// The functions: the folders of `functions/`, by name.
pub fn names() -> Result<Vec<String>> {
    let folder = workspace::path("functions");
    let mut names = Vec::new();
    for entry in fs::read_dir(&folder).with_context(|| format!("{} can not be read", folder.display()))? {
        let entry = entry?;
        if entry.path().join("Cargo.toml").is_file() {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}

/// What AWS runs of a function.
pub fn bootstrap(name: &str) -> PathBuf {
    workspace::path("target/lambda").join(name).join("bootstrap")
}

/// Fingerprint of a built function.
pub fn fingerprint(name: &str) -> Result<String> {
    stamp::of_files(&bootstrap(name), &[])
}

/// Builds all functions for this machine, quick to build and with line numbers in back-traces.
pub fn build() -> Result<()> {
    tools::ensure_c_compiler()?;
    let names = names()?;
    progress::step(&format!("Building {} functions", names.len()), || {
        let mut cargo = program::cargo();
        // The whole workspace decides on features, as it does in `cargo test --workspace`: so nothing is built twice.
        cargo.args(["build", "--workspace"]);
        for name in &names {
            cargo.args(["--bin", name]);
        }
        program::run(&mut cargo, "The build failed: cargo says why above.")?;
        names.iter().try_for_each(|name| place(&workspace::path("target/debug").join(name), &bootstrap(name)))
    })
}

/// Builds all functions as they are deployed: small, and against the C library of Amazon Linux 2023.
pub fn build_release(architecture: Architecture) -> Result<()> {
    ensure_target(architecture)?;
    tools::ensure_python_environment()?;
    let title = format!("Building the functions for deployment on {}", architecture.name());
    progress::step(&title, || {
        let mut cargo = tools::command("cargo-lambda");
        cargo.args([
            "lambda",
            "build",
            "--release",
            "--target",
            architecture.target(),
            "--skip-target-check",
        ]);
        // Cargo.toml says how: cargo-lambda would make a panic end the process.
        cargo.arg("--disable-optimizations");
        for name in names()? {
            cargo.args(["--package", &name, "--bin", &name]);
        }
        program::run(&mut cargo, "The build failed: cargo says why above.")
    })
}

fn ensure_target(architecture: Architecture) -> Result<()> {
    let target = architecture.target();
    let sysroot =
        program::output(program::rustc().args(["--print", "sysroot"]), "rustc could not be asked.")?;
    if !Path::new(sysroot.trim()).join("lib/rustlib").join(target).exists() {
        bail!(
            "Rust's standard library for {} is missing: run `rustup target add {target}`, or build for this machine's \
             processor with `--architecture {}`.",
            architecture.name(),
            Architecture::of_this_machine().name()
        );
    }
    Ok(())
}

/// Puts a built program where it is deployed from, unless it is there already.
fn place(built: &Path, bootstrap: &Path) -> Result<()> {
    let modified = |path: &Path| fs::metadata(path).and_then(|about| about.modified());
    let wanted = modified(built).with_context(|| format!("{} was not built", built.display()))?;
    if modified(bootstrap).is_ok_and(|there| there == wanted) {
        return Ok(());
    }
    if let Some(folder) = bootstrap.parent() {
        fs::create_dir_all(folder)?;
    }
    if bootstrap.exists() {
        fs::remove_file(bootstrap)?;
    }
    // A copy: cargo-lambda writes into the file that it finds here, and it must not be one of Cargo's own.
    fs::copy(built, bootstrap)?;
    fs::File::options().append(true).open(bootstrap)?.set_modified(wanted)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_functions_are_found() {
        assert!(names().unwrap().contains(&"thumbnail".to_owned()));
    }

    #[test]
    fn a_program_is_placed_again_only_when_it_changed() {
        let folder = std::env::temp_dir().join(format!("albumen-place-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let (built, bootstrap) = (folder.join("built"), folder.join("lambda/bootstrap"));
        fs::write(&built, "1").unwrap();
        place(&built, &bootstrap).unwrap();
        let first = stamp::of_files(&bootstrap, &[]).unwrap();
        place(&built, &bootstrap).unwrap();
        assert_eq!(stamp::of_files(&bootstrap, &[]).unwrap(), first);
        fs::remove_file(&built).unwrap();
        fs::write(&built, "12").unwrap();
        place(&built, &bootstrap).unwrap();
        assert_eq!(fs::read_to_string(&bootstrap).unwrap(), "12");
        fs::remove_dir_all(folder).unwrap();
    }
}
