//! `cargo dev bench damage [FOLDER] [--variants N] [--seed N]`: tests the picture libraries with
//! damaged files.
//!
//! Renders every file below a folder and extracts its metadata (`renditions::render`,
//! `photo_metadata::Extractor`), and then does the same with thousands of damaged variants, which
//! depend only on the seed. Child processes do the work, so that the run continues after a crash or
//! a stack overflow. The run fails if there is a panic, a crash or an [`outcome`] over the limits.
//! It prints the names of such variants and stores their bytes in files.
//!
//! It runs with the checks of a debug build (integer overflow panics), each picture on a thread
//! with 2 MB of stack.

mod child;
mod outcome;
mod parent;
mod png;
mod report;
mod variant;

use std::path::PathBuf;

use clap::Parser;
use store::Error;

/// Tests the picture libraries with damaged files
#[derive(Parser)]
struct Arguments {
    /// Folder of files, including its subfolders
    folder: PathBuf,
    /// Number of damaged variants
    #[arg(long, default_value_t = 5000)]
    variants: usize,
    /// Seed of the random number generator
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// In a child: the first variant
    #[arg(long, hide = true)]
    start: Option<usize>,
    /// In a child: the end of the range of variants
    #[arg(long, hide = true, default_value_t = 0)]
    end: usize,
    /// Passed by `cargo bench`
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> Result<(), Error> {
    let arguments = Arguments::parse();
    let variants = variant::Variants::find(&arguments.folder, arguments.seed)?;
    if let Some(start) = arguments.start {
        return child::run(&variants, start..arguments.end);
    }
    let total = variants.files() + arguments.variants;
    let outcomes = parent::run(&arguments.folder, arguments.seed, total)?;
    report::print(&variants, &outcomes)
}
