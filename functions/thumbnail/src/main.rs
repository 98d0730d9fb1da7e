//! The `thumbnail` function: see the library.

use shared::{Error, bootstrap, events, store};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let cloud = bootstrap::start()?;
    let stores = thumbnail::Stores {
        pictures: store::Pictures::from_env(&cloud)?,
        media: store::Media::from_env(&cloud)?,
    };
    bootstrap::serve_events(async |batch| {
        Ok(events::each_upload(batch, |key| thumbnail::handle(&stores, key)).await)
    })
    .await
}
