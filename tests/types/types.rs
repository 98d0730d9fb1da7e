//! The web app's types are those of the functions. Needs no cloud.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::path::PathBuf;

use domain::typescript::Types;

/// Where the web app has them.
fn file() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../frontend/src/api/types.ts")
}

/// What is to be in the file.
fn types() -> String {
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
    types.text()
}

#[test]
fn the_web_app_knows_the_types_of_the_functions() {
    assert!(
        fs::read_to_string(file()).unwrap_or_default() == types(),
        "frontend/src/api/types.ts is not what the functions serialise and parse: run `cargo test -p types -- --ignored`."
    );
}

#[test]
#[ignore = "writes the file"]
fn write() {
    fs::write(file(), types()).unwrap();
}
