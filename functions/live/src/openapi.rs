//! The route in the specification of the API, and the messages about changes.

use lambda::openapi::{Api, examples};
use lambda::view::IdView;

use crate::live_message::LiveMessage;

/// Adds the route and the messages of this function.
pub fn describe(api: &mut Api) {
    let summary = "Closes all WebSocket connections of the caller.";
    api.member("People", "DELETE /users/{id}/connections", "closeConnections", summary)
        .description(
            "Call it after Cognito's `GlobalSignOut`. For an hour, a new connection requires an `accessToken`.",
        )
        .id("id", "The caller.")
        .ok::<IdView>(examples::id(examples::MEMBER));
    api.add_schema::<LiveMessage>();
}
