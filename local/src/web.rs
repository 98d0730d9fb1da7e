//! Builds the web app in `frontend/` into `frontend/dist`.

use std::path::PathBuf;

use anyhow::Result;

use crate::{fingerprint, program, progress, tools, workspace};

/// Generated folders of `frontend/`, which the fingerprint of the sources omits.
const GENERATED: [&str; 4] = ["node_modules", "dist", "test-results", "playwright-report"];

/// Returns the folder of the built web app.
pub fn dist() -> PathBuf {
    workspace::path("frontend/dist")
}

/// Returns `true` if the web app is part of this checkout.
pub fn exists() -> bool {
    workspace::path("frontend/package.json").is_file()
}

/// Installs the packages in `package-lock.json` if they are not installed.
pub fn ensure_packages() -> Result<()> {
    tools::ensure_npm_packages("frontend", "the web app")
}

/// Builds the web app if its sources have changed.
pub fn build() -> Result<()> {
    ensure_packages()?;
    let specification = fingerprint::of_content(&workspace::path("docs/openapi.json"))?;
    let fingerprint = fingerprint::of_files(&workspace::path("frontend"), &GENERATED)? + &specification;
    let saved = workspace::local("web-built");
    if dist().is_dir() && fingerprint::is_saved(&saved, &fingerprint) {
        return Ok(());
    }
    progress::step("Building the web app", || {
        let mut npm = tools::npm(&["run", "build"]);
        program::run_logged(&mut npm, &workspace::log("web"), "The web app could not be built.", |_| ())?;
        fingerprint::save(&saved, &fingerprint)
    })
}
