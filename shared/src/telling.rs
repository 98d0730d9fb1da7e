//! What happened that is news, as it is now, and whom it concerns: one rule for all who tell people of it or keep it for them.

use std::collections::BTreeSet;

use crate::Error;
use crate::aws::Cloud;
use crate::model::{Activity, CommentId, FriendshipState, PictureKey, Reader, UserId, What};
use crate::store::{Comments, Friendships, Sight};

/// Where it is looked up whom something concerns.
#[derive(Clone, Debug)]
pub struct Telling {
    /// What was written about a picture.
    pub comments: Comments,
    /// Whose friend somebody is.
    pub friendships: Friendships,
    /// Who may see a picture.
    pub sight: Sight,
}

/// Something that is still so, and may be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Story {
    what: What,
    /// Whose doing it is.
    pub actor: UserId,
    /// Whom it concerned when it was read; never who did it.
    pub to: Vec<UserId>,
    /// What was written.
    pub comment: Option<String>,
}

impl Telling {
    /// The tables that `COMMENTS_TABLE`, `FRIENDSHIPS_TABLE` and `PICTURES_TABLE` name.
    ///
    /// # Errors
    /// A variable is not set.
    pub fn from_env(cloud: &Cloud) -> Result<Self, Error> {
        Ok(Self {
            comments: Comments::from_env(cloud)?,
            friendships: Friendships::from_env(cloud)?,
            sight: Sight::from_env(cloud)?,
        })
    }

    /// What there is to tell; `None` where it is no longer so, or concerns nobody.
    ///
    /// # Errors
    /// DynamoDB's.
    pub async fn story(&self, activity: &Activity) -> Result<Option<Story>, Error> {
        let found = self.whole(activity.what).await?.map(Story::without_actor);
        Ok(found.filter(|story| !story.to.is_empty()))
    }

    async fn whole(&self, what: What) -> Result<Option<Story>, Error> {
        match what {
            What::PictureReady { picture } => {
                if !self.friends_may_see(picture).await? {
                    return Ok(None);
                }
                let to = self.friendships.friends(picture.owner_id).await?;
                Ok(Some(Story { what, actor: picture.owner_id, to, comment: None }))
            }
            What::FriendRequested { from, to } => {
                let asked = self.is(to, from, FriendshipState::Invited).await?;
                Ok(asked.then_some(Story { what, actor: from, to: vec![to], comment: None }))
            }
            What::FriendAccepted { from, to } => {
                let friends = self.is(from, to, FriendshipState::Friends).await?;
                Ok(friends.then_some(Story { what, actor: to, to: vec![from], comment: None }))
            }
            What::CommentAdded { picture, comment_id } => self.commented(what, picture, comment_id).await,
            // These only keep an open page right.
            What::PictureChanged { .. }
            | What::PictureRemoved { .. }
            | What::FriendRemoved { .. }
            | What::CommentRemoved { .. } => Ok(None),
        }
    }

    /// Those of `people` whom it concerns at this moment. Of many people the last are told long after the first.
    ///
    /// # Errors
    /// DynamoDB's.
    pub async fn still_concerns(&self, story: &Story, people: &[UserId]) -> Result<BTreeSet<UserId>, Error> {
        let What::PictureReady { picture } = story.what else { return Ok(people.iter().copied().collect()) };
        let seeing = self.sight.readers(picture, people).await?;
        let readers = seeing.into_iter().flat_map(|(_, readers)| readers);
        // Everybody may see a public picture; it is news to friends.
        Ok(readers.filter(|(_, reader)| *reader == Reader::Friend).map(|(id, _)| id).collect())
    }

    async fn friends_may_see(&self, picture: PictureKey) -> Result<bool, Error> {
        let found = self.sight.of(Some(picture.owner_id), picture).await?;
        Ok(found.is_some_and(|(picture, _)| picture.may_be_seen_by(Reader::Friend)))
    }

    /// Whether `friend` is that to `user` now.
    async fn is(&self, user: UserId, friend: UserId, state: FriendshipState) -> Result<bool, Error> {
        let found = self.friendships.get(user, friend).await?;
        Ok(found.is_some_and(|friendship| friendship.state == state))
    }

    async fn commented(
        &self,
        what: What,
        picture: PictureKey,
        id: CommentId,
    ) -> Result<Option<Story>, Error> {
        let Some(comment) = self.comments.get(picture, id).await? else { return Ok(None) };
        let owner = picture.owner_id;
        let there = self.sight.of(Some(owner), picture).await?.is_some();
        let story = Story { what, actor: comment.author_id, to: vec![owner], comment: Some(comment.text) };
        Ok(there.then_some(story))
    }
}

impl Story {
    /// Nobody is told what they did themselves.
    fn without_actor(mut self) -> Self {
        self.to.retain(|person| *person != self.actor);
        self
    }
}
