//! The `index` function: see the library.

use shared::{Error, bootstrap, events, store};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let cloud = bootstrap::start()?;
    let stores = index::Stores {
        pictures: store::Pictures::from_env(&cloud)?,
        feeds: store::Feeds::from_env(&cloud)?,
    };
    bootstrap::serve_events(async |event| {
        events::each_picture(events::changed_pictures(event)?, |key| index::reconcile(&stores, key)).await
    })
    .await
}
