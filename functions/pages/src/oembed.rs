//! The [oEmbed](https://oembed.com) response for a picture, for sites that embed it:
//! `/oembed?url=`.

use domain::{Handle, Picture, PictureId, PictureKey, Rendition, RenditionSize};
use lambda::http::{ApiError, Caching, Reply};
use serde_json::{Value, json};

use crate::Call;
use crate::layout::{not_found_page, owner_with_page};
use crate::site::{image_path, profile_path};

/// The seconds for which a consumer can cache the response. A picture can become private at any
/// time.
const CACHE_AGE: u32 = 60;

pub async fn read(call: &Call<'_>) -> Result<Reply, ApiError> {
    let context = call.context;
    let request = call.request;
    if !matches!(request.query("format"), None | Some("json")) {
        let reply = Reply::plain_text(501, "This address only supports format=json.");
        return Ok(reply.with_caching(Caching::Never));
    }
    let max_width = parse_size(request.query("maxwidth"))?;
    let max_height = parse_size(request.query("maxheight"))?;
    let path = request.query("url").and_then(|url| call.site.path_of(url));
    let Some((handle, picture_id)) = path.and_then(parse_picture_path) else {
        return not_found_page(&context.settings, "/".into());
    };
    let Some(user) = context.users.find_by_recent_handle(&handle).await? else {
        return not_found_page(&context.settings, "/".into());
    };
    let key = PictureKey { owner_id: user.id, picture_id };
    let visible = context.access.read_visible(None, key).await?;
    let response = visible.and_then(|visible| {
        let picture = &visible.picture;
        let mut response = build_response(call, picture, max_width, max_height)?;
        match &picture.guest {
            Some(guest) => response["author_name"] = guest.name.as_str().into(),
            None => {
                response["author_name"] = user.full_name().into();
                if let Some(user) = owner_with_page(&visible, Some(&user)) {
                    response["author_url"] = call.site.url(profile_path(&user.handle)).into();
                }
            }
        }
        if let Some(caption) = &picture.caption {
            response["title"] = caption.as_str().into();
        }
        Some(response)
    });
    match response {
        None => not_found_page(&context.settings, "/".into()),
        Some(json) => {
            Ok(Reply::text(200, "application/json", json.to_string()).with_caching(Caching::Minute))
        }
    }
}

/// Builds the response for the large rendition if it fits, or else for the small one, scaled down
/// if necessary.
fn build_response(call: &Call<'_>, picture: &Picture, max_width: u32, max_height: u32) -> Option<Value> {
    let renditions = picture.renditions.as_ref()?;
    let fits = |rendition: &Rendition| rendition.width <= max_width && rendition.height <= max_height;
    let url = |size| call.site.url(image_path(picture.key, size));
    let (size, rendition) = match fits(&renditions.large) {
        true => (RenditionSize::Large, &renditions.large),
        false => (RenditionSize::Small, &renditions.small),
    };
    let (width, height) = scale_down(rendition, max_width, max_height);
    let mut response = json!({
        "version": "1.0",
        "type": "photo",
        "url": url(size),
        "width": width,
        "height": height,
        "provider_name": call.context.settings.title,
        "provider_url": call.site.url("/explore"),
        "cache_age": CACHE_AGE,
    });
    // The maximum size also applies to the thumbnail.
    if fits(&renditions.small) {
        response["thumbnail_url"] = url(RenditionSize::Small).into();
        response["thumbnail_width"] = renditions.small.width.into();
        response["thumbnail_height"] = renditions.small.height.into();
    }
    Some(response)
}

fn scale_down(rendition: &Rendition, max_width: u32, max_height: u32) -> (u32, u32) {
    let (width, height) = (f64::from(rendition.width), f64::from(rendition.height));
    let scale = (f64::from(max_width) / width).min(f64::from(max_height) / height).min(1.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most the original size")]
    let scaled = |length: f64| ((length * scale) as u32).max(1);
    (scaled(width), scaled(height))
}

/// Parses `maxwidth` or `maxheight`, in pixels.
fn parse_size(text: Option<&str>) -> Result<u32, ApiError> {
    match text {
        None => Ok(u32::MAX),
        Some(text) => match text.parse() {
            Ok(size) if size > 0 => Ok(size),
            _ => Err(ApiError::Invalid("maxwidth and maxheight must be numbers of pixels".into())),
        },
    }
}

/// Parses the path of the page of a picture: `/@HANDLE/PICTUREID`.
fn parse_picture_path(path: &str) -> Option<(Handle, PictureId)> {
    let path = path.split(['?', '#']).next()?.trim_end_matches('/');
    let (handle, picture) = path.strip_prefix("/@")?.split_once('/')?;
    Some((handle.parse().ok()?, picture.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_of_pictures_can_be_embedded() {
        let id = "019a1234-5678-7abc-8def-0123456789ab";
        for path in [format!("/@ada/{id}"), format!("/@Ada/{id}/"), format!("/@ada/{id}?a=b#c")] {
            assert!(parse_picture_path(&path).is_some(), "{path}");
        }
        for path in ["/@ada", "/@ada/x", "/explore", "/@a/019a1234-5678-7abc-8def-0123456789ab", "/"] {
            assert!(parse_picture_path(path).is_none(), "{path}");
        }
    }

    #[test]
    fn a_size_never_exceeds_the_maximum() {
        let rendition = Rendition { width: 320, height: 213, bytes: 1 };
        assert_eq!(scale_down(&rendition, u32::MAX, u32::MAX), (320, 213));
        assert_eq!(scale_down(&rendition, 160, u32::MAX), (160, 106));
        assert_eq!(scale_down(&rendition, u32::MAX, 1), (1, 1));
        let thin = Rendition { width: 320, height: 1, bytes: 1 };
        assert_eq!(scale_down(&thin, 10, 10), (10, 1));
    }
}
