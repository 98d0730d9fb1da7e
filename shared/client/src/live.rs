//! WebSocket connections that receive live events.

use std::time::SystemTime;

use futures_util::{SinkExt, StreamExt};
use reqwest::StatusCode;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::{Error as SocketError, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use super::{ClientError, Session, sign};
use domain::PictureKey;

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

impl Session {
    /// Presigns the URL of a connection, valid for 60 seconds.
    ///
    /// # Errors
    /// Returns the errors of [`Session::credentials`].
    pub async fn live_url(&self) -> Result<String, ClientError> {
        self.live_url_at(self.app.clock.now()).await
    }

    async fn live_url_at(&self, time: SystemTime) -> Result<String, ClientError> {
        let stack = &self.app.stack;
        let url = sign::presign(&stack.live, self.credentials().await?, &stack.region, time);
        Ok(url.map_err(ClientError::Transport)?.into())
    }

    /// Opens a connection, with a second signature if the first one had a wrong time.
    ///
    /// # Errors
    /// Returns the errors of [`Connection::open`] and [`Session::credentials`].
    pub async fn connect(&self) -> Result<Connection, ClientError> {
        let clock = &self.app.clock;
        let signed_at = clock.now();
        match connect_async(self.live_url_at(signed_at).await?).await {
            Ok((socket, _)) => Ok(Connection { socket }),
            Err(SocketError::Http(response))
                if response.status() == StatusCode::FORBIDDEN
                    && clock.correct(signed_at, response.headers()) =>
            {
                Connection::open(&self.live_url().await?).await
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
