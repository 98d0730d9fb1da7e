//! What came of all variants, as tables for people and as one line of JSON for programs.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::json;
use store::Error;

use crate::variant::Variants;
use crate::verdict::{MAX_MEMORY_MB, MAX_MS, Verdict};

/// Where the bytes of what broke something are kept.
const KEPT: &str = env!("CARGO_TARGET_TMPDIR");

/// Prints everything; keeps the variants that broke something.
///
/// # Errors
/// Something was broken.
#[expect(clippy::print_stdout, reason = "what a benchmark is for")]
pub fn print(variants: &Variants, verdicts: &[Verdict]) -> Result<(), Error> {
    let (whole, damaged) = verdicts.split_at(variants.files().min(verdicts.len()));
    println!("{:>8} {:>7}   as it is", "ms", "MB");
    for verdict in whole {
        let Verdict { ms, memory_mb, outcome, reason, .. } = verdict;
        println!("{ms:>8.0} {memory_mb:>7.0}   {}: {outcome}, {reason}", variants.name(verdict.variant));
    }
    let outcomes = counted(damaged);
    println!("\n{} damaged variants", damaged.len());
    for (outcome, count) in &outcomes {
        println!("{count:>8}   {outcome}");
    }
    let most = |figure: fn(&Verdict) -> f64, of: &str, unit: &str| {
        let most = verdicts.iter().max_by(|a, b| figure(a).total_cmp(&figure(b)))?;
        let name = variants.name(most.variant);
        println!("{of}: {:.0} {unit}, by variant {} ({name})", figure(most), most.variant);
        Some(figure(most))
    };
    println!();
    let slowest_ms = most(|verdict| verdict.ms, "slowest", "ms");
    let peak_memory_mb = most(|verdict| verdict.memory_mb, "most memory", "MB");
    let slowest_metadata_ms = most(|verdict| verdict.extract_ms, "slowest metadata", "ms");
    let faults: Vec<_> = verdicts.iter().filter_map(|verdict| Some((verdict, verdict.fault()?))).collect();
    for (verdict, fault) in &faults {
        let kept = keep(variants, verdict.variant)?;
        println!(
            "BROKEN by variant {} ({}): {fault}, kept as {kept}",
            verdict.variant,
            variants.name(verdict.variant)
        );
    }
    let summary = json!({
        "benchmark": "damage", "files": whole.len(), "variants": damaged.len(), "outcomes": outcomes,
        "slowestMs": slowest_ms, "peakMemoryMB": peak_memory_mb, "slowestMetadataMs": slowest_metadata_ms, "panics": verdicts.iter().filter(|one| one.panic.is_some()).count(),
        "crashes": verdicts.iter().filter(|one| one.outcome == "crashed").count(), "broken": faults.len(),
    });
    println!("{summary}");
    match faults.len() {
        0 => Ok(()),
        count => Err(format!(
            "{count} files broke something: a panic, a crash, over {MAX_MS} ms or {MAX_MEMORY_MB} MB"
        )
        .into()),
    }
}

fn counted(verdicts: &[Verdict]) -> BTreeMap<&str, usize> {
    let mut outcomes = BTreeMap::new();
    for verdict in verdicts {
        *outcomes.entry(verdict.outcome.as_str()).or_default() += 1;
    }
    outcomes
}

/// Writes the variant's bytes; returns where.
fn keep(variants: &Variants, number: usize) -> Result<String, Error> {
    let name = variants.name(number).replace(['/', '\\'], "-");
    let path = Path::new(KEPT).join(format!("damage-{number}-{name}"));
    fs::write(&path, variants.bytes(number)?)?;
    Ok(path.display().to_string())
}
