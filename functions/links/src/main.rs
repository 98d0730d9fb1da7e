//! The `links` function: see the library.

use lambda::{Error, runtime};
use links::Context;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let cloud = runtime::start()?;
    let context = Context::from_env(&cloud)?;
    runtime::serve_api(|request| links::handle(&context, request)).await
}
