//! The `uploads` function: see the library.

use shared::{Error, bootstrap, store};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let cloud = bootstrap::start()?;
    let stores = uploads::Stores {
        pictures: store::Pictures::from_env(&cloud)?,
        users: store::Users::from_env(&cloud)?,
        deadlines: store::Deadlines::from_env(&cloud)?,
        links: store::Links::from_env(&cloud)?,
    };
    bootstrap::serve_api(|request| uploads::handle(&stores, request)).await
}
