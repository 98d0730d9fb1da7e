//! Presigned requests with which clients upload the bytes of a picture.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The length in bytes of each part of a multipart upload except the last. It is the minimum that
/// S3 accepts, so that a retry sends as few bytes as possible.
pub const PART_BYTES: u64 = 5 << 20;

/// One presigned S3 request of the upload of a picture.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema), schemars(rename = "Upload"))]
pub struct PresignedRequest {
    /// The HTTP method. `PUT` if the request sends bytes of the picture.
    pub method: String,
    /// The URL, with the signature in its query.
    pub url: String,
    /// The headers that the client must send exactly, because the signature covers them.
    pub headers: BTreeMap<String, String>,
    /// The time (UTC) by which the request must start.
    pub expires_at: Timestamp,
}

/// The id of a multipart upload, which S3 assigns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UploadId(String);

impl UploadId {
    /// Parses an id: 1 to 1,024 letters, digits and characters of `-._~+/=`. These include every
    /// base64 alphabet.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte);
        ((1..=1_024).contains(&text.len()) && text.bytes().all(is_allowed)).then(|| Self(text.to_owned()))
    }

    /// Returns the id as S3 assigned it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Returns the number of parts of a multipart upload of `bytes` bytes.
#[must_use]
pub fn count_parts(bytes: u64) -> u64 {
    bytes.div_ceil(PART_BYTES)
}

/// Returns the length in bytes of the part `number` (from 1) of a file of `bytes` bytes, or `None`
/// if the file has no such part.
#[must_use]
pub fn part_length(bytes: u64, number: u64) -> Option<u64> {
    let start = number.checked_sub(1)?.checked_mul(PART_BYTES)?;
    Some(bytes.checked_sub(start)?.min(PART_BYTES)).filter(|length| *length > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MAX_ORIGINAL_BYTES;

    #[test]
    fn an_upload_id_contains_no_characters_that_separate_query_parameters() {
        for id in ["VXBsb2FkIElE.7_c-8~9", "a+b/c=="] {
            assert_eq!(UploadId::parse(id).unwrap().as_str(), id);
        }
        let long = "x".repeat(1_025);
        for hostile in ["", "a&partNumber=1", "a b", "a#b", "a%26", "a?b", "ü", "a\r\nb", "a;b", &long] {
            assert_eq!(UploadId::parse(hostile), None, "{hostile:?}");
        }
    }

    #[test]
    fn parts_have_five_mebibytes_except_the_last() {
        for (bytes, lengths) in [
            (1, vec![1]),
            (PART_BYTES, vec![PART_BYTES]),
            (PART_BYTES + 1, vec![PART_BYTES, 1]),
            (12_000_000, vec![PART_BYTES, PART_BYTES, 12_000_000 - 2 * PART_BYTES]),
        ] {
            let actual: Vec<_> = (1..).map_while(|number| part_length(bytes, number)).collect();
            assert_eq!(actual, lengths);
            assert_eq!(count_parts(bytes), lengths.len() as u64);
            for number in [0, count_parts(bytes) + 1, u64::MAX] {
                assert_eq!(part_length(bytes, number), None, "{number} of {bytes}");
            }
        }
        let total: u64 = (1..=10).filter_map(|number| part_length(MAX_ORIGINAL_BYTES, number)).sum();
        assert_eq!(total, MAX_ORIGINAL_BYTES);
    }
}
