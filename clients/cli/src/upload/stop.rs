//! The early end of a run.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

use crate::failure::Failure;

/// Ends a run early: no further file is started, and the parts that are being sent are the last
/// ones. Clones share the state.
#[derive(Clone, Debug)]
pub struct Stop {
    state: Arc<watch::Sender<bool>>,
    reason: Arc<Mutex<Option<Failure>>>,
}

impl Stop {
    pub fn new() -> Self {
        Self { state: Arc::new(watch::Sender::new(false)), reason: Arc::default() }
    }

    /// Stops the run. The first reason counts. `None` means that the person asked for it.
    pub fn set(&self, reason: Option<Failure>) {
        let was_set = self.state.send_replace(true);
        if !was_set {
            *self.reason.lock().unwrap_or_else(PoisonError::into_inner) = reason;
        }
    }

    pub fn is_set(&self) -> bool {
        *self.state.borrow()
    }

    /// Takes the reason.
    pub fn reason(&self) -> Option<Failure> {
        self.reason.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Waits until the run is stopped.
    pub async fn until_set(&self) {
        // Fails only if the sender is dropped, which `self` holds.
        let _ = self.state.subscribe().wait_for(|is_set| *is_set).await;
    }

    /// Waits, at most until the run is stopped.
    pub async fn sleep(&self, duration: Duration) {
        tokio::select! {
            () = tokio::time::sleep(duration) => {}
            () = self.until_set() => {}
        }
    }
}
