//! The reply of the child process: a line of JSON, then the bytes of the small and the large
//! rendition. The line contains the lengths of the renditions. The parent validates the reply,
//! because a hostile file can control the child.

use std::io::{self, Write};

use bytes::Bytes;
use domain::{ContentType, RenditionPart};
use lambda::Error;
use renditions::Refusal;
use serde::{Deserialize, Serialize};

/// The maximum size of a reply, in bytes. An encoded rendition is smaller than its pixels: at most
/// 1600 × 1600 pixels of 4 bytes, or 10 MB.
pub(super) const MAX_BYTES: u64 = 16 << 20;

/// The maximum length of the line of JSON, in bytes. It usually has a few hundred bytes.
const MAX_LINE_BYTES: usize = 16 << 10;

/// The outcome of rendering a picture.
pub type Reply = Result<RenderedPicture, Rejection>;

/// The renditions of a picture.
#[derive(Debug, PartialEq, Eq)]
pub struct RenderedPicture {
    /// The attributes to write to the picture's row.
    pub attributes: RenditionPart,
    /// The rendition for grids.
    pub small: RenditionFile,
    /// The rendition for the view of one picture.
    pub large: RenditionFile,
}

/// One encoded rendition.
#[derive(Debug, PartialEq, Eq)]
pub struct RenditionFile {
    /// The content type of the S3 object.
    pub content_type: ContentType,
    /// The encoded file.
    pub bytes: Bytes,
}

/// The reason why a picture has no renditions.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejection {
    /// The message to the member who uploaded the file.
    pub message: String,
    /// The reason for the log.
    pub reason: String,
}

impl From<Refusal> for Rejection {
    fn from(refusal: Refusal) -> Self {
        Self { message: refusal.to_string(), reason: format!("{refusal:?}") }
    }
}

/// The line of JSON of a successful reply.
#[derive(Serialize, Deserialize)]
struct Header {
    attributes: RenditionPart,
    small: ContentType,
    large: ContentType,
}

/// Writes a reply and flushes the writer.
pub(super) fn write(reply: Reply, to: &mut impl Write) -> io::Result<()> {
    let (header, files) = match reply {
        Ok(RenderedPicture { attributes, small, large }) => {
            let header = Header { attributes, small: small.content_type, large: large.content_type };
            (Ok(header), vec![small.bytes, large.bytes])
        }
        Err(rejection) => (Err(rejection), Vec::new()),
    };
    serde_json::to_writer(&mut *to, &header)?;
    to.write_all(b"\n")?;
    files.iter().try_for_each(|file| to.write_all(file))?;
    to.flush()
}

/// Parses a reply. Returns an error if the reply is truncated, too long or invalid.
pub(super) fn read(reply: &Bytes) -> Result<Reply, Error> {
    let end = reply.iter().take(MAX_LINE_BYTES).position(|&byte| byte == b'\n');
    let end = end.ok_or("its first line is incomplete or too long")?;
    let files = reply.slice(end + 1..);
    let header = match serde_json::from_slice::<Result<Header, Rejection>>(&reply[..end])? {
        Ok(header) => header,
        Err(rejection) => return Ok(Err(rejection)),
    };
    let lengths = &header.attributes.renditions;
    let small = usize::try_from(lengths.small.bytes)?;
    if files.len().checked_sub(small).map(|rest| rest as u64) != Some(lengths.large.bytes) {
        return Err("the lengths of its renditions do not match its size".into());
    }
    let small = RenditionFile { content_type: header.small, bytes: files.slice(..small) };
    let large = RenditionFile { content_type: header.large, bytes: files.slice(small.bytes.len()..) };
    Ok(Ok(RenderedPicture { attributes: header.attributes, small, large }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Rendition, Renditions};

    fn rendered() -> RenderedPicture {
        let rendition = |bytes| Rendition { width: 2, height: 1, bytes };
        let attributes = RenditionPart {
            width: 2,
            height: 1,
            content_type: ContentType::Png,
            thumbhash: "AAAA".into(),
            renditions: Renditions { small: rendition(3), large: rendition(7) },
        };
        let small = RenditionFile { content_type: ContentType::Webp, bytes: "a\nb".into() };
        let large = RenditionFile { content_type: ContentType::Jpeg, bytes: "\n large".into() };
        RenderedPicture { attributes, small, large }
    }

    fn encode(reply: Reply) -> Bytes {
        let mut bytes = Vec::new();
        write(reply, &mut bytes).unwrap();
        bytes.into()
    }

    #[test]
    fn reads_a_written_reply() {
        assert_eq!(read(&encode(Ok(rendered()))).unwrap(), Ok(rendered()));
        let rejection = || Rejection::from(Refusal::Damaged { reason: "line\nbreak".into() });
        assert_eq!(read(&encode(Err(rejection()))).unwrap(), Err(rejection()));
    }

    #[test]
    fn rejects_truncated_and_extended_replies() {
        let valid = encode(Ok(rendered()));
        for length in 0..valid.len() {
            read(&valid.slice(..length)).unwrap_err();
        }
        read(&[&valid[..], b"x"].concat().into()).unwrap_err();
    }

    #[test]
    fn rejects_wrong_lengths() {
        let mut rendered = rendered();
        rendered.attributes.renditions.small.bytes = u64::MAX;
        rendered.attributes.renditions.large.bytes = 10;
        read(&encode(Ok(rendered))).unwrap_err();
    }

    #[test]
    fn rejects_a_line_that_is_too_long() {
        let message = "x".repeat(MAX_LINE_BYTES);
        read(&encode(Err(Rejection { message, reason: String::new() }))).unwrap_err();
    }
}
