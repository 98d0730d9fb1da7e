//! The `users` function: see the library.

use shared::{Error, bootstrap, store};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let cloud = bootstrap::start()?;
    let users = store::Users::from_env(&cloud)?;
    bootstrap::serve_api(|request| users::handle(&users, request)).await
}
