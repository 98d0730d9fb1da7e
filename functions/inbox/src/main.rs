//! The `inbox` function: see the library.

use lambda::{Error, runtime};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let cloud = runtime::start()?;
    let context = inbox::Context::from_env(&cloud)?;
    runtime::serve_events(|trigger| inbox::handle(&context, trigger)).await
}
