//! Creates albums, and changes their pictures and members.
//!
//! | | |
//! |---|---|
//! | triggered by members | `GET` and `POST /albums`; `GET`, `PATCH` and `DELETE /albums/{albumId}` |
//! | | `GET` and `POST /albums/{albumId}/pictures` |
//! | | `PUT` and `DELETE /albums/{albumId}/pictures/{ownerId}/{pictureId}` |
//! | | `GET /albums/{albumId}/members`; `PUT` and `DELETE …/members/{userId}` |
//! | | `GET` and `POST /albums/{albumId}/waiting`; `GET` and `PUT /albums/{albumId}/notifications` |
//! | triggered by anyone | `GET /public/albums/{albumId}` and `GET /public/albums/{albumId}/pictures` |
//! | reads | Albums, Pictures and Friendships in transactions; Users, Secrets |
//! | emits | changes of Albums rows |
//! | | deletions of Pictures rows, which reject the pictures of guests |

mod album;
mod context;
mod edit;
mod members;
mod notices;
#[cfg(feature = "openapi")]
pub mod openapi;
mod pictures;
mod waiting;

use domain::{AlbumId, AlbumRole, UserId};
use lambda::http::{ApiError, Caching, Reply, Request};
use lambda::view::IdView;
use store::ViewedAlbum;

pub use context::Context;

/// Handles a request to the REST API.
pub async fn handle(context: &Context, request: Request) -> Result<Reply, ApiError> {
    if let ("GET", path) = request.route()
        && let Some(path) = path.strip_prefix("/public")
    {
        return Ok(handle_open(context, &request, path).await?.with_caching(Caching::Minute));
    }
    let caller = request.caller()?;
    match request.route() {
        ("POST", "/albums") => {
            let album = album::create(context, caller, request.body()?).await?;
            Reply::created(album::view(context, &request, Some(caller), album).await?)
        }
        ("GET", "/albums") => Reply::ok(album::list(context, caller, &request).await?),
        _ => handle_album(context, caller, &request, request.id("albumId")?).await,
    }
}

async fn handle_album(
    context: &Context,
    caller: UserId,
    request: &Request,
    id: AlbumId,
) -> Result<Reply, ApiError> {
    match request.route() {
        ("GET", "/albums/{albumId}") => Reply::ok(album::view(context, request, Some(caller), id).await?),
        ("PATCH", "/albums/{albumId}") => {
            album::edit(context, caller, id, request.body()?).await?;
            Reply::ok(album::view(context, request, Some(caller), id).await?)
        }
        ("DELETE", "/albums/{albumId}") => {
            album::delete(context, caller, id).await?;
            Reply::ok(IdView::new(id))
        }
        ("GET", "/albums/{albumId}/pictures") => {
            Reply::ok(pictures::list(context, Some(caller), id, request).await?)
        }
        ("POST", "/albums/{albumId}/pictures") => {
            Reply::ok(pictures::change_many(context, caller, id, request.body()?).await?)
        }
        ("PUT", "/albums/{albumId}/pictures/{ownerId}/{pictureId}") => {
            let key = request.picture()?;
            pictures::add(context, caller, id, key).await?;
            Reply::ok(key)
        }
        ("DELETE", "/albums/{albumId}/pictures/{ownerId}/{pictureId}") => {
            let key = request.picture()?;
            pictures::remove(context, caller, id, key).await?;
            Reply::ok(key)
        }
        ("GET", "/albums/{albumId}/members") => Reply::ok(members::list(context, caller, id, request).await?),
        ("PUT", "/albums/{albumId}/members/{userId}") => {
            let user = request.id("userId")?;
            Reply::ok(members::put(context, caller, id, user, request.body()?).await?)
        }
        ("DELETE", "/albums/{albumId}/members/{userId}") => {
            Reply::ok(members::remove(context, caller, id, request.id("userId")?).await?)
        }
        ("GET", "/albums/{albumId}/waiting") => Reply::ok(waiting::list(context, caller, id, request).await?),
        ("POST", "/albums/{albumId}/waiting") => {
            Reply::ok(waiting::review(context, caller, id, request.body()?).await?)
        }
        ("GET", "/albums/{albumId}/notifications") => Reply::ok(notices::get(context, caller, id).await?),
        ("PUT", "/albums/{albumId}/notifications") => {
            Reply::ok(notices::put(context, caller, id, request.body()?).await?)
        }
        _ => Err(ApiError::NotFound("There is no such route.")),
    }
}

/// Handles a request to an open route. `path` is the route without `/public`.
async fn handle_open(context: &Context, request: &Request, path: &str) -> Result<Reply, ApiError> {
    let id = request.id("albumId")?;
    match path {
        "/albums/{albumId}" => Reply::ok(album::view(context, request, None, id).await?),
        "/albums/{albumId}/pictures" => Reply::ok(pictures::list(context, None, id, request).await?),
        _ => Err(ApiError::NotFound("There is no such route.")),
    }
}

/// Explains why the caller can no longer make a change that `check` allowed: they lost their role,
/// a block hides the album from them, or the album was deleted.
async fn explain_refusal(
    context: &Context,
    caller: UserId,
    id: AlbumId,
    check: impl Fn(Option<AlbumRole>) -> Result<(), ApiError>,
) -> Result<ApiError, ApiError> {
    check(read_album(context, caller, id).await?.access.role())?;
    Ok(ApiError::Conflict("The album changed at the same time; try again in a moment.".into()))
}

/// Reads an album if the caller can view it.
async fn read_album(context: &Context, caller: UserId, id: AlbumId) -> Result<ViewedAlbum, ApiError> {
    context.access.read_album(Some(caller), id).await?.ok_or(ApiError::NO_ALBUM)
}
