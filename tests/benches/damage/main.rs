//! `cargo dev bench damage [FOLDER] [--variants N] [--seed N]`: does anything break the picture engine?
//!
//! Every file below a folder is given to both cores as it is (`renditions::render` and `photo_metadata::Extractor`), and then
//! thousands of damaged variants of them, always the same for one seed. Child processes do the work, so a crash or a
//! stack overflow is seen and the run goes on. It fails, naming the variants and keeping their bytes, when there is
//! a panic, a crash, or anything over [`verdict`]'s limits.
//!
//! It runs with the checks of a debug build (an overflow of integers is a panic), and each picture on a thread with the stack
//! that Tokio gives to blocking work, as in the function.

mod child;
mod parent;
mod png;
mod report;
mod variant;
mod verdict;

use std::path::PathBuf;

use clap::Parser;
use store::Error;

/// Damaged pictures for both cores.
#[derive(Parser)]
struct Arguments {
    /// A folder of files; those in folders inside it, too
    folder: PathBuf,
    /// How many damaged files to try
    #[arg(long, default_value_t = 5000)]
    variants: usize,
    /// What chance begins with
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// In a child: the first one to try
    #[arg(long, hide = true)]
    start: Option<usize>,
    /// In a child: the one after the last
    #[arg(long, hide = true, default_value_t = 0)]
    end: usize,
    /// Said by `cargo bench`
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> Result<(), Error> {
    let arguments = Arguments::parse();
    let variants = variant::Variants::of(&arguments.folder, arguments.seed)?;
    if let Some(start) = arguments.start {
        return child::run(&variants, start..arguments.end);
    }
    let total = variants.files() + arguments.variants;
    let verdicts = parent::run(&arguments.folder, arguments.seed, total)?;
    report::print(&variants, &verdicts)
}
