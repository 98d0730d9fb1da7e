//! Reads a feed: a member's, the public one, or the pictures of one person.
//!
//! | | |
//! |---|---|
//! | triggered by | `GET /feed`, `GET /users/{id}/pictures`, from members; `GET /public`, from anyone |
//! | reads | Feeds, then Pictures and Friendships in one transaction (each row is a hint and is checked against both as they are now); of one person Pictures and Friendships alone; Users; Secrets: the seal of cursors |
//! | emits | nothing |

mod merge;
pub mod page;
mod person;
mod records;

use page::of_feeds;
use person::of_person;
use shared::api::{ApiError, Page, Reply, Request};
use shared::store::{Feeds, Friendships, Links, Pictures, Secrets, Sight, Users};
use shared::view::PictureView;

pub use records::Records;

/// What this function works with.
#[derive(Debug)]
pub struct Stores {
    /// Read.
    pub feeds: Feeds,
    /// Read.
    pub sight: Sight,
    /// Read.
    pub pictures: Pictures,
    /// Read.
    pub friendships: Friendships,
    /// Read.
    pub users: Users,
    /// Seals cursors.
    pub secrets: Secrets,
    /// Signs downloads.
    pub links: Links,
}

/// Answers one call.
///
/// # Errors
/// [`ApiError`].
pub async fn handle(stores: &Stores, request: Request) -> Result<Reply, ApiError> {
    let seal = stores.secrets.seal().await?;
    let found = match request.route() {
        ("GET", "/feed") => of_feeds(stores, Some(request.caller()?), request.page(seal)?).await?,
        ("GET", "/public") => of_feeds(stores, None, request.page(seal)?).await?,
        ("GET", "/users/{id}/pictures") => {
            of_person(stores, request.caller()?, request.id("id")?, request.page(seal)?).await?
        }
        _ => return Err(ApiError::NotFound("There is no such route.")),
    };
    Reply::ok(Page {
        items: PictureView::all(found.pictures, &stores.users, &stores.links).await?,
        cursor: found.next.map(|position| request.cursor(seal, position)),
    })
}

/// What this function takes and gives, as TypeScript.
#[cfg(feature = "typescript")]
pub fn typescript(types: &mut shared::typescript::Types) {
    types.add::<shared::api::Page<PictureView>>();
}
