//! What `cargo dev bench pictures` compares with: sharp, installed below `.local/peer` at the version that
//! `tests/benches/pictures/peer/package-lock.json` pins.

use std::fs;

use anyhow::Result;

use crate::{program, progress, stamp, tools, workspace};

/// Where it is kept.
const SOURCES: &str = "tests/benches/pictures/peer";

/// Makes sure that the peer's program is there with its packages, as pinned.
pub fn ensure() -> Result<()> {
    tools::ensure_node()?;
    let folder = workspace::local("peer");
    fs::create_dir_all(&folder)?;
    for file in fs::read_dir(workspace::path(SOURCES))? {
        let file = file?;
        fs::copy(file.path(), folder.join(file.file_name()))?;
    }
    let wanted = stamp::of_content(&folder.join("package-lock.json"))?;
    let remembered = folder.join("node_modules/.albumen-lock");
    if stamp::is_remembered(&remembered, &wanted) {
        return Ok(());
    }
    progress::step("Installing sharp, to compare with", || {
        let mut npm = tools::npm(&["ci", "--no-audit", "--no-fund"]);
        npm.current_dir(&folder);
        program::run_logged(&mut npm, &workspace::log("peer"), "`npm ci` failed in .local/peer.", |_| ())?;
        stamp::remember(&remembered, &wanted)
    })
}
