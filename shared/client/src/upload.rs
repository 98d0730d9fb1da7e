//! Uploads of pictures.

use std::io;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::stream;
use reqwest::{Body, Method};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{ClientError, Session};
use domain::{PresignedRequest, Visibility};

/// The number of bytes between two calls of `progress`.
const CHUNK_BYTES: usize = 64 * 1024;

/// The attributes of a picture to register. The client adds its length.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NewPicture {
    /// The declared MIME type.
    pub content_type: String,
    /// The owner's caption.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caption: Option<String>,
    /// The readers who can view the picture besides the owner.
    pub visibility: Visibility,
}

#[derive(Debug, Deserialize)]
struct Registered {
    picture: Value,
    upload: PresignedRequest,
}

impl Session {
    /// Registers a picture, uploads its bytes and returns the `picture` as registered, before it is
    /// processed. Calls `progress` with the number of bytes sent so far and the total.
    ///
    /// # Errors
    /// Returns the errors of [`Session::call`] and [`Session::send_bytes`], and
    /// [`ClientError::Rejected`] if the API rejects the registration.
    pub async fn upload(
        &self,
        new: &NewPicture,
        bytes: Bytes,
        progress: impl Fn(usize, usize) + Send + Sync + 'static,
    ) -> Result<Value, ClientError> {
        let mut registration = serde_json::to_value(new).map_err(ClientError::transport)?;
        registration["bytes"] = bytes.len().into();
        let answer = self.call(Method::POST, "/pictures", Some(&registration)).await?;
        let registered: Registered = serde_json::from_value(answer.ok()?).map_err(ClientError::transport)?;
        self.send_bytes(&registered.upload, bytes, progress).await?;
        Ok(registered.picture)
    }

    /// Uploads the bytes of a registered picture, with the signed headers.
    ///
    /// # Errors
    /// Returns [`ClientError::Upload`] if S3 rejects the upload.
    pub async fn send_bytes(
        &self,
        upload: &PresignedRequest,
        bytes: Bytes,
        progress: impl Fn(usize, usize) + Send + Sync + 'static,
    ) -> Result<(), ClientError> {
        let method = Method::from_bytes(upload.method.as_bytes()).map_err(ClientError::transport)?;
        let mut request =
            self.app.http.request(method, &upload.url).body(body_with_progress(bytes, Arc::new(progress)));
        for (name, value) in &upload.headers {
            request = request.header(name, value);
        }
        let status = request.send().await.map_err(ClientError::transport)?.status();
        if status.is_success() { Ok(()) } else { Err(ClientError::Upload(status.as_u16())) }
    }
}

/// Creates a body that calls `progress` for each chunk.
fn body_with_progress(bytes: Bytes, progress: Arc<impl Fn(usize, usize) + Send + Sync + 'static>) -> Body {
    let total = bytes.len();
    let chunks = stream::unfold((bytes, 0), move |(mut rest, sent)| {
        let progress = Arc::clone(&progress);
        async move {
            if rest.is_empty() {
                return None;
            }
            let chunk = rest.split_to(rest.len().min(CHUNK_BYTES));
            let sent = sent + chunk.len();
            progress(sent, total);
            Some((Ok::<_, io::Error>(chunk), (rest, sent)))
        }
    });
    Body::wrap_stream(chunks)
}
