//! Markers and segments (ITU-T T.81, B.1.1).

use super::error::{JpegError, TRUNCATED_SEGMENT};

/// First byte of a marker.
pub(super) const MARKER_PREFIX: u8 = 0xFF;

/// Returns the code of the next marker, and the number of bytes up to the end of the marker.
pub(super) fn next_marker(bytes: &[u8]) -> Option<(u8, usize)> {
    let at = bytes
        .windows(2)
        .position(|pair| pair[0] == MARKER_PREFIX && !matches!(pair[1], 0 | MARKER_PREFIX))?;
    Some((bytes[at + 1], at + 2))
}

/// Returns the content of the segment with the length field at position `at`, or `None` if the
/// segment is truncated. The stored length includes the two bytes of the field itself.
pub(super) fn segment_content(data: &[u8], at: usize) -> Option<&[u8]> {
    let length = usize::from(read_u16(data, at).ok()?);
    data.get(at + 2..at + length.max(2))
}

/// Reads a big-endian number of two bytes.
pub(super) fn read_u16(bytes: &[u8], at: usize) -> Result<u16, JpegError> {
    let bytes = bytes.get(at..at + 2).and_then(|two| two.try_into().ok()).ok_or(TRUNCATED_SEGMENT)?;
    Ok(u16::from_be_bytes(bytes))
}
