//! The envelope and the replies to failed calls.

use serde_json::{Map, Value, json};

/// The errors: status, name of the component, description, and `notes` of the example.
const ERRORS: [(u16, &str, &str, &str); 8] = [
    (
        400,
        "BadRequest",
        "The input is invalid. `notes` contains the field or the position of the error.",
        "Invalid input: firstName is missing",
    ),
    (
        403,
        "Forbidden",
        "The call has no valid signature of a member, the account of the caller was deleted, or the caller \
         may not do this.",
        "You are not signed in. Sign in, then try again.",
    ),
    (
        404,
        "NotFound",
        "The object does not exist, or the caller has no access to it.",
        "There is nothing at this address.",
    ),
    (
        409,
        "Conflict",
        "The call conflicts with the current state.",
        "The handle ada is taken. Choose another one.",
    ),
    (
        413,
        "ContentTooLarge",
        "The body of the call is too large.",
        "This call is too large. Pictures go to the upload URL, not here.",
    ),
    (
        415,
        "UnsupportedMediaType",
        "The type of file is not supported.",
        "This type of file is not supported. Upload one of: image/jpeg, image/png.",
    ),
    (
        429,
        "TooManyRequests",
        "The caller exceeded a quota, or there are too many calls at once.",
        "Too many calls at once. Wait a second, then try again.",
    ),
    (
        500,
        "InternalServerError",
        "The server failed.",
        "Something went wrong on our side. Try again in a moment.",
    ),
];

/// Returns the reference to the reply with an error status.
pub fn error_ref(status: u16) -> String {
    let name = ERRORS.iter().find(|(code, ..)| *code == status).map_or("Unknown", |(_, name, ..)| name);
    format!("#/components/responses/{name}")
}

/// Returns the replies with error statuses, by the names of their components.
pub fn errors() -> Map<String, Value> {
    let reply = |(status, name, description, notes): (u16, &str, &str, &str)| {
        let mut reply = json!({
            "description": description,
            "content": { "application/json": {
                "schema": {
                    "$ref": "#/components/schemas/Error",
                    "properties": { "code": { "const": status } },
                },
                "example": { "code": status, "data": null, "notes": notes },
            } },
        });
        if status == 429 {
            reply["headers"] = json!({ "Retry-After": { "$ref": "#/components/headers/RetryAfter" } });
        }
        (name.to_owned(), reply)
    };
    ERRORS.into_iter().map(reply).collect()
}

/// Returns the headers of replies, by the names of their components.
pub fn headers() -> Value {
    json!({
        "RetryAfter": {
            "description": "The number of seconds after which the client can repeat the call.",
            "required": true,
            "schema": { "type": "integer", "minimum": 0 },
        },
        "ETag": {
            "description": "The tag of the reply, for `If-None-Match`.",
            "required": true,
            "schema": { "type": "string" },
        },
        "CacheControl": {
            "description": "How long caches can store the reply.",
            "required": true,
            "schema": { "type": "string" },
        },
    })
}

/// Returns the headers of a reply that caches can store.
pub fn cache_headers() -> Value {
    json!({
        "ETag": { "$ref": "#/components/headers/ETag" },
        "Cache-Control": { "$ref": "#/components/headers/CacheControl" },
    })
}

/// Returns the schema of the replies with error statuses.
pub fn error_schema() -> Value {
    json!({
        "description": "The reply of an error.",
        "type": "object",
        "required": ["code", "data", "notes"],
        "properties": {
            "code": { "description": "The HTTP status.", "type": "integer" },
            "data": { "type": "null" },
            "notes": { "description": "What happened, and what to do.", "type": "string" },
        },
    })
}

/// Returns the schema of a successful reply.
pub fn envelope(status: u16, data: &schemars::Schema) -> Value {
    json!({
        "type": "object",
        "required": ["code", "data", "notes"],
        "properties": {
            "code": { "const": status },
            "data": data,
            "notes": { "type": "null" },
        },
    })
}
