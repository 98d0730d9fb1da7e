//! Tests that the feeds become correct in any order of events, and that no read discloses a hidden
//! picture.
//!
//! Random histories run the code of `index` and the lists of `feed` on simulated tables. Pictures
//! are registered, become ready, change their visibility and are deleted; friendships begin and
//! end; members block each other; accounts are deleted; albums are created, shared and deleted, and
//! their members, pictures and rules change. Several workers of `index` and `smart-albums` and
//! several readers run concurrently, and the schedule is random between any two operations on a
//! table. Events are batched at random, reordered, delayed, duplicated and replayed; workers crash
//! at any point and their events are delivered again; writes are processed in part or fail.
//!
//! - When all events are handled, every feed contains exactly the rows of a brute-force
//!   computation, each list shows exactly the pictures that its reader can view, and each smart
//!   album contains exactly the newest pictures of its owner for which its rule is true.
//! - At any time, a page shows only pictures that the reader could see at some moment of the read,
//!   and a worker writes only rows that were correct at some moment of its work.
//!
//! The expectations do not use `domain::access`: the histories also test the access policy.
//!
//! `PROPTEST_CASES=20000 cargo test -p index --test histories` runs more histories.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod albums;
mod op;
mod run;
mod sim;
mod world;

use domain::{AlbumRole, FeedId, FeedRow, UserId, Visibility};
use index::Task;
use op::{MEMBERS, Op, ops, ops_of_rules};
use proptest::prelude::*;
use run::Run;
use world::member;

/// Returns a configuration with at least 3,000 histories per test, and more if `PROPTEST_CASES` is
/// greater.
fn config() -> ProptestConfig {
    let default = ProptestConfig::default();
    ProptestConfig { cases: default.cases.max(3_000), max_shrink_iters: 20_000, ..default }
}

/// Generates a feed of a member: as reader, or as owner.
fn feed_of(member: UserId) -> impl Strategy<Value = FeedId> {
    prop::sample::select(vec![FeedId::User(member), FeedId::SharedOf(member), FeedId::PublicOf(member)])
}

fn any_feed() -> impl Strategy<Value = FeedId> {
    let shard = (0..domain::PUBLIC_SHARDS).prop_map(FeedId::Public);
    prop_oneof![3 => (0..MEMBERS).prop_flat_map(|n| feed_of(member(n))), 1 => shard]
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn feeds_become_correct_and_disclose_nothing(ops in prop::collection::vec(ops(), 1..40), seed: u64) {
        let mut run = Run::new(ops, seed);
        run.settle();
        run.assert_correct();
        run.replay();
        run.settle();
        run.assert_correct();
    }

    #[test]
    fn a_rebuild_of_all_feeds_corrects_any_rows(
        ops in prop::collection::vec(ops(), 1..30),
        corruptions in prop::collection::vec((any_feed(), 0usize..20, any::<bool>()), 0..20),
        seed: u64,
    ) {
        let mut run = Run::new(ops, seed);
        run.settle();
        for (feed, picture, present) in corruptions {
            run.corrupt(feed, picture, present);
        }
        run.send(Task::Everyone);
        run.settle();
        run.assert_correct();
    }

    #[test]
    fn a_rebuild_for_one_member_corrects_the_rows_of_their_feeds(
        ops in prop::collection::vec(ops(), 1..30),
        corruptions in prop::collection::vec((feed_of(member(0)), 0usize..20, any::<bool>()), 0..20),
        seed: u64,
    ) {
        let mut run = Run::new(ops, seed);
        run.settle();
        for (feed, picture, present) in corruptions {
            run.corrupt(feed, picture, present);
        }
        run.send(Task::User(member(0)));
        run.settle();
        run.assert_correct();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: config().cases / 3, ..config() })]

    #[test]
    fn smart_albums_contain_what_their_rules_select(groups in ops_of_rules(), seed: u64) {
        let mut run = Run::new(vec![], seed);
        for ops in groups {
            run.extend(ops);
            run.settle();
            run.assert_correct();
        }
        run.replay();
        run.settle();
        run.assert_correct();
    }
}

const OWNER: usize = 0;
const FRIEND: usize = 1;

/// Runs a history after which a picture is in the feed of a friend.
fn with_a_shared_picture() -> Run {
    let ops = [
        Op::Befriend(OWNER, FRIEND),
        Op::Register { owner: OWNER, visibility: Visibility::Friends },
        Op::MakeReady { picture: 0 },
    ];
    let mut run = Run::new(ops.to_vec(), 1).without_crashes();
    run.settle();
    run
}

/// A worker writes a row into the feed of a former friend and crashes. The list of friends does not
/// contain the former friend.
#[test]
fn removes_a_row_that_was_written_after_the_friendship_ended() {
    let mut run = with_a_shared_picture();
    let key = run.picture(0);
    run.apply(Op::Unfriend(OWNER, FRIEND));
    run.settle();
    run.write_then_crash(FeedRow::direct(FeedId::User(member(FRIEND)), key));
    run.settle();
    run.assert_correct();
}

/// A picture is deleted after a friendship ended, so that its row remains in the former friend's
/// feed. The event of the end arrives when the two are friends again.
#[test]
fn removes_a_row_of_a_picture_that_was_deleted_between_two_friendships() {
    let mut run = with_a_shared_picture();
    run.apply(Op::Unfriend(OWNER, FRIEND));
    let events = run.hold_events();
    run.apply(Op::Delete { picture: 0 });
    run.settle();
    run.apply(Op::Befriend(OWNER, FRIEND));
    run.settle();
    run.release_events(events);
    run.settle();
    run.assert_correct();
}

/// A worker reads that a picture is private, and deletes its row after the picture is shared again.
#[test]
fn restores_a_row_that_was_deleted_after_an_outdated_read() {
    let mut run = with_a_shared_picture();
    let key = run.picture(0);
    run.delete_after_outdated_read(FeedRow::direct(FeedId::User(member(FRIEND)), key));
    run.settle();
    run.assert_correct();
}

/// A picture in an album fails after it was ready. Its member is no friend of its owner.
#[test]
fn removes_the_rows_of_a_picture_in_an_album_that_is_no_longer_ready() {
    let ops = [
        Op::CreateAlbum { owner: OWNER, visibility: Visibility::Private },
        Op::SetMember { album: 0, member: FRIEND, role: AlbumRole::Viewer },
        Op::Register { owner: OWNER, visibility: Visibility::Private },
        Op::MakeReady { picture: 0 },
        Op::AddToAlbum { album: 0, picture: 0 },
    ];
    let mut run = Run::new(ops.to_vec(), 1).without_crashes();
    run.settle();
    run.assert_correct();
    run.apply(Op::Fail { picture: 0 });
    run.settle();
    run.assert_correct();
}

/// A worker that read an entry before its removal replaces a right row by a wrong one, and crashes.
#[test]
fn corrects_a_row_that_was_changed_after_an_outdated_read() {
    let ops = [
        Op::CreateAlbum { owner: OWNER, visibility: Visibility::Private },
        Op::CreateAlbum { owner: OWNER, visibility: Visibility::Private },
        Op::SetMember { album: 0, member: FRIEND, role: AlbumRole::Viewer },
        Op::Register { owner: OWNER, visibility: Visibility::Private },
        Op::MakeReady { picture: 0 },
        Op::AddToAlbum { album: 0, picture: 0 },
    ];
    let mut run = Run::new(ops.to_vec(), 1).without_crashes();
    run.settle();
    let via = Some(run.album(1));
    let key = run.picture(0);
    run.write_then_crash(FeedRow { via, ..FeedRow::direct(FeedId::User(member(FRIEND)), key) });
    run.settle();
    run.assert_correct();
}
