//! The albums of the scenario at one moment.

use std::collections::BTreeSet;

use domain::{
    Album, AlbumId, Friendship, FriendshipState, MAX_ALBUM_PICTURES, Picture, PictureKey, PictureState,
    UserId, Visibility,
};
use futures_util::future::join_all;
use store::Albums;

use super::Scenario;

/// An album with its members and pictures.
#[derive(Clone, Debug)]
pub struct AlbumState {
    pub album: Album,
    members: BTreeSet<UserId>,
    keys: BTreeSet<PictureKey>,
}

impl AlbumState {
    /// Reads the albums that exist.
    pub async fn read_all(scenario: &Scenario) -> Vec<Self> {
        let albums = Albums::new(&scenario.root.database().await);
        let read = scenario.albums.iter().map(|via| Self::read(&albums, via.album_id));
        join_all(read).await.into_iter().flatten().collect()
    }

    async fn read(albums: &Albums, id: AlbumId) -> Option<Self> {
        let limit = usize::try_from(MAX_ALBUM_PICTURES).unwrap();
        let (album, members, keys) =
            tokio::join!(albums.get(id), albums.list_members(id), albums.list_keys(id, limit, None));
        Some(Self {
            album: album.unwrap()?,
            members: members.unwrap().into_iter().map(|member| member.user_id).collect(),
            keys: keys.unwrap().into_iter().collect(),
        })
    }

    /// Returns `true` if the feed of a reader must contain the picture because of the album.
    pub fn adds_to_feed(&self, reader: UserId, picture: &Picture) -> bool {
        let is_reader = self.album.owner_id == reader || self.members.contains(&reader);
        is_reader && self.keys.contains(&picture.key) && picture.state() == PictureState::Ready
    }

    /// Returns `true` if the album shows the picture to a reader. `friendships` are the rows of the
    /// reader. States the access rule again instead of calling `domain::access`.
    pub fn shows(&self, reader: UserId, picture: &Picture, friendships: &[Friendship]) -> bool {
        let with =
            |other: UserId| friendships.iter().find(|row| row.user_id == reader && row.friend_id == other);
        let has_block = |other: UserId| {
            with(other).is_some_and(|row| row.state == FriendshipState::Blocked || row.blocked_by_friend)
        };
        let owner = self.album.owner_id;
        let is_friend = with(owner).is_some_and(|row| row.state == FriendshipState::Friends);
        let sees_album = owner == reader
            || (self.members.contains(&reader) && !has_block(owner))
            || match self.album.visibility {
                Visibility::Private => false,
                Visibility::Friends => is_friend,
                Visibility::Public => true,
            };
        sees_album
            && self.keys.contains(&picture.key)
            && picture.state() == PictureState::Ready
            && !has_block(picture.key.owner_id)
    }
}
