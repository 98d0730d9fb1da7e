//! Checks for accounts without a user in the user pool.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use aws_sdk_cognitoidentityprovider::operation::admin_get_user::{AdminGetUserError, AdminGetUserOutput};
use aws_sdk_cognitoidentityprovider::operation::list_users::{ListUsersError, ListUsersOutput};
use aws_sdk_cognitoidentityprovider::types::UserType;
use aws_sdk_cognitoidentityprovider::types::error::{TooManyRequestsException, UserNotFoundException};
use aws_sdk_dynamodb::operation::get_item::GetItemOutput;
use aws_sdk_dynamodb::operation::scan::ScanOutput;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsOutput;
use aws_smithy_mocks::{Rule, mock};
use domain::UserId;
use lambda::Error;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{Services, USER_POOL};

fn user(n: u128) -> UserId {
    UserId(Uuid::from_u128(n))
}

/// The profiles in the table Users, with a handle row each, the accounts with a row in the table
/// Quotas, and the users in the user pool.
struct World {
    profiles: Vec<UserId>,
    counted: Vec<UserId>,
    users: BTreeSet<String>,
    /// Users that the list of users does not contain yet.
    new_users: BTreeSet<String>,
    page: usize,
}

/// The result of a check, and the accounts whose deletion it started.
struct Outcome {
    result: Result<(), Error>,
    deleted: BTreeSet<String>,
}

impl World {
    /// Creates accounts with users. The table replies with pages of `page` rows.
    fn new(accounts: u128, page: usize) -> Self {
        let profiles: Vec<_> = (1..=accounts).map(user).collect();
        let users = profiles.iter().map(ToString::to_string).collect();
        Self { profiles, counted: Vec::new(), users, new_users: BTreeSet::new(), page }
    }

    /// Adds an account with pictures and a user, but without a profile.
    fn with_pictures_only(mut self, n: u128) -> Self {
        self.counted.push(user(n));
        self.users.insert(user(n).to_string());
        self
    }

    /// Hides the users with these numbers from the list of users.
    fn with_new_users(mut self, numbers: impl IntoIterator<Item = u128>) -> Self {
        self.new_users = ids(numbers);
        self
    }

    /// Deletes the users with these numbers in the user pool.
    fn without_users(mut self, numbers: impl IntoIterator<Item = u128>) -> Self {
        for n in numbers {
            assert!(self.users.remove(&user(n).to_string()));
        }
        self
    }

    /// Returns rules that reply with pages of the tables Users and Quotas.
    fn scans(&self) -> [Rule; 2] {
        let users = self.profiles.iter().flat_map(|id| [id.to_string(), format!("handle#{id}")]);
        let counted = self.counted.iter().map(ToString::to_string);
        [self.scan("Users", users.collect()), self.scan("Quotas", counted.collect())]
    }

    /// Returns a rule that replies with pages of a table. A scan from an unknown key begins in the
    /// middle.
    fn scan(&self, table: &'static str, keys: Vec<String>) -> Rule {
        let page = self.page;
        mock!(aws_sdk_dynamodb::Client::scan)
            .match_requests(move |request| request.table_name() == Some(table))
            .then_compute_output(move |request| {
                let start = request.exclusive_start_key().map(|key| key["userId"].as_s().unwrap());
                let first = match start {
                    None => 0,
                    Some(key) => {
                        keys.iter().position(|other| other == key).map_or(keys.len() / 2, |at| at + 1)
                    }
                };
                let limit = page.min(usize::try_from(request.limit().unwrap()).unwrap());
                let rows = keys[first..].iter().take(limit);
                let rows: Vec<_> = rows.map(|key| testing::row(&json!({"userId": key}))).collect();
                let last = (first + rows.len() < keys.len()).then(|| rows.last().unwrap().clone());
                ScanOutput::builder().set_items(Some(rows)).set_last_evaluated_key(last).build()
            })
    }

    /// Returns rules of the user pool: the list of users lacks the new ones, and `AdminGetUser`
    /// replies for users that are not listed. For others it would cost money.
    fn user_pool(&self) -> [Rule; 3] {
        let listed = self.users.difference(&self.new_users).cloned().collect::<BTreeSet<_>>();
        let (present, absent, billed) = (self.users.clone(), self.users.clone(), listed.clone());
        let list = mock!(aws_sdk_cognitoidentityprovider::Client::list_users)
            .match_requests(|request| request.user_pool_id() == Some(USER_POOL))
            .then_compute_output(move |request| {
                let filter = request.filter().unwrap();
                let id = filter.strip_prefix("sub = \"").unwrap().strip_suffix('"').unwrap();
                let users = listed.contains(id).then(|| UserType::builder().username(id).build());
                ListUsersOutput::builder().set_users(Some(users.into_iter().collect())).build()
            });
        let found = mock!(aws_sdk_cognitoidentityprovider::Client::admin_get_user)
            .match_requests(move |request| {
                assert_eq!(request.user_pool_id(), Some(USER_POOL));
                let id = request.username().unwrap();
                assert!(!billed.contains(id), "makes a listed user an active one");
                present.contains(id)
            })
            .then_output(|| AdminGetUserOutput::builder().username("x").build().unwrap());
        let missing = mock!(aws_sdk_cognitoidentityprovider::Client::admin_get_user)
            .match_requests(move |request| !absent.contains(request.username().unwrap()))
            .then_error(|| {
                AdminGetUserError::UserNotFoundException(UserNotFoundException::builder().build())
            });
        [list, found, missing]
    }

    async fn check(&self, event: Value) -> Outcome {
        let deleted = Arc::new(Mutex::new(BTreeSet::new()));
        let profile =
            mock!(aws_sdk_dynamodb::Client::get_item).then_output(|| GetItemOutput::builder().build());
        let seen = deleted.clone();
        let delete = mock!(aws_sdk_dynamodb::Client::transact_write_items)
            .match_requests(move |request| {
                let put = request.transact_items().iter().find_map(|item| item.put()).unwrap();
                seen.lock().unwrap().insert(put.item()["account"].as_s().unwrap().clone());
                true
            })
            .then_output(|| TransactWriteItemsOutput::builder().build());
        let [listed, found, missing] = self.user_pool();
        let [users, quotas] = self.scans();
        let services = Services {
            tables: &[&users, &quotas, &profile, &delete],
            user_pool: &[&listed, &found, &missing],
            ..Services::default()
        };
        let result = services.handle(event).await.map(|reply| assert_eq!(reply, None));
        let deleted = deleted.lock().unwrap().clone();
        Outcome { result, deleted }
    }

    async fn check_everyone(&self) -> Outcome {
        self.check(testing::sample_event("cleanup-check.json")).await
    }
}

fn ids(numbers: impl IntoIterator<Item = u128>) -> BTreeSet<String> {
    numbers.into_iter().map(|n| user(n).to_string()).collect()
}

#[tokio::test]
async fn deletes_exactly_the_accounts_without_a_user() {
    for page in [1, 3, 1_000] {
        let outcome = World::new(30, page).without_users([1, 11, 30]).check_everyone().await;
        outcome.result.unwrap();
        assert_eq!(outcome.deleted, ids([1, 11, 30]), "pages of {page} rows");
    }
}

#[tokio::test]
async fn deletes_accounts_without_a_profile() {
    let world = World::new(30, 100).with_pictures_only(40).with_pictures_only(41).without_users([40]);
    let outcome = world.check_everyone().await;
    outcome.result.unwrap();
    assert_eq!(outcome.deleted, ids([40]));
}

#[tokio::test]
async fn deletes_nothing_while_every_account_has_a_user() {
    let outcome = World::new(20, 7).check_everyone().await;
    outcome.result.unwrap();
    assert_eq!(outcome.deleted, ids([]));
    World::new(0, 7).check_everyone().await.result.unwrap();
}

#[tokio::test]
async fn keeps_a_new_user_that_the_list_of_users_lacks() {
    let outcome = World::new(20, 100).with_new_users([3, 4]).without_users([5]).check_everyone().await;
    outcome.result.unwrap();
    assert_eq!(outcome.deleted, ids([5]));
}

#[tokio::test]
async fn one_check_reads_a_bounded_number_of_rows() {
    // A table with 2,000 rows. The check reads 400 of them, from the middle on.
    let outcome = World::new(1_000, 300).without_users([1, 501, 700, 701, 999]).check_everyone().await;
    outcome.result.unwrap();
    assert_eq!(outcome.deleted, ids([501, 700]));
}

#[tokio::test]
async fn deletes_nothing_if_the_user_pool_is_probably_another_one() {
    for (accounts, missing) in [(20, 3), (8, 8), (2, 2)] {
        let outcome = World::new(accounts, 100).without_users(1..=missing).check_everyone().await;
        let error = outcome.result.unwrap_err().to_string();
        assert_eq!(error, format!("the user pool lacks {missing} of {accounts} accounts; deletes none"));
        assert_eq!(outcome.deleted, ids([]));
    }
}

#[tokio::test]
async fn checks_a_single_account() {
    let world = World::new(3, 100).without_users([2]);
    for (n, deleted) in [(2, ids([2])), (3, ids([]))] {
        let outcome = world.check(json!({"checkAccounts": {"user": user(n)}})).await;
        outcome.result.unwrap();
        assert_eq!(outcome.deleted, deleted);
    }
}

#[tokio::test]
async fn an_error_of_the_user_pool_deletes_nothing() {
    let busy = mock!(aws_sdk_cognitoidentityprovider::Client::list_users)
        .then_error(|| ListUsersError::TooManyRequestsException(TooManyRequestsException::builder().build()));
    let [users, quotas] = World::new(2, 100).scans();
    let services = Services { tables: &[&users, &quotas], user_pool: &[&busy], ..Services::default() };
    assert!(services.handle(testing::sample_event("cleanup-check.json")).await.is_err());
}
