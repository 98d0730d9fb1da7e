//! Divides long work into steps. Each step is a message of the topic *Rebuild* and returns the next
//! steps.

use std::collections::{BTreeMap, BTreeSet};

use domain::{AlbumId, FeedId, FeedRow, PageRequest, PictureId, PictureKey, UserId};
use lambda::Error;
use serde::{Deserialize, Serialize};

use crate::albums::{self, Update};
use crate::pictures::write_rows;
use crate::rows::{mark_as_added, verify, verify_page};
use crate::{Tables, friendships};

/// A message of the topic *Rebuild*: one step of work. Operators send `"everyone"` and `{"user":
/// "ID"}`; the function sends the other steps to itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Task {
    /// Rebuilds all feeds. Only this task scans whole tables.
    Everyone,
    /// Rebuilds the feed of a member, and writes the rows of their own pictures to all feeds.
    User(UserId),
    /// Writes the rows of all pictures.
    #[serde(rename = "pictures")]
    WriteAllRows {
        /// The last picture of the previous step.
        after: Option<PictureKey>,
    },
    /// Writes the rows of the pictures of one owner.
    #[serde(rename = "picturesOf")]
    WriteRowsOf {
        /// The owner.
        owner: UserId,
        /// The last picture of the previous step.
        after: Option<PictureId>,
    },
    /// Verifies the rows of all feeds.
    #[serde(rename = "rows")]
    VerifyAllRows {
        /// The last row of the previous step.
        after: Option<FeedRow>,
    },
    /// Writes the rows of a friend's pictures to a feed.
    #[serde(rename = "enter")]
    AddFriend {
        /// The reader of the feed.
        reader: UserId,
        /// The owner of the pictures.
        owner: UserId,
        /// The last picture of the previous step.
        after: Option<PictureId>,
    },
    /// Verifies the rows of the feed of a reader.
    #[serde(rename = "leave")]
    VerifyFeed {
        /// The reader of the feed.
        reader: UserId,
        /// The owners of the pictures; `None` for all owners.
        owners: Option<BTreeSet<UserId>>,
        /// The last picture of the previous step.
        after: Option<PictureId>,
    },
    /// Verifies the rows of the feed of an owner: `sharedOf` or `publicOf`.
    #[serde(rename = "verify")]
    VerifyOwnerFeed {
        /// The feed.
        feed: FeedId,
        /// The last picture of the previous step.
        after: Option<PictureId>,
    },
    /// Writes the rows of the pictures of an album to the feed of its owner or of a member.
    #[serde(rename = "enterAlbum")]
    AddMember {
        /// The reader of the feed.
        reader: UserId,
        /// The album.
        album: AlbumId,
        /// The last picture of the previous step.
        after: Option<PictureKey>,
    },
    /// Verifies the rows of the feed of a reader that name one of these albums.
    #[serde(rename = "leaveAlbums")]
    VerifyAlbums {
        /// The reader of the feed.
        reader: UserId,
        /// The albums.
        albums: BTreeSet<AlbumId>,
        /// The last picture of the previous step.
        after: Option<PictureId>,
    },
    /// Writes the rows of pictures to the feeds of the owner and the members of an album.
    #[serde(rename = "addToAlbum")]
    WriteAlbumRows {
        /// The album.
        album: AlbumId,
        /// The pictures.
        keys: BTreeSet<PictureKey>,
    },
    /// Verifies the rows of pictures in the feeds of the owner and the members of an album.
    #[serde(rename = "removeFromAlbum")]
    VerifyAlbumRows {
        /// The album.
        album: AlbumId,
        /// The pictures.
        keys: BTreeSet<PictureKey>,
    },
}

impl Task {
    /// Runs one step and returns the next steps.
    pub async fn run_step<T: Tables>(self, tables: &T) -> Result<Vec<Self>, Error> {
        Ok(match self {
            Self::Everyone => vec![Self::WriteAllRows { after: None }, Self::VerifyAllRows { after: None }],
            Self::User(user) => {
                let friends = tables.list_friends(user).await?;
                user_tasks(user, friends, tables.list_albums_of_member(user).await?)
            }
            Self::WriteAllRows { after } => {
                let (pictures, next) = tables.scan_pictures(T::PICTURES_PER_STEP, after).await?;
                let tasks = write_rows(tables, &pictures).await?;
                tasks.into_iter().chain(next.map(|after| Self::WriteAllRows { after: Some(after) })).collect()
            }
            Self::WriteRowsOf { owner, after } => {
                let page = PageRequest { limit: T::PICTURES_PER_STEP, after };
                let pictures = tables.read_pictures_of(owner, page).await?;
                let tasks = write_rows(tables, &pictures).await?;
                let next = page.next(&pictures, |picture| picture.key.picture_id);
                let next = next.map(|after| Self::WriteRowsOf { owner, after: Some(after) });
                tasks.into_iter().chain(next).collect()
            }
            Self::VerifyAllRows { after } => {
                let (rows, next) = tables.scan_rows(T::ROWS_PER_STEP, after).await?;
                verify(tables, &mark_as_added(rows.into_iter())).await?;
                next.map(|after| Self::VerifyAllRows { after: Some(after) }).into_iter().collect()
            }
            Self::AddFriend { reader, owner, after } => {
                friendships::add_rows(tables, reader, owner, after).await?.into_iter().collect()
            }
            Self::VerifyFeed { reader, owners, after } => {
                friendships::verify_rows(tables, reader, owners, after).await?.into_iter().collect()
            }
            Self::VerifyOwnerFeed { feed, after } => {
                let next = verify_page(tables, feed, |_| true, after).await?;
                next.map(|after| Self::VerifyOwnerFeed { feed, after: Some(after) }).into_iter().collect()
            }
            Self::AddMember { reader, album, after } => {
                albums::add_rows(tables, reader, album, after).await?.into_iter().collect()
            }
            Self::VerifyAlbums { reader, albums, after } => {
                albums::verify_feed(tables, reader, albums, after).await?.into_iter().collect()
            }
            Self::WriteAlbumRows { album, keys } => {
                albums::update_rows(tables, Update::Write, BTreeMap::from([(album, keys)])).await?
            }
            Self::VerifyAlbumRows { album, keys } => {
                albums::update_rows(tables, Update::Verify, BTreeMap::from([(album, keys)])).await?
            }
        })
    }
}

fn user_tasks(user: UserId, friends: Vec<UserId>, albums: Vec<AlbumId>) -> Vec<Task> {
    let own_tasks = [
        Task::VerifyFeed { reader: user, owners: None, after: None },
        Task::VerifyOwnerFeed { feed: FeedId::SharedOf(user), after: None },
        Task::VerifyOwnerFeed { feed: FeedId::PublicOf(user), after: None },
        Task::WriteRowsOf { owner: user, after: None },
    ];
    let friend_tasks = friends.into_iter().map(|owner| Task::AddFriend { reader: user, owner, after: None });
    let album_tasks = albums.into_iter().map(|album| Task::AddMember { reader: user, album, after: None });
    own_tasks.into_iter().chain(friend_tasks).chain(album_tasks).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use uuid::Uuid;

    #[test]
    fn each_task_has_a_fixed_message_format() {
        let (user, album) = (UserId(Uuid::from_u128(1)), AlbumId(Uuid::from_u128(2)));
        let key = PictureKey { owner_id: user, picture_id: PictureId(Uuid::from_u128(3)) };
        let keys = BTreeSet::from([key]);
        for (task, message) in [
            (Task::Everyone, json!("everyone")),
            (Task::User(user), json!({ "user": user })),
            (Task::WriteAllRows { after: None }, json!({"pictures": {"after": null}})),
            (
                Task::WriteRowsOf { owner: user, after: None },
                json!({"picturesOf": {"owner": user, "after": null}}),
            ),
            (Task::VerifyAllRows { after: None }, json!({"rows": {"after": null}})),
            (
                Task::AddFriend { reader: user, owner: user, after: None },
                json!({"enter": {"reader": user, "owner": user, "after": null}}),
            ),
            (
                Task::VerifyFeed { reader: user, owners: None, after: None },
                json!({"leave": {"reader": user, "owners": null, "after": null}}),
            ),
            (
                Task::VerifyOwnerFeed { feed: FeedId::PublicOf(user), after: None },
                json!({"verify": {"feed": format!("publicOf#{user}"), "after": null}}),
            ),
            (
                Task::AddMember { reader: user, album, after: None },
                json!({"enterAlbum": {"reader": user, "album": album, "after": null}}),
            ),
            (
                Task::VerifyAlbums { reader: user, albums: BTreeSet::from([album]), after: None },
                json!({"leaveAlbums": {"reader": user, "albums": [album], "after": null}}),
            ),
            (
                Task::WriteAlbumRows { album, keys: keys.clone() },
                json!({"addToAlbum": {"album": album, "keys": [key]}}),
            ),
            (
                Task::VerifyAlbumRows { album, keys },
                json!({"removeFromAlbum": {"album": album, "keys": [key]}}),
            ),
        ] {
            assert_eq!(serde_json::to_value(&task).unwrap(), message);
            assert_eq!(serde_json::from_value::<Task>(message).unwrap(), task);
        }
    }
}
