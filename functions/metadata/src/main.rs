//! Entry point of the `metadata` function.

use shared::{Error, bootstrap, events, store};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let cloud = bootstrap::start()?;
    let stores = metadata::Stores {
        pictures: store::Pictures::from_env(&cloud)?,
        media: store::Media::from_env(&cloud)?,
    };
    bootstrap::serve_events(async |batch| {
        Ok(events::each_upload(batch, |key| metadata::handle(&stores, key)).await)
    })
    .await
}
