//! The `friends` function: see the library.

use lambda::{Error, runtime};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let cloud = runtime::start()?;
    let context = friends::Context {
        friendships: store::Friendships::from_env(&cloud)?,
        users: store::Users::from_env(&cloud)?,
        secrets: store::Secrets::from_env(&cloud)?,
    };
    runtime::serve_api(|request| friends::handle(&context, request)).await
}
