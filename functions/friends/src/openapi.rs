//! The routes in the specification of the API.

use domain::FriendshipState;
use lambda::http::Page;
use lambda::openapi::{Api, examples, json};
use lambda::view::ProfileView;

use crate::list::FriendView;
use crate::{BlockView, FriendshipView};

/// The cause of a conflict of concurrent changes.
const CHANGED: &str = "The other person changed the relation at the same time.";

/// Adds the routes of this function.
pub fn describe(api: &mut Api) {
    describe_friends(api);
    describe_blocks(api);
}

fn describe_friends(api: &mut Api) {
    let tag = "Friends";
    api.member(tag, "GET /friends", "listFriends", "Lists the friends, or the requests, of the caller.")
        .query::<FriendshipState>(
            "state",
            "`requested` lists requests by the caller, `invited` requests to the caller.",
            json!({ "default": FriendshipState::Friends }),
        )
        .pages()
        .ok::<Page<FriendView>>(examples::page(examples::extend(
            examples::person(),
            json!({ "state": "friends", "since": examples::TIME }),
        )));
    let summary = "Requests a friendship, or accepts a request.";
    api.member(tag, "PUT /friends/{id}", "addFriend", summary)
        .id("id", "The other member.")
        .error(400, "The other member is the caller.")
        .error(404, "The other member has no profile.")
        .error(
            409,
            "The caller has no profile or blocked the other member, a limit is reached, or the other person \
             changed the relation at the same time.",
        )
        .error(429, "Too many calls at once, or the quota `friendRequestsPerDay` is used up.")
        .ok::<FriendshipView>(json!({ "id": examples::MEMBER, "state": "requested" }));
    let summary = "Ends a friendship, withdraws a request, or declines one.";
    api.member(tag, "DELETE /friends/{id}", "removeFriend", summary)
        .id("id", "The other member.")
        .error(400, "The other member is the caller.")
        .error(409, CHANGED)
        .ok::<FriendshipView>(json!({ "id": examples::MEMBER, "state": null }));
}

fn describe_blocks(api: &mut Api) {
    let tag = "Blocks";
    api.member(tag, "GET /blocks", "listBlocks", "Lists the people whom the caller blocks.")
        .pages()
        .ok::<Page<ProfileView>>(examples::page(examples::person()));
    api.member(tag, "PUT /blocks/{userId}", "blockPerson", "Blocks a person.")
        .description("Ends the friendship and all requests.")
        .id("userId", "The other member.")
        .error(400, "The other member is the caller.")
        .error(404, "The other member has no profile.")
        .error(
            409,
            "The caller has no profile, blocks the maximum number of people, or the other person changed the \
             relation at the same time.",
        )
        .ok::<BlockView>(json!({ "id": examples::MEMBER, "blocked": true }));
    api.member(tag, "DELETE /blocks/{userId}", "unblockPerson", "Unblocks a person.")
        .id("userId", "The other member.")
        .error(400, "The other member is the caller.")
        .error(409, CHANGED)
        .ok::<BlockView>(json!({ "id": examples::MEMBER, "blocked": false }));
}
