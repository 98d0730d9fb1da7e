//! The `index` function; see the library.

use index::Context;
use lambda::{Error, runtime};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let cloud = runtime::start()?;
    let context = Context::from_env(&cloud)?;
    runtime::serve_events(|trigger| index::handle(&context, trigger)).await
}
