//! Uploads in parts: each request of one of S3's multipart uploads, presigned. Nothing is kept of them here: S3 knows which parts
//! it has.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::{Links, Upload};
use crate::Error;
use crate::key;
use crate::model::Picture;

/// The length of a part (bytes), the last one's excepted: the least that S3 takes, so that little is sent again.
pub const PART_BYTES: u64 = 5 << 20;

/// What is encoded in a query: all but letters, digits and the marks that URLs reserve for nothing.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What S3 calls one upload in parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UploadId(String);

impl UploadId {
    /// Reads what a client says: up to 1,024 characters of base 64 in any of its alphabets, and of ids.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let known = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte);
        ((1..=1_024).contains(&text.len()) && text.bytes().all(known)).then(|| Self(text.to_owned()))
    }

    /// As a query says it: nothing in it can end a parameter.
    fn query(&self) -> String {
        format!("uploadId={}", utf8_percent_encode(&self.0, RESERVED))
    }
}

/// One request of an upload in parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Begins; the reply names the upload.
    Create,
    /// Sends a part, or sends it again.
    Part {
        /// Of which upload.
        upload_id: UploadId,
        /// From 1.
        number: u64,
    },
    /// Asks which parts are there.
    List(UploadId),
    /// Makes the original of its parts.
    Complete(UploadId),
    /// Throws its parts away.
    Abort(UploadId),
}

/// How many parts a file of this length has.
#[must_use]
pub fn parts(bytes: u64) -> u64 {
    bytes.div_ceil(PART_BYTES)
}

/// The length of a part; `None` where the file has no part of this number.
#[must_use]
pub fn part_length(bytes: u64, number: u64) -> Option<u64> {
    let before = number.checked_sub(1)?.checked_mul(PART_BYTES)?;
    Some(bytes.checked_sub(before)?.min(PART_BYTES)).filter(|length| *length > 0)
}

impl Links {
    /// A presigned request of an upload in parts. Together they are bound as one upload is: to the picture's declared type and
    /// length, each part to its own, and to a key that has no object yet.
    ///
    /// # Errors
    /// The URL cannot be signed, or there is no such part.
    pub fn step(&self, picture: &Picture, step: &Step) -> Result<Upload, Error> {
        let length = match step {
            Step::Part { number, .. } => {
                part_length(picture.bytes, *number).ok_or("there is no such part")?
            }
            _ => picture.bytes,
        };
        let length = length.to_string();
        let (method, query, headers) = match step {
            Step::Create => {
                ("POST", "uploads".to_owned(), vec![("content-type", picture.content_type.as_str())])
            }
            Step::Part { upload_id, number } => {
                let query = format!("partNumber={number}&{}", upload_id.query());
                ("PUT", query, vec![("content-length", length.as_str())])
            }
            Step::List(upload_id) => ("GET", upload_id.query(), vec![]),
            // The client says which parts; S3 holds their sum to what was declared.
            Step::Complete(upload_id) => {
                let headers = vec![("if-none-match", "*"), ("x-amz-mp-object-size", length.as_str())];
                ("POST", upload_id.query(), headers)
            }
            Step::Abort(upload_id) => ("DELETE", upload_id.query(), vec![]),
        };
        let url = format!("{}/{}?{query}", self.bucket_url, key::original(picture.key));
        self.signed_upload(method, url, &headers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::MOST_BYTES;

    #[test]
    fn parts_are_of_five_mebibytes_but_for_the_last() {
        for (bytes, lengths) in [
            (1, vec![1]),
            (PART_BYTES, vec![PART_BYTES]),
            (PART_BYTES + 1, vec![PART_BYTES, 1]),
            (12_000_000, vec![PART_BYTES, PART_BYTES, 12_000_000 - 2 * PART_BYTES]),
        ] {
            let found: Vec<_> = (1..).map_while(|number| part_length(bytes, number)).collect();
            assert_eq!(found, lengths);
            assert_eq!(parts(bytes), lengths.len() as u64);
            for number in [0, parts(bytes) + 1, u64::MAX] {
                assert_eq!(part_length(bytes, number), None, "{number} of {bytes}");
            }
        }
        assert_eq!((1..=10).filter_map(|number| part_length(MOST_BYTES, number)).sum::<u64>(), MOST_BYTES);
    }

    #[test]
    fn what_names_an_upload_adds_nothing_to_a_query() {
        let query = |text: &str| UploadId::parse(text).unwrap().query();
        let plain = "VXBsb2FkIElE.7_c-8~9";
        assert_eq!(query(plain), format!("uploadId={plain}"));
        assert_eq!(query("a+b/c=="), "uploadId=a%2Bb%2Fc%3D%3D");
        let long = "x".repeat(1_025);
        for hostile in ["", "a&partNumber=1", "a b", "a#b", "a%26", "a?b", "ü", "a\r\nb", "a;b", &long] {
            assert_eq!(UploadId::parse(hostile), None, "{hostile:?}");
        }
    }
}
