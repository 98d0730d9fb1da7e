//! The `notify` function: see the library.

use lambda::topic::Topic;
use lambda::{Error, runtime};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let cloud = runtime::start()?;
    let topic = Topic::from_env(&cloud, "ACTIVITY_TOPIC")?;
    runtime::serve_events(|event| activity::handle(&topic, event)).await
}
