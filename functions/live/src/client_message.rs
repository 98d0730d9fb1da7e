//! Handles the messages that clients send.

use domain::{PictureId, PictureKey, UserId, Watch};
use lambda::Error;
use lambda::http::{ApiError, error_chain, parse_object};
use lambda::trace::Traced;
use serde::{Deserialize, Serialize};
use tracing::Instrument;

use crate::{Context, connection};

/// The hint in the reply to an invalid message.
const USAGE: &str = r#"Send {"action": "sendMessage", "ownerId": …, "pictureId": …, "text": …}, {"action": "watch", "public": …, "ownerId": …, "picture": …} or {"action": "ping"}."#;

/// The notes of the reply before a connection that sends too many messages is closed.
const TOO_MANY_MESSAGES: &str = "You sent too many messages. Connect again, and send at most five a second.";

/// A message of a client.
enum ClientMessage {
    /// Writes a comment on a picture.
    SendMessage { picture: PictureKey, text: Option<String> },
    /// Replaces what the connection watches.
    Watch(Watch),
    /// Prevents the idle timeout of the connection.
    Ping,
}

impl ClientMessage {
    /// Parses a message. Parses the action first: in a tagged enum and in a flattened struct,
    /// `serde` loses the names of fields, which explain an error.
    fn parse(body: &str) -> Result<Self, ApiError> {
        #[derive(Deserialize)]
        struct Message {
            action: Action,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        enum Action {
            SendMessage,
            Watch,
            Ping,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Comment {
            owner_id: UserId,
            picture_id: PictureId,
            text: Option<String>,
        }
        let body = body.as_bytes();
        match parse_object::<Message>("message", body)?.action {
            Action::SendMessage => {
                let Comment { owner_id, picture_id, text } = parse_object("message", body)?;
                Ok(Self::SendMessage { picture: PictureKey { owner_id, picture_id }, text })
            }
            Action::Watch => parse_object("message", body).map(Self::Watch),
            Action::Ping => Ok(Self::Ping),
        }
    }
}

/// A reply, which only the sender receives.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "camelCase")]
enum Reply<'a> {
    Pong,
    /// The connection watches this now.
    Watching(Watch),
    Error {
        code: u16,
        notes: &'a str,
    },
}

/// Handles a message of a client, which API Gateway received `at` this time (milliseconds since the
/// epoch). Closes the connection if it has expired or is not registered, or if its member sends too
/// many messages.
pub async fn handle(context: &Context, connection: &str, body: &str, at: i64) -> Result<(), Error> {
    let row = context.connections.get(connection).await?;
    let Some(row) = row.filter(|row| !row.is_expired()) else {
        return close(context, connection, 403, "This connection has expired. Connect again.").await;
    };
    // Forgets the members who have sent nothing for a while.
    context.message_limiter.retain_recent();
    if context.message_limiter.check_key(&row.user_id).is_err() {
        return close(context, connection, 429, TOO_MANY_MESSAGES).await;
    }
    let message = ClientMessage::parse(body).map_err(|error| match error {
        ApiError::Invalid(reason) => ApiError::Invalid(format!("{reason}. {USAGE}")),
        error => error,
    });
    match message {
        Ok(ClientMessage::Ping) => send(context, connection, &Reply::Pong).await,
        Ok(ClientMessage::Watch(watch)) => {
            context.connections.watch(connection, watch, at).await?;
            send(context, connection, &Reply::Watching(watch)).await
        }
        // The author receives `comment.added`, like every other viewer of the picture.
        Ok(ClientMessage::SendMessage { picture, text }) => {
            match context.comment_writer.write(row.user_id, picture, text.as_deref()).await {
                Ok(_) => Ok(()),
                Err(refusal) => refuse(context, connection, &refusal).instrument(picture.span()).await,
            }
        }
        Err(refusal) => refuse(context, connection, &refusal).await,
    }
}

/// Explains why a connection ends, and closes it.
async fn close(context: &Context, connection: &str, code: u16, notes: &str) -> Result<(), Error> {
    send(context, connection, &Reply::Error { code, notes }).await?;
    connection::disconnect(context, connection).await?;
    context.connection_sender.close(connection).await
}

async fn refuse(context: &Context, connection: &str, refusal: &ApiError) -> Result<(), Error> {
    if let ApiError::Internal(cause) = refusal {
        tracing::error!(error = %error_chain(cause.as_ref()), "the message of the client failed");
    }
    let reply = Reply::Error { code: refusal.status(), notes: &refusal.to_string() };
    send(context, connection, &reply).await
}

/// Sends a reply. Succeeds even if the connection is closed or slow.
async fn send(context: &Context, connection: &str, reply: &Reply<'_>) -> Result<(), Error> {
    context.connection_sender.send(connection, reply).await.map(drop)
}
