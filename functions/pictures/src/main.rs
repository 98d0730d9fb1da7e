//! The `pictures` function: see the library.

use shared::{Error, bootstrap, store};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let cloud = bootstrap::start()?;
    let stores = pictures::Stores {
        sight: store::Sight::from_env(&cloud)?,
        pictures: store::Pictures::from_env(&cloud)?,
        users: store::Users::from_env(&cloud)?,
        links: store::Links::from_env(&cloud)?,
    };
    bootstrap::serve_api(|request| pictures::handle(&stores, request)).await
}
