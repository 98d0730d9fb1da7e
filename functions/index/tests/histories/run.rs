//! Runs a history with a random schedule.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use aws_lambda_events::dynamodb;
use domain::{Activity, AlbumRef, FeedId, FeedRow, PictureKey};
use index::Task;
use index::changes::Changes;
use jiff::Timestamp;
use lambda::Error;
use store::VisiblePicture;
use uuid::Uuid;

use crate::op::{MEMBERS, Op};
use crate::sim::{List, Sim};
use crate::world::{Event, World, member};

/// The maximum number of concurrent workers.
const MAX_WORKERS: usize = 3;
/// The maximum number of steps of a history.
const MAX_STEPS: usize = 200_000;

/// An invocation of `index` or `smart-albums`.
struct Worker {
    batch: Vec<Event>,
    /// A slow worker, one of three, lets many other steps run between two of its own.
    slow: bool,
    work: Pin<Box<dyn Future<Output = Result<Vec<Event>, Error>>>>,
}

/// A member or a visitor who reads a list.
struct Reader {
    list: List,
    /// The index of the moment at which the reader began.
    since: usize,
    work: Pin<Box<dyn Future<Output = Vec<VisiblePicture>>>>,
}

/// A history and its state.
pub struct Run {
    sim: Sim,
    ops: VecDeque<Op>,
    workers: Vec<Worker>,
    readers: Vec<Reader>,
    /// The numbers of crashes, duplicates and readers that can still follow.
    crashes: usize,
    duplicates: usize,
    reads: usize,
}

impl Run {
    pub fn new(ops: Vec<Op>, seed: u64) -> Self {
        let sim = Sim {
            world: Rc::new(RefCell::new(World::new())),
            rng: Rc::new(RefCell::new(fastrand::Rng::with_seed(seed))),
            failures: Rc::new(RefCell::new(4)),
            since: 0,
            stale_rows: false,
        };
        let ops = ops.into();
        Self { sim, ops, workers: vec![], readers: vec![], crashes: 12, duplicates: 12, reads: 12 }
    }

    /// Disables random crashes and duplicates, for histories that a test defines step by step.
    pub fn without_crashes(self) -> Self {
        Self { crashes: 0, duplicates: 0, ..self }
    }

    /// Adds actions.
    pub fn extend(&mut self, ops: Vec<Op>) {
        self.ops.extend(ops);
    }

    fn below(&self, n: usize) -> usize {
        self.sim.rng.borrow_mut().usize(..n)
    }

    /// Runs until all actions are applied, all events are handled and all readers have finished.
    pub fn settle(&mut self) {
        for _ in 0..MAX_STEPS {
            let world = self.sim.world.borrow();
            let idle = self.ops.is_empty() && world.events.is_empty() && world.cleanups.is_empty();
            let idle = idle && world.delayed.is_empty();
            drop(world);
            if idle && self.workers.is_empty() && self.readers.is_empty() {
                return;
            }
            self.run_random_step();
        }
        panic!("the history exceeds the maximum number of steps");
    }

    fn run_random_step(&mut self) {
        match self.below(100) {
            0..8 => self.apply_next_op(),
            8..10 => self.apply_cleanup(),
            10..12 => self.reveal_friend_row(),
            12..22 if self.workers.len() < MAX_WORKERS => self.start_worker(),
            22..24 => self.crash_worker(),
            24..26 => self.duplicate_event(),
            26..28 => self.start_reader(),
            28..40 => self.poll_reader(),
            _ => self.poll_worker(),
        }
    }

    fn apply_next_op(&mut self) {
        if let Some(op) = self.ops.pop_front() {
            self.apply(op);
        }
    }

    fn apply_cleanup(&mut self) {
        let cleanups = self.sim.world.borrow().cleanups.len();
        if cleanups > 0 {
            let n = self.below(cleanups);
            let cleanup = self.sim.world.borrow_mut().cleanups.swap_remove(n);
            self.apply(cleanup);
        }
    }

    fn reveal_friend_row(&mut self) {
        let delayed = self.sim.world.borrow().delayed.len();
        if delayed > 0 {
            let n = self.below(delayed);
            self.sim.world.borrow_mut().reveal(n);
        }
    }

    pub fn apply(&mut self, op: Op) {
        self.sim.world.borrow_mut().apply(&op);
    }

    pub fn send(&mut self, task: Task) {
        self.sim.world.borrow_mut().emit(Event::Task(task));
    }

    fn sim_from_now(&self) -> Sim {
        Sim { since: self.sim.world.borrow().moments.len() - 1, ..self.sim.clone() }
    }

    /// Starts a worker with some events of one kind, in any order.
    fn start_worker(&mut self) {
        let events = self.sim.world.borrow().events.len();
        if events == 0 {
            return;
        }
        let (first, max) = (self.below(events), 1 + self.below(4));
        let mut world = self.sim.world.borrow_mut();
        let first = world.events.swap_remove(first);
        let kind = std::mem::discriminant(&first);
        let mut batch = vec![first];
        let is_message = matches!(batch[0], Event::Task(_) | Event::Activity(_) | Event::Step(_));
        while batch.len() < max && !is_message {
            let Some(next) = world.events.iter().position(|event| std::mem::discriminant(event) == kind)
            else {
                break;
            };
            batch.push(world.events.swap_remove(next));
        }
        drop(world);
        let work = Box::pin(handle(self.sim_from_now(), batch.clone()));
        let slow = self.below(3) == 0;
        self.workers.push(Worker { batch, slow, work });
    }

    fn poll_worker(&mut self) {
        if self.workers.is_empty() {
            return;
        }
        let n = self.below(self.workers.len());
        if self.workers[n].slow && self.below(20) > 0 {
            return;
        }
        let Poll::Ready(outcome) =
            self.workers[n].work.as_mut().poll(&mut Context::from_waker(Waker::noop()))
        else {
            return;
        };
        let worker = self.workers.swap_remove(n);
        let mut messages = outcome.as_ref().map_or(vec![], Clone::clone);
        // The worker can crash while it publishes the next steps.
        let crashes = self.crashes > 0 && self.below(50) == 0;
        if crashes {
            self.crashes -= 1;
            messages.truncate(self.below(messages.len() + 1));
        }
        messages.into_iter().for_each(|message| self.sim.world.borrow_mut().emit(message));
        if crashes || outcome.is_err() {
            self.sim.world.borrow_mut().events.extend(worker.batch);
        }
    }

    /// Crashes a worker; its events are delivered again.
    fn crash_worker(&mut self) {
        if self.crashes > 0 && !self.workers.is_empty() {
            self.crashes -= 1;
            let n = self.below(self.workers.len());
            let worker = self.workers.swap_remove(n);
            self.sim.world.borrow_mut().events.extend(worker.batch);
        }
    }

    /// Delivers an old event again.
    fn duplicate_event(&mut self) {
        let past = self.sim.world.borrow().past_events.len();
        if self.duplicates > 0 && past > 0 {
            self.duplicates -= 1;
            let n = self.below(past);
            let mut world = self.sim.world.borrow_mut();
            let event = world.past_events[n].clone();
            world.events.push(event);
        }
    }

    /// Delivers all old events again.
    pub fn replay(&mut self) {
        let mut world = self.sim.world.borrow_mut();
        let past = world.past_events.clone();
        world.events.extend(past);
    }

    /// Starts a reader, signed in or not. The feeds of every second reader contain stale rows of
    /// all pictures.
    fn start_reader(&mut self) {
        if self.reads > 0 {
            self.reads -= 1;
            let list = self.random_list();
            let sim = Sim { stale_rows: self.below(2) == 0, ..self.sim_from_now() };
            let since = sim.since;
            let work = Box::pin(async move { list.read(&sim).await });
            self.readers.push(Reader { list, since, work });
        }
    }

    /// Chooses a feed or, as often, the pictures of a member for another one.
    fn random_list(&self) -> List {
        let n = self.below(MEMBERS + 1);
        match (n < MEMBERS).then(|| member(n)) {
            Some(reader) if self.below(2) == 0 => {
                let owner = member((n + 1 + self.below(MEMBERS - 1)) % MEMBERS);
                List::PicturesOf { owner, reader }
            }
            reader => List::Feed(reader),
        }
    }

    /// Continues a reader. When it finishes, asserts that it could see each picture at some moment
    /// of the read.
    fn poll_reader(&mut self) {
        if self.readers.is_empty() {
            return;
        }
        let n = self.below(self.readers.len());
        let work = self.readers[n].work.as_mut();
        if let Poll::Ready(shown) = work.poll(&mut Context::from_waker(Waker::noop())) {
            let Reader { list, since, .. } = self.readers.swap_remove(n);
            let world = self.sim.world.borrow();
            for shown in shown {
                let mut moments = world.moments[since..].iter();
                assert!(
                    moments.any(|moment| list.explains(moment, &shown)),
                    "{list:?} showed a picture that its reader could see at no moment: {shown:?}"
                );
            }
        }
    }

    /// Asserts that the feeds contain exactly the expected rows, and that they show each reader
    /// exactly the pictures that the reader can view.
    pub fn assert_correct(&self) {
        let world = self.sim.world.borrow();
        world.now().assert_rows(&world.rows);
        world.assert_orders();
        world.assert_rules();
        let now = world.now().clone();
        drop(world);
        for reader in (0..MEMBERS).map(|n| Some(member(n))).chain([None]) {
            let shown = finish(List::Feed(reader).read(&self.sim_from_now()));
            let keys: Vec<_> = shown.iter().map(|shown| shown.picture.key).collect();
            assert!(keys.is_sorted_by(|a, b| a.picture_id > b.picture_id), "the order for {reader:?}");
            for shown in &shown {
                let allowed =
                    List::Feed(reader).explains(&now, shown) && now.can_show(reader, shown.picture.key);
                assert!(allowed, "the feed of {reader:?} shows {shown:?}");
            }
            let mut required = now.pictures.keys().filter(|key| now.must_show(reader, **key));
            assert_eq!(required.find(|key| !keys.contains(key)), None, "the feed of {reader:?}");
        }
        for (owner, reader) in (0..MEMBERS).flat_map(|a| (0..MEMBERS).map(move |b| (member(a), member(b)))) {
            if owner != reader {
                let shown = finish(List::PicturesOf { owner, reader }.read(&self.sim_from_now()));
                let expected = now.expected_pictures_of(owner, reader);
                assert_eq!(shown, expected, "the pictures of {owner} for {reader}");
            }
        }
    }

    /// Removes and returns all pending events.
    pub fn hold_events(&mut self) -> Vec<Event> {
        while !self.sim.world.borrow().delayed.is_empty() {
            self.sim.world.borrow_mut().reveal(0);
        }
        std::mem::take(&mut self.sim.world.borrow_mut().events)
    }

    /// Delivers the events that [`Run::hold_events`] returned.
    pub fn release_events(&mut self, held: Vec<Event>) {
        self.sim.world.borrow_mut().events.extend(held);
    }

    /// Returns the key of picture number `n`.
    pub fn picture(&self, n: usize) -> PictureKey {
        self.sim.world.borrow().registered[n]
    }

    /// Returns album number `n`.
    pub fn album(&self, n: usize) -> AlbumRef {
        self.sim.world.borrow().created[n]
    }

    /// Writes or deletes a row without an event. The row can name an album.
    pub fn corrupt(&mut self, feed_id: FeedId, picture: usize, present: bool) {
        let mut world = self.sim.world.borrow_mut();
        let Some(key) = world.registered.get(picture % world.registered.len().max(1)).copied() else {
            return;
        };
        let via = world.stale_via(feed_id, key);
        if present {
            world.rows.insert((feed_id, key), via);
        } else {
            world.rows.remove(&(feed_id, key));
        }
    }

    /// Writes a row as a worker does that crashes afterwards.
    pub fn write_then_crash(&mut self, row: FeedRow) {
        self.sim.world.borrow_mut().put_row(row);
    }

    /// Deletes a row as a worker does after an outdated read.
    pub fn delete_after_outdated_read(&mut self, row: FeedRow) {
        self.sim.world.borrow_mut().delete_row(row);
    }
}

/// Polls a future until it is ready, and returns its output.
fn finish<T>(work: impl Future<Output = T>) -> T {
    let mut work = std::pin::pin!(work);
    loop {
        if let Poll::Ready(output) = work.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return output;
        }
    }
}

/// Handles a batch as the functions do, and returns the messages instead of publishing them.
async fn handle(sim: Sim, batch: Vec<Event>) -> Result<Vec<Event>, Error> {
    let mut stream = dynamodb::Event::default();
    for event in batch {
        match event {
            Event::Task(task) => {
                return Ok(task.run_step(&sim).await?.into_iter().map(Event::Task).collect());
            }
            Event::Activity(event) => {
                let activity = Activity { id: Uuid::nil(), at: Timestamp::UNIX_EPOCH, event };
                let mut steps = vec![];
                smart_albums::handle_activity(&sim, activity, &mut steps).await?;
                return Ok(steps.into_iter().map(Event::Step).collect());
            }
            Event::Step(step) => return Ok(step.run(&sim).await?.into_iter().map(Event::Step).collect()),
            Event::Picture(record)
            | Event::Friendship(record)
            | Event::Album(record)
            | Event::Row(record) => stream.records.push(*record),
        }
    }
    Ok(Changes::parse(stream)?.update_feeds(&sim).await?.into_iter().map(Event::Task).collect())
}
