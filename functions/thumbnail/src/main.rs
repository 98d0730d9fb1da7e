//! The `thumbnail` function, see the library. With the argument `render`, it renders one picture
//! instead.

use shared::{Error, bootstrap, events, store};
use thumbnail::{Context, Renderer, worker};

fn main() -> Result<(), Error> {
    if worker::is_render_command(std::env::args_os()) { worker::render_stdin() } else { serve() }
}

#[tokio::main(flavor = "current_thread")]
async fn serve() -> Result<(), Error> {
    let cloud = bootstrap::start()?;
    let renderer = Renderer::current_program()?;
    let context =
        Context { pictures: store::Pictures::from_env(&cloud)?, media: store::Media::from_env(&cloud)? };
    bootstrap::serve_events(async |batch| {
        Ok(events::each_upload(batch, |key| thumbnail::handle(&context, &renderer, key)).await)
    })
    .await
}
