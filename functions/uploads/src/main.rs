//! The `uploads` function: see the library.

use lambda::{Error, runtime};
use uploads::Context;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let cloud = runtime::start()?;
    let context = Context::from_env(&cloud)?;
    runtime::serve_api(|request| uploads::handle(&context, request)).await
}
