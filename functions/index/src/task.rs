//! Long work, one step at a time: each step is a message of the topic *Rebuild*, and says which are to follow.

use std::collections::BTreeSet;

use domain::PageRequest;
use domain::{FeedRow, PictureId, PictureKey, UserId};
use lambda::Error;
use serde::{Deserialize, Serialize};

use crate::pictures::write_all;
use crate::rows::{came, verify};
use crate::{Records, friendships};

/// A message of the topic *Rebuild*. People send `"everyone"` and `{"user": "ID"}`; the others are how the work goes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Task {
    /// All feeds: the only work that reads whole tables.
    Everyone,
    /// What one person sees, and where their own pictures are seen.
    User(UserId),
    /// The rows of everybody's pictures, from there on.
    Pictures {
        /// After this one.
        after: Option<PictureKey>,
    },
    /// The rows of one person's pictures, from there on.
    PicturesOf {
        /// Whose.
        owner: UserId,
        /// After this one.
        after: Option<PictureId>,
    },
    /// Every row of every feed is looked at, from there on.
    Rows {
        /// After this one.
        after: Option<FeedRow>,
    },
    /// A friend's pictures enter a feed, from there on.
    Enter {
        /// Whose feed.
        reader: UserId,
        /// Whose pictures.
        owner: UserId,
        /// After this one.
        after: Option<PictureId>,
    },
    /// A feed is looked through for pictures that should not be there, from there on.
    Leave {
        /// Whose feed.
        reader: UserId,
        /// Whose pictures; `None`: everybody's.
        owners: Option<BTreeSet<UserId>>,
        /// After this one.
        after: Option<PictureId>,
    },
}

impl Task {
    /// Does one step and says what is to follow.
    ///
    /// # Errors
    /// Those of the records.
    pub async fn step<R: Records>(self, records: &R) -> Result<Vec<Self>, Error> {
        Ok(match self {
            Self::Everyone => vec![Self::Pictures { after: None }, Self::Rows { after: None }],
            Self::User(user) => user_tasks(user, records.friends(user).await?),
            Self::Pictures { after } => {
                let (pictures, next) = records.all_pictures(R::FANNED_OUT, after).await?;
                write_all(records, &pictures).await?;
                next.map(|after| Self::Pictures { after: Some(after) }).into_iter().collect()
            }
            Self::PicturesOf { owner, after } => {
                let page = PageRequest { limit: R::FANNED_OUT, after };
                let pictures = records.pictures_of(owner, page).await?;
                write_all(records, &pictures).await?;
                let next = page.next(&pictures, |picture| picture.key.picture_id);
                next.map(|after| Self::PicturesOf { owner, after: Some(after) }).into_iter().collect()
            }
            Self::Rows { after } => {
                let (rows, next) = records.all_rows(R::ROWS, after).await?;
                verify(records, &came(rows.into_iter())).await?;
                next.map(|after| Self::Rows { after: Some(after) }).into_iter().collect()
            }
            Self::Enter { reader, owner, after } => {
                friendships::enter(records, reader, owner, after).await?.into_iter().collect()
            }
            Self::Leave { reader, owners, after } => {
                friendships::leave(records, reader, owners, after).await?.into_iter().collect()
            }
        })
    }
}

fn user_tasks(user: UserId, friends: Vec<UserId>) -> Vec<Task> {
    let own = [
        Task::Leave { reader: user, owners: None, after: None },
        Task::PicturesOf { owner: user, after: None },
    ];
    let theirs = friends.into_iter().map(|owner| Task::Enter { reader: user, owner, after: None });
    own.into_iter().chain(theirs).collect()
}
