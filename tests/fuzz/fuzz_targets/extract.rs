//! `metadata`'s core: whatever a file is, few bytes of it are read, and what is told of it is fit to be shown.
#![no_main]

use photo_metadata::{CameraFacts, Extractor, Facts, Gps, MAX_READ, MAX_READS, Step, Words};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let file = file(data);
    let facts = told(&file);
    assert_fit(&facts);
    assert_eq!(facts, told(&file), "told twice");
});

/// The file that some data stand for: themselves or, where they end in `~` and three bytes, what is before with a gap in
/// it. Its place and its length (units of 4 KB) are these bytes: what is behind the first read is reached that way.
fn file(data: &[u8]) -> Vec<u8> {
    let [file @ .., b'~', p1, p0, length] = data else { return data.to_vec() };
    let (before, behind) = file.split_at(usize::from(u16::from_be_bytes([*p1, *p0])).min(file.len()));
    [before, &vec![0; usize::from(*length) * 4096], behind].concat()
}

fn told(file: &[u8]) -> Facts {
    let (mut extractor, mut reads) = (Extractor::new(), 0);
    loop {
        match extractor.step() {
            Step::Done(facts) => {
                assert!(extractor.bytes_read() <= MAX_READ && reads <= MAX_READS);
                return *facts;
            }
            Step::Need(range) => {
                let index = |position: u64| usize::try_from(position).unwrap().min(file.len());
                extractor.feed(&file[index(*range.start())..index(range.end() + 1)], file.len() as u64);
                reads += 1;
            }
        }
    }
}

fn assert_fit(facts: &Facts) {
    let CameraFacts { camera, lens, exposure, aperture, iso, focal_length } = &facts.camera;
    let texts = [&facts.make, &facts.model, camera, lens, exposure, &facts.taken_at, &facts.taken_at_local];
    texts.into_iter().flatten().for_each(|text| assert_text(text, 100));

    let above_zero = |number: &Option<f64>| number.is_none_or(|n| n.is_finite() && n > 0.0);
    assert!(above_zero(aperture) && above_zero(focal_length), "{aperture:?}, {focal_length:?}");
    assert_ne!(*iso, Some(0));
    assert!(facts.orientation.is_none_or(|orientation| (1..=8).contains(&orientation)));
    assert_eq!(facts.width.is_some(), facts.height.is_some());
    assert!(facts.width != Some(0) && facts.height != Some(0));

    if let Some(Gps { latitude, longitude, altitude }) = facts.gps {
        assert!(latitude.abs() <= 90.0 && longitude.abs() <= 180.0, "{latitude}, {longitude}");
        assert!(altitude.is_none_or(|metres| metres.abs() <= 100_000.0), "{altitude:?}");
    }

    let Words { title, caption, keywords, rating } = &facts.words;
    title.iter().for_each(|text| assert_text(text, 200));
    caption.iter().for_each(|text| assert_text(text, 2000));
    keywords.iter().for_each(|text| assert_text(text, 64));
    assert!(keywords.len() <= 50 && rating.is_none_or(|stars| stars <= 5));
}

fn assert_text(text: &str, most: usize) {
    assert!(!text.is_empty() && text.chars().count() <= most, "{text:?}");
    assert!(!text.chars().any(char::is_control) && text.trim() == text, "{text:?}");
}
