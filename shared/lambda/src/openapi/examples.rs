//! Examples of the objects in replies.

use serde_json::{Value, json};

/// The id of a member.
pub const MEMBER: &str = "3f1c2b9e-0b1d-4a7b-9b57-0d6a3c1f2e4d";
/// The id of a picture, a comment or a device.
pub const OBJECT: &str = "019326a1-7c00-7d3e-8f21-4b6c9d0e1f2a";
/// A time.
pub const TIME: &str = "2026-11-29T08:30:00Z";

/// A member with a profile.
#[must_use]
pub fn person() -> Value {
    json!({ "id": MEMBER, "handle": "ada", "firstName": "Ada", "lastName": "Lovelace" })
}

/// A picture that awaits its upload.
#[must_use]
pub fn registered_picture() -> Value {
    json!({
        "id": OBJECT,
        "owner": person(),
        "state": "awaitingUpload",
        "visibility": "friends",
        "caption": "The lake in the morning",
        "uploadedAt": TIME,
        "width": null, "height": null,
        "contentType": "image/jpeg",
        "bytes": 4_812_345,
        "thumbhash": null,
        "renditions": null,
        "metadata": {},
    })
}

/// A picture, as its viewers see it.
#[must_use]
pub fn picture() -> Value {
    let rendition = |size, width, height, bytes| {
        json!({
            "url": format!("https://photos.example.org/renditions/{MEMBER}/{OBJECT}/{size}?X-Amz-Signature=…"),
            "width": width, "height": height, "bytes": bytes,
        })
    };
    let fields = json!({
        "state": "ready",
        "place": "Lake Bled",
        "takenAt": "2026-11-28T07:12:30+01:00",
        "width": 4000, "height": 3000,
        "thumbhash": "1QcSHQRnh493V4dIh4eXh1h4kJUI",
        "renditions": {
            "small": rendition("small", 320, 240, 9_120),
            "large": rendition("large", 1600, 1200, 142_880),
        },
        "metadata": {
            "camera": "Canon EOS 5D", "exposure": "1/250", "aperture": 8.0, "iso": 100, "focalLength": 35.0,
        },
    });
    extend(registered_picture(), fields)
}

/// A comment.
#[must_use]
pub fn comment() -> Value {
    json!({ "id": OBJECT, "author": person(), "text": "Lovely light!", "createdAt": TIME })
}

/// An album, as one of its members sees it.
#[must_use]
pub fn album() -> Value {
    json!({
        "id": OBJECT,
        "owner": person(),
        "title": "Lake Bled",
        "description": "A weekend in November",
        "visibility": "private",
        "role": "contributor",
        "cover": picture(),
        "smart": false,
        "count": 42,
        "createdAt": TIME,
        "updatedAt": TIME,
    })
}

/// An object of which the reply contains only the id.
#[must_use]
pub fn id(id: &str) -> Value {
    json!({ "id": id })
}

/// The last page of a list.
#[must_use]
pub fn page(item: Value) -> Value {
    json!({ "items": [item], "cursor": null })
}

/// An object with the fields of another object and more.
#[must_use]
pub fn extend(mut object: Value, fields: Value) -> Value {
    if let (Value::Object(object), Value::Object(fields)) = (&mut object, fields) {
        object.extend(fields);
    }
    object
}
