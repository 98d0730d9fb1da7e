//! Real pictures: those below the folder that `ALBUMEN_PICTURES` names.

use std::path::PathBuf;
use std::{env, fs};

use super::File;

/// Most bytes of a file that can be uploaded.
const MOST: usize = 50_000_000;

/// A folder of real pictures, as `photos`; `None` where there are none, and then this is said.
pub fn folder(name: &str) -> Option<PathBuf> {
    let Some(pictures) = env::var_os("ALBUMEN_PICTURES") else {
        eprintln!("SKIPPED: ALBUMEN_PICTURES names no folder with {name}/, so real pictures are left out");
        return None;
    };
    let folder = PathBuf::from(pictures).join(name);
    assert!(folder.is_dir(), "ALBUMEN_PICTURES has no folder {}", folder.display());
    Some(folder)
}

/// The JPEGs of `photos`, `everyday` and `place` with 10 to 22 megapixels, by name; empty where there are none.
pub fn camera_pictures() -> Vec<(String, Vec<u8>)> {
    let folders = ["photos", "everyday", "place"].into_iter().filter_map(folder);
    let files = folders.flat_map(|folder| fs::read_dir(folder).unwrap()).map(|entry| entry.unwrap().path());
    let mut found = Vec::new();
    for path in files.filter(|path| path.extension().is_some_and(|ending| ending == "jpg")) {
        let (width, height) = image::image_dimensions(&path).unwrap();
        let bytes = fs::read(&path).unwrap();
        if (10_000_000..=22_000_000).contains(&(width * height)) && bytes.len() <= MOST {
            found.push((path.file_name().unwrap().to_string_lossy().into_owned(), bytes));
        }
    }
    found.sort();
    found
}

/// The AVIF and HEIC pictures of `formats`, by name; empty where there are none.
pub fn phone_pictures() -> Vec<(String, File)> {
    let Some(folder) = folder("formats") else { return Vec::new() };
    let mut found = Vec::new();
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        let content_type = match path.extension().and_then(|ending| ending.to_str()) {
            Some("avif") => "image/avif",
            Some("heic") => "image/heic",
            _ => continue,
        };
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        found.push((name, File { content_type, bytes: fs::read(&path).unwrap() }));
    }
    assert!(!found.is_empty(), "ALBUMEN_PICTURES has neither AVIF nor HEIC in formats/");
    found.sort_by(|one, other| one.0.cmp(&other.0));
    found
}
