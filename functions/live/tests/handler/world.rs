//! Tables and connections for the handler to work with, faked at the wire. Everything is named as the functions' own tables are.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use aws_smithy_mocks::Rule;
use domain::{Activity, ActivityEvent, Comment, CommentId, FriendshipState, Picture, UserId};
use jiff::{SignedDuration, Timestamp};
use lambda::Error;
use lambda::comment_writer::CommentWriter;
use live::{Answer, Context, Sockets, Trigger};
use serde_json::{Value, json};
use store::{AccessReader, Comments, Endpoints, Friendships, IdempotencyStore, Pictures, Users};
use uuid::Uuid;

use crate::{reads, sockets, writes};

pub type Row = HashMap<String, AttributeValue>;

/// What an event's row in IdempotencyStore says.
#[derive(Clone, Debug, Default)]
pub struct Receipt {
    pub told: BTreeSet<String>,
    pub done: bool,
    pub leased: bool,
}

/// What the tables and API Gateway hold.
#[derive(Debug, Default)]
pub struct State {
    pub picture: Option<Picture>,
    /// What the picture is after somebody has looked at it.
    pub then: Option<Option<Picture>>,
    /// Both directions.
    pub friendships: BTreeMap<(UserId, UserId), FriendshipState>,
    /// By whom: what they chose.
    pub profiles: BTreeMap<UserId, Value>,
    pub comments: BTreeMap<CommentId, Comment>,
    /// Rows of connections: whose, since when, and when they expire (epoch seconds).
    pub connections: BTreeMap<String, (UserId, Timestamp, i64)>,
    /// Rows of people.
    pub of_people: BTreeMap<UserId, BTreeSet<String>>,
    pub deleted_accounts: bool,
    pub receipts: BTreeMap<String, Receipt>,
    /// How many were noted at a time.
    pub noted: Vec<usize>,
    /// Connections that API Gateway does not know.
    pub gone: BTreeSet<String>,
    /// Connections to which nothing gets through, and nobody says so.
    pub slow: BTreeSet<String>,
    /// Connections that it cannot write to.
    pub failing: BTreeSet<String>,
    /// What was sent, to whom.
    pub posted: Vec<(String, Value)>,
    /// How many requests there were of a kind.
    pub asked: BTreeMap<&'static str, usize>,
}

#[derive(Clone, Default)]
pub struct World(Arc<Mutex<State>>);

/// Somebody, by number.
pub fn person(n: u128) -> UserId {
    UserId(Uuid::from_u128(n))
}

/// Whose picture the sample events are about.
pub fn owner() -> UserId {
    testing::registered_picture().key.owner_id
}

impl World {
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

    /// What `two[1]` is to `two[0]`.
    pub fn friendship(self, [one, other]: [UserId; 2], friendship: FriendshipState) -> Self {
        let back = match friendship {
            FriendshipState::Friends => FriendshipState::Friends,
            FriendshipState::Requested => FriendshipState::Invited,
            FriendshipState::Invited => FriendshipState::Requested,
        };
        self.with(|state| {
            state.friendships.extend([((one, other), friendship), ((other, one), back)]);
        })
    }

    pub fn friends(self, two: [UserId; 2]) -> Self {
        self.friendship(two, FriendshipState::Friends)
    }

    /// Somebody with a profile who chose so.
    pub fn profile(self, user: UserId, notifications: Value) -> Self {
        self.with(|state| _ = state.profiles.insert(user, notifications))
    }

    /// An open connection since an hour.
    pub fn connected(self, user: UserId, connection: &str) -> Self {
        self.connected_since(user, connection, SignedDuration::from_hours(1))
    }

    pub fn connected_since(self, user: UserId, connection: &str, ago: SignedDuration) -> Self {
        let since = Timestamp::now() - ago;
        self.with(|state| {
            state.connections.insert(connection.into(), (user, since, since.as_second() + 7_800));
            state.of_people.entry(user).or_default().insert(connection.into());
        })
    }

    /// What was sent since the last look, by connection.
    pub fn posted(&self) -> BTreeMap<String, Value> {
        let posted = std::mem::take(&mut self.state().posted);
        let number = posted.len();
        let posted: BTreeMap<_, _> = posted.into_iter().collect();
        assert_eq!(posted.len(), number, "a connection was told twice");
        posted
    }

    /// What kind of message was sent since the last look, by connection.
    pub fn told(&self) -> Vec<(String, String)> {
        let kind = |message: Value| message["type"].as_str().unwrap().to_owned();
        self.posted().into_iter().map(|(connection, message)| (connection, kind(message))).collect()
    }

    /// Tells of an activity, once; whether it is to come again.
    pub async fn tell(&self, activity: Activity) -> bool {
        let body = serde_json::to_string(&activity).unwrap();
        let message = json!({"messageId": "1", "body": body});
        let answer = self.handle(json!({ "Records": [message] })).await.unwrap();
        !answer["batchItemFailures"].as_array().unwrap().is_empty()
    }

    /// Tells of something that happens for the first time.
    pub async fn happens(&self, what: ActivityEvent) -> Vec<(String, String)> {
        assert!(!self.tell(Activity { id: Uuid::now_v7(), at: jiff::Timestamp::UNIX_EPOCH, what }).await);
        self.told()
    }

    pub async fn handle(&self, event: Value) -> Result<Value, Error> {
        self.handle_within(event, Duration::from_secs(20)).await
    }

    pub async fn handle_within(&self, event: Value, recipients: Duration) -> Result<Value, Error> {
        let trigger: Trigger = serde_json::from_value(event).unwrap();
        let is_queue = matches!(trigger, Trigger::Queue(_));
        let answer = live::handle(&self.context(recipients), trigger).await?;
        assert_eq!(matches!(answer, Answer::Queue(_)), is_queue);
        Ok(serde_json::to_value(answer).unwrap())
    }

    fn context(&self, recipients: Duration) -> Context {
        let rules: Vec<Rule> = reads::rules(self).into_iter().chain(writes::rules(self)).collect();
        let client = testing::dynamodb(&rules);
        let pictures = Pictures::new(client.clone(), "Pictures".into());
        Context {
            connections: Endpoints::new(client.clone(), "Connections".into()),
            receipts: IdempotencyStore::new(
                client.clone(),
                "Receipts".into(),
                "live",
                SignedDuration::from_secs(35),
            ),
            friendships: Friendships::new(client.clone(), "Friendships".into()),
            comment_writer: CommentWriter {
                access: AccessReader::new(client.clone(), pictures, "Friendships".into()),
                comments: Comments::new(client.clone(), "Comments".into()),
                users: Users::new(client, "Users".into()),
            },
            presigner: testing::presigner(),
            sockets: Sockets::new(sockets::client(self)),
            recipients,
        }
    }
}
