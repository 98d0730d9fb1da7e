//! What is there, and what was sent: the SDK's answers come from here.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard};

use aws_lambda_events::sqs::SqsEvent;
use aws_sdk_dynamodb::types::AttributeValue;
use aws_smithy_mocks::{MockResponseInterceptor, Rule, RuleMode, create_mock_http_client};
use deliver::{Context, LEASE, Mail};
use domain::{Activity, ActivityEvent, Comment, Friendship, FriendshipState, Picture, UserId};
use lambda::push::PushEndpoints;
use serde_json::{Value, json};
use store::recipients::NotificationRecipients;
use store::{AccessReader, Comments, Endpoints, Friendships, IdempotencyStore, Pictures, Users};

use uuid::Uuid;

use crate::{services, tables};

pub type Row = HashMap<String, AttributeValue>;

/// What goes wrong with one phone or one mail box.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    Disabled,
    NotFound,
    NoEndpoint,
    TooLong,
    Throttled,
    Rejected,
}

/// An account of the user pool.
#[derive(Clone)]
pub struct Account {
    pub email: String,
    pub verified: bool,
    pub enabled: bool,
}

#[derive(Default)]
pub struct Inner {
    pub pictures: Vec<Picture>,
    pub friendships: Vec<Friendship>,
    pub comments: Vec<Comment>,
    /// Profiles: how each wants to be told.
    pub profiles: BTreeMap<UserId, Value>,
    pub accounts: BTreeMap<UserId, Account>,
    pub devices: BTreeMap<UserId, BTreeSet<String>>,
    pub receipts: BTreeMap<String, Row>,
    /// By endpoint or address.
    pub troubles: BTreeMap<String, Trouble>,
    /// What friendships become once the friends were read.
    pub meanwhile: Option<Vec<Friendship>>,
    /// Endpoint and message.
    pub pushes: Vec<(String, Value)>,
    /// Address, subject and text.
    pub mails: Vec<(String, String, String)>,
    /// Devices rows that were deleted.
    pub forgotten: Vec<(UserId, String)>,
    /// Endpoints that were deleted.
    pub deleted: Vec<String>,
    /// What was asked of DynamoDB: operation and table.
    pub asked: Vec<String>,
}

#[derive(Clone, Default)]
pub struct World(Arc<Mutex<Inner>>);

pub fn id(n: u128) -> UserId {
    UserId(Uuid::from_u128(n))
}

/// The endpoint of a phone.
pub fn endpoint(name: &str) -> String {
    format!("arn:aws:sns:us-east-1:000000000000:endpoint/GCM/albumen-fcm/{name}")
}

impl World {
    pub fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap()
    }

    /// Somebody with a profile, a confirmed address and a phone called as their number.
    pub fn person(&self, n: u128, notifications: Value) -> UserId {
        let id = id(n);
        let mut inner = self.inner();
        inner.profiles.insert(id, notifications);
        let email = format!("p{n}@example.com");
        inner.accounts.insert(id, Account { email, verified: true, enabled: true });
        inner.devices.entry(id).or_default().insert(endpoint(&n.to_string()));
        id
    }

    /// What `friend` is to `user`, and the other way round.
    pub fn friendship(&self, user: UserId, friend: UserId, states: [FriendshipState; 2]) {
        let since = "2026-01-01T00:00:00Z".parse().unwrap();
        let [one, other] = [(user, friend, states[0]), (friend, user, states[1])]
            .map(|(user_id, friend_id, state)| Friendship { user_id, friend_id, state, since });
        self.inner().friendships.extend([one, other]);
    }

    pub fn friends(&self, user: UserId, friend: UserId) {
        self.friendship(user, friend, [FriendshipState::Friends; 2]);
    }

    /// Whose push_endpoints got a message, by their names, since the last time that this was called.
    pub fn pushed(&self) -> Vec<String> {
        let pushes = std::mem::take(&mut self.inner().pushes);
        let mut names: Vec<_> =
            pushes.iter().map(|(arn, _)| arn.rsplit('/').next().unwrap().to_owned()).collect();
        names.sort();
        names
    }

    /// Who got an e-mail since the last time that this was called.
    pub fn mailed(&self) -> Vec<String> {
        let mails = std::mem::take(&mut self.inner().mails);
        let mut addresses: Vec<_> = mails.into_iter().map(|(address, ..)| address).collect();
        addresses.sort();
        addresses
    }

    /// Which push_endpoints and addresses were reached since the last time that this was called.
    pub fn reached(&self) -> (Vec<String>, Vec<String>) {
        (self.pushed(), self.mailed())
    }

    /// Handles these activities in one batch and says which failed, by their places.
    pub async fn handle_from(&self, from: &str, activities: &[Activity]) -> Vec<usize> {
        let reply = deliver::handle(&self.context(from), batch(activities)).await;
        reply.batch_item_failures.iter().map(|failure| failure.item_identifier.parse().unwrap()).collect()
    }

    /// Handles what happened for the first time. Whether it was done.
    pub async fn happens(&self, what: ActivityEvent) -> bool {
        self.again(&Activity { id: Uuid::now_v7(), at: jiff::Timestamp::UNIX_EPOCH, what }).await
    }

    /// Handles an activity, for the first time or not. Whether it was done.
    pub async fn again(&self, activity: &Activity) -> bool {
        self.handle_from("albumen@example.com", &[*activity]).await.is_empty()
    }

    pub fn context(&self, from: &str) -> Context {
        let client = testing::dynamodb(&tables::rules(self));
        let pictures = Pictures::new(client.clone(), "Pictures".into());
        let (ses, cognito) = (services::ses(self), services::cognito(self));
        Context {
            receipts: IdempotencyStore::new(client.clone(), "Receipts".into(), "deliver", LEASE),
            devices: Endpoints::new(client.clone(), "Devices".into()),
            recipients: NotificationRecipients {
                comments: Comments::new(client.clone(), "Comments".into()),
                friendships: Friendships::new(client.clone(), "Friendships".into()),
                access: AccessReader::new(client.clone(), pictures, "Friendships".into()),
            },
            users: Users::new(client, "Users".into()),
            push_endpoints: PushEndpoints::new(testing::sns(&[
                services::publish(self),
                services::delete_endpoint(self),
            ])),
            mail: Mail::new(ses, cognito, "us-east-1_AbCdEfGhI".into(), from),
        }
    }
}

/// These activities as messages of the queue, called by their places.
fn batch(activities: &[Activity]) -> SqsEvent {
    let message = |(place, activity): (usize, &Activity)| json!({"messageId": place.to_string(), "body": serde_json::to_string(activity).unwrap()});
    let records: Vec<_> = activities.iter().enumerate().map(message).collect();
    serde_json::from_value(json!({ "Records": records })).unwrap()
}

/// Answers by these rules alone.
pub fn interceptor(rules: &[Rule]) -> MockResponseInterceptor {
    let start = MockResponseInterceptor::new().rule_mode(RuleMode::MatchAny);
    rules.iter().fold(start, MockResponseInterceptor::with_rule)
}

/// A client of a service whose fake `shared` does not have.
macro_rules! client {
    ($service:ident, $rules:expr) => {{
        use $service::config::{BehaviorVersion, Credentials, Region, retry::RetryConfig};
        let config = $service::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .credentials_provider(Credentials::new("id", "secret", None, None, "test"))
            .retry_config(RetryConfig::disabled())
            .http_client($crate::world::http_client())
            .interceptor($crate::world::interceptor($rules));
        $service::Client::from_conf(config.build())
    }};
}
pub(crate) use client;

pub fn http_client() -> impl aws_sdk_sesv2::config::HttpClient + 'static {
    create_mock_http_client()
}
