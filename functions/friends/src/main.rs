//! The `friends` function: see the library.

use friends::Context;
use lambda::{Error, runtime};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let cloud = runtime::start()?;
    let context = Context::from_env(&cloud)?;
    runtime::serve_api(|request| friends::handle(&context, request)).await
}
