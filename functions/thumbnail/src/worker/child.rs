//! The child process: reads a file from standard input and writes a [`Reply`] to standard output.

use std::ffi::OsString;
use std::io::{self, Read};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::{ContentType, RenditionPart};
use lambda::Error;
use renditions::{Format, Renditions};
use sandbox::Limits;

use super::reply::{self, RenderedPicture, RenditionFile, Reply};

/// The argument that makes this program render one picture instead of serving events.
pub(super) const ARGUMENT: &str = "render";

/// The limits of the process. Its memory is for the program (some 30 MB), the file, a decoder and
/// the renditions.
const LIMITS: Limits = Limits { memory: 512 << 20, cpu_seconds: 60, starts_threads: true };

/// Returns `true` if this program was started to render one picture. `arguments` starts with the
/// program's name.
pub fn is_render_command(arguments: impl IntoIterator<Item = OsString>) -> bool {
    sandbox::is_started_with(ARGUMENT, arguments)
}

/// Renders the picture on standard input and writes the [`Reply`] to standard output. No other code
/// may write to standard output.
///
/// # Errors
/// Returns an error if the limits cannot be set, or if reading or writing fails. An invalid picture
/// is not an error: the reply contains the rejection.
pub fn render_stdin() -> Result<(), Error> {
    LIMITS.apply()?;
    // Reads one byte more than the limit, so that `renditions` rejects a file that is too large.
    let mut bytes = Vec::new();
    io::stdin().lock().take(renditions::limits::MAX_BYTES + 1).read_to_end(&mut bytes)?;
    Ok(reply::write(render(&bytes)?, &mut io::stdout().lock())?)
}

fn render(bytes: &[u8]) -> Result<Reply, Error> {
    match renditions::render(bytes) {
        Ok(renditions) => Ok(Ok(convert(renditions)?)),
        Err(refusal) => Ok(Err(refusal.into())),
    }
}

/// Converts the types of `renditions` to the types of the application.
fn convert(renditions: Renditions) -> Result<RenderedPicture, Error> {
    let Renditions { width, height, format, thumbhash, small, large } = renditions;
    let attributes = RenditionPart {
        width,
        height,
        content_type: content_type(format),
        thumbhash: STANDARD.encode(thumbhash),
        renditions: domain::Renditions { small: attributes(&small), large: attributes(&large) },
    };
    Ok(RenderedPicture { attributes, small: file(small)?, large: file(large)? })
}

fn content_type(format: Format) -> ContentType {
    match format {
        Format::Jpeg => ContentType::Jpeg,
        Format::Png => ContentType::Png,
        Format::WebP => ContentType::Webp,
        Format::Gif => ContentType::Gif,
        Format::Avif => ContentType::Avif,
        Format::Heic => ContentType::Heic,
    }
}

fn attributes(rendition: &renditions::Rendition) -> domain::Rendition {
    let bytes = rendition.bytes.len() as u64;
    domain::Rendition { width: rendition.width, height: rendition.height, bytes }
}

fn file(rendition: renditions::Rendition) -> Result<RenditionFile, Error> {
    let content_type =
        ContentType::parse(rendition.content_type).ok_or("a rendition has an unknown content type")?;
    Ok(RenditionFile { content_type, bytes: rendition.bytes.into() })
}
