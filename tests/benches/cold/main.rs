//! `cargo dev bench cold`: what a cold start costs.
//!
//! A function as it is deployed is started again and again, with the Runtime API and DynamoDB on loopback, DynamoDB **over
//! TLS**: without it the dearest part of a cold start is not seen. It is given one `GET /users/{id}`, for which it reads
//! one row. Between its turns the same is asked of `tests/cold-baseline`, the SDK with its default set-up. Counted is the
//! CPU time from the start of the program until it has sent its reply.

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

use store::Error;

use certificate::Identity;
use report::{Cost, Report};
use trial::{Program, Trial};

/// Rounds, each with a median of its own, and how often a program is started in one.
const ROUNDS: usize = 5;
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
    let function = Program {
        path: functions::program(root, "users")?,
        trusted: trust::ours(root, folder, &identity.authority_pem)?,
    };
    let baseline = Program {
        path: functions::existing(root.join("tests/cold-baseline/target/release/cold-baseline"))?,
        trusted: trust::the_machines(folder, &identity.authority_pem)?,
    };
    let trial = Trial::new(root, identity)?;
    // The first start of each fills the page cache.
    trial.run(&function)?;
    trial.run(&baseline)?;
    let mut rounds = Vec::with_capacity(ROUNDS);
    for round in 1..=ROUNDS {
        eprintln!("round {round} of {ROUNDS}");
        let (mut ours, mut theirs) = (vec![], vec![]);
        for _ in 0..STARTS {
            ours.push(trial.run(&function)?);
            theirs.push(trial.run(&baseline)?);
        }
        rounds.push((Cost::median(&ours), Cost::median(&theirs)));
    }
    Ok(Report::new(&rounds, fs::metadata(&baseline.path)?.len(), functions::sizes(root)?))
}
