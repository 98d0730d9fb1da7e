//! The `inbox` function: see the library.

use shared::{Error, bootstrap};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let cloud = bootstrap::start()?;
    let stores = inbox::Stores::from_env(&cloud)?;
    bootstrap::serve_events(|trigger| inbox::handle(&stores, trigger)).await
}
