//! A page of one person's pictures, straight from the record.

use jiff::Timestamp;
use shared::Error;
use shared::api::PageRequest;
use shared::model::{FriendshipState, Picture, Reader, UserId};

use crate::Stores;
use crate::page::{Found, further};

/// The newest pictures of `owner` that `caller` may see now; the owner's own whatever their state. Reads on past those that are
/// not for the caller.
pub async fn of_person(
    stores: &Stores,
    caller: UserId,
    owner: UserId,
    page: PageRequest,
) -> Result<Found, Error> {
    let mut step = page;
    let mut pictures = Vec::with_capacity(page.limit);
    loop {
        let (read, reader) = read(stores, caller, owner, step).await?;
        let (last, more) = (read.last().map(|picture| picture.key.picture_id), read.len() == step.limit);
        let seen = read.into_iter().filter(|picture| picture.may_be_seen_by(reader));
        pictures.extend(seen.take(page.limit - pictures.len()).map(|picture| (picture, reader)));
        if pictures.len() == page.limit || !more {
            return Ok(Found::new(pictures, page.limit));
        }
        step.after = last;
        step.limit = further(step.limit);
    }
}

/// Pictures of `owner`, and what `caller` was to the owner at the moment when each was read.
///
/// No transaction takes a query, so the friendship is read before and after: where both times it is the same one, it was there
/// all the while. Read only once, a picture could be shown that never was the caller's to see: friends when the one was read,
/// shared with friends when the other was. Who became or ceased to be a friend meanwhile is a stranger.
async fn read(
    stores: &Stores,
    caller: UserId,
    owner: UserId,
    page: PageRequest,
) -> Result<(Vec<Picture>, Reader), Error> {
    if caller == owner {
        return Ok((stores.pictures.of_owner(owner, page).await?, Reader::Owner));
    }
    let before = friends_since(stores, caller, owner).await?;
    let pictures = stores.pictures.of_owner(owner, page).await?;
    let friends = before.is_some() && friends_since(stores, caller, owner).await? == before;
    Ok((pictures, Reader::of(Some(caller), owner, friends)))
}

/// Since when `owner` is a friend of `caller`, if so. It tells one friendship of the same two from the next: between them are
/// three transactions, so they do not begin in the same millisecond.
async fn friends_since(stores: &Stores, caller: UserId, owner: UserId) -> Result<Option<Timestamp>, Error> {
    let friendship = stores.friendships.get(caller, owner).await?;
    Ok(friendship.filter(|row| row.state == FriendshipState::Friends).map(|row| row.since))
}
