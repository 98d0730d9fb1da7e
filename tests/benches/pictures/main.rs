//! `cargo dev bench pictures [FOLDER] [--rounds N]`: the picture engine against sharp (libvips).
//!
//! On the same JPEGs, one after another, on one core, in turns: our example `renditions` as deployed, and `peer/peer.mjs`.
//! Both make the same two renditions with the same qualities. Then each rendition is compared with two references that
//! neither lossy encoding nor a decoder's reduced scale has touched, see [`quality`].

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

/// Pictures that a turn takes at least: of few, each is rendered several times.
const PICTURES_IN_A_TURN: usize = 12;

/// The picture engine against sharp.
#[derive(Parser)]
struct Arguments {
    /// A folder of JPEGs; other files, and folders inside it, are left out
    folder: PathBuf,
    /// How often each side has its turn
    #[arg(long, default_value_t = 7)]
    rounds: u32,
    /// Said by `cargo bench`
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> Result<(), Error> {
    let arguments = Arguments::parse();
    let scratch = Scratch::new()?;
    let pictures = scratch.link(&arguments.folder)?;
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let ours = Program::new(&root.join("target/release/examples/renditions"), &[])?;
    let sharp = Program::new(Path::new("node"), &[&root.join(".local/peer/peer.mjs")])?;
    let passes = PICTURES_IN_A_TURN.div_ceil(pictures.len());
    let mut turns = Vec::new();
    for round in 1..=arguments.rounds {
        eprintln!("round {round} of {}", arguments.rounds);
        turns.push((ours.run(&scratch.pictures(), passes)?, sharp.run(&scratch.pictures(), passes)?));
    }
    all_rendered(&turns, pictures.len())?;
    eprintln!("comparing the renditions");
    ours.write(&scratch.pictures(), &[("--out", &scratch.0.join("ours"))])?;
    let reference = scratch.0.join("reference");
    let peer = sharp
        .write(&scratch.pictures(), &[("--out", &scratch.0.join("sharp")), ("--reference", &reference)])?;
    let qualities = quality::compare(&pictures, &scratch.0)?;
    Report { peer: peer.unwrap_or_default(), pinned: ours.is_pinned(), turns: &turns, qualities: &qualities }
        .print()
}

/// A side that left out a picture would be compared unfairly.
fn all_rendered(turns: &[(Run, Run)], pictures: usize) -> Result<(), Error> {
    match turns.iter().flat_map(|(ours, sharp)| [ours, sharp]).find(|run| run.pictures != pictures) {
        None => Ok(()),
        Some(run) => Err(format!(
            "{} of {pictures} pictures were rendered: `--example renditions -- FOLDER --each` says why",
            run.pictures
        )
        .into()),
    }
}

/// A folder of this run's own; deleted at its end.
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

    /// UrlPresigner to the folder's JPEGs and nothing else, so that both sides see the same. By name.
    fn link(&self, folder: &Path) -> Result<BTreeMap<String, PathBuf>, Error> {
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
        // What is left in the temporary folder does no harm.
        let _ = fs::remove_dir_all(&self.0);
    }
}
