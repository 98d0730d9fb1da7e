//! The `thumbnail` function: see the library. Started with the argument `render`, it renders one picture instead.

use shared::{Error, bootstrap, events, store};
use thumbnail::{Renderer, Stores, worker};

fn main() -> Result<(), Error> {
    if worker::asked(std::env::args_os()) { worker::answer() } else { serve() }
}

#[tokio::main(flavor = "current_thread")]
async fn serve() -> Result<(), Error> {
    let cloud = bootstrap::start()?;
    let renderer = Renderer::this_program()?;
    let stores =
        Stores { pictures: store::Pictures::from_env(&cloud)?, media: store::Media::from_env(&cloud)? };
    bootstrap::serve_events(async |batch| {
        Ok(events::each_upload(batch, |key| thumbnail::handle(&stores, &renderer, key)).await)
    })
    .await
}
