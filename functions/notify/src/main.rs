//! The `notify` function: see the library.

use shared::topic::Topic;
use shared::{Error, bootstrap};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let cloud = bootstrap::start()?;
    let topic = Topic::from_env(&cloud, "ACTIVITY_TOPIC")?;
    bootstrap::serve_events(|event| notify::handle(&topic, event)).await
}
