//! Reads a page of one member's pictures.

use domain::access::can_view;
use domain::{FriendshipState, PageRequest, Picture, PictureId, Relation, UserId};
use jiff::Timestamp;
use lambda::Error;
use store::VisiblePicture;

use crate::Context;
use crate::page::PicturePage;

/// The maximum number of pictures per query. DynamoDB returns at most 1 MB per query, which is
/// about 1,500 pictures.
const MAX_PICTURES_PER_QUERY: usize = 1_500;

/// Reads the newest pictures of `owner` that `caller` can view. Returns to owners their own
/// pictures in any state. Skips hidden pictures and reads more until the page is full.
pub async fn read_pictures(
    context: &Context,
    caller: UserId,
    owner: UserId,
    page: PageRequest,
) -> Result<PicturePage, Error> {
    let mut query = page;
    let mut visible = Vec::with_capacity(page.limit);
    loop {
        let QueryResult { pictures, relation, next } = query_pictures(context, caller, owner, query).await?;
        let pictures = pictures.into_iter().filter(|picture| can_view(picture, relation));
        let pictures = pictures.map(|picture| VisiblePicture { picture, relation });
        visible.extend(pictures.take(page.limit - visible.len()));
        if visible.len() == page.limit || next.is_none() {
            return Ok(PicturePage::new(visible, page));
        }
        query = PageRequest { after: next, limit: (query.limit * 2).min(MAX_PICTURES_PER_QUERY) };
    }
}

/// The result of one query.
struct QueryResult {
    pictures: Vec<Picture>,
    /// The relation of the caller to the owner that was valid during the whole query.
    relation: Relation,
    /// The position after which the next query starts.
    next: Option<PictureId>,
}

/// Queries pictures of `owner`, and determines the relation of `caller` during the query.
///
/// DynamoDB transactions do not support queries. Therefore the function reads the friendship before
/// and after the query. If both reads return the same friendship, it existed during the whole
/// query. Otherwise the function treats the caller as a stranger.
///
/// One read of the friendship is not enough. Suppose that the owner ends the friendship and then
/// shares a private picture with friends. If the function reads the friendship before these changes
/// and the picture after them, it discloses a picture that the caller could never view.
async fn query_pictures(
    context: &Context,
    caller: UserId,
    owner: UserId,
    page: PageRequest,
) -> Result<QueryResult, Error> {
    if caller == owner {
        let pictures = context.pictures.read_page(owner, page).await?;
        let next = page.next(&pictures, |picture| picture.key.picture_id);
        return Ok(QueryResult { pictures, relation: Relation::OWNER, next });
    }
    let start = read_friendship_start(context, caller, owner).await?;
    let (pictures, next) = context.pictures.read_shared_page(owner, page).await?;
    let are_friends = start.is_some() && read_friendship_start(context, caller, owner).await? == start;
    let relation = if are_friends { Relation::FRIEND } else { Relation::STRANGER };
    Ok(QueryResult { pictures, relation, next })
}

/// Reads the time at which two members became friends. Returns `None` if they are not friends.
///
/// The time (in milliseconds) identifies the friendship. To become friends again, the members need
/// three transactions: one ends the friendship, one requests a new one, and one accepts the
/// request. Two friendships could have the same time only if the clocks of two functions differed
/// by the duration of these transactions.
async fn read_friendship_start(
    context: &Context,
    caller: UserId,
    owner: UserId,
) -> Result<Option<Timestamp>, Error> {
    let friendship = context.friendships.get(caller, owner).await?;
    Ok(friendship.filter(|row| row.state == FriendshipState::Friends).map(|row| row.since))
}
