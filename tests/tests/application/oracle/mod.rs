//! A randomized test with an oracle. Ten members perform random operations, several at a time,
//! while observers assert that lists show visible pictures only. Once all events are processed,
//! each feed must equal the one that the oracle computes from the records by brute force.

mod change_log;
mod expected_feeds;
mod observer;
mod operations;

use std::cell::{Cell, RefCell};
use std::time::{SystemTime, UNIX_EPOCH};

use domain::{PictureId, PictureKey, UserId};
use end_to_end::people::{Member, key_of};
use end_to_end::root::Root;
use end_to_end::wait;
use fastrand::Rng;
use futures_util::future::join_all;

use change_log::ChangeLog;
use expected_feeds::ExpectedFeeds;
use operations::Operation;

const PEOPLE: usize = 10;
const OPERATIONS: usize = 320;
/// The number of operations that run at the same time.
const CONCURRENCY: usize = 5;
const OBSERVERS: u64 = 4;
/// The number of successive checks that must find the feeds correct.
const CHECKS: usize = 5;

/// The state that the operations and the observers share.
struct World {
    root: Root,
    people: Vec<Member>,
    /// All pictures, including deleted ones.
    pictures: RefCell<Vec<PictureKey>>,
    /// The pictures with an uploaded file, which become ready without an operation.
    uploads: RefCell<Vec<PictureKey>>,
    /// The member who deleted their account.
    deleted_account: Cell<Option<UserId>>,
    change_log: ChangeLog,
    /// An id that is older than all pictures.
    since: PictureId,
}

impl World {
    async fn new() -> Self {
        let since = PictureId::new();
        Self {
            root: Root::default(),
            people: join_all((0..PEOPLE).map(|_| Member::new())).await,
            pictures: RefCell::default(),
            uploads: RefCell::default(),
            deleted_account: Cell::new(None),
            change_log: ChangeLog::default(),
            since,
        }
    }

    /// Returns `true` if this is one of the ten members.
    fn is_member(&self, id: UserId) -> bool {
        self.people.iter().any(|person| person.id() == id)
    }

    async fn run(&self, rng: &mut Rng) {
        for batch in 0..OPERATIONS / CONCURRENCY {
            let mut operations: Vec<_> = (0..CONCURRENCY).map(|_| Operation::random(self, rng)).collect();
            if batch == OPERATIONS / CONCURRENCY * 2 / 3 {
                operations = vec![Operation::DeleteAccount(rng.usize(..PEOPLE))];
            }
            let done = join_all(operations.iter().map(|operation| operation.perform(self))).await;
            self.uploads.borrow_mut().extend(done.iter().flatten());
            self.pictures.borrow_mut().extend(done.iter().flatten());
        }
    }

    /// Waits until the table Feeds is correct and stays so.
    async fn until_settled(&self) -> ExpectedFeeds {
        let checks = Cell::new(0);
        wait::until_ok("each feed follows from the records", async || {
            let expected = ExpectedFeeds::read(self).await;
            let wrong = expected.find_unfinished(self).or(expected.find_wrong_rows(self).await);
            checks.set(if wrong.is_none() { checks.get() + 1 } else { 0 });
            match wrong {
                None if checks.get() == CHECKS => Ok(expected),
                other => Err(other.unwrap_or_else(|| "correct, but not long enough".into())),
            }
        })
        .await
    }
}

/// Returns the seed in the variable `ALBUMEN_SEED`, or a different one for each run.
fn seed() -> u64 {
    let named = std::env::var("ALBUMEN_SEED").ok().map(|seed| seed.parse().unwrap());
    named.unwrap_or_else(|| SystemTime::now().duration_since(UNIX_EPOCH).unwrap().subsec_nanos().into())
}

#[tokio::test]
async fn feeds_become_correct_and_never_show_a_hidden_picture() {
    let seed = seed();
    eprintln!("the oracle's seed: ALBUMEN_SEED={seed}");
    let (world, mut rng) = (World::new().await, Rng::with_seed(seed));
    let done = Cell::new(false);
    let operations = async {
        world.run(&mut rng).await;
        done.set(true);
    };
    let observe = |number| observer::observe(&world, Rng::with_seed(seed ^ number), &done);
    let ((), checked) = tokio::join!(operations, join_all((1..=OBSERVERS).map(observe)));
    let checked: usize = checked.into_iter().sum();
    eprintln!("checked {checked} pictures while {OPERATIONS} operations ran");
    assert!(checked > 100, "the observers checked only {checked} pictures");

    let expected = world.until_settled().await;
    for (i, reader) in world.people.iter().enumerate() {
        let shown = reader.read_pictures("/feed", [7, 25, 100][i % 3], world.since).await;
        let mut shown: Vec<_> = shown.iter().map(key_of).collect();
        shown.retain(|key| world.is_member(key.owner_id));
        assert_eq!(shown, expected.shown_to(reader.id()), "the feed of {}", reader.id());
    }
}
