//! `DELETE /users/{id}/connections`: closes the WebSocket connections of a member.

use domain::UserId;
use lambda::Error;

use crate::Context;

/// Closes all connections of a member. For an hour, each new connection of the member requires an
/// access token that Cognito has not revoked.
pub async fn close_all(context: &Context, user: UserId) -> Result<(), Error> {
    context.connections.record_sign_out(user).await?;
    let found = context.connections.find_by_users([user]).await?;
    for connection in found.open.into_values().chain(found.expired.into_values()).flatten() {
        // Until API Gateway has established a connection, it cannot close it. Without a row, such a
        // connection receives nothing, and its first message closes it.
        context.connections.remove(user, &connection).await?;
        context.connection_sender.close(&connection).await?;
    }
    Ok(())
}
