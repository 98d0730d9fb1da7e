//! Fake tables and connections. Tables have the names of [`store::Table`].

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use aws_smithy_mocks::Rule;
use domain::{Activity, ActivityEvent, Comment, CommentId, FriendshipState, Picture, UserId, Watch};
use jiff::{SignedDuration, Timestamp};
use lambda::Error;
use lambda::connection_sender::ConnectionSender;
use live::{Context, Response, Trigger, UserPool};
use serde_json::{Value, json};
use testing::AlbumRows;
use uuid::Uuid;

use crate::{cognito, management_api, reads, writes};

pub type Row = HashMap<String, AttributeValue>;

/// The row of an event in the Receipts table.
#[derive(Clone, Debug, Default)]
pub struct Receipt {
    pub delivered: BTreeSet<String>,
    pub done: bool,
    pub leased: bool,
}

/// The content of the tables and of API Gateway.
#[derive(Debug, Default)]
pub struct State {
    pub picture: Option<Picture>,
    /// The picture after its first read.
    pub picture_after_first_read: Option<Option<Picture>>,
    pub albums: AlbumRows,
    /// Both directions of each friendship.
    pub friendships: BTreeMap<(UserId, UserId), FriendshipState>,
    /// The notification preferences of members with a profile.
    pub profiles: BTreeMap<UserId, Value>,
    pub comments: BTreeMap<CommentId, Comment>,
    /// Rows of connections: member, time of registration, time of expiry (epoch seconds).
    pub connections: BTreeMap<String, (UserId, Timestamp, i64)>,
    /// The topics of connections, and the time of the last change.
    pub topics: BTreeMap<String, (Vec<String>, i64)>,
    /// Rows of the table Watches: topic and connection; member, time of expiry.
    pub watches: BTreeMap<(String, String), (UserId, i64)>,
    /// The times at which members signed out everywhere.
    pub sign_outs: BTreeMap<UserId, Timestamp>,
    /// A sign-out that happens after the next read of the member's last sign-out.
    pub concurrent_sign_out: Option<Timestamp>,
    /// The members of valid access tokens.
    pub access_tokens: BTreeMap<String, UserId>,
    /// Rows of members.
    pub members: BTreeMap<UserId, BTreeSet<String>>,
    pub deleted_accounts: bool,
    /// Whether every member has written the maximum number of comments.
    pub quota_is_reached: bool,
    pub receipts: BTreeMap<String, Receipt>,
    /// The number of deliveries in each record.
    pub recorded: Vec<usize>,
    /// Connections that API Gateway reports as gone.
    pub closed: BTreeSet<String>,
    /// Connections for which API Gateway never replies.
    pub slow: BTreeSet<String>,
    /// Connections that API Gateway throttles.
    pub failing: BTreeSet<String>,
    /// Connections that the function closed through API Gateway.
    pub deleted: Vec<String>,
    /// Messages with their connections.
    pub sent: Vec<(String, Value)>,
    /// The number of requests by kind.
    pub requests: BTreeMap<&'static str, usize>,
}

#[derive(Clone, Default)]
pub struct Fixture(Arc<Mutex<State>>);

/// Returns member number `n`.
pub fn member(n: u128) -> UserId {
    UserId(Uuid::from_u128(n))
}

/// Returns the owner of the picture of the sample events.
pub fn owner() -> UserId {
    testing::registered_picture().key.owner_id
}

/// Creates an activity with a new id.
pub fn activity(event: ActivityEvent) -> Activity {
    Activity { id: Uuid::now_v7(), at: Timestamp::UNIX_EPOCH, event }
}

impl Fixture {
    pub fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    pub fn with(self, change: impl FnOnce(&mut State)) -> Self {
        change(&mut self.state());
        self
    }

    pub fn picture(self, picture: Picture) -> Self {
        self.with(|state| state.picture = Some(picture))
    }

    /// Adds a friendship in this state in the view of the first member.
    pub fn friendship(self, [one, other]: [UserId; 2], friendship: FriendshipState) -> Self {
        let reverse = match friendship {
            FriendshipState::Friends => FriendshipState::Friends,
            FriendshipState::Requested => FriendshipState::Invited,
            FriendshipState::Invited => FriendshipState::Requested,
            state => state,
        };
        self.with(|state| {
            state.friendships.extend([((one, other), friendship), ((other, one), reverse)]);
        })
    }

    /// Adds a block of the second member by the first. The second member has sent a request that
    /// the first one does not see.
    pub fn block(self, [one, other]: [UserId; 2]) -> Self {
        self.with(|state| {
            let rows = [((one, other), FriendshipState::Blocked), ((other, one), FriendshipState::Requested)];
            state.friendships.extend(rows);
        })
    }

    pub fn friends(self, members: [UserId; 2]) -> Self {
        self.friendship(members, FriendshipState::Friends)
    }

    /// Adds a profile with these notification preferences.
    pub fn profile(self, user: UserId, notifications: Value) -> Self {
        self.with(|state| _ = state.profiles.insert(user, notifications))
    }

    /// Adds a connection that is an hour old.
    pub fn connected(self, user: UserId, connection: &str) -> Self {
        self.connected_since(user, connection, SignedDuration::from_hours(1))
    }

    pub fn connected_since(self, user: UserId, connection: &str, ago: SignedDuration) -> Self {
        let since = Timestamp::now() - ago;
        self.with(|state| {
            state.connections.insert(connection.into(), (user, since, since.as_second() + 7_800));
            state.members.entry(user).or_default().insert(connection.into());
        })
    }

    /// Makes a connection watch this.
    pub fn watching(self, connection: &str, watch: Watch) -> Self {
        self.with(|state| {
            let (user, _, expires) = state.connections[connection];
            let topics: Vec<_> = watch.topics(connection).map(|topic| topic.to_string()).collect();
            for topic in &topics {
                state.watches.insert((topic.clone(), connection.into()), (user, expires));
            }
            state.topics.insert(connection.into(), (topics, 0));
        })
    }

    /// Removes and returns the sent messages by connection.
    pub fn take_sent(&self) -> BTreeMap<String, Value> {
        let sent = mem::take(&mut self.state().sent);
        let number = sent.len();
        let sent: BTreeMap<_, _> = sent.into_iter().collect();
        assert_eq!(sent.len(), number, "a connection received two messages");
        sent
    }

    /// Removes the sent messages and returns their types by connection.
    pub fn take_sent_types(&self) -> Vec<(String, String)> {
        let kind = |message: Value| message["type"].as_str().unwrap().to_owned();
        self.take_sent().into_iter().map(|(connection, message)| (connection, kind(message))).collect()
    }

    /// Handles an activity and returns `true` if it succeeded. Otherwise SQS would deliver it
    /// again.
    pub async fn deliver(&self, activity: Activity) -> bool {
        let body = serde_json::to_string(&activity).unwrap();
        let message = json!({"messageId": "1", "body": body});
        let response = self.handle(json!({ "Records": [message] })).await.unwrap();
        response["batchItemFailures"].as_array().unwrap().is_empty()
    }

    /// Handles an event as a new activity and returns the types of messages by connection.
    pub async fn deliver_new(&self, event: ActivityEvent) -> Vec<(String, String)> {
        assert!(self.deliver(activity(event)).await);
        self.take_sent_types()
    }

    pub async fn handle(&self, event: Value) -> Result<Value, Error> {
        self.handle_within(event, Duration::from_secs(20)).await
    }

    pub async fn handle_within(&self, event: Value, broadcast_time: Duration) -> Result<Value, Error> {
        handle_in(&self.context(broadcast_time), event).await
    }

    /// Creates the context of one execution environment.
    pub fn context(&self, broadcast_time: Duration) -> Context {
        let rules: Vec<Rule> = reads::rules(self).into_iter().chain(writes::rules(self)).collect();
        let sender = ConnectionSender::new(management_api::client(self));
        let user_pool =
            UserPool::new(testing::cognito(&[cognito::get_user(self)]), cognito::USER_POOL.into());
        Context::new(
            &testing::database(&rules),
            testing::presigner(),
            sender,
            user_pool,
            broadcast_time,
            testing::LIMITS,
            SignedDuration::from_mins(6),
        )
    }
}

/// Handles an event in an execution environment, which can handle several events.
pub async fn handle_in(context: &Context, event: Value) -> Result<Value, Error> {
    let trigger: Trigger = serde_json::from_value(event).unwrap();
    let is_queue = matches!(trigger, Trigger::Queue(_));
    let response = live::handle(context, trigger).await?;
    assert_eq!(matches!(response, Response::Queue(_)), is_queue);
    Ok(serde_json::to_value(response).unwrap())
}
