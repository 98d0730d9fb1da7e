//! Fan-out to many open pages, some of which disconnect. A test target of its own, because the load
//! delays other tests.
#![allow(clippy::unwrap_used, reason = "clippy does not recognise helpers of tests")]

use std::collections::BTreeSet;

use domain::{PictureKey, Visibility};
use end_to_end::live::Page;
use end_to_end::people::Member;
use end_to_end::pictures::unique_file;
use end_to_end::root::Root;
use end_to_end::wait;
use futures_util::stream::{StreamExt, iter};

/// The number of members that sign up or connect at the same time.
const CONCURRENCY: usize = 16;
const FRIENDS: usize = 100;
const PAGES_PER_FRIEND: usize = 2;
const DISCONNECTED: usize = 20;

/// Returns the number of pages that received `picture.ready` of a picture, and the number of
/// duplicates.
fn count_received(pages: &[Page], picture: PictureKey) -> (usize, usize) {
    let counts: Vec<_> = pages
        .iter()
        .map(|page| {
            page.messages_of_type("picture.ready")
                .iter()
                .filter(|message| end_to_end::live::is_about(message, picture))
                .count()
        })
        .collect();
    let reached = counts.iter().filter(|count| **count > 0).count();
    (reached, counts.iter().sum::<usize>() - reached)
}

#[tokio::test]
async fn each_open_page_receives_a_picture_once_while_others_disconnect() {
    let root = Root::default();
    let owner = Member::new().await;
    let friends: Vec<_> =
        iter(0..FRIENDS).map(|_| Member::new()).buffer_unordered(CONCURRENCY).collect().await;
    root.put_friends(owner.id(), &friends.iter().map(Member::id).collect::<Vec<_>>()).await;
    let connections =
        friends.iter().flat_map(|friend| (0..PAGES_PER_FRIEND).map(move |_| friend.open_page()));
    let mut pages: Vec<_> = iter(connections).buffer_unordered(CONCURRENCY).collect().await;

    let first = owner.upload(&unique_file(), Visibility::Friends).await;
    wait::until_true("a page receives the first picture", async || count_received(&pages, first).0 > 0).await;
    let disconnected = pages.split_off(pages.len() - DISCONNECTED);
    disconnected.iter().for_each(Page::disconnect);
    let open = FRIENDS * PAGES_PER_FRIEND - DISCONNECTED;
    let what = "each open page receives the picture once";
    wait::until_equal(what, &(open, 0), async || count_received(&pages, first)).await;

    let second = owner.upload(&unique_file(), Visibility::Friends).await;
    wait::until_equal(what, &(open, 0), async || count_received(&pages, second)).await;
    assert!(pages.iter().all(Page::is_open));
    let mut remaining = BTreeSet::new();
    for friend in &friends {
        remaining.extend(root.connections_of(friend.id()).await);
    }
    assert_eq!(remaining.len(), open, "deletes the closed connections");
}
