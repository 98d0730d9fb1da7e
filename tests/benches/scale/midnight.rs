//! Simulates the uploads of a new year's midnight, second by second: pictures wait in the queue of
//! `thumbnail` until one of its executions is free.

use crate::PEOPLE;
use crate::limits::{THUMBNAIL_SECONDS, WORKERS};
use crate::load::{UPLOAD_TIME, uploads_at_midnight};

/// The values of the parameter `WorkerConcurrency`: the default, the advice for an account with
/// 1,000 executions, and the maximum of AWS.
const CONCURRENCY: [f64; 3] = [WORKERS, 50.0, 1_000.0];
/// The executions that Lambda adds for one queue in a minute.
/// <https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html>
const ADDED_PER_MINUTE: f64 = 300.0;
/// The executions with which Lambda starts.
const START: f64 = 5.0;
/// The time that a queue keeps a message, by default, in seconds. Later messages are lost.
const RETENTION: f64 = 4.0 * 86_400.0;
/// The position of the first picture after midnight whose wait counts, in seconds.
const MINUTE: f64 = 60.0;

/// The result of a simulation.
struct Outcome {
    most_waiting: f64,
    /// Seconds until the queue is empty.
    empty: f64,
    /// Seconds that the last picture waited.
    longest_wait: f64,
}

/// Prints the simulation.
pub fn print() {
    println!("\nuploads in the ten minutes after midnight, and the queue of thumbnail\n");
    println!(
        "{:>11}{:>10}{:>13}{:>15}{:>16}{:>16}",
        "people", "uploads", "concurrency", "most waiting", "empty after s", "longest wait s"
    );
    for people in PEOPLE {
        for concurrency in CONCURRENCY {
            let Outcome { most_waiting, empty, longest_wait } =
                simulate(uploads_at_midnight(people), concurrency);
            let lost = if longest_wait > RETENTION { "  messages expire" } else { "" };
            println!(
                "{people:>11}{:>10}{concurrency:>13}{most_waiting:>15.0}{empty:>16.0}{longest_wait:>16.0}{lost}",
                uploads_at_midnight(people)
            );
        }
    }
}

/// Half of the pictures arrive in the first two minutes, the others evenly in the rest of the time.
fn arrivals(second: f64, uploads: f64) -> f64 {
    let early = 2.0 * MINUTE;
    match second {
        second if second < early => uploads / 2.0 / early,
        second if second < UPLOAD_TIME => uploads / 2.0 / (UPLOAD_TIME - early),
        _ => 0.0,
    }
}

fn simulate(uploads: f64, concurrency: f64) -> Outcome {
    let (mut waiting, mut most_waiting, mut second) = (0.0_f64, 0.0_f64, 0.0);
    let mut longest_wait = 0.0_f64;
    while second < UPLOAD_TIME || waiting >= 1.0 {
        waiting += arrivals(second, uploads);
        most_waiting = most_waiting.max(waiting);
        let executions = (START + ADDED_PER_MINUTE * second / MINUTE).min(concurrency);
        let rate = executions / THUMBNAIL_SECONDS;
        // The last picture of the queue waits for all before it.
        longest_wait = longest_wait.max(waiting / rate);
        waiting = (waiting - rate).max(0.0);
        second += 1.0;
    }
    Outcome { most_waiting, empty: second, longest_wait }
}
