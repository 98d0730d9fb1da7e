//! The `live` function: see the library.

use lambda::{Error, runtime};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let cloud = runtime::start()?;
    let context = live::Context::from_env(&cloud)?;
    runtime::serve_events(|trigger| live::handle(&context, trigger)).await
}
