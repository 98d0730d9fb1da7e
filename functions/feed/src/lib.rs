//! Reads a feed: a member's, the public one, or the pictures of one person.
//!
//! | | |
//! |---|---|
//! | triggered by | `GET /feed`, `GET /users/{id}/pictures`, from members; `GET /public`, from anyone |
//! | reads | Feeds, then Pictures (each row is a hint and is checked against the picture as it is now), Users |
//! | emits | nothing |

mod merge;
mod page;

use shared::api::{ApiError, Cursor, PageRequest, Reply, Request};
use shared::model::{FeedId, Picture, Reader, UserId};
use shared::store::{Feeds, Media, Pictures, Users};
use shared::view::PictureView;

/// What this function works with.
#[derive(Debug)]
pub struct Stores {
    /// Read.
    pub feeds: Feeds,
    /// Read.
    pub pictures: Pictures,
    /// Read.
    pub users: Users,
    /// Signs downloads.
    pub media: Media,
}

/// The `data` of a page.
#[derive(Debug, serde::Serialize)]
struct Page {
    items: Vec<PictureView>,
    cursor: Option<String>,
}

/// Pictures with what their reader is to them, and where to read on.
struct Found {
    pictures: Vec<(Picture, Reader)>,
    next: Option<Cursor>,
}

/// Answers one call.
///
/// # Errors
/// [`ApiError`].
pub async fn handle(stores: &Stores, request: Request) -> Result<Reply, ApiError> {
    let found = match request.route() {
        ("GET", "/feed") => {
            let caller = request.caller()?;
            let feeds: Vec<_> = FeedId::public().chain([FeedId::User(caller)]).collect();
            page::of_feeds(stores, Some(caller), &feeds, request.page()?).await?
        }
        ("GET", "/public") => {
            let feeds: Vec<_> = FeedId::public().collect();
            page::of_feeds(stores, None, &feeds, request.page()?).await?
        }
        ("GET", "/users/{id}/pictures") => {
            of_person(stores, request.caller()?, request.id("id")?, request.page()?).await?
        }
        _ => return Err(ApiError::NotFound("There is no such route.")),
    };
    Reply::ok(Page {
        items: PictureView::all(found.pictures, &stores.users, &stores.media).await?,
        cursor: found.next.map(Cursor::encode),
    })
}

/// How many rows are read at a time where most may not be for the reader.
const SEARCHED: usize = 1_000;

/// One person's pictures, straight from the record. A page is never short because some were not for the reader, and its cursor is
/// always a picture that was shown: one that was not would tell that it is there.
async fn of_person(
    stores: &Stores,
    caller: UserId,
    owner: UserId,
    page: PageRequest,
) -> Result<Found, ApiError> {
    let reader = Reader::of(Some(caller), owner, false);
    let mut step = page;
    if reader != Reader::Owner {
        step.limit = SEARCHED;
    }
    let mut pictures = Vec::with_capacity(page.limit);
    loop {
        let read = stores.pictures.of_owner(owner, step).await?;
        let exhausted = read.len() < step.limit;
        for picture in read {
            step.after = Some(Cursor(picture.key.picture_id));
            if picture.may_be_seen_by(reader) {
                pictures.push((picture, reader));
            }
            if pictures.len() == page.limit {
                return Ok(Found { pictures, next: step.after });
            }
        }
        if exhausted {
            return Ok(Found { pictures, next: None });
        }
    }
}
