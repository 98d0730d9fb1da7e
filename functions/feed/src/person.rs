//! A page of one person's pictures, straight from the record.

use domain::PageRequest;
use domain::{FriendshipState, Picture, PictureId, Relation, UserId};
use jiff::Timestamp;
use lambda::Error;

use crate::Context;
use crate::page::Found;

/// The most pictures that are gone through at a time: DynamoDB's megabyte.
const MAX_PICTURES: usize = 1_500;

/// The newest pictures of `owner` that `caller` may see now; the owner's own whatever their state. Reads on past those that are
/// not for the caller.
pub async fn of_person(
    context: &Context,
    caller: UserId,
    owner: UserId,
    page: PageRequest,
) -> Result<Found, Error> {
    let mut step = page;
    let mut pictures = Vec::with_capacity(page.limit);
    loop {
        let Part { read, reader, next } = read(context, caller, owner, step).await?;
        let seen = read.into_iter().filter(|picture| picture.may_be_seen_by(reader));
        pictures.extend(seen.take(page.limit - pictures.len()).map(|picture| (picture, reader)));
        if pictures.len() == page.limit || next.is_none() {
            return Ok(Found::new(pictures, page));
        }
        step = PageRequest { after: next, limit: (step.limit * 2).min(MAX_PICTURES) };
    }
}

/// What was read of a person's pictures at one time.
struct Part {
    read: Vec<Picture>,
    /// What the caller was to their owner at the moment when each was read.
    reader: Relation,
    next: Option<PictureId>,
}

/// Pictures of `owner`, and what `caller` was to the owner at the moment when each was read.
///
/// No transaction takes a query, so the friendship is read before and after: where both times it is the same one, it was there
/// all the while. Read only once, a picture could be shown that never was the caller's to see: friends when the one was read,
/// shared with friends when the other was. Who became or ceased to be a friend meanwhile is a stranger.
async fn read(context: &Context, caller: UserId, owner: UserId, page: PageRequest) -> Result<Part, Error> {
    if caller == owner {
        let read = context.pictures.of_owner(owner, page).await?;
        let next = page.next(&read, |picture| picture.key.picture_id);
        return Ok(Part { read, reader: Relation::Owner, next });
    }
    let before = friends_since(context, caller, owner).await?;
    let (read, next) = context.pictures.shared_of(owner, page).await?;
    let friends = before.is_some() && friends_since(context, caller, owner).await? == before;
    Ok(Part { read, reader: Relation::of(Some(caller), owner, friends), next })
}

/// Since when `owner` is a friend of `caller`, if so. It tells one friendship of the same two from the next, since between them are
/// three transactions: for them to begin in the same millisecond, clocks would have to differ by as much as these take.
async fn friends_since(context: &Context, caller: UserId, owner: UserId) -> Result<Option<Timestamp>, Error> {
    let friendship = context.friendships.get(caller, owner).await?;
    Ok(friendship.filter(|row| row.state == FriendshipState::Friends).map(|row| row.since))
}
