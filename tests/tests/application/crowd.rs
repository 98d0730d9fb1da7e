//! Many open pages: all are told, whatever becomes of some.

use std::collections::BTreeSet;

use end_to_end::live::Page;
use end_to_end::people::Member;
use end_to_end::pictures::any;
use end_to_end::root::Root;
use end_to_end::wait;
use futures_util::stream::{StreamExt, iter};
use domain::{PictureKey, Visibility};

/// How many people are signed up, or connect, at the same time.
const SIDE_BY_SIDE: usize = 16;
const FRIENDS: usize = 100;
const PAGES_EACH: usize = 2;
const KILLED: usize = 20;

/// How many of these were told once, and of how many messages about it there are too many.
fn told(pages: &[Page], picture: PictureKey) -> (usize, usize) {
    let numbers: Vec<_> = pages
        .iter()
        .map(|page| {
            page.of_type("picture.ready")
                .iter()
                .filter(|told| end_to_end::live::is_about(told, picture))
                .count()
        })
        .collect();
    let once = numbers.iter().filter(|number| **number > 0).count();
    (once, numbers.iter().sum::<usize>() - once)
}

#[tokio::test]
async fn a_picture_reaches_all_pages_of_all_friends_and_dying_ones_cost_the_others_nothing() {
    let root = Root::default();
    let owner = Member::new().await;
    let friends: Vec<_> =
        iter(0..FRIENDS).map(|_| Member::new()).buffer_unordered(SIDE_BY_SIDE).collect().await;
    root.put_friends(owner.id(), &friends.iter().map(Member::id).collect::<Vec<_>>()).await;
    let opened = friends.iter().flat_map(|friend| (0..PAGES_EACH).map(move |_| friend.open_page()));
    let mut pages: Vec<_> = iter(opened).buffer_unordered(SIDE_BY_SIDE).collect().await;

    let first = owner.upload(&any(), Visibility::Friends).await;
    wait::until_true("somebody is told", async || told(&pages, first).0 > 0).await;
    let dying = pages.split_off(pages.len() - KILLED);
    dying.iter().for_each(Page::kill);
    let all = FRIENDS * PAGES_EACH - KILLED;
    wait::until_equal("all others are told, once", &(all, 0), async || told(&pages, first)).await;

    let second = owner.upload(&any(), Visibility::Friends).await;
    wait::until_equal("and once more", &(all, 0), async || told(&pages, second)).await;
    assert!(pages.iter().all(Page::is_open));
    let mut left = BTreeSet::new();
    for friend in &friends {
        left.extend(root.connections_of(friend.id()).await);
    }
    assert_eq!(left.len(), all, "the dead ones are forgotten");
}
