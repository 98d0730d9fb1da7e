//! The child process: reads a file from standard input and writes a [`Reply`] to standard output.

use std::ffi::OsString;
use std::io::{self, Read};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::{ContentType, Rendition as Row, RenditionPart, Renditions as Rows};
use lambda::Error;
use renditions::{Format, Renditions};

use super::reply::{self, RenderedPicture, RenditionFile, Reply};

/// The argument with which this program renders one picture instead of serving events.
pub(super) const ARGUMENT: &str = "render";

/// Whether this program was started to render one picture. `arguments` starts with the program's
/// name.
pub fn is_render_command(arguments: impl IntoIterator<Item = OsString>) -> bool {
    arguments.into_iter().skip(1).eq([ARGUMENT])
}

/// Renders the picture on standard input and writes the [`Reply`] to standard output. Nothing else
/// may write to standard output.
///
/// # Errors
/// The limits cannot be set, or a pipe is broken. An invalid picture is not an error.
pub fn render_stdin() -> Result<(), Error> {
    limit_resources()?;
    // One byte above the limit, so that `renditions` refuses a file that is too large.
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

/// Converts the types of `renditions` to those of the application.
fn convert(renditions: Renditions) -> Result<RenderedPicture, Error> {
    let Renditions { width, height, format, thumbhash, small, large } = renditions;
    let attributes = RenditionPart {
        width,
        height,
        content_type: content_type(format),
        thumbhash: STANDARD.encode(thumbhash),
        renditions: Rows { small: attributes(&small), large: attributes(&large) },
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

fn attributes(rendition: &renditions::Rendition) -> Row {
    Row { width: rendition.width, height: rendition.height, bytes: rendition.bytes.len() as u64 }
}

fn file(rendition: renditions::Rendition) -> Result<RenditionFile, Error> {
    let content_type =
        ContentType::parse(rendition.content_type).ok_or("a rendition has an unknown content type")?;
    Ok(RenditionFile { content_type, bytes: rendition.bytes.into() })
}

/// Limits the resources of this process. The limits cannot be raised again.
#[cfg(target_os = "linux")]
fn limit_resources() -> io::Result<()> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    for (resource, max) in [
        // Address space in bytes: for the program (some 30 MB), the file, a decoder and the
        // renditions.
        (Resource::As, 512 << 20),
        // CPU seconds: ends the process even if its parent is gone.
        (Resource::Cpu, 60),
        // File descriptors: the three pipes are open, and nothing else can be opened.
        (Resource::Nofile, 0),
        // Size of a core dump in bytes: it could contain the picture.
        (Resource::Core, 0),
    ] {
        // A lower limit that is already set cannot be raised.
        let max = getrlimit(resource).maximum.map_or(max, |current| current.min(max));
        setrlimit(resource, Rlimit { current: Some(max), maximum: Some(max) })?;
    }
    Ok(())
}

/// There are no limits on other systems, which run the function only for development.
#[cfg(not(target_os = "linux"))]
fn limit_resources() -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn renders_only_with_the_single_argument() {
        let is_render_command = |arguments: &[&str]| is_render_command(arguments.iter().map(OsString::from));
        assert!(is_render_command(&["bootstrap", "render"]));
        assert!(!is_render_command(&["bootstrap"]));
        assert!(!is_render_command(&["render"]));
        assert!(!is_render_command(&["bootstrap", "render", "more"]));
    }
}
