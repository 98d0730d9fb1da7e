//! Members of an album are notified of its changes: live, in the list, by push and by e-mail.

use domain::{PictureKey, PictureState, Visibility};
use end_to_end::people::{Member, MemberWithPhone, befriend, key_of};
use end_to_end::root::Root;
use end_to_end::{rows, wait, wire};
use reqwest::Method;
use serde_json::{Value, json};

use crate::live::until_earlier_events_are_delivered;

/// Creates an album and returns its path.
async fn create_album(owner: &Member) -> String {
    let answer = owner.post("/albums", &json!({"title": "Oslo"})).await;
    assert_eq!(answer.code, 201, "{answer:?}");
    format!("/albums/{}", answer.data["id"].as_str().unwrap())
}

async fn add_member(album: &str, owner: &Member, member: &Member, role: &str) {
    let path = format!("{album}/members/{}", member.id());
    assert_eq!(owner.put(&path, &json!({"role": role})).await.code, 200);
}

/// Adds ready pictures of a member to an album, with one call.
async fn add_pictures(root: &Root, album: &str, owner: &Member, count: usize) -> Vec<PictureKey> {
    add_pictures_in_state(root, album, owner, count, PictureState::Ready).await
}

async fn add_pictures_in_state(
    root: &Root,
    album: &str,
    owner: &Member,
    count: usize,
    state: PictureState,
) -> Vec<PictureKey> {
    let mut keys = Vec::new();
    for _ in 0..count {
        let picture = rows::picture(owner.id(), Visibility::Private, state);
        root.put_picture(&picture).await;
        keys.push(picture.key);
    }
    let answer = owner.post(&format!("{album}/pictures"), &json!({ "add": keys })).await;
    assert_eq!((answer.code, &answer.data["refused"]), (200, &json!([])), "{answer:?}");
    keys
}

/// Registers a picture of the guest Eve by a new link to an album.
async fn register_as_guest(album: &str, owner: &Member, review: bool) -> PictureKey {
    let link = json!({"albumId": album.trim_start_matches("/albums/"), "upload": true, "review": review});
    let link = owner.post("/links", &link).await;
    assert_eq!(link.code, 201, "{link:?}");
    let path = format!("/shared/{}/pictures", link.data["token"].as_str().unwrap());
    let picture = json!({"contentType": "image/jpeg", "bytes": 1_000, "name": "Eve"});
    let reply = wire::send(wire::unsigned(Method::POST, &path, &picture.to_string())).await;
    assert_eq!(reply.status, 201, "{}", reply.text());
    key_of(&reply.json()["data"]["picture"])
}

/// Returns the listed notifications of one type.
async fn listed(member: &Member, kind: &str) -> Vec<Value> {
    let all = member.read_all("/notifications", 100).await;
    all.into_iter().filter(|entry| entry["type"] == kind).collect()
}

/// Waits until the listed notifications about added pictures count `expected` pictures in all. One
/// call can be two batches if it crosses the end of five minutes.
async fn until_counted(member: &Member, expected: u64) -> Vec<Value> {
    wait::until("the list counts the pictures", async || {
        let entries = listed(member, "album.picturesAdded").await;
        let counts = entries.iter().map(|entry| entry["album"]["count"].as_u64().unwrap());
        (counts.sum::<u64>() == expected).then_some(entries)
    })
    .await
}

#[tokio::test]
async fn members_are_notified_of_a_batch_by_all_channels() {
    let root = Root::default();
    let all = json!(["live", "push", "email"]);
    let wishes = json!({"friend.requested": [], "friend.accepted": [], "album.memberAdded": all,
        "album.picturesAdded": all});
    let viewer = MemberWithPhone::new(wishes).await;
    let (owner, contributor) = (Member::new().await, Member::new().await);
    befriend(&owner, &contributor).await;
    befriend(&owner, &viewer.member).await;
    let album = create_album(&owner).await;
    let page = viewer.member.open_page().await;
    add_member(&album, &owner, &viewer.member, "viewer").await;
    let added = page.until_first("album.memberAdded").await;
    assert_eq!((&added["user"]["id"], &added["album"]["title"]), (&json!(owner.id()), &json!("Oslo")));
    add_member(&album, &owner, &contributor, "contributor").await;
    let keys = add_pictures(&root, &album, &contributor, 12).await;

    let message = page.until_first("album.picturesAdded").await;
    assert_eq!(message["user"]["id"], json!(contributor.id()));
    let changed = page.until_first("album.changed").await;
    assert_eq!(album, format!("/albums/{}", changed["albumId"].as_str().unwrap()));
    for member in [&viewer.member, &owner] {
        for entry in until_counted(member, 12).await {
            assert_eq!(entry["user"]["id"], json!(contributor.id()));
            assert_eq!(entry["album"]["guests"], json!([]));
        }
    }
    assert!(listed(&contributor, "album.picturesAdded").await.is_empty(), "nobody is notified of their own");
    wait::until_true("the phone receives both", async || {
        let types = viewer.push_types(&root).await;
        ["album.memberAdded", "album.picturesAdded"]
            .iter()
            .all(|kind| types.iter().any(|other| other == kind))
    })
    .await;
    wait::until_true("the mailbox receives both", async || {
        let subjects = viewer.mail_subjects(&root).await;
        subjects.iter().any(|subject| subject.contains("added you to “Oslo”"))
            && subjects.iter().any(|subject| subject.contains("pictures to “Oslo”"))
    })
    .await;

    // The list shows the current number, and nothing to former members.
    let removed = json!({ "remove": keys[..5] });
    assert_eq!(contributor.post(&format!("{album}/pictures"), &removed).await.code, 200);
    until_counted(&viewer.member, 7).await;
    let path = format!("{album}/members/{}", viewer.member.id());
    assert_eq!(viewer.member.delete(&path).await.code, 200);
    assert!(listed(&viewer.member, "album.picturesAdded").await.is_empty());
    assert!(listed(&viewer.member, "album.memberAdded").await.is_empty());
}

#[tokio::test]
async fn a_member_who_chose_none_and_a_blocked_member_are_not_notified() {
    let root = Root::default();
    let (owner, contributor) = (Member::new().await, Member::new().await);
    let (silent, blocker) = (Member::new().await, Member::new().await);
    let album = create_album(&owner).await;
    for member in [&contributor, &silent, &blocker] {
        befriend(&owner, member).await;
        add_member(&album, &owner, member, "contributor").await;
    }
    let choice = format!("{album}/notifications");
    assert_eq!(silent.get(&choice).await.data, json!({"pictures": "all"}));
    assert_eq!(silent.put(&choice, &json!({"pictures": "none"})).await.code, 200);
    assert_eq!(silent.get(&choice).await.data, json!({"pictures": "none"}));
    assert_eq!(blocker.block(&contributor).await.code, 200);
    let (quiet_page, blocked_page) = (silent.open_page().await, blocker.open_page().await);
    add_pictures(&root, &album, &contributor, 2).await;
    until_counted(&owner, 2).await;
    for page in [&quiet_page, &blocked_page] {
        page.until_first("album.changed").await;
    }
    until_earlier_events_are_delivered(&[(&silent, &quiet_page), (&blocker, &blocked_page)]).await;
    for (member, page) in [(&silent, &quiet_page), (&blocker, &blocked_page)] {
        assert!(page.messages_of_type("album.picturesAdded").is_empty());
        assert!(listed(member, "album.picturesAdded").await.is_empty());
    }
}

#[tokio::test]
async fn pictures_that_become_ready_in_an_album_are_announced_then() {
    let root = Root::default();
    let viewer = MemberWithPhone::new(json!({"album.picturesAdded": ["live", "push"]})).await;
    let (owner, contributor) = (Member::new().await, Member::new().await);
    let album = create_album(&owner).await;
    for (member, role) in [(&contributor, "contributor"), (&viewer.member, "viewer")] {
        befriend(&owner, member).await;
        add_member(&album, &owner, member, role).await;
    }
    let page = viewer.member.open_page().await;
    let keys = add_pictures_in_state(&root, &album, &contributor, 3, PictureState::Processing).await;
    let of_guest = register_as_guest(&album, &owner, false).await;
    page.until_first("album.changed").await;
    until_earlier_events_are_delivered(&[(&viewer.member, &page)]).await;
    assert!(page.messages_of_type("album.picturesAdded").is_empty());
    for member in [&viewer.member, &owner] {
        assert!(listed(member, "album.picturesAdded").await.is_empty(), "no picture is ready");
    }

    let changes = page.messages_of_type("album.changed").len();
    root.make_ready(keys[0]).await;
    wait::until_true("the page receives the change", async || {
        page.messages_of_type("album.changed").len() > changes
    })
    .await;
    let added = page.until_first("album.picturesAdded").await;
    assert_eq!((&added["user"]["id"], &added["album"]["count"]), (&json!(contributor.id()), &json!(1)));
    until_counted(&viewer.member, 1).await;
    for (key, count) in [(keys[1], 2), (keys[2], 3), (of_guest, 4)] {
        root.make_ready(key).await;
        until_counted(&viewer.member, count).await;
    }
    let guests: Vec<_> =
        until_counted(&owner, 4).await.iter().map(|entry| entry["album"]["guests"].clone()).collect();
    assert!(guests.contains(&json!(["Eve"])), "{guests:?}");
    // A batch has one message: those of the contributor are two if they cross the end of five
    // minutes.
    let batches = listed(&viewer.member, "album.picturesAdded").await.len();
    viewer.until_push_types(&root, &vec!["album.picturesAdded"; batches]).await;
    until_earlier_events_are_delivered(&[(&viewer.member, &page)]).await;
    assert_eq!(page.messages_of_type("album.picturesAdded").len(), batches);
}

#[tokio::test]
async fn ready_pictures_that_wait_are_announced_to_those_who_can_approve_them() {
    let root = Root::default();
    let (owner, curator, viewer) = (Member::new().await, Member::new().await, Member::new().await);
    let album = create_album(&owner).await;
    for (member, role) in [(&curator, "curator"), (&viewer, "viewer")] {
        befriend(&owner, member).await;
        add_member(&album, &owner, member, role).await;
    }
    let page = curator.open_page().await;
    let key = register_as_guest(&album, &owner, true).await;
    page.until_first("album.changed").await;
    until_earlier_events_are_delivered(&[(&curator, &page)]).await;
    assert!(listed(&curator, "album.picturesWaiting").await.is_empty(), "the picture is not ready");
    root.make_ready(key).await;
    let waiting = page.until_first("album.picturesWaiting").await;
    assert_eq!(waiting["album"]["guests"], json!(["Eve"]));
    for member in [&curator, &owner] {
        wait::until_true("those who can approve are notified", async || {
            listed(member, "album.picturesWaiting").await.len() == 1
        })
        .await;
    }
    for kind in ["album.picturesWaiting", "album.picturesAdded"] {
        assert!(listed(&viewer, kind).await.is_empty(), "{kind}");
    }
}

#[tokio::test]
async fn a_member_who_watches_a_picture_of_an_album_receives_its_comments() {
    let root = Root::default();
    let (owner, contributor, viewer) = (Member::new().await, Member::new().await, Member::new().await);
    let album = create_album(&owner).await;
    for (member, role) in [(&contributor, "contributor"), (&viewer, "viewer")] {
        befriend(&owner, member).await;
        add_member(&album, &owner, member, role).await;
    }
    let [picture] = add_pictures(&root, &album, &contributor, 1).await[..] else { unreachable!() };
    let page = viewer.open_page().await;
    page.watch(domain::Watch { picture: Some(picture), ..domain::Watch::default() }).await;
    assert_eq!(contributor.comment(picture, "From the ferry.").await.code, 201);
    let (_, message) = page.until_received("comment.added", picture).await;
    assert_eq!(message["comment"]["text"], "From the ferry.");
    assert_eq!(viewer.comment(picture, "Lovely.").await.code, 201);
    wait::until_true("the owner of the picture is notified", async || {
        listed(&contributor, "comment.added").await.len() == 1
    })
    .await;
}
