//! The `status` function: see the library.

use jiff::Timestamp;
use shared::{Error, bootstrap};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    bootstrap::telemetry();
    let started = Timestamp::now();
    bootstrap::serve_api(|request| status::handle(started, request)).await
}
