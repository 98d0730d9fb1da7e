//! The pages of a share link: `/s/TOKEN` and `/s/TOKEN/OWNERID/PICTUREID`. No cache stores them.
//!
//! The form for the password has no script. The distribution redirects its `POST` to
//! `POST /shared/{token}/unlock` of the API, which receives the IP address of the visitor. The API
//! redirects to `/s/TOKEN` with the query `?session=` or `?error=`.

use std::collections::BTreeMap;

use askama::Template;
use aws_lambda_events::http::HeaderValue;
use aws_lambda_events::http::header::{RETRY_AFTER, SET_COOKIE};
use domain::access::can_download_original;
use domain::{Link, LinkRefusal, LinkToken, PictureKey, RenditionSize, User, UserId};
use jiff::Timestamp;
use lambda::http::{ApiError, Caching, Reply, error_chain};
use lambda::user_agent::is_bot;
use store::{AlbumOrder, AlbumPosition, LINK_SESSION_VALIDITY, LinkView, VisiblePicture};

use crate::layout::{
    Grid, Layout, PAGE_SIZE, PreviewImage, describe, first_line, full_name, link_not_found_page, read_owners,
    tiles, uncached_page,
};
use crate::picture::ShownPicture;
use crate::{Call, texts};

/// The name of the cookie with the link session.
const SESSION_COOKIE: &str = "link-session";

/// The page of a link to an album.
#[derive(Template)]
#[template(path = "shared-album.html")]
struct SharedAlbumPage {
    layout: Layout,
    description: Option<String>,
    owner: String,
    picture_count: String,
    can_upload: bool,
    grid: Grid,
}

/// The page of one picture: the picture of a link, or a picture of its album.
#[derive(Template)]
#[template(path = "shared-picture.html")]
struct SharedPicturePage {
    layout: Layout,
    shown: ShownPicture,
    owner: String,
    /// The presigned URL of the original, if the link allows downloads.
    original: Option<String>,
    /// The path of the page of the album, if the link shows one.
    album_path: Option<String>,
}

/// The page of a picture that a link does not show, or no longer.
#[derive(Template)]
#[template(path = "picture-not-in-link.html")]
struct PictureNotInLinkPage {
    layout: Layout,
    link_path: String,
}

/// The form for the password of a link.
#[derive(Template)]
#[template(path = "locked.html")]
struct LockedPage {
    layout: Layout,
    /// The reason why the API refused the last password.
    error: Option<&'static str>,
}

/// A request for a page of a share link.
struct LinkCall<'a> {
    call: &'a Call<'a>,
    token: LinkToken,
}

impl<'a> LinkCall<'a> {
    fn new(call: &'a Call<'a>, token: &str) -> Option<Self> {
        Some(Self { call, token: LinkToken::parse(token)? })
    }

    fn path(&self) -> String {
        format!("/s/{}", self.token.reveal())
    }

    fn app_path(&self) -> String {
        format!("/shared/{}", self.token.reveal())
    }

    async fn read(
        &self,
        session: Option<&str>,
        keys: &[PictureKey],
    ) -> Result<Result<LinkView, LinkRefusal>, ApiError> {
        let context = self.call.context;
        let sessions = context.secrets.link_sessions().await?;
        let has_password =
            |link: &Link| session.is_some_and(|session| sessions.verify(link, session, Timestamp::now()));
        Ok(context.access.read_link(&self.token, has_password, keys).await?)
    }

    fn session(&self) -> Option<&str> {
        self.call.request.cookie(SESSION_COOKIE)
    }

    /// Renders the reply for a link that the visitor cannot view: the form for its password, or a
    /// page with status 404.
    fn refuse(&self, refusal: LinkRefusal) -> Result<Reply, ApiError> {
        let settings = &self.call.context.settings;
        if refusal == LinkRefusal::NotFound {
            return link_not_found_page(settings);
        }
        let (status, error) = match self.call.request.query("error") {
            Some("wrong-password") => (403, Some(texts::WRONG_PASSWORD)),
            Some("too-many-attempts") => (429, Some(texts::TOO_MANY_ATTEMPTS)),
            _ => (200, None),
        };
        let (title, reason) = (texts::LOCKED.to_owned(), texts::LOCKED_REASON.to_owned());
        let layout = Layout::new(settings, title, reason, self.app_path());
        let reply = uncached_page(status, &LockedPage { layout, error })?;
        Ok(match status {
            429 => reply.with_header(RETRY_AFTER, domain::WRONG_PASSWORD_PERIOD.as_secs().unsigned_abs()),
            _ => reply,
        })
    }

    /// Stores the session from the query in a cookie, and redirects to the address without the
    /// query. Sets no cookie if the session is invalid.
    async fn start_session(&self, session: &str) -> Result<Reply, ApiError> {
        let reply = Reply::redirect(303, self.call.site.url(self.path())).with_caching(Caching::Never);
        let sessions = self.call.context.secrets.link_sessions().await?;
        let link = self.call.context.links.get(self.token.link_id).await?;
        if !link.is_some_and(|link| sessions.verify(&link, session, Timestamp::now())) {
            return Ok(reply);
        }
        let secure = if self.call.site.is_https() { "; Secure" } else { "" };
        let (path, age) = (self.path(), LINK_SESSION_VALIDITY.as_secs());
        let cookie =
            format!("{SESSION_COOKIE}={session}; Path={path}; Max-Age={age}; HttpOnly; SameSite=Lax{secure}");
        let cookie = HeaderValue::try_from(cookie).map_err(|error| ApiError::Internal(error.into()))?;
        Ok(reply.with_header(SET_COOKIE, cookie))
    }

    /// Counts a request for the first page of the link as a visit, unless a bot sends it. If this
    /// fails, the visitor still receives the page.
    async fn count_visit(&self, link: &Link) {
        let request = self.call.request;
        let is_visit = request.method_and_path().0 == "GET" && request.query("cursor").is_none();
        if !is_visit || is_bot(request.header("user-agent").unwrap_or_default()) {
            return;
        }
        if let Err(error) = self.call.context.links.count_visit(link.link_id).await {
            let (link, error) = (link.link_id, error_chain(error.as_ref()));
            tracing::warn!(%link, error, "a visit was not counted");
        }
    }

    /// Builds the page of one picture.
    fn picture_page(
        &self,
        link: &Link,
        visible: &VisiblePicture,
        owners: &BTreeMap<UserId, User>,
        album_path: Option<String>,
    ) -> Result<Reply, ApiError> {
        let presigner = &self.call.presigner;
        let picture = &visible.picture;
        let owner = owners.get(&picture.key.owner_id);
        let url = |size| presigner.rendition_url(picture.key, size);
        let (small, large) = (url(RenditionSize::Small)?, url(RenditionSize::Large)?);
        let shown = ShownPicture::new(picture, owner, small, large);
        let Some(shown) = shown else { return link_not_found_page(&self.call.context.settings) };
        let original = match can_download_original(picture, visible.relation, Some(link)) {
            true => Some(presigner.original_url(picture.key, picture.content_type)?),
            false => None,
        };
        let owner = match &picture.guest {
            Some(guest) => texts::sent_by_guest(&guest.name),
            None => texts::by(&full_name(owner)),
        };
        let settings = &self.call.context.settings;
        let title = picture.caption.as_deref().map_or_else(|| texts::SHARED_PICTURE.to_owned(), first_line);
        let mut layout = Layout::new(settings, title, owner.clone(), self.app_path());
        layout.image = PreviewImage::new(shown.large.clone(), picture, shown.alt.clone());
        uncached_page(200, &SharedPicturePage { layout, shown, owner, original, album_path })
    }
}

/// Returns the page of the album or of the picture of a link, and counts the visit.
pub async fn read(call: &Call<'_>, token: &str) -> Result<Reply, ApiError> {
    let context = call.context;
    let Some(link_call) = LinkCall::new(call, token) else { return link_not_found_page(&context.settings) };
    if let Some(session) = call.request.query("session") {
        return link_call.start_session(session).await;
    }
    let LinkView { link, album, pictures } = match link_call.read(link_call.session(), &[]).await? {
        Ok(view) => view,
        Err(refusal) => return link_call.refuse(refusal),
    };
    link_call.count_visit(&link).await;
    let Some(album) = album else {
        let owners = read_owners(&context.users, pictures.values()).await?;
        return match pictures.values().next() {
            Some(visible) => link_call.picture_page(&link, visible, &owners, None),
            None => link_not_found_page(&context.settings),
        };
    };
    let cipher = context.secrets.cursor_cipher().await?;
    let after = call.request.page::<AlbumPosition>(cipher)?.after;
    let page = context.albums.read_page(album.album_id, AlbumOrder::Added, PAGE_SIZE, after).await?;
    let LinkView { mut pictures, .. } = match link_call.read(link_call.session(), &page.items).await? {
        Ok(view) => view,
        Err(refusal) => return link_call.refuse(refusal),
    };
    let pictures: Vec<_> = page.items.iter().filter_map(|key| pictures.remove(key)).collect();
    let owners = read_owners(&context.users, &pictures).await?;
    let path = link_call.path();
    let tiles = tiles(&pictures, &owners, &call.presigner, |key, _| format!("{path}/{key}"))?;
    let grid = Grid::new(tiles, &path, call.request, call.request.cursor(cipher, page.next)?);
    let owner = context.users.get(link.owner_id).await?;
    let owner = texts::by(&full_name(owner.as_ref()));
    let mut layout = Layout::new(&context.settings, album.title, owner.clone(), link_call.app_path());
    if let Some(VisiblePicture { picture, .. }) = pictures.first() {
        let url = call.presigner.rendition_url(picture.key, RenditionSize::Large)?;
        let alt = describe(picture, owners.get(&picture.key.owner_id));
        layout.image = PreviewImage::new(url, picture, alt);
    }
    let picture_count = texts::number_of_pictures(album.count);
    let (description, can_upload) = (album.description, link.rights.upload);
    uncached_page(200, &SharedAlbumPage { layout, description, owner, picture_count, can_upload, grid })
}

/// Returns the page of one picture of a link.
pub async fn read_picture(call: &Call<'_>, token: &str, key: PictureKey) -> Result<Reply, ApiError> {
    let context = call.context;
    let Some(link_call) = LinkCall::new(call, token) else { return link_not_found_page(&context.settings) };
    let LinkView { link, album, pictures } = match link_call.read(link_call.session(), &[key]).await? {
        Ok(view) => view,
        Err(refusal) => return link_call.refuse(refusal),
    };
    let album_path = album.map(|_| link_call.path());
    let Some(visible) = pictures.get(&key) else {
        let (title, reason) = (texts::PICTURE_NOT_IN_LINK, texts::PICTURE_NOT_IN_LINK_REASON);
        let layout = Layout::new(&context.settings, title.into(), reason.into(), link_call.app_path());
        return uncached_page(404, &PictureNotInLinkPage { layout, link_path: link_call.path() });
    };
    let owners = read_owners(&context.users, [visible]).await?;
    link_call.picture_page(&link, visible, &owners, album_path)
}
