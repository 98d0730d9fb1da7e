//! Writes the initial corpus of the fuzz target `render`: see `docs/testing.md`.

use crate::pictures;
use crate::png::encoder;
use std::fs;
use std::path::{Path, PathBuf};

/// The width and height of the seeds in pixels. Small pictures make fuzzing fast.
const SIZE: (u32, u32) = (24, 20);

#[test]
#[ignore = "writes to the folder in ALBUMEN_SEEDS"]
fn writes_fuzzing_seeds() {
    let folder = std::env::var_os("ALBUMEN_SEEDS").map(PathBuf::from).unwrap();
    fs::create_dir_all(&folder).unwrap();
    let picture = pictures::quarters(SIZE.0, SIZE.1);
    let mut files: Vec<Vec<u8>> =
        pictures::one_of_each(&picture).into_iter().map(|(_content_type, file)| file).collect();
    files.push(pictures::with_orientation(&pictures::jpeg(&picture), 6));
    files.push(pictures::gif(&[picture.clone(), picture]));
    files.extend(encoder::every_kind().map(|kind| {
        let palette = (b"PLTE", vec![100; 3 * (1 << kind.depth.min(8))]);
        let chunks = if kind.colour == 3 { &[palette][..] } else { &[] };
        encoder::png(kind, SIZE, chunks, |x, y| {
            vec![(x as u16 * y as u16) & kind.max_sample(); kind.channels()]
        })
    }));
    // HEIC and AVIF files from other encoders.
    let heif_files = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/render/heif")).unwrap();
    let heif_files = heif_files.map(|entry| entry.unwrap().path());
    let is_picture = |path: &PathBuf| path.extension().is_some_and(|kind| kind == "heic" || kind == "avif");
    files.extend(heif_files.filter(is_picture).map(|path| fs::read(path).unwrap()));
    for (number, file) in files.into_iter().enumerate() {
        fs::write(folder.join(format!("made-{number}")), file).unwrap();
    }
}
