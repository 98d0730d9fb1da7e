//! Open pages: members who are connected and keep what they are told.

use std::sync::{Arc, Mutex};
use std::time::Instant;

use client::{Connection, comment_message};
use domain::PictureKey;
use futures_util::future::{Either, select};
use serde_json::Value;
use std::pin::pin;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;

use crate::people::Member;
use crate::wait;

/// What a page was told, and when.
pub type Told = Vec<(Instant, Value)>;

/// An open page.
#[derive(Debug)]
pub struct Page {
    told: Arc<Mutex<Told>>,
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
        let told = Arc::default();
        let (commands, asked) = unbounded_channel();
        let task = tokio::spawn(listen(connection, Arc::clone(&told), asked));
        Self { told, commands, task }
    }

    /// Everything it was told so far.
    pub fn told(&self) -> Told {
        self.told.lock().unwrap().clone()
    }

    /// The messages of one type so far.
    pub fn of_type(&self, kind: &str) -> Vec<Value> {
        self.told()
            .into_iter()
            .map(|(_, message)| message)
            .filter(|message| message["type"] == kind)
            .collect()
    }

    /// The types of all messages so far, in order.
    pub fn types(&self) -> Vec<String> {
        self.told().iter().map(|(_, message)| message["type"].as_str().unwrap().to_owned()).collect()
    }

    /// The first message of that type about that picture, and when it came.
    pub async fn about(&self, kind: &str, picture: PictureKey) -> (Instant, Value) {
        wait::until(&format!("a page is told {kind} of {picture}"), async || {
            self.told().into_iter().find(|(_, told)| told["type"] == kind && is_about(told, picture))
        })
        .await
    }

    /// The first message of that type, when there is one.
    pub async fn first(&self, kind: &str) -> Value {
        wait::until(&format!("a page is told {kind}"), async || self.of_type(kind).into_iter().next()).await
    }

    /// Sends a comment.
    pub fn comment(&self, picture: PictureKey, text: &str) {
        self.send(&comment_message(picture, text));
    }

    /// Sends any text.
    pub fn send(&self, text: &str) {
        self.commands.send(text.to_owned()).unwrap();
    }

    /// Whether the connection is still there.
    pub fn is_open(&self) -> bool {
        !self.task.is_finished()
    }

    /// As if the cable were pulled.
    pub fn kill(&self) {
        self.task.abort();
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Whether a message is about that picture.
pub fn is_about(told: &Value, picture: PictureKey) -> bool {
    told["ownerId"] == picture.owner_id.to_string() && told["pictureId"] == picture.picture_id.to_string()
}

async fn listen(mut connection: Connection, told: Arc<Mutex<Told>>, mut asked: UnboundedReceiver<String>) {
    loop {
        let command = {
            let (next, command) = (pin!(connection.next()), pin!(asked.recv()));
            match select(next, command).await {
                Either::Left((message, _)) => match message.ok().flatten() {
                    Some(message) => {
                        told.lock().unwrap().push((Instant::now(), message));
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
