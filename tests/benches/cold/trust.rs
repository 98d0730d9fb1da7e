//! The files of trusted certificates of the two programs.

use std::fs;
use std::path::{Path, PathBuf};

use store::Error;

/// Writes the root certificates of the functions and the authority to a file.
pub fn function_roots(root: &Path, folder: &Path, authority_pem: &str) -> Result<PathBuf, Error> {
    write(&root.join("shared/store/src/aws/roots.pem"), authority_pem, folder.join("function.pem"))
}

/// Writes the root certificates of this machine and the authority to a file. The SDK trusts them by
/// default; AWS has about as many.
pub fn machine_roots(folder: &Path, authority_pem: &str) -> Result<PathBuf, Error> {
    let file = openssl_probe::probe().cert_file.ok_or("This machine has no file of root certificates.")?;
    write(&file, authority_pem, folder.join("machine.pem"))
}

fn write(roots: &Path, authority_pem: &str, file: PathBuf) -> Result<PathBuf, Error> {
    let text = fs::read_to_string(roots).map_err(|error| format!("{}: {error}", roots.display()))?;
    fs::write(&file, format!("{text}\n{authority_pem}"))?;
    Ok(file)
}
