//! The routes in the specification of the API.

use domain::{MAX_LINKS, format_thousands};
use lambda::http::Page;
use lambda::openapi::{Api, Operation, Value, examples, json};
use lambda::view::{IdView, PictureView};

use crate::guest::GuestPicture;
use crate::settings::{Change, NewLink};
use crate::view::{GuestRegistration, LinkReply, LinkSession, SharedLink, SharedPicture};
use crate::visitor::PasswordInput;

const TAG: &str = "Links";
const TOKEN: &str = "ASD3hWvAff6PIUtsnQ4fKgEjRWeJq83vASNFZ4mrze8";
const NO_LINK: &str = "The caller has no such link.";

/// Adds the routes of this function.
pub fn describe(api: &mut Api) {
    describe_management(api);
    describe_visits(api);
    describe_guests(api);
}

fn describe_management(api: &mut Api) {
    let summary = "Creates a share link to an album or a picture of the caller.";
    api.member(TAG, "POST /links", "createLink", summary)
        .description("The reply contains the URL, which no later reply contains.")
        .body::<NewLink>(json!({ "albumId": examples::OBJECT, "name": "Family", "upload": true }))
        .error(403, "The album or the picture is another member's.")
        .error(404, "The album or the picture does not exist, or the caller cannot view it.")
        .error(409, &format!("The caller has no profile, or {} links.", format_thousands(MAX_LINKS)))
        .created::<LinkReply>(with_address(link()));
    api.member(TAG, "GET /links", "listLinks", "Lists the links of the caller, newest first.")
        .pages()
        .ok::<Page<LinkReply>>(examples::page(link()));
    of_link(api.member(TAG, "PATCH /links/{linkId}", "updateLink", "Changes a link of the caller."))
        .body::<Change>(json!({ "expiresAt": "2027-01-31T18:00:00Z", "password": null }))
        .ok::<LinkReply>(link());
    let summary = "Revokes a link of the caller for good.";
    of_link(api.member(TAG, "DELETE /links/{linkId}", "deleteLink", summary))
        .ok::<IdView>(examples::id(examples::OBJECT));
    let summary = "Replaces the URL of a link of the caller. The former URL no longer works.";
    of_link(api.member(TAG, "POST /links/{linkId}/token", "replaceLinkToken", summary))
        .ok::<LinkReply>(with_address(link()));
}

fn of_link(operation: Operation<'_>) -> Operation<'_> {
    operation.id("linkId", "The link.").error(404, NO_LINK)
}

/// Adds the parameters of a route of visitors.
fn of_visitor(operation: Operation<'_>) -> Operation<'_> {
    operation
        .secret("token", "The token of the link.")
        .error(404, "The link is unknown, revoked, expired or replaced, or does not show the picture.")
}

fn with_session(operation: Operation<'_>) -> Operation<'_> {
    let description = "The session of a link with a password. Other links ignore it.";
    of_visitor(operation)
        .header("x-link-session", description)
        .error(403, "The link needs a password, or the developer key is not valid.")
}

fn of_picture(operation: Operation<'_>) -> Operation<'_> {
    with_session(operation)
        .header("x-guest-key", "The key of the guest who sent the picture.")
        .id("ownerId", "The owner of the picture.")
        .id("pictureId", "The picture.")
        .error(404, "The link is unknown, revoked, expired or replaced, or does not show the picture.")
}

fn describe_visits(api: &mut Api) {
    let summary = "Returns what a link opens.";
    let operation = api.open(TAG, "GET /shared/{token}", "getSharedLink", summary);
    of_visitor(operation)
        .header("x-link-session", "The session of a link with a password. Other links ignore it.")
        .description("While the link is locked, the reply has `kind`, `rights` and `needsPassword` only.")
        .ok::<SharedLink>(json!({
            "kind": "album", "rights": rights(), "needsPassword": false, "title": "Lake Bled",
            "owner": examples::person(), "album": examples::extend(examples::album(), json!({ "role": null })),
        }));
    let summary = "Exchanges the password of a link for a session.";
    of_visitor(api.open(TAG, "POST /shared/{token}/unlock", "unlockSharedLink", summary))
        .body::<PasswordInput>(json!({ "password": "correct horse" }))
        .error(403, "The password is missing or wrong, or the developer key is not valid.")
        .error(429, "Too many calls at once, or ten wrong passwords from this IP address.")
        .ok::<LinkSession>(json!({ "session": "AAAAAGk…", "expiresAt": examples::TIME }));
    let order = json!({ "enum": ["added", "taken"], "default": "added" });
    let summary = "Lists the pictures that a link shows.";
    with_session(api.open(TAG, "GET /shared/{token}/pictures", "listSharedPictures", summary))
        .query::<String>(
            "order",
            "`added` lists the pictures added last first, `taken` those taken first.",
            order,
        )
        .pages()
        .ok::<Page<PictureView>>(examples::page(examples::picture()));
    let route = "GET /shared/{token}/pictures/{ownerId}/{pictureId}";
    of_picture(api.open(TAG, route, "getSharedPicture", "Returns a picture that a link shows."))
        .description("A guest also gets their own picture that the link does not show yet.")
        .ok::<SharedPicture>(examples::picture());
}

fn describe_guests(api: &mut Api) {
    let summary = "Registers a picture of a guest, and presigns its upload.";
    let (owner, picture) = (examples::MEMBER, examples::OBJECT);
    with_session(api.open(TAG, "POST /shared/{token}/pictures", "createSharedPicture", summary))
        .body::<GuestPicture>(json!({ "contentType": "image/jpeg", "bytes": 4_812_345, "name": "Bo" }))
        .error(403, "The link needs a password or does not accept pictures, or the developer key is not valid.")
        .error(409, "The link changed at the same time, or the album is a smart album.")
        .error(413, "The file is too large.")
        .error(415, "")
        .error(429, "Too many calls at once, or a limit of the link or a quota of the owner is used up.")
        .created::<GuestRegistration>(json!({
            "picture": of_guest(), "guestKey": "q83vASNFZ4mrze8BI0VniQ",
            "upload": {
                "method": "PUT",
                "url": format!(
                    "https://media.s3.eu-central-1.amazonaws.com/originals/{owner}/{picture}?X-Amz-Signature=…"
                ),
                "headers": {
                    "content-type": "image/jpeg", "content-length": "4812345", "if-none-match": "*",
                },
                "expiresAt": "2026-11-29T08:45:00Z",
            },
        }));
    let route = "DELETE /shared/{token}/pictures/{ownerId}/{pictureId}";
    of_picture(api.open(TAG, route, "deleteSharedPicture", "Deletes a picture of the guest, for 24 hours."))
        .error(403, "The link needs a password, the picture is another guest's or older than a day, or the developer key is not valid.")
        .ok::<IdView>(examples::id(picture));
}

fn rights() -> Value {
    json!({ "download": false, "upload": true })
}

fn of_guest() -> Value {
    let guest = json!({ "visibility": "private", "guest": { "name": "Bo" }, "waiting": false });
    examples::extend(examples::registered_picture(), guest)
}

fn link() -> Value {
    json!({
        "id": examples::OBJECT,
        "albumId": examples::OBJECT,
        "name": "Family",
        "expiresAt": "2027-01-31T18:00:00Z",
        "hasPassword": false,
        "rights": rights(),
        "review": false,
        "visits": 12,
        "lastVisitedAt": examples::TIME,
        "createdAt": examples::TIME,
    })
}

fn with_address(link: Value) -> Value {
    let url = format!("https://photos.example.org/s/{TOKEN}");
    examples::extend(link, json!({ "url": url, "token": TOKEN }))
}
