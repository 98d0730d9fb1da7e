//! Records the start and the end of changes, so that an observer can skip the pictures that changed
//! during its reads.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use domain::{AlbumId, PictureKey, UserId};

/// Data that determines who can view a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    /// A picture: its existence, state and visibility.
    Picture(PictureKey),
    /// The friendship of two members. The smaller id comes first.
    Friendship(UserId, UserId),
    /// An album: its existence, visibility, members and pictures.
    Album(AlbumId),
}

impl Subject {
    /// Returns the friendship of two members, given in any order.
    pub fn friendship(one: UserId, other: UserId) -> Self {
        Self::Friendship(one.min(other), one.max(other))
    }
}

/// The changes of all subjects, on a logical clock.
#[derive(Debug, Default)]
pub struct ChangeLog {
    clock: Cell<u64>,
    /// By subject: the number of running changes, and the end of the last completed change.
    changes: RefCell<HashMap<Subject, (usize, u64)>>,
}

impl ChangeLog {
    /// Advances the clock and returns its time.
    pub fn now(&self) -> u64 {
        self.clock.set(self.clock.get() + 1);
        self.clock.get()
    }

    /// Records the start of a change.
    pub fn begin(&self, subject: Subject) {
        self.changes.borrow_mut().entry(subject).or_default().0 += 1;
    }

    /// Records the end of a change.
    pub fn end(&self, subject: Subject) {
        let now = self.now();
        let mut changes = self.changes.borrow_mut();
        let (running, ended) = changes.entry(subject).or_default();
        (*running, *ended) = (*running - 1, now);
    }

    /// Returns `true` if no change of the subject ran from `since` until now.
    pub fn is_unchanged(&self, subject: Subject, since: u64) -> bool {
        self.changes.borrow().get(&subject).is_none_or(|(running, ended)| *running == 0 && *ended < since)
    }
}
