//! The functions as they are deployed, built for this machine.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;
use store::Error;

/// How big a binary may be, in bytes: start-up grows with it.
const LIMIT: u64 = 6_000_000;

/// `thumbnail` brings the decoders and encoders of four formats.
const THUMBNAIL_LIMIT: u64 = 12_000_000;

/// A function's binary.
#[derive(Debug, Serialize)]
pub struct Size {
    pub function: String,
    pub bytes: u64,
    pub limit: u64,
}

/// A function's program.
///
/// # Errors
/// It was not built.
pub fn program(root: &Path, name: &str) -> Result<PathBuf, Error> {
    existing(root.join("target/release").join(name))
}

/// The program, if it was built.
///
/// # Errors
/// It was not.
pub fn existing(program: PathBuf) -> Result<PathBuf, Error> {
    match program.is_file() {
        true => Ok(program),
        false => Err(format!("{} is missing: `cargo dev bench cold` builds it", program.display()).into()),
    }
}

/// The sizes of all functions, by name.
///
/// # Errors
/// One was not built.
pub fn sizes(root: &Path) -> Result<Vec<Size>, Error> {
    let mut sizes = Vec::new();
    for folder in fs::read_dir(root.join("functions"))? {
        let folder = folder?;
        if !folder.path().join("Cargo.toml").is_file() {
            continue;
        }
        let function = folder.file_name().to_string_lossy().into_owned();
        let limit = if function == "thumbnail" { THUMBNAIL_LIMIT } else { LIMIT };
        sizes.push(Size { bytes: fs::metadata(program(root, &function)?)?.len(), function, limit });
    }
    sizes.sort_by(|a, b| a.function.cmp(&b.function));
    Ok(sizes)
}
