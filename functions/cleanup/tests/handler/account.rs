//! Deletions of accounts in the stream of Users.

use aws_sdk_cognitoidentityprovider::operation::admin_delete_user::{
    AdminDeleteUserError, AdminDeleteUserOutput,
};
use aws_sdk_cognitoidentityprovider::types::error::{TooManyRequestsException, UserNotFoundException};
use aws_sdk_dynamodb::operation::batch_write_item::BatchWriteItemOutput;
use aws_sdk_dynamodb::operation::get_item::GetItemOutput;
use aws_sdk_dynamodb::operation::query::QueryOutput;
use aws_sdk_dynamodb::operation::transact_write_items::{TransactWriteItemsError, TransactWriteItemsOutput};
use aws_sdk_dynamodb::operation::update_item::UpdateItemOutput;
use aws_sdk_dynamodb::types::error::InternalServerError;
use aws_smithy_mocks::{Rule, mock};
use serde_json::{Value, json};
use shared::model::Visibility;
use shared::{Error, test};

use crate::handle;

/// The account of the sample event.
const ACCOUNT: &str = "3f1c2b9e-0b1d-4a7b-9b57-0d6a3c1f2e4d";
/// Its deletion.
const DELETION: &str = "deleted#502631bb-82cd-57fc-b8e2-968e824ae703";
/// A friend of theirs.
const FRIEND: &str = "76f92271-5e5e-46f9-a800-9cbe3d67933f";

/// Everything that the function may ask, with what it answers.
struct World {
    deletion: Rule,
    friendships: Rule,
    end: Rule,
    pictures: Rule,
    delete: Rule,
    account: Rule,
    forget: Rule,
}

/// Rows of a table that are found once for each of `batches`, and then no more.
fn found(table: &'static str, owner: &'static str, batches: usize, row: Value) -> Rule {
    let output = move |rows: Vec<Value>| {
        QueryOutput::builder().set_items(Some(rows.iter().map(test::row).collect())).build()
    };
    let full = move || output(vec![row.clone()]);
    let rule = mock!(aws_sdk_dynamodb::Client::query).match_requests(move |request| {
        let values = request.expression_attribute_values().unwrap();
        request.table_name() == Some(table)
            && request.consistent_read() == Some(true)
            && values[owner].as_s().unwrap() == ACCOUNT
    });
    match batches {
        0 => rule.then_output(move || output(vec![])),
        _ => rule.sequence().output(full).times(batches).output(move || output(vec![])).repeatedly().build(),
    }
}

fn deletion(row: Option<Value>) -> Rule {
    mock!(aws_sdk_dynamodb::Client::get_item)
        .match_requests(|request| {
            let key = request.key().unwrap()["userId"].as_s().unwrap();
            (request.table_name(), key.as_str(), request.consistent_read())
                == (Some("Users"), DELETION, Some(true))
        })
        .then_output(move || GetItemOutput::builder().set_item(row.as_ref().map(test::row)).build())
}

fn account_goes() -> Rule {
    mock!(aws_sdk_cognitoidentityprovider::Client::admin_delete_user)
        .match_requests(|request| {
            (request.user_pool_id(), request.username()) == (Some("us-east-1_AbCdEfGhI"), Some(ACCOUNT))
        })
        .then_output(|| AdminDeleteUserOutput::builder().build())
}

fn account_fails(error: impl Fn() -> AdminDeleteUserError + Send + Sync + 'static) -> Rule {
    mock!(aws_sdk_cognitoidentityprovider::Client::admin_delete_user).then_error(error)
}

impl World {
    /// An account with that many batches of friendships and of pictures.
    fn new(friendships: usize, pictures: usize) -> Self {
        let friendship = json!({"userId": ACCOUNT, "friendId": FRIEND, "state": "friends",
            "since": "2026-01-02T03:04:05Z"});
        let picture = serde_json::to_value(test::ready(Visibility::Friends)).unwrap();
        Self {
            deletion: deletion(Some(json!({"userId": DELETION, "account": ACCOUNT}))),
            friendships: found("Friendships", ":user", friendships, friendship),
            end: mock!(aws_sdk_dynamodb::Client::transact_write_items)
                .match_requests(|request| {
                    let users = request.transact_items().iter().map(|item| {
                        let delete = item.delete().unwrap();
                        assert_eq!(delete.table_name(), "Friendships");
                        delete.key()["userId"].as_s().unwrap().as_str()
                    });
                    users.eq([ACCOUNT, FRIEND])
                })
                .then_output(|| TransactWriteItemsOutput::builder().build()),
            pictures: found("Pictures", ":owner", pictures, picture),
            delete: mock!(aws_sdk_dynamodb::Client::batch_write_item)
                .match_requests(|request| {
                    let deletions = &request.request_items().unwrap()["Pictures"];
                    deletions.len() == 1 && deletions[0].delete_request().is_some()
                })
                .then_output(|| BatchWriteItemOutput::builder().build()),
            account: account_goes(),
            forget: mock!(aws_sdk_dynamodb::Client::update_item)
                .match_requests(|request| {
                    let key = request.key().unwrap()["userId"].as_s().unwrap();
                    key == DELETION && request.update_expression().unwrap().contains("REMOVE account")
                })
                .then_output(|| UpdateItemOutput::builder().build()),
        }
    }

    async fn clean(&self) -> Result<(), Error> {
        let tables =
            [&self.deletion, &self.friendships, &self.end, &self.pictures, &self.delete, &self.forget];
        handle(test::sample("cleanup-account.json"), &tables, &[], &[&self.account]).await
    }

    /// How often friendships ended, pictures went, the account went, and it was forgotten.
    fn did(&self) -> [usize; 4] {
        [&self.end, &self.delete, &self.account, &self.forget].map(Rule::num_calls)
    }
}

#[tokio::test]
async fn everything_that_an_account_had_goes_batch_by_batch() {
    let world = World::new(2, 3);
    world.clean().await.unwrap();
    assert_eq!(world.did(), [2, 3, 1, 1]);
}

#[tokio::test]
async fn an_account_that_had_nothing_goes_too() {
    let world = World::new(0, 0);
    world.clean().await.unwrap();
    assert_eq!(world.did(), [0, 0, 1, 1]);
}

#[tokio::test]
async fn a_replay_finds_nothing_to_do() {
    for row in [None, Some(json!({"userId": DELETION, "expiresAt": 1_795_324_954}))] {
        let world = World { deletion: deletion(row), ..World::new(1, 1) };
        world.clean().await.unwrap();
        assert_eq!(world.did(), [0, 0, 0, 0]);
    }
}

#[tokio::test]
async fn what_was_interrupted_goes_on_where_it_was() {
    let busy = || AdminDeleteUserError::TooManyRequestsException(TooManyRequestsException::builder().build());
    let mut world = World { account: account_fails(busy), ..World::new(1, 1) };
    world.clean().await.unwrap_err();
    assert_eq!(world.did(), [1, 1, 1, 0], "it is not forgotten while something is left");
    world.account = account_goes();
    world.clean().await.unwrap();
    assert_eq!(world.did(), [1, 1, 1, 1]);
}

#[tokio::test]
async fn a_batch_that_fails_leaves_the_rest_to_the_next_try() {
    let stuck = mock!(aws_sdk_dynamodb::Client::transact_write_items)
        .then_error(|| TransactWriteItemsError::InternalServerError(InternalServerError::builder().build()));
    let world = World { end: stuck, ..World::new(1, 1) };
    world.clean().await.unwrap_err();
    assert_eq!(world.did(), [1, 0, 0, 0]);
}

#[tokio::test]
async fn an_account_that_is_gone_already_is_no_error() {
    let gone = || AdminDeleteUserError::UserNotFoundException(UserNotFoundException::builder().build());
    let world = World { account: account_fails(gone), ..World::new(0, 0) };
    world.clean().await.unwrap();
    assert_eq!(world.did(), [0, 0, 1, 1]);
}
