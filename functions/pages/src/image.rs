//! Images whose addresses never change: `/i/OWNERID/PICTUREID/small` and `…/large`.

use domain::{PictureKey, RenditionSize};
use lambda::http::{ApiError, Caching, Reply};

use crate::{Call, texts};

/// Redirects to the presigned URL of a rendition if everyone can view the picture. The URL is valid
/// for at least nine minutes longer than caches keep the reply.
pub async fn read(call: &Call<'_>, key: PictureKey, size: RenditionSize) -> Result<Reply, ApiError> {
    if call.context.access.read_visible(None, key).await?.is_none() {
        return Ok(not_found());
    }
    let url = call.presigner.rendition_url(key, size)?;
    Ok(Reply::redirect(302, url).with_caching(Caching::Minute))
}

/// Returns the reply for an image that is not public: no HTML page, because the headers of these
/// addresses allow no style sheet.
pub fn not_found() -> Reply {
    Reply::plain_text(404, texts::IMAGE_NOT_FOUND).with_caching(Caching::Never)
}
