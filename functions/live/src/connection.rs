//! Registers and removes connections.

use domain::UserId;
use jiff::{SignedDuration, Timestamp};
use lambda::Error;
use lambda::http::{ApiError, parse_member};
use store::Conflict;

use crate::Context;

/// The time to live of the row of a connection. API Gateway closes connections
/// [after two hours](https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html).
const TIME_TO_LIVE: SignedDuration = SignedDuration::from_mins(130);
/// The maximum time until a registered connection is established. API Gateway establishes it after
/// the function replies to `$connect`, within 29 seconds, and reports it as gone until then.
const SETUP_TIME: SignedDuration = SignedDuration::from_secs(30);

/// Registers the connection of a member and returns the HTTP status. `provider` is the
/// `cognitoAuthenticationProvider` of the caller, which contains the id of the member.
pub async fn connect(context: &Context, connection: &str, provider: Option<&str>) -> Result<u16, Error> {
    let user = match parse_member(provider) {
        Ok(user) => user,
        Err(refusal) => return Ok(refusal.status()),
    };
    let mut outcome = register(context, user, connection).await?;
    if outcome == Err(Conflict::LimitReached) {
        context.connections.remove_expired(user).await?;
        outcome = register(context, user, connection).await?;
    }
    let status = match outcome {
        Ok(()) => return Ok(200),
        Err(Conflict::LimitReached) => 429,
        Err(Conflict::AccountDeleted) => ApiError::ACCOUNT_DELETED.status(),
        Err(conflict) => return Err(format!("unexpected conflict: {conflict:?}").into()),
    };
    tracing::info!(%user, status, "refuses a connection");
    Ok(status)
}

async fn register(context: &Context, user: UserId, connection: &str) -> Result<Result<(), Conflict>, Error> {
    let expires_at = Timestamp::now().checked_add(TIME_TO_LIVE)?;
    context.connections.register(user, connection, context.limits.connections, Some(expires_at)).await
}

/// Removes a connection that the client closed.
pub async fn disconnect(context: &Context, connection: &str) -> Result<(), Error> {
    match context.connections.get(connection).await? {
        Some(endpoint) => context.connections.remove(endpoint.user_id, connection).await,
        None => Ok(()),
    }
}

/// Removes a connection that API Gateway reports as gone, unless it is still being established.
pub async fn remove_closed(context: &Context, user: UserId, connection: &str) -> Result<(), Error> {
    let endpoint = context.connections.get(connection).await?;
    let is_new =
        endpoint.is_some_and(|endpoint| Timestamp::now().duration_since(endpoint.since) < SETUP_TIME);
    if is_new { Ok(()) } else { context.connections.remove(user, connection).await }
}
