//! What is there, and what is kept: the SDK's answers come from here.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard};

use aws_sdk_dynamodb::types::AttributeValue;
use domain::{
    Activity, ActivityEvent, Comment, CommentId, Friendship, FriendshipState, Picture, PictureKey, UserId,
};
use inbox::Context;
use jiff::Timestamp;
use lambda::http::{ApiError, Reply, Request};
use serde_json::{Value, json};
use store::recipients::NotificationRecipients;
use store::{AccessReader, Comments, Friendships, Notifications, Pictures, Secrets, Users};

use uuid::Uuid;

use crate::tables;

pub type Row = HashMap<String, AttributeValue>;

#[derive(Default)]
pub struct Inner {
    pub pictures: Vec<Picture>,
    pub friendships: Vec<Friendship>,
    pub comments: Vec<Comment>,
    /// People who have no profile.
    pub nameless: BTreeSet<UserId>,
    /// Whether the caller's account was deleted.
    pub deleted: bool,
    /// Rows of Notifications by their keys.
    pub notifications: BTreeMap<(String, String), Row>,
    /// What friendships become once the friends were read.
    pub meanwhile: Option<Vec<Friendship>>,
    /// How many batches are refused before one is taken.
    pub refused: usize,
    /// How often each operation was asked for.
    pub asked: BTreeMap<&'static str, usize>,
}

#[derive(Clone, Default)]
pub struct World(Arc<Mutex<Inner>>);

/// Somebody, by number.
pub fn person(n: u128) -> UserId {
    UserId(Uuid::from_u128(n))
}

/// Who calls in the sample events, and whose picture they are about.
pub fn me() -> UserId {
    testing::registered_picture().key.owner_id
}

/// What happens `seconds` after noon.
pub fn activity(seconds: i64, what: ActivityEvent) -> Activity {
    let noon: Timestamp = "2026-01-02T12:00:00Z".parse().unwrap();
    let at = Timestamp::from_second(noon.as_second() + seconds).unwrap();
    Activity { id: Uuid::now_v7(), at, what }
}

impl World {
    pub fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap()
    }

    /// What the second is to the first; and the other way round.
    pub fn friendship(&self, [user, friend]: [UserId; 2], states: [FriendshipState; 2]) {
        let since = "2026-01-01T00:00:00Z".parse().unwrap();
        let both = [(user, friend, states[0]), (friend, user, states[1])];
        let rows = both.map(|(user_id, friend_id, state)| Friendship { user_id, friend_id, state, since });
        self.inner().friendships.extend(rows);
    }

    pub fn friends(&self, user: UserId, friend: UserId) {
        self.friendship([user, friend], [FriendshipState::Friends; 2]);
    }

    /// `from` has asked `to`.
    pub fn asks(&self, from: UserId, to: UserId) -> ActivityEvent {
        self.friendship([from, to], [FriendshipState::Requested, FriendshipState::Invited]);
        ActivityEvent::FriendRequested { from, to }
    }

    /// Somebody comments on a picture.
    pub fn comments(&self, picture: PictureKey, author_id: UserId) -> ActivityEvent {
        let (comment_id, created_at) = (CommentId::new(), "2026-01-01T00:00:00Z".parse().unwrap());
        self.inner().comments.push(Comment {
            picture,
            comment_id,
            author_id,
            text: "So blue!".into(),
            created_at,
        });
        ActivityEvent::CommentAdded { picture, comment_id }
    }

    /// What is kept for somebody, oldest first.
    pub fn kept(&self, user: UserId) -> Vec<Row> {
        let inner = self.inner();
        let rows = inner.notifications.iter().filter(|((owner, _), _)| *owner == user.to_string());
        rows.map(|(_, row)| row.clone()).collect()
    }

    /// Handles an event and says what is answered.
    pub async fn handle(&self, event: Value) -> Value {
        let trigger = serde_json::from_value(event).unwrap();
        serde_json::to_value(inbox::handle(&self.context(), trigger).await.unwrap()).unwrap()
    }

    /// Handles activities in one batch and says which failed, by their places.
    pub async fn happen(&self, activities: &[Activity]) -> Vec<usize> {
        let message = |(place, activity): (usize, &Activity)| json!({"messageId": place.to_string(), "body": serde_json::to_string(activity).unwrap()});
        let records: Vec<_> = activities.iter().enumerate().map(message).collect();
        let reply = self.handle(json!({ "Records": records })).await;
        let failures = reply["batchItemFailures"].as_array().unwrap().iter();
        failures.map(|failure| failure["itemIdentifier"].as_str().unwrap().parse().unwrap()).collect()
    }

    /// Answers a call.
    pub async fn call(&self, request: Request) -> Result<Reply, ApiError> {
        inbox::call(&self.context(), request).await
    }

    fn context(&self) -> Context {
        let client = testing::dynamodb(&tables::rules(self));
        let pictures = Pictures::new(client.clone(), "Pictures".into());
        Context {
            notifications: Notifications::new(client.clone(), "Notifications".into()),
            recipients: NotificationRecipients {
                comments: Comments::new(client.clone(), "Comments".into()),
                friendships: Friendships::new(client.clone(), "Friendships".into()),
                access: AccessReader::new(client.clone(), pictures, "Friendships".into()),
            },
            users: Users::new(client.clone(), "Users".into()),
            secrets: Secrets::new(client, "Secrets".into()),
        }
    }
}
