//! Presigned requests by which clients send the bytes of a picture.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The length of each part of a multipart upload except the last, in bytes: the minimum that S3
/// accepts, so that a retry repeats little.
pub const PART_BYTES: u64 = 5 << 20;

/// One presigned S3 request that uploads a picture's bytes or a part of them.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "Upload"))]
pub struct PresignedRequest {
    /// The HTTP method; `PUT` where the request carries bytes.
    pub method: String,
    /// Includes the signature.
    pub url: String,
    /// The signature covers all of them: the client must send exactly these.
    #[cfg_attr(feature = "typescript", ts(type = "Record<string, string>"))]
    pub headers: BTreeMap<String, String>,
    /// The time (UTC) until which the request may start.
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    pub expires_at: Timestamp,
}

/// The number of parts of a multipart upload of `bytes` bytes.
#[must_use]
pub fn count_parts(bytes: u64) -> u64 {
    bytes.div_ceil(PART_BYTES)
}

/// The length in bytes of the part `number` (from 1) of a file of `bytes` bytes; `None` where the
/// file has no such part.
#[must_use]
pub fn part_length(bytes: u64, number: u64) -> Option<u64> {
    let before = number.checked_sub(1)?.checked_mul(PART_BYTES)?;
    Some(bytes.checked_sub(before)?.min(PART_BYTES)).filter(|length| *length > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MAX_ORIGINAL_BYTES;

    #[test]
    fn parts_have_five_mebibytes_except_the_last() {
        for (bytes, lengths) in [
            (1, vec![1]),
            (PART_BYTES, vec![PART_BYTES]),
            (PART_BYTES + 1, vec![PART_BYTES, 1]),
            (12_000_000, vec![PART_BYTES, PART_BYTES, 12_000_000 - 2 * PART_BYTES]),
        ] {
            let found: Vec<_> = (1..).map_while(|number| part_length(bytes, number)).collect();
            assert_eq!(found, lengths);
            assert_eq!(count_parts(bytes), lengths.len() as u64);
            for number in [0, count_parts(bytes) + 1, u64::MAX] {
                assert_eq!(part_length(bytes, number), None, "{number} of {bytes}");
            }
        }
        let total: u64 = (1..=10).filter_map(|number| part_length(MAX_ORIGINAL_BYTES, number)).sum();
        assert_eq!(total, MAX_ORIGINAL_BYTES);
    }
}
