//! Reads a page of one person's pictures.

use domain::access::can_view;
use domain::{FriendshipState, PageRequest, Picture, PictureId, Relation, UserId};
use jiff::Timestamp;
use lambda::Error;
use store::VisiblePicture;

use crate::Context;
use crate::page::PicturePage;

/// The maximum number of pictures per query: about as many as fit into DynamoDB's limit of 1 MB.
const MAX_PICTURES: usize = 1_500;

/// Reads the newest pictures of `owner` that `caller` may see; owners see theirs in any state.
/// Reads on until the page is full, past pictures that the caller may not see.
pub async fn read_pictures(
    context: &Context,
    caller: UserId,
    owner: UserId,
    page: PageRequest,
) -> Result<PicturePage, Error> {
    let mut step = page;
    let mut visible = Vec::with_capacity(page.limit);
    loop {
        let Step { pictures, relation, next } = read_step(context, caller, owner, step).await?;
        let pictures = pictures.into_iter().filter(|picture| can_view(picture, relation));
        let pictures = pictures.map(|picture| VisiblePicture { picture, relation });
        visible.extend(pictures.take(page.limit - visible.len()));
        if visible.len() == page.limit || next.is_none() {
            return Ok(PicturePage::new(visible, page));
        }
        step = PageRequest { after: next, limit: (step.limit * 2).min(MAX_PICTURES) };
    }
}

/// The pictures of one query.
struct Step {
    pictures: Vec<Picture>,
    /// The relation of the caller to the owner throughout the query.
    relation: Relation,
    /// The position after which the next query starts.
    next: Option<PictureId>,
}

/// Reads pictures of `owner`, and the relation of `caller` that held when each picture was read.
///
/// DynamoDB transactions support no queries. Therefore the friendship is read before and after the
/// query: if both reads return the same friendship, it existed throughout. A single read could
/// disclose a picture that the caller could never see, by combining a friendship of one moment with
/// a visibility of another. If the friendship began or ended meanwhile, the caller counts as a
/// stranger.
async fn read_step(
    context: &Context,
    caller: UserId,
    owner: UserId,
    page: PageRequest,
) -> Result<Step, Error> {
    if caller == owner {
        let pictures = context.pictures.read_page(owner, page).await?;
        let next = page.next(&pictures, |picture| picture.key.picture_id);
        return Ok(Step { pictures, relation: Relation::OWNER, next });
    }
    let before = read_friends_since(context, caller, owner).await?;
    let (pictures, next) = context.pictures.read_shared_page(owner, page).await?;
    let friends = before.is_some() && read_friends_since(context, caller, owner).await? == before;
    Ok(Step { pictures, relation: Relation::between(Some(caller), owner, friends), next })
}

/// Reads the time at which the two became friends, if they are. The time identifies the friendship:
/// between two friendships of the same members are three transactions, so both would have the same
/// millisecond only if clocks differed by the duration of those transactions.
async fn read_friends_since(
    context: &Context,
    caller: UserId,
    owner: UserId,
) -> Result<Option<Timestamp>, Error> {
    let friendship = context.friendships.get(caller, owner).await?;
    Ok(friendship.filter(|row| row.state == FriendshipState::Friends).map(|row| row.since))
}
