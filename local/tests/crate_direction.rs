//! Asserts that the dependencies between the crates of the workspace point in one direction.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

/// The shared crates, with the workspace crates that each can depend on.
const ALLOWED: [(&str, &[&str]); 9] = [
    ("visible-text", &[]),
    ("domain", &["visible-text"]),
    ("store", &["domain"]),
    ("lambda", &["domain", "store"]),
    ("client", &["domain"]),
    ("testing", &["domain", "lambda", "store"]),
    ("photo-metadata", &["visible-text"]),
    ("resize", &[]),
    ("renditions", &["resize"]),
];

/// The crates that depend on no library for AWS or HTTP.
const PURE: [&str; 5] = ["domain", "photo-metadata", "renditions", "resize", "visible-text"];

/// Returns the dependencies of each workspace crate, without development dependencies.
fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--format-version=1", "--offline"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let name = |value: &Value| value["name"].as_str().unwrap().to_owned();
    let packages = metadata["packages"].as_array().unwrap().iter();
    let named = packages.map(|package| {
        let all = package["dependencies"].as_array().unwrap().iter();
        (name(package), all.filter(|dependency| dependency["kind"].is_null()).map(name).collect())
    });
    named.collect()
}

#[test]
fn shared_crates_depend_only_on_lower_ones() {
    let dependencies = dependencies();
    let workspace: BTreeSet<_> = dependencies.keys().cloned().collect();
    for (name, allowed) in ALLOWED {
        let found: BTreeSet<_> = dependencies[name].intersection(&workspace).map(String::as_str).collect();
        assert!(found.is_subset(&allowed.iter().copied().collect()), "{name} depends on {found:?}");
    }
}

#[test]
fn pure_crates_depend_on_no_library_for_aws_or_http() {
    let dependencies = dependencies();
    for name in PURE {
        let forbidden = |dependency: &&String| {
            dependency.contains("aws")
                || ["http", "lambda_runtime", "reqwest", "tokio"].contains(&dependency.as_str())
        };
        assert_eq!(dependencies[name].iter().find(forbidden), None, "{name}");
    }
}

#[test]
fn no_function_depends_on_another_function() {
    let dependencies = dependencies();
    let functions: BTreeSet<_> = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../functions"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert!(functions.len() > 10, "{functions:?}");
    for function in &functions {
        let others: Vec<_> = dependencies[function].intersection(&functions).collect();
        assert!(others.is_empty(), "{function} depends on {others:?}");
    }
}
