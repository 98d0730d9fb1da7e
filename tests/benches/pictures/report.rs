//! Medians, as a table for people and as one line of JSON for programs.

use std::fmt::Write;

use serde_json::{Map, Value, json};
use store::Error;

use crate::program::Run;
use crate::quality::{Quality, REFERENCES, RENDITIONS, Similar};

/// What the engine is to reach: so many times as fast as sharp, …
const SPEED: f64 = 2.0;
/// … with so much of its memory, …
const MEMORY: f64 = 1.0 / 3.0;
/// … structural similarity at most so much below sharp's, …
const LOSS: f64 = 0.005;
/// … and so much more or less bytes.
const BYTES: f64 = 0.10;

/// What similarity is measured of.
const CHANNELS: [(&str, Channels); 2] = [("luma", |similar| similar.luma), ("rgb", |similar| similar.rgb)];
type Channels = fn(&Similar) -> (f64, f64);
type Cost = fn(&Run) -> Option<f64>;

/// All that was measured.
pub struct Report<'a> {
    /// The peer's name and version.
    pub peer: String,
    /// Whether both sides were kept on one core.
    pub pinned: bool,
    /// By round (ours, sharp's).
    pub turns: &'a [(Run, Run)],
    /// Of each rendition of each picture.
    pub qualities: &'a [Quality],
}

/// A table and the same as JSON, filled line by line.
#[derive(Default)]
struct Output {
    table: String,
    json: Map<String, Value>,
}

impl Report<'_> {
    /// # Errors
    /// Never in practice: the report is made of numbers.
    #[expect(clippy::print_stdout, reason = "what a benchmark is for")]
    pub fn print(&self) -> Result<(), Error> {
        let mut output = Output::default();
        output.json.insert("benchmark".into(), "pictures".into());
        output.json.insert("peer".into(), self.peer.as_str().into());
        output.json.insert("pinned".into(), self.pinned.into());
        let pictures = self.qualities.len() / RENDITIONS.len();
        output.json.insert("pictures".into(), pictures.into());
        writeln!(output.table, "{pictures} pictures; {}\n", self.peer)?;
        writeln!(output.table, "{:<30}{:>12}{:>12}", "", "ours", "sharp")?;
        self.costs(&mut output)?;
        writeln!(
            output.table,
            "\n{:<30}{:>12}{:>12}{:>12}{:>12}",
            "SSIM, mean", "ours", "sharp", "difference", "worst"
        )?;
        self.similarities(&mut output)?;
        println!("{}", output.table);
        println!("{}", serde_json::to_string(&output.json)?);
        Ok(())
    }

    fn costs(&self, output: &mut Output) -> Result<(), Error> {
        let both = |figure: Cost| {
            let pairs = self.turns.iter().map(|(ours, sharp)| Some((figure(ours)?, figure(sharp)?)));
            pairs.collect::<Option<Vec<_>>>()
        };
        let times: [(_, _, Cost); 2] =
            [("cpuMs", "CPU ms a picture", |run| run.cpu), ("ms", "ms a picture", |run| Some(run.wall))];
        for (key, name, figure) in times {
            if let Some(pairs) = both(figure) {
                let swapped: Vec<_> = pairs.iter().map(|(ours, sharp)| (*sharp, *ours)).collect();
                let (ratio, least, most) = ratios(&swapped);
                let words =
                    format!("{ratio:.2} times as fast (rounds: {least:.2} to {most:.2}), wanted {SPEED:.1}");
                output.figure(key, name, &pairs, ratio, &words)?;
            }
        }
        if let Some(pairs) = both(|run| Some(run.memory)) {
            let (ratio, least, most) = ratios(&pairs);
            let words =
                format!("{ratio:.2} of sharp's (rounds: {least:.2} to {most:.2}), at most {MEMORY:.2}");
            output.figure("peakMemoryMB", "peak memory, MB", &pairs, ratio, &words)?;
        }
        for (index, (name, _)) in RENDITIONS.iter().enumerate() {
            let pairs: Vec<_> = self.of(index).map(|quality| quality.bytes).collect();
            let (ours, sharp) = mean(&pairs);
            let words = format!("{:+.1} %, at most ±{:.0} %", (ours / sharp - 1.0) * 100.0, BYTES * 100.0);
            output.figure(
                &format!("{name}Bytes"),
                &format!("{name}: bytes a picture"),
                &[(ours, sharp)],
                ours / sharp,
                &words,
            )?;
        }
        Ok(())
    }

    fn similarities(&self, output: &mut Output) -> Result<(), Error> {
        for (at, reference) in REFERENCES.iter().enumerate() {
            for (index, (name, _)) in RENDITIONS.iter().enumerate() {
                for (channels, figure) in CHANNELS {
                    let pairs: Vec<_> = self.of(index).map(|quality| figure(&quality.similar[at])).collect();
                    output.similarity(reference, name, channels, &pairs)?;
                }
            }
        }
        Ok(())
    }

    fn of(&self, rendition: usize) -> impl Iterator<Item = &Quality> {
        self.qualities.iter().filter(move |quality| quality.rendition == rendition)
    }
}

impl Output {
    fn figure(
        &mut self,
        key: &str,
        name: &str,
        pairs: &[(f64, f64)],
        ratio: f64,
        words: &str,
    ) -> Result<(), Error> {
        let [ours, sharp] = [|pair: &(f64, f64)| pair.0, |pair: &(f64, f64)| pair.1]
            .map(|side| median(pairs.iter().map(side).collect()));
        writeln!(self.table, "{name:<30}{ours:>12.1}{sharp:>12.1}   {words}")?;
        self.json.insert(key.into(), json!({ "ours": ours, "sharp": sharp, "ratio": ratio }));
        Ok(())
    }

    fn similarity(
        &mut self,
        reference: &str,
        rendition: &str,
        channels: &str,
        pairs: &[(f64, f64)],
    ) -> Result<(), Error> {
        let (ours, sharp) = mean(pairs);
        let worst = pairs.iter().map(|(ours, sharp)| ours - sharp).fold(f64::INFINITY, f64::min);
        let name = format!("{rendition}, {channels}, to {reference}");
        let over = if worst < -LOSS { "  over the limit" } else { "" };
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

/// The median, the least and the most of first by second.
fn ratios(pairs: &[(f64, f64)]) -> (f64, f64, f64) {
    let ratios: Vec<_> = pairs.iter().map(|(first, second)| first / second).collect();
    let least = ratios.iter().copied().fold(f64::INFINITY, f64::min);
    let most = ratios.iter().copied().fold(0.0, f64::max);
    (median(ratios), least, most)
}

fn mean(pairs: &[(f64, f64)]) -> (f64, f64) {
    let sum = pairs.iter().fold((0.0, 0.0), |sum, pair| (sum.0 + pair.0, sum.1 + pair.1));
    (sum.0 / pairs.len() as f64, sum.1 / pairs.len() as f64)
}

/// The middle value, the upper one of the two middle ones of an even number.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
