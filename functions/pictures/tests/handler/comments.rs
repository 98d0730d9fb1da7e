//! Comments on a picture.

use aws_sdk_dynamodb::operation::batch_get_item::BatchGetItemOutput;
use aws_sdk_dynamodb::operation::get_item::GetItemOutput;
use aws_sdk_dynamodb::operation::query::QueryOutput;
use aws_sdk_dynamodb::operation::transact_write_items::{
    TransactWriteItemsError, TransactWriteItemsInput, TransactWriteItemsOutput,
};
use aws_sdk_dynamodb::types::CancellationReason;
use aws_sdk_dynamodb::types::error::TransactionCanceledException;
use aws_smithy_mocks::{Rule, RuleBuilder, mock};
use domain::FriendshipState::{self, Blocked, Friends};
use domain::Visibility;
use lambda::http::Request;
use serde_json::{Value, json};

use crate::{handle, member_reads, picture_of_another, request_for};

type Transaction = RuleBuilder<TransactWriteItemsInput, TransactWriteItemsOutput, TransactWriteItemsError>;

/// The caller of the sample events.
const ME: &str = "3f1c2b9e-0b1d-4a7b-9b57-0d6a3c1f2e4d";
/// A member who is neither the caller nor the owner of the picture.
const THEM: &str = "76f92271-5e5e-46f9-a800-9cbe3d67933f";
/// The comment of the sample events, and a later one.
const FIRST: &str = "019a1234-9abc-7def-8123-456789abcdef";
const SECOND: &str = "019a1234-9abd-7def-8123-456789abcdef";
const EVENTS: [&str; 3] = ["pictures-comments.json", "pictures-comment.json", "pictures-comment-delete.json"];

fn row(owner: &str, id: &str, author: &str) -> Value {
    json!({"threadId": "a thread", "ownerId": owner, "pictureId": "019a1234-5678-7abc-8def-0123456789ab",
        "commentId": id, "authorId": author, "text": "What a light!", "createdAt": "2026-01-02T03:04:05Z"})
}

/// Returns a rule that replies with these comments (id, author) to the query of a page of at most
/// two comments after `after`.
fn comments(after: Option<&'static str>, comments: &'static [(&'static str, &'static str)]) -> Rule {
    mock!(aws_sdk_dynamodb::Client::query)
        .match_requests(move |request| {
            let start = request.exclusive_start_key().map(|key| key["commentId"].as_s().unwrap().as_str());
            let parameters = (request.table_name(), request.consistent_read(), request.limit());
            parameters == (Some("Comments"), Some(true), Some(2)) && start == after
        })
        .then_output(move || {
            let rows = comments.iter().map(|(id, author)| testing::row(&row(ME, id, author)));
            QueryOutput::builder().set_items(Some(rows.collect())).build()
        })
}

/// Returns a rule that replies with the comment of the sample events, by `author` and on the
/// requested picture. Replies that there is no comment if `author` is `None`.
fn comment(author: Option<&'static str>) -> Rule {
    mock!(aws_sdk_dynamodb::Client::get_item)
        .match_requests(|request| request.table_name() == Some("Comments"))
        .then_compute_output(move |request| {
            let (owner, _) = request.key().unwrap()["threadId"].as_s().unwrap().split_once('/').unwrap();
            let row = author.map(|author| testing::row(&row(owner, FIRST, author)));
            GetItemOutput::builder().set_item(row).build()
        })
}

/// Returns a rule that replies with the profile of the caller. Other members have no profile.
fn profiles() -> Rule {
    let rule = mock!(aws_sdk_dynamodb::Client::batch_get_item)
        .match_requests(|request| request.request_items().unwrap().contains_key("Users"));
    rule.then_output(|| {
        let me = json!({"userId": ME, "handle": "ada", "firstName": "Ada", "lastName": "L",
            "createdAt": "2026-01-02T03:04:05Z"});
        BatchGetItemOutput::builder().responses("Users", vec![testing::row(&me)]).build()
    })
}

/// Returns a rule builder that matches a transaction of these writes (operation, table).
fn writes(expected: &'static [(&'static str, &'static str)]) -> Transaction {
    mock!(aws_sdk_dynamodb::Client::transact_write_items).match_requests(move |request| {
        let writes = request.transact_items().iter().map(|item| {
            let check = item.condition_check().map(|check| ("check", check.table_name()));
            let put = item.put().map(|put| ("put", put.table_name()));
            let delete = item.delete().map(|delete| ("delete", delete.table_name()));
            let update = item.update().map(|update| ("update", update.table_name()));
            check.or(put).or(delete).or(update).unwrap()
        });
        writes.eq(expected.iter().copied())
    })
}

fn success() -> TransactWriteItemsOutput {
    TransactWriteItemsOutput::builder().build()
}

/// Returns the error of a transaction that was cancelled because of the condition at this position.
fn cancelled(position: usize) -> TransactWriteItemsError {
    let reasons = (0..7).map(|i| if i == position { "ConditionalCheckFailed" } else { "None" });
    let reasons = reasons.map(|code| CancellationReason::builder().code(code).build()).collect();
    let error = TransactionCanceledException::builder().set_cancellation_reasons(Some(reasons));
    TransactWriteItemsError::TransactionCanceledException(error.build())
}

/// The writes of a comment on an own picture: the checks of account and profile, the comment, the
/// row of its author, the check of the picture, and the count.
const ON_OWN_PICTURE: &[(&str, &str)] = &[
    ("check", "Users"),
    ("check", "Users"),
    ("put", "Comments"),
    ("put", "Comments"),
    ("check", "Pictures"),
    ("update", "Quotas"),
];
/// The writes of a comment on a picture of another member. They include the check of the
/// friendship, or that neither of the two blocked the other.
const ON_PICTURE_OF_ANOTHER: &[(&str, &str)] = &[
    ("check", "Users"),
    ("check", "Users"),
    ("put", "Comments"),
    ("put", "Comments"),
    ("check", "Pictures"),
    ("check", "Friendships"),
    ("update", "Quotas"),
];
/// The writes of the deletion of a comment.
const DELETION: &[(&str, &str)] = &[("delete", "Comments"), ("delete", "Comments")];

/// Returns a rule that replies with a picture of the caller.
fn own_picture() -> Rule {
    member_reads(Some(testing::ready_picture(Visibility::Private)), None)
}

/// Returns a rule that replies with a picture of another member with this visibility, and with the
/// caller's friendship with its owner. There is no picture if `visibility` is `None`.
fn others_picture(visibility: Option<Visibility>, state: Option<FriendshipState>) -> Rule {
    member_reads(visibility.map(|visibility| picture_of_another(visibility).0), state)
}

/// Pictures of another member that the caller can view.
const VISIBLE: [(Option<Visibility>, Option<FriendshipState>); 2] =
    [(Some(Visibility::Friends), Some(Friends)), (Some(Visibility::Public), None)];
/// Pictures of another member that the caller cannot view, and a missing picture.
const HIDDEN: [(Option<Visibility>, Option<FriendshipState>); 3] =
    [(None, None), (Some(Visibility::Private), Some(Friends)), (Some(Visibility::Friends), None)];

#[tokio::test]
async fn a_page_has_authors_and_a_cursor() {
    let first = comments(None, &[(FIRST, THEM), (SECOND, ME)]);
    let rules = [&testing::cursor_key(), &first, &own_picture(), &profiles()];
    let reply = handle(request_for("pictures-comments.json", None), &rules).await.unwrap();
    let without_profile = json!({"id": THEM, "handle": null, "firstName": null, "lastName": null});
    let expected = json!({"id": FIRST, "author": without_profile, "text": "What a light!", "createdAt": "2026-01-02T03:04:05Z"});
    assert_eq!(reply.data()["items"][0], expected);
    let with_profile = json!({"id": ME, "handle": "ada", "firstName": "Ada", "lastName": "L"});
    assert_eq!(reply.data()["items"][1]["author"], with_profile);

    let mut next: Value = testing::sample_event("pictures-comments.json");
    next["multiValueQueryStringParameters"]["cursor"] = json!([reply.data()["cursor"]]);
    next["queryStringParameters"]["cursor"] = reply.data()["cursor"].clone();
    let next = Request::new(serde_json::from_value(next).unwrap());
    let last = comments(Some(SECOND), &[]);
    let reply = handle(next, &[&testing::cursor_key(), &last, &own_picture(), &profiles()]).await.unwrap();
    assert_eq!(reply.data(), &json!({"items": [], "cursor": null}));
}

#[tokio::test]
async fn every_viewer_of_a_picture_can_comment() {
    let [friends, public] = VISIBLE.map(|(visibility, state)| others_picture(visibility, state));
    let owner = picture_of_another(Visibility::Public).1;
    for (owner, picture, expected) in [
        (None, own_picture(), ON_OWN_PICTURE),
        (Some(owner.as_str()), public, ON_PICTURE_OF_ANOTHER),
        (Some(owner.as_str()), friends, ON_PICTURE_OF_ANOTHER),
    ] {
        let writes = writes(expected).then_output(success);
        let reply = handle(request_for("pictures-comment.json", owner), &[&picture, &writes, &profiles()])
            .await
            .unwrap();
        assert_eq!((reply.status(), writes.num_calls()), (201, 1));
        assert_eq!(
            (&reply.data()["text"], &reply.data()["author"]["id"]),
            (&json!("What a light!"), &json!(ME))
        );
    }
}

#[tokio::test]
async fn nobody_comments_on_a_picture_of_a_member_whom_they_blocked() {
    let (picture, owner) = picture_of_another(Visibility::Public);
    let rules = [&member_reads(Some(picture), Some(Blocked)), &profiles()];
    let error = handle(request_for("pictures-comment.json", Some(&owner)), &rules).await.unwrap_err();
    assert_eq!((error.status(), error.to_string().as_str()), (403, "You cannot comment on this picture."));
}

#[tokio::test]
async fn a_comment_requires_that_the_owner_has_not_blocked_its_author_meanwhile() {
    let (picture, owner) = picture_of_another(Visibility::Public);
    let reads = member_reads(Some(picture), None);
    let writes = writes(ON_PICTURE_OF_ANOTHER).then_error(|| cancelled(5));
    let rules = [&reads, &writes, &profiles()];
    let error = handle(request_for("pictures-comment.json", Some(&owner)), &rules).await.unwrap_err();
    assert_eq!((error.status(), reads.num_calls(), writes.num_calls()), (409, 5, 5));
}

/// Returns a rule that replies that the caller blocked these members.
fn blocks(blocked: &'static [&'static str]) -> Rule {
    mock!(aws_sdk_dynamodb::Client::batch_get_item)
        .match_requests(|request| request.request_items().unwrap().contains_key("Friendships"))
        .then_compute_output(move |request| {
            let keys = request.request_items().unwrap()["Friendships"].keys().iter();
            let keys = keys.filter(|key| blocked.contains(&key["friendId"].as_s().unwrap().as_str()));
            let rows = keys.map(|key| {
                assert_eq!(key["userId"].as_s().unwrap(), ME);
                testing::row(&json!({"userId": ME, "friendId": key["friendId"].as_s().unwrap(),
                    "state": "blocked", "since": "2026-01-02T03:04:05Z"}))
            });
            BatchGetItemOutput::builder().responses("Friendships", rows.collect()).build()
        })
}

#[tokio::test]
async fn a_page_omits_comments_of_blocked_members_except_on_own_pictures() {
    let (picture, owner) = picture_of_another(Visibility::Public);
    for (owner, picture, blocked, expected) in [
        (Some(owner.as_str()), member_reads(Some(picture.clone()), None), &[THEM][..], &[SECOND][..]),
        (Some(owner.as_str()), member_reads(Some(picture), None), &[], &[FIRST, SECOND]),
        (None, own_picture(), &[THEM], &[FIRST, SECOND]),
    ] {
        let page = comments(None, &[(FIRST, THEM), (SECOND, ME)]);
        let rules = [&testing::cursor_key(), &page, &picture, &blocks(blocked), &profiles()];
        let reply = handle(request_for("pictures-comments.json", owner), &rules).await.unwrap();
        let ids = reply.data()["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap());
        assert!(ids.eq(expected.iter().copied()), "{owner:?}: {}", reply.data());
        assert!(reply.data()["cursor"].is_string(), "a short page is not the last one");
    }
}

#[tokio::test]
async fn reads_the_picture_again_after_a_concurrent_change() {
    let writes = writes(ON_OWN_PICTURE).sequence().error(|| cancelled(4)).output(success).build();
    let picture = own_picture();
    let rules = [&picture, &writes, &profiles()];
    let reply = handle(request_for("pictures-comment.json", None), &rules).await.unwrap();
    assert_eq!((reply.status(), picture.num_calls(), writes.num_calls()), (201, 2, 2));
}

#[tokio::test]
async fn the_author_needs_an_account_and_a_profile() {
    for (position, expected) in [
        (0, (403, "Your account was deleted. To come back, sign up again.")),
        (1, (409, "Create your profile first: POST /users.")),
    ] {
        let writes = writes(ON_OWN_PICTURE).then_error(move || cancelled(position));
        let rules = [&own_picture(), &writes];
        let error = handle(request_for("pictures-comment.json", None), &rules).await.unwrap_err();
        assert_eq!((error.status(), error.to_string().as_str()), expected);
    }
}

#[tokio::test]
async fn refuses_a_comment_beyond_the_quota_of_the_hour() {
    let writes = writes(ON_OWN_PICTURE).then_error(|| cancelled(5));
    let rules = [&own_picture(), &writes];
    let error = handle(request_for("pictures-comment.json", None), &rules).await.unwrap_err();
    assert_eq!(error.status(), 429);
    assert!(error.retry_after().is_some_and(|seconds| (1..=3_600).contains(&seconds)), "{error:?}");
    let notes = error.to_string();
    assert!(
        notes.starts_with("You have written 120 comments this hour. You can write more after"),
        "{notes}"
    );
}

#[tokio::test]
async fn rejects_empty_and_long_comments() {
    let long = json!({"text": "a".repeat(1001)}).to_string();
    for (body, notes) in [
        ("{}", "text is missing"),
        (r#"{"text": " \n"}"#, "text is missing"),
        (long.as_str(), "text has 1001 characters; the maximum is 1000"),
    ] {
        let error =
            handle(testing::sample_request_with_body("pictures-comment.json", body), &[]).await.unwrap_err();
        assert_eq!((error.status(), error.to_string()), (400, format!("Invalid input: {notes}")));
    }
}

#[tokio::test]
async fn comments_on_a_hidden_picture_are_not_found() {
    let owner = picture_of_another(Visibility::Public).1;
    for (visibility, state) in HIDDEN {
        for (name, author) in EVENTS.iter().flat_map(|name| [(name, Some(THEM)), (name, None)]) {
            let picture = others_picture(visibility, state);
            let rules =
                [&picture, &testing::cursor_key(), &comments(None, &[(FIRST, THEM)]), &comment(author)];
            let error = handle(request_for(name, Some(&owner)), &rules).await.unwrap_err();
            assert_eq!(
                (error.status(), error.to_string().as_str(), picture.num_calls()),
                (404, "There is no such picture, or it is not shared with you.", 1),
                "{name} {visibility:?} {state:?}"
            );
        }
    }
}

#[tokio::test]
async fn the_author_and_the_owner_of_the_picture_can_delete_a_comment() {
    let owner = picture_of_another(Visibility::Public).1;
    // There is no rule for a read of the picture, because the author can have lost access to it.
    for (owner, author) in [(Some(owner.as_str()), ME), (None, THEM)] {
        let writes = writes(DELETION).then_output(success);
        let rules = [&comment(Some(author)), &writes];
        let reply = handle(request_for("pictures-comment-delete.json", owner), &rules).await.unwrap();
        assert_eq!((reply.status(), reply.data(), writes.num_calls()), (200, &json!({"id": FIRST}), 1));
    }
}

#[tokio::test]
async fn other_members_cannot_delete_a_comment() {
    let owner = picture_of_another(Visibility::Public).1;
    for (visibility, state) in VISIBLE {
        let picture = others_picture(visibility, state);
        for (author, status, notes) in [
            (Some(THEM), 403, "You can only delete your own comments, and comments on your own pictures."),
            (None, 404, "There is no such comment on this picture."),
        ] {
            let request = request_for("pictures-comment-delete.json", Some(&owner));
            let error = handle(request, &[&picture, &comment(author)]).await.unwrap_err();
            assert_eq!((error.status(), error.to_string().as_str()), (status, notes));
        }
    }
}

#[tokio::test]
async fn an_invalid_comment_id_is_not_found() {
    let mut event: Value = testing::sample_event("pictures-comment-delete.json");
    event["pathParameters"]["commentId"] = "first".into();
    let request = Request::new(serde_json::from_value(event).unwrap());
    assert_eq!(handle(request, &[]).await.unwrap_err().status(), 404);
}
