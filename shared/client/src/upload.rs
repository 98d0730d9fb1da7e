//! Uploading a picture: register it, then send its bytes.

use std::io;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::stream;
use reqwest::{Body, Method};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{ClientError, Session};
use domain::{PresignedRequest, Visibility};

/// How much is sent between two reports of progress (bytes).
const STEP: usize = 64 * 1024;

/// What is said of a picture when it is registered.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NewPicture {
    /// The MIME type that the file claims to be.
    pub content_type: String,
    /// The owner's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caption: Option<String>,
    /// Who may see it.
    pub visibility: Visibility,
}

#[derive(Debug, Deserialize)]
struct Registered {
    picture: Value,
    upload: PresignedRequest,
}

impl Session {
    /// Registers a picture and sends its bytes; `progress` is told the bytes sent so far and the bytes in all. Gives the
    /// `picture` as registered; it is `ready` a moment later.
    ///
    /// # Errors
    /// [`ClientError`].
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

    /// Sends the bytes of a registered picture with exactly the headers that were signed.
    ///
    /// # Errors
    /// [`ClientError::Upload`] where the store does not take them.
    pub async fn send_bytes(
        &self,
        upload: &PresignedRequest,
        bytes: Bytes,
        progress: impl Fn(usize, usize) + Send + Sync + 'static,
    ) -> Result<(), ClientError> {
        let method = Method::from_bytes(upload.method.as_bytes()).map_err(ClientError::transport)?;
        let mut request = self.app.http.request(method, &upload.url).body(watched(bytes, Arc::new(progress)));
        for (name, value) in &upload.headers {
            request = request.header(name, value);
        }
        let status = request.send().await.map_err(ClientError::transport)?.status();
        if status.is_success() { Ok(()) } else { Err(ClientError::Upload(status.as_u16())) }
    }
}

/// A body that tells how far it was sent.
fn watched(bytes: Bytes, progress: Arc<impl Fn(usize, usize) + Send + Sync + 'static>) -> Body {
    let total = bytes.len();
    let steps = stream::unfold((bytes, 0), move |(mut rest, sent)| {
        let progress = Arc::clone(&progress);
        async move {
            if rest.is_empty() {
                return None;
            }
            let step = rest.split_to(rest.len().min(STEP));
            let sent = sent + step.len();
            progress(sent, total);
            Some((Ok::<_, io::Error>(step), (rest, sent)))
        }
    });
    Body::wrap_stream(steps)
}
