//! A page of one or more feeds: the truth check.

use std::collections::BTreeMap;

use futures_util::future::try_join_all;
use shared::Error;
use shared::api::{Cursor, PageRequest};
use shared::model::{FeedId, Picture, PictureKey, Reader, UserId};

use crate::merge::newest;
use crate::{Found, Stores};

/// The newest pictures of `feeds` that `reader` may see now. Reads on while rows are stale: the cursor is always a picture that
/// was shown, since one that was not would tell that it is there.
pub async fn of_feeds(
    stores: &Stores,
    reader: Option<UserId>,
    feeds: &[FeedId],
    mut page: PageRequest,
) -> Result<Found, Error> {
    let wanted = page.limit;
    let mut pictures = Vec::with_capacity(wanted);
    loop {
        let pages = try_join_all(feeds.iter().map(|feed| stores.feeds.page(*feed, page))).await?;
        let (keys, more) = newest(&pages, page.limit);
        page.after = keys.last().map_or(page.after, |key| Some(Cursor(key.picture_id)));
        let mut now = as_they_are(stores, &keys).await?;
        for key in keys {
            let reader = Reader::of(reader, key.owner_id, false);
            let picture = now.remove(&key).filter(|p| shown_in_feeds(p, reader));
            pictures.extend(picture.map(|picture| (picture, reader)));
            if pictures.len() == wanted {
                let next = Some(Cursor(key.picture_id)).filter(|cursor| more || Some(*cursor) != page.after);
                return Ok(Found { pictures, next });
            }
        }
        if !more {
            return Ok(Found { pictures, next: None });
        }
    }
}

/// Feeds show what is ready, to its owner too; what is not yet is among the owner's own pictures.
fn shown_in_feeds(picture: &Picture, reader: Reader) -> bool {
    picture.state() == shared::model::State::Ready && picture.may_be_seen_by(reader)
}

async fn as_they_are(stores: &Stores, keys: &[PictureKey]) -> Result<BTreeMap<PictureKey, Picture>, Error> {
    Ok(stores.pictures.get_all(keys).await?.into_iter().map(|picture| (picture.key, picture)).collect())
}
