//! Real pictures, from the folder `ALBUMEN_PICTURES`.

use renditions::{Refusal, Renditions, render};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Reads all files in a subfolder of `ALBUMEN_PICTURES`. If this variable is not set, prints a
/// message and returns no files.
fn pictures(folder: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let Ok(root) = std::env::var("ALBUMEN_PICTURES") else {
        eprintln!("SKIPPED: set ALBUMEN_PICTURES to a folder of real pictures to test with {folder}");
        return Vec::new();
    };
    let mut files: Vec<PathBuf> =
        fs::read_dir(Path::new(&root).join(folder)).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.into_iter().map(|path| (path.clone(), fs::read(path).unwrap())).collect()
}

fn assert_within_limits(path: &Path, done: &Renditions) {
    let path = path.display();
    for (rendition, edge) in [(&done.small, 320), (&done.large, 1600)] {
        assert!(rendition.width.max(rendition.height) <= edge, "{path}");
        crate::decoded(rendition);
    }
    let same_aspect = (done.width > done.height) == (done.large.width > done.large.height);
    assert!(same_aspect, "{path}");
}

#[test]
fn all_real_pictures_are_rendered() {
    for folder in ["everyday", "photos", "orientation", "place"] {
        for (path, bytes) in pictures(folder) {
            let done = render(&bytes).unwrap_or_else(|refusal| panic!("{}: {refusal:?}", path.display()));
            assert_within_limits(&path, &done);
        }
    }
}

#[test]
fn hostile_files_are_rendered_or_refused_quickly() {
    for (path, bytes) in [pictures("hostile"), pictures("formats")].concat() {
        let start = Instant::now();
        match render(&bytes) {
            Ok(done) => assert_within_limits(&path, &done),
            Err(Refusal::Failed { reason }) => panic!("{}: {reason}", path.display()),
            Err(refusal) => assert!(refusal.to_string().ends_with('.')),
        }
        assert!(start.elapsed() < Duration::from_secs(5), "{} took {:?}", path.display(), start.elapsed());
    }
}

/// The eight files of the same scene in all orientations must have nearly the same placeholder.
#[test]
fn real_orientations_are_upright() {
    for prefix in ["Landscape", "Portrait"] {
        let hashes: Vec<_> = pictures("orientation")
            .iter()
            .filter(|(path, _)| path.file_name().unwrap().to_string_lossy().starts_with(prefix))
            .map(|(path, bytes)| (path.clone(), render(bytes).unwrap().thumbhash))
            .collect();
        for (path, hash) in &hashes {
            let first = thumbhash::thumb_hash_to_rgba(&hashes[0].1).unwrap().2;
            let seen = thumbhash::thumb_hash_to_rgba(hash).unwrap().2;
            assert_eq!(first.len(), seen.len(), "{}", path.display());
            let difference: u64 = first.iter().zip(&seen).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
            let mean = difference / first.len() as u64;
            assert!(mean < 12, "{}: {mean} of 255 apart", path.display());
        }
    }
}
