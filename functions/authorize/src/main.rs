//! The `authorize` function: see the library.

use lambda::{Error, runtime};
use store::aws::variable;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    runtime::start_telemetry();
    let anonymous_key = variable("ANONYMOUS_KEY")?;
    runtime::serve_events(async |event| Ok(authorize::authorize(&anonymous_key, &event))).await
}
