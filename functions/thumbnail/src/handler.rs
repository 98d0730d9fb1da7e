//! From an uploaded picture to its renditions.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures_util::future::try_join;
use shared::Error;
use shared::model::{ContentType, PictureKey, Rendered, Rendition as Row, RenditionSize, Renditions as Rows};
use shared::store::{Change, Media, Pictures, Written};

use renditions::{Format, Refusal, Rendition, Renditions};

// What can be uploaded can be rendered: the core knows nothing of uploads, and has the limit for itself.
const _: () = assert!(renditions::limits::MAX_BYTES == shared::model::MOST_BYTES);

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
    // Off the async thread: this is all the work there is.
    let rendered = tokio::task::spawn_blocking(move || renditions::render(&bytes)).await?;
    let change = match rendered {
        Ok(renditions) => store(stores, key, renditions).await?,
        Err(refusal) => refuse(&refusal)?,
    };
    match stores.pictures.change(key, change).await? {
        Written::Picture(_) => Ok(()),
        Written::Gone => forget(stores, key).await,
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
