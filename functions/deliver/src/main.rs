//! The `deliver` function: see the library.

use shared::{Error, bootstrap, store};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let cloud = bootstrap::start()?;
    let stores = deliver::Stores {
        receipts: store::Receipts::from_env(&cloud, "deliver", deliver::LEASE)?,
        devices: store::Endpoints::devices_from_env(&cloud)?,
        telling: shared::telling::Telling::from_env(&cloud)?,
        users: store::Users::from_env(&cloud)?,
        phones: shared::phones::Phones::from_cloud(&cloud),
        mail: deliver::Mail::from_env(&cloud)?,
    };
    bootstrap::serve_events(async |event| Ok(deliver::handle(&stores, event).await)).await
}
