//! What the process says to the function: a line of JSON, then the bytes of the small and of the large rendition, whose
//! lengths the line tells. The function believes no more of it than it must: its sender may have been taken over.

use std::io::{self, Write};

use bytes::Bytes;
use domain::{ContentType, RenditionPart};
use lambda::Error;
use renditions::Refusal;
use serde::{Deserialize, Serialize};

/// Most bytes of a reply. A rendition is never longer than its pixels, 1600 × 1600 of 4 bytes, and nearly always a tenth.
pub(super) const MAX_BYTES: u64 = 16 << 20;

/// Most bytes of its line. What there is to say takes a few hundred.
const MAX_LINE: usize = 16 << 10;

/// What came of a picture.
pub type Reply = Result<Made, Refused>;

/// A picture's renditions.
#[derive(Debug, PartialEq, Eq)]
pub struct Made {
    /// What is written to its row.
    pub rendered: RenditionPart,
    /// For grids.
    pub small: File,
    /// For one picture alone.
    pub large: File,
}

/// One encoded rendition.
#[derive(Debug, PartialEq, Eq)]
pub struct File {
    /// What it is stored as.
    pub content_type: ContentType,
    /// The file.
    pub bytes: Bytes,
}

/// Why there are no renditions.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// For the person who uploaded the file.
    pub sentence: String,
    /// For the log.
    pub reason: String,
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        Self { sentence: refusal.to_string(), reason: format!("{refusal:?}") }
    }
}

/// What the line says of a picture's renditions.
#[derive(Serialize, Deserialize)]
struct Line {
    rendered: RenditionPart,
    small: ContentType,
    large: ContentType,
}

pub(super) fn write(reply: Reply, to: &mut impl Write) -> io::Result<()> {
    let (line, files) = match reply {
        Ok(Made { rendered, small, large }) => {
            let line = Line { rendered, small: small.content_type, large: large.content_type };
            (Ok(line), vec![small.bytes, large.bytes])
        }
        Err(refused) => (Err(refused), Vec::new()),
    };
    serde_json::to_writer(&mut *to, &line)?;
    to.write_all(b"\n")?;
    files.iter().try_for_each(|file| to.write_all(file))?;
    to.flush()
}

/// # Errors
/// It is cut short, or something else altogether.
pub(super) fn read(reply: &Bytes) -> Result<Reply, Error> {
    let end = reply.iter().take(MAX_LINE).position(|&byte| byte == b'\n').ok_or("it has no first line")?;
    let files = reply.slice(end + 1..);
    let line = match serde_json::from_slice::<Result<Line, Refused>>(&reply[..end])? {
        Ok(line) => line,
        Err(refused) => return Ok(Err(refused)),
    };
    let lengths = &line.rendered.renditions;
    let small = usize::try_from(lengths.small.bytes)?;
    if files.len().checked_sub(small).map(|rest| rest as u64) != Some(lengths.large.bytes) {
        return Err("its renditions are not as long as it says".into());
    }
    let small = File { content_type: line.small, bytes: files.slice(..small) };
    let large = File { content_type: line.large, bytes: files.slice(small.bytes.len()..) };
    Ok(Ok(Made { rendered: line.rendered, small, large }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Rendition, Renditions};

    fn made() -> Made {
        let row = |bytes| Rendition { width: 2, height: 1, bytes };
        let rendered = RenditionPart {
            width: 2,
            height: 1,
            content_type: ContentType::Png,
            thumbhash: "AAAA".into(),
            renditions: Renditions { small: row(3), large: row(7) },
        };
        let small = File { content_type: ContentType::Webp, bytes: "a\nb".into() };
        Made { rendered, small, large: File { content_type: ContentType::Jpeg, bytes: "\n large".into() } }
    }

    fn written(reply: Reply) -> Bytes {
        let mut bytes = Vec::new();
        write(reply, &mut bytes).unwrap();
        bytes.into()
    }

    #[test]
    fn what_is_written_is_read() {
        assert_eq!(read(&written(Ok(made()))).unwrap(), Ok(made()));
        let refused = || Refused::from(Refusal::Damaged { reason: "line\nbreak".into() });
        assert_eq!(read(&written(Err(refused()))).unwrap(), Err(refused()));
    }

    #[test]
    fn what_is_cut_short_or_goes_on_is_no_reply() {
        let whole = written(Ok(made()));
        for length in 0..whole.len() {
            read(&whole.slice(..length)).unwrap_err();
        }
        read(&[&whole[..], b"x"].concat().into()).unwrap_err();
    }

    #[test]
    fn lengths_that_are_impossible_are_no_reply() {
        let mut made = made();
        made.rendered.renditions.small.bytes = u64::MAX;
        made.rendered.renditions.large.bytes = 10;
        read(&written(Ok(made))).unwrap_err();
    }

    #[test]
    fn a_line_without_end_is_no_reply() {
        let sentence = "x".repeat(MAX_LINE);
        read(&written(Err(Refused { sentence, reason: String::new() }))).unwrap_err();
    }
}
