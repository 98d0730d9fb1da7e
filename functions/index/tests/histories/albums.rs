//! The Albums table: who can view an album, and the actions that change albums.
//!
//! As in [`crate::world`], the expectations are independent of `domain::access`.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use domain::{
    ActivityEvent, Album, AlbumAccess, AlbumEntry, AlbumId, AlbumRef, AlbumRole, FeedId, Guest, LinkId,
    Membership, Picture, PictureKey, RuleState, Sha256, UserId, Visibility,
};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};
use store::{Albums, RuleChange, ViewedAlbum, VisiblePicture};
use uuid::Uuid;

use crate::op::Op;
use crate::world::{Event, Moment, World, is_ready, member, record};

impl Moment {
    fn has_block(&self, a: UserId, b: UserId) -> bool {
        self.blocks.contains(&(a, b)) || self.blocks.contains(&(b, a))
    }

    /// Returns the reason why a reader can view an album: the owner and the members can, unless
    /// one of the reader and the owner blocked the other; otherwise, the visibility decides.
    fn album_access(&self, reader: Option<UserId>, album: &Album) -> Option<AlbumAccess> {
        let owner = album.owner_id;
        if reader == Some(owner) {
            return Some(AlbumAccess::Role(AlbumRole::Owner));
        }
        let role = reader.and_then(|reader| self.members.get(&(album.album_id, reader)));
        match role {
            Some(role) if !reader.is_some_and(|reader| self.has_block(reader, owner)) => {
                Some(AlbumAccess::Role(*role))
            }
            _ if album.visibility == Visibility::Public => Some(AlbumAccess::Public),
            _ => {
                let is_friend = reader.is_some_and(|reader| self.friends.contains(&(reader, owner)));
                (album.visibility == Visibility::Friends && is_friend).then_some(AlbumAccess::Friend)
            }
        }
    }

    /// Returns `true` if the album contains the picture and the reader can view the album.
    fn shows(&self, reader: Option<UserId>, key: PictureKey, viewed: &ViewedAlbum) -> bool {
        let album = self.albums.get(&viewed.album.album_id);
        let access = album.and_then(|album| self.album_access(reader, album));
        album == Some(&viewed.album)
            && access == Some(viewed.access)
            && self.entries.contains_key(&(viewed.album.album_id, key))
    }

    /// Returns `true` if a reader could see the picture in this form: without an album if it is
    /// visible without one; otherwise by an album, unless one of the reader and the owner of the
    /// picture blocked the other.
    pub fn explains(&self, reader: Option<UserId>, shown: &VisiblePicture) -> bool {
        let key = shown.picture.key;
        let Some(picture) = self.pictures.get(&key).filter(|picture| **picture == shown.picture) else {
            return false;
        };
        let relation = self.relation(reader, key.owner_id);
        let direct = self.expect_visible(reader, key).is_some();
        match &shown.via {
            None => direct && shown.relation == relation,
            Some(viewed) => {
                let has_block = reader.is_some_and(|reader| self.has_block(reader, key.owner_id));
                self.shows(reader, key, viewed)
                    && shown.relation == relation.with_album()
                    && (direct || (is_ready(picture) && !has_block))
            }
        }
    }

    /// Returns the albums that can show a picture in the feed of a reader: those that contain it
    /// and have the reader as their owner or as a member.
    pub fn albums_showing(&self, reader: UserId, key: PictureKey) -> Vec<&Album> {
        let contains = |album: &&Album| self.entries.contains_key(&(album.album_id, key));
        let albums = self.albums.values().filter(contains);
        albums.filter(|album| self.readers(album).contains(&reader)).collect()
    }

    /// Returns the owner and the members of an album.
    pub fn readers(&self, album: &Album) -> Vec<UserId> {
        let members = self.members.keys().filter(|(id, _)| *id == album.album_id).map(|(_, user)| *user);
        members.chain([album.owner_id]).collect()
    }

    /// Returns `true` if the feed of a reader must show a picture because of albums, whichever of
    /// the albums its row names.
    pub fn must_show_by_album(&self, reader: UserId, key: PictureKey) -> bool {
        let albums = self.albums_showing(reader, key);
        let is_visible = |album: &&Album| self.album_access(Some(reader), album).is_some();
        !albums.is_empty()
            && albums.iter().all(is_visible)
            && self.pictures.get(&key).is_some_and(is_ready)
            && !self.has_block(reader, key.owner_id)
    }

    /// Returns `true` if a row that names this album agrees with at least one fact of each kind.
    /// The facts are those of a picture, an entry, an album, and a reader.
    pub fn facts_of_album_row(&self, reader: UserId, key: PictureKey, via: AlbumRef) -> [bool; 4] {
        let album = self.albums.get(&via.album_id);
        [
            self.pictures.get(&key).is_some_and(is_ready),
            self.entries.contains_key(&(via.album_id, key)),
            album.is_some_and(|album| album.owner_id == via.owner_id),
            via.owner_id == reader || self.members.contains_key(&(via.album_id, reader)),
        ]
    }
}

fn row_key(list: &str, entry: String) -> BTreeMap<&'static str, String> {
    BTreeMap::from([("listId", list.to_owned()), ("entry", entry)])
}

fn event(list: &str, entry: String, old: Option<impl Serialize>, new: Option<impl Serialize>) -> Event {
    Event::Album(record(row_key(list, entry), old, new))
}

fn membership(album_id: AlbumId, user_id: UserId, role: AlbumRole) -> Membership {
    Membership { album_id, user_id, role, added_by: user_id, since: Timestamp::UNIX_EPOCH }
}

fn entry_image(album_id: AlbumId, key: PictureKey, order: &str) -> Value {
    let entry = AlbumEntry { album_id, key, added_by: None, added_at: Timestamp::UNIX_EPOCH };
    let mut image = serde_json::to_value(entry).unwrap();
    image["takenOrder"] = json!(order);
    image
}

/// The maximum number of pictures in a smart album.
pub const MAX_RULE_PICTURES: usize = 3;

/// Evaluates a rule for a picture with this caption. Returns `None` for an error.
pub fn matches(rule: &str, caption: &str) -> Option<bool> {
    let is_odd = caption.len() % 2 == 1;
    match rule {
        "all" => Some(true),
        "even" => Some(!is_odd),
        "odd" => Some(is_odd),
        _ => (!is_odd).then_some(true),
    }
}

fn picture_caption(picture: &Picture) -> String {
    picture.caption.clone().unwrap_or_default()
}

fn of_album(album: AlbumId) -> String {
    format!("album#{album}")
}

impl World {
    fn clock(&self) -> Timestamp {
        Timestamp::from_second(self.moments.len().try_into().unwrap()).unwrap()
    }

    /// Returns album number `n`, if it exists.
    fn find_album(&self, n: usize) -> Option<Album> {
        let via = self.created.get(n % self.created.len().max(1))?;
        self.now().albums.get(&via.album_id).cloned()
    }

    /// Returns the id of album number `n`, which can be deleted.
    fn album_id(&self, n: usize) -> Option<AlbumId> {
        Some(self.created.get(n % self.created.len().max(1))?.album_id)
    }

    fn commit(&mut self, moment: Moment, events: Vec<Event>) {
        self.moments.push(moment);
        events.into_iter().for_each(|event| self.emit(event));
    }

    /// Writes an album, with a new time of the last change, and adds the event.
    fn put_album(&self, moment: &mut Moment, album: Album, events: &mut Vec<Event>) {
        let album = Album { updated_at: self.clock(), ..album };
        Self::put_album_row(moment, album, events);
    }

    fn put_album_row(moment: &mut Moment, album: Album, events: &mut Vec<Event>) {
        let album_id = album.album_id;
        let old = moment.albums.insert(album_id, album.clone());
        if old.is_some() || album.rule.is_some() {
            events.push(Event::Activity(ActivityEvent::AlbumChanged { album_id }));
        }
        events.push(event(&of_album(album_id), "album".into(), old, Some(album)));
    }

    /// Counts the albums of a picture, if it exists, and adds the event.
    fn count_albums(moment: &mut Moment, key: PictureKey, added: i32, events: &mut Vec<Event>) {
        if let Some(picture) = moment.pictures.get_mut(&key) {
            let old = picture.clone();
            picture.albums = picture.albums.checked_add_signed(added).unwrap();
            events.push(Event::Picture(record(key, Some(old), Some(picture.clone()))));
        }
    }

    fn mirror_event(key: PictureKey, album: AlbumId, added: bool) -> Event {
        let image = json!({});
        let (old, new) = if added { (None, Some(image)) } else { (Some(image), None) };
        event(&format!("picture#{key}"), of_album(album), old, new)
    }

    /// Applies an action on an album. An impossible action has no effect.
    pub fn apply_to_album(&mut self, op: &Op) {
        match *op {
            Op::CreateAlbum { owner, visibility } => self.create_album(member(owner), visibility),
            Op::SetAlbumVisibility { album, visibility } => {
                if let Some(album) = self.find_album(album) {
                    let (mut moment, mut events) = (self.now().clone(), vec![]);
                    self.put_album(&mut moment, Album { visibility, ..album }, &mut events);
                    self.commit(moment, events);
                }
            }
            Op::DeleteAlbum { album } => self.delete_album(album),
            Op::SetRule { album, rule } => {
                if let Some(album) = self.find_album(album) {
                    let (mut moment, mut events) = (self.now().clone(), vec![]);
                    let album = Album { rule: rule.map(Into::into), rule_progress: None, ..album };
                    self.put_album(&mut moment, album, &mut events);
                    self.commit(moment, events);
                }
            }
            Op::SetMember { album, member: n, role } => self.set_member(album, member(n), role),
            Op::RemoveMember { album, member: n } => self.remove_member(album, n),
            Op::AddToAlbum { album, picture } => self.add_to_album(album, picture),
            Op::AddWaiting { album, picture } => self.add_waiting(album, picture),
            Op::Approve { album, picture } => self.approve(album, picture),
            Op::RemoveFromAlbum { album, picture } => {
                // A picture that somebody removes from a smart album comes back only with its next
                // event, so here only `cleanup` removes pictures from smart albums.
                if let (Some(id), Some((key, exists))) = (self.album_id(album), self.find_picture(picture))
                    && !(self.is_smart(id) && exists.is_some())
                {
                    self.remove_from_album(id, key);
                }
            }
            Op::RemovePicturesOf { album, member: n } => self.remove_pictures_of(album, member(n)),
            _ => {}
        }
    }

    fn create_album(&mut self, owner_id: UserId, visibility: Visibility) {
        if self.deleted_accounts.contains(&owner_id) {
            return;
        }
        let album_id = AlbumId(Uuid::from_u128(1_000 + self.created.len() as u128));
        self.created.push(AlbumRef { album_id, owner_id });
        let album = Album::new(album_id, owner_id, "Oslo".into(), self.clock());
        let album = Album { visibility, ..album };
        let (mut moment, mut events) = (self.now().clone(), vec![]);
        moment.touched.insert((owner_id, album_id), self.clock());
        self.put_album(&mut moment, album, &mut events);
        self.commit(moment, events);
    }

    /// Deletes the row of an album at once; `cleanup` deletes the other rows later.
    fn delete_album(&mut self, n: usize) {
        let Some(album) = self.find_album(n) else { return };
        let (id, n) = (album.album_id, n % self.created.len());
        let mut moment = self.now().clone();
        moment.albums.remove(&id);
        moment.touched.remove(&(album.owner_id, id));
        let members = (0..crate::op::MEMBERS).filter(|m| moment.members.contains_key(&(id, member(*m))));
        self.cleanups.extend(members.map(|member| Op::RemoveMember { album: n, member }));
        let contains = |key: &PictureKey| {
            moment.entries.contains_key(&(id, *key)) || moment.waiting.contains(&(id, *key))
        };
        let pictures = self.registered.iter().enumerate().filter(|(_, key)| contains(key));
        self.cleanups.extend(pictures.map(|(picture, _)| Op::RemoveFromAlbum { album: n, picture }));
        self.commit(moment, vec![event(&of_album(id), "album".into(), Some(album), None::<Album>)]);
    }

    fn set_member(&mut self, album: usize, user: UserId, role: AlbumRole) {
        let Some(album) = self.find_album(album) else { return };
        if album.owner_id == user || self.deleted_accounts.contains(&user) {
            return;
        }
        let id = album.album_id;
        let mut moment = self.now().clone();
        let old = moment.members.insert((id, user), role);
        if old.is_none() {
            moment.touched.insert((user, id), self.clock());
        }
        let image = |role| membership(id, user, role);
        let changed = event(&of_album(id), format!("member#{user}"), old.map(image), Some(image(role)));
        self.commit(moment, vec![changed]);
    }

    fn remove_member(&mut self, album: usize, n: usize) {
        let (Some(id), user) = (self.album_id(album), member(n)) else { return };
        let mut moment = self.now().clone();
        let Some(role) = moment.members.remove(&(id, user)) else { return };
        moment.touched.remove(&(user, id));
        let album = album % self.created.len();
        self.cleanups.push(Op::RemovePicturesOf { album, member: n });
        let old = Some(membership(id, user, role));
        self.commit(moment, vec![event(&of_album(id), format!("member#{user}"), old, None::<Membership>)]);
    }

    fn is_in_album(&self, album: AlbumId, key: PictureKey) -> bool {
        let now = self.now();
        now.entries.contains_key(&(album, key)) || now.waiting.contains(&(album, key))
    }

    /// Finds an existing album and an existing picture that is not in it.
    fn find_new(&self, album: usize, picture: usize) -> Option<(Album, Picture)> {
        let (album, picture) = (self.find_album(album)?, self.find_picture(picture)?.1?);
        (!self.is_in_album(album.album_id, picture.key)).then_some((album, picture))
    }

    fn is_smart(&self, album: AlbumId) -> bool {
        self.now().albums.get(&album).is_some_and(|album| album.rule.is_some())
    }

    /// Finds an album and a picture that somebody can add to it. A full album takes none.
    fn find_addable(&self, album: usize, picture: usize) -> Option<(Album, Picture)> {
        self.find_new(album, picture).filter(|(album, _)| Self::takes_pictures(album))
    }

    fn takes_pictures(album: &Album) -> bool {
        album.rule.is_none() && (album.count as usize) < MAX_RULE_PICTURES
    }

    fn put_entry(&self, moment: &mut Moment, album: Album, picture: &Picture, events: &mut Vec<Event>) {
        Self::insert_entry(moment, album.album_id, picture, events);
        self.put_album(moment, Album { count: album.count + 1, ..album }, events);
    }

    fn insert_entry(moment: &mut Moment, id: AlbumId, picture: &Picture, events: &mut Vec<Event>) {
        let key = picture.key;
        // The time of the picture is read before the transaction, and can be outdated.
        let order = Albums::order_by_taken(&Picture { taken_at: None, ..picture.clone() });
        let image = entry_image(id, key, &order);
        moment.entries.insert((id, key), order);
        events.push(event(&of_album(id), format!("picture#{key}"), None::<Value>, Some(image)));
    }

    /// Applies a change by a rule as `Albums::apply_rule` does.
    pub fn apply_rule(&mut self, read: &Album, change: &RuleChange) -> bool {
        let (id, now) = (read.album_id, self.now());
        let facts = |album: &Album| (album.rule_progress.clone(), album.updated_at);
        let Some(album) = now.albums.get(&id).filter(|album| facts(album) == facts(read)).cloned() else {
            return false;
        };
        let contains = |key: &PictureKey| now.entries.contains_key(&(id, *key));
        let is_same = |key: PictureKey, evaluated: Option<&Picture>| {
            let current = now.pictures.get(&key);
            let albums = current.map_or(0, |current| current.albums);
            evaluated.map(|picture| Picture { albums, ..picture.clone() }).as_ref() == current
        };
        let can_add =
            |picture: &Picture| !self.is_in_album(id, picture.key) && is_same(picture.key, Some(picture));
        let can_remove =
            |(key, picture): &(PictureKey, Option<Picture>)| contains(key) && is_same(*key, picture.as_ref());
        let is_possible = change.added.iter().all(can_add)
            && change.removed.iter().all(can_remove)
            && change.displaced.iter().all(contains);
        if !is_possible {
            return false;
        }
        let removed: Vec<_> =
            change.removed.iter().map(|(key, _)| *key).chain(change.displaced.iter().copied()).collect();
        let (mut moment, mut events) = (now.clone(), vec![]);
        for picture in &change.added {
            events.push(Self::mirror_event(picture.key, id, true));
            Self::insert_entry(&mut moment, id, picture, &mut events);
            Self::count_albums(&mut moment, picture.key, 1, &mut events);
        }
        for key in &removed {
            moment.entries.remove(&(id, *key));
            let image = Some(entry_image(id, *key, ""));
            events.push(event(&of_album(id), format!("picture#{key}"), image, None::<Value>));
            events.push(Self::mirror_event(*key, id, false));
            Self::count_albums(&mut moment, *key, -1, &mut events);
        }
        let count = moment.entries.keys().filter(|(album, _)| *album == id).count();
        let count = count.try_into().unwrap();
        let album = Album { rule_progress: change.progress.clone(), count, ..album };
        match change.added.is_empty() && removed.is_empty() {
            true => Self::put_album_row(&mut moment, album, &mut events),
            false => self.put_album(&mut moment, album, &mut events),
        }
        self.commit(moment, events);
        true
    }

    fn add_to_album(&mut self, album: usize, picture: usize) {
        let Some((album, picture)) = self.find_addable(album, picture) else { return };
        if !self.now().readers(&album).contains(&picture.key.owner_id) {
            return;
        }
        let (mut moment, mut events) = (self.now().clone(), vec![]);
        events.push(Self::mirror_event(picture.key, album.album_id, true));
        self.put_entry(&mut moment, album, &picture, &mut events);
        Self::count_albums(&mut moment, picture.key, 1, &mut events);
        self.commit(moment, events);
    }

    fn add_waiting(&mut self, album: usize, picture: usize) {
        let Some((album, picture)) = self.find_addable(album, picture) else { return };
        // The picture of a guest is in no other album from the start.
        if picture.albums > 0 && picture.guest.is_none() {
            return;
        }
        let (id, key) = (album.album_id, picture.key);
        let (mut moment, mut events) = (self.now().clone(), vec![]);
        moment.waiting.insert((id, key));
        let link_id = LinkId(Uuid::from_u128(1));
        let guest = Guest { name: "Gus".into(), link_id, key_hash: Sha256::of(b"key") };
        moment.pictures.get_mut(&key).unwrap().guest = Some(guest);
        let image = Some(entry_image(id, key, ""));
        events.push(event(&of_album(id), format!("waiting#{key}"), None::<Value>, image));
        events.push(Self::mirror_event(key, id, true));
        Self::count_albums(&mut moment, key, 1, &mut events);
        self.commit(moment, events);
    }

    fn approve(&mut self, album: usize, picture: usize) {
        let (Some(album), Some((key, Some(picture)))) = (self.find_album(album), self.find_picture(picture))
        else {
            return;
        };
        let (id, mut moment, mut events) = (album.album_id, self.now().clone(), vec![]);
        if Self::takes_pictures(&album) && moment.waiting.remove(&(id, key)) {
            let image = Some(entry_image(id, key, ""));
            events.push(event(&of_album(id), format!("waiting#{key}"), image, None::<Value>));
            self.put_entry(&mut moment, album, &picture, &mut events);
            self.commit(moment, events);
        }
    }

    fn remove_from_album(&mut self, id: AlbumId, key: PictureKey) {
        let (mut moment, mut events) = (self.now().clone(), vec![]);
        let removed = u32::from(moment.entries.contains_key(&(id, key)));
        let kind = match moment.entries.remove(&(id, key)) {
            Some(_) => "picture",
            None if moment.waiting.remove(&(id, key)) => "waiting",
            None => return,
        };
        let image = Some(entry_image(id, key, ""));
        events.push(event(&of_album(id), format!("{kind}#{key}"), image, None::<Value>));
        events.push(Self::mirror_event(key, id, false));
        Self::count_albums(&mut moment, key, -1, &mut events);
        if let Some(album) = moment.albums.get(&id).cloned() {
            self.put_album(&mut moment, Album { count: album.count - removed, ..album }, &mut events);
        }
        self.commit(moment, events);
    }

    /// Removes the pictures of a former member, who can be a member again.
    fn remove_pictures_of(&mut self, album: usize, user: UserId) {
        let Some(id) = self.album_id(album) else { return };
        if self.now().members.contains_key(&(id, user)) {
            return;
        }
        let of_user = |(album, key): &(AlbumId, PictureKey)| *album == id && key.owner_id == user;
        let keys: Vec<_> = self.now().entries.keys().copied().filter(of_user).collect();
        keys.into_iter().for_each(|(id, key)| self.remove_from_album(id, key));
    }

    /// Returns the actions by which `cleanup` removes a deleted picture from its albums.
    pub fn removals_of(&self, key: PictureKey) -> Vec<Op> {
        let picture = self.registered.iter().position(|other| *other == key).unwrap();
        let albums = self.created.iter().enumerate();
        let albums = albums.filter(|(_, via)| self.is_in_album(via.album_id, key));
        albums.map(|(album, _)| Op::RemoveFromAlbum { album, picture }).collect()
    }

    /// Returns the actions by which `cleanup` deletes the albums and the memberships of a member.
    pub fn removals_of_member(&self, n: usize) -> Vec<Op> {
        let albums = self.created.iter().enumerate();
        let removals = albums.map(|(album, via)| match via.owner_id == member(n) {
            true => Op::DeleteAlbum { album },
            false => Op::RemoveMember { album, member: n },
        });
        removals.collect()
    }

    /// Records the time of the last change of an album in the list of a user, as
    /// [`Albums::touch`] does.
    pub fn touch(&mut self, user: UserId, album: &Album) {
        let mut moment = self.now().clone();
        if let Some(time) = moment.touched.get_mut(&(user, album.album_id))
            && *time < album.updated_at
        {
            *time = album.updated_at;
            let mirror =
                event(&format!("member#{user}"), of_album(album.album_id), Some(json!({})), Some(json!({})));
            self.commit(moment, vec![mirror]);
        }
    }

    /// Records the time of a picture in an album, as [`Albums::set_taken`] does.
    pub fn set_taken(&mut self, id: AlbumId, picture: &Picture) {
        let (order, key) = (Albums::order_by_taken(picture), picture.key);
        let mut moment = self.now().clone();
        if let Some(known) = moment.entries.get_mut(&(id, key))
            && *known != order
        {
            let old = std::mem::replace(known, order.clone());
            let (old, new) = (entry_image(id, key, &old), entry_image(id, key, &order));
            self.commit(moment, vec![event(&of_album(id), format!("picture#{key}"), Some(old), Some(new))]);
        }
    }

    /// Asserts that the orders of albums are those of the current pictures and albums.
    pub fn assert_orders(&self) {
        let now = self.now();
        for ((album, key), order) in &now.entries {
            let expected = now.pictures.get(key).map(Albums::order_by_taken);
            assert_eq!(Some(order), expected.as_ref(), "the order of {key} in {album}");
        }
        for album in now.albums.values() {
            for user in now.readers(album) {
                let time = now.touched[&(user, album.album_id)];
                assert!(time >= album.updated_at, "the list of {user} does not know the change of {album:?}");
            }
        }
    }

    /// Asserts that each smart album contains exactly the newest pictures of its owner for which
    /// its rule is true.
    pub fn assert_rules(&self) {
        let now = self.now();
        for album in now.albums.values() {
            let of_album = now.entries.keys().filter(|(id, _)| *id == album.album_id);
            let contained: BTreeSet<_> = of_album.map(|(_, key)| *key).collect();
            assert_eq!(album.count as usize, contained.len(), "the count of {album:?}");
            let Some(rule) = &album.rule else { continue };
            let own = now.pictures.values().filter(|picture| picture.key.owner_id == album.owner_id);
            let matching = own.filter(|picture| {
                is_ready(picture)
                    && picture.guest.is_none()
                    && matches(rule, &picture_caption(picture)) == Some(true)
            });
            let mut expected: Vec<_> = matching.map(|picture| picture.key).collect();
            expected.sort_by_key(|key| Reverse(key.picture_id));
            expected.truncate(MAX_RULE_PICTURES);
            assert_eq!(contained, expected.into_iter().collect(), "the pictures of {album:?}");
            let state = album.rule_progress.as_ref().map(|progress| progress.state);
            assert!(
                matches!(state, Some(RuleState::Complete | RuleState::Full)),
                "a step is missing: {album:?}"
            );
        }
    }

    /// Returns a row that names an album, which depends on the picture, for a reader whose feed
    /// contains stale rows.
    pub fn stale_via(&self, feed: FeedId, key: PictureKey) -> Option<AlbumRef> {
        let n = usize::from(key.picture_id.0.as_bytes()[15]) % (self.created.len() + 1);
        self.created.get(n).copied().filter(|_| matches!(feed, FeedId::User(_)))
    }
}
