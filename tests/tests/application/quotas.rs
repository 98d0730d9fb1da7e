//! Quotas: counters of what each member adds, and refused writes.

use std::collections::BTreeMap;

use client::Answer;
use domain::{
    Comment, CommentId, FriendshipPair, Picture, PictureState, Quota, QuotaLimits, Visibility, Window,
    object_key,
};
use end_to_end::people::{Member, key_of};
use end_to_end::pictures::unique_file;
use end_to_end::root::Root;
use end_to_end::{cloud, rows, wait};
use futures_util::future::join_all;
use futures_util::stream::{StreamExt, iter};
use jiff::Timestamp;
use serde_json::{Value, json};
use store::{AccessReader, Comments, Conflict, Deadlines, Friendships, Pictures};

/// The concurrent calls of one member.
const CONCURRENCY: usize = 20;

async fn usage(member: &Member) -> Value {
    member.get(&format!("/users/{}/usage", member.id())).await.ok().unwrap()
}

/// Returns the number of pictures of a member and their bytes.
async fn totals(member: &Member) -> (u64, u64) {
    let usage = usage(member).await;
    (usage["pictures"].as_u64().unwrap(), usage["bytes"].as_u64().unwrap())
}

/// Returns the limits of the deployed application.
async fn limits(member: &Member) -> QuotaLimits {
    serde_json::from_value(usage(member).await["limits"].clone()).unwrap()
}

async fn register(member: &Member, bytes: u64) -> Answer {
    member.post("/pictures", &json!({"contentType": "image/jpeg", "bytes": bytes})).await
}

/// Returns the number of answers by status.
fn statuses(answers: &[Answer]) -> BTreeMap<u16, usize> {
    let mut statuses = BTreeMap::new();
    for answer in answers {
        *statuses.entry(answer.code).or_default() += 1;
    }
    statuses
}

#[tokio::test]
async fn concurrent_registrations_and_deletions_succeed_and_are_all_counted() {
    let member = Member::new().await;
    let day = Window::Day.start(Timestamp::now());
    let answers: Vec<_> =
        iter(1..=100).map(|bytes| register(&member, bytes)).buffer_unordered(CONCURRENCY).collect().await;
    assert_eq!(statuses(&answers), [(201, 100)].into());
    assert_eq!(totals(&member).await, (100, 5_050));
    let keys: Vec<_> = answers.iter().map(|answer| key_of(&answer.data["picture"])).collect();
    let delete = async |key| member.delete(&format!("/pictures/{key}")).await;
    let (deleted, kept) = keys.split_at(90);
    let answers: Vec<_> = iter(deleted).map(delete).buffer_unordered(CONCURRENCY).collect().await;
    assert_eq!(statuses(&answers), [(200, 90)].into());
    assert_eq!(totals(&member).await.0, 10);
    // Of several concurrent deletions of a picture, one is counted.
    let repeated = join_all(kept.iter().flat_map(|key| [delete(key), delete(key)])).await;
    assert_eq!(statuses(&repeated), [(200, 10), (404, 10)].into());
    assert_eq!(totals(&member).await, (0, 0));
    let today = usage(&member).await["today"].clone();
    // The counters of the day start again if the day ends during the test.
    if Window::Day.start(Timestamp::now()) == day {
        assert_eq!(today, json!({"pictures": 100, "bytes": 5_050}), "deleted pictures count in the day");
    }
}

#[tokio::test]
async fn every_deletion_subtracts_what_the_registration_added() {
    let (member, root) = (Member::new().await, Root::default());
    let file = unique_file();
    let uploaded = key_of(&member.share(&file, Visibility::Private).await);
    let length = file.bytes.len() as u64;
    assert_eq!(totals(&member).await, (1, length));
    assert_eq!(member.delete(&format!("/pictures/{uploaded}")).await.code, 200);
    assert_eq!(totals(&member).await, (0, 0));

    let without_original = key_of(&member.share(&unique_file(), Visibility::Private).await);
    let request = root.s3.delete_object().bucket(&cloud::stack().media_bucket);
    request.key(object_key::original(without_original)).send().await.unwrap();
    wait::until_equal("cleanup deletes the picture", &(0, 0), async || totals(&member).await).await;

    let expired = member.register(&unique_file(), Visibility::Private).await.key();
    assert_eq!(totals(&member).await.0, 1);
    root.expire_deadline(expired).await;
    wait::until_equal("cleanup deletes the registration", &(0, 0), async || totals(&member).await).await;
}

#[tokio::test]
async fn counts_the_pictures_of_earlier_versions() {
    let (member, root) = (Member::new().await, Root::default());
    let pictures: Vec<_> =
        (0..5).map(|_| rows::picture(member.id(), Visibility::Private, PictureState::Ready)).collect();
    for picture in &pictures {
        root.put_picture(picture).await;
    }
    // The first call of each kind counts, whichever comes first.
    let path = format!("/pictures/{}", pictures[0].key);
    let (deleted, registered) = tokio::join!(member.delete(&path), register(&member, 7));
    assert_eq!((deleted.code, registered.code), (200, 201));
    assert_eq!(totals(&member).await, (5, 4_007));
}

#[tokio::test]
async fn a_member_without_pictures_has_used_nothing() {
    let (member, other) = (Member::new().await, Member::new().await);
    assert_eq!(totals(&member).await, (0, 0));
    let answer = other.get(&format!("/users/{}/usage", member.id())).await;
    assert_eq!(answer.code, 403, "{answer:?}");
    let limits = limits(&member).await;
    assert!(limits.pictures_per_day >= 100 && limits.comments_per_hour >= 100, "bursts of 100 calls");
}

#[tokio::test]
async fn a_member_writes_a_burst_of_comments_and_is_then_refused() {
    let member = Member::new().await;
    let picture = member.register(&unique_file(), Visibility::Private).await.key();
    let max = usize::try_from(limits(&member).await.comments_per_hour).unwrap();
    let comment = async |_| member.comment(picture, "Again.").await;
    let answers: Vec<_> = iter(0..100).map(comment).buffer_unordered(CONCURRENCY).collect().await;
    assert_eq!(statuses(&answers), [(201, 100)].into());
    // The hour can end during the test. Then the counter starts again.
    let mut refused = None;
    for _ in 0..=2 * max {
        let answer = member.comment(picture, "Again.").await;
        if answer.code != 201 {
            refused = Some(answer);
            break;
        }
    }
    let refused = refused.unwrap();
    let notes = refused.notes.as_deref().unwrap();
    assert_eq!(refused.code, 429, "{refused:?}");
    assert!(notes.starts_with(&format!("You have written {max} comments this hour.")), "{notes}");
    let retry_after = refused.retry_after.unwrap();
    assert!((1..=3_600).contains(&retry_after), "{retry_after}");
    // In the last seconds of the hour, the comment can be accepted.
    if retry_after > 10 {
        let page = member.open_page().await;
        page.comment(picture, "By WebSocket.");
        let error = page.until_first("error").await;
        assert_eq!((&error["code"], &error["notes"]), (&json!(429), &json!(notes)));
    }
}

/// Returns the limits of the deployed application after a change.
pub(crate) async fn changed_limits(member: &Member, change: impl FnOnce(&mut QuotaLimits)) -> QuotaLimits {
    let mut limits = limits(member).await;
    change(&mut limits);
    limits
}

fn new_picture(owner: &Member) -> Picture {
    rows::picture(owner.id(), Visibility::Private, PictureState::AwaitingUpload)
}

/// Registers pictures of 1,000 bytes concurrently. Returns the number of registered pictures, and
/// the exceeded quota of the others.
async fn register_concurrently(
    owner: &Member,
    number: usize,
    limits: &QuotaLimits,
) -> (usize, Option<Quota>) {
    let pictures = Pictures::new(&Root::default().database().await);
    let registered: Vec<_> = (0..number).map(|_| new_picture(owner)).collect();
    let outcomes = join_all(registered.iter().map(|picture| pictures.create(picture, limits))).await;
    let mut exceeded = None;
    let mut count = 0;
    for outcome in outcomes {
        match outcome.unwrap() {
            Ok(()) => count += 1,
            Err(Conflict::QuotaExceeded(quota)) => exceeded = Some(quota),
            Err(conflict) => panic!("{conflict:?}"),
        }
    }
    (count, exceeded)
}

#[tokio::test]
async fn concurrent_registrations_do_not_exceed_the_limits() {
    let member = Member::new().await;
    let five = changed_limits(&member, |limits| limits.pictures = 5).await;
    assert_eq!(register_concurrently(&member, 12, &five).await, (5, Some(Quota::Pictures)));
    let bytes = changed_limits(&member, |limits| limits.bytes = 7_999).await;
    assert_eq!(register_concurrently(&member, 6, &bytes).await, (2, Some(Quota::Bytes)));
    let today = changed_limits(&member, |limits| limits.bytes_per_day = 999).await;
    assert_eq!(register_concurrently(&member, 1, &today).await, (0, Some(Quota::BytesPerDay)));
    let today = changed_limits(&member, |limits| limits.pictures_per_day = 0).await;
    assert_eq!(register_concurrently(&member, 1, &today).await, (0, Some(Quota::PicturesPerDay)));
    assert_eq!(totals(&member).await, (7, 7_000));
}

#[tokio::test]
async fn an_upload_makes_room_for_another_registration() {
    let (member, root) = (Member::new().await, Root::default());
    let one = changed_limits(&member, |limits| limits.open_registrations = 1).await;
    let uploaded = key_of(&member.share(&unique_file(), Visibility::Private).await);
    wait::until_true("the registration is complete", async || !root.has_deadline(uploaded).await).await;
    assert_eq!(register_concurrently(&member, 1, &one).await, (1, None));
    assert_eq!(register_concurrently(&member, 1, &one).await, (0, Some(Quota::OpenRegistrations)));
    let deadlines = Deadlines::new(&root.database().await);
    for picture in root.pictures_of(member.id()).await {
        deadlines.delete(picture.key).await.unwrap();
    }
    assert_eq!(register_concurrently(&member, 1, &one).await, (1, None));
}

#[tokio::test]
async fn a_refused_comment_or_request_writes_nothing() {
    let (member, other, root) = (Member::new().await, Member::new().await, Root::default());
    let database = root.database().await;
    let none = changed_limits(&member, |limits| {
        limits.comments_per_hour = 0;
        limits.friend_requests_per_day = 0;
    })
    .await;
    let friendships = Friendships::new(&database);
    let rows = friendships.get_both(member.id(), other.id()).await.unwrap();
    let request = FriendshipPair::new(member.id(), other.id(), rows).befriend(Timestamp::now());
    let outcome = friendships.replace_both(rows, request, &[], &none).await.unwrap();
    assert_eq!(outcome, Err(Conflict::QuotaExceeded(Quota::FriendRequestsPerDay)));
    assert!(root.friendships_of(member.id()).await.is_empty());

    let picture = member.register(&unique_file(), Visibility::Private).await.key();
    let seen = AccessReader::new(&database).read_visible(Some(member.id()), picture).await.unwrap().unwrap();
    let comment = Comment {
        picture,
        comment_id: CommentId::new(),
        author_id: member.id(),
        text: "No.".into(),
        created_at: Timestamp::now(),
    };
    let outcome = Comments::new(&database).add(&comment, &seen, &none).await.unwrap();
    assert_eq!(outcome, Err(Conflict::QuotaExceeded(Quota::CommentsPerHour)));
    assert!(member.comments(picture).await.is_empty());
}
