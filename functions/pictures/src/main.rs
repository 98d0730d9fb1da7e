//! The `pictures` function: see the library.

use lambda::comment_writer::CommentWriter;
use lambda::{Error, runtime};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let cloud = runtime::start()?;
    let context = pictures::Context {
        comment_writer: CommentWriter::from_env(&cloud)?,
        pictures: store::Pictures::from_env(&cloud)?,
        secrets: store::Secrets::from_env(&cloud)?,
        presigner: store::UrlPresigner::from_env(&cloud)?,
    };
    runtime::serve_api(|request| pictures::handle(&context, request)).await
}
