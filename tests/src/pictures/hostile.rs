//! What is not a picture, or not one that can be shown.

use super::{File, any, jpeg, quarters};

/// A file that must end as `failed`.
#[derive(Clone, Copy, Debug)]
pub struct Hostile {
    /// What it is.
    pub name: &'static str,
    /// A word of what its owner is told.
    pub word: &'static str,
    make: fn() -> Vec<u8>,
    content_type: &'static str,
}

impl Hostile {
    /// The file.
    pub fn file(self) -> File {
        File { content_type: self.content_type, bytes: (self.make)() }
    }
}

/// All of them.
pub const HOSTILE: [Hostile; 7] = [
    Hostile { name: "one byte", word: "JPEG", make: || vec![0xFF], content_type: "image/jpeg" },
    Hostile {
        name: "text",
        word: "JPEG",
        make: || b"not a picture at all".repeat(9),
        content_type: "image/png",
    },
    Hostile { name: "SVG", word: "JPEG", make: svg, content_type: "image/jpeg" },
    Hostile { name: "only a beginning", word: "damaged", make: truncated, content_type: "image/jpeg" },
    Hostile { name: "a broken header", word: "damaged", make: broken, content_type: "image/jpeg" },
    Hostile { name: "900 megapixels", word: "megapixels", make: giant, content_type: "image/png" },
    Hostile { name: "a web page", word: "JPEG", make: page, content_type: "image/gif" },
];

fn svg() -> Vec<u8> {
    b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>".to_vec()
}

fn page() -> Vec<u8> {
    b"<!doctype html><script>alert(1)</script>".to_vec()
}

fn truncated() -> Vec<u8> {
    let whole = jpeg(&quarters(400, 300)).bytes;
    whole[..whole.len() / 3].to_vec()
}

/// The right first bytes and then nothing that belongs there.
fn broken() -> Vec<u8> {
    let mut bytes = any().bytes;
    bytes[4..].fill(0);
    bytes
}

/// A PNG of a few bytes that says it is 30,000 pixels along each side.
fn giant() -> Vec<u8> {
    let side = 30_000_u32.to_be_bytes();
    let header = [&side[..], &side, &[8, 2, 0, 0, 0]].concat();
    let chunks = [chunk(b"IHDR", &header), chunk(b"IDAT", &[0x78, 0x9C]), chunk(b"IEND", &[])];
    [b"\x89PNG\r\n\x1a\n", chunks.concat().as_slice()].concat()
}

fn chunk(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).unwrap().to_be_bytes();
    let named = [name, content].concat();
    [&length[..], &named, &crc32(&named).to_be_bytes()].concat()
}

/// The checksum of a PNG's chunk (ISO 3309), bit by bit.
fn crc32(bytes: &[u8]) -> u32 {
    let shift = |crc: u32| (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg());
    !bytes.iter().fold(!0, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), |crc, _| shift(crc)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_the_one_of_png() {
        assert_eq!(crc32(b"IEND"), 0xAE42_6082);
    }
}
