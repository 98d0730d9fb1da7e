//! Turns changes into activity.
