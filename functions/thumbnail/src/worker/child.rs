//! The process's end: from a file on standard input to a [`Reply`] on standard output.

use std::ffi::OsString;
use std::io::{self, Read};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::{ContentType, Rendition as Row, RenditionPart, Renditions as Rows};
use lambda::Error;
use renditions::{Format, Renditions};

use super::reply::{self, File, Made, Reply};

/// The argument that makes this program render one picture instead of serving events.
pub(super) const ARGUMENT: &str = "render";

/// Whether this program was started to render one picture. `arguments` begins with the program's name.
pub fn asked(arguments: impl IntoIterator<Item = OsString>) -> bool {
    arguments.into_iter().skip(1).eq([ARGUMENT])
}

/// Renders the picture on standard input and answers on standard output, which nothing else may write to.
///
/// # Errors
/// The limits cannot be set, or the pipes are broken. A bad picture is not an error.
pub fn answer() -> Result<(), Error> {
    limit()?;
    // One more than may be, so that the core sees that there are too many.
    let mut bytes = Vec::new();
    io::stdin().lock().take(renditions::limits::MAX_BYTES + 1).read_to_end(&mut bytes)?;
    Ok(reply::write(render(&bytes)?, &mut io::stdout().lock())?)
}

fn render(bytes: &[u8]) -> Result<Reply, Error> {
    match renditions::render(bytes) {
        Ok(made) => Ok(Ok(convert(made)?)),
        Err(refusal) => Ok(Err(refusal.into())),
    }
}

/// The core's words in the application's.
fn convert(made: Renditions) -> Result<Made, Error> {
    let Renditions { width, height, format, thumbhash, small, large } = made;
    let renditions = Rows { small: row(&small), large: row(&large) };
    let (content_type, thumbhash) = (content_type(format), STANDARD.encode(thumbhash));
    let rendered = RenditionPart { width, height, content_type, thumbhash, renditions };
    Ok(Made { rendered, small: file(small)?, large: file(large)? })
}

/// The core's types are the application's: whoever adds one there is told here by the compiler.
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

fn row(rendition: &renditions::Rendition) -> Row {
    Row { width: rendition.width, height: rendition.height, bytes: rendition.bytes.len() as u64 }
}

fn file(rendition: renditions::Rendition) -> Result<File, Error> {
    let content_type = ContentType::parse(rendition.content_type).ok_or("a rendition of an unknown type")?;
    Ok(File { content_type, bytes: rendition.bytes.into() })
}

/// What this process may have from here on; it cannot be taken back.
#[cfg(target_os = "linux")]
fn limit() -> io::Result<()> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    for (resource, most) in [
        // Bytes of addresses: those of the program (some 30 MB), of a file, of a decoder and of the renditions.
        (Resource::As, 512 << 20),
        // Seconds of the processor: the end even where whoever waits is gone.
        (Resource::Cpu, 60),
        // Files and connections opened; the three pipes are open. So nothing is found out, and nothing is sent.
        (Resource::Nofile, 0),
        // Bytes of an image of this process on disk: there may be a picture in it.
        (Resource::Core, 0),
    ] {
        // Whoever may have less already may not ask for more.
        let most = getrlimit(resource).maximum.map_or(most, |already| already.min(most));
        setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) })?;
    }
    Ok(())
}

/// Elsewhere, on a developer's machine, there are no limits.
#[cfg(not(target_os = "linux"))]
fn limit() -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn renders_only_when_asked_by_one_argument() {
        let asked = |arguments: &[&str]| asked(arguments.iter().map(OsString::from));
        assert!(asked(&["bootstrap", "render"]));
        assert!(!asked(&["bootstrap"]));
        assert!(!asked(&["render"]));
        assert!(!asked(&["bootstrap", "render", "more"]));
    }
}
