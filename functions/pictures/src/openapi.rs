//! The routes in the specification of the API.

use domain::{MAX_HASHES, Sha256};
use lambda::http::Page;
use lambda::openapi::{Api, examples, json};
use lambda::view::{CommentView, IdView, PictureView};

use crate::comments::CommentInput;
use crate::duplicates::{Duplicates, MAX_ITEMS};
use crate::edit::Edit;
use crate::known::{Hashes, KnownPictures};

/// Adds the routes of this function.
pub fn describe(api: &mut Api) {
    describe_pictures(api);
    describe_comments(api);
}

fn describe_pictures(api: &mut Api) {
    let tag = "Pictures";
    let summary = "Finds the pictures of the caller with a given original, newest first.";
    api.member(tag, "GET /pictures", "findDuplicates", summary)
        .description(&format!("Returns at most {MAX_ITEMS} pictures that are `ready` or `processing`."))
        .required_query::<Sha256>("sha256", "The SHA-256 of the file.")
        .ok::<Duplicates>(json!({ "items": [examples::picture()] }));
    let sha256 = Sha256::of(b"").as_str().to_owned();
    let summary = "Finds the pictures of the caller with many given originals.";
    let description = format!(
        "For an upload that sends no file twice. Takes at most {MAX_HASHES} hashes. Returns one picture \
         that is `ready` or `processing` for each of them, and nothing for the others."
    );
    api.member(tag, "POST /pictures/known", "findKnownPictures", summary)
        .description(&description)
        .body::<Hashes>(json!({ "sha256": [sha256] }))
        .ok::<KnownPictures>(json!({ "items": [{ "sha256": sha256, "pictureId": examples::OBJECT }] }));
    api.member(tag, "GET /pictures/{ownerId}/{id}", "getPicture", "Returns a picture.")
        .picture()
        .ok::<PictureView>(examples::picture());
    let summary = "Changes the caption, visibility, place or time of a picture of the caller.";
    api.member(tag, "PATCH /pictures/{ownerId}/{id}", "updatePicture", summary)
        .picture()
        .body::<Edit>(json!({ "caption": "The lake in the morning", "visibility": "friends" }))
        .ok::<PictureView>(examples::picture());
    api.member(tag, "DELETE /pictures/{ownerId}/{id}", "deletePicture", "Deletes a picture of the caller.")
        .picture()
        .ok::<IdView>(examples::id(examples::OBJECT));
    api.open(tag, "GET /public/{ownerId}/{id}", "getPublicPicture", "Returns a public picture.")
        .picture()
        .cached()
        .ok::<PictureView>(examples::picture());
}

fn describe_comments(api: &mut Api) {
    let tag = "Comments";
    api.member(tag, "GET /pictures/{ownerId}/{id}/comments", "listComments", "Lists comments, oldest first.")
        .picture()
        .pages()
        .ok::<Page<CommentView>>(examples::page(examples::comment()));
    api.member(tag, "POST /pictures/{ownerId}/{id}/comments", "createComment", "Comments on a picture.")
        .picture()
        .body::<CommentInput>(json!({ "text": "Lovely light!" }))
        .error(409, "The caller has no profile, or their access to the picture changed at the same time.")
        .error(429, "Too many calls at once, or the quota `commentsPerHour` is used up.")
        .created::<CommentView>(examples::comment());
    let summary = "Deletes a comment of the caller, or a comment on a picture of the caller.";
    api.member(tag, "DELETE /pictures/{ownerId}/{id}/comments/{commentId}", "deleteComment", summary)
        .picture()
        .id("commentId", "The comment.")
        .ok::<IdView>(examples::id(examples::OBJECT));
}
