//! `cargo dev openapi`

use anyhow::Result;

use crate::{program, sdks, tools, web};

/// Writes `docs/openapi.json` from the routes and types of the functions, and then the types of the
/// web app and the generated code of the SDKs.
pub(super) fn run() -> Result<()> {
    let mut write = program::cargo();
    // Selects the test by target, so that Cargo builds the same features as for the workspace.
    write.args(["test", "--quiet", "--workspace", "--test", "openapi", "--", "--ignored"]);
    program::run(&mut write, "The specification could not be written.")?;
    web::ensure_packages()?;
    let mut types = tools::npm(&["run", "--silent", "types"]);
    program::run(&mut types, "The types of the web app could not be written.")?;
    sdks::generate()
}
