//! Reads a feed: of a member, of everyone, or the pictures of one person.
//!
//! | | |
//! |---|---|
//! | triggered by | from members: `GET /feed`, `GET /users/{id}/pictures` |
//! | | from anyone: `GET /public` |
//! | reads | for feeds: Feeds, then the Pictures and Friendships of its rows in one transaction |
//! | | for one person: Pictures and Friendships |
//! | | Users; Secrets: the key that signs cursors |
//! | emits | nothing |
//!
//! A feed row is only a hint: each picture is checked against the access policy before it is shown.

mod context;
mod merge;
pub mod page;
mod person;
mod tables;

use lambda::http::{ApiError, Page, Reply, Request};
use lambda::view::PictureView;

pub use context::Context;
pub use tables::Tables;

/// Answers a request.
pub async fn handle(context: &Context, request: Request) -> Result<Reply, ApiError> {
    let cursor_signer = context.secrets.cursor_signer().await?;
    let page = match request.route() {
        ("GET", "/feed") => {
            let reader = Some(request.caller()?);
            page::read_feeds(context, reader, request.page(cursor_signer)?).await?
        }
        ("GET", "/public") => page::read_feeds(context, None, request.page(cursor_signer)?).await?,
        ("GET", "/users/{id}/pictures") => {
            let (caller, owner) = (request.caller()?, request.id("id")?);
            person::read_pictures(context, caller, owner, request.page(cursor_signer)?).await?
        }
        _ => return Err(ApiError::NotFound("There is no such route.")),
    };
    Reply::ok(Page {
        items: PictureView::load_all(page.pictures, &context.users, &context.presigner).await?,
        cursor: page.next.map(|position| request.cursor(cursor_signer, position)),
    })
}

/// Adds the TypeScript types of the function's replies.
#[cfg(feature = "typescript")]
pub fn typescript(types: &mut domain::typescript::Types) {
    types.add::<lambda::http::Page<PictureView>>();
}
