//! Prints what a camera wrote into pictures, one line of JSON for each:
//! `cargo run --release -p metadata --example extract -- FILE…`
//!
//! `takenAt` is the local time, with its offset from UTC where that is known; `width` and `height` are pixels as displayed;
//! `bytesRead` is how much of the file was looked at.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use photo_metadata::{Extractor, Facts, Step};
use serde_json::{Value, json};

fn main() -> io::Result<()> {
    let mut out = io::stdout().lock();
    for file in std::env::args_os().skip(1) {
        writeln!(out, "{}", line(Path::new(&file)))?;
    }
    Ok(())
}

fn line(path: &Path) -> Value {
    let mut extractor = Extractor::new();
    let (facts, error) = match extract(path, &mut extractor) {
        Ok(facts) => (facts, None),
        Err(error) => (Box::default(), Some(error.to_string())),
    };
    json!({
        "file": path.to_string_lossy(),
        "make": facts.make,
        "model": facts.model,
        "lens": facts.camera.lens,
        "orientation": facts.orientation,
        "width": facts.width,
        "height": facts.height,
        "takenAt": facts.taken_at_local,
        "iso": facts.camera.iso,
        "aperture": facts.camera.aperture,
        "exposure": facts.camera.exposure,
        "focalLength": facts.camera.focal_length,
        "latitude": facts.gps.map(|gps| gps.latitude),
        "longitude": facts.gps.map(|gps| gps.longitude),
        "altitude": facts.gps.and_then(|gps| gps.altitude),
        "title": facts.words.title,
        "caption": facts.words.caption,
        "keywords": facts.words.keywords,
        "rating": facts.words.rating,
        "bytesRead": extractor.bytes_read(),
        "error": error,
    })
}

fn extract(path: &Path, extractor: &mut Extractor) -> io::Result<Box<Facts>> {
    let mut file = File::open(path)?;
    let total = file.metadata()?.len();
    loop {
        match extractor.step() {
            Step::Done(facts) => return Ok(facts),
            Step::Need(range) => {
                let mut bytes = Vec::new();
                file.seek(SeekFrom::Start(*range.start()))?;
                (&mut file).take(range.end() - range.start() + 1).read_to_end(&mut bytes)?;
                extractor.feed(&bytes, total);
            }
        }
    }
}
