//! The `feed` function: see the library.

use lambda::{Error, runtime};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let cloud = runtime::start()?;
    let context = feed::Context {
        feeds: store::Feeds::from_env(&cloud)?,
        access: store::AccessReader::from_env(&cloud)?,
        pictures: store::Pictures::from_env(&cloud)?,
        friendships: store::Friendships::from_env(&cloud)?,
        users: store::Users::from_env(&cloud)?,
        secrets: store::Secrets::from_env(&cloud)?,
        presigner: store::UrlPresigner::from_env(&cloud)?,
    };
    runtime::serve_api(|request| feed::handle(&context, request)).await
}
