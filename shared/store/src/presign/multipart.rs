//! Presigned requests of S3 multipart uploads. The application stores nothing about an upload,
//! because S3 lists the uploaded parts.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use domain::{Picture, PresignedRequest, object_key, part_length};

use super::{CREATE_VALIDITY, UPLOAD_VALIDITY, UrlPresigner};
use crate::Error;

/// The characters to encode in a query: all except the unreserved characters of RFC 3986.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The id of a multipart upload, which S3 assigns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UploadId(String);

impl UploadId {
    /// Parses an id: 1 to 1,024 letters, digits and characters of `-._~+/=`. These include every
    /// base64 alphabet.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte);
        ((1..=1_024).contains(&text.len()) && text.bytes().all(is_allowed)).then(|| Self(text.to_owned()))
    }

    /// Returns the encoded query parameter.
    fn query(&self) -> String {
        format!("uploadId={}", utf8_percent_encode(&self.0, RESERVED))
    }
}

/// One request of a multipart upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UploadStep {
    /// Creates the upload; the reply contains its id.
    Create,
    /// Uploads a part, or replaces it.
    Part {
        /// The upload.
        upload_id: UploadId,
        /// The number of the part, from 1.
        number: u64,
    },
    /// Lists the uploaded parts.
    List(UploadId),
    /// Assembles the original from its parts.
    Complete(UploadId),
    /// Discards the parts.
    Abort(UploadId),
}

impl UrlPresigner {
    /// Presigns one request of a multipart upload. S3 rejects other types and lengths than the
    /// declared ones, parts of another length, and an upload to a key that already has an object.
    ///
    /// # Errors
    /// Returns an error if the picture has no part with this number.
    pub fn presign_step(&self, picture: &Picture, step: &UploadStep) -> Result<PresignedRequest, Error> {
        let length = match step {
            UploadStep::Part { number, .. } => {
                part_length(picture.bytes, *number).ok_or("the picture has no such part")?
            }
            _ => picture.bytes,
        };
        let length = length.to_string();
        let (method, query, headers) = match step {
            UploadStep::Create => {
                ("POST", "uploads".to_owned(), vec![("content-type", picture.content_type.as_str())])
            }
            UploadStep::Part { upload_id, number } => {
                let query = format!("partNumber={number}&{}", upload_id.query());
                ("PUT", query, vec![("content-length", length.as_str())])
            }
            UploadStep::List(upload_id) => ("GET", upload_id.query(), vec![]),
            // The client sends a list of the parts. S3 compares their total length with the header.
            UploadStep::Complete(upload_id) => {
                let headers = vec![("if-none-match", "*"), ("x-amz-mp-object-size", length.as_str())];
                ("POST", upload_id.query(), headers)
            }
            UploadStep::Abort(upload_id) => ("DELETE", upload_id.query(), vec![]),
        };
        let url = format!("{}/{}?{query}", self.bucket_url, object_key::original(picture.key));
        let validity = if *step == UploadStep::Create { CREATE_VALIDITY } else { UPLOAD_VALIDITY };
        self.presign_upload(method, url, &headers, validity)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_upload_id_cannot_add_query_parameters() {
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
