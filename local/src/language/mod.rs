//! The language check, which enforces the mechanical part of the project's writing rules.

mod commits;
mod lines;
mod rules;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::{program, workspace};
use rules::Finding;

/// Files that the check skips, because they are generated or quote old commits.
const EXEMPT: [&str; 4] = [
    "frontend/src/api/schema.ts",
    "clients/python/src/albumen/generated/",
    "clients/typescript/src/generated/",
    "CHANGELOG.md",
];

/// Checks all files that Git tracks or would track, and the commit subjects. Prints each finding
/// to standard error, then the number of findings per top-level folder.
///
/// # Errors
/// Returns an error if there are findings, if a file cannot be read, or if `git` fails.
pub fn check() -> Result<()> {
    let mut counts = BTreeMap::<String, usize>::new();
    for file in files()? {
        let path = workspace::path(&file);
        let text = fs::read_to_string(&path).with_context(|| format!("Cannot read {file}"))?;
        for finding in check_file(&file, &text) {
            eprintln!("{file}:{}: {}", finding.line, finding.advice);
            *counts.entry(top_folder(&file).to_owned()).or_default() += 1;
        }
    }
    for finding in commits::check()? {
        eprintln!("{finding}");
        *counts.entry("commits".to_owned()).or_default() += 1;
    }
    if counts.is_empty() {
        return Ok(());
    }
    let counts: Vec<_> = counts.iter().map(|(folder, count)| format!("{folder} {count}")).collect();
    bail!("The language check has findings: {}.", counts.join(", "))
}

fn check_file(name: &str, text: &str) -> Vec<Finding> {
    let lines = match name.rsplit_once('.') {
        Some((_, "rs")) => lines::rust(text),
        Some((_, "py")) => lines::python(text),
        Some((_, "yaml" | "yml")) => lines::yaml(text),
        Some((_, "md")) => lines::markdown(text),
        Some((_, "ts" | "js" | "svelte" | "css")) => lines::web(text),
        _ => return Vec::new(),
    };
    rules::check(&lines)
}

/// Returns the files to check, as paths relative to the workspace.
fn files() -> Result<Vec<String>> {
    let mut git = Command::new("git");
    git.current_dir(workspace::root());
    git.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
    let listed =
        program::output(&mut git, "The language check needs a Git checkout: `git ls-files` failed.")?;
    let checked = |file: &&str| {
        let exempt = EXEMPT.iter().any(|exempt| file.starts_with(exempt));
        // Git also lists deleted files until the deletion is committed.
        !exempt && Path::new(&workspace::path(file)).is_file() && is_checked(file)
    };
    Ok(listed.split_terminator('\0').filter(checked).map(str::to_owned).collect())
}

fn is_checked(file: &str) -> bool {
    [".rs", ".py", ".md", ".yaml", ".yml", ".ts", ".js", ".svelte", ".css"]
        .iter()
        .any(|ending| file.ends_with(ending))
}

fn top_folder(file: &str) -> &str {
    file.split_once('/').map_or("(root)", |(folder, _)| folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(name: &str, text: &str) -> Vec<usize> {
        check_file(name, text).into_iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn checks_each_kind_of_file_by_its_own_syntax() {
        let rust = "let url = \"# What is no comment\"; // fine\n// What is sent.\n";
        assert_eq!(findings("a.rs", rust), [2]);
        let python = "x = 1  # fine\n# Who sends.\ndef f():\n    \"\"\"Whose turn it is.\"\"\"\n";
        assert_eq!(findings("a.py", python), [2, 4]);
        assert_eq!(findings("a.yaml", "# Whom it names.\nkey: What\n"), [1]);
        let wide = "wide ".repeat(30);
        assert_eq!(findings("a.md", &format!("{wide}\n```\n{wide}\n```\n| {wide} |\n")), [1]);
        assert_eq!(findings("a.json", &wide), [0; 0]);
    }

    #[test]
    fn counts_by_top_level_folder() {
        assert_eq!(top_folder("shared/domain/src/lib.rs"), "shared");
        assert_eq!(top_folder("README.md"), "(root)");
    }

    #[test]
    fn lists_the_files_of_this_crate() {
        let files = files().unwrap();
        assert!(files.contains(&"local/src/language/mod.rs".to_owned()));
        assert!(files.contains(&"frontend/src/App.svelte".to_owned()));
    }
}
