//! Concurrent use of the Albums and Links tables, and the access reads, against real tables.

use std::collections::BTreeSet;

use domain::{
    Album, AlbumId, AlbumRole, Comment, CommentId, ContentType, Guest, Link, LinkId, LinkRefusal, LinkRights,
    LinkTarget, LinkToken, MAX_ALBUM_PICTURES, MAX_ALBUMS_OF_PICTURE, MAX_PASSWORDS, MAX_WRONG_PASSWORDS,
    Membership, Picture, PictureId, PictureKey, Sha256, TakenAt, UserId, Visibility,
};
use end_to_end::people::{Member, befriend};
use end_to_end::root::Root;
use futures_util::future::{join, join_all};
use jiff::{SignedDuration, Timestamp};
use store::{
    AccessReader, Addition, AlbumManager, AlbumOrder, Albums, AttributeUpdate, Comments, Conflict, Database,
    Links, Pictures,
};

use crate::quotas::changed_limits;

/// An owner with an album, and the tables.
struct Fixture {
    root: Root,
    database: Database,
    albums: Albums,
    owner: Member,
    album: Album,
}

impl Fixture {
    async fn new() -> Self {
        let (root, owner) = (Root::default(), Member::new().await);
        let database = root.database().await;
        let albums = Albums::new(&database);
        let album = Album::new(AlbumId::new(), owner.id(), "Oslo".into(), Timestamp::now());
        albums.create(&album).await.unwrap().unwrap();
        Self { root, database, albums, owner, album }
    }

    /// Writes a picture of `owner` that is ready.
    async fn put_picture(&self, owner: UserId, taken_at: Option<&str>) -> PictureKey {
        let key = PictureKey { owner_id: owner, picture_id: PictureId::new() };
        let mut picture = Picture::register(key, Visibility::Private, ContentType::Jpeg, 1);
        picture.taken_at = taken_at.map(|text| text.parse::<TakenAt>().unwrap());
        self.root.put_picture(&picture).await;
        self.root.make_ready(key).await;
        key
    }

    fn new_link(&self, token: &LinkToken) -> Link {
        Link {
            link_id: token.link_id,
            owner_id: self.owner.id(),
            target: LinkTarget::Album(self.album.album_id),
            name: None,
            secret_hash: token.secret_hash(),
            expires_at: None,
            password_hash: None,
            rights: LinkRights::default(),
            review: false,
            created_at: Timestamp::now(),
        }
    }

    /// Writes a picture of a guest that is ready and waits for approval.
    async fn put_waiting(&self) -> Picture {
        let token = LinkToken::new(LinkId::new(), fastrand::u128(..).to_ne_bytes());
        let rights = LinkRights { download: false, upload: true };
        let link = Link { rights, review: true, ..self.new_link(&token) };
        Links::new(&self.database).create(&link).await.unwrap().unwrap();
        let limits = changed_limits(&self.owner, |_| ()).await;
        let key = PictureKey { owner_id: self.owner.id(), picture_id: PictureId::new() };
        let guest = Guest { name: "Gus".into(), link_id: link.link_id, key_hash: Sha256::of(b"key") };
        let picture = Picture::register(key, Visibility::Private, ContentType::Jpeg, 1);
        let picture = Picture { guest: Some(guest), albums: 1, ..picture };
        let pictures = Pictures::new(&self.database);
        let album = self.album.album_id;
        pictures.create_by_guest(&picture, album, &link, &limits).await.unwrap().unwrap();
        self.root.make_ready(key).await;
        picture
    }

    async fn add(&self, keys: &[PictureKey]) -> Vec<Addition> {
        let outcomes = self.albums.add_pictures(&self.album, self.owner.id(), keys).await.unwrap();
        outcomes.into_values().collect()
    }

    async fn read_all(&self, order: AlbumOrder) -> Vec<PictureKey> {
        let (mut keys, mut after) = (Vec::new(), None);
        loop {
            let page = self.albums.read_page(self.album.album_id, order, 2, after).await.unwrap();
            keys.extend(page.items);
            after = page.next;
            if after.is_none() {
                return keys;
            }
        }
    }

    /// Adds a new friend of the owner as a member of the album.
    async fn add_member(&self, role: AlbumRole) -> Member {
        let friend = Member::new().await;
        befriend(&self.owner, &friend).await;
        let membership = Membership {
            album_id: self.album.album_id,
            user_id: friend.id(),
            role,
            added_by: self.owner.id(),
            since: Timestamp::now(),
        };
        self.albums.add_member(&self.album, &membership).await.unwrap().unwrap();
        friend
    }
}

#[tokio::test]
async fn concurrent_additions_and_removals_keep_the_counters() {
    let fixture = Fixture::new().await;
    let keys = join_all((0..8).map(|_| fixture.put_picture(fixture.owner.id(), None))).await;
    let remove = |keys: &[PictureKey]| {
        let (albums, id, keys) = (fixture.albums.clone(), fixture.album.album_id, keys.to_vec());
        async move { albums.remove_pictures(id, &keys).await.unwrap() }
    };
    join(
        join_all([fixture.add(&keys), fixture.add(&keys[..4])]),
        join_all([remove(&keys[..2]), remove(&keys[1..3])]),
    )
    .await;
    let contained: BTreeSet<_> = fixture.read_all(AlbumOrder::Added).await.into_iter().collect();
    let album = fixture.albums.get(fixture.album.album_id).await.unwrap().unwrap();
    assert_eq!(usize::try_from(album.count).unwrap(), contained.len());
    for picture in Pictures::new(&fixture.database).get_all(&keys).await.unwrap() {
        let albums = fixture.albums.list_of_picture(picture.key).await.unwrap();
        assert_eq!(albums.contains(&album.album_id), contained.contains(&picture.key));
        assert_eq!(usize::try_from(picture.albums).unwrap(), albums.len());
    }
    fixture.albums.remove_pictures(album.album_id, &keys).await.unwrap();
    assert_eq!(fixture.albums.get(album.album_id).await.unwrap().unwrap().count, 0);
}

#[tokio::test]
async fn the_limits_of_an_album_and_of_a_picture_hold() {
    let fixture = Fixture::new().await;
    let owner = fixture.owner.id();
    let [one, two, full] = [(); 3].map(|()| fixture.put_picture(owner, None));
    let (one, two, full) = (one.await, two.await, full.await);
    let set = |name, value: u32| AttributeUpdate::default().set_or_remove(name, Some(&value)).unwrap();
    let update = set("albums", MAX_ALBUMS_OF_PICTURE);
    Pictures::new(&fixture.database).update(full, update).await.unwrap().unwrap();
    assert_eq!(fixture.add(&[full]).await, [Addition::InTooManyAlbums]);
    let update = set("count", MAX_ALBUM_PICTURES - 1);
    fixture.albums.update(fixture.album.album_id, update).await.unwrap().unwrap();
    assert_eq!(fixture.add(&[one, two]).await, [Addition::Added, Addition::AlbumFull]);
    assert_eq!(fixture.add(&[one]).await, [Addition::Added], "the album contains the picture already");
    let unknown = PictureKey { owner_id: owner, picture_id: PictureId::new() };
    assert_eq!(fixture.add(&[unknown]).await, [Addition::NoPicture]);
}

#[tokio::test]
async fn an_album_sorts_by_the_time_of_addition_and_of_the_place() {
    let fixture = Fixture::new().await;
    let owner = fixture.owner.id();
    let mut keys = Vec::new();
    for taken_at in ["2024-01-01T00:05:00+09:00", "2023-12-31T23:00:00-08:00", "2024-01-01T00:04:59.5"] {
        let key = fixture.put_picture(owner, Some(taken_at)).await;
        fixture.add(&[key]).await;
        keys.push(key);
    }
    assert_eq!(fixture.read_all(AlbumOrder::Added).await, [keys[2], keys[1], keys[0]]);
    assert_eq!(fixture.read_all(AlbumOrder::Taken).await, [keys[1], keys[2], keys[0]]);
    let pictures = Pictures::new(&fixture.database);
    let mut picture = pictures.get(keys[1]).await.unwrap().unwrap();
    picture.taken_at = Some("2025-01-01T00:00:00".parse().unwrap());
    fixture.albums.set_taken(fixture.album.album_id, &picture).await.unwrap();
    assert_eq!(fixture.read_all(AlbumOrder::Taken).await, [keys[2], keys[0], keys[1]]);
}

#[tokio::test]
async fn a_comment_requires_that_the_album_still_shows_the_picture() {
    let fixture = Fixture::new().await;
    let (id, viewer) = (fixture.album.album_id, fixture.add_member(AlbumRole::Viewer).await);
    let (access, comments) = (AccessReader::new(&fixture.database), Comments::new(&fixture.database));
    let limits = changed_limits(&viewer, |_| ()).await;
    let owner = fixture.owner.id();
    let [kept, removed, late] = [(); 3].map(|()| fixture.put_picture(owner, None));
    let (kept, removed, late) = (kept.await, removed.await, late.await);
    fixture.add(&[kept, removed, late]).await;
    let see = async |picture| access.read_visible(Some(viewer.id()), picture).await.unwrap();
    let comment = async |seen| {
        let seen: store::VisiblePicture = seen;
        let (picture, author_id, created_at) = (seen.picture.key, viewer.id(), Timestamp::now());
        let comment =
            Comment { picture, comment_id: CommentId::new(), author_id, text: "Hi".into(), created_at };
        comments.add(&comment, &seen, &limits).await.unwrap()
    };
    let (seen_kept, seen_removed, seen_late) =
        (see(kept).await.unwrap(), see(removed).await.unwrap(), see(late).await.unwrap());
    assert_eq!(comment(seen_kept).await, Ok(()));
    fixture.albums.remove_pictures(id, &[removed]).await.unwrap();
    assert_eq!(comment(seen_removed).await, Err(Conflict::Changed));
    assert_eq!(see(removed).await, None);
    fixture.albums.remove_member(id, viewer.id()).await.unwrap();
    assert_eq!(comment(seen_late).await, Err(Conflict::Changed));
    assert_eq!(see(kept).await, None);
    fixture.albums.remove_member(id, viewer.id()).await.unwrap();
    assert_eq!(fixture.albums.get(id).await.unwrap().unwrap().members, 0);
}

#[tokio::test]
async fn the_album_contains_its_cover_whatever_happens_at_the_same_time() {
    let fixture = Fixture::new().await;
    let (albums, id) = (&fixture.albums, fixture.album.album_id);
    for _ in 0..4 {
        let picture = fixture.put_picture(fixture.owner.id(), None).await;
        fixture.add(&[picture]).await;
        let update = AttributeUpdate::default().set_or_remove("cover", Some(&picture)).unwrap();
        let (chosen, removed) =
            join(albums.update_with_cover(id, update, picture), albums.remove_pictures(id, &[picture])).await;
        assert!(matches!(chosen.unwrap(), Ok(()) | Err(Conflict::Changed)));
        removed.unwrap();
        assert_eq!(albums.get(id).await.unwrap().unwrap().cover, None);
    }
    let picture = fixture.put_picture(fixture.owner.id(), None).await;
    let update = || AttributeUpdate::default().set_or_remove("cover", Some(&picture)).unwrap();
    assert_eq!(albums.update_with_cover(id, update(), picture).await.unwrap(), Err(Conflict::Changed));
    fixture.add(&[picture]).await;
    assert_eq!(albums.update_with_cover(id, update(), picture).await.unwrap(), Ok(()));
    assert_eq!(albums.get(id).await.unwrap().unwrap().cover, Some(picture));
    assert!(albums.delete(id).await.unwrap());
    assert_eq!(albums.update_with_cover(id, update(), picture).await.unwrap(), Err(Conflict::NotAllowed));
}

#[tokio::test]
async fn only_a_current_contributor_adds_pictures() {
    let fixture = Fixture::new().await;
    for (role, expected) in [
        (AlbumRole::Viewer, Addition::NotAllowed),
        (AlbumRole::Contributor, Addition::Added),
        (AlbumRole::Curator, Addition::Added),
    ] {
        let member = fixture.add_member(role).await;
        let picture = fixture.put_picture(member.id(), None).await;
        let add = async || {
            let outcomes = fixture.albums.add_pictures(&fixture.album, member.id(), &[picture]).await;
            outcomes.unwrap()[&picture]
        };
        assert_eq!(add().await, expected, "{role:?}");
        fixture.albums.remove_pictures(fixture.album.album_id, &[picture]).await.unwrap();
        fixture.albums.remove_member(fixture.album.album_id, member.id()).await.unwrap();
        assert_eq!(add().await, Addition::NotAllowed, "{role:?}");
    }
    fixture.albums.delete(fixture.album.album_id).await.unwrap();
    let picture = fixture.put_picture(fixture.owner.id(), None).await;
    assert_eq!(fixture.add(&[picture]).await, [Addition::NotAllowed]);
}

/// The changes by which a curator loses the right to manage an album between a read and a write.
#[derive(Clone, Copy, Debug)]
enum Loss {
    Role,
    Membership,
    Block,
    Album,
}

#[tokio::test]
async fn a_curator_who_loses_the_right_after_the_read_changes_nothing() {
    for loss in [Loss::Role, Loss::Membership, Loss::Block, Loss::Album] {
        let fixture = Fixture::new().await;
        let (albums, id) = (&fixture.albums, fixture.album.album_id);
        let (curator, member) =
            (fixture.add_member(AlbumRole::Curator).await, fixture.add_member(AlbumRole::Viewer).await);
        let friend = Member::new().await;
        befriend(&curator, &friend).await;
        let picture = fixture.put_picture(fixture.owner.id(), None).await;
        fixture.add(&[picture]).await;
        let (approved, rejected) = (fixture.put_waiting().await, fixture.put_waiting().await);
        let owner = AlbumManager { album: &fixture.album, user_id: fixture.owner.id() };
        match loss {
            Loss::Role => {
                let role = AlbumRole::Contributor;
                albums.set_role(owner, curator.id(), role).await.unwrap().unwrap();
            }
            Loss::Membership => {
                albums.remove_member_by(owner, curator.id()).await.unwrap().unwrap();
            }
            Loss::Block => assert_eq!(curator.block(&fixture.owner).await.code, 200),
            Loss::Album => assert!(albums.delete(id).await.unwrap()),
        }
        let manager = AlbumManager { user_id: curator.id(), ..owner };
        let membership = Membership {
            album_id: id,
            user_id: friend.id(),
            role: AlbumRole::Viewer,
            added_by: curator.id(),
            since: Timestamp::now(),
        };
        let outcomes = [
            albums.set_role(manager, member.id(), AlbumRole::Curator).await.unwrap(),
            albums.set_role(manager, curator.id(), AlbumRole::Curator).await.unwrap(),
            albums.add_member(&fixture.album, &membership).await.unwrap(),
            albums.approve(manager, &approved).await.unwrap(),
            albums.reject(manager, rejected.key).await.unwrap(),
        ];
        assert!(outcomes.iter().all(Result::is_err), "{loss:?}: {outcomes:?}");
        // The function `cleanup` deletes the rows of a deleted album at the same time.
        if matches!(loss, Loss::Album) {
            continue;
        }
        let outcomes = [
            albums.remove_member_by(manager, member.id()).await.unwrap(),
            albums.remove_pictures_by(manager, &[picture]).await.unwrap(),
        ];
        assert_eq!(outcomes, [Err(Conflict::NotAllowed); 2], "{loss:?}");
        assert_eq!(albums.get_member(id, member.id()).await.unwrap().unwrap().role, AlbumRole::Viewer);
        assert_eq!(albums.get_member(id, friend.id()).await.unwrap(), None);
        assert_eq!(albums.filter_contained(id, &[picture]).await.unwrap(), BTreeSet::from([picture]));
        let waiting = [approved.key, rejected.key];
        assert_eq!(albums.filter_waiting(id, &waiting).await.unwrap(), BTreeSet::from(waiting));
    }
}

#[tokio::test]
async fn a_picture_is_approved_or_rejected_but_not_both() {
    let fixture = Fixture::new().await;
    let (albums, id) = (&fixture.albums, fixture.album.album_id);
    let owner = AlbumManager { album: &fixture.album, user_id: fixture.owner.id() };
    for _ in 0..4 {
        let picture = fixture.put_waiting().await;
        let (approved, rejected) =
            join(albums.approve(owner, &picture), albums.reject(owner, picture.key)).await;
        let (approved, rejected) = (approved.unwrap().is_ok(), rejected.unwrap().is_ok());
        let contained = albums.filter_contained(id, &[picture.key]).await.unwrap();
        let exists = Pictures::new(&fixture.database).get(picture.key).await.unwrap().is_some();
        assert_eq!((rejected, !contained.is_empty(), exists), (!approved, approved, approved));
    }
}

#[tokio::test]
async fn a_rejection_keeps_a_picture_that_its_owner_added_to_another_album() {
    let fixture = Fixture::new().await;
    let (albums, id) = (&fixture.albums, fixture.album.album_id);
    let other = Album { album_id: AlbumId::new(), ..fixture.album.clone() };
    albums.create(&other).await.unwrap().unwrap();
    let picture = fixture.put_waiting().await;
    let added = albums.add_pictures(&other, fixture.owner.id(), &[picture.key]).await.unwrap();
    assert_eq!(added[&picture.key], Addition::Added);
    let owner = AlbumManager { album: &fixture.album, user_id: fixture.owner.id() };
    albums.reject(owner, picture.key).await.unwrap().unwrap();
    assert!(albums.filter_waiting(id, &[picture.key]).await.unwrap().is_empty());
    assert_eq!(albums.list_of_picture(picture.key).await.unwrap(), [other.album_id]);
    let kept = Pictures::new(&fixture.database).get(picture.key).await.unwrap().unwrap();
    assert_eq!(kept.albums, 1);
    assert_eq!(albums.reject(owner, picture.key).await.unwrap(), Err(Conflict::Changed));
}

#[tokio::test]
async fn a_link_shows_nothing_after_it_was_revoked_replaced_or_expired() {
    let fixture = Fixture::new().await;
    let (links, access) = (Links::new(&fixture.database), AccessReader::new(&fixture.database));
    let picture = fixture.put_picture(fixture.owner.id(), None).await;
    let other = fixture.put_picture(fixture.owner.id(), None).await;
    fixture.add(&[picture]).await;
    let token = LinkToken::new(LinkId::new(), fastrand::u128(..).to_ne_bytes());
    let link = fixture.new_link(&token);
    let read = async |token: &LinkToken| {
        let view = access.read_link(token, |_| false, &[picture, other]).await.unwrap();
        view.map(|view| view.pictures.into_keys().collect::<Vec<_>>())
    };
    links.create(&link).await.unwrap().unwrap();
    assert_eq!(read(&token).await, Ok(vec![picture]));
    let update =
        |name, value: Option<String>| AttributeUpdate::default().set_or_remove(name, value.as_ref()).unwrap();
    let a_second_ago = Timestamp::now() - SignedDuration::from_secs(1);
    links.update(link.link_id, update("expiresAt", Some(a_second_ago.to_string()))).await.unwrap();
    assert_eq!(read(&token).await, Err(LinkRefusal::NotFound));
    links.update(link.link_id, update("expiresAt", None)).await.unwrap();
    links.update(link.link_id, update("passwordHash", Some("hash".to_owned()))).await.unwrap();
    assert_eq!(read(&token).await, Err(LinkRefusal::Locked));
    links.update(link.link_id, update("passwordHash", None)).await.unwrap();
    let new = LinkToken::new(token.link_id, fastrand::u128(..).to_ne_bytes());
    let hash = new.secret_hash().as_str().to_owned();
    links.update(link.link_id, update("secretHash", Some(hash))).await.unwrap();
    assert_eq!((read(&token).await, read(&new).await), (Err(LinkRefusal::NotFound), Ok(vec![picture])));
    links.delete(&link).await.unwrap();
    assert_eq!(read(&new).await, Err(LinkRefusal::NotFound));
    assert_eq!(links.count_of(fixture.owner.id()).await.unwrap(), 0);
}

#[tokio::test]
async fn concurrent_wrong_passwords_count_for_their_address_only() {
    let links = Links::new(&Root::default().database().await);
    let (link, address) = (LinkId::new(), "192.0.2.1");
    let attempts = join_all((0..25).map(|_| links.count_attempt(link, address))).await;
    let allowed = attempts.into_iter().filter(|attempt| *attempt.as_ref().unwrap()).count();
    assert_eq!(allowed, usize::try_from(MAX_WRONG_PASSWORDS).unwrap());
    assert!(links.count_attempt(link, "192.0.2.2").await.unwrap());
    assert!(links.count_attempt(LinkId::new(), address).await.unwrap());
    links.clear_attempts(link, address).await.unwrap();
    assert!(links.count_attempt(link, address).await.unwrap());
}

#[tokio::test]
async fn right_passwords_count_for_their_address_only() {
    let links = Links::new(&Root::default().database().await);
    let (link, address) = (LinkId::new(), "192.0.2.1");
    for _ in 0..MAX_PASSWORDS {
        assert!(links.count_attempt(link, address).await.unwrap());
        links.clear_attempts(link, address).await.unwrap();
    }
    assert!(!links.count_attempt(link, address).await.unwrap());
    assert!(links.count_attempt(link, "192.0.2.2").await.unwrap());
    assert!(links.count_attempt(LinkId::new(), address).await.unwrap());
}
