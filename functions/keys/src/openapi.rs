//! The routes in the specification of the API.

use domain::{MAX_KEYS, MAX_KEYS_PER_DAY};
use lambda::openapi::{Api, examples, json};
use lambda::view::IdView;

use crate::view::{CreatedKey, KeyInput, KeyList};

const TAG: &str = "Developer keys";

/// Adds the routes of this function.
pub fn describe(api: &mut Api) {
    let name = "Slide show";
    let usage = json!([{ "date": "2026-11-28", "calls": 1_250 }, { "date": "2026-11-29", "calls": 42 }]);
    let key = json!({
        "id": examples::OBJECT, "name": name, "createdAt": examples::TIME, "callsToday": 42, "usage": usage,
    });
    let limits = json!({ "callsPerSecond": 100, "burst": 200, "callsPerDay": 100_000 });
    api.member(
        TAG,
        "POST /keys",
        "createKey",
        "Creates a developer key, with which a script calls the open routes at higher limits.",
    )
    .description(
        "The reply contains the key, which no later reply contains. Send it as the header `x-api-key`.",
    )
    .body::<KeyInput>(json!({ "name": name }))
    .error(409, &format!("The caller has no profile, or {MAX_KEYS} keys."))
    .error(
        429,
        &format!(
            "The caller created {MAX_KEYS_PER_DAY} keys today (UTC), or there are too many calls at once."
        ),
    )
    .created::<CreatedKey>(json!({
        "id": examples::OBJECT, "name": name, "key": "f3zjmAgQ5vLrD5wh2Sq1b8nYkXc0TtRiU6oPaE7J",
    }));
    api.member(
        TAG,
        "GET /keys",
        "listKeys",
        "Lists the developer keys of the caller with their usage, newest first.",
    )
    .description("The usage can lag behind by some minutes. Calls that a cache answers are not counted.")
    .ok::<KeyList>(json!({ "items": [key], "limits": limits }));
    api.member(TAG, "DELETE /keys/{keyId}", "deleteKey", "Revokes a developer key of the caller for good.")
        .id("keyId", "The key. The call also succeeds if it does not exist.")
        .error(404, "The key is another member's.")
        .ok::<IdView>(examples::id(examples::OBJECT));
}
