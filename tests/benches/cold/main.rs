//! `cargo dev bench cold`: measures the CPU time of a cold start.
//!
//! Starts the release build of a function repeatedly, with the Runtime API and DynamoDB on
//! loopback. DynamoDB uses TLS, the most expensive part of a cold start. Each start handles one
//! `GET /users/{id}`, which reads one row. `tests/cold-baseline`, the default set-up of the AWS
//! SDK, starts in turns with the function. The CPU time is that from exec to the reply.

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
    let function = Program {
        path: functions::program("users")?,
        trusted: trust::function_roots(root, folder, &identity.authority_pem)?,
    };
    let baseline = Program {
        path: functions::existing(root.join("tests/cold-baseline/target/release/cold-baseline"))?,
        trusted: trust::machine_roots(folder, &identity.authority_pem)?,
    };
    let trial = Trial::new(root, identity)?;
    // The first start of each fills the page cache.
    trial.run(&function)?;
    trial.run(&baseline)?;
    let mut rounds = Vec::with_capacity(ROUNDS);
    for round in 1..=ROUNDS {
        eprintln!("round {round} of {ROUNDS}");
        let (mut function_costs, mut baseline_costs) = (vec![], vec![]);
        for _ in 0..STARTS {
            function_costs.push(trial.run(&function)?);
            baseline_costs.push(trial.run(&baseline)?);
        }
        rounds.push((Cost::median(&function_costs), Cost::median(&baseline_costs)));
    }
    Ok(Report::new(&rounds, fs::metadata(&baseline.path)?.len(), functions::sizes(root)?))
}
