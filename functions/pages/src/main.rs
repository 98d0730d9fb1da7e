//! The `pages` function; see the library.

use lambda::{Error, runtime};
use pages::Context;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let cloud = runtime::start()?;
    let context = Context::from_env(&cloud)?;
    runtime::serve_api(|request| pages::handle(&context, request)).await
}
