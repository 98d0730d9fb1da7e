//! `cargo dev bench sharing`: what sharing costs. The requests to DynamoDB and the items written for one picture by its owner's
//! number of friends, for a page of a feed by what is behind it, and for a new friendship. The functions' own code runs here,
//! against tables of its own on the local cloud that is up, and every request of the SDK is counted.
#![allow(clippy::unwrap_used, reason = "a benchmark that fails has nothing to tell")]
#![expect(clippy::print_stdout, reason = "the result of the benchmark")]

#[path = "sharing/tables.rs"]
mod tables;

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use domain::{Audience, FeedId, FeedRow, PictureKey, Visibility};
use index::Task;
use index::pictures::Change;
use index::rows::Happened;
use tables::{Tables, person};

/// Rows that came or went, looked at in one go: the batch size in the template.
const LOOKED_AT: usize = 1_000;
/// How often each page is read, in turns.
const ROUNDS: usize = 31;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let tables = Tables::create().await;
    pictures(&tables).await;
    friendship(&tables).await;
    pages(&tables).await;
    tables.delete().await;
}

/// One picture becomes ready and public.
async fn pictures(tables: &Tables) {
    println!(
        "one public picture\n{:>9} {:>7} {:>9} {:>16} {:>15} {:>7}",
        "friends", "items", "requests", "items / 25, up", "looked at again", "ms"
    );
    let mut next = 1_000;
    for friends in [0, 10, 100, 1_000, 5_000] {
        let owner = person(next);
        tables.befriend(owner, (next + 1..=next + friends).map(person)).await;
        next += 10_000;
        let key = tables.picture(owner, Visibility::Public).await;
        let change = Change::between(Audience::Nobody, Audience::Everyone);
        tables.reset();
        let start = Instant::now();
        index::pictures::reconcile(&tables.index, BTreeMap::from([(key, change)])).await.unwrap();
        let elapsed = start.elapsed();
        let (requests, items) = tables.counted();
        let again = look_again(tables, rows(key, tables.friends(owner).await)).await;
        println!(
            "{friends:>9} {items:>7} {requests:>9} {:>16} {again:>15} {:>7.0}",
            items.div_ceil(25),
            millis(elapsed)
        );
    }
}

fn rows(key: PictureKey, friends: Vec<domain::UserId>) -> Vec<FeedRow> {
    Audience::Everyone.rows(key, &friends)
}

/// Requests to look at rows once more, after they were written.
async fn look_again(tables: &Tables, rows: Vec<FeedRow>) -> usize {
    tables.reset();
    for batch in rows.chunks(LOOKED_AT) {
        let batch: BTreeSet<_> = batch.iter().map(|row| (*row, Happened::Came)).collect();
        index::rows::verify(&tables.index, &batch).await.unwrap();
    }
    let (requests, items) = tables.counted();
    assert_eq!(items, 0, "the rows were right");
    requests
}

/// Two people with 1,000 pictures each become friends.
async fn friendship(tables: &Tables) {
    let (a, b) = (person(500), person(501));
    for owner in [a, b] {
        tables.pictures(owner, 1_000, Visibility::Friends).await;
    }
    tables.befriend(a, [b]).await;
    tables.reset();
    let start = Instant::now();
    let mut tasks = Vec::new();
    for (reader, owner) in [(a, b), (b, a)] {
        tasks.extend(index::friendships::enter(&tables.index, reader, owner, None).await.unwrap());
    }
    let mut steps = 2;
    while let Some(task) = tasks.pop() {
        steps += 1;
        tasks.extend(Task::step(task, &tables.index).await.unwrap());
    }
    let elapsed = start.elapsed();
    let (requests, items) = tables.counted();
    println!(
        "\na new friendship, 1,000 pictures on each side\n{items} items, {requests} requests in {steps} steps, {:.0} ms",
        millis(elapsed)
    );
}

/// A page of 50 with 1,000 and with 100,000 pictures of a friend behind it.
async fn pages(tables: &Tables) {
    let sizes = [1_000, 100_000];
    println!("\na page of 50 of GET /feed, {ROUNDS} times in turns");
    let mut readers = Vec::new();
    for (n, size) in sizes.into_iter().enumerate() {
        let n = 600 + 10 * u128::try_from(n).unwrap();
        let (reader, owner) = (person(n), person(n + 1));
        tables.befriend(reader, [owner]).await;
        let keys = tables.pictures(owner, size, Visibility::Friends).await;
        let rows: Vec<_> =
            keys.into_iter().map(|key| FeedRow { feed_id: FeedId::User(reader), key }).collect();
        tables.feeds.write(&rows, &[]).await.unwrap();
        readers.push(reader);
    }
    let mut times = [Vec::new(), Vec::new()];
    let mut requests = [0, 0];
    for _ in 0..ROUNDS {
        for (n, reader) in readers.iter().enumerate() {
            tables.reset();
            let start = Instant::now();
            assert_eq!(tables.page(*reader).await, 50);
            times[n].push(start.elapsed());
            requests[n] = tables.counted().0;
        }
    }
    let medians = times.map(|mut times| {
        times.sort_unstable();
        times[times.len() / 2]
    });
    for (n, size) in sizes.into_iter().enumerate() {
        println!("{size:>9} behind it: {} requests, median {:.1} ms", requests[n], millis(medians[n]));
    }
    println!("ratio {:.2}", medians[1].as_secs_f64() / medians[0].as_secs_f64());
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
