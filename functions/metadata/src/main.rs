//! The `metadata` function: see the library.

use lambda::{Error, events, runtime};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let cloud = runtime::start()?;
    let context = metadata::Context::from_env(&cloud)?;
    runtime::serve_events(async |batch| {
        Ok(events::process_uploads(batch, |original| metadata::handle(&context, original.picture)).await)
    })
    .await
}
