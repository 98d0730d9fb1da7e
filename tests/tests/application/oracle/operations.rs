//! The random operations.

use domain::{AlbumRef, AlbumRole, Picture, PictureKey, PictureState, UserId, Visibility};
use end_to_end::pictures::unique_file;
use end_to_end::rows;
use fastrand::Rng;
use serde_json::json;

use super::Scenario;
use super::change_log::Subject;

/// An operation. Members are indexes into [`Scenario::members`].
#[derive(Debug)]
pub enum Operation {
    /// Creates the row of a picture without a file.
    Create(Box<Picture>),
    /// Uploads a file, which the functions process.
    Upload(usize, Visibility),
    /// Makes a picture without a file ready.
    MakeReady(PictureKey),
    /// Changes the visibility of a picture.
    SetVisibility(PictureKey, Visibility),
    /// Deletes a picture.
    Delete(PictureKey),
    /// Requests or accepts a friendship.
    Befriend(usize, usize),
    /// Withdraws, declines or ends a friendship.
    Unfriend(usize, usize),
    /// Blocks a member.
    Block(usize, usize),
    /// Ends a block.
    Unblock(usize, usize),
    /// Deletes the account of a member.
    DeleteAccount(usize),
    /// Adds a picture to an album. Albums are indexes into [`Scenario::albums`].
    AddToAlbum(usize, PictureKey),
    /// Removes a picture from an album.
    RemoveFromAlbum(usize, PictureKey),
    /// Adds a member to an album, or changes their role.
    AddToMembers(usize, usize, AlbumRole),
    /// A member leaves an album, which removes their pictures.
    Leave(usize, usize),
    /// Changes the visibility of an album.
    SetAlbumVisibility(usize, Visibility),
    /// Deletes an album.
    DeleteAlbum(usize),
}

impl Operation {
    /// Chooses a random operation. The ranges are percentages. Operations
    /// that need many repetitions to have an effect have the largest ranges.
    pub fn random(scenario: &Scenario, rng: &mut Rng) -> Self {
        let visibility = |rng: &mut Rng| {
            let all = [Visibility::Private, Visibility::Friends, Visibility::Friends, Visibility::Public];
            all[rng.usize(..all.len())]
        };
        let member = rng.usize(..scenario.members.len());
        let other = (member + rng.usize(1..scenario.members.len())) % scenario.members.len();
        let mut pictures = scenario.pictures.borrow_mut();
        match (rng.u8(..100), pictures.is_empty()) {
            (0..25, _) | (55.., true)
                if scenario.deleted_account.get() != Some(scenario.members[member].id()) =>
            {
                let state = if rng.u8(..4) == 0 { PictureState::AwaitingUpload } else { PictureState::Ready };
                let picture = rows::picture(scenario.members[member].id(), visibility(rng), state);
                pictures.push(picture.key);
                Self::Create(Box::new(picture))
            }
            (25..27, _) => Self::Upload(member, visibility(rng)),
            (27..45, _) => Self::Befriend(member, other),
            (45..50, _) => Self::Unfriend(member, other),
            (50..52, _) => Self::Block(member, other),
            (52..55, _) => Self::Unblock(member, other),
            (_, true) => Self::Befriend(member, other),
            (55..59, false) => Self::MakeReady(pictures[rng.usize(..pictures.len())]),
            (59..66, false) => {
                let album = rng.usize(..scenario.albums.len());
                let owner = scenario.albums[album].owner_id;
                let is_owner = |key: &&PictureKey| key.owner_id == owner && rng.bool();
                // Pictures of the owner can always be added.
                let picture = pictures.iter().find(is_owner).copied();
                Self::AddToAlbum(album, picture.unwrap_or(pictures[rng.usize(..pictures.len())]))
            }
            (66..68, false) => {
                let album = rng.usize(..scenario.albums.len());
                Self::RemoveFromAlbum(album, pictures[rng.usize(..pictures.len())])
            }
            (68..74, false) => {
                let (album, role) = (rng.usize(..scenario.albums.len()), rng.usize(..3));
                Self::AddToMembers(album, member, AlbumRole::OF_MEMBERS[role])
            }
            (74..76, false) => Self::Leave(rng.usize(..scenario.albums.len()), member),
            (76..77, false) => Self::SetAlbumVisibility(rng.usize(..scenario.albums.len()), visibility(rng)),
            (77..92, false) => Self::SetVisibility(pictures[rng.usize(..pictures.len())], visibility(rng)),
            (_, false) => Self::Delete(pictures[rng.usize(..pictures.len())]),
        }
    }

    /// Returns the subject that the operation can change. Returns `None` if it creates a
    /// picture, and for the deletion of an account, which `deleted_account` records.
    fn subject(&self, scenario: &Scenario) -> Option<Subject> {
        let id = |member: usize| scenario.members[member].id();
        match *self {
            Self::Create(_) | Self::Upload(..) | Self::DeleteAccount(_) => None,
            Self::MakeReady(key) | Self::SetVisibility(key, _) | Self::Delete(key) => {
                Some(Subject::Picture(key))
            }
            Self::Befriend(member, other)
            | Self::Unfriend(member, other)
            | Self::Block(member, other)
            | Self::Unblock(member, other) => Some(Subject::friendship(id(member), id(other))),
            Self::AddToAlbum(album, _)
            | Self::RemoveFromAlbum(album, _)
            | Self::AddToMembers(album, ..)
            | Self::Leave(album, _)
            | Self::SetAlbumVisibility(album, _)
            | Self::DeleteAlbum(album) => Some(Subject::Album(scenario.albums[album].album_id)),
        }
    }

    /// Performs the operation. Returns the picture that it uploaded.
    pub async fn perform(&self, scenario: &Scenario) -> Option<PictureKey> {
        let subject = self.subject(scenario);
        subject.inspect(|subject| scenario.change_log.begin(*subject));
        let uploaded = self.call(scenario).await;
        subject.inspect(|subject| scenario.change_log.end(*subject));
        uploaded
    }

    async fn call(&self, scenario: &Scenario) -> Option<PictureKey> {
        let members = &scenario.members;
        let owner = |id: UserId| members.iter().find(|member| member.id() == id).unwrap();
        let album_of = |album: usize| {
            let AlbumRef { album_id, owner_id } = scenario.albums[album];
            (format!("/albums/{album_id}"), owner(owner_id))
        };
        let is_deleted = |id: UserId| scenario.deleted_account.get() == Some(id);
        let (code, allowed): (u16, &[u16]) = match *self {
            Self::Create(ref picture) => {
                scenario.root.put_picture(picture).await;
                return None;
            }
            Self::MakeReady(key) => {
                scenario.root.make_ready(key).await;
                return None;
            }
            Self::Upload(member, _) if is_deleted(members[member].id()) => return None,
            Self::Upload(member, visibility) => {
                return Some(members[member].upload(&unique_file(), visibility).await);
            }
            Self::SetVisibility(key, visibility) => {
                let body = json!({"visibility": visibility});
                let answer = owner(key.owner_id).patch(&format!("/pictures/{key}"), &body).await;
                (answer.code, &[200, 404])
            }
            Self::Delete(key) => {
                (owner(key.owner_id).delete(&format!("/pictures/{key}")).await.code, &[200, 404])
            }
            // The API replies 403 to a deleted account, 404 for one, and 409 after a concurrent
            // change.
            Self::Befriend(member, other) => {
                (members[member].befriend(&members[other]).await.code, &[200, 403, 404, 409])
            }
            Self::Unfriend(member, other) => {
                (members[member].unfriend(&members[other]).await.code, &[200, 409])
            }
            Self::Block(member, other) => {
                (members[member].block(&members[other]).await.code, &[200, 403, 404, 409])
            }
            Self::Unblock(member, other) => {
                (members[member].unblock(&members[other]).await.code, &[200, 409])
            }
            Self::DeleteAccount(member) => {
                // The observers skip the pictures of this member from now on.
                scenario.deleted_account.set(Some(members[member].id()));
                (members[member].delete(&format!("/users/{}", members[member].id())).await.code, &[200])
            }
            // The API replies 403 without the necessary role, 404 to those who cannot view the
            // album, and 409 if the new member is no friend.
            Self::AddToAlbum(album, key) => {
                let path = format!("{}/pictures/{key}", album_of(album).0);
                (owner(key.owner_id).put(&path, &json!({})).await.code, &[200, 403, 404, 409])
            }
            Self::RemoveFromAlbum(album, key) => {
                let (path, owner) = album_of(album);
                (owner.delete(&format!("{path}/pictures/{key}")).await.code, &[200, 403, 404])
            }
            Self::AddToMembers(album, member, role) => {
                let (path, owner) = album_of(album);
                let path = format!("{path}/members/{}", members[member].id());
                let answer = owner.put(&path, &json!({"role": role})).await;
                (answer.code, &[200, 400, 403, 404, 409])
            }
            Self::Leave(album, member) => {
                let path = format!("{}/members/{}", album_of(album).0, members[member].id());
                (members[member].delete(&path).await.code, &[200, 400, 403, 404, 409])
            }
            Self::SetAlbumVisibility(album, visibility) => {
                let (path, owner) = album_of(album);
                (owner.patch(&path, &json!({"visibility": visibility})).await.code, &[200, 403, 404])
            }
            Self::DeleteAlbum(album) => {
                let (path, owner) = album_of(album);
                (owner.delete(&path).await.code, &[200, 403, 404])
            }
        };
        assert!(allowed.contains(&code), "{self:?}: {code}");
        None
    }
}
