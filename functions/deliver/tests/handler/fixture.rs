//! Fake tables and services. Tables have the names of [`store::Table`].

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard};

use aws_lambda_events::sqs::SqsEvent;
use aws_sdk_dynamodb::types::AttributeValue;
use aws_smithy_mocks::{MockResponseInterceptor, Rule, RuleMode, create_mock_http_client};
use deliver::{Context, Mailer};
use domain::{Activity, ActivityEvent, Comment, Friendship, FriendshipState, Picture, UserId};
use jiff::SignedDuration;
use lambda::push::PushEndpoints;
use serde_json::{Value, json};
use testing::AlbumRows;
use uuid::Uuid;

use crate::{services, tables};

pub type Row = HashMap<String, AttributeValue>;

/// The fault of one device or one mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
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
pub struct State {
    pub pictures: Vec<Picture>,
    pub friendships: Vec<Friendship>,
    pub comments: Vec<Comment>,
    pub albums: AlbumRows,
    /// The notification preferences of members with a profile.
    pub profiles: BTreeMap<UserId, Value>,
    pub accounts: BTreeMap<UserId, Account>,
    pub devices: BTreeMap<UserId, BTreeSet<String>>,
    pub receipts: BTreeMap<String, Row>,
    /// The faults by endpoint or address.
    pub faults: BTreeMap<String, Fault>,
    /// The friendships after their first read.
    pub friendships_after_first_read: Option<Vec<Friendship>>,
    /// The sent push messages: endpoint and message.
    pub pushes: Vec<(String, Value)>,
    /// The sent e-mails: address, subject and text.
    pub emails: Vec<(String, String, String)>,
    /// The deleted rows of the Devices table.
    pub removed_devices: Vec<(UserId, String)>,
    /// The deleted SNS endpoints.
    pub deleted_endpoints: Vec<String>,
    /// The requests to DynamoDB: operation and table.
    pub requests: Vec<String>,
}

#[derive(Clone, Default)]
pub struct Fixture(Arc<Mutex<State>>);

pub fn id(n: u128) -> UserId {
    UserId(Uuid::from_u128(n))
}

/// Creates an activity with a new id.
pub fn activity(event: ActivityEvent) -> Activity {
    Activity { id: Uuid::now_v7(), at: jiff::Timestamp::UNIX_EPOCH, event }
}

/// Returns the endpoint of a device.
pub fn endpoint(name: &str) -> String {
    format!("arn:aws:sns:us-east-1:000000000000:endpoint/GCM/albumen-fcm/{name}")
}

impl Fixture {
    pub fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    /// Adds a member with a profile, a confirmed address and a device. The name of the device is
    /// the number.
    pub fn member(&self, n: u128, notifications: Value) -> UserId {
        let id = id(n);
        let mut state = self.state();
        state.profiles.insert(id, notifications);
        let email = format!("p{n}@example.com");
        state.accounts.insert(id, Account { email, verified: true, enabled: true });
        state.devices.entry(id).or_default().insert(endpoint(&n.to_string()));
        id
    }

    /// Adds a friendship: its state in the view of `user`, and in the view of `friend`.
    pub fn friendship(&self, user: UserId, friend: UserId, states: [FriendshipState; 2]) {
        let since = "2026-01-01T00:00:00Z".parse().unwrap();
        let [one, other] = [(user, friend, states[0]), (friend, user, states[1])]
            .map(|(user_id, friend_id, state)| Friendship::new(user_id, friend_id, state, since));
        self.state().friendships.extend([one, other]);
    }

    pub fn friends(&self, user: UserId, friend: UserId) {
        self.friendship(user, friend, [FriendshipState::Friends; 2]);
    }

    /// Removes the sent push messages and returns the names of their devices.
    pub fn take_push_recipients(&self) -> Vec<String> {
        let pushes = std::mem::take(&mut self.state().pushes);
        let mut names: Vec<_> =
            pushes.iter().map(|(arn, _)| arn.rsplit('/').next().unwrap().to_owned()).collect();
        names.sort();
        names
    }

    /// Removes the sent e-mails and returns their addresses.
    pub fn take_email_recipients(&self) -> Vec<String> {
        let emails = std::mem::take(&mut self.state().emails);
        let mut addresses: Vec<_> = emails.into_iter().map(|(address, ..)| address).collect();
        addresses.sort();
        addresses
    }

    /// Removes the sent messages and returns the names of devices and the addresses.
    pub fn take_recipients(&self) -> (Vec<String>, Vec<String>) {
        (self.take_push_recipients(), self.take_email_recipients())
    }

    /// Handles activities in one batch with this sender address, and returns the positions of the
    /// failed activities.
    pub async fn handle_from(&self, from: &str, activities: &[Activity]) -> Vec<usize> {
        let response = deliver::handle(&self.context(from), batch(activities)).await;
        response.batch_item_failures.iter().map(|failure| failure.item_identifier.parse().unwrap()).collect()
    }

    /// Handles an event as a new activity and returns `true` if it succeeded.
    pub async fn deliver_new(&self, event: ActivityEvent) -> bool {
        self.deliver(&activity(event)).await
    }

    /// Handles an activity and returns `true` if it succeeded.
    pub async fn deliver(&self, activity: &Activity) -> bool {
        self.handle_from("albumen@example.com", &[*activity]).await.is_empty()
    }

    pub fn context(&self, from: &str) -> Context {
        let database = testing::database(&tables::rules(self));
        let sns = testing::sns(&[services::publish(self), services::delete_endpoint(self)]);
        let (ses, cognito) = (services::ses(self), services::cognito(self));
        let mailer = Mailer::new(ses, cognito, "us-east-1_AbCdEfGhI".into(), from);
        Context::new(&database, PushEndpoints::new(sns), mailer, SignedDuration::from_mins(6))
    }
}

/// Creates a batch of the queue. The message ids are positions.
fn batch(activities: &[Activity]) -> SqsEvent {
    let message = |(position, activity): (usize, &Activity)| {
        let body = serde_json::to_string(activity).unwrap();
        json!({"messageId": position.to_string(), "body": body})
    };
    let records: Vec<_> = activities.iter().enumerate().map(message).collect();
    serde_json::from_value(json!({ "Records": records })).unwrap()
}

/// Creates an interceptor that replies only by these rules.
pub fn interceptor(rules: &[Rule]) -> MockResponseInterceptor {
    let start = MockResponseInterceptor::new().rule_mode(RuleMode::MatchAny);
    rules.iter().fold(start, MockResponseInterceptor::with_rule)
}

/// Creates a fake client of a service for which `testing` has no fake.
macro_rules! client {
    ($service:ident, $rules:expr) => {{
        use $service::config::{BehaviorVersion, Credentials, Region, retry::RetryConfig};
        let config = $service::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .credentials_provider(Credentials::new("id", "secret", None, None, "test"))
            .retry_config(RetryConfig::disabled())
            .http_client($crate::fixture::http_client())
            .interceptor($crate::fixture::interceptor($rules));
        $service::Client::from_conf(config.build())
    }};
}
pub(crate) use client;

pub fn http_client() -> impl aws_sdk_sesv2::config::HttpClient + 'static {
    create_mock_http_client()
}
