//! The routes in the specification of the API.

use domain::{AlbumRole, MAX_ALBUM_CHANGES, MAX_RULES_PER_DAY, PictureKey};
use lambda::album_view::AlbumView;
use lambda::http::Page;
use lambda::openapi::{Api, Operation, Value, examples, json};
use lambda::view::IdView;

use crate::edit::{AlbumInput, Edit};
use crate::members::{MemberInput, MemberView, MembershipView};
use crate::notices::{NoticesInput, NoticesView};
use crate::pictures::{Changes, RefusedPictures};
use crate::waiting::Review;

const TAG: &str = "Albums";
const NO_ALBUM: &str = "The album does not exist, or the caller cannot view it.";

/// Adds the routes of this function.
pub fn describe(api: &mut Api) {
    describe_albums(api);
    describe_pictures(api);
    describe_members(api);
    describe_waiting(api);
    describe_notices(api);
    describe_public(api);
}

/// Adds the path parameter of an album.
fn of_album(operation: Operation<'_>) -> Operation<'_> {
    operation.id("albumId", "The album.").error(404, NO_ALBUM)
}

/// Adds the path parameters of a picture of an album.
fn of_picture(operation: Operation<'_>) -> Operation<'_> {
    let operation = operation.id("albumId", "The album.").id("ownerId", "The owner of the picture.");
    operation.id("pictureId", "The picture.")
}

/// Adds the query parameters of the list of an album's pictures.
fn lists_pictures(operation: Operation<'_>) -> Operation<'_> {
    let order = json!({ "enum": ["added", "taken"], "default": "added" });
    let description = "`added` lists the pictures added last first, `taken` those taken first.";
    operation.query::<String>("order", description, order).pages()
}

fn key() -> Value {
    json!({ "ownerId": examples::MEMBER, "pictureId": examples::OBJECT })
}

fn refused(reason: &str) -> Value {
    json!({ "refused": [examples::extend(key(), json!({ "reason": reason }))] })
}

fn describe_albums(api: &mut Api) {
    let summary = "Lists the albums that the caller owns or has joined, last changed first.";
    api.member(TAG, "GET /albums", "listAlbums", summary)
        .pages()
        .ok::<Page<AlbumView>>(examples::page(examples::album()));
    let empty = json!({ "role": "owner", "cover": null, "count": 0 });
    let no_rules_left =
        format!("The caller set {MAX_RULES_PER_DAY} rules today (UTC), or there are too many calls at once.");
    let rule = json!({ "rule": "picture.camera == \"NIKON D850\"" });
    api.member(TAG, "POST /albums", "createAlbum", "Creates an album.")
        .body::<AlbumInput>(json!({ "title": "Lake Bled", "description": "A weekend in November" }))
        .description("With a rule, it is a smart album, to which nobody adds pictures.")
        .error(409, "The caller has no profile, or the maximum number of albums or smart albums.")
        .error(429, &no_rules_left)
        .created::<AlbumView>(examples::extend(examples::album(), empty));
    of_album(api.member(TAG, "GET /albums/{albumId}", "getAlbum", "Returns an album."))
        .ok::<AlbumView>(examples::album());
    of_album(api.member(TAG, "PATCH /albums/{albumId}", "updateAlbum", "Changes an album of the caller."))
        .body::<Edit>(json!({ "title": "Lake Bled in the fog", "cover": key() }))
        .error(403, "The caller is not the owner of the album.")
        .error(
            409,
            "The album does not contain the picture chosen as cover, or the caller has the maximum number of \
             smart albums.",
        )
        .error(429, &no_rules_left)
        .ok::<AlbumView>(examples::extend(
            examples::extend(examples::album(), json!({ "role": "owner", "smart": true })),
            rule,
        ));
    of_album(api.member(TAG, "DELETE /albums/{albumId}", "deleteAlbum", "Deletes an album of the caller."))
        .description("Its pictures remain in the libraries of their owners.")
        .error(403, "The caller is not the owner of the album.")
        .ok::<IdView>(examples::id(examples::OBJECT));
}

fn describe_pictures(api: &mut Api) {
    let route = "GET /albums/{albumId}/pictures";
    let summary = "Lists the pictures of an album that the caller can view.";
    lists_pictures(of_album(api.member(TAG, route, "listPicturesOfAlbum", summary)))
        .ok::<Page>(examples::page(examples::picture()));
    let route = "POST /albums/{albumId}/pictures";
    let summary = "Adds pictures of the caller to an album and removes pictures.";
    of_album(api.member(TAG, route, "changePicturesOfAlbum", summary))
        .description(&format!(
            "At most {MAX_ALBUM_CHANGES} pictures in all. The reply contains the pictures that the call did \
             not add or remove, and the reasons."
        ))
        .body::<Changes>(json!({ "add": [key()], "remove": [] }))
        .error(403, "The caller can neither add pictures nor remove one of these.")
        .error(409, "The album is a smart album.")
        .ok::<RefusedPictures>(refused("You can only add your own pictures."));
    let route = "PUT /albums/{albumId}/pictures/{ownerId}/{pictureId}";
    let summary = "Adds a picture of the caller to an album.";
    of_picture(api.member(TAG, route, "addPictureToAlbum", summary))
        .error(403, "The caller is no contributor, or the picture is not theirs.")
        .error(404, "The album or the picture does not exist, or the caller cannot view it.")
        .error(409, "The album is a smart album, it or the picture has reached a limit, or a guest's picture is not ready.")
        .ok::<PictureKey>(key());
    let route = "DELETE /albums/{albumId}/pictures/{ownerId}/{pictureId}";
    of_picture(api.member(TAG, route, "removePictureFromAlbum", "Removes a picture from an album."))
        .description("Curators and the owner of the album remove any picture, others their own.")
        .error(403, "The caller is no curator, and the picture is not theirs.")
        .error(404, NO_ALBUM)
        .error(409, "The picture waits for approval.")
        .ok::<PictureKey>(key());
}

fn describe_members(api: &mut Api) {
    let member = json!({ "role": AlbumRole::Contributor, "since": examples::TIME });
    let summary = "Lists the members of an album, without its owner.";
    of_album(api.member(TAG, "GET /albums/{albumId}/members", "listMembersOfAlbum", summary))
        .error(403, "The caller is neither a member nor the owner.")
        .pages()
        .ok::<Page<MemberView>>(examples::page(examples::extend(examples::person(), member)));
    let route = "PUT /albums/{albumId}/members/{userId}";
    let summary = "Adds a friend of the caller to an album, or changes the role of a member.";
    of_album(api.member(TAG, route, "putMemberOfAlbum", summary))
        .id("userId", "The friend or member.")
        .body::<MemberInput>(json!({ "role": "contributor" }))
        .error(403, "The caller is neither a curator nor the owner.")
        .error(404, "The album does not exist, the caller cannot view it, or the person has no profile.")
        .error(409, "The person is not a friend of the caller, or owns the album, or a limit is reached.")
        .ok::<MembershipView>(json!({ "id": examples::MEMBER, "role": "contributor" }));
    let route = "DELETE /albums/{albumId}/members/{userId}";
    let summary = "Removes a member from an album, or leaves it.";
    of_album(api.member(TAG, route, "removeMemberOfAlbum", summary))
        .description("The pictures of the member leave the album, too.")
        .id("userId", "The member, who can be the caller.")
        .error(403, "The caller is neither a curator nor the owner, and the member is not the caller.")
        .error(404, NO_ALBUM)
        .error(409, "The person owns the album.")
        .ok::<MembershipView>(json!({ "id": examples::MEMBER, "role": null }));
}

fn describe_waiting(api: &mut Api) {
    let summary = "Lists the ready pictures of guests that wait for approval, first sent first.";
    of_album(api.member(TAG, "GET /albums/{albumId}/waiting", "listWaitingPictures", summary))
        .error(403, "The caller is neither a curator nor the owner.")
        .pages()
        .ok::<Page>(examples::page(examples::picture()));
    let route = "POST /albums/{albumId}/waiting";
    let summary = "Approves pictures of guests, which adds them to the album, and rejects others.";
    of_album(api.member(TAG, route, "reviewWaitingPictures", summary))
        .description(&format!(
            "At most {MAX_ALBUM_CHANGES} pictures in all. A rejected picture is deleted if no other album \
             contains it. The reply contains the pictures that the call did not approve or reject, and the \
             reasons."
        ))
        .body::<Review>(json!({ "approve": [key()], "reject": [] }))
        .error(403, "The caller is neither a curator nor the owner.")
        .ok::<RefusedPictures>(refused("This picture does not wait for approval."));
}

fn describe_notices(api: &mut Api) {
    let refused = "The caller is neither a member nor the owner.";
    let route = "GET /albums/{albumId}/notifications";
    let summary = "Returns what the caller is notified of in an album.";
    of_album(api.member(TAG, route, "getNotificationsOfAlbum", summary))
        .error(403, refused)
        .ok::<NoticesView>(json!({ "pictures": "all" }));
    let route = "PUT /albums/{albumId}/notifications";
    let summary = "Changes what the caller is notified of in an album.";
    of_album(api.member(TAG, route, "putNotificationsOfAlbum", summary))
        .body::<NoticesInput>(json!({ "pictures": "none" }))
        .error(403, refused)
        .ok::<NoticesView>(json!({ "pictures": "none" }));
}

fn describe_public(api: &mut Api) {
    let as_visitor = json!({ "role": null, "visibility": "public" });
    let summary = "Returns a public album.";
    of_album(api.open(TAG, "GET /public/albums/{albumId}", "getPublicAlbum", summary))
        .cached()
        .ok::<AlbumView>(examples::extend(examples::album(), as_visitor));
    let route = "GET /public/albums/{albumId}/pictures";
    let summary = "Lists the pictures of a public album.";
    lists_pictures(of_album(api.open(TAG, route, "listPicturesOfPublicAlbum", summary)))
        .cached()
        .ok::<Page>(examples::page(examples::picture()));
}
