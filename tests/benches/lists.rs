//! `cargo dev bench lists`: the time of a reply of each list with 0 and with 1,000 rows that the
//! reader may not see. Runs the code of the functions against two sets of its own tables on the
//! running local cloud, in turns. Fails if a list takes more than 1.1 times as long with hidden
//! rows.
#![allow(clippy::unwrap_used, reason = "a benchmark may panic")]
#![expect(clippy::print_stdout, reason = "the result of the benchmark")]

mod own_tables;
#[path = "lists/world.rs"]
mod world;

use std::time::{Duration, Instant};

use world::{List, World};

/// The number of hidden rows of each kind in the second set of tables.
const HIDDEN: usize = 1_000;
/// The number of replies of each list from each set of tables.
const ROUNDS: usize = 41;
/// The maximum ratio of the medians.
const MAX_RATIO: f64 = 1.1;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let worlds = [World::create(0).await, World::create(HIDDEN).await];
    println!("the median of {ROUNDS} replies, in ms, and the items on the page");
    println!("{:<46} {:>14} {:>14} {:>6}", "list", "0 hidden", format!("{HIDDEN} hidden"), "ratio");
    let mut slow = Vec::new();
    for list in List::ALL {
        let (medians, items) = measure(&worlds, list).await;
        let ratio = medians[1].as_secs_f64() / medians[0].as_secs_f64();
        let [without, with] = [0, 1].map(|n| format!("{:.2} ({})", millis(medians[n]), items[n]));
        println!("{:<46} {without:>14} {with:>14} {ratio:>6.2}", list.name());
        slow.extend((ratio > MAX_RATIO).then_some(list.name()));
    }
    for world in worlds {
        world.delete().await;
    }
    assert!(slow.is_empty(), "hidden rows slow down {slow:?}");
}

/// Returns the median time of a reply and the number of items on the page, for each world.
async fn measure(worlds: &[World; 2], list: List) -> ([Duration; 2], [usize; 2]) {
    let (mut times, mut items) = ([Vec::new(), Vec::new()], [0, 0]);
    for round in 0..ROUNDS {
        for n in if round % 2 == 0 { [0, 1] } else { [1, 0] } {
            let start = Instant::now();
            items[n] = worlds[n].count_items(list).await;
            times[n].push(start.elapsed());
        }
    }
    let medians = times.map(|mut times| {
        times.sort_unstable();
        times[times.len() / 2]
    });
    (medians, items)
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
