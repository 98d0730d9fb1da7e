//! An in-memory backend. [`crate::tables`] replies to the SDK from its rows.

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
use testing::AlbumRows;
use uuid::Uuid;

use crate::tables;

pub type Row = HashMap<String, AttributeValue>;

#[derive(Default)]
pub struct State {
    pub pictures: Vec<Picture>,
    pub friendships: Vec<Friendship>,
    pub comments: Vec<Comment>,
    pub albums: AlbumRows,
    /// Members without a profile.
    pub without_profile: BTreeSet<UserId>,
    /// Whether the account of the caller was deleted.
    pub account_deleted: bool,
    /// Rows of Notifications by their keys.
    pub notifications: BTreeMap<(String, String), Row>,
    /// Replaces `friendships` after the next query of friends.
    pub friendships_after_query: Option<Vec<Friendship>>,
    /// The number of batch writes that are unprocessed before one succeeds.
    pub rejected_batches: usize,
    /// The number of requests per operation.
    pub requests: BTreeMap<&'static str, usize>,
}

#[derive(Clone, Default)]
pub struct Backend(Arc<Mutex<State>>);

/// Returns member number `n`.
pub fn member(n: u128) -> UserId {
    UserId(Uuid::from_u128(n))
}

/// Returns the caller of the sample events, who is the owner of their picture.
pub fn me() -> UserId {
    testing::registered_picture().key.owner_id
}

/// Creates an activity `seconds` after noon of a day in the future, so that its notifications have
/// not expired.
pub fn activity(seconds: i64, event: ActivityEvent) -> Activity {
    let noon: Timestamp = "2096-01-02T12:00:00Z".parse().unwrap();
    let at = Timestamp::from_second(noon.as_second() + seconds).unwrap();
    Activity { id: Uuid::now_v7(), at, event }
}

impl Backend {
    pub fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    /// Adds both directions of a friendship.
    pub fn add_friendship(&self, [user, friend]: [UserId; 2], states: [FriendshipState; 2]) {
        let since = "2026-01-01T00:00:00Z".parse().unwrap();
        let both = [(user, friend, states[0]), (friend, user, states[1])];
        let rows = both.map(|(user_id, friend_id, state)| Friendship::new(user_id, friend_id, state, since));
        self.state().friendships.extend(rows);
    }

    pub fn befriend(&self, user: UserId, friend: UserId) {
        self.add_friendship([user, friend], [FriendshipState::Friends; 2]);
    }

    /// Adds a request from `from` to `to`, and returns its event.
    pub fn request_friendship(&self, from: UserId, to: UserId) -> ActivityEvent {
        self.add_friendship([from, to], [FriendshipState::Requested, FriendshipState::Invited]);
        ActivityEvent::FriendRequested { from, to, requested_at: None }
    }

    /// Adds a comment on a picture, and returns its event.
    pub fn add_comment(&self, picture: PictureKey, author_id: UserId) -> ActivityEvent {
        let (comment_id, created_at) = (CommentId::new(), "2026-01-01T00:00:00Z".parse().unwrap());
        self.state().comments.push(Comment {
            picture,
            comment_id,
            author_id,
            text: "So blue!".into(),
            created_at,
        });
        ActivityEvent::CommentAdded { picture, comment_id }
    }

    /// Returns the rows of a member's notifications, oldest first.
    pub fn notification_rows(&self, user: UserId) -> Vec<Row> {
        let state = self.state();
        let rows = state.notifications.iter().filter(|((owner, _), _)| *owner == user.to_string());
        rows.map(|(_, row)| row.clone()).collect()
    }

    /// Handles an event and returns the response as JSON.
    pub async fn handle(&self, event: Value) -> Value {
        let trigger = serde_json::from_value(event).unwrap();
        serde_json::to_value(inbox::handle(&self.context(), trigger).await.unwrap()).unwrap()
    }

    /// Handles activities in one batch and returns the positions of the failed activities.
    pub async fn process(&self, activities: &[Activity]) -> Vec<usize> {
        let message = |(position, activity): (usize, &Activity)| json!({"messageId": position.to_string(), "body": serde_json::to_string(activity).unwrap()});
        let records: Vec<_> = activities.iter().enumerate().map(message).collect();
        let reply = self.handle(json!({ "Records": records })).await;
        let failures = reply["batchItemFailures"].as_array().unwrap().iter();
        failures.map(|failure| failure["itemIdentifier"].as_str().unwrap().parse().unwrap()).collect()
    }

    /// Handles a request of the REST API.
    pub async fn call(&self, request: Request) -> Result<Reply, ApiError> {
        inbox::handle_request(&self.context(), request).await
    }

    fn context(&self) -> Context {
        Context::new(&testing::database(&tables::rules(self)))
    }
}
