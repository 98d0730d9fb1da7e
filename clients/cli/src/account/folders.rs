//! The folders of the program, by the XDG Base Directory Specification.

use std::env;
use std::fs::{self, DirBuilder};
use std::os::unix::fs::DirBuilderExt;
use std::path::PathBuf;

use crate::failure::Failure;

/// Returns the folder of the configuration, and creates it for this person only.
///
/// # Errors
/// Returns a failure if the person has no home folder or the folder cannot be created.
pub fn config() -> Result<PathBuf, Failure> {
    create("XDG_CONFIG_HOME", ".config")
}

/// Returns the folder of what the program remembers, and creates it for this person only.
///
/// # Errors
/// Returns a failure if the person has no home folder or the folder cannot be created.
pub fn state() -> Result<PathBuf, Failure> {
    create("XDG_STATE_HOME", ".local/state")
}

fn create(variable: &str, default: &str) -> Result<PathBuf, Failure> {
    // By the specification, a relative path is ignored.
    let absolute = |name| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let base = absolute(variable).or_else(|| Some(absolute("HOME")?.join(default)));
    let folder = base.ok_or_else(|| Failure::Failed(format!("Set HOME or {variable} to a folder.")))?;
    let folder = folder.join("albumen");
    let mut builder = DirBuilder::new();
    builder.recursive(true).mode(0o700);
    builder.create(&folder).map_err(|error| Failure::file("create", &folder, &error))?;
    Ok(fs::canonicalize(&folder).unwrap_or(folder))
}
