//! Whom the programs trust: what they would on AWS, and our own authority.

use std::fs;
use std::path::{Path, PathBuf};

use store::Error;

/// The roots that our functions bring with them.
///
/// # Errors
/// Files cannot be read or written.
pub fn ours(root: &Path, folder: &Path, authority_pem: &str) -> Result<PathBuf, Error> {
    with(&root.join("shared/src/aws/roots.pem"), authority_pem, folder.join("ours.pem"))
}

/// The roots of the machine, which the SDK trusts by default. There are about as many on AWS.
///
/// # Errors
/// There are none, or files cannot be read or written.
pub fn the_machines(folder: &Path, authority_pem: &str) -> Result<PathBuf, Error> {
    let file = openssl_probe::probe().cert_file.ok_or("this machine has no file of trusted certificates")?;
    with(&file, authority_pem, folder.join("machine.pem"))
}

fn with(roots: &Path, authority_pem: &str, file: PathBuf) -> Result<PathBuf, Error> {
    let text = fs::read_to_string(roots).map_err(|error| format!("{}: {error}", roots.display()))?;
    fs::write(&file, format!("{text}\n{authority_pem}"))?;
    Ok(file)
}
