//! Every consumer that gets the same events again leaves things as they are and tells nobody anything twice.

use std::collections::BTreeSet;

use end_to_end::live::Page;
use end_to_end::people::{Reachable, befriend_slowly, comments_path, everything};
use end_to_end::pictures::any;
use end_to_end::root::{Place, Root, Row, Tables};
use end_to_end::wait;
use serde_json::{Value, json};
use domain::object_key;
use domain::{PictureKey, UserId, Visibility};

use crate::events::{WORKERS, removed, stored, wait_until_idle};
use crate::live::settle;

/// Where the streams are, of which some functions are told the changes of everything.
struct Places([(&'static str, Place); 7]);

impl Places {
    async fn now(root: &Root) -> Self {
        let Tables { comments, deadlines, feeds, friendships, pictures, .. } = root.tables().await;
        let place = async |function, table| (function, root.end_of_stream(function, table).await);
        Self([
            place("notify", pictures).await,
            place("notify", friendships).await,
            place("notify", comments).await,
            place("index", pictures).await,
            place("index", friendships).await,
            place("index", feeds).await,
            place("cleanup", deadlines).await,
        ])
    }

    /// Has every function run again with all it was told since then that is about these people.
    async fn replay(&self, root: &Root, people: &[UserId]) {
        let mut replayed = 0;
        for (function, place) in &self.0 {
            let mut event = root.changes_since(place, &people[0].to_string()).await;
            let records = event["Records"].as_array_mut().unwrap();
            // As the template filters them.
            records.retain(|record| *function != "cleanup" || record["eventName"] == "REMOVE");
            replayed += records.len();
            if !records.is_empty() {
                root.invoke(function, &event).await;
            }
        }
        assert!(replayed > 20, "{replayed}");
    }
}

/// Everything that the replays must leave as it is.
#[derive(Debug, Default, PartialEq)]
struct Left {
    records: Vec<Option<Row>>,
    feeds: Vec<Vec<String>>,
    objects: Vec<Vec<String>>,
    comments: Vec<Vec<Value>>,
    friends: Vec<usize>,
    bells: Vec<Vec<Value>>,
}

impl Left {
    async fn now(root: &Root, pictures: &[PictureKey], people: &[UserId]) -> Self {
        let mut left = Self::default();
        for picture in pictures {
            left.records.push(root.record(*picture).await);
            left.feeds.push(root.feeds(*picture).await);
            left.objects.push(root.objects(*picture).await);
            left.comments.push(root.thread(picture).await);
        }
        for person in people {
            let friends = root.friendships_of(*person).await;
            left.friends.push(friends.iter().filter(|friend| people.contains(&friend.friend_id)).count());
            // What settles comes from others.
            let ours = |entry: &Value| people.iter().any(|person| entry["actorId"] == json!(person));
            left.bells.push(root.notifications_of(*person).await.into_iter().filter(ours).collect());
        }
        left
    }
}

/// What a person was told of these people, by the ids of what happened. Open pages are told of everybody's public pictures, too.
#[derive(Clone, Debug, PartialEq)]
struct Told {
    page: Vec<String>,
    phone: Vec<String>,
    mails: usize,
}

impl Told {
    async fn now(root: &Root, owner: UserId, person: &Reachable, page: &Page) -> Self {
        let id = |message: &Value| message["id"].as_str().unwrap().to_owned();
        let mut phone: Vec<_> = person.pushes(root).await.iter().map(|push| id(&push["data"])).collect();
        phone.sort_unstable();
        let mut page: Vec<_> = page.told().into_iter().map(|(_, message)| message).collect();
        page.retain(|message| message.get("user").is_some() || message["ownerId"] == json!(owner));
        let mut page: Vec<_> = page.iter().map(id).collect();
        page.sort_unstable();
        Self { page, phone, mails: person.mailed(root).await.len() }
    }
}

/// Waits until whoever tells people has noted that they were told: before, an event that comes again waits for a minute.
async fn until_noted(root: &Root, told: &[Told]) {
    for (consumer, ids) in [
        ("live", told.iter().flat_map(|told| &told.page).collect::<BTreeSet<_>>()),
        ("deliver", told.iter().flat_map(|told| &told.phone).collect()),
    ] {
        for id in ids {
            wait::until_true("it is noted", async || root.is_told(consumer, id).await).await;
        }
    }
}

/// The messages of the queues that say what happened to the pictures.
async fn send_again(root: &Root, pages: &[&Page], pictures: &[PictureKey]) {
    for picture in pictures {
        for worker in ["thumbnail", "metadata"] {
            root.send(worker, &stored(&key::original(*picture)).to_string()).await;
        }
    }
    root.send("cleanup", &removed(&key::original(pictures[1])).to_string()).await;
    let ready = pages[0].of_type("picture.ready");
    assert!(!ready.is_empty());
    for message in ready {
        let activity = json!({"type": message["type"], "id": message["id"], "at": message["at"], "ownerId": message["ownerId"],
            "pictureId": message["pictureId"]});
        for worker in ["live", "deliver"] {
            root.send(worker, &activity.to_string()).await;
        }
    }
}

#[tokio::test]
async fn everything_that_is_told_again_changes_nothing_and_reaches_nobody() {
    let root = Root::default();
    let (owner, friend) = (Reachable::new(everything()).await, Reachable::new(everything()).await);
    let (owners, friends) = (owner.member.open_page().await, friend.member.open_page().await);
    let (people, pages) = ([owner.member.id(), friend.member.id()], [&owners, &friends]);
    let places = Places::now(&root).await;
    befriend_slowly(&root, &friend.member, &owner).await;
    let mut pictures = Vec::new();
    for number in 1..=2 {
        let picture = owner.member.upload(&any(), Visibility::Friends).await;
        friends.about("picture.ready", picture).await;
        assert_eq!(friend.member.comment(picture, "Said.").await.code, 201);
        owners.about("comment.added", picture).await;
        wait::until_equal("the owner's phone is told", &(1 + number), async || {
            owner.pushes(&root).await.len()
        })
        .await;
        owner.member.patch(&format!("/pictures/{picture}"), &json!({"caption": "Ours"})).await;
        friends.about("picture.changed", picture).await;
        pictures.push(picture);
    }
    let comment = friend.member.comments(pictures[0]).await[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(friend.member.comment(pictures[0], "Stays.").await.code, 201);
    let comment = format!("{}/{comment}", comments_path(pictures[0]));
    assert_eq!(owner.member.delete(&comment).await.code, 200);
    assert_eq!(owner.member.delete(&format!("/pictures/{}", pictures[1])).await.code, 200);
    owners.about("comment.removed", pictures[0]).await;
    friends.about("picture.removed", pictures[1]).await;
    wait::until_true("nothing is left of the deleted one", async || {
        root.thread(pictures[1]).await.is_empty() && root.objects(pictures[1]).await.is_empty()
    })
    .await;
    wait::until_equal("the feeds are right", &2, async || root.feeds(pictures[0]).await.len()).await;
    wait::until_equal("the owner's phone is told", &4, async || owner.pushes(&root).await.len()).await;
    wait::until_equal("the friend's phone is told", &3, async || friend.pushes(&root).await.len()).await;
    settle(&[(&owner.member, &owners), (&friend.member, &friends)]).await;
    wait_until_idle(&root, &WORKERS).await;
    let told = async || {
        let id = owner.member.id();
        [Told::now(&root, id, &owner, &owners).await, Told::now(&root, id, &friend, &friends).await]
    };
    let (before, told_before) = (Left::now(&root, &pictures, &people).await, told().await);
    until_noted(&root, &told_before).await;

    for _ in 0..2 {
        places.replay(&root, &people).await;
        send_again(&root, &pages, &pictures).await;
    }
    settle(&[(&owner.member, &owners), (&friend.member, &friends)]).await;
    wait_until_idle(&root, &WORKERS).await;
    assert_eq!(Left::now(&root, &pictures, &people).await, before);
    for (before, after) in told_before.into_iter().zip(told().await) {
        // What settles.
        assert_eq!((after.page.len(), after.phone.len()), (before.page.len() + 1, before.phone.len() + 1));
        assert_eq!(after.mails, before.mails + 1);
        assert!(before.page.iter().all(|id| after.page.contains(id)));
        assert_eq!(after.page.iter().collect::<BTreeSet<_>>().len(), after.page.len(), "each once");
    }
}
