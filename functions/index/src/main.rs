//! The `index` function: see the library.

use shared::topic::Topic;
use shared::{Error, bootstrap, store};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let cloud = bootstrap::start()?;
    let stores = index::Stores {
        pictures: store::Pictures::from_env(&cloud)?,
        friendships: store::Friendships::from_env(&cloud)?,
        feeds: store::Feeds::from_env(&cloud)?,
    };
    let topic = Topic::from_env(&cloud, "REBUILD_TOPIC")?;
    bootstrap::serve_events(|trigger| index::handle(&stores, &topic, trigger)).await
}
