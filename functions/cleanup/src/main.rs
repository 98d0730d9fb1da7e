//! The `cleanup` function: see the library.

use lambda::{Error, runtime};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let cloud = runtime::start()?;
    let context = cleanup::Context::from_env(&cloud)?;
    runtime::serve_events(|event| cleanup::handle(&context, event)).await
}
