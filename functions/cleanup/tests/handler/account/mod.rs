//! Deletions of accounts in the stream of Users.

mod world;

use aws_sdk_cognitoidentityprovider::operation::admin_delete_user::AdminDeleteUserError;
use aws_sdk_cognitoidentityprovider::types::error::{TooManyRequestsException, UserNotFoundException};
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::error::InternalServerError;
use aws_sdk_sns::operation::delete_endpoint::DeleteEndpointError;
use aws_smithy_mocks::mock;
use serde_json::json;

use world::{DELETION, World, account_fails, account_goes, deletion, entries};

#[tokio::test]
async fn everything_that_an_account_had_goes_batch_by_batch() {
    let world = World::new(2, 3, 4);
    world.clean().await.unwrap();
    assert_eq!((world.batches(), world.endpoints(), world.ended()), ([2, 3, 4], [2, 1, 2], [1, 1]));
    assert_eq!(world.unkept(), 2, "its own bell, and others'");
}

#[tokio::test]
async fn what_was_kept_goes_once_nothing_can_be_added_to_it() {
    let stuck = mock!(aws_sdk_dynamodb::Client::transact_write_items)
        .then_error(|| TransactWriteItemsError::InternalServerError(InternalServerError::builder().build()));
    let world = World { end: stuck, entries: entries(3), ..World::new(1, 0, 0) };
    world.clean().await.unwrap_err();
    assert_eq!(world.unkept(), 0, "friends might still be told");
    let world = World { entries: entries(3), ..World::new(1, 0, 0) };
    world.clean().await.unwrap();
    assert_eq!((world.unkept(), world.ended()), (6, [1, 1]));
}

#[tokio::test]
async fn an_account_that_had_nothing_goes_too() {
    let world = World::new(0, 0, 0);
    world.clean().await.unwrap();
    assert_eq!((world.batches(), world.ended()), ([0, 0, 0], [1, 1]));
}

#[tokio::test]
async fn a_replay_finds_nothing_to_do() {
    for row in [None, Some(json!({"userId": DELETION, "expiresAt": 1_795_324_954}))] {
        let world = World { deletion: deletion(row), ..World::new(1, 1, 1) };
        world.clean().await.unwrap();
        assert_eq!((world.batches(), world.endpoints(), world.ended()), ([0; 3], [0; 3], [0; 2]));
    }
}

#[tokio::test]
async fn what_was_interrupted_goes_on_where_it_was() {
    let busy = || AdminDeleteUserError::TooManyRequestsException(TooManyRequestsException::builder().build());
    let mut world = World { account: account_fails(busy), ..World::new(1, 1, 1) };
    world.clean().await.unwrap_err();
    assert_eq!(
        (world.batches(), world.ended()),
        ([1, 1, 1], [1, 0]),
        "not forgotten while something is left"
    );
    world.account = account_goes();
    world.clean().await.unwrap();
    assert_eq!((world.batches(), world.ended()), ([1, 1, 1], [1, 1]));
}

#[tokio::test]
async fn what_fails_keeps_nothing_else_from_going_but_the_account_itself() {
    let stuck = mock!(aws_sdk_dynamodb::Client::transact_write_items)
        .then_error(|| TransactWriteItemsError::InternalServerError(InternalServerError::builder().build()));
    let world = World { end: stuck, ..World::new(1, 3, 0) };
    let error = world.clean().await.unwrap_err().to_string();
    assert!(error.contains("first friendships: "), "{error}");
    assert_eq!((world.batches(), world.endpoints(), world.ended()), ([1, 3, 0], [2, 1, 2], [0, 0]));
}

#[tokio::test]
async fn a_device_keeps_its_row_until_its_endpoint_is_gone() {
    let stuck = mock!(aws_sdk_sns::Client::delete_endpoint).then_error(|| {
        DeleteEndpointError::generic(aws_sdk_sns::error::ErrorMetadata::builder().message("busy").build())
    });
    let world = World { endpoint: stuck, ..World::new(1, 1, 1) };
    world.clean().await.unwrap_err();
    assert_eq!((world.batches(), world.endpoints(), world.ended()), ([1, 1, 1], [2, 1, 0], [0, 0]));
}

#[tokio::test]
async fn an_account_that_is_gone_already_is_no_error() {
    let gone = || AdminDeleteUserError::UserNotFoundException(UserNotFoundException::builder().build());
    let world = World { account: account_fails(gone), ..World::new(0, 0, 0) };
    world.clean().await.unwrap();
    assert_eq!(world.ended(), [1, 1]);
}
