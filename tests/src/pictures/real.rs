//! Real pictures from the folder `ALBUMEN_PICTURES`.

use std::path::PathBuf;
use std::{env, fs};

use super::File;

/// Maximum bytes of an upload.
const MAX_BYTES: usize = 50_000_000;

/// Returns a folder of real pictures, such as `photos`. Prints a message and returns `None` if
/// `ALBUMEN_PICTURES` is not set.
pub fn folder(name: &str) -> Option<PathBuf> {
    let Some(root) = env::var_os("ALBUMEN_PICTURES") else {
        eprintln!("SKIPPED: set ALBUMEN_PICTURES to a folder with {name}/ to use real pictures");
        return None;
    };
    let folder = PathBuf::from(root).join(name);
    assert!(folder.is_dir(), "ALBUMEN_PICTURES has no folder {}", folder.display());
    Some(folder)
}

/// Returns the JPEGs in `photos`, `everyday` and `place` with 10 to 22 megapixels, sorted by name.
pub fn camera_pictures() -> Vec<(String, Vec<u8>)> {
    let folders = ["photos", "everyday", "place"].into_iter().filter_map(folder);
    let files = folders.flat_map(|folder| fs::read_dir(folder).unwrap()).map(|entry| entry.unwrap().path());
    let mut pictures = Vec::new();
    for path in files.filter(|path| path.extension().is_some_and(|extension| extension == "jpg")) {
        let (width, height) = image::image_dimensions(&path).unwrap();
        let bytes = fs::read(&path).unwrap();
        if (10_000_000..=22_000_000).contains(&(width * height)) && bytes.len() <= MAX_BYTES {
            pictures.push((path.file_name().unwrap().to_string_lossy().into_owned(), bytes));
        }
    }
    pictures.sort();
    pictures
}

/// Returns the AVIF and HEIC pictures in `formats`, sorted by name.
pub fn phone_pictures() -> Vec<(String, File)> {
    let Some(folder) = folder("formats") else { return Vec::new() };
    let mut pictures = Vec::new();
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        let content_type = match path.extension().and_then(|extension| extension.to_str()) {
            Some("avif") => "image/avif",
            Some("heic") => "image/heic",
            _ => continue,
        };
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        pictures.push((name, File { content_type, bytes: fs::read(&path).unwrap() }));
    }
    assert!(!pictures.is_empty(), "ALBUMEN_PICTURES has neither AVIF nor HEIC in formats/");
    pictures.sort_by(|one, other| one.0.cmp(&other.0));
    pictures
}
