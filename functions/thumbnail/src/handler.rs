//! From an uploaded picture to its renditions, and to the hash by which its owner finds it again.

use domain::{PictureKey, RenditionSize, Sha256};
use futures_util::future::try_join;
use lambda::Error;
use store::AttributeUpdate;

use crate::context::Context;
use crate::worker::{File, Made, Refused, Renderer};

// What can be uploaded can be rendered: the core knows nothing of uploads, and has the limit for itself.
const _: () = assert!(renditions::limits::MAX_BYTES == domain::MAX_ORIGINAL_BYTES);

/// Makes a picture's renditions, or writes down why it has none. Doing so twice is harmless.
///
/// # Errors
/// The infrastructure's: to be tried again. A bad picture is not an error.
pub async fn handle(context: &Context, renderer: &Renderer, key: PictureKey) -> Result<(), Error> {
    let Some(picture) = context.pictures.get(key).await? else {
        return forget(context, key).await;
    };
    if picture.renditions.is_some() {
        tracing::info!("rendered before");
        return Ok(());
    }
    let bytes = match context.media.read_original(key).await {
        Ok(bytes) => bytes,
        Err(error) => return gone_or(context, key, error).await,
    };
    let change = match renderer.render(bytes.clone()).await? {
        Ok(made) => store(context, key, made).await?.set_or_remove("sha256", Some(&Sha256::of(&bytes)))?,
        Err(refused) => refuse(&refused)?,
    };
    match context.pictures.update(key, change).await? {
        Some(_) => Ok(()),
        None => forget(context, key).await,
    }
}

async fn store(context: &Context, key: PictureKey, made: Made) -> Result<AttributeUpdate, Error> {
    let Made { rendered, small, large } = made;
    let put = |size, File { content_type, bytes }| {
        context.media.put_rendition(key, size, content_type.as_str(), bytes)
    };
    try_join(put(RenditionSize::Small, small), put(RenditionSize::Large, large)).await?;
    tracing::info!(width = rendered.width, height = rendered.height, "rendered");
    AttributeUpdate::default().set_fields(&rendered)?.set_or_remove("failure", None::<&String>)
}

fn refuse(refused: &Refused) -> Result<AttributeUpdate, Error> {
    tracing::info!(reason = refused.reason, "refused");
    AttributeUpdate::default().set_or_remove("failure", Some(&refused.sentence))
}

/// The record is gone: so are its objects, those that were written just now too.
async fn forget(context: &Context, key: PictureKey) -> Result<(), Error> {
    tracing::info!("the picture was deleted; its objects go too");
    context.media.delete(key).await
}

/// An original that cannot be read because its picture was deleted is no error.
async fn gone_or(context: &Context, key: PictureKey, error: Error) -> Result<(), Error> {
    match context.pictures.get(key).await? {
        None => forget(context, key).await,
        Some(_) => Err(error),
    }
}
