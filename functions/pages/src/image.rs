//! Images whose addresses never change: `/i/OWNERID/PICTUREID/small` and `…/large`.

use domain::{PictureKey, RenditionSize};
use lambda::http::{ApiError, Caching, Reply};

use crate::Call;
use crate::layout::not_found_page;
use crate::site::app_picture_path;

/// Redirects to the presigned URL of a rendition if everyone can view the picture. The URL is valid
/// for at least nine minutes longer than caches keep the reply.
pub async fn read(call: &Call<'_>, key: PictureKey, size: RenditionSize) -> Result<Reply, ApiError> {
    if call.context.access.read_visible(None, key).await?.is_none() {
        return not_found_page(&call.context.settings, app_picture_path(key));
    }
    let url = call.presigner.rendition_url(key, size)?;
    Ok(Reply::redirect(302, url).with_caching(Caching::Minute))
}
