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
use domain::FriendshipState::{self, Friends};
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

/// Returns a page of at most two comments after `after`.
fn comments(after: Option<&'static str>, found: &'static [(&'static str, &'static str)]) -> Rule {
    mock!(aws_sdk_dynamodb::Client::query)
        .match_requests(move |request| {
            let start = request.exclusive_start_key().map(|key| key["commentId"].as_s().unwrap().as_str());
            let parameters = (request.table_name(), request.consistent_read(), request.limit());
            parameters == (Some("Comments"), Some(true), Some(2)) && start == after
        })
        .then_output(move || {
            let rows = found.iter().map(|(id, author)| testing::row(&row(ME, id, author)));
            QueryOutput::builder().set_items(Some(rows.collect())).build()
        })
}

/// Returns the comment of the sample events, by `author` and on the requested picture.
fn comment(author: Option<&'static str>) -> Rule {
    mock!(aws_sdk_dynamodb::Client::get_item)
        .match_requests(|request| request.table_name() == Some("Comments"))
        .then_compute_output(move |request| {
            let (owner, _) = request.key().unwrap()["threadId"].as_s().unwrap().split_once('/').unwrap();
            let row = author.map(|author| testing::row(&row(owner, FIRST, author)));
            GetItemOutput::builder().set_item(row).build()
        })
}

/// Returns the profile of the caller; other members have none.
fn profiles() -> Rule {
    mock!(aws_sdk_dynamodb::Client::batch_get_item).then_output(|| {
        let me = json!({"userId": ME, "handle": "ada", "firstName": "Ada", "lastName": "L",
            "createdAt": "2026-01-02T03:04:05Z"});
        BatchGetItemOutput::builder().responses("Users", vec![testing::row(&me)]).build()
    })
}

/// Matches a transaction of these writes (operation, table).
fn writes(expected: &'static [(&'static str, &'static str)]) -> Transaction {
    mock!(aws_sdk_dynamodb::Client::transact_write_items).match_requests(move |request| {
        let writes = request.transact_items().iter().map(|item| {
            let check = item.condition_check().map(|check| ("check", check.table_name()));
            let put = item.put().map(|put| ("put", put.table_name()));
            let delete = item.delete().map(|delete| ("delete", delete.table_name()));
            check.or(put).or(delete).unwrap()
        });
        writes.eq(expected.iter().copied())
    })
}

fn done() -> TransactWriteItemsOutput {
    TransactWriteItemsOutput::builder().build()
}

/// The transaction was cancelled because of the condition at this place.
fn cancelled(place: usize) -> TransactWriteItemsError {
    let reasons = (0..5).map(|i| if i == place { "ConditionalCheckFailed" } else { "None" });
    let reasons = reasons.map(|code| CancellationReason::builder().code(code).build()).collect();
    let error = TransactionCanceledException::builder().set_cancellation_reasons(Some(reasons));
    TransactWriteItemsError::TransactionCanceledException(error.build())
}

/// The writes of a comment on an own or public picture: checks the account, puts the comment and
/// the row of its author, checks the picture.
const OWN: &[(&str, &str)] =
    &[("check", "Users"), ("put", "Comments"), ("put", "Comments"), ("check", "Pictures")];
/// The writes of a comment on a picture for friends, which also check the friendship.
const FOR_FRIENDS: &[(&str, &str)] = &[
    ("check", "Users"),
    ("put", "Comments"),
    ("put", "Comments"),
    ("check", "Pictures"),
    ("check", "Friendships"),
];
/// The writes of a deletion.
const DELETION: &[(&str, &str)] = &[("delete", "Comments"), ("delete", "Comments")];

/// The caller reads their own picture.
fn own() -> Rule {
    member_reads(Some(testing::ready_picture(Visibility::Private)), None)
}

/// The caller reads a picture of another member with this visibility (`None`: no picture), and
/// their friendship with its owner.
fn theirs(visibility: Option<Visibility>, state: Option<FriendshipState>) -> Rule {
    member_reads(visibility.map(|visibility| picture_of_another(visibility).0), state)
}

/// Pictures of another member that the caller may see.
const VISIBLE: [(Option<Visibility>, Option<FriendshipState>); 2] =
    [(Some(Visibility::Friends), Some(Friends)), (Some(Visibility::Public), None)];
/// Pictures of another member that the caller may not see, and a missing one.
const HIDDEN: [(Option<Visibility>, Option<FriendshipState>); 3] =
    [(None, None), (Some(Visibility::Private), Some(Friends)), (Some(Visibility::Friends), None)];

#[tokio::test]
async fn a_page_has_authors_and_a_cursor() {
    let first = comments(None, &[(FIRST, THEM), (SECOND, ME)]);
    let rules = [&testing::cursor_key(), &first, &own(), &profiles()];
    let reply = handle(request_for("pictures-comments.json", None), &rules).await.unwrap();
    let without_profile = json!({"id": THEM, "handle": null, "firstName": null, "lastName": null});
    let expected = json!({"id": FIRST, "author": without_profile, "text": "What a light!", "createdAt": "2026-01-02T03:04:05Z"});
    assert_eq!(reply.data()["items"][0], expected);
    let named = json!({"id": ME, "handle": "ada", "firstName": "Ada", "lastName": "L"});
    assert_eq!(reply.data()["items"][1]["author"], named);

    let mut next: Value = testing::sample_event("pictures-comments.json");
    next["multiValueQueryStringParameters"]["cursor"] = json!([reply.data()["cursor"]]);
    next["queryStringParameters"]["cursor"] = reply.data()["cursor"].clone();
    let next = Request::new(serde_json::from_value(next).unwrap());
    let last = comments(Some(SECOND), &[]);
    let reply = handle(next, &[&testing::cursor_key(), &last, &own(), &profiles()]).await.unwrap();
    assert_eq!(reply.data(), &json!({"items": [], "cursor": null}));
}

#[tokio::test]
async fn everyone_who_sees_a_picture_may_comment() {
    let [friends, public] = VISIBLE.map(|(visibility, state)| theirs(visibility, state));
    let owner = picture_of_another(Visibility::Public).1;
    for (owner, picture, expected) in [
        (None, own(), OWN),
        (Some(owner.as_str()), public, OWN),
        (Some(owner.as_str()), friends, FOR_FRIENDS),
    ] {
        let writes = writes(expected).then_output(done);
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
async fn reads_the_picture_again_after_a_concurrent_change() {
    let writes = writes(OWN).sequence().error(|| cancelled(3)).output(done).build();
    let seen = own();
    let rules = [&seen, &writes, &profiles()];
    let reply = handle(request_for("pictures-comment.json", None), &rules).await.unwrap();
    assert_eq!((reply.status(), seen.num_calls(), writes.num_calls()), (201, 2, 2));
}

#[tokio::test]
async fn a_deleted_account_cannot_comment() {
    let writes = writes(OWN).then_error(|| cancelled(0));
    let error = handle(request_for("pictures-comment.json", None), &[&own(), &writes]).await.unwrap_err();
    assert_eq!(
        (error.status(), error.to_string().as_str()),
        (403, "This account was deleted; sign up again.")
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
            let picture = theirs(visibility, state);
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
async fn author_and_owner_delete_a_comment() {
    let owner = picture_of_another(Visibility::Public).1;
    // There is no rule for a read of the picture: the author need not see it any more.
    for (owner, author) in [(Some(owner.as_str()), ME), (None, THEM)] {
        let writes = writes(DELETION).then_output(done);
        let rules = [&comment(Some(author)), &writes];
        let reply = handle(request_for("pictures-comment-delete.json", owner), &rules).await.unwrap();
        assert_eq!((reply.status(), reply.data(), writes.num_calls()), (200, &json!({"id": FIRST}), 1));
    }
}

#[tokio::test]
async fn others_cannot_delete_a_comment() {
    let owner = picture_of_another(Visibility::Public).1;
    for (visibility, state) in VISIBLE {
        let picture = theirs(visibility, state);
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
