//! The `feed` function; see the library.

use feed::Context;
use lambda::{Error, runtime};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let cloud = runtime::start()?;
    let context = Context::from_env(&cloud)?;
    runtime::serve_api(|request| feed::handle(&context, request)).await
}
