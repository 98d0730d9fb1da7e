//! `cargo dev bench cold`: measures the CPU time of a cold start.
//!
//! Starts the release build of a function repeatedly, with the Runtime API and DynamoDB on
//! loopback. DynamoDB uses TLS, the most expensive part of a cold start. Each start of `users`
//! handles one `GET /users/{id}`, which reads one row. `tests/cold-baseline`, the default set-up of
//! the AWS SDK, handles the same event in turns with it. `rules` handles one
//! `POST /rules/evaluate`, which counts the call, reads no pictures and starts a child process. The
//! CPU time is that from exec to the reply, without that of the child.

mod certificate;
mod dynamodb;
mod functions;
mod http;
mod process;
mod report;
mod runtime_api;
mod trial;
mod trust;

use std::path::Path;
use std::{env, fs};

use serde_json::{Value, json};
use store::Error;

use certificate::Identity;
use dynamodb::{USER, USER_HANDLE};
use report::{Cost, Report};
use trial::{Call, Program, Trial};

/// The number of rounds. Each has its own median.
const ROUNDS: usize = 5;
/// The number of starts of each program in a round.
const STARTS: usize = 6;

fn main() -> Result<(), Error> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let folder = env::temp_dir().join(format!("albumen-cold-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let outcome = measure(&root, &folder);
    fs::remove_dir_all(&folder)?;
    outcome?.print()
}

fn measure(root: &Path, folder: &Path) -> Result<Report, Error> {
    let identity = Identity::new()?;
    let trusted = trust::function_roots(root, folder, &identity.authority_pem)?;
    let call = read_profile(root)?;
    let users = Program { path: functions::program("users")?, trusted: trusted.clone(), call: call.clone() };
    let rules = Program { path: functions::program("rules")?, trusted, call: evaluate_rule(root)? };
    let baseline = Program {
        path: functions::existing(root.join("tests/cold-baseline/target/release/cold-baseline"))?,
        trusted: trust::machine_roots(folder, &identity.authority_pem)?,
        call,
    };
    let programs = [&users, &rules, &baseline];
    let trial = Trial::new(identity)?;
    // The first start of each fills the page cache.
    for program in programs {
        trial.run(program)?;
    }
    let mut rounds = Vec::with_capacity(ROUNDS);
    for round in 1..=ROUNDS {
        eprintln!("round {round} of {ROUNDS}");
        let mut costs = [vec![], vec![], vec![]];
        for _ in 0..STARTS {
            for (program, costs) in programs.into_iter().zip(&mut costs) {
                costs.push(trial.run(program)?);
            }
        }
        rounds.push(costs.map(|costs| Cost::median(&costs)));
    }
    Ok(Report::new(&rounds, fs::metadata(&baseline.path)?.len(), functions::sizes(root)?))
}

fn read_event(root: &Path, name: &str) -> Result<Value, Error> {
    Ok(serde_json::from_str(&fs::read_to_string(root.join("events").join(name))?)?)
}

fn read_profile(root: &Path) -> Result<Call, Error> {
    let mut event = read_event(root, "users-get.json")?;
    event["pathParameters"]["id"] = USER.into();
    Ok(Call { event, reply: ("handle", USER_HANDLE.into()) })
}

fn evaluate_rule(root: &Path) -> Result<Call, Error> {
    let mut event = read_event(root, "rules.json")?;
    let case = json!({ "picture": { "camera": "NIKON D850" }, "expect": true });
    let body = json!({ "code": "picture.camera == 'NIKON D850'", "cases": [case] });
    event["body"] = body.to_string().into();
    Ok(Call { event, reply: ("cases", json!([true])) })
}
