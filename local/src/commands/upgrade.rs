//! `cargo dev upgrade`

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, ensure};
use clap::Args;

use crate::cloud::{LocalCloud, Options, Stack};
use crate::{functions, program, progress, workspace};

/// The environment variable with the path of the file that describes the people and pictures of the
/// tests.
const VARIABLE: &str = "ALBUMEN_UPGRADE";

/// Arguments of `upgrade`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The revision to upgrade from, such as a tag or a commit [default: the newest tag]
    revision: Option<String>,
}

pub(super) fn run(arguments: &Arguments) -> Result<()> {
    let revision = match &arguments.revision {
        Some(revision) => revision.clone(),
        None => newest_tag()?,
    };
    let checkout = check_out(&revision)?;
    functions::build_in(&checkout, &folder().join("target"), &[])?;
    let options = Options::throwaway(true)?;
    let mut cloud = LocalCloud::start_checkout(&options, &checkout)?;
    let before = cloud.stack().clone();
    test(&cloud, &["--test", "upgrade", "--", "--ignored", "before"])?;
    cloud.upgrade(&options)?;
    ensure_same_addresses(&before, cloud.stack())?;
    test(&cloud, &["--test", "upgrade", "--", "--ignored", "after"])?;
    test(&cloud, &["--no-fail-fast", "--test", "application", "--test", "backlog"])?;
    progress::note(&format!("The upgrade from {revision} succeeded and kept all data."));
    Ok(())
}

/// Returns the folder of the extracted revisions and their builds.
fn folder() -> PathBuf {
    workspace::local("upgrade")
}

fn newest_tag() -> Result<String> {
    let mut git = git(&["describe", "--tags", "--abbrev=0"]);
    let failure = "There is no tag. Name a revision, as in `cargo dev upgrade COMMIT`.";
    Ok(program::output(&mut git, failure)?.trim().to_owned())
}

/// Extracts a revision into a folder of its own and returns the folder.
fn check_out(revision: &str) -> Result<PathBuf> {
    let mut parse = git(&["rev-parse", "--verify", "--end-of-options", &format!("{revision}^{{commit}}")]);
    let failure = format!("There is no revision {revision}. Run `git fetch --tags --unshallow`.");
    let commit = program::output(&mut parse, &failure)?.trim().to_owned();
    let checkout = folder().join(&commit);
    if !checkout.exists() {
        // Extracts into a temporary folder, so that an interrupted run leaves no incomplete
        // checkout.
        let (new, archive) = (checkout.with_extension("new"), checkout.with_extension("tar"));
        fs::create_dir_all(&new)?;
        let mut git = git(&["archive", "--output"]);
        program::run(git.arg(&archive).arg(&commit), "Git could not read the revision.")?;
        let mut tar = Command::new("tar");
        // `--touch` sets the modification times to the current time, so that Cargo builds all
        // files.
        tar.args(["--extract", "--touch", "--file"]).arg(&archive).arg("--directory").arg(&new);
        program::run(&mut tar, "The revision could not be extracted.")?;
        fs::remove_file(&archive)?;
        fs::rename(new, &checkout)?;
    }
    Ok(checkout)
}

fn git(arguments: &[&str]) -> Command {
    let mut git = Command::new("git");
    git.args(arguments).current_dir(workspace::root());
    git
}

/// Runs end-to-end tests on the local cloud.
fn test(cloud: &LocalCloud, arguments: &[&str]) -> Result<()> {
    let mut cargo = program::cargo();
    // Selects the tests by target, so that Cargo builds the same features as for the workspace.
    cargo.args(["test", "--workspace"]).args(arguments);
    cargo.env(Stack::VARIABLE, cloud.stack_file()).env(VARIABLE, folder().join("world.json"));
    program::run(&mut cargo, "The tests failed.")
}

/// Returns an error if the upgrade changed an address or id that clients use. Ignores the id of the
/// REST API, because the emulator replaces the API when a route changes. AWS does not.
fn ensure_same_addresses(before: &Stack, after: &Stack) -> Result<()> {
    let addresses =
        |stack: &Stack| Stack { functions: Default::default(), api: String::new(), ..stack.clone() };
    let (before, after) = (addresses(before), addresses(after));
    ensure!(before == after, "The upgrade has replaced resources.\nBefore: {before:?}\nAfter: {after:?}");
    Ok(())
}
