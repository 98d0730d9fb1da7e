//! Consumers that receive an event again change nothing and deliver nothing twice.

use std::collections::BTreeSet;

use domain::{PictureKey, UserId, Visibility, object_key};
use end_to_end::live::Page;
use end_to_end::people::{MemberWithPhone, all_notifications, befriend_with_notification, comments_path};
use end_to_end::pictures::unique_file;
use end_to_end::root::{Root, Row, StreamPosition, Tables};
use end_to_end::wait;
use serde_json::{Value, json};

use crate::events::{WORKERS, removed, stored, wait_until_idle};
use crate::live::until_earlier_events_are_delivered;

/// Positions in the streams of the tables, with the functions that read them.
struct StreamPositions([(&'static str, StreamPosition); 8]);

impl StreamPositions {
    async fn now(root: &Root) -> Self {
        let Tables { albums, comments, deadlines, feeds, friendships, pictures, .. } = root.tables().await;
        let position = async |function, table| (function, root.end_of_stream(function, table).await);
        Self([
            position("activity", pictures).await,
            position("activity", friendships).await,
            position("activity", comments).await,
            position("index", pictures).await,
            position("index", friendships).await,
            position("index", albums).await,
            position("index", feeds).await,
            position("cleanup", deadlines).await,
        ])
    }

    /// Invokes each function again with the stream records since these positions that concern
    /// `people`.
    async fn replay(&self, root: &Root, people: &[UserId]) {
        let mut replayed = 0;
        for (function, position) in &self.0 {
            let mut event = root.changes_since(position, &people[0].to_string()).await;
            let records = event["Records"].as_array_mut().unwrap();
            // The template has the same filter.
            records.retain(|record| *function != "cleanup" || record["eventName"] == "REMOVE");
            replayed += records.len();
            if !records.is_empty() {
                root.invoke(function, &event).await;
            }
        }
        assert!(replayed > 20, "{replayed}");
    }
}

/// The stored state that the repeated events must not change.
#[derive(Debug, Default, PartialEq)]
struct StoredState {
    records: Vec<Option<Row>>,
    feeds: Vec<Vec<String>>,
    objects: Vec<Vec<String>>,
    comments: Vec<Vec<Value>>,
    friends: Vec<usize>,
    notifications: Vec<Vec<Value>>,
}

impl StoredState {
    async fn now(root: &Root, pictures: &[PictureKey], people: &[UserId]) -> Self {
        let mut state = Self::default();
        for picture in pictures {
            state.records.push(root.picture_row(*picture).await);
            state.feeds.push(root.feed_ids(*picture).await);
            state.objects.push(root.object_keys(*picture).await);
            state.comments.push(root.thread_rows(picture).await);
        }
        for person in people {
            let friends = root.friendships_of(*person).await;
            state.friends.push(friends.iter().filter(|friend| people.contains(&friend.friend_id)).count());
            // `until_earlier_events_are_delivered` adds notifications about other members.
            let among_people = |entry: &Value| people.iter().any(|person| entry["actorId"] == json!(person));
            let notifications = root.notifications_of(*person).await;
            state.notifications.push(notifications.into_iter().filter(among_people).collect());
        }
        state
    }
}

/// The ids of the events that a member received about the owner of the pictures. (Open pages also
/// receive the public pictures of other tests.)
#[derive(Clone, Debug, PartialEq)]
struct Received {
    page: Vec<String>,
    phone: Vec<String>,
    mails: usize,
}

impl Received {
    async fn now(root: &Root, owner: UserId, person: &MemberWithPhone, page: &Page) -> Self {
        let id = |message: &Value| message["id"].as_str().unwrap().to_owned();
        let mut phone: Vec<_> = person.pushes(root).await.iter().map(|push| id(&push["data"])).collect();
        phone.sort_unstable();
        let mut page: Vec<_> = page.messages().into_iter().map(|(_, message)| message).collect();
        page.retain(|message| message.get("user").is_some() || message["ownerId"] == json!(owner));
        let mut page: Vec<_> = page.iter().map(id).collect();
        page.sort_unstable();
        Self { page, phone, mails: person.mail_subjects(root).await.len() }
    }
}

/// Waits until the consumers have recorded the events as delivered. Until then, a repeated event
/// waits for the end of the lease.
async fn until_recorded(root: &Root, received: &[Received]) {
    for (consumer, ids) in [
        ("live", received.iter().flat_map(|received| &received.page).collect::<BTreeSet<_>>()),
        ("deliver", received.iter().flat_map(|received| &received.phone).collect()),
    ] {
        for id in ids {
            wait::until_true("the delivery is recorded", async || root.is_delivered(consumer, id).await)
                .await;
        }
    }
}

/// Sends the messages about the pictures to the queues again.
async fn resend(root: &Root, pages: &[&Page], pictures: &[PictureKey]) {
    for picture in pictures {
        for worker in ["thumbnail", "metadata"] {
            root.send_message(worker, &stored(&object_key::original(*picture)).to_string()).await;
        }
    }
    root.send_message("cleanup", &removed(&object_key::original(pictures[1])).to_string()).await;
    let ready = pages[0].messages_of_type("picture.ready");
    assert!(!ready.is_empty());
    for message in ready {
        let activity = json!({"type": message["type"], "id": message["id"], "at": message["at"],
            "ownerId": message["ownerId"], "pictureId": message["pictureId"]});
        for worker in ["live", "deliver"] {
            root.send_message(worker, &activity.to_string()).await;
        }
    }
}

#[tokio::test]
async fn repeated_events_change_nothing_and_reach_nobody() {
    let root = Root::default();
    let (owner, friend) =
        (MemberWithPhone::new(all_notifications()).await, MemberWithPhone::new(all_notifications()).await);
    let (owners, friends) = (owner.member.open_page().await, friend.member.open_page().await);
    let (people, pages) = ([owner.member.id(), friend.member.id()], [&owners, &friends]);
    let positions = StreamPositions::now(&root).await;
    befriend_with_notification(&root, &friend.member, &owner).await;
    let mut pictures = Vec::new();
    for number in 1..=2 {
        let picture = owner.member.upload(&unique_file(), Visibility::Friends).await;
        friends.until_received("picture.ready", picture).await;
        assert_eq!(friend.member.comment(picture, "Said.").await.code, 201);
        owners.until_received("comment.added", picture).await;
        wait::until_equal("the owner's phone receives the messages", &(1 + number), async || {
            owner.pushes(&root).await.len()
        })
        .await;
        owner.member.patch(&format!("/pictures/{picture}"), &json!({"caption": "Ours"})).await;
        friends.until_received("picture.changed", picture).await;
        pictures.push(picture);
    }
    let comment = friend.member.comments(pictures[0]).await[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(friend.member.comment(pictures[0], "Stays.").await.code, 201);
    let comment = format!("{}/{comment}", comments_path(pictures[0]));
    assert_eq!(owner.member.delete(&comment).await.code, 200);
    assert_eq!(owner.member.delete(&format!("/pictures/{}", pictures[1])).await.code, 200);
    owners.until_received("comment.removed", pictures[0]).await;
    friends.until_received("picture.removed", pictures[1]).await;
    wait::until_true("the deleted picture has no comments and no objects", async || {
        root.thread_rows(pictures[1]).await.is_empty() && root.object_keys(pictures[1]).await.is_empty()
    })
    .await;
    wait::until_equal("all feeds contain the other picture", &3, async || {
        root.feed_ids(pictures[0]).await.len()
    })
    .await;
    // The second comment on the same picture is in the burst of the first one.
    wait::until_equal("the owner's phone receives the messages", &3, async || {
        owner.pushes(&root).await.len()
    })
    .await;
    wait::until_equal("the friend's phone receives the messages", &3, async || {
        friend.pushes(&root).await.len()
    })
    .await;
    until_earlier_events_are_delivered(&[(&owner.member, &owners), (&friend.member, &friends)]).await;
    wait_until_idle(&root, &WORKERS).await;
    let received = async || {
        let id = owner.member.id();
        [Received::now(&root, id, &owner, &owners).await, Received::now(&root, id, &friend, &friends).await]
    };
    let before = StoredState::now(&root, &pictures, &people).await;
    let received_before = received().await;
    until_recorded(&root, &received_before).await;

    for _ in 0..2 {
        positions.replay(&root, &people).await;
        resend(&root, &pages, &pictures).await;
    }
    until_earlier_events_are_delivered(&[(&owner.member, &owners), (&friend.member, &friends)]).await;
    wait_until_idle(&root, &WORKERS).await;
    assert_eq!(StoredState::now(&root, &pictures, &people).await, before);
    for (before, after) in received_before.into_iter().zip(received().await) {
        // Each number is greater by one, because of the friend request of
        // `until_earlier_events_are_delivered`.
        assert_eq!((after.page.len(), after.phone.len()), (before.page.len() + 1, before.phone.len() + 1));
        assert_eq!(after.mails, before.mails + 1);
        assert!(before.page.iter().all(|id| after.page.contains(id)));
        assert_eq!(after.page.iter().collect::<BTreeSet<_>>().len(), after.page.len(), "no duplicates");
    }
}
