//! What was changed when, so that a spectator knows what stood still.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use domain::{PictureKey, UserId};

/// Something that decides who sees what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Thing {
    /// A picture: whether it is there, ready, and for whom.
    Picture(PictureKey),
    /// What two people are to each other.
    Between(UserId, UserId),
}

impl Thing {
    /// What two people are to each other, whoever is named first.
    pub fn between(one: UserId, other: UserId) -> Self {
        Self::Between(one.min(other), one.max(other))
    }
}

/// Begins and ends of changes, on a clock of their own.
#[derive(Debug, Default)]
pub struct Ledger {
    clock: Cell<u64>,
    /// How many changes are under way, and when the last one ended.
    changes: RefCell<HashMap<Thing, (usize, u64)>>,
}

impl Ledger {
    /// A moment, later than all before.
    pub fn now(&self) -> u64 {
        self.clock.set(self.clock.get() + 1);
        self.clock.get()
    }

    /// A change begins.
    pub fn begin(&self, thing: Thing) {
        self.changes.borrow_mut().entry(thing).or_default().0 += 1;
    }

    /// A change has ended.
    pub fn end(&self, thing: Thing) {
        let now = self.now();
        let mut changes = self.changes.borrow_mut();
        let (under_way, ended) = changes.entry(thing).or_default();
        (*under_way, *ended) = (*under_way - 1, now);
    }

    /// Whether nothing changed it from that moment until now.
    pub fn is_still(&self, thing: Thing, since: u64) -> bool {
        self.changes.borrow().get(&thing).is_none_or(|(under_way, ended)| *under_way == 0 && *ended < since)
    }
}
