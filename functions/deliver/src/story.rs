//! What an activity is about, as it is now, and whom it concerns.

use std::collections::BTreeSet;
use std::iter;

use shared::Error;
use shared::model::{Activity, CommentId, FriendshipState, PictureKey, Reader, UserId, What};

use crate::Stores;

/// Something that is still so, and may be told.
#[derive(Debug)]
pub struct Story {
    what: What,
    /// Whose doing it is.
    pub actor: UserId,
    /// Whom it concerned when it was read.
    pub to: Vec<UserId>,
    /// What was written.
    pub comment: Option<String>,
}

impl Story {
    /// What there is to tell; `None` where it is no longer so, or concerns nobody.
    ///
    /// # Errors
    /// DynamoDB's.
    pub async fn read(stores: &Stores, activity: &Activity) -> Result<Option<Self>, Error> {
        let what = activity.what;
        match what {
            What::PictureReady { picture } => {
                if !friends_may_see(stores, picture).await? {
                    return Ok(None);
                }
                let to = stores.friendships.friends(picture.owner_id).await?;
                Ok(Some(Self { what, actor: picture.owner_id, to, comment: None }))
            }
            What::FriendRequested { from, to } => {
                let asked = is(stores, to, from, FriendshipState::Invited).await?;
                Ok(asked.then_some(Self { what, actor: from, to: vec![to], comment: None }))
            }
            What::FriendAccepted { from, to } => {
                let friends = is(stores, from, to, FriendshipState::Friends).await?;
                Ok(friends.then_some(Self { what, actor: to, to: vec![from], comment: None }))
            }
            What::CommentAdded { picture, comment_id } => commented(stores, what, picture, comment_id).await,
            // These only keep an open page right.
            What::PictureChanged { .. }
            | What::PictureRemoved { .. }
            | What::FriendRemoved { .. }
            | What::CommentRemoved { .. } => Ok(None),
        }
    }

    /// Everybody it names.
    pub fn people(&self) -> BTreeSet<UserId> {
        self.to.iter().copied().chain(iter::once(self.actor)).collect()
    }

    /// Those of `people` whom it concerns at this moment. Of many people the last are told long after the first.
    ///
    /// # Errors
    /// DynamoDB's.
    pub async fn still_concerns(
        &self,
        stores: &Stores,
        people: &[UserId],
    ) -> Result<BTreeSet<UserId>, Error> {
        let What::PictureReady { picture } = self.what else { return Ok(people.iter().copied().collect()) };
        let seeing = stores.sight.readers(picture, people).await?;
        let readers = seeing.into_iter().flat_map(|(_, readers)| readers);
        // Everybody may see a public picture; it is news to friends.
        Ok(readers.filter(|(_, reader)| *reader == Reader::Friend).map(|(id, _)| id).collect())
    }
}

async fn friends_may_see(stores: &Stores, picture: PictureKey) -> Result<bool, Error> {
    let found = stores.sight.of(Some(picture.owner_id), picture).await?;
    Ok(found.is_some_and(|(picture, _)| picture.may_be_seen_by(Reader::Friend)))
}

/// Whether `friend` is that to `user` now.
async fn is(stores: &Stores, user: UserId, friend: UserId, state: FriendshipState) -> Result<bool, Error> {
    let found = stores.friendships.get(user, friend).await?;
    Ok(found.is_some_and(|friendship| friendship.state == state))
}

async fn commented(
    stores: &Stores,
    what: What,
    picture: PictureKey,
    id: CommentId,
) -> Result<Option<Story>, Error> {
    let Some(comment) = stores.comments.get(picture, id).await? else { return Ok(None) };
    let owner = picture.owner_id;
    let there = stores.sight.of(Some(owner), picture).await?.is_some();
    let story = Story { what, actor: comment.author_id, to: vec![owner], comment: Some(comment.text) };
    Ok(there.then_some(story))
}
