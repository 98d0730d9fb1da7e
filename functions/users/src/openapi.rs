//! The routes in the specification of the API.

use lambda::http::Page;
use lambda::openapi::{Api, Value, examples, json};
use lambda::view::IdView;

use crate::UsageView;
use crate::profile::{FullProfileView, ProfileInput};

const TAG: &str = "People";

/// The reply to `GET /users`: one person, or a page of people.
#[derive(schemars::JsonSchema, serde::Serialize)]
#[serde(untagged)]
#[schemars(inline)]
#[allow(dead_code, reason = "only its schema is used")]
enum Found {
    Person(FullProfileView),
    People(Page<FullProfileView>),
}

/// Adds the routes of this function.
pub fn describe(api: &mut Api) {
    let member = "The member.";
    let own = "The caller.";
    let input = json!({ "handle": "ada", "firstName": "Ada", "lastName": "Lovelace", "findable": true });
    api.member(TAG, "POST /users", "createProfile", "Creates the profile of the caller.")
        .body::<ProfileInput>(input.clone())
        .error(409, "The handle is taken, or the caller has a profile.")
        .created::<FullProfileView>(own_profile());
    api.member(TAG, "GET /users", "findPeople", "Finds a person by handle, or people by name.")
        .description(
            "Send either `handle` or `name`. `handle` finds one person, and the reply is their profile. \
             `name` finds people who set `findable`, without the caller, and the reply is a page.",
        )
        .query::<String>("handle", "A whole handle. Case does not matter.", json!({}))
        .query::<String>(
            "name",
            "Beginnings of words of the first name, the last name or the handle.",
            json!({ "maxLength": domain::MAX_QUERY_CHARS }),
        )
        .pages()
        .error(404, "Nobody has this handle.")
        .ok::<Found>(profile());
    api.member(TAG, "GET /users/{id}", "getProfile", "Returns a profile.")
        .id("id", member)
        .error(404, "The member has no profile.")
        .ok::<FullProfileView>(profile());
    api.member(TAG, "PUT /users/{id}", "replaceProfile", "Replaces the profile of the caller.")
        .description("If `notifications` or `findable` are omitted, they stay unchanged.")
        .id("id", own)
        .body::<ProfileInput>(input)
        .error(409, "The handle is taken, was changed too often, or the profile changed at the same time.")
        .ok::<FullProfileView>(own_profile());
    api.member(TAG, "DELETE /users/{id}", "deleteAccount", "Deletes the account of the caller.")
        .description(
            "Deletes everything that the account owns, at once or within seconds. A repeated call has the same \
             reply while something is left.",
        )
        .id("id", own)
        .ok::<IdView>(examples::id(examples::MEMBER));
    let summary = "Closes all WebSocket connections of the caller.";
    api.member(TAG, "DELETE /users/{id}/connections", "closeConnections", summary)
        .description(
            "Call it after Cognito's `GlobalSignOut`. For an hour, a new connection requires an `accessToken`.",
        )
        .id("id", own)
        .ok::<IdView>(examples::id(examples::MEMBER));
    api.member(TAG, "GET /users/{id}/usage", "getUsage", "Returns the usage and the limits of the caller.")
        .id("id", own)
        .ok::<UsageView>(json!({
            "pictures": 1_240, "bytes": 5_120_000_000_u64,
            "today": { "pictures": 12, "bytes": 48_000_000 },
            "limits": {
                "pictures": 50_000, "bytes": 500_000_000_000_u64, "picturesPerDay": 2_000,
                "bytesPerDay": 20_000_000_000_u64, "openRegistrations": 300, "commentsPerHour": 120,
                "friendRequestsPerDay": 50, "devices": 10, "connections": 50,
            },
        }));
}

fn profile() -> Value {
    examples::extend(examples::person(), json!({ "createdAt": examples::TIME }))
}

fn own_profile() -> Value {
    let preferences = json!({
        "notifications": { "picture.ready": ["live", "push"], "comment.added": ["live"] }, "findable": true,
    });
    examples::extend(profile(), preferences)
}
