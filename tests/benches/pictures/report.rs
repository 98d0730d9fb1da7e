//! Reports the comparison as a table and as one line of JSON.

use std::fmt::Write;

use serde_json::{Map, Value, json};
use store::Error;

use crate::program::Run;
use crate::quality::{Quality, REFERENCES, RENDITIONS, Similarity};

/// Target: at least this many times as fast as sharp.
const MIN_SPEEDUP: f64 = 2.0;
/// Target: at most this fraction of sharp's memory.
const MAX_MEMORY_RATIO: f64 = 1.0 / 3.0;
/// Target: for each picture, a similarity at most this much below sharp's.
const MAX_SIMILARITY_LOSS: f64 = 0.005;
/// Target: a mean file size that differs from sharp's by at most this fraction.
const MAX_SIZE_DIFFERENCE: f64 = 0.10;

/// The channels whose similarity is reported.
const CHANNELS: [(&str, Channels); 2] =
    [("luma", |similarity| similarity.luma), ("rgb", |similarity| similarity.rgb)];
type Channels = fn(&Similarity) -> (f64, f64);
type Cost = fn(&Run) -> Option<f64>;

/// All measurements.
pub struct Report<'a> {
    /// The peer's name and version.
    pub peer: String,
    /// Whether both sides ran on one core.
    pub pinned: bool,
    /// One per round: (ours, sharp's).
    pub turns: &'a [(Run, Run)],
    /// One per rendition and picture.
    pub qualities: &'a [Quality],
}

/// The table and the same as JSON.
#[derive(Default)]
struct Output {
    table: String,
    json: Map<String, Value>,
}

impl Report<'_> {
    /// Prints the table and the JSON.
    #[expect(clippy::print_stdout, reason = "the output of a benchmark")]
    pub fn print(&self) -> Result<(), Error> {
        let mut output = Output::default();
        output.json.insert("benchmark".into(), "pictures".into());
        output.json.insert("peer".into(), self.peer.as_str().into());
        output.json.insert("pinned".into(), self.pinned.into());
        let pictures = self.qualities.len() / RENDITIONS.len();
        output.json.insert("pictures".into(), pictures.into());
        writeln!(output.table, "{pictures} pictures; {}\n", self.peer)?;
        writeln!(output.table, "{:<30}{:>12}{:>12}", "", "ours", "sharp")?;
        self.add_costs(&mut output)?;
        writeln!(
            output.table,
            "\n{:<30}{:>12}{:>12}{:>12}{:>12}",
            "SSIM, mean", "ours", "sharp", "difference", "worst"
        )?;
        self.add_similarities(&mut output)?;
        println!("{}", output.table);
        println!("{}", serde_json::to_string(&output.json)?);
        Ok(())
    }

    fn add_costs(&self, output: &mut Output) -> Result<(), Error> {
        let both = |figure: Cost| {
            let pairs = self.turns.iter().map(|(ours, sharp)| Some((figure(ours)?, figure(sharp)?)));
            pairs.collect::<Option<Vec<_>>>()
        };
        let times: [(_, _, Cost); 2] = [
            ("cpuMs", "CPU ms per picture", |run| run.cpu_ms),
            ("ms", "ms per picture", |run| Some(run.wall_ms)),
        ];
        for (key, name, figure) in times {
            if let Some(pairs) = both(figure) {
                let swapped: Vec<_> = pairs.iter().map(|(ours, sharp)| (*sharp, *ours)).collect();
                let (ratio, min, max) = ratios(&swapped);
                let comment = format!(
                    "{ratio:.2} times as fast (rounds: {min:.2} to {max:.2}), target {MIN_SPEEDUP:.1}"
                );
                output.add_figure(key, name, &pairs, ratio, &comment)?;
            }
        }
        if let Some(pairs) = both(|run| Some(run.memory_mb)) {
            let (ratio, min, max) = ratios(&pairs);
            let comment = format!(
                "{ratio:.2} of sharp's (rounds: {min:.2} to {max:.2}), at most {MAX_MEMORY_RATIO:.2}"
            );
            output.add_figure("peakMemoryMB", "peak memory, MB", &pairs, ratio, &comment)?;
        }
        for (index, (name, _)) in RENDITIONS.iter().enumerate() {
            let pairs: Vec<_> = self.qualities_of(index).map(|quality| quality.bytes).collect();
            let (ours, sharp) = mean(&pairs);
            let comment = format!(
                "{:+.1} %, at most ±{:.0} %",
                (ours / sharp - 1.0) * 100.0,
                MAX_SIZE_DIFFERENCE * 100.0
            );
            output.add_figure(
                &format!("{name}Bytes"),
                &format!("{name}: bytes per picture"),
                &[(ours, sharp)],
                ours / sharp,
                &comment,
            )?;
        }
        Ok(())
    }

    fn add_similarities(&self, output: &mut Output) -> Result<(), Error> {
        for (at, reference) in REFERENCES.iter().enumerate() {
            for (index, (name, _)) in RENDITIONS.iter().enumerate() {
                for (channels, figure) in CHANNELS {
                    let pairs: Vec<_> =
                        self.qualities_of(index).map(|quality| figure(&quality.similarities[at])).collect();
                    output.add_similarity(reference, name, channels, &pairs)?;
                }
            }
        }
        Ok(())
    }

    fn qualities_of(&self, rendition: usize) -> impl Iterator<Item = &Quality> {
        self.qualities.iter().filter(move |quality| quality.rendition == rendition)
    }
}

impl Output {
    fn add_figure(
        &mut self,
        key: &str,
        name: &str,
        pairs: &[(f64, f64)],
        ratio: f64,
        comment: &str,
    ) -> Result<(), Error> {
        let [ours, sharp] = [|pair: &(f64, f64)| pair.0, |pair: &(f64, f64)| pair.1]
            .map(|side| median(pairs.iter().map(side).collect()));
        writeln!(self.table, "{name:<30}{ours:>12.1}{sharp:>12.1}   {comment}")?;
        self.json.insert(key.into(), json!({ "ours": ours, "sharp": sharp, "ratio": ratio }));
        Ok(())
    }

    fn add_similarity(
        &mut self,
        reference: &str,
        rendition: &str,
        channels: &str,
        pairs: &[(f64, f64)],
    ) -> Result<(), Error> {
        let (ours, sharp) = mean(pairs);
        let worst = pairs.iter().map(|(ours, sharp)| ours - sharp).fold(f64::INFINITY, f64::min);
        let name = format!("{rendition}, {channels}, to {reference}");
        let over = if worst < -MAX_SIMILARITY_LOSS { "  over the limit" } else { "" };
        writeln!(
            self.table,
            "{name:<30}{ours:>12.4}{sharp:>12.4}{:>+12.4}{worst:>+12.4}{over}",
            ours - sharp
        )?;
        let figures = json!({ "ours": ours, "sharp": sharp, "difference": ours - sharp, "worst": worst });
        self.json.insert(format!("ssim {name}"), figures);
        Ok(())
    }
}

/// Median, minimum and maximum of the ratios of first to second.
fn ratios(pairs: &[(f64, f64)]) -> (f64, f64, f64) {
    let ratios: Vec<_> = pairs.iter().map(|(first, second)| first / second).collect();
    let min = ratios.iter().copied().fold(f64::INFINITY, f64::min);
    let max = ratios.iter().copied().fold(0.0, f64::max);
    (median(ratios), min, max)
}

fn mean(pairs: &[(f64, f64)]) -> (f64, f64) {
    let sum = pairs.iter().fold((0.0, 0.0), |sum, pair| (sum.0 + pair.0, sum.1 + pair.1));
    (sum.0 / pairs.len() as f64, sum.1 / pairs.len() as f64)
}

/// Returns the median. For an even number of values, returns the upper of the two middle values.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
