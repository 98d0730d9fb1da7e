//! Serves the public pages of the site.
//!
//! | | |
//! |---|---|
//! | triggered by anyone | `GET /pages/…`, which the distribution serves as `SITE/…`: |
//! | | `/explore`, `/@HANDLE`, `/@HANDLE/PICTUREID`, `/albums/ALBUMID`: HTML |
//! | | `/feed.xml`, `/@HANDLE/feed.xml`, `/albums/ALBUMID/feed.xml`: Atom |
//! | | `/oembed`, `/sitemap.xml`, `/robots.txt` |
//! | | `/i/OWNERID/PICTUREID/small` and `…/large`: images |
//! | | `/s/TOKEN`, `/s/TOKEN/OWNERID/PICTUREID`: the pages of a share link |
//! | reads | Feeds, Pictures, Albums, Users, Comments, Links, Secrets |
//! | writes | Links: the visits of a link |
//! | emits | nothing |
//!
//! Anyone can view everything but the pages of share links, so caches can store it for a minute.

mod album;
mod atom;
mod context;
mod explore;
mod image;
mod layout;
mod link;
mod oembed;
mod picture;
mod profile;
mod site;
mod sitemap;
mod texts;

use domain::{AlbumId, Handle, PictureId, PictureKey, RenditionSize};
use lambda::http::{ApiError, Caching, Reply, Request, error_chain};
use store::UrlPresigner;

pub use context::{Context, Settings};

use site::Site;

/// Handles a request for a page. The reply to a request that fails is a page, too.
///
/// # Errors
/// Returns an error if the page that describes an error cannot be rendered.
pub async fn handle(context: &Context, request: Request) -> Result<Reply, ApiError> {
    let call = Call::new(context, &request);
    match call.route().await {
        Ok(reply) => Ok(reply),
        Err(error) => {
            if let ApiError::Internal(cause) = &error {
                tracing::error!(error = %error_chain(cause.as_ref()), "the call failed");
            }
            layout::error_page(&context.settings, &error)
        }
    }
}

/// A request for a page, and the clients that the reply needs.
struct Call<'a> {
    context: &'a Context,
    request: &'a Request,
    site: Site,
    presigner: UrlPresigner,
}

impl<'a> Call<'a> {
    fn new(context: &'a Context, request: &'a Request) -> Self {
        let presigner = context.presigner.for_site(request.site());
        Self { context, request, site: Site::new(request.site()), presigner }
    }

    async fn route(&self) -> Result<Reply, ApiError> {
        let settings = &self.context.settings;
        let path = self.request.method_and_path().1;
        let path = path.strip_prefix("/pages").unwrap_or_default();
        let is_page_path = |path: &&str| !path.is_empty() && !path.ends_with('/') && !path.contains("//");
        if let Some(path) = path.strip_suffix('/').filter(is_page_path) {
            // A cursor is valid for one path only: the one without the trailing slash.
            return Ok(self.redirect(path));
        }
        let segments: Vec<_> = path.strip_prefix('/').unwrap_or_default().split('/').collect();
        match segments[..] {
            ["robots.txt"] => Ok(sitemap::robots(self)),
            ["s", token] => link::read(self, token).await,
            ["s", token, owner, picture] => match parse_key(owner, picture) {
                Some(key) => link::read_picture(self, token, key).await,
                None => layout::link_not_found_page(settings),
            },
            _ if !settings.has_public_pages => layout::not_found_page(settings, "/".into()),
            ["explore"] => explore::read(self).await,
            ["feed.xml"] => atom::read_public(self).await,
            ["oembed"] => oembed::read(self).await,
            ["sitemap.xml"] => sitemap::read(self).await,
            ["albums", album] => match album.parse() {
                Ok(album) => album::read(self, album).await,
                Err(_) => layout::not_found_page(settings, "/".into()),
            },
            ["albums", album, "feed.xml"] => match album.parse::<AlbumId>() {
                Ok(album) => atom::read_album(self, album).await,
                Err(_) => layout::not_found_page(settings, "/".into()),
            },
            ["i", owner, picture, size] => match (parse_key(owner, picture), parse_size(size)) {
                (Some(key), Some(size)) => image::read(self, key, size).await,
                _ => Ok(image::not_found()),
            },
            [member, ref rest @ ..] => match member.strip_prefix('@').map(str::parse::<Handle>) {
                Some(Ok(handle)) => self.route_member(&handle, rest).await,
                _ => layout::not_found_page(settings, "/".into()),
            },
            [] => layout::not_found_page(settings, "/".into()),
        }
    }

    async fn route_member(&self, handle: &Handle, rest: &[&str]) -> Result<Reply, ApiError> {
        match rest {
            [] => profile::read(self, handle).await,
            ["feed.xml"] => atom::read_profile(self, handle).await,
            [picture] if let Ok(picture) = picture.parse::<PictureId>() => {
                picture::read(self, handle, picture).await
            }
            _ => layout::not_found_page(&self.context.settings, "/".into()),
        }
    }

    /// Returns `true` if the requested path contains this handle in its canonical spelling.
    fn is_canonical(&self, handle: &Handle) -> bool {
        let path = self.request.method_and_path().1;
        path.strip_prefix("/pages/@").and_then(|path| path.split('/').next()) == Some(handle.as_str())
    }

    /// Redirects to the canonical path of a page, for example after its owner changed the handle.
    fn redirect(&self, path: &str) -> Reply {
        let caching = if path.starts_with("/s/") { Caching::Never } else { Caching::Minute };
        Reply::redirect(301, self.site.url(path)).with_caching(caching)
    }
}

fn parse_key(owner: &str, picture: &str) -> Option<PictureKey> {
    Some(PictureKey { owner_id: owner.parse().ok()?, picture_id: picture.parse().ok()? })
}

fn parse_size(size: &str) -> Option<RenditionSize> {
    match size {
        "small" => Some(RenditionSize::Small),
        "large" => Some(RenditionSize::Large),
        _ => None,
    }
}
