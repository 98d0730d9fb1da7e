//! Reports all outcomes as tables and as one line of JSON.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::json;
use store::Error;

use crate::outcome::{MAX_MEMORY_MB, MAX_MS, Outcome};
use crate::variant::Variants;

/// Folder for the bytes of variants with a fault.
const FAULTS_FOLDER: &str = env!("CARGO_TARGET_TMPDIR");

/// Prints the report and stores the variants with a fault in files.
///
/// # Errors
/// Returns an error if a variant has a fault.
#[expect(clippy::print_stdout, reason = "the output of a benchmark")]
pub fn print(variants: &Variants, results: &[Outcome]) -> Result<(), Error> {
    let (undamaged, damaged) = results.split_at(variants.files().min(results.len()));
    println!("{:>8} {:>7}   undamaged", "ms", "MB");
    for result in undamaged {
        let Outcome { ms, memory_mb, outcome, reason, .. } = result;
        println!("{ms:>8.0} {memory_mb:>7.0}   {}: {outcome}, {reason}", variants.name(result.variant));
    }
    let outcomes = count_outcomes(damaged);
    println!("\n{} damaged variants", damaged.len());
    for (outcome, count) in &outcomes {
        println!("{count:>8}   {outcome}");
    }
    let print_max = |figure: fn(&Outcome) -> f64, of: &str, unit: &str| {
        let max = results.iter().max_by(|a, b| figure(a).total_cmp(&figure(b)))?;
        let name = variants.name(max.variant);
        println!("{of}: {:.0} {unit}, by variant {} ({name})", figure(max), max.variant);
        Some(figure(max))
    };
    println!();
    let slowest_ms = print_max(|result| result.ms, "slowest", "ms");
    let peak_memory_mb = print_max(|result| result.memory_mb, "most memory", "MB");
    let slowest_metadata_ms = print_max(|result| result.extract_ms, "slowest metadata", "ms");
    let faults: Vec<_> = results.iter().filter_map(|result| Some((result, result.fault()?))).collect();
    for (result, fault) in &faults {
        let path = store_variant(variants, result.variant)?;
        println!(
            "FAULT in variant {} ({}): {fault}, stored as {path}",
            result.variant,
            variants.name(result.variant)
        );
    }
    let summary = json!({
        "benchmark": "damage", "files": undamaged.len(), "variants": damaged.len(), "outcomes": outcomes,
        "slowestMs": slowest_ms, "peakMemoryMB": peak_memory_mb, "slowestMetadataMs": slowest_metadata_ms, "panics": results.iter().filter(|one| one.panic.is_some()).count(),
        "crashes": results.iter().filter(|one| one.outcome == "crashed").count(), "broken": faults.len(),
    });
    println!("{summary}");
    match faults.len() {
        0 => Ok(()),
        count => Err(format!(
            "{count} variants have a fault: a panic, a crash, over {MAX_MS} ms or {MAX_MEMORY_MB} MB"
        )
        .into()),
    }
}

fn count_outcomes(results: &[Outcome]) -> BTreeMap<&str, usize> {
    let mut outcomes = BTreeMap::new();
    for result in results {
        *outcomes.entry(result.outcome.as_str()).or_default() += 1;
    }
    outcomes
}

/// Writes the bytes of a variant to a file and returns its path.
fn store_variant(variants: &Variants, number: usize) -> Result<String, Error> {
    let name = variants.name(number).replace(['/', '\\'], "-");
    let path = Path::new(FAULTS_FOLDER).join(format!("damage-{number}-{name}"));
    fs::write(&path, variants.bytes(number)?)?;
    Ok(path.display().to_string())
}
