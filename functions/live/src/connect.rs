//! Who connects, and who has gone.

use jiff::{SignedDuration, Timestamp};
use lambda::Error;
use lambda::http::{ApiError, member};
use domain::UserId;
use store::Registered;

use crate::Context;

/// How many connections a person may have open: pages and push_endpoints.
const MAX_CONNECTIONS: usize = 50;
/// When the row of a connection may be forgotten: API Gateway ends connections
/// [after two hours](https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html).
const LASTS: SignedDuration = SignedDuration::from_mins(130);
/// For how long API Gateway may not know a connection that has begun: until `$connect` has answered, which is tried for 29 s.
const BEGINS: SignedDuration = SignedDuration::from_secs(30);

/// Lets a member connect, or says with which status they are refused. `provider`: the caller's `cognitoAuthenticationProvider`.
pub async fn connect(context: &Context, connection: &str, provider: Option<&str>) -> Result<u16, Error> {
    let user = match member(provider) {
        Ok(user) => user,
        Err(refusal) => return Ok(refusal.status()),
    };
    let mut registered = register(context, user, connection).await?;
    if registered == Registered::TooMany {
        context.connections.forget_expired(user).await?;
        registered = register(context, user, connection).await?;
    }
    let status = match registered {
        Registered::Done => return Ok(200),
        Registered::TooMany => 429,
        Registered::AccountDeleted => ApiError::ACCOUNT_DELETED.status(),
    };
    tracing::info!(%user, status, "refused to connect");
    Ok(status)
}

async fn register(context: &Context, user: UserId, connection: &str) -> Result<Registered, Error> {
    let expires = Timestamp::now().checked_add(LASTS)?;
    let users = &context.comment_writer.users;
    context.connections.register(user, connection, MAX_CONNECTIONS, Some(expires), users).await
}

/// Forgets a connection that has ended.
pub async fn disconnect(context: &Context, connection: &str) -> Result<(), Error> {
    match context.connections.get(connection).await? {
        Some(known) => context.connections.remove(known.user_id, connection).await,
        None => Ok(()),
    }
}

/// Forgets a connection that API Gateway does not know, unless it has only begun.
pub async fn forget_gone(context: &Context, user: UserId, connection: &str) -> Result<(), Error> {
    let known = context.connections.get(connection).await?;
    let begins = known.is_some_and(|known| Timestamp::now().duration_since(known.since) < BEGINS);
    if begins { Ok(()) } else { context.connections.remove(user, connection).await }
}
