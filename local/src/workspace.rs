//! Paths of the workspace.

use std::path::{Path, PathBuf};

/// Returns the folder with the workspace's `Cargo.toml` and `template.yaml`.
pub fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here)
}

/// Converts a path relative to the workspace to an absolute path.
pub fn path(relative: impl AsRef<Path>) -> PathBuf {
    root().join(relative)
}

/// Returns a path below `.local/`, which contains the files that `cargo dev` installs and writes.
/// Git ignores it.
pub fn local(relative: impl AsRef<Path>) -> PathBuf {
    root().join(".local").join(relative)
}

/// Returns the path of the log of a step, such as `deploy`.
pub fn log(step: &str) -> PathBuf {
    local("logs").join(format!("{step}.log"))
}
