//! Uploads in parts: S3's multipart upload, of which the API presigns each request.

use bytes::Bytes;
use quick_xml::events::Event;
use quick_xml::reader::Reader;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{S3Reply, Session};
use crate::ClientError;
use domain::{PictureKey, PresignedRequest, UploadId};

/// A multipart upload of a registered picture.
#[derive(Debug)]
pub struct MultipartUpload<'a> {
    session: &'a Session,
    picture: PictureKey,
    id: UploadId,
}

/// A part that S3 has stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UploadedPart {
    /// The number of the part, from 1.
    pub number: u64,
    /// The tag with which S3 identifies the bytes, without quotation marks.
    pub etag: String,
}

impl<'a> MultipartUpload<'a> {
    /// Creates a multipart upload. It replaces an earlier one, whose parts are useless then.
    ///
    /// # Errors
    /// Returns the errors of [`Session::call`] and [`Session::send_bytes`], and
    /// [`ClientError::Rejected`] if the picture does not exist (404), was uploaded (409), or if a
    /// quota is used up (429).
    pub async fn create(session: &'a Session, picture: PictureKey) -> Result<Self, ClientError> {
        let presigned: PresignedRequest = presign(session, picture, &json!({ "step": "create" })).await?;
        Self::create_presigned(session, picture, &presigned).await
    }

    /// Creates the first multipart upload of a picture with [`Registered::create_upload`], which is
    /// valid for one minute.
    ///
    /// # Errors
    /// Returns the errors of [`Session::send_bytes`].
    ///
    /// [`Registered::create_upload`]: super::Registered::create_upload
    pub async fn create_presigned(
        session: &'a Session,
        picture: PictureKey,
        presigned: &PresignedRequest,
    ) -> Result<Self, ClientError> {
        let reply = session.send_presigned(presigned, Bytes::new(), |_, _| ()).await?;
        let id = texts_of(&reply.text, "UploadId").pop().as_deref().and_then(UploadId::parse);
        let id = id.ok_or_else(|| ClientError::transport("S3 replied without an upload id"))?;
        Ok(Self { session, picture, id })
    }

    /// Continues a multipart upload that was created before. Sends no request.
    #[must_use]
    pub fn resume(session: &'a Session, picture: PictureKey, id: UploadId) -> Self {
        Self { session, picture, id }
    }

    /// Returns the id with which [`MultipartUpload::resume`] continues the upload.
    #[must_use]
    pub fn id(&self) -> &UploadId {
        &self.id
    }

    /// Returns the parts that S3 has stored.
    ///
    /// # Errors
    /// Returns the errors of [`Session::call`] and [`Session::send_bytes`], with status 404 if the
    /// upload was completed or aborted.
    pub async fn parts(&self) -> Result<Vec<UploadedPart>, ClientError> {
        let presigned: PresignedRequest = self.presign(json!({ "step": "list" })).await?;
        let reply = self.session.send_presigned(&presigned, Bytes::new(), |_, _| ()).await?;
        let numbers = texts_of(&reply.text, "PartNumber").into_iter().map(|number| number.parse());
        let etags = texts_of(&reply.text, "ETag");
        let parts = numbers.zip(etags).map(|(number, etag)| Ok(UploadedPart { number: number?, etag }));
        parts.collect::<Result<_, std::num::ParseIntError>>().map_err(ClientError::transport)
    }

    /// Returns the request that sends part `number`, and the requests that follow it: those of the
    /// later parts, in order, and the completion. They are valid for 15 minutes.
    ///
    /// # Errors
    /// Returns the errors of [`Session::call`], and [`ClientError::Rejected`] if the picture does
    /// not exist (404), was uploaded or has another multipart upload (409).
    pub async fn presign_part(
        &self,
        number: u64,
    ) -> Result<(PresignedRequest, Vec<PresignedRequest>), ClientError> {
        #[derive(Deserialize)]
        struct Presigned {
            #[serde(flatten)]
            request: PresignedRequest,
            following: Vec<PresignedRequest>,
        }
        let Presigned { request, following } =
            self.presign(json!({ "step": "part", "number": number })).await?;
        Ok((request, following))
    }

    /// Returns the request that completes the upload, valid for 15 minutes.
    ///
    /// # Errors
    /// Returns the errors of [`MultipartUpload::presign_part`].
    pub async fn presign_completion(&self) -> Result<PresignedRequest, ClientError> {
        self.presign(json!({ "step": "complete" })).await
    }

    /// Sends a part. A repeated part replaces the earlier one.
    ///
    /// # Errors
    /// Returns the errors of [`Session::send_bytes`].
    pub async fn send_part(
        &self,
        presigned: &PresignedRequest,
        number: u64,
        bytes: Bytes,
        progress: impl Fn(usize, usize) + Send + Sync + 'static,
    ) -> Result<UploadedPart, ClientError> {
        let S3Reply { etag, .. } = self.session.send_presigned(presigned, bytes, progress).await?;
        let etag = etag.ok_or_else(|| ClientError::transport("S3 replied without an ETag"))?;
        Ok(UploadedPart { number, etag })
    }

    /// Completes the upload with all parts, in order.
    ///
    /// # Errors
    /// Returns [`ClientError::Upload`] with status 412 if the picture was uploaded before, 404 if
    /// the upload was completed or aborted, and 500 if S3 cannot join the parts now.
    pub async fn complete(
        &self,
        presigned: &PresignedRequest,
        parts: &[UploadedPart],
    ) -> Result<(), ClientError> {
        let part = |UploadedPart { number, etag }: &UploadedPart| {
            format!("<Part><PartNumber>{number}</PartNumber><ETag>{etag}</ETag></Part>")
        };
        let parts: String = parts.iter().map(part).collect();
        let body = format!("<CompleteMultipartUpload>{parts}</CompleteMultipartUpload>");
        let mut presigned = presigned.clone();
        presigned.headers.entry("content-type".into()).or_insert_with(|| "application/xml".into());
        presigned.headers.insert("content-length".into(), body.len().to_string());
        let reply = self.session.send_presigned(&presigned, body.into(), |_, _| ()).await?;
        // S3 sends the status before it joins the parts, so an error can follow in the body.
        if texts_of(&reply.text, "Code").is_empty() { Ok(()) } else { Err(ClientError::Upload(500)) }
    }

    async fn presign<T: DeserializeOwned>(&self, mut step: Value) -> Result<T, ClientError> {
        step["uploadId"] = self.id.as_str().into();
        presign(self.session, self.picture, &step).await
    }
}

async fn presign<T: DeserializeOwned>(
    session: &Session,
    picture: PictureKey,
    step: &Value,
) -> Result<T, ClientError> {
    session.post(&format!("/pictures/{picture}/upload"), step).await
}

/// Returns the texts of all elements called `name` in an XML reply, without entities. S3 writes the
/// quotation marks of an ETag as entities.
fn texts_of(xml: &str, name: &str) -> Vec<String> {
    let mut reader = Reader::from_str(xml);
    let (mut texts, mut is_inside) = (Vec::new(), false);
    loop {
        match reader.read_event() {
            Ok(Event::Start(element)) if element.local_name().as_ref() == name => {
                texts.push(String::new());
                is_inside = true;
            }
            Ok(Event::End(_)) => is_inside = false,
            Ok(Event::Text(text)) if is_inside => {
                texts.last_mut().into_iter().for_each(|last| last.push_str(text.trim_matches('"')));
            }
            // A reply that is not XML has no elements.
            Ok(Event::Eof) | Err(_) => return texts,
            Ok(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_parts_with_quoted_etags() {
        let xml = r#"<?xml version="1.0"?><ListPartsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
            <Part><PartNumber>1</PartNumber><ETag>&quot;a1&quot;</ETag><Size>5</Size></Part>
            <Part><PartNumber>2</PartNumber><ETag>&#34;b2&#34;</ETag></Part>
            <Part><PartNumber>3</PartNumber><ETag>"c3"</ETag></Part></ListPartsResult>"#;
        assert_eq!(texts_of(xml, "PartNumber"), ["1", "2", "3"]);
        assert_eq!(texts_of(xml, "ETag"), ["a1", "b2", "c3"]);
        assert!(texts_of(xml, "UploadId").is_empty());
    }

    #[test]
    fn a_reply_that_is_not_xml_has_no_elements() {
        for text in ["", "Service Unavailable", "<Unclosed", "<a></b>"] {
            assert!(texts_of(text, "UploadId").is_empty(), "{text}");
        }
    }
}
