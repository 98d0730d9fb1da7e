//! The routes in the specification of the API.

use lambda::http::Page;
use lambda::openapi::{Api, examples};

const TAG: &str = "Pictures";

/// Adds the routes of this function.
pub fn describe(api: &mut Api) {
    let page = examples::page(examples::picture());
    let summary = "Lists the pictures of the caller and their friends, and public pictures, newest first.";
    api.member(TAG, "GET /feed", "listFeed", summary).pages().ok::<Page>(page.clone());
    let summary = "Lists the pictures of a member that the caller may see, newest first.";
    api.member(TAG, "GET /users/{id}/pictures", "listPicturesOfMember", summary)
        .id("id", "The member.")
        .pages()
        .ok::<Page>(page.clone());
    let summary = "Lists public pictures, newest first.";
    api.open(TAG, "GET /public", "listPublicPictures", summary).pages().cached().ok::<Page>(page);
}
