//! The proof that the feeds come right whatever happens, and that reading them never discloses anything.
//!
//! Random histories (pictures registered, made ready, shown to others, hidden, deleted; friendships that begin and end; accounts that
//! are deleted) run against the real `index` and the real page of `feed`, with the tables simulated. Several workers and readers
//! are at work at the same time, and the schedule is random between any two operations on any table. Events are batched at
//! random, reordered, delayed, duplicated and replayed; workers die at any point and their events come again; writes are taken in
//! parts or fail.
//!
//! - At rest, every feed holds exactly what a brute-force recomputation says, and reading it page by page shows exactly what its
//!   reader may see.
//! - At every moment, what a page shows was its reader's to see at some moment of that reading, and a worker writes only rows that
//!   were true at some moment of its work.
//!
//! `PROPTEST_CASES=20000 cargo test -p index --test histories` looks harder.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod op;
mod run;
mod sim;
mod world;

use domain::{FeedId, FeedRow, Visibility};
use index::Task;
use op::{Op, ops};
use proptest::prelude::*;
use run::Run;
use world::person;

/// At least 3,000 histories of each kind; more where `PROPTEST_CASES` says so.
fn config() -> ProptestConfig {
    let default = ProptestConfig::default();
    ProptestConfig { cases: default.cases.max(3_000), max_shrink_iters: 20_000, ..default }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn feeds_come_right_and_never_disclose(ops in prop::collection::vec(ops(), 1..40), seed: u64) {
        let mut run = Run::new(ops, seed);
        run.settle();
        run.assert_right();
        run.replay();
        run.settle();
        run.assert_right();
    }

    /// Whatever is in the feeds, rebuilding makes them right.
    #[test]
    fn rebuilding_puts_everything_right(
        ops in prop::collection::vec(ops(), 1..30),
        junk in prop::collection::vec((0usize..9, 0usize..20, any::<bool>()), 0..20),
        seed: u64,
    ) {
        let mut run = Run::new(ops, seed);
        run.settle();
        for (feed, picture, there) in junk {
            run.spoil(feed, picture, there);
        }
        run.send(Task::Everyone);
        run.settle();
        run.assert_right();
    }

    /// One person's feed is rebuilt without going through everybody's.
    #[test]
    fn rebuilding_one_feed_puts_it_right(
        ops in prop::collection::vec(ops(), 1..30),
        junk in prop::collection::vec((0usize..20, any::<bool>()), 0..20),
        seed: u64,
    ) {
        let mut run = Run::new(ops, seed);
        run.settle();
        for (picture, there) in junk {
            run.spoil(0, picture, there);
        }
        run.send(Task::User(person(0)));
        run.settle();
        run.assert_right();
    }
}

const OWNER: usize = 0;
const FRIEND: usize = 1;

/// A picture that a friend has in their feed.
fn shared_with_a_friend() -> Run {
    let begin = [
        Op::Befriend(OWNER, FRIEND),
        Op::Create { owner: OWNER, visibility: Visibility::Friends },
        Op::Ready { picture: 0 },
    ];
    let mut run = Run::new(begin.to_vec(), 1).calm();
    run.settle();
    run
}

/// The interruption that nobody in the lists remembers: a row is written for a friend who has just ceased to be one, and the
/// writer dies before it could look again.
#[test]
fn a_row_for_somebody_who_is_no_friend_any_more_does_not_stay() {
    let mut run = shared_with_a_friend();
    let key = run.picture(0);
    run.apply(Op::Unfriend(OWNER, FRIEND));
    run.settle();
    run.write_as_a_worker_that_dies(FeedRow { feed_id: FeedId::User(person(FRIEND)), key });
    run.settle();
    run.assert_right();
}

/// The end of a friendship is heard of when they are friends again, and the picture was deleted in between: whoever deleted its
/// rows did not find this one, and whoever hears of the end finds friends.
#[test]
fn a_row_of_a_picture_that_was_deleted_between_two_friendships_does_not_stay() {
    let mut run = shared_with_a_friend();
    run.apply(Op::Unfriend(OWNER, FRIEND));
    let late = run.hold();
    run.apply(Op::Delete { picture: 0 });
    run.settle();
    run.apply(Op::Befriend(OWNER, FRIEND));
    run.settle();
    run.release(late);
    run.settle();
    run.assert_right();
}

/// Somebody read that a picture is private, and deletes its rows when it has long been shown again.
#[test]
fn a_row_that_is_deleted_too_late_comes_back() {
    let mut run = shared_with_a_friend();
    let key = run.picture(0);
    run.delete_as_a_worker_that_is_late(FeedRow { feed_id: FeedId::User(person(FRIEND)), key });
    run.settle();
    run.assert_right();
}
