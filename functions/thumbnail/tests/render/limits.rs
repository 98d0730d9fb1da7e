//! Files above the limits are refused early, with a message.

use crate::pictures::{self, RED};
use renditions::limits::{MAX_BYTES, MAX_SCANS};
use renditions::{Refusal, render};
use std::time::{Duration, Instant};

fn refusal_of(bytes: &[u8]) -> Refusal {
    render(bytes).map(|_| ()).unwrap_err()
}

/// Builds a PNG header with valid checksums.
fn png_header(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut header = b"IHDR".to_vec();
    header.extend(width.to_be_bytes());
    header.extend(height.to_be_bytes());
    header.extend([8, 6, 0, 0, 0]);
    for chunk in [header.as_slice(), b"IDAT\x78\x9c"] {
        bytes.extend((chunk.len() as u32 - 4).to_be_bytes());
        bytes.extend(chunk);
        bytes.extend(crc(chunk).to_be_bytes());
    }
    bytes
}

/// Computes the checksum of a PNG chunk (ISO 15948, annex D).
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, &byte| {
        (0..8).fold(
            crc ^ u32::from(byte),
            |crc, _| if crc & 1 == 1 { 0xEDB8_8320 ^ (crc >> 1) } else { crc >> 1 },
        )
    })
}

/// Builds a GIF up to the pixels of its first frame. `frame` is the width and height of the frame.
fn gif_header(width: u16, height: u16, frame: u16) -> Vec<u8> {
    let screen = [width.to_le_bytes(), height.to_le_bytes()].concat();
    let frame = [[0, 0], [0, 0], frame.to_le_bytes(), frame.to_le_bytes()].concat();
    let palette = [0, 0, 0, 255, 255, 255];
    [b"GIF89a".as_slice(), &screen, &[0x80, 0, 0], &palette, b",", &frame, &[0, 2, 1, 0, 0], b";"].concat()
}

/// Replaces the size in the header of a JPEG.
fn resized_jpeg(jpeg: Vec<u8>, width: u16, height: u16) -> Vec<u8> {
    let frame = jpeg.windows(2).position(|pair| pair == [0xFF, 0xC0] || pair == [0xFF, 0xC2]).unwrap();
    let mut bytes = jpeg;
    bytes[frame + 5..frame + 7].copy_from_slice(&height.to_be_bytes());
    bytes[frame + 7..frame + 9].copy_from_slice(&width.to_be_bytes());
    bytes
}

#[test]
fn a_file_that_is_not_a_picture_is_refused() {
    assert_eq!(refusal_of(b""), Refusal::Empty);
    assert!(matches!(refusal_of(b"hello"), Refusal::Unsupported { .. }));
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
    assert_eq!(
        refusal_of(svg).to_string(),
        "This file is an SVG drawing. Upload a JPEG, PNG, WebP, GIF, AVIF or HEIC picture."
    );
}

#[test]
fn a_size_above_the_limits_is_refused_before_allocation() {
    let jpeg = pictures::jpeg(&pictures::plain(16, 16, RED));
    let start = Instant::now();
    let huge = [
        png_header(65_536, 65_536),
        gif_header(65_535, 65_535, 1),
        resized_jpeg(jpeg.clone(), 20_000, 14_000),
    ];
    for bytes in huge {
        assert!(matches!(refusal_of(&bytes), Refusal::TooManyPixels { .. }));
    }
    for bytes in [png_header(40_000, 10), gif_header(10, 40_000, 1), resized_jpeg(jpeg, 40_000, 10)] {
        assert_eq!(refusal_of(&bytes), Refusal::SideTooLong { side: 40_000 });
    }
    assert!(start.elapsed() < Duration::from_secs(1), "took {:?}", start.elapsed());
}

#[test]
fn messages_name_the_limits() {
    let jpeg = resized_jpeg(pictures::jpeg(&pictures::plain(16, 16, RED)), 20_000, 14_000);
    let message = "This picture has 280 megapixels; the most is 100. Upload a smaller version.";
    assert_eq!(refusal_of(&jpeg).to_string(), message);
    assert_eq!(
        refusal_of(&gif_header(10, 40_000, 1)).to_string(),
        "This picture is 40000 pixels long; the most is 32767. Upload a smaller version."
    );
    let long = vec![0; MAX_BYTES as usize + 1];
    assert_eq!(
        refusal_of(&long).to_string(),
        "This file has 51 MB; the most is 50. Upload a smaller version."
    );
}

#[test]
fn a_gif_frame_larger_than_its_canvas_is_refused() {
    assert_eq!(refusal_of(&gif_header(10, 10, 65_535)), Refusal::OutOfMemory);
}

#[test]
fn a_jpeg_with_a_thousand_scans_is_refused() {
    let progressive = pictures::progressive_jpeg(&pictures::quarters(64, 64));
    let scan = progressive.windows(2).rposition(|pair| pair == [0xFF, 0xDA]).unwrap();
    let mut bytes = progressive[..scan].to_vec();
    for _ in 0..1000 {
        bytes.extend(&progressive[scan..progressive.len() - 2]);
    }
    bytes.extend([0xFF, 0xD9]);
    assert_eq!(refusal_of(&bytes), Refusal::TooManyScans { max: MAX_SCANS });
}

#[test]
fn a_hundred_megapixels_are_rendered() {
    let (width, height) = (11_000, 9_000);
    let grey = vec![128; usize::from(width) * usize::from(height)];
    let mut bytes = Vec::new();
    jpeg_encoder::Encoder::new(&mut bytes, 50)
        .encode(&grey, width, height, jpeg_encoder::ColorType::Luma)
        .unwrap();
    let done = crate::rendered(&bytes);
    assert_eq!((done.width, done.height), (11_000, 9_000));
    assert_eq!((done.large.width, done.large.height), (1600, 1309));
}

/// Scans after a complete picture are ignored. A JPEG that repeats the scan of one component is
/// refused.
#[test]
fn further_scans_of_a_baseline_jpeg_are_not_decoded() {
    let picture = pictures::jpeg(&pictures::plain(64, 48, RED));
    let scan = picture.windows(2).rposition(|pair| pair == [0xFF, 0xDA]).unwrap();
    let mut bytes = picture[..picture.len() - 2].to_vec();
    for _ in 0..10 {
        bytes.extend(&picture[scan..picture.len() - 2]);
    }
    assert!(render(&bytes).is_ok());
    let (mut channels, pixels) = (Vec::new(), pictures::quarters(64, 48).into_raw());
    let mut encoder = jpeg_encoder::Encoder::new(&mut channels, 90);
    // With optimised tables, this encoder writes one scan per component.
    encoder.set_optimized_huffman_tables(true);
    encoder.encode(&pixels, 64, 48, jpeg_encoder::ColorType::Rgba).unwrap();
    let scans: Vec<usize> =
        channels.windows(2).enumerate().filter(|(_, pair)| pair == &[0xFF, 0xDA]).map(|(at, _)| at).collect();
    let bytes = [&channels[..scans[0]], &channels[scans[0]..scans[1]].repeat(10)].concat();
    assert_eq!(refusal_of(&bytes), Refusal::TooManyScans { max: 3 });
}

#[test]
fn scan_markers_in_segments_or_after_the_end_do_not_count() {
    let mut bytes = pictures::with_segment(
        &pictures::jpeg(&pictures::plain(64, 48, RED)),
        0xE5,
        &[0xFF, 0xDA].repeat(20),
    );
    bytes.extend([0xFF, 0xDA].repeat(20));
    assert!(render(&bytes).is_ok());
}
