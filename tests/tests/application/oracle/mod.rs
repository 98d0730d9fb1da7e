//! Ten people do what they like, several at a time, while others look on. When all is at rest, every feed is what follows
//! from the records, by brute force; and nothing was shown meanwhile that was not its reader's to see.

mod ledger;
mod operations;
mod spectator;
mod truth;

use std::cell::{Cell, RefCell};
use std::time::{SystemTime, UNIX_EPOCH};

use end_to_end::people::{Member, key_of};
use end_to_end::root::Root;
use end_to_end::wait;
use fastrand::Rng;
use futures_util::future::join_all;
use domain::{PictureId, PictureKey, UserId};

use ledger::Ledger;
use operations::Operation;
use truth::Truth;

const PEOPLE: usize = 10;
const OPERATIONS: usize = 320;
/// How many are under way at the same time.
const TOGETHER: usize = 5;
/// How many look on.
const SPECTATORS: u64 = 4;
/// How often in succession everything must be right to be at rest.
const LOOKS: usize = 5;

/// Everything the operations and their spectators share.
struct World {
    root: Root,
    people: Vec<Member>,
    /// All that ever were, deleted ones included.
    pictures: RefCell<Vec<PictureKey>>,
    /// Those whose files were uploaded, and that become ready by themselves.
    uploads: RefCell<Vec<PictureKey>>,
    /// Who deleted their account.
    left: Cell<Option<UserId>>,
    ledger: Ledger,
    /// Older than all their pictures.
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
            left: Cell::new(None),
            ledger: Ledger::default(),
            since,
        }
    }

    fn is_one(&self, id: UserId) -> bool {
        self.people.iter().any(|person| person.id() == id)
    }

    async fn run(&self, rng: &mut Rng) {
        for batch in 0..OPERATIONS / TOGETHER {
            let mut operations: Vec<_> = (0..TOGETHER).map(|_| Operation::any(self, rng)).collect();
            if batch == OPERATIONS / TOGETHER * 2 / 3 {
                operations = vec![Operation::Leave(rng.usize(..PEOPLE))];
            }
            let done = join_all(operations.iter().map(|operation| operation.perform(self))).await;
            self.uploads.borrow_mut().extend(done.iter().flatten());
            self.pictures.borrow_mut().extend(done.iter().flatten());
        }
    }

    /// Waits until nothing happens any more; gives the truth.
    async fn rest(&self) -> Truth {
        let looks = Cell::new(0);
        wait::right("every feed is what follows from the records", async || {
            let truth = Truth::read(self).await;
            let wrong = truth.unfinished(self).or(truth.wrong_rows(self).await);
            looks.set(if wrong.is_none() { looks.get() + 1 } else { 0 });
            match wrong {
                None if looks.get() == LOOKS => Ok(truth),
                other => Err(other.unwrap_or_else(|| "right only now and then".into())),
            }
        })
        .await
    }
}

/// The seed that `ALBUMEN_SEED` names, else another one each time.
fn seed() -> u64 {
    let named = std::env::var("ALBUMEN_SEED").ok().map(|seed| seed.parse().unwrap());
    named.unwrap_or_else(|| SystemTime::now().duration_since(UNIX_EPOCH).unwrap().subsec_nanos().into())
}

#[tokio::test]
async fn feeds_come_right_and_never_show_too_much() {
    let seed = seed();
    eprintln!("the oracle's seed: ALBUMEN_SEED={seed}");
    let (world, mut rng) = (World::new().await, Rng::with_seed(seed));
    let done = Cell::new(false);
    let operations = async {
        world.run(&mut rng).await;
        done.set(true);
    };
    let watch = |number| spectator::watch(&world, Rng::with_seed(seed ^ number), &done);
    let ((), checked) = tokio::join!(operations, join_all((1..=SPECTATORS).map(watch)));
    let checked: usize = checked.into_iter().sum();
    eprintln!("checked {checked} pictures while {OPERATIONS} operations ran");
    assert!(checked > 100, "the spectators saw little: {checked} pictures");

    let truth = world.rest().await;
    for (i, reader) in world.people.iter().enumerate() {
        let shown = reader.pictures("/feed", [7, 25, 100][i % 3], world.since).await;
        let mut shown: Vec<_> = shown.iter().map(key_of).collect();
        shown.retain(|key| world.is_one(key.owner_id));
        assert_eq!(shown, truth.seen_by(reader.id()), "the feed of {}", reader.id());
    }
}
