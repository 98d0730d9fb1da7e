//! The `cleanup` function: see the library.

use shared::{Error, bootstrap, store};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let cloud = bootstrap::start()?;
    let stores = cleanup::Stores {
        pictures: store::Pictures::from_env(&cloud)?,
        media: store::Media::from_env(&cloud)?,
        users: store::Users::from_env(&cloud)?,
        friendships: store::Friendships::from_env(&cloud)?,
        accounts: cleanup::Accounts::from_env(&cloud)?,
    };
    bootstrap::serve_events(|event| cleanup::handle(&stores, event)).await
}
