//! Handles the messages that clients send.

use domain::PictureKey;
use lambda::Error;
use lambda::http::{ApiError, error_chain};
use serde::{Deserialize, Serialize};

use crate::Context;

/// The hint in the reply to an invalid message.
const USAGE: &str =
    r#"Send {"action": "sendMessage", "ownerId": …, "pictureId": …, "text": …} or {"action": "ping"}."#;

/// `sendMessage`: a comment on a picture.
#[derive(Deserialize)]
struct SendMessage {
    #[serde(flatten)]
    picture: PictureKey,
    text: Option<String>,
}

/// A reply, which only the sender receives.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "camelCase")]
enum Reply<'a> {
    Pong,
    Error { code: u16, notes: &'a str },
}

/// Handles `sendMessage`: writes a comment. Replies only if the comment is refused. Otherwise the
/// author receives `comment.added`, like every other viewer of the picture.
pub async fn write_comment(context: &Context, connection: &str, body: &str) -> Result<(), Error> {
    match try_write_comment(context, connection, body).await {
        Ok(()) => Ok(()),
        Err(refusal) => refuse(context, connection, &refusal).await,
    }
}

async fn try_write_comment(context: &Context, connection: &str, body: &str) -> Result<(), ApiError> {
    let SendMessage { picture, text } =
        serde_json::from_str(body).map_err(|_| ApiError::Invalid(USAGE.into()))?;
    let endpoint = context.connections.get(connection).await?;
    let author = endpoint.ok_or(ApiError::Forbidden("Your connection has expired. Connect again."))?;
    context.comment_writer.write(author.user_id, picture, text.as_deref()).await.map(drop)
}

/// Handles every other message. Replies to `ping`, which clients send to prevent the idle timeout
/// of their connection. Refuses other messages.
pub async fn reply_to_other(context: &Context, connection: &str, body: &str) -> Result<(), Error> {
    #[derive(Deserialize)]
    struct Action {
        action: String,
    }
    match serde_json::from_str::<Action>(body) {
        Ok(Action { action }) if action == "ping" => send(context, connection, &Reply::Pong).await,
        _ => refuse(context, connection, &ApiError::Invalid(USAGE.into())).await,
    }
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
