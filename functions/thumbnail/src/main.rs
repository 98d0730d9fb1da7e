//! The `thumbnail` function: see the library. With the argument `render`, the program renders one
//! picture from standard input instead.

use lambda::{Error, events, runtime};
use thumbnail::{Context, Renderer, worker};

fn main() -> Result<(), Error> {
    if worker::is_render_command(std::env::args_os()) { worker::render_stdin() } else { serve() }
}

#[tokio::main(flavor = "current_thread")]
async fn serve() -> Result<(), Error> {
    let cloud = runtime::start()?;
    let renderer = Renderer::current_program()?;
    let context = Context::from_env(&cloud)?;
    runtime::serve_events(async |batch| {
        let handle = |original| thumbnail::handle(&context, &renderer, original);
        Ok(events::process_uploads(batch, handle).await)
    })
    .await
}
