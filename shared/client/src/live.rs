//! WebSocket connections that receive live events.

use std::time::SystemTime;

use futures_util::{SinkExt, StreamExt};
use reqwest::StatusCode;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::{Error as SocketError, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use super::{ClientError, Session, sign};
use domain::{PictureKey, Watch};

/// An open WebSocket connection of a member.
#[derive(Debug)]
pub struct Connection {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

fn connection_error(error: SocketError) -> ClientError {
    match error {
        SocketError::Http(response) => ClientError::Rejected {
            code: response.status().as_u16(),
            notes: String::from_utf8_lossy(response.body().as_deref().unwrap_or_default()).into_owned(),
            retry_after: None,
        },
        error => ClientError::transport(error),
    }
}

/// Builds the message that adds a comment to a picture, to be sent with [`Connection::send`].
#[must_use]
pub fn comment_message(picture: PictureKey, text: &str) -> String {
    let PictureKey { owner_id, picture_id } = picture;
    json!({"action": "sendMessage", "ownerId": owner_id, "pictureId": picture_id, "text": text}).to_string()
}

/// Builds the message that replaces what a connection watches.
#[must_use]
pub fn watch_message(watch: Watch) -> String {
    let mut message = json!(watch);
    message["action"] = json!("watch");
    message.to_string()
}

impl Session {
    /// Presigns the URL of a connection, valid for 60 seconds.
    ///
    /// # Errors
    /// Returns the errors of [`Session::credentials`].
    pub async fn live_url(&self) -> Result<String, ClientError> {
        self.presign(&self.app.stack.live, self.app.clock.now()).await
    }

    /// Presigns the URL of a connection as [`Session::live_url`] does, with the access token of the
    /// session. The API requires the token for an hour after the member signed out everywhere.
    ///
    /// # Errors
    /// Returns the errors of [`Session::credentials`].
    pub async fn live_url_with_token(&self) -> Result<String, ClientError> {
        let token = self.access_token().await?;
        // A token consists of letters, digits, `-`, `_` and `.`, which need no encoding.
        let url = format!("{}?accessToken={token}", self.app.stack.live);
        self.presign(&url, self.app.clock.now()).await
    }

    async fn presign(&self, url: &str, time: SystemTime) -> Result<String, ClientError> {
        let url = sign::presign(url, self.credentials().await?, &self.app.stack.region, time);
        Ok(url.map_err(ClientError::Transport)?.into())
    }

    /// Opens a connection. After a rejection, tries again with the time of the server and with the
    /// access token of the session.
    ///
    /// # Errors
    /// Returns the errors of [`Connection::open`] and [`Session::credentials`].
    pub async fn connect(&self) -> Result<Connection, ClientError> {
        let clock = &self.app.clock;
        let signed_at = clock.now();
        match connect_async(self.presign(&self.app.stack.live, signed_at).await?).await {
            Ok((socket, _)) => Ok(Connection { socket }),
            Err(SocketError::Http(response)) if response.status() == StatusCode::FORBIDDEN => {
                clock.correct(signed_at, response.headers());
                Connection::open(&self.live_url_with_token().await?).await
            }
            Err(error) => Err(connection_error(error)),
        }
    }
}

impl Connection {
    /// Opens a connection at a presigned URL.
    ///
    /// # Errors
    /// Returns [`ClientError::Rejected`] if API Gateway rejects the connection, for example because
    /// the signature is not of a member or has expired.
    pub async fn open(url: &str) -> Result<Self, ClientError> {
        connect_async(url).await.map(|(socket, _)| Self { socket }).map_err(connection_error)
    }

    /// Waits for the next text message and parses it as JSON. Returns `None` if the connection is
    /// closed.
    pub async fn next(&mut self) -> Result<Option<Value>, ClientError> {
        loop {
            match self.socket.next().await.transpose().map_err(ClientError::transport)? {
                Some(Message::Text(text)) => {
                    return serde_json::from_str(&text).map(Some).map_err(ClientError::transport);
                }
                None | Some(Message::Close(_)) => return Ok(None),
                Some(_) => {}
            }
        }
    }

    /// Sends a text message.
    pub async fn send(&mut self, text: &str) -> Result<(), ClientError> {
        self.socket.send(Message::text(text)).await.map_err(ClientError::transport)
    }

    /// Sends a close frame. Dropping the connection sends none.
    pub async fn close(mut self) -> Result<(), ClientError> {
        self.socket.close(None).await.map_err(ClientError::transport)
    }
}
