//! Account deletions in the Users stream.

mod scenario;

use aws_sdk_apigateway::operation::delete_api_key::DeleteApiKeyError;
use aws_sdk_cognitoidentityprovider::operation::admin_delete_user::AdminDeleteUserError;
use aws_sdk_cognitoidentityprovider::types::error::{TooManyRequestsException, UserNotFoundException};
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::error::InternalServerError;
use aws_sdk_sns::operation::delete_endpoint::DeleteEndpointError;
use aws_smithy_mocks::mock;
use domain::{AlbumId, UserId};
use serde_json::json;
use uuid::Uuid;

use scenario::{ACCOUNT, DELETION, Scenario, deletion, notifications, user_deletion, user_deletion_fails};

#[tokio::test]
async fn deletes_all_data_in_batches() {
    let scenario = Scenario::new(2, 3, 4);
    scenario.handle().await.unwrap();
    assert_eq!(
        (scenario.batches(), scenario.endpoint_deletions(), scenario.completions()),
        ([2, 3, 4], [3, 1, 1, 2], [1, 1])
    );
    assert_eq!(scenario.key_deletions(), [1; 3]);
    assert_eq!(scenario.notification_batches(), 2, "the account's list, and other members' lists");
    assert_eq!(scenario.delete_counters.num_calls(), 1);
}

#[tokio::test]
async fn deletes_notifications_after_the_data_that_causes_them() {
    let failing = mock!(aws_sdk_dynamodb::Client::transact_write_items)
        .then_error(|| TransactWriteItemsError::InternalServerError(InternalServerError::builder().build()));
    let scenario =
        Scenario { end_friendships: failing, notifications: notifications(3), ..Scenario::new(1, 0, 0) };
    scenario.handle().await.unwrap_err();
    assert_eq!(scenario.notification_batches(), 0, "friends can still receive notifications");
    let scenario = Scenario { notifications: notifications(3), ..Scenario::new(1, 0, 0) };
    scenario.handle().await.unwrap();
    assert_eq!((scenario.notification_batches(), scenario.completions()), (6, [1, 1]));
}

#[tokio::test]
async fn deletes_an_account_without_data() {
    let scenario = Scenario::new(0, 0, 0);
    scenario.handle().await.unwrap();
    assert_eq!((scenario.batches(), scenario.completions()), ([0, 0, 0], [1, 1]));
}

#[tokio::test]
async fn does_nothing_after_the_deletion_is_complete() {
    for row in [None, Some(json!({"userId": DELETION, "expiresAt": 1_795_324_954}))] {
        let scenario = Scenario { deletion: deletion(row), ..Scenario::new(1, 1, 1) };
        scenario.handle().await.unwrap();
        assert_eq!(
            (scenario.batches(), scenario.endpoint_deletions(), scenario.completions()),
            ([0; 3], [0; 4], [0; 2])
        );
    }
}

#[tokio::test]
async fn continues_after_a_failed_deletion_of_the_user() {
    let busy = || AdminDeleteUserError::TooManyRequestsException(TooManyRequestsException::builder().build());
    let mut scenario = Scenario { delete_user: user_deletion_fails(busy), ..Scenario::new(1, 1, 1) };
    scenario.handle().await.unwrap_err();
    assert_eq!(
        (scenario.batches(), scenario.completions()),
        ([1, 1, 1], [1, 0]),
        "not complete while the user exists"
    );
    scenario.delete_user = user_deletion();
    scenario.handle().await.unwrap();
    assert_eq!((scenario.batches(), scenario.completions()), ([1, 1, 1], [1, 1]));
}

#[tokio::test]
async fn a_failure_for_one_kind_of_data_does_not_stop_the_other_kinds() {
    let failing = mock!(aws_sdk_dynamodb::Client::transact_write_items)
        .then_error(|| TransactWriteItemsError::InternalServerError(InternalServerError::builder().build()));
    let scenario = Scenario { end_friendships: failing, ..Scenario::new(1, 3, 0) };
    let error = scenario.handle().await.unwrap_err().to_string();
    assert!(error.contains("first friendships: "), "{error}");
    assert_eq!(
        (scenario.batches(), scenario.endpoint_deletions(), scenario.completions()),
        ([1, 3, 0], [3, 1, 1, 2], [0, 0])
    );
}

#[tokio::test]
async fn keeps_the_row_of_a_device_until_its_endpoint_is_deleted() {
    let failing = mock!(aws_sdk_sns::Client::delete_endpoint).then_error(|| {
        DeleteEndpointError::generic(aws_sdk_sns::error::ErrorMetadata::builder().message("busy").build())
    });
    let scenario = Scenario { delete_endpoint: failing, ..Scenario::new(1, 1, 1) };
    scenario.handle().await.unwrap_err();
    assert_eq!(
        (scenario.batches(), scenario.endpoint_deletions(), scenario.completions()),
        ([1, 1, 1], [3, 1, 1, 0], [0, 0])
    );
}

#[tokio::test]
async fn keeps_the_row_of_a_developer_key_until_its_api_key_is_deleted() {
    let failing = mock!(aws_sdk_apigateway::Client::delete_api_key).then_error(|| {
        DeleteApiKeyError::TooManyRequestsException(
            aws_sdk_apigateway::types::error::TooManyRequestsException::builder().build(),
        )
    });
    let scenario = Scenario { delete_api_key: failing, ..Scenario::new(1, 1, 1) };
    scenario.handle().await.unwrap_err();
    assert_eq!((scenario.batches(), scenario.key_deletions()), ([1, 1, 1], [1, 0, 0]));
    assert_eq!(scenario.completions(), [0, 0]);
}

#[tokio::test]
async fn completes_the_deletion_if_the_user_does_not_exist() {
    let not_found = || AdminDeleteUserError::UserNotFoundException(UserNotFoundException::builder().build());
    let scenario = Scenario { delete_user: user_deletion_fails(not_found), ..Scenario::new(0, 0, 0) };
    scenario.handle().await.unwrap();
    assert_eq!(scenario.completions(), [1, 1]);
}

#[tokio::test]
async fn deletes_own_albums_and_links_and_leaves_the_albums_of_others() {
    let scenario = Scenario::new(0, 0, 0);
    let (tables, account) = (&scenario.albums, ACCOUNT.parse().unwrap());
    let [own, joined, deleted] = [AlbumId::new(), AlbumId::new(), AlbumId::new()];
    let other = UserId(Uuid::from_u128(7));
    for (album, owner, member) in [(own, account, other), (joined, other, account)] {
        tables.put_album(album, owner);
        tables.put_member(album, owner, member);
    }
    tables.put_album(deleted, account);
    tables.remove_album(deleted);
    for album in [own, joined] {
        tables.put_link(account, &format!("album#{album}"));
    }
    tables.put_link(other, &format!("album#{joined}"));
    scenario.handle().await.unwrap();
    assert_eq!((tables.count_of_album(own, "album"), tables.count_of_album(joined, "album")), (0, 1));
    assert_eq!((tables.count_of_album(own, "member"), tables.count_of_album(joined, "member")), (1, 0));
    assert_eq!((tables.number(joined, "members"), tables.count_rows("Links")), ("0".into(), 3));
    assert_eq!(scenario.completions(), [1, 1]);
}
