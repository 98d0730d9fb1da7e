//! The `status` function: see the library.

use jiff::Timestamp;
use lambda::{Error, runtime};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    runtime::start_telemetry();
    let started_at = Timestamp::now();
    runtime::serve_api(|request| status::handle(started_at, request)).await
}
