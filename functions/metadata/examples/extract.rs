//! Prints the metadata of picture files as JSON, one line per file:
//! `cargo run --release -p metadata --example extract -- FILE…`
//!
//! `takenAt` is local time, with the UTC offset if it is known, or UTC with `+00:00`. `width` and
//! `height` are in pixels, after the orientation is applied. `bytesRead` is the number of bytes
//! that the extraction read.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use photo_metadata::{Extractor, Metadata, Step};
use serde_json::{Value, json};

fn main() -> io::Result<()> {
    let mut out = io::stdout().lock();
    for file in std::env::args_os().skip(1) {
        writeln!(out, "{}", describe(Path::new(&file)))?;
    }
    Ok(())
}

fn describe(path: &Path) -> Value {
    let mut extractor = Extractor::new();
    let (metadata, error) = match extract(path, &mut extractor) {
        Ok(metadata) => (metadata, None),
        Err(error) => (Box::default(), Some(error.to_string())),
    };
    json!({
        "file": path.to_string_lossy(),
        "make": metadata.make,
        "model": metadata.model,
        "lens": metadata.camera.lens,
        "orientation": metadata.orientation,
        "width": metadata.width,
        "height": metadata.height,
        "takenAt": metadata.taken_at.map(|time| time.replace('Z', "+00:00")),
        "iso": metadata.camera.iso,
        "aperture": metadata.camera.aperture,
        "exposure": metadata.camera.exposure,
        "focalLength": metadata.camera.focal_length,
        "latitude": metadata.gps.map(|gps| gps.latitude),
        "longitude": metadata.gps.map(|gps| gps.longitude),
        "altitude": metadata.gps.and_then(|gps| gps.altitude),
        "title": metadata.description.title,
        "caption": metadata.description.caption,
        "keywords": metadata.description.keywords,
        "rating": metadata.description.rating,
        "bytesRead": extractor.bytes_read(),
        "error": error,
    })
}

fn extract(path: &Path, extractor: &mut Extractor) -> io::Result<Box<Metadata>> {
    let mut file = File::open(path)?;
    let total = file.metadata()?.len();
    loop {
        match extractor.step() {
            Step::Done(metadata) => return Ok(metadata),
            Step::Need(range) => {
                let mut bytes = Vec::new();
                file.seek(SeekFrom::Start(*range.start()))?;
                (&mut file).take(range.end() - range.start() + 1).read_to_end(&mut bytes)?;
                extractor.feed(&bytes, total);
            }
        }
    }
}
