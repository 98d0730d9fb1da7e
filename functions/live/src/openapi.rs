//! The messages about changes in the specification of the API.

use lambda::openapi::Api;

use crate::live_message::LiveMessage;

/// Adds the messages of this function.
pub fn describe(api: &mut Api) {
    api.add_schema::<LiveMessage>();
}
