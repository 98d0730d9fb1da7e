//! What people do.

use end_to_end::pictures::any;
use end_to_end::records;
use fastrand::Rng;
use serde_json::json;
use domain::{Picture, PictureKey, State, UserId, Visibility};

use super::World;
use super::ledger::Thing;

/// One thing that somebody does; people by their place.
#[derive(Debug)]
pub enum Operation {
    /// A picture is there, ready or on its way.
    Make(Box<Picture>),
    /// A file is uploaded.
    Upload(usize, Visibility),
    /// A picture becomes ready, if it was not.
    Complete(PictureKey),
    /// Its owner says who may see it.
    Show(PictureKey, Visibility),
    /// Its owner deletes it.
    Delete(PictureKey),
    /// Asks or accepts.
    Befriend(usize, usize),
    /// Withdraws, declines or ends it.
    Unfriend(usize, usize),
    /// Deletes the account.
    Leave(usize),
}

impl Operation {
    /// Any operation, the likelier the more it takes to make something happen.
    pub fn any(world: &World, rng: &mut Rng) -> Self {
        let visibility = |rng: &mut Rng| {
            let all = [Visibility::Private, Visibility::Friends, Visibility::Friends, Visibility::Public];
            all[rng.usize(..all.len())]
        };
        let who = rng.usize(..world.people.len());
        let whom = (who + rng.usize(1..world.people.len())) % world.people.len();
        let mut pictures = world.pictures.borrow_mut();
        match (rng.u8(..100), pictures.is_empty()) {
            (0..25, _) | (50.., true) if world.left.get() != Some(world.people[who].id()) => {
                let state = if rng.u8(..4) == 0 { State::AwaitingUpload } else { State::Ready };
                let picture = records::picture(world.people[who].id(), visibility(rng), state);
                pictures.push(picture.key);
                Self::Make(Box::new(picture))
            }
            (25..27, _) => Self::Upload(who, visibility(rng)),
            (27..45, _) => Self::Befriend(who, whom),
            (45..52, _) => Self::Unfriend(who, whom),
            (_, true) => Self::Befriend(who, whom),
            (52..58, false) => Self::Complete(pictures[rng.usize(..pictures.len())]),
            (58..92, false) => Self::Show(pictures[rng.usize(..pictures.len())], visibility(rng)),
            (_, false) => Self::Delete(pictures[rng.usize(..pictures.len())]),
        }
    }

    /// What it may change between somebody and a picture.
    fn touches(&self, world: &World) -> Option<Thing> {
        let id = |place: usize| world.people[place].id();
        match *self {
            Self::Make(_) | Self::Upload(..) | Self::Leave(_) => None,
            Self::Complete(key) | Self::Show(key, _) | Self::Delete(key) => Some(Thing::Picture(key)),
            Self::Befriend(who, whom) | Self::Unfriend(who, whom) => Some(Thing::between(id(who), id(whom))),
        }
    }

    /// Does it; gives the picture that was uploaded.
    pub async fn perform(&self, world: &World) -> Option<PictureKey> {
        let thing = self.touches(world);
        thing.inspect(|thing| world.ledger.begin(*thing));
        let uploaded = self.call(world).await;
        thing.inspect(|thing| world.ledger.end(*thing));
        uploaded
    }

    async fn call(&self, world: &World) -> Option<PictureKey> {
        let people = &world.people;
        let owner = |id: UserId| people.iter().find(|person| person.id() == id).unwrap();
        let has_left = |id: UserId| world.left.get() == Some(id);
        let (code, allowed): (u16, &[u16]) = match *self {
            Self::Make(ref picture) => {
                world.root.put_picture(picture).await;
                return None;
            }
            Self::Complete(key) => {
                world.root.complete(key).await;
                return None;
            }
            Self::Upload(who, _) if has_left(people[who].id()) => return None,
            Self::Upload(who, visibility) => return Some(people[who].upload(&any(), visibility).await),
            Self::Show(key, visibility) => {
                let body = json!({"visibility": visibility});
                let answer = owner(key.owner_id).patch(&format!("/pictures/{key}"), &body).await;
                (answer.code, &[200, 404])
            }
            Self::Delete(key) => {
                (owner(key.owner_id).delete(&format!("/pictures/{key}")).await.code, &[200, 404])
            }
            // Somebody else may do so at the same moment, or be no more.
            Self::Befriend(who, whom) => (people[who].befriend(&people[whom]).await.code, &[200, 404, 409]),
            Self::Unfriend(who, whom) => (people[who].unfriend(&people[whom]).await.code, &[200]),
            Self::Leave(who) => {
                // From here on nobody can say what becomes of theirs, and when.
                world.left.set(Some(people[who].id()));
                (people[who].delete(&format!("/users/{}", people[who].id())).await.code, &[200])
            }
        };
        assert!(allowed.contains(&code), "{self:?}: {code}");
        None
    }
}
