//! The `uploads` function: see the library.

use lambda::{Error, runtime};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let cloud = runtime::start()?;
    let context = uploads::Context {
        pictures: store::Pictures::from_env(&cloud)?,
        users: store::Users::from_env(&cloud)?,
        deadlines: store::Deadlines::from_env(&cloud)?,
        presigner: store::UrlPresigner::from_env(&cloud)?,
    };
    runtime::serve_api(|request| uploads::handle(&context, request)).await
}
