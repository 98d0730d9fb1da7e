//! The `status` function: see the library.

use jiff::Timestamp;
use lambda::{Error, runtime};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    runtime::telemetry();
    let started = Timestamp::now();
    runtime::serve_api(|request| status::handle(started, request)).await
}
