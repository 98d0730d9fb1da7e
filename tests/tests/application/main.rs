//! The real application on a local cloud. Every test brings its own people, so that all run side by side; in what is
//! public they find each other's pictures.
#![allow(clippy::unwrap_used, reason = "tests; clippy does not see that their helpers are")]

mod accounts;
mod api;
mod authorization;
mod cleanup;
mod comments;
mod crowd;
mod dead_letters;
mod deletion;
mod delivery;
mod devices;
mod duplicates;
mod events;
mod flow;
mod friends;
mod hostile;
mod identity;
mod inbox;
mod live;
mod oracle;
mod paging;
mod parts;
mod permissions;
mod profiles;
mod real;
mod replays;
mod sharing;
mod context;
mod uploads;
mod visibility;
