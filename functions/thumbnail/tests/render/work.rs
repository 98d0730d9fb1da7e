//! Small files that would take much work are refused by their headers.

use crate::pictures;
use crate::png::encoder::{Kind, chunk, header};
use renditions::limits::{MAX_PNG_BYTES, MAX_SCANNED_BLOCKS};
use renditions::{Refusal, render};
use std::time::{Duration, Instant};

/// Writes bits, the highest of each byte first.
#[derive(Default)]
struct BitWriter {
    bytes: Vec<u8>,
    count: u32,
}

impl BitWriter {
    fn put(&mut self, number: u32, count: u32) {
        for bit in (0..count).rev() {
            if self.count.is_multiple_of(8) {
                self.bytes.push(0);
            }
            *self.bytes.last_mut().unwrap() |= ((number >> bit & 1) as u8) << (7 - self.count % 8);
            self.count += 1;
        }
    }

    /// Returns the bits, filled with ones, with a zero after each byte of ones.
    fn finish(mut self) -> Vec<u8> {
        self.put(0x7F, (8 - self.count % 8) % 8);
        self.bytes
            .into_iter()
            .flat_map(|byte| if byte == 0xFF { vec![0xFF, 0] } else { vec![byte] })
            .collect()
    }
}

fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
    [&[0xFF, marker], &(content.len() as u16 + 2).to_be_bytes()[..], content].concat()
}

/// A scan of AC coefficients in which all blocks are empty. 32,767 blocks take 15 bits.
fn empty_ac_scan(component: u8, blocks: u32) -> Vec<u8> {
    let (mut bits, mut left) = (BitWriter::default(), blocks);
    while left > 0 {
        let run = left.min(32_767);
        if run < 16_384 {
            bits.put(0b10, 2);
            left -= 1;
        } else {
            bits.put(0, 1);
            bits.put(run - 16_384, 14);
            left -= run;
        }
    }
    [segment(0xDA, &[1, component, 0, 1, 63, 0]), bits.finish()].concat()
}

/// Encodes a grey progressive JPEG with a scan of DC coefficients and `ac_scans` empty scans per
/// component.
fn progressive(side: u16, components: u8, ac_scans: usize) -> Vec<u8> {
    let blocks = u32::from(side.div_ceil(8)).pow(2);
    let frame: Vec<u8> = (1..=components).flat_map(|id| [id, 0x11, 0]).collect();
    let [high, low] = side.to_be_bytes();
    let mut out = [vec![0xFF, 0xD8], segment(0xDB, &[&[0][..], &[1; 64]].concat())].concat();
    out.extend(segment(0xC2, &[&[8, high, low, high, low, components], &frame[..]].concat()));
    // The only DC code, 0, stands for no difference. The AC codes 0 and 10 stand for a run of
    // blocks with 14 more bits, and for one block.
    out.extend(segment(0xC4, &[&[0, 1][..], &[0; 15], &[0]].concat()));
    out.extend(segment(0xC4, &[&[0x10, 1, 1][..], &[0; 14], &[0xE0, 0]].concat()));
    let ids: Vec<u8> = (1..=components).flat_map(|id| [id, 0]).collect();
    out.extend(segment(0xDA, &[&[components], &ids[..], &[0, 0, 0]].concat()));
    out.extend(vec![0; (blocks * u32::from(components)) as usize / 8 + 1]);
    for _ in 0..ac_scans {
        (1..=components).for_each(|component| out.extend(empty_ac_scan(component, blocks)));
    }
    out.extend([0xFF, 0xD9]);
    out
}

fn refusal_within(bytes: &[u8], max: Duration) -> Refusal {
    let start = Instant::now();
    let refusal = render(bytes).map(|_| ()).unwrap_err();
    assert!(start.elapsed() < max, "{:?}", start.elapsed());
    refusal
}

#[test]
fn a_vast_progressive_jpeg_with_many_scans_is_refused_before_decoding() {
    // 1,562,500 blocks per component.
    for (components, ac_scans, max) in [(1, 40, 25), (3, 20, 23), (4, 20, 22)] {
        let bytes = progressive(10_000, components, ac_scans);
        let refusal = refusal_within(&bytes, Duration::from_millis(500));
        assert_eq!(refusal, Refusal::TooManyScans { max }, "{components} components");
        let message = refusal.to_string();
        assert!(message.starts_with(&format!("This JPEG has more than {max} layers")), "{message}");
    }
}

#[test]
fn progressive_jpegs_of_usual_encoders_are_within_the_limit() {
    // libjpeg writes 10 scans, in which three components have 5, 4 and 4 scans.
    let blocks_of_100_megapixels = 1_562_500;
    assert!(MAX_SCANNED_BLOCKS > 14 * blocks_of_100_megapixels);
    for (side, components, ac_scans) in [(10_000, 1, 12), (10_000, 3, 4), (4_000, 3, 30), (64, 1, 99)] {
        let done = crate::rendered(&progressive(side, components, ac_scans));
        assert_eq!(done.width, u32::from(side));
    }
}

#[test]
fn scans_in_segments_or_after_the_end_do_not_count() {
    let mut bytes = progressive(10_000, 1, 2);
    bytes.extend(progressive(10_000, 1, 40));
    let bytes = pictures::with_segment(&bytes, 0xE5, &segment(0xDA, &[1, 1, 0, 1, 63, 0]).repeat(100));
    assert_eq!(crate::rendered(&bytes).width, 10_000);
}

#[test]
fn a_vast_png_of_16_bits_is_refused_by_its_header() {
    for (colour, depth, interlaced) in [(6, 16, false), (2, 16, false), (2, 16, true)] {
        let kind = Kind { colour, depth, interlaced };
        let bytes_per_pixel = u64::from(depth / 8) * kind.channels() as u64;
        assert!(100_000_000 * bytes_per_pixel > MAX_PNG_BYTES);
        let mut bytes = header(kind, (10_000, 10_000));
        chunk(&mut bytes, b"IDAT", b"\x78\x9c");
        let refusal = refusal_within(&bytes, Duration::from_millis(100));
        assert_eq!(refusal, Refusal::TooMuchWork, "{kind:?}");
        let message = "This picture takes too much time to read. Upload a smaller version, or one saved as a plain JPEG.";
        assert_eq!(refusal.to_string(), message);
    }
}
