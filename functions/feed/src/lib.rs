//! Reads the feed of a member, the public feed, or the pictures of one member.
//!
//! | | |
//! |---|---|
//! | triggered by | from members: `GET /feed`, `GET /users/{id}/pictures` |
//! | | from anyone: `GET /public` |
//! | reads | Feeds, then the Pictures and Friendships of the rows in transactions |
//! | | for the pictures of the caller: Pictures |
//! | | Users; Secrets: the key that encrypts cursors |
//! | emits | nothing |
//!
//! A feed row is only a hint. The function checks each picture against the access policy before it
//! returns the picture.

mod context;
pub mod member;
#[cfg(feature = "openapi")]
pub mod openapi;
mod tables;

use lambda::http::{ApiError, Caching, Page, Reply, Request};
use lambda::view::PictureView;
use store::feed_pages::read_feed;

pub use context::Context;
pub use tables::Tables;

/// Handles a request to the REST API.
pub async fn handle(context: &Context, request: Request) -> Result<Reply, ApiError> {
    let cipher = context.secrets.cursor_cipher().await?;
    let page = match request.route() {
        ("GET", "/feed") => {
            let reader = Some(request.caller()?);
            read_feed(context, reader, request.page(cipher)?).await?
        }
        ("GET", "/public") => read_feed(context, None, request.page(cipher)?).await?,
        ("GET", "/users/{id}/pictures") => {
            let (caller, owner) = (request.caller()?, request.id("id")?);
            member::read_pictures(context, caller, owner, request.page(cipher)?).await?
        }
        _ => return Err(ApiError::NotFound("There is no such route.")),
    };
    let presigner = context.presigner.for_site(request.site());
    let reply = Reply::ok(Page {
        items: PictureView::load_all(page.pictures, &context.users, &presigner).await?,
        cursor: request.cursor(cipher, page.next)?,
    })?;
    Ok(match request.route() {
        ("GET", "/public") => reply.with_caching(Caching::Minute),
        _ => reply,
    })
}
