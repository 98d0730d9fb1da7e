//! Prints medians, as a table and as one line of JSON.

use serde::Serialize;
use serde_json::json;
use store::Error;

use crate::functions::Size;

/// The maximum ratio of the CPU time of a cold start to the CPU time of the baseline.
const MAX_RATIO: f64 = 0.12;

/// The resources of one cold start.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Cost {
    /// CPU time until the reply, in milliseconds.
    pub cpu: f64,
    /// CPU time until the first request to the Runtime API, in milliseconds.
    pub cpu_to_poll: f64,
    /// Time until the reply, in milliseconds.
    pub wall: f64,
    /// Peak resident memory, in bytes.
    pub memory: u64,
}

impl Cost {
    /// Returns the median of each field.
    pub fn median(costs: &[Self]) -> Self {
        Self {
            cpu: median(costs.iter().map(|cost| cost.cpu)),
            cpu_to_poll: median(costs.iter().map(|cost| cost.cpu_to_poll)),
            wall: median(costs.iter().map(|cost| cost.wall)),
            memory: median(costs.iter().map(|cost| cost.memory as f64)) as u64,
        }
    }
}

/// Returns the middle value, or the mean of the two middle values.
fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<_> = values.collect();
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() % 2 {
        0 => (values[middle - 1] + values[middle]) / 2.0,
        _ => values[middle],
    }
}

/// The results of all rounds.
pub struct Report {
    users: Cost,
    rules: Cost,
    baseline: Cost,
    ratios: Vec<f64>,
    baseline_bytes: u64,
    sizes: Vec<Size>,
}

impl Report {
    /// Summarises `rounds`: the medians of `users`, `rules` and the baseline.
    pub fn new(rounds: &[[Cost; 3]], baseline_bytes: u64, sizes: Vec<Size>) -> Self {
        let mut ratios: Vec<_> = rounds.iter().map(|[users, _, baseline]| users.cpu / baseline.cpu).collect();
        ratios.sort_by(f64::total_cmp);
        let median = |program: usize| {
            let costs: Vec<_> = rounds.iter().map(|costs| costs[program]).collect();
            Cost::median(&costs)
        };
        Self { users: median(0), rules: median(1), baseline: median(2), ratios, baseline_bytes, sizes }
    }

    fn ratio(&self) -> f64 {
        self.users.cpu / self.baseline.cpu
    }

    #[expect(clippy::print_stdout, reason = "prints the result of the benchmark")]
    pub fn print(&self) -> Result<(), Error> {
        println!("{}", self.table());
        println!("{}", serde_json::to_string(&self.json())?);
        Ok(())
    }

    fn table(&self) -> String {
        let mut table = String::from(
            "cold start, DynamoDB over TLS      CPU   CPU to first poll     wall   memory   binary\n",
        );
        for (name, cost) in [("users", &self.users), ("rules", &self.rules)] {
            let bytes = self.sizes.iter().find(|size| size.function == name).map_or(0, |size| size.bytes);
            table += &row(name, cost, bytes);
        }
        table += &row("default set-up of the SDK", &self.baseline, self.baseline_bytes);
        let (lowest, highest) = (self.ratios.first(), self.ratios.last());
        table += &format!(
            "ratio of CPU of users {:.3}, by round {:.3} to {:.3}, limit {MAX_RATIO}{}\n\n",
            self.ratio(),
            lowest.unwrap_or(&f64::NAN),
            highest.unwrap_or(&f64::NAN),
            over(self.ratio() > MAX_RATIO)
        );
        table += "binaries of the last release build\n";
        table += "function        size    limit\n";
        for size in &self.sizes {
            let (bytes, limit) = (megabytes(size.bytes), megabytes(size.limit));
            table += &format!("{:<12}{bytes:>8}{limit:>9}{}\n", size.function, over(size.bytes > size.limit));
        }
        table
    }

    fn json(&self) -> serde_json::Value {
        json!({
            "benchmark": "cold", "users": self.users, "rules": self.rules, "baseline": self.baseline,
            "ratio": self.ratio(),
            "ratioLimit": MAX_RATIO, "roundRatios": self.ratios, "baselineBytes": self.baseline_bytes,
            "binaries": self.sizes,
        })
    }
}

fn row(name: &str, cost: &Cost, binary: u64) -> String {
    format!(
        "{name:<26}{:>9.2} ms{:>17.2} ms{:>6.1} ms{:>9}{:>9}\n",
        cost.cpu,
        cost.cpu_to_poll,
        cost.wall,
        megabytes(cost.memory),
        megabytes(binary)
    )
}

fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}

fn over(is_over: bool) -> &'static str {
    if is_over { "  over the limit" } else { "" }
}
