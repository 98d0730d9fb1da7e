//! Checksums of a damaged PNG: as long as they are wrong, no decoder looks at what is in a chunk.

/// What a PNG begins with: <https://www.w3.org/TR/png-3/#5PNG-file-signature>.
const SIGNATURE: [u8; 8] = *b"\x89PNG\r\n\x1a\n";
/// Length and type of a chunk before its data, and the checksum of type and data after it; in bytes.
const LENGTH: usize = 4;
const TYPE: usize = 4;
const CHECKSUM: usize = 4;

/// Makes the checksum of each chunk right, as far as lengths lead from one to the next. Leaves other files alone.
pub fn mend(bytes: &mut [u8]) {
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
