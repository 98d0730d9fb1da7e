//! The `pictures` function: see the library.

use shared::commenting::Commenting;
use shared::{Error, bootstrap, store};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let cloud = bootstrap::start()?;
    let stores = pictures::Stores {
        commenting: Commenting::from_env(&cloud)?,
        pictures: store::Pictures::from_env(&cloud)?,
        secrets: store::Secrets::from_env(&cloud)?,
        links: store::Links::from_env(&cloud)?,
    };
    bootstrap::serve_api(|request| pictures::handle(&stores, request)).await
}
