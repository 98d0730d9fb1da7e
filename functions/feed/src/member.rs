//! Reads a page of one member's pictures.

use domain::{FeedId, PageRequest, Relation, UserId};
use lambda::Error;
use store::VisiblePicture;
use store::feed_pages::{PicturePage, read_feeds};

use crate::{Context, Tables};

/// Reads the newest pictures of `owner` that `caller` can view. Owners get their pictures in any
/// state.
pub async fn read_pictures(
    context: &Context,
    caller: UserId,
    owner: UserId,
    page: PageRequest,
) -> Result<PicturePage, Error> {
    if caller != owner {
        return read_shared(context, caller, owner, page).await;
    }
    let pictures = context.pictures.read_page(owner, page).await?;
    let next = page.next(&pictures, |picture| picture.key.picture_id);
    let visible = |picture| VisiblePicture::new(picture, Relation::OWNER);
    Ok(PicturePage { pictures: pictures.into_iter().map(visible).collect(), next })
}

/// Reads the newest ready pictures of `owner` that `reader`, another member, can view.
///
/// The friendship only selects the feed. [`read_feeds`] checks it again, in one transaction with
/// the pictures, because the friendship and the pictures can change after this read.
pub async fn read_shared(
    tables: &impl Tables,
    reader: UserId,
    owner: UserId,
    page: PageRequest,
) -> Result<PicturePage, Error> {
    let feed = match tables.are_friends(reader, owner).await? {
        true => FeedId::SharedOf(owner),
        false => FeedId::PublicOf(owner),
    };
    read_feeds(tables, &[feed], Some(reader), page).await
}
