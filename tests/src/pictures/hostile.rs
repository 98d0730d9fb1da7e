//! Invalid and hostile uploads.

use super::{File, jpeg, quarters, unique_file};

/// An upload that must become `failed`.
#[derive(Clone, Copy, Debug)]
pub struct Hostile {
    /// Name of the case.
    pub name: &'static str,
    /// A word in the failure message for the owner.
    pub word: &'static str,
    make: fn() -> Vec<u8>,
    content_type: &'static str,
}

impl Hostile {
    /// Builds the file.
    pub fn file(self) -> File {
        File { content_type: self.content_type, bytes: (self.make)() }
    }
}

/// All cases.
pub const HOSTILE: [Hostile; 7] = [
    Hostile { name: "one byte", word: "JPEG", make: || vec![0xFF], content_type: "image/jpeg" },
    Hostile {
        name: "text",
        word: "JPEG",
        make: || b"not a picture at all".repeat(9),
        content_type: "image/png",
    },
    Hostile { name: "SVG", word: "JPEG", make: svg, content_type: "image/jpeg" },
    Hostile { name: "a truncated JPEG", word: "damaged", make: truncated_jpeg, content_type: "image/jpeg" },
    Hostile { name: "a broken header", word: "damaged", make: broken_jpeg, content_type: "image/jpeg" },
    Hostile { name: "900 megapixels", word: "megapixels", make: giant_png, content_type: "image/png" },
    Hostile { name: "a web page", word: "JPEG", make: web_page, content_type: "image/gif" },
];

fn svg() -> Vec<u8> {
    b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>".to_vec()
}

fn web_page() -> Vec<u8> {
    b"<!doctype html><script>alert(1)</script>".to_vec()
}

fn truncated_jpeg() -> Vec<u8> {
    let complete = jpeg(&quarters(400, 300)).bytes;
    complete[..complete.len() / 3].to_vec()
}

/// Returns a JPEG with valid first bytes and then zeros.
fn broken_jpeg() -> Vec<u8> {
    let mut bytes = unique_file().bytes;
    bytes[4..].fill(0);
    bytes
}

/// Returns a PNG of a few bytes that declares 30,000 × 30,000 pixels.
fn giant_png() -> Vec<u8> {
    let side = 30_000_u32.to_be_bytes();
    let header = [&side[..], &side, &[8, 2, 0, 0, 0]].concat();
    let chunks = [chunk(b"IHDR", &header), chunk(b"IDAT", &[0x78, 0x9C]), chunk(b"IEND", &[])];
    [b"\x89PNG\r\n\x1a\n", chunks.concat().as_slice()].concat()
}

fn chunk(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).unwrap().to_be_bytes();
    let checked = [name, content].concat();
    [&length[..], &checked, &crc32(&checked).to_be_bytes()].concat()
}

/// Returns the CRC of a PNG chunk (ISO 3309).
fn crc32(bytes: &[u8]) -> u32 {
    let shift = |crc: u32| (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg());
    !bytes.iter().fold(!0, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), |crc, _| shift(crc)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn computes_the_crc_of_png() {
        assert_eq!(crc32(b"IEND"), 0xAE42_6082);
    }
}
