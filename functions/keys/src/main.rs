//! The `keys` function: see the library.

use lambda::{Error, runtime};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let cloud = runtime::start()?;
    let context = keys::Context::from_env(&cloud)?;
    runtime::serve_api(|request| keys::handle(&context, request)).await
}
