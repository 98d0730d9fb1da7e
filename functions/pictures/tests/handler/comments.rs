//! Comments.

use aws_sdk_dynamodb::operation::batch_get_item::BatchGetItemOutput;
use aws_sdk_dynamodb::operation::get_item::GetItemOutput;
use aws_sdk_dynamodb::operation::query::QueryOutput;
use aws_sdk_dynamodb::operation::transact_write_items::{
    TransactWriteItemsError, TransactWriteItemsInput, TransactWriteItemsOutput,
};
use aws_sdk_dynamodb::types::CancellationReason;
use aws_sdk_dynamodb::types::error::TransactionCanceledException;
use aws_smithy_mocks::{Rule, RuleBuilder, mock};
use domain::FriendshipState::Friends;
use domain::Visibility;
use lambda::http::Request;
use serde_json::{Value, json};

use crate::{answer, call, foreign, to_member};

type Transaction = RuleBuilder<TransactWriteItemsInput, TransactWriteItemsOutput, TransactWriteItemsError>;

/// Who calls.
const ME: &str = "3f1c2b9e-0b1d-4a7b-9b57-0d6a3c1f2e4d";
/// Somebody else, who is not the picture's owner either.
const THEM: &str = "76f92271-5e5e-46f9-a800-9cbe3d67933f";
/// The comments that the sample events are about.
const FIRST: &str = "019a1234-9abc-7def-8123-456789abcdef";
const SECOND: &str = "019a1234-9abd-7def-8123-456789abcdef";
const EVENTS: [&str; 3] = ["pictures-comments.json", "pictures-comment.json", "pictures-comment-delete.json"];

fn row(id: &str, author: &str) -> Value {
    json!({"threadId": "a thread", "ownerId": ME, "pictureId": "019a1234-5678-7abc-8def-0123456789ab",
        "commentId": id, "authorId": author, "text": "What a light!", "createdAt": "2026-01-02T03:04:05Z"})
}

/// Two comments at most, from the beginning or after `after`.
fn comments(after: Option<&'static str>, found: &'static [(&'static str, &'static str)]) -> Rule {
    mock!(aws_sdk_dynamodb::Client::query)
        .match_requests(move |request| {
            let start = request.exclusive_start_key().map(|key| key["commentId"].as_s().unwrap().as_str());
            let asked = (request.table_name(), request.consistent_read(), request.limit());
            asked == (Some("Comments"), Some(true), Some(2)) && start == after
        })
        .then_output(move || {
            let rows = found.iter().map(|(id, author)| testing::row(&row(id, author)));
            QueryOutput::builder().set_items(Some(rows.collect())).build()
        })
}

/// The comment that is to be deleted, if it is there.
fn comment(author: Option<&'static str>) -> Rule {
    mock!(aws_sdk_dynamodb::Client::get_item)
        .match_requests(|request| request.table_name() == Some("Comments"))
        .then_output(move || {
            let row = author.map(|author| testing::row(&row(FIRST, author)));
            GetItemOutput::builder().set_item(row).build()
        })
}

/// My profile; nobody else has one.
fn profiles() -> Rule {
    mock!(aws_sdk_dynamodb::Client::batch_get_item).then_output(|| {
        let me = json!({"userId": ME, "handle": "ada", "firstName": "Ada", "lastName": "L",
            "createdAt": "2026-01-02T03:04:05Z"});
        BatchGetItemOutput::builder().responses("Users", vec![testing::row(&me)]).build()
    })
}

/// A transaction of these writes, each to this table.
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

fn refused(place: usize) -> TransactWriteItemsError {
    let reasons = (0..5).map(|i| if i == place { "ConditionalCheckFailed" } else { "None" });
    let reasons = reasons.map(|code| CancellationReason::builder().code(code).build()).collect();
    let error = TransactionCanceledException::builder().set_cancellation_reasons(Some(reasons));
    TransactWriteItemsError::TransactionCanceledException(error.build())
}

/// The account is there, and so is the picture, which may be seen as it was found; the comment and its author's row.
const OWN: &[(&str, &str)] =
    &[("check", "Users"), ("put", "Comments"), ("put", "Comments"), ("check", "Pictures")];
const TO_FRIEND: &[(&str, &str)] = &[
    ("check", "Users"),
    ("put", "Comments"),
    ("put", "Comments"),
    ("check", "Pictures"),
    ("check", "Friendships"),
];
const DELETED: &[(&str, &str)] = &[("delete", "Comments"), ("delete", "Comments")];

fn own() -> Rule {
    to_member(Some(testing::ready_picture(Visibility::Private)), None)
}

/// Somebody else's picture, if there is one, and what they are to me.
fn theirs(visibility: Option<Visibility>, state: Option<FriendshipState>) -> Rule {
    to_member(visibility.map(|visibility| foreign(visibility).0), state)
}

const SHOWN: [(Option<Visibility>, Option<FriendshipState>); 2] =
    [(Some(Visibility::Friends), Some(Friends)), (Some(Visibility::Public), None)];
const HIDDEN: [(Option<Visibility>, Option<FriendshipState>); 3] =
    [(None, None), (Some(Visibility::Private), Some(Friends)), (Some(Visibility::Friends), None)];

#[tokio::test]
async fn a_page_names_authors_and_where_to_read_on() {
    let first = comments(None, &[(FIRST, THEM), (SECOND, ME)]);
    let rules = [&testing::cursor_key(), &first, &own(), &profiles()];
    let reply = answer(call("pictures-comments.json", None), &rules).await.unwrap();
    let nameless = json!({"id": THEM, "handle": null, "firstName": null, "lastName": null});
    let expected = json!({"id": FIRST, "author": nameless, "text": "What a light!", "createdAt": "2026-01-02T03:04:05Z"});
    assert_eq!(reply.data()["items"][0], expected);
    let named = json!({"id": ME, "handle": "ada", "firstName": "Ada", "lastName": "L"});
    assert_eq!(reply.data()["items"][1]["author"], named);

    let mut next: Value = testing::sample_event("pictures-comments.json");
    next["multiValueQueryStringParameters"]["cursor"] = json!([reply.data()["cursor"]]);
    next["queryStringParameters"]["cursor"] = reply.data()["cursor"].clone();
    let next = Request::new(serde_json::from_value(next).unwrap());
    let last = comments(Some(SECOND), &[]);
    let reply = answer(next, &[&testing::cursor_key(), &last, &own(), &profiles()]).await.unwrap();
    assert_eq!(reply.data(), &json!({"items": [], "cursor": null}));
}

#[tokio::test]
async fn who_may_see_the_picture_comments_on_it() {
    let [friends, public] = SHOWN.map(|(visibility, state)| theirs(visibility, state));
    let owner = foreign(Visibility::Public).1;
    for (owner, picture, expected) in
        [(None, own(), OWN), (Some(owner.as_str()), public, OWN), (Some(owner.as_str()), friends, TO_FRIEND)]
    {
        let writes = writes(expected).then_output(done);
        let reply =
            answer(call("pictures-comment.json", owner), &[&picture, &writes, &profiles()]).await.unwrap();
        assert_eq!((reply.status(), writes.num_calls()), (201, 1));
        assert_eq!(
            (&reply.data()["text"], &reply.data()["author"]["id"]),
            (&json!("What a light!"), &json!(ME))
        );
    }
}

#[tokio::test]
async fn a_picture_that_changes_meanwhile_is_looked_at_again() {
    let writes = writes(OWN).sequence().error(|| refused(3)).output(done).build();
    let seen = own();
    let rules = [&seen, &writes, &profiles()];
    let reply = answer(call("pictures-comment.json", None), &rules).await.unwrap();
    assert_eq!((reply.status(), seen.num_calls(), writes.num_calls()), (201, 2, 2));
}

#[tokio::test]
async fn a_deleted_account_says_nothing() {
    let writes = writes(OWN).then_error(|| refused(0));
    let error = answer(call("pictures-comment.json", None), &[&own(), &writes]).await.unwrap_err();
    assert_eq!(
        (error.status(), error.to_string().as_str()),
        (403, "This account was deleted; sign up again.")
    );
}

#[tokio::test]
async fn a_comment_says_something_short() {
    let long = json!({"text": "a".repeat(1001)}).to_string();
    for (body, notes) in [
        ("{}", "text is missing"),
        (r#"{"text": " \n"}"#, "text is missing"),
        (long.as_str(), "text has 1001 characters; the most is 1000"),
    ] {
        let error =
            answer(testing::sample_request_with_body("pictures-comment.json", body), &[]).await.unwrap_err();
        assert_eq!((error.status(), error.to_string()), (400, format!("Invalid input: {notes}")));
    }
}

#[tokio::test]
async fn what_is_not_shared_has_no_comments() {
    let owner = foreign(Visibility::Public).1;
    for (visibility, state) in HIDDEN {
        for (name, author) in EVENTS.iter().flat_map(|name| [(name, Some(THEM)), (name, None)]) {
            let picture = theirs(visibility, state);
            let rules =
                [&picture, &testing::cursor_key(), &comments(None, &[(FIRST, THEM)]), &comment(author)];
            let error = answer(call(name, Some(&owner)), &rules).await.unwrap_err();
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
    let owner = foreign(Visibility::Public).1;
    // Of the picture the author sees nothing any more: it is not even read.
    for (owner, author) in [(Some(owner.as_str()), ME), (None, THEM)] {
        let writes = writes(DELETED).then_output(done);
        let rules = [&comment(Some(author)), &writes];
        let reply = answer(call("pictures-comment-delete.json", owner), &rules).await.unwrap();
        assert_eq!((reply.status(), reply.data(), writes.num_calls()), (200, &json!({"id": FIRST}), 1));
    }
}

#[tokio::test]
async fn others_delete_no_comment() {
    let owner = foreign(Visibility::Public).1;
    for (visibility, state) in SHOWN {
        let picture = theirs(visibility, state);
        for (author, status, notes) in [
            (Some(THEM), 403, "Only who wrote a comment, and the picture's owner, can delete it."),
            (None, 404, "There is no such comment on this picture."),
        ] {
            let call = call("pictures-comment-delete.json", Some(&owner));
            let error = answer(call, &[&picture, &comment(author)]).await.unwrap_err();
            assert_eq!((error.status(), error.to_string().as_str()), (status, notes));
        }
    }
}

#[tokio::test]
async fn what_cannot_be_a_comment_is_not_there() {
    let mut event: Value = testing::sample_event("pictures-comment-delete.json");
    event["pathParameters"]["commentId"] = "first".into();
    let request = Request::new(serde_json::from_value(event).unwrap());
    assert_eq!(answer(request, &[]).await.unwrap_err().status(), 404);
}
