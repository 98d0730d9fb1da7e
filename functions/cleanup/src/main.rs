//! The `cleanup` function: see the library.

use shared::{Error, bootstrap, events, store};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let cloud = bootstrap::start()?;
    let stores = cleanup::Stores {
        pictures: store::Pictures::from_env(&cloud)?,
        media: store::Media::from_env(&cloud)?,
    };
    bootstrap::serve_events(async |event| {
        events::each_picture(events::changed_pictures(event)?, |key| cleanup::sweep(&stores, key)).await
    })
    .await
}
