//! Extracts metadata from any file and asserts the limits and the cleaned values.
#![no_main]

use libfuzzer_sys::fuzz_target;
use photo_metadata::{CameraFacts, Description, Extractor, Gps, MAX_BYTES_READ, MAX_READS, Metadata, Step};

fuzz_target!(|data: &[u8]| {
    let file = file(data);
    let metadata = extract(&file);
    assert_clean(&metadata);
    assert_eq!(metadata, extract(&file), "extraction is deterministic");
});

/// Converts fuzzing input to a file.
///
/// Input that ends in `~` and three bytes becomes the bytes before with a gap of zeros. The three
/// bytes are the position (16 bits) and length (in 4 KB) of the gap. Gaps exercise the code after
/// the first read.
fn file(data: &[u8]) -> Vec<u8> {
    let [file @ .., b'~', p1, p0, length] = data else { return data.to_vec() };
    let (before, after) = file.split_at(usize::from(u16::from_be_bytes([*p1, *p0])).min(file.len()));
    [before, &vec![0; usize::from(*length) * 4096], after].concat()
}

fn extract(file: &[u8]) -> Metadata {
    let (mut extractor, mut reads) = (Extractor::new(), 0);
    loop {
        match extractor.step() {
            Step::Done(metadata) => {
                assert!(extractor.bytes_read() <= MAX_BYTES_READ && reads <= MAX_READS);
                return *metadata;
            }
            Step::Need(range) => {
                let index = |position: u64| usize::try_from(position).unwrap().min(file.len());
                extractor.feed(&file[index(*range.start())..index(range.end() + 1)], file.len() as u64);
                reads += 1;
            }
        }
    }
}

fn assert_clean(metadata: &Metadata) {
    let CameraFacts { camera, lens, exposure, aperture, iso, focal_length } = &metadata.camera;
    let texts = [
        &metadata.make,
        &metadata.model,
        camera,
        lens,
        exposure,
        &metadata.taken_at,
    ];
    texts.into_iter().flatten().for_each(|text| assert_text(text, 100));

    let above_zero = |number: &Option<f64>| number.is_none_or(|n| n.is_finite() && n > 0.0);
    assert!(above_zero(aperture) && above_zero(focal_length), "{aperture:?}, {focal_length:?}");
    assert_ne!(*iso, Some(0));
    assert!(metadata.orientation.is_none_or(|orientation| (1..=8).contains(&orientation)));
    assert_eq!(metadata.width.is_some(), metadata.height.is_some());
    assert!(metadata.width != Some(0) && metadata.height != Some(0));

    if let Some(Gps { latitude, longitude, altitude }) = metadata.gps {
        assert!(latitude.abs() <= 90.0 && longitude.abs() <= 180.0, "{latitude}, {longitude}");
        assert!(altitude.is_none_or(|metres| metres.abs() <= 100_000.0), "{altitude:?}");
    }

    let Description { title, caption, keywords, rating } = &metadata.description;
    title.iter().for_each(|text| assert_text(text, 200));
    caption.iter().for_each(|text| assert_text(text, 2000));
    keywords.iter().for_each(|text| assert_text(text, 64));
    assert!(keywords.len() <= 50 && rating.is_none_or(|stars| stars <= 5));
}

fn assert_text(text: &str, max_characters: usize) {
    assert!(!text.is_empty() && text.chars().count() <= max_characters, "{text:?}");
    assert_eq!(visible_text::clean_line(text), text);
}
