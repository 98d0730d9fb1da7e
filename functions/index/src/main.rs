//! The `index` function: see the library.

use lambda::topic::Topic;
use lambda::{Error, runtime};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let cloud = runtime::start()?;
    let context = index::Context {
        pictures: store::Pictures::from_env(&cloud)?,
        friendships: store::Friendships::from_env(&cloud)?,
        feeds: store::Feeds::from_env(&cloud)?,
    };
    let topic = Topic::from_env(&cloud, "REBUILD_TOPIC")?;
    runtime::serve_events(|trigger| index::handle(&context, &topic, trigger)).await
}
