//! Registers phones for mobile push.
