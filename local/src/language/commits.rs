//! The rules for the subjects of commits.

use std::process::Command;

use anyhow::Result;

use crate::{program, workspace};

/// The check skips commits before this time, because the rules did not exist then.
const CHECKED_SINCE: &str = "2026-11-28T12:50:00Z";
/// The maximum length of a subject in characters.
const MAX_LENGTH: usize = 72;

/// Checks the commits of the current branch. Returns `commit ID: advice` for each finding.
///
/// # Errors
/// Returns an error if `git log` fails.
pub(super) fn check() -> Result<Vec<String>> {
    let mut git = Command::new("git");
    git.current_dir(workspace::root()).args(["log", "--no-merges", "--format=%h %s"]);
    git.arg(format!("--since-as-filter={CHECKED_SINCE}"));
    let log = program::output(&mut git, "The language check needs a Git checkout: `git log` failed.")?;
    let commits = log.lines().filter_map(|line| line.split_once(' '));
    let findings = |(id, subject): (&str, &str)| {
        let id = id.to_owned();
        advice(subject).into_iter().map(move |advice| format!("commit {id}: {advice}")).collect::<Vec<_>>()
    };
    Ok(commits.flat_map(findings).collect())
}

/// Returns advice for each rule that a subject violates.
fn advice(subject: &str) -> Vec<String> {
    // `git revert` writes this subject.
    if subject.starts_with("Revert \"") {
        return Vec::new();
    }
    let length = subject.chars().count();
    let scope = subject.split_once(": ").map_or("", |(scope, _)| scope);
    let is_word = |word: &str| !word.is_empty() && !word.contains(char::is_whitespace);
    let has_scope = scope.split(", ").all(is_word);
    let rules = [
        (length > MAX_LENGTH)
            .then(|| format!("Shorten the subject to {MAX_LENGTH} characters; it has {length}.")),
        (!has_scope).then(|| "Begin the subject with a scope, as in `web: add a menu`.".to_owned()),
        subject
            .contains(';')
            .then(|| "Describe a single change in the subject, without a semicolon.".to_owned()),
    ];
    rules.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_a_scope_and_a_short_subject() {
        assert_eq!(advice("web: add a menu"), [""; 0]);
        assert_eq!(advice("web, docs: add a menu"), [""; 0]);
        assert_eq!(advice(&format!("web: {}", "x".repeat(67))), [""; 0]);
        assert_eq!(advice("Revert \"web: add a menu\""), [""; 0]);
    }

    #[test]
    fn rejects_a_long_subject() {
        let long = format!("web: {}", "x".repeat(68));
        assert_eq!(advice(&long), ["Shorten the subject to 72 characters; it has 73."]);
    }

    #[test]
    fn rejects_a_subject_without_a_scope() {
        for subject in ["Add a menu", "the web app: add a menu", ": add a menu", "web:add"] {
            assert_eq!(advice(subject).len(), 1, "{subject}");
        }
    }

    #[test]
    fn rejects_a_semicolon() {
        assert_eq!(advice("web: add a menu; mend the list").len(), 1);
    }
}
