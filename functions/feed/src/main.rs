//! The `feed` function: see the library.

use shared::{Error, bootstrap, store};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let cloud = bootstrap::start()?;
    let stores = feed::Stores {
        feeds: store::Feeds::from_env(&cloud)?,
        sight: store::Sight::from_env(&cloud)?,
        pictures: store::Pictures::from_env(&cloud)?,
        friendships: store::Friendships::from_env(&cloud)?,
        users: store::Users::from_env(&cloud)?,
        secrets: store::Secrets::from_env(&cloud)?,
        links: store::Links::from_env(&cloud)?,
    };
    bootstrap::serve_api(|request| feed::handle(&stores, request)).await
}
