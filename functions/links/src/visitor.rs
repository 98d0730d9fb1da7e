//! The routes of visitors: what a link shows, its password, and its pictures.

use domain::{Album, Link, LinkRefusal, LinkToken, PictureKey, WRONG_PASSWORD_PERIOD};
use jiff::Timestamp;
use lambda::album_view::{AlbumView, parse_order};
use lambda::http::{ApiError, Page, Reply, Request, error_chain};
use lambda::user_agent::is_bot;
use lambda::view::{PersonView, PictureView};
use serde::Deserialize;
use store::{AlbumOrder, AlbumPosition, LinkSessions, LinkView, UrlPresigner, VisiblePicture};

use crate::password::verify_password;
use crate::view::{LinkSession, SharedLink, SharedPicture, link_url};
use crate::{Context, guest};

/// The reply to a token that is unknown, revoked, expired or replaced.
pub const NO_LINK: ApiError =
    ApiError::NotFound("This link does not exist, or it has expired. Ask its sender for a new one.");
/// The reply while the visitor has not given the password.
const LOCKED: ApiError = ApiError::Forbidden("This link needs a password. Unlock it first.");
const WRONG_PASSWORD: ApiError = ApiError::Forbidden("This is not the password of the link. Try again.");

/// The header with the session of a visitor who gave the password.
const SESSION_HEADER: &str = "x-link-session";
/// The number of newest pictures of an album that can replace a missing cover.
const MAX_COVER_CANDIDATES: usize = 8;

/// The body of `POST /shared/{token}/unlock`.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema), schemars(rename = "LinkPassword"))]
pub struct PasswordInput {
    #[cfg_attr(feature = "openapi", schemars(with = "String"))]
    password: Option<String>,
}

/// A visitor: the token and the session in their request.
pub struct Visitor<'a> {
    context: &'a Context,
    request: &'a Request,
    sessions: &'a LinkSessions,
    token: LinkToken,
}

impl<'a> Visitor<'a> {
    /// Reads the token of a request.
    ///
    /// # Errors
    /// Returns [`NO_LINK`] if the text is not a token.
    pub async fn new(context: &'a Context, request: &'a Request) -> Result<Self, ApiError> {
        let token = LinkToken::parse(request.path_parameter("token")).ok_or(NO_LINK)?;
        Ok(Self { context, request, sessions: context.secrets.link_sessions().await?, token })
    }

    fn has_password(&self, link: &Link) -> bool {
        let session = self.request.header(SESSION_HEADER);
        session.is_some_and(|session| self.sessions.verify(link, session, Timestamp::now()))
    }

    /// Reads what the link opens, and those of `keys` that it shows, in one transaction.
    ///
    /// # Errors
    /// Returns [`NO_LINK`] if the token opens nothing, and [`LOCKED`] without the password.
    pub async fn read(&self, keys: &[PictureKey]) -> Result<LinkView, ApiError> {
        self.try_read(keys).await?.map_err(|refusal| match refusal {
            LinkRefusal::NotFound => NO_LINK,
            LinkRefusal::Locked => LOCKED,
        })
    }

    async fn try_read(&self, keys: &[PictureKey]) -> Result<Result<LinkView, LinkRefusal>, ApiError> {
        let has_password = |link: &Link| self.has_password(link);
        Ok(self.context.access.read_link(&self.token, has_password, keys).await?)
    }

    /// Reads the link without its target.
    ///
    /// # Errors
    /// Returns [`NO_LINK`] if the token does not open the link now.
    async fn read_row(&self) -> Result<Link, ApiError> {
        let link = self.context.links.get(self.token.link_id).await?;
        let opens = |link: &Link| link.check(&self.token, true, Timestamp::now()).is_ok();
        link.filter(opens).ok_or(NO_LINK)
    }

    fn presigner(&self) -> UrlPresigner {
        self.context.presigner.for_site(self.request.site())
    }

    /// Builds the views of pictures that the link shows.
    async fn view(&self, link: &Link, pictures: Vec<VisiblePicture>) -> Result<Vec<PictureView>, ApiError> {
        let users = &self.context.users;
        Ok(PictureView::load_all_with_link(pictures, Some(link), users, &self.presigner()).await?)
    }
}

/// Returns what a link opens, and counts the visit.
pub async fn read(context: &Context, request: &Request) -> Result<Reply, ApiError> {
    let visitor = Visitor::new(context, request).await?;
    let view = match visitor.try_read(&[]).await? {
        Ok(view) => view,
        Err(LinkRefusal::NotFound) => return Err(NO_LINK),
        Err(LinkRefusal::Locked) => return Reply::ok(SharedLink::locked(&visitor.read_row().await?)),
    };
    let (is_get, user_agent) = (request.method_and_path().0 == "GET", request.header("user-agent"));
    if is_get && !is_bot(user_agent.unwrap_or_default()) {
        count_visit(context, &view.link).await;
    }
    let LinkView { link, album, pictures } = view;
    let owner = context.users.get(link.owner_id).await?;
    let owner = PersonView::new(link.owner_id, owner.as_ref());
    let Some(album) = album else {
        let caption = pictures.values().next().and_then(|visible| visible.picture.caption.clone());
        let picture = visitor.view(&link, pictures.into_values().collect()).await?.pop();
        return Reply::ok(SharedLink::open(&link, caption, owner, None, picture));
    };
    let title = Some(album.title.clone());
    let cover = find_cover(&visitor, &album).await?;
    let cover = visitor.view(&link, cover.into_iter().collect()).await?.pop();
    let album = AlbumView::new(album, None, owner.clone(), cover);
    Reply::ok(SharedLink::open(&link, title, owner, Some(album), None))
}

/// Counts a visit. A visitor still gets the page if the count fails: the metric `UncountedVisits`
/// counts these lines of the log.
async fn count_visit(context: &Context, link: &Link) {
    if let Err(error) = context.links.count_visit(link.link_id).await {
        tracing::warn!(link = %link.link_id, error = %error_chain(error.as_ref()), "a visit was not counted");
    }
}

/// Finds the picture that represents an album: the chosen cover, or else the newest visible one.
async fn find_cover(visitor: &Visitor<'_>, album: &Album) -> Result<Option<VisiblePicture>, ApiError> {
    if album.count == 0 {
        return Ok(None);
    }
    let albums = &visitor.context.albums;
    let page = albums.read_page(album.album_id, AlbumOrder::Added, MAX_COVER_CANDIDATES, None).await?;
    let mut keys: Vec<_> = album.cover.into_iter().collect();
    keys.extend(page.items.into_iter().filter(|key| Some(*key) != album.cover));
    let mut pictures = visitor.read(&keys).await?.pictures;
    Ok(keys.iter().find_map(|key| pictures.remove(key)))
}

/// Exchanges the password of a link for a session. A link without a password accepts any.
///
/// The reply to an HTML form redirects to the page of the link, with the session or the error in
/// the query.
pub async fn unlock(context: &Context, request: &Request) -> Result<Reply, ApiError> {
    if !request.is_form() {
        let PasswordInput { password } = request.body()?;
        return Reply::ok(create_session(context, request, password).await?);
    }
    let query = match create_session(context, request, request.form_value("password")).await {
        Ok(LinkSession { session, .. }) => format!("?session={session}"),
        Err(ApiError::Forbidden(_)) => "?error=wrong-password".into(),
        Err(ApiError::TooMany { .. }) => "?error=too-many-attempts".into(),
        Err(ApiError::NotFound(_)) => String::new(),
        Err(error) => return Err(error),
    };
    let token = request.path_parameter("token");
    Ok(Reply::redirect(303, format!("{}{query}", link_url(request.site(), token))))
}

async fn create_session(
    context: &Context,
    request: &Request,
    password: Option<String>,
) -> Result<LinkSession, ApiError> {
    let visitor = Visitor::new(context, request).await?;
    let link = visitor.read_row().await?;
    if let Some(hash) = &link.password_hash {
        let address = request.source_address();
        if !context.links.count_attempt(link.link_id, address).await? {
            return Err(ApiError::TooMany {
                notes: "Too many wrong passwords. Wait 15 minutes, then try again.",
                retry_after: WRONG_PASSWORD_PERIOD.as_secs().unsigned_abs(),
            });
        }
        if !verify_password(&password.ok_or(WRONG_PASSWORD)?, hash)? {
            return Err(WRONG_PASSWORD);
        }
        context.links.clear_attempts(link.link_id, address).await?;
    }
    let (session, expires_at) = visitor.sessions.create(&link, Timestamp::now());
    Ok(LinkSession { session, expires_at })
}

/// Lists the pictures that a link shows.
pub async fn list_pictures(context: &Context, request: &Request) -> Result<Reply, ApiError> {
    let visitor = Visitor::new(context, request).await?;
    let LinkView { link, album, pictures } = visitor.read(&[]).await?;
    let order = parse_order(request.query("order"))?;
    let cipher = context.secrets.cursor_cipher().await?;
    let page = request.page::<AlbumPosition>(cipher)?;
    let Some(album) = album else {
        let items = visitor.view(&link, pictures.into_values().collect()).await?;
        return Reply::ok(Page { items, cursor: None });
    };
    let page = context.albums.read_page(album.album_id, order, page.limit, page.after).await?;
    let LinkView { link, mut pictures, .. } = visitor.read(&page.items).await?;
    let visible = page.items.iter().filter_map(|key| pictures.remove(key)).collect();
    let items = visitor.view(&link, visible).await?;
    Reply::ok(Page { items, cursor: request.cursor(cipher, page.next)? })
}

/// Returns a picture that the link shows. A guest also gets a picture of theirs that the link does
/// not show yet.
pub async fn read_picture(context: &Context, request: &Request) -> Result<Reply, ApiError> {
    let visitor = Visitor::new(context, request).await?;
    let key = request.picture()?;
    let LinkView { link, album, mut pictures } = visitor.read(&[key]).await?;
    let (visible, waiting) = match pictures.remove(&key) {
        Some(visible) => (visible, None),
        None => {
            let (visible, waiting) = guest::read_own(context, request, &link, album, key).await?;
            (visible, Some(waiting))
        }
    };
    let picture = visitor.view(&link, vec![visible]).await?.pop().ok_or(ApiError::NO_PICTURE)?;
    Reply::ok(SharedPicture { picture, waiting })
}
