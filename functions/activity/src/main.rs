//! The `activity` function: see the library.

use lambda::{Error, runtime};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let cloud = runtime::start()?;
    let context = activity::Context::from_env(&cloud)?;
    runtime::serve_events(|event| activity::handle(&context, event)).await
}
