//! A randomized test with an oracle. Ten members perform random operations concurrently. Meanwhile,
//! observers assert that lists only show pictures that the reader can view. Once all events are
//! processed, each feed must equal the feed that the oracle computes by brute force from the rows
//! of pictures, friendships and albums.

mod albums;
mod change_log;
mod expected_feeds;
mod observer;
mod operations;

use std::cell::{Cell, RefCell};
use std::time::{SystemTime, UNIX_EPOCH};

use domain::{AlbumRef, PictureId, PictureKey, UserId};
use end_to_end::people::{Member, key_of};
use end_to_end::root::Root;
use end_to_end::wait;
use fastrand::Rng;
use futures_util::future::join_all;
use serde_json::json;

use change_log::ChangeLog;
use expected_feeds::ExpectedFeeds;
use operations::Operation;

/// The number of members.
const MEMBERS: usize = 10;
/// The number of random operations.
const OPERATIONS: usize = 320;
/// The number of operations in a batch. The operations of a batch run concurrently.
const BATCH_SIZE: usize = 5;
/// The index of the batch that deletes an account, after two thirds of all batches.
const DELETION_BATCH: usize = OPERATIONS / BATCH_SIZE * 2 / 3;
/// The number of concurrent observers.
const OBSERVERS: u64 = 4;
/// The observers must check more pictures than this, so that the test is meaningful.
const MIN_CHECKED_PICTURES: usize = 100;
/// The index of the batch that deletes an album.
const ALBUM_DELETION_BATCH: usize = OPERATIONS / BATCH_SIZE * 5 / 6;
/// The initial visibility of each album. The first members own them.
const ALBUMS: [&str; 4] = ["private", "private", "friends", "public"];
/// The number of consecutive checks that must find correct feeds, so that late events are noticed.
const REQUIRED_CHECKS: usize = 5;
/// The sizes of the pages in which members read their feeds.
const PAGE_SIZES: [usize; 3] = [7, 25, 100];

/// The members, their pictures and their albums, which the operations change and the observers
/// read.
struct Scenario {
    root: Root,
    members: Vec<Member>,
    /// The albums; the operations create none.
    albums: Vec<AlbumRef>,
    /// The keys of all pictures, including deleted pictures.
    pictures: RefCell<Vec<PictureKey>>,
    /// The subset of `pictures` that have an uploaded file, so that the functions make them ready.
    /// The other pictures only have a row.
    uploads: RefCell<Vec<PictureKey>>,
    /// The member who deleted their account.
    deleted_account: Cell<Option<UserId>>,
    change_log: ChangeLog,
    /// An id that was created before all pictures of the scenario. Pictures with a smaller id
    /// belong to earlier tests.
    first_id: PictureId,
}

impl Scenario {
    async fn new() -> Self {
        let first_id = PictureId::new();
        let members = join_all((0..MEMBERS).map(|_| Member::new())).await;
        let create = async |(owner, visibility): (&Member, &str)| {
            let body = json!({"title": "Oslo", "visibility": visibility});
            let answer = owner.post("/albums", &body).await;
            assert_eq!(answer.code, 201, "{answer:?}");
            let album_id = answer.data["id"].as_str().unwrap().parse().unwrap();
            AlbumRef { album_id, owner_id: owner.id() }
        };
        let albums = join_all(members.iter().zip(ALBUMS).map(create)).await;
        Self {
            root: Root::default(),
            members,
            albums,
            pictures: RefCell::default(),
            uploads: RefCell::default(),
            deleted_account: Cell::new(None),
            change_log: ChangeLog::default(),
            first_id,
        }
    }

    /// Returns `true` if `id` belongs to one of the ten members.
    fn is_member(&self, id: UserId) -> bool {
        self.members.iter().any(|member| member.id() == id)
    }

    /// Performs all operations, batch by batch.
    async fn run(&self, rng: &mut Rng) {
        for batch in 0..OPERATIONS / BATCH_SIZE {
            let mut operations: Vec<_> = (0..BATCH_SIZE).map(|_| Operation::random(self, rng)).collect();
            if batch == DELETION_BATCH {
                operations = vec![Operation::DeleteAccount(rng.usize(..MEMBERS))];
            }
            if batch == ALBUM_DELETION_BATCH {
                operations.push(Operation::DeleteAlbum(0));
            }
            let uploads = join_all(operations.iter().map(|operation| operation.perform(self))).await;
            self.uploads.borrow_mut().extend(uploads.iter().flatten());
            self.pictures.borrow_mut().extend(uploads.iter().flatten());
        }
    }

    /// Waits until consecutive checks find the table Feeds correct. Returns the expected feeds.
    async fn until_correct(&self) -> ExpectedFeeds {
        let correct_checks = Cell::new(0);
        wait::until_ok("the table Feeds is correct", async || {
            let expected = ExpectedFeeds::read(self).await;
            let wrong = expected.find_unfinished(self).or(expected.find_wrong_rows(self).await);
            correct_checks.set(if wrong.is_none() { correct_checks.get() + 1 } else { 0 });
            match wrong {
                None if correct_checks.get() == REQUIRED_CHECKS => Ok(expected),
                wrong => Err(wrong.unwrap_or_else(|| "the table was correct in the last check only".into())),
            }
        })
        .await
    }
}

/// Returns the seed in the environment variable `ALBUMEN_SEED`, or a random seed if it is not set.
fn seed() -> u64 {
    let named = std::env::var("ALBUMEN_SEED").ok().map(|seed| seed.parse().unwrap());
    named.unwrap_or_else(|| SystemTime::now().duration_since(UNIX_EPOCH).unwrap().subsec_nanos().into())
}

#[tokio::test]
async fn feeds_become_correct_and_lists_never_show_a_hidden_picture() {
    let seed = seed();
    eprintln!("the oracle's seed: ALBUMEN_SEED={seed}");
    let (scenario, mut rng) = (Scenario::new().await, Rng::with_seed(seed));
    let operations_ended = Cell::new(false);
    let operations = async {
        scenario.run(&mut rng).await;
        operations_ended.set(true);
    };
    let observe = |number| observer::observe(&scenario, Rng::with_seed(seed ^ number), &operations_ended);
    let ((), checked) = tokio::join!(operations, join_all((1..=OBSERVERS).map(observe)));
    let checked: usize = checked.into_iter().sum();
    eprintln!("checked {checked} pictures while {OPERATIONS} operations ran");
    assert!(checked > MIN_CHECKED_PICTURES, "the observers checked only {checked} pictures");

    let expected = scenario.until_correct().await;
    for (i, reader) in scenario.members.iter().enumerate() {
        let shown = reader.read_pictures("/feed", PAGE_SIZES[i % PAGE_SIZES.len()], scenario.first_id).await;
        let mut shown: Vec<_> = shown.iter().map(key_of).collect();
        shown.retain(|key| scenario.is_member(key.owner_id));
        expected.assert_shown(reader.id(), &shown);
        for owner in scenario.members.iter().filter(|owner| owner.id() != reader.id()) {
            let of_owner = format!("/users/{}/pictures", owner.id());
            let page_size = PAGE_SIZES[(i + 1) % PAGE_SIZES.len()];
            let shown = reader.read_pictures(&of_owner, page_size, scenario.first_id).await;
            let shown: Vec<_> = shown.iter().map(key_of).collect();
            assert_eq!(shown, expected.shown_of(owner.id(), reader.id()), "{of_owner} for {}", reader.id());
        }
    }
}
