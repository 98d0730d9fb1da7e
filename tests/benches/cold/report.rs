//! Medians, as a table for people and as one line of JSON for programs.

use serde::Serialize;
use serde_json::json;
use store::Error;

use crate::functions::Size;

/// How much of the default set-up's CPU time a cold start of ours may take.
const RATIO_LIMIT: f64 = 0.12;

/// What one cold start costs.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Cost {
    /// CPU milliseconds until the reply.
    pub cpu: f64,
    /// CPU milliseconds until the program asks for work.
    pub cpu_to_poll: f64,
    /// Milliseconds until the reply.
    pub wall: f64,
    /// Peak resident memory, bytes.
    pub memory: u64,
}

impl Cost {
    /// The median of each part.
    pub fn median(costs: &[Self]) -> Self {
        Self {
            cpu: median(costs.iter().map(|cost| cost.cpu)),
            cpu_to_poll: median(costs.iter().map(|cost| cost.cpu_to_poll)),
            wall: median(costs.iter().map(|cost| cost.wall)),
            memory: median(costs.iter().map(|cost| cost.memory as f64)) as u64,
        }
    }
}

/// The middle value, the mean of the two middle ones of an even number.
fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<_> = values.collect();
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() % 2 {
        0 => (values[middle - 1] + values[middle]) / 2.0,
        _ => values[middle],
    }
}

/// All that was measured.
pub struct Report {
    function: Cost,
    baseline: Cost,
    ratios: Vec<f64>,
    baseline_bytes: u64,
    sizes: Vec<Size>,
}

impl Report {
    /// From the rounds' medians, (the function's, the baseline's).
    pub fn new(rounds: &[(Cost, Cost)], baseline_bytes: u64, sizes: Vec<Size>) -> Self {
        let (ours, theirs): (Vec<_>, Vec<_>) = rounds.iter().copied().unzip();
        let mut ratios: Vec<_> = rounds.iter().map(|(ours, theirs)| ours.cpu / theirs.cpu).collect();
        ratios.sort_by(f64::total_cmp);
        Self { function: Cost::median(&ours), baseline: Cost::median(&theirs), ratios, baseline_bytes, sizes }
    }

    fn ratio(&self) -> f64 {
        self.function.cpu / self.baseline.cpu
    }

    /// # Errors
    /// Never in practice: the report is made of numbers.
    #[expect(clippy::print_stdout, reason = "what a benchmark is for")]
    pub fn print(&self) -> Result<(), Error> {
        println!("{}", self.table());
        println!("{}", serde_json::to_string(&self.json())?);
        Ok(())
    }

    fn table(&self) -> String {
        let mut table = String::from(
            "cold start, DynamoDB over TLS      CPU   CPU to first poll     wall   memory   binary\n",
        );
        let users = self.sizes.iter().find(|size| size.function == "users").map_or(0, |size| size.bytes);
        table += &row("users", &self.function, users);
        table += &row("the SDK's default set-up", &self.baseline, self.baseline_bytes);
        let (least, most) = (self.ratios.first(), self.ratios.last());
        table += &format!(
            "ratio of CPU {:.3}, by round {:.3} to {:.3}, limit {RATIO_LIMIT}{}\n\n",
            self.ratio(),
            least.unwrap_or(&f64::NAN),
            most.unwrap_or(&f64::NAN),
            over(self.ratio() > RATIO_LIMIT)
        );
        table += "binary          size    limit\n";
        for size in &self.sizes {
            let (bytes, limit) = (megabytes(size.bytes), megabytes(size.limit));
            table += &format!("{:<12}{bytes:>8}{limit:>9}{}\n", size.function, over(size.bytes > size.limit));
        }
        table
    }

    fn json(&self) -> serde_json::Value {
        json!({
            "benchmark": "cold", "function": self.function, "baseline": self.baseline, "ratio": self.ratio(),
            "ratioLimit": RATIO_LIMIT, "roundRatios": self.ratios, "baselineBytes": self.baseline_bytes,
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

fn over(limit_broken: bool) -> &'static str {
    if limit_broken { "  over the limit" } else { "" }
}
