//! The `devices` function: see the library.

use lambda::{Error, runtime};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let cloud = runtime::start()?;
    let context = devices::Context::from_env(&cloud)?;
    runtime::serve_api(|request| devices::handle(&context, request)).await
}
