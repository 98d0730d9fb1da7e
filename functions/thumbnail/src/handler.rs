//! From an uploaded picture to its renditions.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures_util::future::try_join;
use shared::Error;
use shared::model::{ContentType, PictureKey, Rendered, Rendition as Row, RenditionSize, Renditions as Rows};
use shared::store::{Change, Media, Pictures, Written};

use renditions::{Format, Refusal, Rendition, Renditions};
use std::time::Duration;

// What can be uploaded can be rendered: the core knows nothing of uploads, and has the limit for itself.
const _: () = assert!(renditions::limits::MAX_BYTES == shared::model::MOST_BYTES);

/// How long a picture may take to render: many times what the slowest within the core's limits does, and well inside the
/// function's own time (60 s in `template.yaml`), reading and storing included.
const MOST_TIME: Duration = Duration::from_secs(30);

/// What this function works with.
#[derive(Debug)]
pub struct Stores {
    /// Read and written.
    pub pictures: Pictures,
    /// Originals in, renditions out.
    pub media: Media,
}

/// Makes a picture's renditions, or writes down why it has none. Doing so twice is harmless.
///
/// # Errors
/// The infrastructure's: to be tried again. A bad picture is not an error.
pub async fn handle(stores: &Stores, key: PictureKey) -> Result<(), Error> {
    let Some(picture) = stores.pictures.get(key).await? else {
        return forget(stores, key).await;
    };
    if picture.renditions.is_some() {
        tracing::info!("rendered before");
        return Ok(());
    }
    let bytes = match stores.media.original(key).await {
        Ok(bytes) => bytes,
        Err(error) => return gone_or(stores, key, error).await,
    };
    let change = match within(MOST_TIME, move || renditions::render(&bytes)).await? {
        Ok(renditions) => store(stores, key, renditions).await?,
        Err(refusal) => refuse(&refusal)?,
    };
    match stores.pictures.change(key, change).await? {
        Written::Picture(_) => Ok(()),
        Written::Gone => forget(stores, key).await,
    }
}

/// Works off the async thread, and waits no longer than `most`. A decoder cannot be stopped, but its picture fails with a
/// reason, and not the function without one.
async fn within<T: Send + 'static>(
    most: Duration,
    work: impl FnOnce() -> Result<T, Refusal> + Send + 'static,
) -> Result<Result<T, Refusal>, Error> {
    match tokio::time::timeout(most, tokio::task::spawn_blocking(work)).await {
        Ok(done) => Ok(done?),
        Err(_) => Ok(Err(Refusal::TooSlow { seconds: most.as_secs() })),
    }
}

async fn store(stores: &Stores, key: PictureKey, renditions: Renditions) -> Result<Change, Error> {
    let Renditions { width, height, format, thumbhash, small, large } = renditions;
    let rows = Rows { small: row(&small), large: row(&large) };
    let put = |size, rendition: Rendition| {
        stores.media.put_rendition(key, size, rendition.content_type, rendition.bytes.into())
    };
    try_join(put(RenditionSize::Small, small), put(RenditionSize::Large, large)).await?;
    tracing::info!(width, height, "rendered");
    let thumbhash = STANDARD.encode(thumbhash);
    let rendered =
        Rendered { width, height, content_type: content_type(format), thumbhash, renditions: rows };
    Change::default().set_all(&rendered)?.set_or_remove("failure", None::<&String>)
}

/// The core's types are the application's: whoever adds one there is told here by the compiler.
fn content_type(format: Format) -> ContentType {
    match format {
        Format::Jpeg => ContentType::Jpeg,
        Format::Png => ContentType::Png,
        Format::WebP => ContentType::Webp,
        Format::Gif => ContentType::Gif,
        Format::Avif => ContentType::Avif,
        Format::Heic => ContentType::Heic,
    }
}

fn row(rendition: &Rendition) -> Row {
    Row { width: rendition.width, height: rendition.height, bytes: rendition.bytes.len() as u64 }
}

fn refuse(refusal: &Refusal) -> Result<Change, Error> {
    tracing::info!(reason = %refusal, "refused");
    Change::default().set_or_remove("failure", Some(&refusal.to_string()))
}

/// The record is gone: so are its objects, those that were written just now too.
async fn forget(stores: &Stores, key: PictureKey) -> Result<(), Error> {
    tracing::info!("the picture was deleted; its objects go too");
    stores.media.delete(key).await
}

/// An original that cannot be read because its picture was deleted is no error.
async fn gone_or(stores: &Stores, key: PictureKey, error: Error) -> Result<(), Error> {
    match stores.pictures.get(key).await? {
        None => forget(stores, key).await,
        Some(_) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_takes_too_long_is_refused_and_not_waited_for() {
        let (stop, stopped) = std::sync::mpsc::channel::<()>();
        let slow = within(Duration::from_millis(20), move || Ok(stopped.recv().is_ok())).await;
        assert!(matches!(slow, Ok(Err(Refusal::TooSlow { .. }))));
        drop(stop);
    }

    #[tokio::test]
    async fn what_is_done_in_time_is_taken() {
        let done = within(Duration::from_secs(60), || Ok(7)).await;
        assert!(matches!(done, Ok(Ok(7))));
    }
}
