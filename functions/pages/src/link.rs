//! The pages of a share link: `/s/TOKEN` and `/s/TOKEN/OWNERID/PICTUREID`. No cache stores them.
//!
//! The form for the password has no script. The distribution redirects its `POST` to
//! `POST /shared/{token}/unlock` of the API, which knows the IP address of the visitor. The API
//! redirects back to `?session=` or `?error=`.

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
    Grid, Layout, PAGE_SIZE, PreviewImage, describe, first_line, full_name, no_link_page, private_page,
    read_owners, tiles,
};
use crate::picture::ShownPicture;
use crate::{Visit, texts};

/// The cookie with the session of a visitor who gave the password.
const SESSION_COOKIE: &str = "link-session";

/// The page of a link to an album.
#[derive(Template)]
#[template(path = "shared-album.html")]
struct SharedAlbumPage {
    layout: Layout,
    description: Option<String>,
    owner: String,
    number: String,
    can_upload: bool,
    grid: Grid,
}

/// The page of one picture: that of the link, or one of its album.
#[derive(Template)]
#[template(path = "shared-picture.html")]
struct SharedPicturePage {
    layout: Layout,
    shown: ShownPicture,
    owner: String,
    /// The presigned URL of the original, if the link allows downloads.
    original: Option<String>,
    /// The path of the album.
    album_path: Option<String>,
}

/// The form for the password of a link.
#[derive(Template)]
#[template(path = "locked.html")]
struct LockedPage {
    layout: Layout,
    /// The reason why the password was not accepted.
    error: Option<&'static str>,
}

/// A visitor of a link.
struct Visitor<'a> {
    visit: &'a Visit<'a>,
    token: LinkToken,
}

impl<'a> Visitor<'a> {
    fn new(visit: &'a Visit<'a>, token: &str) -> Option<Self> {
        Some(Self { visit, token: LinkToken::parse(token)? })
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
        let context = self.visit.context;
        let sessions = context.secrets.link_sessions().await?;
        let has_password =
            |link: &Link| session.is_some_and(|session| sessions.verify(link, session, Timestamp::now()));
        Ok(context.access.read_link(&self.token, has_password, keys).await?)
    }

    fn session(&self) -> Option<&str> {
        self.visit.request.cookie(SESSION_COOKIE)
    }

    /// Renders the page of a link that the visitor cannot use.
    fn refuse(&self, refusal: LinkRefusal) -> Result<Reply, ApiError> {
        let settings = &self.visit.context.settings;
        if refusal == LinkRefusal::NotFound {
            return no_link_page(settings);
        }
        let (status, error) = match self.visit.request.query("error") {
            Some("wrong-password") => (403, Some(texts::WRONG_PASSWORD)),
            Some("too-many-attempts") => (429, Some(texts::TOO_MANY_PASSWORDS)),
            _ => (200, None),
        };
        let (title, reason) = (texts::LOCKED.to_owned(), texts::LOCKED_REASON.to_owned());
        let layout = Layout::new(settings, title, reason, self.app_path());
        let reply = private_page(status, &LockedPage { layout, error })?;
        Ok(match status {
            429 => reply.with_header(RETRY_AFTER, domain::WRONG_PASSWORD_PERIOD.as_secs().unsigned_abs()),
            _ => reply,
        })
    }

    /// Stores the session that the API returned in a cookie, and removes it from the address. An
    /// invalid session never becomes a part of the cookie.
    async fn start_session(&self, session: &str) -> Result<Reply, ApiError> {
        let reply = Reply::redirect(303, self.visit.site.url(self.path())).with_caching(Caching::Never);
        let sessions = self.visit.context.secrets.link_sessions().await?;
        let link = self.visit.context.links.get(self.token.link_id).await?;
        if !link.is_some_and(|link| sessions.verify(&link, session, Timestamp::now())) {
            return Ok(reply);
        }
        let secure = if self.visit.site.is_https() { "; Secure" } else { "" };
        let (path, age) = (self.path(), LINK_SESSION_VALIDITY.as_secs());
        let cookie =
            format!("{SESSION_COOKIE}={session}; Path={path}; Max-Age={age}; HttpOnly; SameSite=Lax{secure}");
        let cookie = HeaderValue::try_from(cookie).map_err(|error| ApiError::Internal(error.into()))?;
        Ok(reply.with_header(SET_COOKIE, cookie))
    }

    /// Counts a visit: a request for the first page of what the link opens. A failure does not hide
    /// the page.
    async fn count_visit(&self, link: &Link) {
        let request = self.visit.request;
        let is_visit = request.method_and_path().0 == "GET" && request.query("cursor").is_none();
        if !is_visit || is_bot(request.header("user-agent").unwrap_or_default()) {
            return;
        }
        if let Err(error) = self.visit.context.links.count_visit(link.link_id).await {
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
        let presigner = &self.visit.presigner;
        let picture = &visible.picture;
        let owner = owners.get(&picture.key.owner_id);
        let url = |size| presigner.rendition_url(picture.key, size);
        let (small, large) = (url(RenditionSize::Small)?, url(RenditionSize::Large)?);
        let shown = ShownPicture::new(picture, owner, small, large);
        let Some(shown) = shown else { return no_link_page(&self.visit.context.settings) };
        let original = match can_download_original(picture, visible.relation, Some(link)) {
            true => Some(presigner.original_url(picture.key, picture.content_type)?),
            false => None,
        };
        let owner = match &picture.guest {
            Some(guest) => texts::sent_by_guest(&guest.name),
            None => texts::by(&full_name(owner)),
        };
        let settings = &self.visit.context.settings;
        let title = picture.caption.as_deref().map_or_else(|| texts::SHARED_PICTURE.to_owned(), first_line);
        let mut layout = Layout::new(settings, title, owner.clone(), self.app_path());
        layout.image = Some(PreviewImage {
            url: shown.large.clone(),
            width: shown.width,
            height: shown.height,
            alt: shown.alt.clone(),
        });
        private_page(200, &SharedPicturePage { layout, shown, owner, original, album_path })
    }
}

/// Shows what a link opens, and counts the visit.
pub async fn read(visit: &Visit<'_>, token: &str) -> Result<Reply, ApiError> {
    let context = visit.context;
    let Some(visitor) = Visitor::new(visit, token) else { return no_link_page(&context.settings) };
    if let Some(session) = visit.request.query("session") {
        return visitor.start_session(session).await;
    }
    let LinkView { link, album, pictures } = match visitor.read(visitor.session(), &[]).await? {
        Ok(view) => view,
        Err(refusal) => return visitor.refuse(refusal),
    };
    visitor.count_visit(&link).await;
    let Some(album) = album else {
        let owners = read_owners(&context.users, pictures.values()).await?;
        return match pictures.values().next() {
            Some(visible) => visitor.picture_page(&link, visible, &owners, None),
            None => no_link_page(&context.settings),
        };
    };
    let cipher = context.secrets.cursor_cipher().await?;
    let after = visit.request.page::<AlbumPosition>(cipher)?.after;
    let page = context.albums.read_page(album.album_id, AlbumOrder::Added, PAGE_SIZE, after).await?;
    let LinkView { mut pictures, .. } = match visitor.read(visitor.session(), &page.items).await? {
        Ok(view) => view,
        Err(refusal) => return visitor.refuse(refusal),
    };
    let pictures: Vec<_> = page.items.iter().filter_map(|key| pictures.remove(key)).collect();
    let owners = read_owners(&context.users, &pictures).await?;
    let path = visitor.path();
    let tiles = tiles(&pictures, &owners, &visit.presigner, |key, _| format!("{path}/{key}"))?;
    let grid = Grid::new(tiles, &path, visit.request, visit.request.cursor(cipher, page.next)?);
    let owner = context.users.get(link.owner_id).await?;
    let owner = texts::by(&full_name(owner.as_ref()));
    let mut layout = Layout::new(&context.settings, album.title, owner.clone(), visitor.app_path());
    let first = pictures.first().map(|visible| &visible.picture);
    if let Some(picture) = first
        && let Some(renditions) = &picture.renditions
    {
        layout.image = Some(PreviewImage {
            url: visit.presigner.rendition_url(picture.key, RenditionSize::Large)?,
            width: renditions.large.width,
            height: renditions.large.height,
            alt: describe(picture, owners.get(&picture.key.owner_id)),
        });
    }
    let number = texts::number_of_pictures(album.count);
    let (description, can_upload) = (album.description, link.rights.upload);
    private_page(200, &SharedAlbumPage { layout, description, owner, number, can_upload, grid })
}

/// Shows one picture that a link shows.
pub async fn read_picture(visit: &Visit<'_>, token: &str, key: PictureKey) -> Result<Reply, ApiError> {
    let context = visit.context;
    let Some(visitor) = Visitor::new(visit, token) else { return no_link_page(&context.settings) };
    let LinkView { link, album, pictures } = match visitor.read(visitor.session(), &[key]).await? {
        Ok(view) => view,
        Err(refusal) => return visitor.refuse(refusal),
    };
    let Some(visible) = pictures.get(&key) else { return no_link_page(&context.settings) };
    let owners = read_owners(&context.users, [visible]).await?;
    let album_path = album.map(|_| visitor.path());
    visitor.picture_page(&link, visible, &owners, album_path)
}
