//! Presigned requests of S3 multipart uploads. The application stores only the id of an upload,
//! because S3 lists the uploaded parts.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use domain::{Picture, PresignedRequest, UploadId, count_parts, object_key, part_length};

use super::{CREATE_VALIDITY, UPLOAD_VALIDITY, UrlPresigner};
use crate::Error;

/// The characters to encode in a query: all except the unreserved characters of RFC 3986.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

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

impl UploadStep {
    /// Returns the upload, which [`UploadStep::Create`] does not have yet.
    #[must_use]
    pub fn upload_id(&self) -> Option<&UploadId> {
        match self {
            Self::Create => None,
            Self::Part { upload_id, .. }
            | Self::List(upload_id)
            | Self::Complete(upload_id)
            | Self::Abort(upload_id) => Some(upload_id),
        }
    }

    /// Returns the steps after a part: the later parts of a file of `bytes` bytes, and the
    /// completion. Returns nothing for the other steps.
    #[must_use]
    pub fn following(&self, bytes: u64) -> Vec<Self> {
        let Self::Part { upload_id, number } = self else { return vec![] };
        let part = |number| Self::Part { upload_id: upload_id.clone(), number };
        let mut steps: Vec<_> = (number + 1..=count_parts(bytes)).map(part).collect();
        steps.push(Self::Complete(upload_id.clone()));
        steps
    }
}

/// Returns the encoded query parameter that names an upload.
fn query(upload_id: &UploadId) -> String {
    format!("uploadId={}", utf8_percent_encode(upload_id.as_str(), RESERVED))
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
        let (method, parameters, headers) = match step {
            UploadStep::Create => {
                ("POST", "uploads".to_owned(), vec![("content-type", picture.content_type.as_str())])
            }
            UploadStep::Part { upload_id, number } => {
                let parameters = format!("partNumber={number}&{}", query(upload_id));
                ("PUT", parameters, vec![("content-length", length.as_str())])
            }
            UploadStep::List(upload_id) => ("GET", query(upload_id), vec![]),
            // The client sends a list of the parts. S3 compares their total length with the header.
            UploadStep::Complete(upload_id) => {
                let headers = vec![("if-none-match", "*"), ("x-amz-mp-object-size", length.as_str())];
                ("POST", query(upload_id), headers)
            }
            UploadStep::Abort(upload_id) => ("DELETE", query(upload_id), vec![]),
        };
        let url = format!("{}/{}?{parameters}", self.bucket_url, object_key::original(picture.key));
        let validity = if *step == UploadStep::Create { CREATE_VALIDITY } else { UPLOAD_VALIDITY };
        self.presign_upload(method, url, &headers, validity)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::PART_BYTES;

    #[test]
    fn encodes_an_upload_id() {
        let query = |text: &str| query(&UploadId::parse(text).unwrap());
        let plain = "VXBsb2FkIElE.7_c-8~9";
        assert_eq!(query(plain), format!("uploadId={plain}"));
        assert_eq!(query("a+b/c=="), "uploadId=a%2Bb%2Fc%3D%3D");
    }

    #[test]
    fn only_a_part_has_following_steps() {
        let upload_id = UploadId::parse("u-1").unwrap();
        let part = |number| UploadStep::Part { upload_id: upload_id.clone(), number };
        let complete = UploadStep::Complete(upload_id.clone());
        let bytes = 2 * PART_BYTES + 1;
        assert_eq!(part(1).following(bytes), [part(2), part(3), complete.clone()]);
        assert_eq!(part(3).following(bytes), std::slice::from_ref(&complete));
        for step in [UploadStep::Create, UploadStep::List(upload_id.clone()), complete] {
            assert_eq!(step.following(bytes), []);
        }
    }
}
