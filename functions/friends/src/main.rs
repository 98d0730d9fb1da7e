//! The `friends` function: see the library.

use shared::{Error, bootstrap, store};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let cloud = bootstrap::start()?;
    let stores = friends::Stores {
        friendships: store::Friendships::from_env(&cloud)?,
        users: store::Users::from_env(&cloud)?,
        secrets: store::Secrets::from_env(&cloud)?,
    };
    bootstrap::serve_api(|request| friends::handle(&stores, request)).await
}
