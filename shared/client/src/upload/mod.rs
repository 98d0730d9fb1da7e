//! Uploads of pictures.

mod multipart;

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream;
use reqwest::header::ETAG;
use reqwest::{Body, Method};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use super::{ClientError, Session};
use domain::{PictureId, PictureKey, PresignedRequest, Sha256, Visibility};

pub use multipart::{MultipartUpload, UploadedPart};

/// The number of bytes between two calls of `progress`.
const CHUNK_BYTES: usize = 64 * 1024;
/// The time without progress after which a connection to S3 counts as lost.
const STALL_TIMEOUT: Duration = Duration::from_secs(60);

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

/// A registered picture.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Registered {
    /// The `picture`, which awaits its upload.
    pub picture: Value,
    /// The request that uploads the whole file.
    pub upload: PresignedRequest,
    /// The request for [`MultipartUpload::create_presigned`], for a file of several parts.
    pub create_upload: Option<PresignedRequest>,
}

/// A reply of S3 with status 2xx.
struct S3Reply {
    text: String,
    etag: Option<String>,
}

impl Session {
    /// Registers a picture, uploads its bytes and returns the `picture` as registered, before it is
    /// processed. Calls `progress` with the number of bytes sent so far and the total.
    ///
    /// # Errors
    /// Returns the errors of [`Session::register`] and [`Session::send_bytes`].
    pub async fn upload(
        &self,
        new: &NewPicture,
        bytes: Bytes,
        progress: impl Fn(usize, usize) + Send + Sync + 'static,
    ) -> Result<Value, ClientError> {
        let registered = self.register(new, bytes.len() as u64).await?;
        self.send_bytes(&registered.upload, bytes, progress).await?;
        Ok(registered.picture)
    }

    /// Registers a picture of `bytes` bytes.
    ///
    /// # Errors
    /// Returns the errors of [`Session::call`], and [`ClientError::Rejected`] if the API rejects
    /// the registration.
    pub async fn register(&self, new: &NewPicture, bytes: u64) -> Result<Registered, ClientError> {
        let mut registration = serde_json::to_value(new).map_err(ClientError::transport)?;
        registration["bytes"] = bytes.into();
        self.post("/pictures", &registration).await
    }

    /// Returns the pictures of the member that have one of these originals, at most 500. A picture
    /// is found some seconds after its upload.
    ///
    /// # Errors
    /// Returns the errors of [`Session::call`], and [`ClientError::Rejected`] if the API rejects
    /// the call.
    pub async fn known_pictures(
        &self,
        hashes: &[&Sha256],
    ) -> Result<BTreeMap<Sha256, PictureId>, ClientError> {
        #[derive(Deserialize)]
        struct Known {
            items: Vec<KnownPicture>,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct KnownPicture {
            sha256: Sha256,
            picture_id: PictureId,
        }
        let known: Known = self.post("/pictures/known", &json!({ "sha256": hashes })).await?;
        Ok(known.items.into_iter().map(|picture| (picture.sha256, picture.picture_id)).collect())
    }

    /// Uploads the bytes of a registered picture, with the signed headers.
    ///
    /// # Errors
    /// Returns [`ClientError::Upload`] if S3 rejects the upload, with status 412 if the picture was
    /// uploaded before. Returns [`ClientError::Transport`] also if the connection makes no progress
    /// for a minute.
    pub async fn send_bytes(
        &self,
        upload: &PresignedRequest,
        bytes: Bytes,
        progress: impl Fn(usize, usize) + Send + Sync + 'static,
    ) -> Result<(), ClientError> {
        self.send_presigned(upload, bytes, progress).await.map(drop)
    }

    async fn send_presigned(
        &self,
        presigned: &PresignedRequest,
        bytes: Bytes,
        progress: impl Fn(usize, usize) + Send + Sync + 'static,
    ) -> Result<S3Reply, ClientError> {
        let method = Method::from_bytes(presigned.method.as_bytes()).map_err(ClientError::transport)?;
        let mut request = self.app.http.request(method, &presigned.url);
        for (name, value) in &presigned.headers {
            request = request.header(name, value);
        }
        let (report, reports) = watch::channel(());
        if !bytes.is_empty() {
            let progress = move |sent, total| {
                progress(sent, total);
                report.send_replace(());
            };
            request = request.body(body_with_progress(bytes, Arc::new(progress)));
        }
        let reply = async {
            let response = request.send().await?;
            let etag = response.headers().get(ETAG).and_then(|etag| etag.to_str().ok()).map(unquote);
            let (status, text) = (response.status(), response.text().await?);
            Ok::<_, reqwest::Error>((status, S3Reply { text, etag }))
        };
        tokio::select! {
            reply = reply => match reply.map_err(ClientError::transport)? {
                (status, reply) if status.is_success() => Ok(reply),
                (status, _) => Err(ClientError::Upload(status.as_u16())),
            },
            () = until_stalled(reports) => Err(ClientError::transport("the connection makes no progress")),
        }
    }
}

impl Registered {
    /// Returns the key of the picture.
    ///
    /// # Errors
    /// Returns [`ClientError::Transport`] if the `picture` has no valid ids.
    pub fn key(&self) -> Result<PictureKey, ClientError> {
        #[derive(Deserialize)]
        struct Keys {
            id: PictureId,
            owner: Owner,
        }
        #[derive(Deserialize)]
        struct Owner {
            id: domain::UserId,
        }
        let keys = Keys::deserialize(&self.picture).map_err(ClientError::transport)?;
        Ok(PictureKey { owner_id: keys.owner.id, picture_id: keys.id })
    }
}

/// Waits until nothing was reported for [`STALL_TIMEOUT`].
async fn until_stalled(mut reports: watch::Receiver<()>) {
    loop {
        match timeout(STALL_TIMEOUT, reports.changed()).await {
            Ok(Ok(())) => {}
            // All bytes are sent. S3 now has as much time for its reply.
            Ok(Err(_)) => return sleep(STALL_TIMEOUT).await,
            Err(_) => return,
        }
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

/// Removes the quotation marks of an ETag.
fn unquote(etag: &str) -> String {
    etag.trim_matches('"').to_owned()
}
