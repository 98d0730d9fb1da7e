//! Deleted albums, ended memberships, and the albums of deleted pictures.

use domain::{AlbumId, PictureId, PictureKey, UserId};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::fake_tables::FakeTables;
use crate::{Services, queue_event};

const OWNER: UserId = UserId(Uuid::from_u128(1));
const MEMBER: UserId = UserId(Uuid::from_u128(2));
const OTHER: UserId = UserId(Uuid::from_u128(3));

/// An album with 30 members, and with 30 pictures of [`MEMBER`] and of [`OTHER`].
struct Scenario {
    tables: FakeTables,
    album: AlbumId,
}

fn pictures(owner_id: UserId) -> Vec<PictureKey> {
    let key = |n| PictureKey { owner_id, picture_id: PictureId(Uuid::from_u128(n)) };
    (1..=30).map(key).collect()
}

impl Scenario {
    fn new() -> Self {
        let (tables, album) = (FakeTables::default(), AlbumId::new());
        tables.put_album(album, OWNER);
        for n in 2..32 {
            tables.put_member(album, OWNER, UserId(Uuid::from_u128(n)));
        }
        for picture in pictures(MEMBER).into_iter().chain(pictures(OTHER)) {
            tables.put_picture(album, picture, false);
        }
        Self { tables, album }
    }

    /// Handles an activity. Returns `true` if the message succeeded.
    async fn handle(&self, activity: Value) -> bool {
        let mut message = json!({"id": Uuid::nil(), "at": "2026-11-21T05:22:18Z"});
        message.as_object_mut().unwrap().extend(activity.as_object().unwrap().clone());
        let rules: Vec<_> = self.tables.rules().collect();
        let services = Services { tables: &rules, ..Services::default() };
        services.succeeds(queue_event(&message.to_string())).await
    }

    async fn remove_album(&self) {
        let removed = json!({"type": "album.removed", "albumId": self.album, "ownerId": OWNER});
        assert!(self.handle(removed).await);
    }

    async fn remove_member(&self, user: UserId) {
        let removed = json!({"type": "album.memberRemoved", "albumId": self.album, "memberId": user});
        assert!(self.handle(removed).await);
    }

    /// Returns the number of the album's members, pictures and waiting pictures.
    fn rows(&self) -> [usize; 3] {
        ["member#", "picture#", "waiting#"].map(|kind| self.tables.count_of_album(self.album, kind))
    }
}

#[tokio::test]
async fn deletes_members_pictures_and_links_of_a_deleted_album() {
    let scenario = Scenario::new();
    let (tables, album) = (&scenario.tables, scenario.album);
    let another = AlbumId::new();
    tables.put_album(another, OTHER);
    tables.put_picture(another, pictures(MEMBER)[0], false);
    tables.put_link(OWNER, &format!("album#{album}"));
    tables.put_link(OTHER, &format!("album#{another}"));
    let guest = PictureKey { owner_id: OWNER, picture_id: PictureId(Uuid::from_u128(9)) };
    tables.put_picture(album, guest, true);
    tables.remove_album(album);
    scenario.remove_album().await;
    assert_eq!(scenario.rows(), [0; 3]);
    // The other album: its row, its picture, and the rows that name it. And its link.
    assert_eq!((tables.count_rows("Albums"), tables.count_rows("Links")), (4, 3));
    assert_eq!((tables.count_rows("Pictures"), tables.albums_of_pictures()), (61, 1));
    let deleted = tables.deleted_of_album(album);
    let first_picture = deleted.iter().position(|entry| !entry.starts_with("member#")).unwrap();
    assert_eq!(first_picture, 30, "members first");
    scenario.remove_album().await;
    assert_eq!(tables.count_rows("Albums"), 4, "a replay changes nothing");
}

#[tokio::test]
async fn a_deleted_album_is_no_smart_album_of_its_owner() {
    let scenario = Scenario::new();
    let another = AlbumId::new();
    scenario.tables.put_smart_albums(OWNER, &[scenario.album, another]);
    scenario.remove_album().await;
    assert_eq!(scenario.tables.smart_albums(OWNER).len(), 2, "the album exists");
    scenario.tables.remove_album(scenario.album);
    scenario.remove_album().await;
    assert_eq!(scenario.tables.smart_albums(OWNER), [another.to_string()]);
}

#[tokio::test]
async fn keeps_the_data_of_an_existing_album() {
    let scenario = Scenario::new();
    scenario.remove_album().await;
    assert_eq!(scenario.rows(), [30, 60, 0]);
}

#[tokio::test]
async fn removes_the_pictures_of_a_former_member() {
    let scenario = Scenario::new();
    scenario.tables.remove_member(scenario.album, MEMBER);
    scenario.remove_member(MEMBER).await;
    assert_eq!(scenario.rows(), [29, 30, 0], "the pictures of others remain");
    assert_eq!(scenario.tables.number(scenario.album, "count"), "30");
    assert_eq!(scenario.tables.albums_of_pictures(), 30);
    scenario.remove_member(MEMBER).await;
    assert_eq!(scenario.rows(), [29, 30, 0], "a replay changes nothing");
}

#[tokio::test]
async fn keeps_the_pictures_of_a_member_who_was_added_again() {
    let scenario = Scenario::new();
    scenario.remove_member(MEMBER).await;
    assert_eq!(scenario.rows(), [30, 60, 0]);
}

#[tokio::test]
async fn forgets_which_members_a_former_member_added() {
    let scenario = Scenario::new();
    let (tables, album) = (&scenario.tables, scenario.album);
    for n in 3..6 {
        tables.put_adder(album, UserId(Uuid::from_u128(n)), MEMBER);
    }
    scenario.remove_member(MEMBER).await;
    assert_eq!(tables.count_added_by(MEMBER), 3, "a member again");
    tables.remove_member(album, MEMBER);
    scenario.remove_member(MEMBER).await;
    assert_eq!((tables.count_added_by(MEMBER), tables.count_added_by(OWNER)), (0, 29));
}

#[tokio::test]
async fn leaves_a_deleted_album_to_the_event_of_its_deletion() {
    let scenario = Scenario::new();
    scenario.tables.remove_member(scenario.album, MEMBER);
    scenario.tables.remove_album(scenario.album);
    scenario.remove_member(MEMBER).await;
    assert_eq!(scenario.rows(), [29, 60, 0]);
}
