//! The random operations.

use domain::{Picture, PictureKey, PictureState, UserId, Visibility};
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
            (59..92, false) => Self::SetVisibility(pictures[rng.usize(..pictures.len())], visibility(rng)),
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
        };
        assert!(allowed.contains(&code), "{self:?}: {code}");
        None
    }
}
