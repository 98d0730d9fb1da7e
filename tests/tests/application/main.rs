//! End-to-end tests of the application on a local cloud. Each test signs up its own members, so
//! that tests can run concurrently. The public feed contains the pictures of all tests.
#![allow(clippy::unwrap_used, reason = "clippy does not recognise helpers of tests")]

mod account_deletion;
mod album_notifications;
mod album_store;
mod albums;
mod api;
mod authorization;
mod blocks;
mod caching;
mod cleanup;
mod comments;
mod dead_letters;
mod delivery;
mod devices;
mod duplicate_files;
mod events;
mod friends;
mod guest_counters;
mod hostile_files;
mod identity;
mod inbox;
mod links;
mod live;
mod logs;
mod multipart_uploads;
mod oracle;
mod pages;
mod paging;
mod people_search;
mod permissions;
mod picture_deletion;
mod processing;
mod profiles;
mod quotas;
mod real_pictures;
mod redelivery;
mod renditions;
mod sharing;
mod site;
mod store_concurrency;
mod uploads;
mod visibility;
