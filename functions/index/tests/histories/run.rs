//! A history: who does what next is left to chance.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use aws_lambda_events::dynamodb;
use domain::{FeedId, FeedRow, Picture, PictureKey, Relation, State, UserId};
use index::Task;
use index::event::Changes;
use lambda::Error;

use crate::op::{Op, PEOPLE};
use crate::sim::{Sim, read};
use crate::world::{Event, World, person};

/// How many workers there are at the same time.
const WORKERS: usize = 3;
/// More than any history needs.
const MAX_STEPS: usize = 200_000;

/// What a feed showed.
type Shown = Vec<(Picture, Relation)>;

struct Worker {
    batch: Vec<Event>,
    /// One of three is slow: much happens between any two of its steps.
    slow: bool,
    work: Pin<Box<dyn Future<Output = Result<Vec<Task>, Error>>>>,
}

struct Looker {
    reader: Option<UserId>,
    since: usize,
    work: Pin<Box<dyn Future<Output = Shown>>>,
}

pub struct Run {
    sim: Sim,
    ops: VecDeque<Op>,
    workers: Vec<Worker>,
    lookers: Vec<Looker>,
    /// How many more times a worker may die, an event may come twice, a reader may begin.
    deaths: usize,
    repeats: usize,
    looks: usize,
}

impl Run {
    pub fn new(ops: Vec<Op>, seed: u64) -> Self {
        let sim = Sim {
            world: Rc::new(RefCell::new(World::new())),
            chance: Rc::new(RefCell::new(fastrand::Rng::with_seed(seed))),
            failures: Rc::new(RefCell::new(4)),
            since: 0,
            junk: false,
        };
        let ops = ops.into();
        Self { sim, ops, workers: vec![], lookers: vec![], deaths: 12, repeats: 12, looks: 12 }
    }

    /// Nobody dies and nothing comes twice: what is to happen is said step by step.
    pub fn calm(self) -> Self {
        Self { deaths: 0, repeats: 0, ..self }
    }

    fn below(&self, n: usize) -> usize {
        self.sim.chance.borrow_mut().usize(..n)
    }

    /// Goes on until nothing is left to do.
    pub fn settle(&mut self) {
        for _ in 0..MAX_STEPS {
            let world = self.sim.world.borrow();
            let idle = self.ops.is_empty() && world.events.is_empty() && world.chores.is_empty();
            let idle = idle && world.invisible.is_empty();
            drop(world);
            if idle && self.workers.is_empty() && self.lookers.is_empty() {
                return;
            }
            self.something_happens();
        }
        panic!("it does not come to rest");
    }

    fn something_happens(&mut self) {
        match self.below(100) {
            0..8 => self.somebody_acts(),
            8..10 => self.chore(),
            10..12 => self.appear(),
            12..22 if self.workers.len() < WORKERS => self.begin(),
            22..24 => self.die(),
            24..26 => self.repeat(),
            26..28 => self.look(),
            28..40 => self.poll_looker(),
            _ => self.poll_worker(),
        }
    }

    fn somebody_acts(&mut self) {
        if let Some(op) = self.ops.pop_front() {
            self.apply(op);
        }
    }

    fn chore(&mut self) {
        let chores = self.sim.world.borrow().chores.len();
        if chores > 0 {
            let chore = self.below(chores);
            let chore = self.sim.world.borrow_mut().chores.swap_remove(chore);
            self.apply(chore);
        }
    }

    fn appear(&mut self) {
        let invisible = self.sim.world.borrow().invisible.len();
        if invisible > 0 {
            let n = self.below(invisible);
            self.sim.world.borrow_mut().appear(n);
        }
    }

    pub fn apply(&mut self, op: Op) {
        self.sim.world.borrow_mut().apply(&op);
    }

    pub fn send(&mut self, task: Task) {
        self.sim.world.borrow_mut().emit(Event::Task(task));
    }

    fn sim_now(&self) -> Sim {
        Sim { since: self.sim.world.borrow().truths.len() - 1, ..self.sim.clone() }
    }

    /// A worker takes some events of one kind, in any order.
    fn begin(&mut self) {
        let events = self.sim.world.borrow().events.len();
        if events == 0 {
            return;
        }
        let (first, most) = (self.below(events), 1 + self.below(4));
        let mut world = self.sim.world.borrow_mut();
        let first = world.events.swap_remove(first);
        let kind = std::mem::discriminant(&first);
        let mut batch = vec![first];
        while batch.len() < most && !matches!(batch[0], Event::Task(_)) {
            let Some(next) = world.events.iter().position(|event| std::mem::discriminant(event) == kind)
            else {
                break;
            };
            batch.push(world.events.swap_remove(next));
        }
        drop(world);
        let work = Box::pin(handle(self.sim_now(), batch.clone()));
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
        let mut tasks = outcome.as_ref().map_or(vec![], Clone::clone);
        // It may die while it sends what is to follow.
        let dies = self.deaths > 0 && self.below(50) == 0;
        if dies {
            self.deaths -= 1;
            tasks.truncate(self.below(tasks.len() + 1));
        }
        tasks.into_iter().for_each(|task| self.send(task));
        if dies || outcome.is_err() {
            self.sim.world.borrow_mut().events.extend(worker.batch);
        }
    }

    /// A worker dies; its events come again.
    fn die(&mut self) {
        if self.deaths > 0 && !self.workers.is_empty() {
            self.deaths -= 1;
            let n = self.below(self.workers.len());
            let worker = self.workers.swap_remove(n);
            self.sim.world.borrow_mut().events.extend(worker.batch);
        }
    }

    /// An event comes once more.
    fn repeat(&mut self) {
        let past = self.sim.world.borrow().past.len();
        if self.repeats > 0 && past > 0 {
            self.repeats -= 1;
            let n = self.below(past);
            let mut world = self.sim.world.borrow_mut();
            let event = world.past[n].clone();
            world.events.push(event);
        }
    }

    /// Everything that ever happened comes once more.
    pub fn replay(&mut self) {
        let mut world = self.sim.world.borrow_mut();
        let past = world.past.clone();
        world.events.extend(past);
    }

    /// Somebody, signed in or not, begins to read their feed; half of them have rows of everything in it.
    fn look(&mut self) {
        if self.looks > 0 {
            self.looks -= 1;
            let n = self.below(PEOPLE + 1);
            let reader = (n < PEOPLE).then(|| person(n));
            let sim = Sim { junk: self.below(2) == 0, ..self.sim_now() };
            let since = sim.since;
            let work = Box::pin(async move { read(&sim, reader).await });
            self.lookers.push(Looker { reader, since, work });
        }
    }

    fn poll_looker(&mut self) {
        if self.lookers.is_empty() {
            return;
        }
        let n = self.below(self.lookers.len());
        let work = self.lookers[n].work.as_mut();
        if let Poll::Ready(shown) = work.poll(&mut Context::from_waker(Waker::noop())) {
            let looker = self.lookers.swap_remove(n);
            let world = self.sim.world.borrow();
            for (picture, role) in shown {
                let seen = Some((picture.clone(), role));
                let mut moments = world.truths[looker.since..].iter();
                assert!(
                    moments.any(|truth| truth.seen(looker.reader, picture.key) == seen),
                    "{:?} was shown what was never theirs to see: {picture:?}",
                    looker.reader
                );
            }
        }
    }

    /// The feeds hold what a brute-force recomputation says, and show it.
    pub fn assert_right(&self) {
        let world = self.sim.world.borrow();
        let expected = world.now().rows();
        let (missing, stale): (Vec<_>, Vec<_>) =
            (expected.difference(&world.rows).collect(), world.rows.difference(&expected).collect());
        assert!(missing.is_empty() && stale.is_empty(), "missing {missing:#?}, stale {stale:#?}");
        let readers = (0..PEOPLE).map(|n| Some(person(n))).chain([None]);
        let truth = world.now().clone();
        drop(world);
        for reader in readers {
            let ready = truth.pictures.values().filter(|picture| picture.state() == State::Ready);
            let mut expected: Vec<_> = ready.filter_map(|picture| truth.seen(reader, picture.key)).collect();
            expected.sort_by_key(|(picture, _)| std::cmp::Reverse(picture.key.picture_id));
            assert_eq!(finish(read(&self.sim_now(), reader)), expected, "the feed of {reader:?}");
        }
    }

    /// What happened and is not handled yet is heard of later.
    pub fn hold(&mut self) -> Vec<Event> {
        while !self.sim.world.borrow().invisible.is_empty() {
            self.sim.world.borrow_mut().appear(0);
        }
        std::mem::take(&mut self.sim.world.borrow_mut().events)
    }

    pub fn release(&mut self, late: Vec<Event>) {
        self.sim.world.borrow_mut().events.extend(late);
    }

    /// The picture of that number.
    pub fn picture(&self, n: usize) -> PictureKey {
        self.sim.world.borrow().registered[n]
    }

    /// A row is there that should not be, or the other way round, and no event tells of it.
    pub fn spoil(&mut self, feed: usize, picture: usize, there: bool) {
        let mut world = self.sim.world.borrow_mut();
        let Some(key) = world.registered.get(picture % world.registered.len().max(1)).copied() else {
            return;
        };
        let feed_id = match feed {
            0..PEOPLE => FeedId::User(person(feed)),
            _ => FeedId::Public(u8::try_from(feed - PEOPLE).unwrap() % domain::PUBLIC_SHARDS),
        };
        let row = FeedRow { feed_id, key };
        if there {
            world.rows.insert(row)
        } else {
            world.rows.remove(&row)
        };
    }

    /// The last thing that a worker did before it died.
    pub fn write_as_a_worker_that_dies(&mut self, row: FeedRow) {
        self.sim.world.borrow_mut().put_row(row);
    }

    /// What a worker does that has read long ago.
    pub fn delete_as_a_worker_that_is_late(&mut self, row: FeedRow) {
        self.sim.world.borrow_mut().delete_row(row);
    }
}

/// Runs something by itself.
fn finish<T>(work: impl Future<Output = T>) -> T {
    let mut work = std::pin::pin!(work);
    loop {
        if let Poll::Ready(done) = work.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return done;
        }
    }
}

/// What the function does with a batch, the topic aside.
async fn handle(sim: Sim, batch: Vec<Event>) -> Result<Vec<Task>, Error> {
    let mut stream = dynamodb::Event::default();
    for event in batch {
        match event {
            Event::Task(task) => return task.step(&sim).await,
            Event::Pictures(record) | Event::Friendships(record) | Event::Rows(record) => {
                stream.records.push(*record)
            }
        }
    }
    Changes::read(stream)?.follow(&sim).await
}
