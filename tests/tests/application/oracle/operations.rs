//! The random operations.

use domain::{Picture, PictureKey, PictureState, UserId, Visibility};
use end_to_end::pictures::unique_file;
use end_to_end::rows;
use fastrand::Rng;
use serde_json::json;

use super::World;
use super::change_log::Subject;

/// An operation. Members are indexes into [`World::people`].
#[derive(Debug)]
pub enum Operation {
    /// Creates the record of a picture.
    Create(Box<Picture>),
    /// Uploads a file.
    Upload(usize, Visibility),
    /// Makes a picture ready.
    Complete(PictureKey),
    /// Changes the visibility of a picture.
    SetVisibility(PictureKey, Visibility),
    /// Deletes a picture.
    Delete(PictureKey),
    /// Requests or accepts a friendship.
    Befriend(usize, usize),
    /// Withdraws, declines or ends a friendship.
    Unfriend(usize, usize),
    /// Deletes the account.
    DeleteAccount(usize),
}

impl Operation {
    /// Returns a random operation. Operations that are needed more often to have an effect are more
    /// likely.
    pub fn random(world: &World, rng: &mut Rng) -> Self {
        let visibility = |rng: &mut Rng| {
            let all = [Visibility::Private, Visibility::Friends, Visibility::Friends, Visibility::Public];
            all[rng.usize(..all.len())]
        };
        let member = rng.usize(..world.people.len());
        let other = (member + rng.usize(1..world.people.len())) % world.people.len();
        let mut pictures = world.pictures.borrow_mut();
        match (rng.u8(..100), pictures.is_empty()) {
            (0..25, _) | (50.., true) if world.deleted_account.get() != Some(world.people[member].id()) => {
                let state = if rng.u8(..4) == 0 { PictureState::AwaitingUpload } else { PictureState::Ready };
                let picture = rows::picture(world.people[member].id(), visibility(rng), state);
                pictures.push(picture.key);
                Self::Create(Box::new(picture))
            }
            (25..27, _) => Self::Upload(member, visibility(rng)),
            (27..45, _) => Self::Befriend(member, other),
            (45..52, _) => Self::Unfriend(member, other),
            (_, true) => Self::Befriend(member, other),
            (52..58, false) => Self::Complete(pictures[rng.usize(..pictures.len())]),
            (58..92, false) => Self::SetVisibility(pictures[rng.usize(..pictures.len())], visibility(rng)),
            (_, false) => Self::Delete(pictures[rng.usize(..pictures.len())]),
        }
    }

    /// Returns the subject that the operation may change.
    fn subject(&self, world: &World) -> Option<Subject> {
        let id = |member: usize| world.people[member].id();
        match *self {
            Self::Create(_) | Self::Upload(..) | Self::DeleteAccount(_) => None,
            Self::Complete(key) | Self::SetVisibility(key, _) | Self::Delete(key) => {
                Some(Subject::Picture(key))
            }
            Self::Befriend(member, other) | Self::Unfriend(member, other) => {
                Some(Subject::friendship(id(member), id(other)))
            }
        }
    }

    /// Performs the operation. Returns the picture that it uploaded.
    pub async fn perform(&self, world: &World) -> Option<PictureKey> {
        let subject = self.subject(world);
        subject.inspect(|subject| world.change_log.begin(*subject));
        let uploaded = self.call(world).await;
        subject.inspect(|subject| world.change_log.end(*subject));
        uploaded
    }

    async fn call(&self, world: &World) -> Option<PictureKey> {
        let people = &world.people;
        let owner = |id: UserId| people.iter().find(|person| person.id() == id).unwrap();
        let is_deleted = |id: UserId| world.deleted_account.get() == Some(id);
        let (code, allowed): (u16, &[u16]) = match *self {
            Self::Create(ref picture) => {
                world.root.put_picture(picture).await;
                return None;
            }
            Self::Complete(key) => {
                world.root.make_ready(key).await;
                return None;
            }
            Self::Upload(member, _) if is_deleted(people[member].id()) => return None,
            Self::Upload(member, visibility) => {
                return Some(people[member].upload(&unique_file(), visibility).await);
            }
            Self::SetVisibility(key, visibility) => {
                let body = json!({"visibility": visibility});
                let answer = owner(key.owner_id).patch(&format!("/pictures/{key}"), &body).await;
                (answer.code, &[200, 404])
            }
            Self::Delete(key) => {
                (owner(key.owner_id).delete(&format!("/pictures/{key}")).await.code, &[200, 404])
            }
            // 404 for a deleted account, 409 for a concurrent change.
            Self::Befriend(member, other) => {
                (people[member].befriend(&people[other]).await.code, &[200, 404, 409])
            }
            Self::Unfriend(member, other) => (people[member].unfriend(&people[other]).await.code, &[200]),
            Self::DeleteAccount(member) => {
                // From now on, the observers skip the pictures of this member.
                world.deleted_account.set(Some(people[member].id()));
                (people[member].delete(&format!("/users/{}", people[member].id())).await.code, &[200])
            }
        };
        assert!(allowed.contains(&code), "{self:?}: {code}");
        None
    }
}
