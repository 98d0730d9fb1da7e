//! `cargo dev down`

use std::fs;

use anyhow::Result;

use crate::cloud::{self, Stack};
use crate::{progress, workspace};

pub(super) fn run() -> Result<()> {
    let home = workspace::local("cloud");
    if cloud::find_running(&home).is_some() {
        progress::step("Stopping the local cloud and saving its state", || {
            cloud::stop(&home);
            Ok(())
        })?;
    } else {
        progress::note("The local cloud is not up.");
    }
    match fs::remove_file(Stack::developers_file()) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}
