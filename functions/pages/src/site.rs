//! The addresses of the site.

use std::fmt::Display;

use domain::{AlbumId, Handle, PictureId, PictureKey, RenditionSize, UserId};

/// The root URL of the site, without a trailing slash. Empty if the event has no stage variable
/// `site`: URLs are then relative.
#[derive(Clone, Debug)]
pub struct Site(String);

impl Site {
    pub fn new(url: Option<&str>) -> Self {
        Self(url.unwrap_or_default().trim_end_matches('/').to_owned())
    }

    /// Returns the URL of a path that begins with a slash.
    pub fn url(&self, path: impl Display) -> String {
        format!("{}{path}", self.0)
    }

    /// Returns the path of a URL of the site, or `None` for other URLs.
    pub fn path_of<'a>(&self, url: &'a str) -> Option<&'a str> {
        url.strip_prefix(&self.0).filter(|path| path.starts_with('/'))
    }

    pub fn is_https(&self) -> bool {
        self.0.starts_with("https://")
    }
}

pub fn profile_path(handle: &Handle) -> String {
    format!("/@{}", handle.as_str())
}

pub fn picture_path(handle: &Handle, picture: PictureId) -> String {
    format!("/@{}/{picture}", handle.as_str())
}

pub fn album_path(album: AlbumId) -> String {
    format!("/albums/{album}")
}

/// Returns the path of an image. It never changes.
pub fn image_path(key: PictureKey, size: RenditionSize) -> String {
    let size = match size {
        RenditionSize::Small => "small",
        RenditionSize::Large => "large",
    };
    format!("/i/{key}/{size}")
}

/// Returns the path of a picture in the web app.
pub fn app_picture_path(key: PictureKey) -> String {
    format!("/p/{key}")
}

/// Returns the path of a member in the web app. It contains the handle instead of the id, so that a
/// page with status 404 does not reveal whether the handle exists.
pub fn app_handle_path(handle: &Handle) -> String {
    format!("/people/@{}", handle.as_str())
}

/// Returns the path of a picture in the web app, with the handle as in [`app_handle_path`].
pub fn app_picture_path_with_handle(handle: &Handle, picture: PictureId) -> String {
    format!("/p/@{}/{picture}", handle.as_str())
}

/// Returns the path of a member in the web app.
pub fn app_profile_path(id: UserId) -> String {
    format!("/people/{id}")
}

/// Returns the path of an album in the web app.
pub fn app_album_path(album: AlbumId) -> String {
    format!("/a/{album}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_urls_of_the_site_have_a_path() {
        let site = Site::new(Some("https://a.example/"));
        assert_eq!(site.path_of("https://a.example/@ada"), Some("/@ada"));
        for url in ["https://a.example.org/@ada", "https://a.example", "http://a.example/@ada", "/@ada", ""] {
            assert_eq!(site.path_of(url), None, "{url}");
        }
        assert_eq!(site.url("/explore"), "https://a.example/explore");
    }
}
