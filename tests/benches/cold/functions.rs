//! Release builds of the functions for this machine.

use std::fs;
use std::path::{Path, PathBuf};

use local::release;
use serde::Serialize;
use store::Error;

/// The largest binary of a function, in bytes: a larger one takes longer to start.
const MAX_BYTES: u64 = 6_000_000;

/// The largest binary of `thumbnail`, with the decoders and encoders of four formats.
const MAX_THUMBNAIL_BYTES: u64 = 12_000_000;

/// The size of a function's binary.
#[derive(Debug, Serialize)]
pub struct Size {
    pub function: String,
    pub bytes: u64,
    pub limit: u64,
}

/// Returns the path of a function's binary.
pub fn program(name: &str) -> Result<PathBuf, Error> {
    let program = release::program(name);
    program.ok_or_else(|| format!("{name} has no release build. Run `cargo dev bench cold`.").into())
}

/// Returns `program`, or an error if it is missing.
pub fn existing(program: PathBuf) -> Result<PathBuf, Error> {
    match program.is_file() {
        true => Ok(program),
        false => Err(format!("{} is missing. Run `cargo dev bench cold`.", program.display()).into()),
    }
}

/// Returns the sizes of the functions that `cargo dev build --release` has built, by name.
pub fn sizes(root: &Path) -> Result<Vec<Size>, Error> {
    let mut sizes = Vec::new();
    for folder in fs::read_dir(root.join("functions"))? {
        let function = folder?.file_name().to_string_lossy().into_owned();
        let Some(program) = release::program(&function) else { continue };
        let limit = if function == "thumbnail" { MAX_THUMBNAIL_BYTES } else { MAX_BYTES };
        sizes.push(Size { bytes: fs::metadata(program)?.len(), function, limit });
    }
    sizes.sort_by(|a, b| a.function.cmp(&b.function));
    Ok(sizes)
}
