//! Compares each reply of the API with its specification, in tests.
//!
//! [`wire::send`](crate::wire::send) and the clients of [`cloud::app`](crate::cloud::app) call
//! [`compare`] with all replies.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use client::RawReply;
use openapi::replies::{COMMITTED, Reply};
use reqwest::Method;

use crate::cloud;

/// A file to which each process adds a line for each compared reply: the route and the status.
const RECORD: &str = "ALBUMEN_REPLIES";

static IS_OFF: AtomicBool = AtomicBool::new(false);

/// Ends the comparison in this process, because the application is another version.
pub fn ignore() {
    IS_OFF.store(true, Ordering::Relaxed);
}

/// Compares a reply with the specification, if it is a reply of the API. Benchmarks, which have no
/// debug assertions, do not compare.
///
/// # Panics
/// Panics with all differences.
pub fn compare(reply: RawReply<'_>) {
    if cfg!(not(debug_assertions)) || IS_OFF.load(Ordering::Relaxed) {
        return;
    }
    let Some(path) = path_of(reply) else { return };
    let headers: Vec<_> = reply
        .headers
        .iter()
        .filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)))
        .collect();
    let (method, status) = (reply.method.as_str(), reply.status);
    let problems =
        COMMITTED.problems(Reply { method, path: &path, status, headers: &headers, body: reply.body });
    let body = String::from_utf8_lossy(reply.body);
    assert!(
        problems.is_empty(),
        "{method} {path}: {status} differs from docs/openapi.json: {problems:#?}\n{body}"
    );
    record(method, &path, status);
}

/// Returns the path and the query of a request to the API, or `None` if another server replied.
fn path_of(reply: RawReply<'_>) -> Option<String> {
    let (url, stack) = (reply.url.as_str(), cloud::stack());
    let (direct, site) = (stack.api.as_str(), format!("{}v1", stack.site));
    // CloudFront itself rejects the other methods.
    let is_forwarded = [Method::GET, Method::HEAD].contains(reply.method);
    let path = url.strip_prefix(direct).or_else(|| url.strip_prefix(&site).filter(|_| is_forwarded))?;
    path.starts_with('/').then(|| path.to_owned())
}

fn record(method: &str, path: &str, status: u16) {
    let Some(file) = std::env::var_os(RECORD) else { return };
    let route = COMMITTED.route(method, path).unwrap_or_else(|| format!("{method} (unknown)"));
    let file = OpenOptions::new().create(true).append(true).open(Path::new(&file));
    // One write, so that the lines of several processes do not mix.
    file.unwrap().write_all(format!("{route} {status}\n").as_bytes()).unwrap();
}
