//! Asserts that the TypeScript types of the web app match the Rust types of the functions.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use domain::typescript::Types;

/// Returns the absolute path of a file of the web app.
fn in_frontend(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../frontend").join(path)
}

fn types_file() -> PathBuf {
    in_frontend("src/api/types.ts")
}

/// Generates the types and formats them.
fn generate() -> String {
    let mut types = Types::default();
    for function in [
        devices::typescript,
        feed::typescript,
        friends::typescript,
        inbox::typescript,
        live::typescript,
        pictures::typescript,
        uploads::typescript,
        users::typescript,
    ] {
        function(&mut types);
    }
    format(&join_short_comments(&types.text()))
}

/// Puts a comment with a single line of text on one line. Prettier does not do this.
fn join_short_comments(text: &str) -> String {
    let mut parts = text.split("/**\n");
    let mut joined = parts.next().unwrap().to_owned();
    for part in parts {
        let (comment, code) = part.split_once("*/").unwrap();
        let lines = comment.lines().map(|line| line.trim_matches([' ', '*']));
        match lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().as_slice() {
            [line] => joined.push_str(&format!("/** {line} */{code}")),
            _ => joined.push_str(&format!("/**\n{comment}*/{code}")),
        }
    }
    joined
}

/// Formats TypeScript with the Prettier that the web app pins.
fn format(text: &str) -> String {
    let prettier = in_frontend("node_modules/.bin/prettier");
    assert!(prettier.exists(), "Prettier is not installed: run `npm ci` in `frontend`.");
    let mut child = Command::new(prettier)
        .args(["--parser", "typescript", "--no-config", "--no-editorconfig", "--print-width", "120"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("Prettier starts; it needs Node.js");
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "Prettier rejects the generated types:\n{text}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_types_of_the_web_app_match_those_of_the_functions() {
    let current = fs::read_to_string(types_file()).unwrap_or_default();
    assert!(
        current == generate(),
        "frontend/src/api/types.ts differs from the types of the functions: run `cargo test -p types -- --ignored`."
    );
}

#[test]
#[ignore = "writes the file"]
fn write() {
    fs::write(types_file(), generate()).unwrap();
}
