//! What clients send. They are answered by a message, whatever it is; others hear of it by *Activity*.

use serde::{Deserialize, Serialize};
use lambda::Error;
use lambda::http::{ApiError, error_chain};
use domain::PictureKey;

use crate::Context;

/// What is told to whoever sends something that nobody understands.
const CAN_BE_SENT: &str =
    r#"send {"action": "sendMessage", "ownerId": …, "pictureId": …, "text": …} or {"action": "ping"}"#;

/// `sendMessage`: a comment on a picture.
#[derive(Deserialize)]
struct SendMessage {
    #[serde(flatten)]
    picture: PictureKey,
    text: Option<String>,
}

/// What the sender alone is answered.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "camelCase")]
enum Reply<'a> {
    Pong,
    Error { code: u16, notes: &'a str },
}

/// Writes a comment. It comes back to its author as to everyone else who may see the picture; only a refusal is answered.
pub async fn send(context: &Context, connection: &str, body: &str) -> Result<(), Error> {
    match write(context, connection, body).await {
        Ok(()) => Ok(()),
        Err(refusal) => refuse(context, connection, &refusal).await,
    }
}

async fn write(context: &Context, connection: &str, body: &str) -> Result<(), ApiError> {
    let SendMessage { picture, text } =
        serde_json::from_str(body).map_err(|error| ApiError::Invalid(format!("{error}; {CAN_BE_SENT}")))?;
    let known = context.connections.get(connection).await?;
    let author = known.ok_or(ApiError::Forbidden("This connection is not known any more: connect again."))?;
    context.comment_writer.write(author.user_id, picture, text.as_deref()).await.map(drop)
}

/// Answers everything else: `ping`, with which clients keep an idle connection open, and what nobody understands.
pub async fn other(context: &Context, connection: &str, body: &str) -> Result<(), Error> {
    #[derive(Deserialize)]
    struct Action {
        action: String,
    }
    match serde_json::from_str::<Action>(body) {
        Ok(Action { action }) if action == "ping" => answer(context, connection, &Reply::Pong).await,
        _ => refuse(context, connection, &ApiError::Invalid(CAN_BE_SENT.into())).await,
    }
}

async fn refuse(context: &Context, connection: &str, refusal: &ApiError) -> Result<(), Error> {
    if let ApiError::Internal(cause) = refusal {
        tracing::error!(error = %error_chain(cause.as_ref()), "the message failed");
    }
    let answered = Reply::Error { code: refusal.status(), notes: &refusal.to_string() };
    answer(context, connection, &answered).await
}

/// Tells the sender, who may have gone meanwhile.
async fn answer(context: &Context, connection: &str, reply: &Reply<'_>) -> Result<(), Error> {
    context.sockets.send(connection, reply).await.map(drop)
}
