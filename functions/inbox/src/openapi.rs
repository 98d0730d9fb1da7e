//! The routes in the specification of the API.

use lambda::openapi::{Api, examples, json};

use crate::list::NotificationPage;
use crate::mark_read::{ReadMarker, ReadMarkerInput};

const TAG: &str = "Notifications";

/// Adds the routes of this function.
pub fn describe(api: &mut Api) {
    let summary = "Lists the notifications of the last 30 days, newest first.";
    api.member(TAG, "GET /notifications", "listNotifications", summary).pages().ok::<NotificationPage>(
        examples::extend(
            examples::page(json!({
                "id": "c8c1d9a0-6f3f-5d0e-9a51-2b8f6a7d4e90", "type": "comment.added",
                "at": examples::TIME, "keptAt": examples::TIME, "user": examples::person(),
                "ownerId": examples::MEMBER, "pictureId": examples::OBJECT,
            })),
            json!({ "readUntil": null }),
        ),
    );
    let marker = json!({ "readUntil": examples::TIME });
    api.member(TAG, "PUT /notifications", "markNotificationsRead", "Moves the read marker of the caller.")
        .description("The marker never moves back, and never into the future.")
        .body::<ReadMarkerInput>(marker.clone())
        .ok::<ReadMarker>(marker);
}
