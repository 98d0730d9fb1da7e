//! Measures the memory that rendering allocates.
//!
//! This test binary has a single test, because the allocator counts the allocations of the whole
//! process.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use jpeg_encoder::{ImageBuffer, JpegColorType};
use peak_alloc::PeakAlloc;
use renditions::limits::MAX_DECODER_BYTES;
use renditions::render;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// The maximum memory of the renditions and a decoder that decodes in strips, in bytes.
const MAX_STRIP: usize = 80_000_000;

/// The maximum memory of the renditions and their encoders, in bytes.
const MAX_RENDITIONS: usize = 40_000_000;

/// The maximum memory of a picture whose decoder needs nearly all memory that a decoder may use.
const MAX_UNTILED: usize = MAX_DECODER_BYTES as usize;

/// Renders a picture and returns the peak of the allocated memory in bytes, without the file.
fn peak_memory(bytes: &[u8], (width, height): (u32, u32)) -> usize {
    MEMORY.reset_peak_usage();
    let before = MEMORY.current_usage();
    let renditions = render(bytes).unwrap_or_else(|refusal| panic!("refused: {refusal:?}"));
    assert_eq!((renditions.width, renditions.height), (width, height));
    MEMORY.peak_usage() - before
}

/// Returns a row of pixels with a gradient in each channel. `bytes` is the size of a sample.
fn row(width: u32, channels: u32, bytes: usize) -> Vec<u8> {
    let sample = |x: u32, channel: u32| (x * (channel + 1) / 16) as u8;
    let samples = (0..width).flat_map(|x| (0..channels).map(move |channel| sample(x, channel)));
    samples.flat_map(|sample| std::iter::repeat_n(sample, bytes)).collect()
}

fn png((width, height): (u32, u32), colour: png::ColorType, depth: png::BitDepth) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(colour);
    encoder.set_depth(depth);
    encoder.set_compression(png::Compression::Fastest);
    let mut file = encoder.write_header().unwrap();
    let mut rows = file.stream_writer().unwrap();
    let row = row(width, colour.samples() as u32, depth as usize / 8);
    for _ in 0..height {
        std::io::Write::write_all(&mut rows, &row).unwrap();
    }
    rows.finish().unwrap();
    file.finish().unwrap();
    bytes
}

/// A picture of identical rows, of which only one is in memory.
struct Gradient {
    row: Vec<u8>,
    height: u16,
}

impl ImageBuffer for Gradient {
    fn get_jpeg_color_type(&self) -> JpegColorType {
        JpegColorType::Ycbcr
    }

    fn width(&self) -> u16 {
        self.row.len() as u16
    }

    fn height(&self) -> u16 {
        self.height
    }

    fn fill_buffers(&self, _: u16, buffers: &mut [Vec<u8>; 4]) {
        for buffer in &mut buffers[..3] {
            buffer.extend_from_slice(&self.row);
        }
    }
}

fn jpeg(width: u32, height: u16) -> Vec<u8> {
    let mut bytes = Vec::new();
    let gradient = Gradient { row: row(width, 1, 1), height };
    jpeg_encoder::Encoder::new(&mut bytes, 75).encode_image(gradient).unwrap();
    bytes
}

fn gif(width: u16, height: u16) -> Vec<u8> {
    let mut bytes = Vec::new();
    let palette: Vec<u8> = (0..=255).flat_map(|grey| [grey; 3]).collect();
    let numbers = row(width.into(), 1, 1).repeat(height.into());
    let frame = gif::Frame { width, height, buffer: numbers.into(), ..gif::Frame::default() };
    gif::Encoder::new(&mut bytes, width, height, &palette).unwrap().write_frame(&frame).unwrap();
    bytes
}

fn webp((width, height): (u32, u32), lossless: bool, channels: u32) -> Vec<u8> {
    let pixels = row(width, channels, 1).repeat(height as usize);
    let encoder = if channels == 4 {
        webp::Encoder::from_rgba(&pixels, width, height)
    } else {
        webp::Encoder::from_rgb(&pixels, width, height)
    };
    if lossless { encoder.encode_lossless().to_vec() } else { encoder.encode(60.0).to_vec() }
}

#[test]
fn large_pictures_take_little_memory() {
    use png::{BitDepth::Eight, BitDepth::Sixteen, ColorType};
    let large = (11_000, 9_000);
    let cases = [
        ("PNG, 24 MP, RGBA of 16 bits", png((6000, 4000), ColorType::Rgba, Sixteen), (6000, 4000), MAX_STRIP),
        ("PNG, 100 MP, RGB", png(large, ColorType::Rgb, Eight), large, MAX_STRIP),
        ("GIF, 24 MP", gif(6000, 4000), (6000, 4000), MAX_STRIP),
        ("JPEG, 100 MP", jpeg(11_000, 9_000), large, MAX_STRIP),
        (
            "AVIF, 20 MP, 10 bits, 4:4:4, no tiles",
            include_bytes!("render/heif/twenty-megapixels.avif").to_vec(),
            (5594, 3681),
            MAX_UNTILED,
        ),
        (
            "HEIC, 48 MP, no tiles",
            include_bytes!("render/heif/untiled.heic").to_vec(),
            (8064, 6048),
            MAX_UNTILED,
        ),
        // The decoder needs 5, 11, 7 or 8 bytes per pixel.
        ("lossy WebP", webp((3000, 2000), false, 3), (3000, 2000), 6_000_000 * 5 + MAX_RENDITIONS),
        (
            "lossy WebP with alpha",
            webp((3000, 2000), false, 4),
            (3000, 2000),
            6_000_000 * 11 + MAX_RENDITIONS,
        ),
        ("lossless WebP", webp((3000, 2000), true, 3), (3000, 2000), 6_000_000 * 7 + MAX_RENDITIONS),
        (
            "lossless WebP with alpha",
            webp((3000, 2000), true, 4),
            (3000, 2000),
            6_000_000 * 8 + MAX_RENDITIONS,
        ),
    ];
    for (name, bytes, size, max) in cases {
        let peak = peak_memory(&bytes, size);
        eprintln!("{name}: {} MB", peak / 1_000_000);
        assert!(peak < max, "{name}: {peak} bytes");
    }
}
