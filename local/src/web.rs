//! Builds the web app in `frontend/` into `frontend/dist`.

use std::path::PathBuf;

use anyhow::Result;

use crate::{program, progress, stamp, tools, workspace};

/// Folders of `frontend/` that tools write.
const GENERATED: [&str; 4] = ["node_modules", "dist", "test-results", "playwright-report"];

/// The folder of the built web app.
pub fn built() -> PathBuf {
    workspace::path("frontend/dist")
}

/// Whether the web app is part of this checkout.
pub fn exists() -> bool {
    workspace::path("frontend/package.json").is_file()
}

/// Installs the packages that `package-lock.json` pins, unless they are installed.
pub fn ensure_packages() -> Result<()> {
    tools::ensure_node()?;
    let fingerprint = stamp::of_content(&workspace::path("frontend/package-lock.json"))?;
    let saved = workspace::path("frontend/node_modules/.albumen-lock");
    if stamp::is_saved(&saved, &fingerprint) {
        return Ok(());
    }
    progress::step("Installing the web app's packages", || {
        let mut npm = tools::npm(&["ci", "--no-audit", "--no-fund"]);
        program::run_logged(&mut npm, &workspace::log("npm"), "`npm ci` failed in frontend/.", |_| ())?;
        stamp::save(&saved, &fingerprint)
    })
}

/// Builds the web app when its sources have changed.
pub fn build() -> Result<()> {
    ensure_packages()?;
    let fingerprint = stamp::of_files(&workspace::path("frontend"), &GENERATED)?;
    let saved = workspace::local("web-built");
    if built().is_dir() && stamp::is_saved(&saved, &fingerprint) {
        return Ok(());
    }
    progress::step("Building the web app", || {
        let mut npm = tools::npm(&["run", "build"]);
        program::run_logged(&mut npm, &workspace::log("web"), "The web app could not be built.", |_| ())?;
        stamp::save(&saved, &fingerprint)
    })
}
