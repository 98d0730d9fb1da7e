//! The counters of the guests of a link, against real tables.

use domain::{
    Album, AlbumId, ContentType, Guest, Link, LinkId, LinkRights, LinkTarget, LinkToken, MAX_GUEST_BYTES,
    Picture, PictureId, PictureKey, Quota, QuotaLimits, Sha256, Visibility,
};
use end_to_end::people::Member;
use end_to_end::root::Root;
use jiff::{SignedDuration, Timestamp};
use store::{Albums, AttributeUpdate, Conflict, Links, Pictures};

use crate::quotas::changed_limits;

/// A link to an album through which guests send pictures.
struct Fixture {
    owner: Member,
    link: Link,
    album: AlbumId,
    links: Links,
    pictures: Pictures,
}

impl Fixture {
    async fn new() -> Self {
        let (owner, database) = (Member::new().await, Root::default().database().await);
        let now = Timestamp::now();
        let album = Album::new(AlbumId::new(), owner.id(), "Oslo".into(), now);
        Albums::new(&database).create(&album).await.unwrap().unwrap();
        let token = LinkToken::new(LinkId::new(), fastrand::u128(..).to_ne_bytes());
        let link = Link {
            link_id: token.link_id,
            owner_id: owner.id(),
            target: LinkTarget::Album(album.album_id),
            name: None,
            secret_hash: token.secret_hash(),
            expires_at: None,
            password_hash: None,
            rights: LinkRights { download: false, upload: true },
            review: false,
            created_at: now,
        };
        let links = Links::new(&database);
        links.create(&link).await.unwrap().unwrap();
        Self { owner, link, album: album.album_id, links, pictures: Pictures::new(&database) }
    }

    fn new_picture(&self, bytes: u64) -> Picture {
        let key = PictureKey { owner_id: self.owner.id(), picture_id: PictureId::new() };
        Picture::register(key, Visibility::Private, ContentType::Jpeg, bytes)
    }

    /// Registers a picture of a guest.
    async fn send(&self, bytes: u64, limits: &QuotaLimits) -> Result<PictureKey, Conflict> {
        self.send_by(&self.link, bytes, limits).await
    }

    /// Registers a picture of a guest by a link as it was read.
    async fn send_by(&self, link: &Link, bytes: u64, limits: &QuotaLimits) -> Result<PictureKey, Conflict> {
        let guest =
            Guest { name: "Bo".into(), link_id: link.link_id, key_hash: Sha256::of(b"the guest key") };
        let picture = Picture { guest: Some(guest), albums: 1, ..self.new_picture(bytes) };
        let sent = self.pictures.create_by_guest(&picture, self.album, link, limits).await.unwrap();
        sent.map(|()| picture.key)
    }
}

#[tokio::test]
async fn a_deleted_picture_of_a_guest_leaves_its_place_in_the_link_to_others() {
    let fixture = Fixture::new().await;
    let limits = changed_limits(&fixture.owner, |limits| limits.bytes_per_day = 20 * MAX_GUEST_BYTES).await;
    // Two such pictures exceed the limit of the link.
    let bytes = MAX_GUEST_BYTES * 3 / 4;
    let first = fixture.send(bytes, &limits).await.unwrap();
    assert_eq!(fixture.send(bytes, &limits).await, Err(Conflict::LimitReached));
    // The guest or the owner deletes it.
    assert!(fixture.pictures.delete(first).await.unwrap());
    let second = fixture.send(bytes, &limits).await.unwrap();
    assert_eq!(fixture.send(bytes, &limits).await, Err(Conflict::LimitReached));
    // The deadline of its upload has passed.
    assert!(fixture.pictures.delete_unless_uploaded(second).await.unwrap());
    assert!(!fixture.pictures.delete(second).await.unwrap(), "it counts once");
    let third = fixture.send(bytes, &limits).await.unwrap();
    assert_eq!(fixture.send(bytes, &limits).await, Err(Conflict::LimitReached));

    fixture.links.delete(&fixture.link).await.unwrap();
    assert!(fixture.pictures.delete(third).await.unwrap(), "the counters of the link do not exist");
    assert_eq!(fixture.send(1, &limits).await, Err(Conflict::NotAllowed));
}

#[tokio::test]
async fn a_guest_sends_by_a_link_that_has_not_changed_since_it_was_read() {
    let fixture = Fixture::new().await;
    let limits = changed_limits(&fixture.owner, |_| ()).await;
    let later = Timestamp::now() + SignedDuration::from_hours(1);
    for (name, value) in [("passwordHash", "hash".to_owned()), ("expiresAt", later.to_string())] {
        let update = |value| AttributeUpdate::default().set_or_remove(name, value).unwrap();
        let id = fixture.link.link_id;
        fixture.links.update(id, update(Some(&value))).await.unwrap().unwrap();
        assert_eq!(fixture.send(1, &limits).await, Err(Conflict::NotAllowed), "{name} was added");
        let link = fixture.links.get(id).await.unwrap().unwrap();
        fixture.send_by(&link, 1, &limits).await.unwrap();
        fixture.links.update(id, update(None)).await.unwrap().unwrap();
        assert_eq!(fixture.send_by(&link, 1, &limits).await, Err(Conflict::NotAllowed), "{name} was removed");
    }
}

#[tokio::test]
async fn guests_cannot_use_up_the_day_of_the_owner() {
    let fixture = Fixture::new().await;
    let owner = &fixture.owner;
    let four = changed_limits(owner, |limits| limits.pictures_per_day = 4).await;
    for _ in 0..2 {
        let sent = fixture.send(1_000, &four).await.unwrap();
        assert!(fixture.pictures.delete(sent).await.unwrap());
    }
    let refused = Err(Conflict::QuotaExceeded(Quota::PicturesPerDay));
    assert_eq!(fixture.send(1_000, &four).await, refused, "deleted pictures count in the day");
    let bytes = changed_limits(owner, |limits| limits.bytes_per_day = 5_998).await;
    let refused = Err(Conflict::QuotaExceeded(Quota::BytesPerDay));
    assert_eq!(fixture.send(1_000, &bytes).await, refused);
    for _ in 0..2 {
        fixture.pictures.create(&fixture.new_picture(1_000), &four).await.unwrap().unwrap();
    }
    assert!(fixture.pictures.create(&fixture.new_picture(1_000), &four).await.unwrap().is_err());
}
