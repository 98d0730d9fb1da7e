//! Registers, closes and removes connections.

use domain::UserId;
use jiff::{SignedDuration, Timestamp};
use lambda::Error;
use lambda::http::{ApiError, parse_member};
use store::Conflict;

use crate::Context;

/// The maximum duration of a connection. API Gateway does not report when the credentials of a
/// caller expire, so a connection can outlive its credentials by this time.
const LIFETIME: SignedDuration = SignedDuration::from_mins(15);
/// The maximum time until a registered connection is established. API Gateway establishes it after
/// the function replies to `$connect`, within 29 seconds, and reports it as gone until then.
const SETUP_TIME: SignedDuration = SignedDuration::from_secs(30);

/// Registers the connection of a member and returns the HTTP status, which API Gateway
/// [sends to the client](https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-connect-route-subprotocol.html).
/// A member who signed out everywhere in the last hour needs a valid `access_token`.
pub async fn connect(
    context: &Context,
    connection: &str,
    provider: Option<&str>,
    access_token: Option<&str>,
) -> Result<u16, Error> {
    let user = match identify(context, provider, access_token).await? {
        Ok(user) => user,
        Err(refusal) => return Ok(refusal.status()),
    };
    let mut outcome = register(context, user, connection, access_token).await?;
    if outcome == Err(Conflict::LimitReached) {
        for expired in context.connections.find_by_users([user]).await?.expired.into_values().flatten() {
            close(context, user, &expired).await?;
        }
        outcome = register(context, user, connection, access_token).await?;
    }
    let status = match outcome {
        Ok(()) => return Ok(200),
        Err(Conflict::LimitReached) => 429,
        Err(Conflict::AccountDeleted) => ApiError::ACCOUNT_DELETED.status(),
        Err(Conflict::SignedOut) => 403,
        Err(conflict) => return Err(format!("unexpected conflict: {conflict:?}").into()),
    };
    tracing::info!(%user, status, "refuses a connection");
    Ok(status)
}

/// Returns the member who opens a connection. `provider` is the `cognitoAuthenticationProvider` of
/// the caller, which contains the id of the member. If API Gateway does not pass it, the access
/// token identifies the member.
async fn identify(
    context: &Context,
    provider: Option<&str>,
    access_token: Option<&str>,
) -> Result<Result<UserId, ApiError>, Error> {
    let (None, Some(token)) = (provider, access_token) else { return Ok(parse_member(provider)) };
    let user = context.user_pool.find_user(token).await?;
    Ok(user.ok_or(ApiError::Forbidden("The access token is not valid. Sign in, then try again.")))
}

async fn register(
    context: &Context,
    user: UserId,
    connection: &str,
    access_token: Option<&str>,
) -> Result<Result<(), Conflict>, Error> {
    let sign_out = context.connections.find_sign_out(user).await?;
    if sign_out.is_some_and(|sign_out| sign_out.is_recent()) {
        let Some(token) = access_token else { return Ok(Err(Conflict::SignedOut)) };
        if context.user_pool.find_user(token).await? != Some(user) {
            return Ok(Err(Conflict::SignedOut));
        }
    }
    let expires_at = Timestamp::now().checked_add(LIFETIME)?;
    context.connections.register(user, connection, context.limits.connections, expires_at, sign_out).await
}

/// Removes a connection that the client closed.
pub async fn disconnect(context: &Context, connection: &str) -> Result<(), Error> {
    match context.connections.get(connection).await? {
        Some(row) => context.connections.remove(row.user_id, connection).await,
        None => Ok(()),
    }
}

/// Removes a connection that has expired or that API Gateway reports as gone, unless it is still
/// being established.
pub async fn remove_closed(context: &Context, user: UserId, connection: &str) -> Result<(), Error> {
    let row = context.connections.get(connection).await?;
    let is_new = row.is_some_and(|row| Timestamp::now().duration_since(row.since) < SETUP_TIME);
    if is_new { Ok(()) } else { close(context, user, connection).await }
}

/// Closes and removes a connection. Until API Gateway has established a connection, it cannot close
/// it. Without a row, such a connection receives nothing, and its first message closes it.
async fn close(context: &Context, user: UserId, connection: &str) -> Result<(), Error> {
    context.connections.remove(user, connection).await?;
    context.connection_sender.close(connection).await
}
