//! Open pages: WebSocket connections of members, which record the messages they receive.

use std::sync::{Arc, Mutex};
use std::time::Instant;

use client::{Connection, comment_message, watch_message};
use domain::{PictureKey, Watch};
use futures_util::future::{Either, select};
use serde_json::Value;
use std::pin::pin;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;

use crate::people::Member;
use crate::wait;

/// The messages that a page received, with the time of receipt.
pub type ReceivedMessages = Vec<(Instant, Value)>;

/// An open page. Closes its connection when dropped.
#[derive(Debug)]
pub struct Page {
    messages: Arc<Mutex<ReceivedMessages>>,
    commands: UnboundedSender<String>,
    task: JoinHandle<()>,
}

impl Member {
    /// Opens a page.
    pub async fn open_page(&self) -> Page {
        Page::new(self.session.connect().await.unwrap())
    }
}

impl Page {
    fn new(connection: Connection) -> Self {
        let messages = Arc::default();
        let (commands, outgoing) = unbounded_channel();
        let task = tokio::spawn(listen(connection, Arc::clone(&messages), outgoing));
        Self { messages, commands, task }
    }

    /// Returns all messages so far.
    pub fn messages(&self) -> ReceivedMessages {
        self.messages.lock().unwrap().clone()
    }

    /// Returns all messages of one type so far.
    pub fn messages_of_type(&self, kind: &str) -> Vec<Value> {
        self.messages()
            .into_iter()
            .map(|(_, message)| message)
            .filter(|message| message["type"] == kind)
            .collect()
    }

    /// Returns the types of all messages so far, in order of receipt.
    pub fn message_types(&self) -> Vec<String> {
        self.messages().iter().map(|(_, message)| message["type"].as_str().unwrap().to_owned()).collect()
    }

    /// Waits for the first message of a type about a picture. Returns the time of receipt too.
    pub async fn until_received(&self, kind: &str, picture: PictureKey) -> (Instant, Value) {
        wait::until(&format!("a page receives {kind} about {picture}"), async || {
            self.messages()
                .into_iter()
                .find(|(_, message)| message["type"] == kind && is_about(message, picture))
        })
        .await
    }

    /// Waits for the first message of a type.
    pub async fn until_first(&self, kind: &str) -> Value {
        wait::until(&format!("a page receives {kind}"), async || {
            self.messages_of_type(kind).into_iter().next()
        })
        .await
    }

    /// Sends a comment.
    pub fn comment(&self, picture: PictureKey, text: &str) {
        self.send(&comment_message(picture, text));
    }

    /// Watches what a page shows, and waits until the watch is in effect.
    pub async fn watch(&self, shown: Watch) {
        let replies = || self.messages_of_type("watching").len();
        let before = replies();
        self.send(&watch_message(shown));
        wait::until_true("the page watches", async || replies() > before).await;
    }

    /// Sends a text frame.
    pub fn send(&self, text: &str) {
        self.commands.send(text.to_owned()).unwrap();
    }

    /// Returns `true` if the connection is open.
    pub fn is_open(&self) -> bool {
        !self.task.is_finished()
    }

    /// Drops the connection without a close frame.
    pub fn disconnect(&self) {
        self.task.abort();
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Returns `true` if a message is about a picture.
pub fn is_about(message: &Value, picture: PictureKey) -> bool {
    message["ownerId"] == picture.owner_id.to_string()
        && message["pictureId"] == picture.picture_id.to_string()
}

async fn listen(
    mut connection: Connection,
    messages: Arc<Mutex<ReceivedMessages>>,
    mut outgoing: UnboundedReceiver<String>,
) {
    loop {
        let command = {
            let (next, command) = (pin!(connection.next()), pin!(outgoing.recv()));
            match select(next, command).await {
                Either::Left((message, _)) => match message.ok().flatten() {
                    Some(message) => {
                        messages.lock().unwrap().push((Instant::now(), message));
                        None
                    }
                    None => return,
                },
                Either::Right((command, _)) => command,
            }
        };
        if let Some(text) = command {
            connection.send(&text).await.unwrap();
        }
    }
}
