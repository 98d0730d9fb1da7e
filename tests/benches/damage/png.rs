//! Corrects the checksums of a damaged PNG, because decoders ignore chunks with a wrong checksum.

/// <https://www.w3.org/TR/png-3/#5PNG-file-signature>
const SIGNATURE: [u8; 8] = *b"\x89PNG\r\n\x1a\n";
/// Size of a chunk's length field, in bytes.
const LENGTH: usize = 4;
/// Size of a chunk's type field, in bytes.
const TYPE: usize = 4;
/// Size of the checksum of type and data, in bytes.
const CHECKSUM: usize = 4;

/// Corrects the checksum of each chunk up to the first invalid length. Leaves other files
/// unchanged.
pub fn correct_checksums(bytes: &mut [u8]) {
    if !bytes.starts_with(&SIGNATURE) {
        return;
    }
    let mut at = SIGNATURE.len();
    while let Some(length) = bytes.get(at..).and_then(|rest| rest.first_chunk::<LENGTH>()) {
        let start = at + LENGTH;
        let end = start + TYPE + u32::from_be_bytes(*length) as usize;
        let Some(checked) = bytes.get(start..end) else { return };
        let checksum = crc32fast::hash(checked).to_be_bytes();
        let Some(stored) = bytes.get_mut(end..end + CHECKSUM) else { return };
        stored.copy_from_slice(&checksum);
        at = end + CHECKSUM;
    }
}
