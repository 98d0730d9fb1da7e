//! Encodes PNGs of every kind (ISO 15948), including those that other encoders no longer write.

use miniz_oxide::deflate::compress_to_vec_zlib;

/// A kind of PNG.
#[derive(Debug, Clone, Copy)]
pub struct Kind {
    /// 0 grey, 2 RGB, 3 palette, 4 grey with alpha, 6 RGBA.
    pub colour: u8,
    /// Bits per sample.
    pub depth: u8,
    /// Whether the pixels are interlaced (Adam7).
    pub interlaced: bool,
}

impl Kind {
    pub fn channels(self) -> usize {
        match self.colour {
            0 | 3 => 1,
            4 => 2,
            2 => 3,
            _ => 4,
        }
    }

    /// Returns the maximum value of a sample.
    pub fn max_sample(self) -> u16 {
        ((1u32 << self.depth) - 1) as u16
    }
}

/// Returns every combination that the standard allows (table 11.1).
pub fn every_kind() -> impl Iterator<Item = Kind> {
    const DEPTHS: [(u8, &[u8]); 5] =
        [(0, &[1, 2, 4, 8, 16]), (2, &[8, 16]), (3, &[1, 2, 4, 8]), (4, &[8, 16]), (6, &[8, 16])];
    DEPTHS.into_iter().flat_map(|(colour, depths)| {
        depths
            .iter()
            .flat_map(move |&depth| [false, true].map(|interlaced| Kind { colour, depth, interlaced }))
    })
}

/// The start (x, y) and the distance (x, y) of the pixels in each of the seven passes (8.2).
const PASSES: [[usize; 4]; 7] =
    [[0, 0, 8, 8], [4, 0, 8, 8], [0, 4, 4, 8], [2, 0, 4, 4], [0, 2, 2, 4], [1, 0, 2, 2], [0, 1, 1, 2]];

/// Encodes a PNG with the samples `pixel(x, y)` and with `chunks` before its data.
pub fn png(
    kind: Kind,
    (width, height): (u32, u32),
    chunks: &[(&[u8; 4], Vec<u8>)],
    pixel: impl Fn(u32, u32) -> Vec<u16>,
) -> Vec<u8> {
    let mut lines = Vec::new();
    for [left, top, across, down] in if kind.interlaced { PASSES.to_vec() } else { vec![[0, 0, 1, 1]] } {
        let columns: Vec<u32> = (left as u32..width).step_by(across).collect();
        for y in (top as u32..height).step_by(down) {
            if !columns.is_empty() {
                lines.push(0);
                pack(&mut lines, kind.depth, columns.iter().flat_map(|&x| pixel(x, y)));
            }
        }
    }
    let mut bytes = header(kind, (width, height));
    for (name, content) in chunks {
        chunk(&mut bytes, name, content);
    }
    chunk(&mut bytes, b"IDAT", &compress_to_vec_zlib(&lines, 1));
    chunk(&mut bytes, b"IEND", &[]);
    bytes
}

/// Encodes the signature and the header.
pub fn header(kind: Kind, (width, height): (u32, u32)) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    let shape = [kind.depth, kind.colour, 0, 0, u8::from(kind.interlaced)];
    chunk(&mut bytes, b"IHDR", &[width.to_be_bytes().as_slice(), &height.to_be_bytes(), &shape].concat());
    bytes
}

fn pack(lines: &mut Vec<u8>, depth: u8, samples: impl Iterator<Item = u16>) {
    let (mut bits, mut count) = (0u32, 0);
    for sample in samples {
        bits = bits << depth | u32::from(sample);
        count += depth;
        while count >= 8 {
            count -= 8;
            lines.push((bits >> count) as u8);
        }
    }
    if count > 0 {
        lines.push((bits << (8 - count)) as u8);
    }
}

/// Appends a chunk: length, name, content, checksum.
pub fn chunk(bytes: &mut Vec<u8>, name: &[u8; 4], content: &[u8]) {
    bytes.extend((content.len() as u32).to_be_bytes());
    let checked = [name.as_slice(), content].concat();
    bytes.extend(&checked);
    bytes.extend(crc(&checked).to_be_bytes());
}

/// The place of a chunk in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    BeforePixels,
    AfterPixels,
}

/// Inserts a chunk into a file.
pub fn with_chunk(png: &[u8], place: Place, name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let next: &[u8; 4] = if place == Place::BeforePixels { b"IDAT" } else { b"IEND" };
    let at = png.windows(4).position(|four| four == next).unwrap() - 4;
    let mut bytes = png[..at].to_vec();
    chunk(&mut bytes, name, content);
    bytes.extend(&png[at..]);
    bytes
}

/// Computes the checksum of a chunk (annex D).
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, &byte| {
        (0..8).fold(
            crc ^ u32::from(byte),
            |crc, _| if crc & 1 == 1 { 0xEDB8_8320 ^ (crc >> 1) } else { crc >> 1 },
        )
    })
}
