//! The `users` function: see the library.

use lambda::{Error, runtime};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let cloud = runtime::start()?;
    let users = store::Users::from_env(&cloud)?;
    runtime::serve_api(|request| users::handle(&users, request)).await
}
