//! `cargo dev bench sharing`: the cost of sharing. Counts the DynamoDB requests and the written
//! items for one picture by the number of the owner's friends, for a picture of an album by the
//! number of its members, for a page of a feed and of an album by its length, and for a new
//! friendship. Runs the code of `index` and `feed` against its own tables on the running local
//! cloud.
#![allow(clippy::unwrap_used, reason = "a benchmark may panic")]
#![expect(clippy::print_stdout, reason = "the result of the benchmark")]

mod own_tables;
#[path = "sharing/tables.rs"]
mod tables;

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use domain::{AlbumRef, Audience, FeedId, FeedRow, MAX_ALBUM_MEMBERS, Visibility};
use index::pictures::AudienceChange;
use index::rows::RowChange;
use index::{Tables as _, Task};
use own_tables::member;
use store::{Addition, AlbumOrder};
use tables::Tables;

/// The number of feed rows that are verified at once: the batch size in the template.
const VERIFIED_AT_ONCE: usize = 1_000;
/// The number of reads of each page.
const ROUNDS: usize = 31;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let tables = Tables::create().await;
    measure_picture(&tables).await;
    measure_album_picture(&tables).await;
    measure_friendship(&tables).await;
    measure_pages(&tables).await;
    measure_album_pages(&tables).await;
    tables.delete().await;
}

/// Makes one picture ready and public.
async fn measure_picture(tables: &Tables) {
    println!(
        "one public picture\n{:>9} {:>7} {:>9} {:>16} {:>15} {:>7}",
        "friends", "items", "requests", "items / 25", "to verify", "ms"
    );
    let mut next = 1_000;
    for friends in [0, 10, 100, 1_000, 5_000] {
        let owner = member(next);
        tables.befriend(owner, (next + 1..=next + friends).map(member)).await;
        next += 10_000;
        let key = tables.put_picture(owner, Visibility::Public).await;
        let change = AudienceChange::between(Audience::Nobody, Audience::Everyone);
        tables.reset_counts();
        let start = Instant::now();
        index::pictures::reconcile(&tables.index, BTreeMap::from([(key, change)])).await.unwrap();
        let elapsed = start.elapsed();
        let (requests, items) = tables.counts();
        let rows = Audience::Everyone.feed_rows(key, &tables.list_friends(owner).await);
        let to_verify = count_verify_requests(tables, rows).await;
        println!(
            "{friends:>9} {items:>7} {requests:>9} {:>16} {to_verify:>15} {:>7.0}",
            items.div_ceil(25),
            millis(elapsed)
        );
    }
}

/// Adds a private picture to an album, and then 100 at once.
async fn measure_album_picture(tables: &Tables) {
    println!(
        "\nprivate pictures in an album\n{:>9} {:>9} {:>7} {:>9} {:>18} {:>15} {:>7}",
        "members", "pictures", "items", "requests", "items a picture", "to verify", "ms"
    );
    for (n, members) in [5, 50, MAX_ALBUM_MEMBERS].into_iter().enumerate() {
        let n = 1_000_000 * (1 + u128::try_from(n).unwrap());
        let (owner, members) = (member(n), (1..=u128::from(members)).map(|i| member(n + i)));
        let members: Vec<_> = members.collect();
        let album = tables.put_album(owner, &members).await;
        for pictures in [1, 100] {
            let keys = tables.put_pictures(owner, pictures, Visibility::Private).await;
            tables.reset_counts();
            let start = Instant::now();
            tables.albums.add_pictures(&album, owner, &keys).await.unwrap();
            let task = Task::WriteAlbumRows { album: album.album_id, keys: keys.iter().copied().collect() };
            let mut tasks = vec![task];
            while let Some(task) = tasks.pop() {
                tasks.extend(task.run_step(&tables.index).await.unwrap());
            }
            let elapsed = start.elapsed();
            let (requests, items) = tables.counts();
            let via = Some(AlbumRef { album_id: album.album_id, owner_id: owner });
            // The owner can view the picture without the album.
            let own = keys.iter().map(|key| FeedRow::direct(FeedId::User(owner), *key));
            let others = members.iter().flat_map(|member| {
                keys.iter().map(|key| FeedRow { feed_id: FeedId::User(*member), key: *key, via })
            });
            let to_verify = count_verify_requests(tables, own.chain(others).collect()).await;
            println!(
                "{:>9} {pictures:>9} {items:>7} {requests:>9} {:>18} {to_verify:>15} {:>7.0}",
                members.len(),
                items.div_ceil(pictures),
                millis(elapsed)
            );
        }
    }
}

/// Counts the requests that verify rows after they were written.
async fn count_verify_requests(tables: &Tables, rows: Vec<FeedRow>) -> usize {
    tables.reset_counts();
    for batch in rows.chunks(VERIFIED_AT_ONCE) {
        let batch: BTreeSet<_> = batch.iter().map(|row| (*row, RowChange::Added)).collect();
        index::rows::verify(&tables.index, &batch).await.unwrap();
    }
    let (requests, items) = tables.counts();
    assert_eq!(items, 0, "the rows were correct");
    requests
}

/// Makes two members with 1,000 pictures each friends.
async fn measure_friendship(tables: &Tables) {
    let (a, b) = (member(500), member(501));
    for owner in [a, b] {
        tables.put_pictures(owner, 1_000, Visibility::Friends).await;
    }
    tables.befriend(a, [b]).await;
    tables.reset_counts();
    let start = Instant::now();
    let mut tasks = Vec::new();
    for (reader, owner) in [(a, b), (b, a)] {
        tasks.extend(index::friendships::add_rows(&tables.index, reader, owner, None).await.unwrap());
    }
    let mut steps = 2;
    while let Some(task) = tasks.pop() {
        steps += 1;
        tasks.extend(task.run_step(&tables.index).await.unwrap());
    }
    let elapsed = start.elapsed();
    let (requests, items) = tables.counts();
    println!(
        "\na new friendship, 1,000 pictures on each side\n{items} items, {requests} requests in {steps} steps, {:.0} ms",
        millis(elapsed)
    );
}

/// Reads a page of 50 of a feed with 1,000 pictures of a friend and of one with 100,000.
async fn measure_pages(tables: &Tables) {
    let sizes = [1_000, 100_000];
    println!("\na page of 50 of GET /feed, {ROUNDS} reads of each feed in turns");
    let mut readers = Vec::new();
    for (n, size) in sizes.into_iter().enumerate() {
        let n = 600 + 10 * u128::try_from(n).unwrap();
        let (reader, owner) = (member(n), member(n + 1));
        tables.befriend(reader, [owner]).await;
        let keys = tables.put_pictures(owner, size, Visibility::Friends).await;
        let rows: Vec<_> = keys.into_iter().map(|key| FeedRow::direct(FeedId::User(reader), key)).collect();
        tables.index.write_rows(&rows, &[]).await.unwrap();
        readers.push(reader);
    }
    let mut times = [Vec::new(), Vec::new()];
    let mut requests = [0, 0];
    for _ in 0..ROUNDS {
        for (n, reader) in readers.iter().enumerate() {
            tables.reset_counts();
            let start = Instant::now();
            assert_eq!(tables.count_page(*reader).await, 50);
            times[n].push(start.elapsed());
            requests[n] = tables.counts().0;
        }
    }
    print_page_times("GET /feed", sizes, requests, times);
}

/// Reads a page of 50 of an album with 100 pictures and of one with 10,000, in both orders.
async fn measure_album_pages(tables: &Tables) {
    let sizes = [100, 10_000];
    println!("\na page of 50 of an album, {ROUNDS} reads of each album in turns");
    let mut albums = Vec::new();
    for (n, size) in sizes.into_iter().enumerate() {
        let owner = member(700 + u128::try_from(n).unwrap());
        let album = tables.put_album(owner, &[]).await;
        let keys = tables.put_pictures(owner, size, Visibility::Private).await;
        let outcomes = tables.albums.add_pictures(&album, owner, &keys).await.unwrap();
        assert!(outcomes.values().all(|outcome| *outcome == Addition::Added));
        albums.push(album);
    }
    for order in [AlbumOrder::Added, AlbumOrder::Taken] {
        let (mut times, mut requests) = ([Vec::new(), Vec::new()], [0, 0]);
        for _ in 0..ROUNDS {
            for (n, album) in albums.iter().enumerate() {
                tables.reset_counts();
                let start = Instant::now();
                assert_eq!(tables.count_album_page(album, order).await, 50);
                times[n].push(start.elapsed());
                requests[n] = tables.counts().0;
            }
        }
        print_page_times(&format!("{order:?}"), sizes, requests, times);
    }
}

/// Prints the requests and the median time of a page for two sizes of a list, and the ratio.
fn print_page_times(name: &str, sizes: [usize; 2], requests: [usize; 2], times: [Vec<Duration>; 2]) {
    let medians = times.map(|mut times| {
        times.sort_unstable();
        times[times.len() / 2]
    });
    for (n, size) in sizes.into_iter().enumerate() {
        println!("{name}, {size:>7} pictures: {} requests, median {:.1} ms", requests[n], millis(medians[n]));
    }
    println!("{name}: ratio {:.2}", medians[1].as_secs_f64() / medians[0].as_secs_f64());
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
