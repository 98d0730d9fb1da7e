//! Reads a feed: a member's, the public one, or the pictures of one person.
//!
//! | | |
//! |---|---|
//! | triggered by | `GET /feed`, `GET /users/{id}/pictures`, from members; `GET /public`, from anyone |
//! | reads | Feeds, then Pictures and Friendships in one transaction (each row is a hint and is checked against both as they are now); of one person Pictures and Friendships alone; Users; Secrets: the cursor_signer of cursors |
//! | emits | nothing |

mod merge;
pub mod page;
mod person;
mod records;

use lambda::http::{ApiError, Page, Reply, Request};
use lambda::view::PictureView;
use page::of_feeds;
use person::of_person;
use store::{AccessReader, Feeds, Friendships, Pictures, Secrets, UrlPresigner, Users};

pub use records::Records;

/// What this function works with.
#[derive(Debug)]
pub struct Context {
    /// Read.
    pub feeds: Feeds,
    /// Read.
    pub access: AccessReader,
    /// Read.
    pub pictures: Pictures,
    /// Read.
    pub friendships: Friendships,
    /// Read.
    pub users: Users,
    /// Seals cursors.
    pub secrets: Secrets,
    /// Signs downloads.
    pub presigner: UrlPresigner,
}

/// Answers one call.
///
/// # Errors
/// [`ApiError`].
pub async fn handle(context: &Context, request: Request) -> Result<Reply, ApiError> {
    let cursor_signer = context.secrets.cursor_signer().await?;
    let found = match request.route() {
        ("GET", "/feed") => of_feeds(context, Some(request.caller()?), request.page(cursor_signer)?).await?,
        ("GET", "/public") => of_feeds(context, None, request.page(cursor_signer)?).await?,
        ("GET", "/users/{id}/pictures") => {
            of_person(context, request.caller()?, request.id("id")?, request.page(cursor_signer)?).await?
        }
        _ => return Err(ApiError::NotFound("There is no such route.")),
    };
    Reply::ok(Page {
        items: PictureView::all(found.pictures, &context.users, &context.presigner).await?,
        cursor: found.next.map(|position| request.cursor(cursor_signer, position)),
    })
}

/// What this function takes and gives, as TypeScript.
#[cfg(feature = "typescript")]
pub fn typescript(types: &mut domain::typescript::Types) {
    types.add::<lambda::http::Page<PictureView>>();
}
