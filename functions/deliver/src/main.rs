//! The `deliver` function: see the library.

use lambda::{Error, runtime};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let cloud = runtime::start()?;
    let context = deliver::Context::from_env(&cloud)?;
    runtime::serve_events(async |event| Ok(deliver::handle(&context, event).await)).await
}
