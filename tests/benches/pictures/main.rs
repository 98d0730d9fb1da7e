//! `cargo dev bench pictures [FOLDER] [--rounds N]`: compares `renditions` with sharp (libvips).
//!
//! The example `renditions` with release settings and `peer/peer.mjs` take turns on one core. Both
//! make the same two renditions of the same JPEGs with the same quality settings. Then each
//! rendition is compared with two references without lossy encoding or reduced decoding, see
//! [`quality`].

mod program;
mod quality;
mod report;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs};

use clap::Parser;
use store::Error;

use program::{Program, Run};
use report::Report;

/// Minimum number of renderings in a turn. Fewer pictures are rendered several times.
const MIN_RENDERINGS: usize = 12;

/// Compares `renditions` with sharp
#[derive(Parser)]
struct Arguments {
    /// Folder of JPEGs; ignores other files and subfolders
    folder: PathBuf,
    /// Number of turns of each side
    #[arg(long, default_value_t = 7)]
    rounds: u32,
    /// Passed by `cargo bench`
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> Result<(), Error> {
    let arguments = Arguments::parse();
    let scratch = Scratch::new()?;
    let pictures = scratch.link_pictures(&arguments.folder)?;
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let ours = Program::new(&root.join("target/release/examples/renditions"), &[])?;
    let sharp = Program::new(Path::new("node"), &[&root.join(".local/peer/peer.mjs")])?;
    let passes = MIN_RENDERINGS.div_ceil(pictures.len());
    let mut turns = Vec::new();
    for round in 1..=arguments.rounds {
        eprintln!("round {round} of {}", arguments.rounds);
        turns.push((ours.run(&scratch.pictures(), passes)?, sharp.run(&scratch.pictures(), passes)?));
    }
    check_all_rendered(&turns, pictures.len())?;
    eprintln!("comparing the renditions");
    ours.write(&scratch.pictures(), &[("--out", &scratch.0.join("ours"))])?;
    let reference = scratch.0.join("reference");
    let peer = sharp
        .write(&scratch.pictures(), &[("--out", &scratch.0.join("sharp")), ("--reference", &reference)])?;
    let qualities = quality::compare(&pictures, &scratch.0)?;
    Report { peer: peer.unwrap_or_default(), pinned: ours.is_pinned(), turns: &turns, qualities: &qualities }
        .print()
}

/// Fails if a side skipped a picture, which would make the comparison unfair.
fn check_all_rendered(turns: &[(Run, Run)], pictures: usize) -> Result<(), Error> {
    match turns.iter().flat_map(|(ours, sharp)| [ours, sharp]).find(|run| run.pictures != pictures) {
        None => Ok(()),
        Some(run) => Err(format!(
            "{} of {pictures} pictures were rendered: `--example renditions -- FOLDER --each` prints the reason",
            run.pictures
        )
        .into()),
    }
}

/// The temporary folder of this run. Deleted on drop.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Result<Self, Error> {
        let folder = env::temp_dir().join(format!("albumen-pictures-{}", std::process::id()));
        fs::create_dir_all(&folder)?;
        Ok(Self(folder))
    }

    fn pictures(&self) -> PathBuf {
        self.0.join("pictures")
    }

    /// Links the folder's JPEGs, so that both sides see only these. Returns their paths by name.
    fn link_pictures(&self, folder: &Path) -> Result<BTreeMap<String, PathBuf>, Error> {
        fs::create_dir_all(self.pictures())?;
        let mut found = BTreeMap::new();
        for file in fs::read_dir(folder)? {
            let path = file?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let ending = path.extension().unwrap_or_default().to_ascii_lowercase();
            if path.is_file() && (ending == "jpg" || ending == "jpeg") {
                std::os::unix::fs::symlink(&path, self.pictures().join(&name))?;
                found.insert(name, path);
            }
        }
        match found.is_empty() {
            false => Ok(found),
            true => Err(format!("{} has no JPEGs", folder.display()).into()),
        }
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // Files left behind in the temporary folder do no harm.
        let _ = fs::remove_dir_all(&self.0);
    }
}
