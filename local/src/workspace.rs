//! Where everything lies.

use std::path::{Path, PathBuf};

/// The folder with the workspace's `Cargo.toml` and `template.yaml`.
pub fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here)
}

/// A path below the root.
pub fn path(relative: impl AsRef<Path>) -> PathBuf {
    root().join(relative)
}

/// A path below `.local/`: what this tool installs, keeps and logs. Never committed.
pub fn local(relative: impl AsRef<Path>) -> PathBuf {
    root().join(".local").join(relative)
}

/// The log of one of this tool's own steps, such as `deploy`.
pub fn log(step: &str) -> PathBuf {
    local("logs").join(format!("{step}.log"))
}
