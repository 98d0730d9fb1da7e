//! The `live` function: see the library.

use shared::{Error, bootstrap};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let stores = live::Stores::from_env(&bootstrap::start()?)?;
    bootstrap::serve_events(|trigger| live::handle(&stores, trigger)).await
}
