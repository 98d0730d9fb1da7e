//! The `devices` function: see the library.

use devices::Applications;
use shared::phones::Phones;
use shared::{Error, bootstrap, store};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let cloud = bootstrap::start()?;
    let stores = devices::Stores {
        devices: store::Endpoints::devices_from_env(&cloud)?,
        users: store::Users::from_env(&cloud)?,
        applications: Applications::from_env()?,
        phones: Phones::from_cloud(&cloud),
    };
    bootstrap::serve_api(|request| devices::handle(&stores, request)).await
}
