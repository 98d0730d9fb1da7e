//! The segments between the scans (ITU-T T.81, annex B): what is in the file, and how it is coded.

use super::Fault;
use super::bits::next_marker;
use super::frame::Frame;
use super::huffman::Huffman;
use super::standard::HUFFMAN_TABLES;
use std::sync::Arc;

/// The most bytes of a colour profile, over all its segments; the largest in use, of printers, have about two million.
const MOST_PROFILE_BYTES: usize = 4 << 20;
/// The most segments of one: their numbers are bytes, from 1 on.
const MOST_PROFILE_PARTS: usize = 255;

/// Everything that segments say, up to the scan that comes next.
#[derive(Debug, Default)]
pub(super) struct Segments<'a> {
    /// Size and channels.
    pub(super) frame: Option<Frame>,
    /// How finely each of the 64 coefficients is stored, in the order of the file; four tables.
    pub(super) steps: [Option<[u16; 64]>; 4],
    /// Codes of DC coefficients; four tables.
    pub(super) dc: [Option<Arc<Huffman>>; 4],
    /// Codes of AC coefficients; four tables.
    pub(super) ac: [Option<Arc<Huffman>>; 4],
    /// How many units (MCUs) lie between two restart markers; 0 for no such markers.
    pub(super) restart_interval: usize,
    /// A block of EXIF: a TIFF file.
    pub(super) exif: Option<&'a [u8]>,
    /// Adobe's marker: which transform the colours went through.
    pub(super) adobe_transform: Option<u8>,
    /// Whether there is a JFIF marker.
    pub(super) is_jfif: bool,
    profile: Vec<(u8, &'a [u8])>,
}

/// What a scan brings.
#[derive(Debug)]
pub(super) struct Scan {
    pub(super) components: Vec<Scanned>,
    /// The first coefficient of each block, in the order of the file.
    pub(super) first: usize,
    /// The last one.
    pub(super) last: usize,
    /// How many of the lowest bits the scans before left out; 0 for a first scan.
    pub(super) high: u8,
    /// How many this one leaves out.
    pub(super) low: u8,
}

/// A channel in a scan.
#[derive(Debug)]
pub(super) struct Scanned {
    /// Which one of the frame's.
    pub(super) at: usize,
    pub(super) dc: Option<Arc<Huffman>>,
    pub(super) ac: Option<Arc<Huffman>>,
}

/// Where reading segments stopped.
pub(super) enum Stop {
    /// At a scan, whose bits begin at this position.
    Scan(Scan, usize),
    /// Behind the last one.
    End,
}

impl<'a> Segments<'a> {
    /// Reads on from `at` until a scan begins or the picture ends.
    pub(super) fn read(&mut self, data: &'a [u8], mut at: usize) -> Result<Stop, Fault> {
        loop {
            let Some((marker, length)) = data.get(at..).and_then(next_marker) else { return Ok(Stop::End) };
            at += length;
            match marker {
                0xD9 => return Ok(Stop::End),
                // Without content: a start of image, restarts that are left over.
                0x01 | 0xD0..=0xD8 => continue,
                _ => {}
            }
            let content = content(data, at).ok_or(Fault::Damaged("a segment is cut off"))?;
            at += 2 + content.len();
            match marker {
                0xC4 => self.huffman_tables(content)?,
                0xC0..=0xC2 => self.frame(marker, content)?,
                0xC3 => return Err(Fault::Variant("lossless")),
                0xC5..=0xC7 => return Err(Fault::Variant("hierarchical")),
                0xC8..=0xCF => return Err(Fault::Variant("arithmetic coding")),
                0xDA => return Ok(Stop::Scan(self.scan(content)?, at)),
                0xDB => self.quantisation_tables(content)?,
                0xDD => self.restart_interval = usize::from(word(content, 0)?),
                0xE0..=0xEF => self.application(marker, content),
                _ => {}
            }
        }
    }

    fn frame(&mut self, marker: u8, content: &[u8]) -> Result<(), Fault> {
        if self.frame.is_some() {
            return Err(Fault::Damaged("a second frame"));
        }
        self.frame = Some(Frame::read(marker == 0xC2, content)?);
        Ok(())
    }

    fn huffman_tables(&mut self, mut content: &[u8]) -> Result<(), Fault> {
        while let Some((&[class, ref counts @ ..], rest)) = content.split_first_chunk::<17>() {
            let total = counts.iter().map(|count| usize::from(*count)).sum();
            let symbols = rest.get(..total).ok_or(CUT_OFF)?;
            let tables = if class >> 4 == 0 { &mut self.dc } else { &mut self.ac };
            let table =
                tables.get_mut(usize::from(class & 15)).ok_or(Fault::Damaged("a fifth Huffman table"))?;
            *table = Some(Arc::new(Huffman::new(counts, symbols)?));
            content = &rest[total..];
        }
        Ok(())
    }

    fn quantisation_tables(&mut self, mut content: &[u8]) -> Result<(), Fault> {
        while let Some((&kind, rest)) = content.split_first() {
            let bytes = if kind >> 4 == 0 { 1 } else { 2 };
            let values = rest.get(..64 * bytes).ok_or(CUT_OFF)?;
            let table =
                self.steps.get_mut(usize::from(kind & 15)).ok_or(Fault::Damaged("a fifth table of steps"))?;
            let value = |value: &[u8]| value.iter().fold(0, |sum, byte| sum << 8 | u16::from(*byte));
            *table = Some(std::array::from_fn(|at| value(&values[at * bytes..][..bytes])));
            content = &rest[64 * bytes..];
        }
        Ok(())
    }

    fn application(&mut self, marker: u8, content: &'a [u8]) {
        match marker {
            0xE0 if content.starts_with(b"JFIF\0") => self.is_jfif = true,
            0xE1 => self.exif = self.exif.or_else(|| content.strip_prefix(b"Exif\0\0")),
            0xE2 => {
                if self.profile.len() < MOST_PROFILE_PARTS
                    && let Some(&[part, _, ref profile @ ..]) = content.strip_prefix(b"ICC_PROFILE\0")
                {
                    self.profile.push((part, profile));
                }
            }
            0xEE if content.starts_with(b"Adobe") => self.adobe_transform = content.get(11).copied(),
            _ => {}
        }
    }

    /// The colour profile, put together from its numbered parts (ICC.1:2022, B.4).
    pub(super) fn profile(&self) -> Option<Vec<u8>> {
        let mut parts = self.profile.clone();
        parts.sort_by_key(|(part, _)| *part);
        let length: usize = parts.iter().map(|(_, bytes)| bytes.len()).sum();
        (1..=MOST_PROFILE_BYTES)
            .contains(&length)
            .then(|| parts.into_iter().flat_map(|(_, bytes)| bytes).copied().collect())
    }

    fn scan(&mut self, content: &[u8]) -> Result<Scan, Fault> {
        if self.dc.iter().chain(&self.ac).all(Option::is_none) {
            self.huffman_tables(&HUFFMAN_TABLES)?;
        }
        let frame = self.frame.as_ref().ok_or(Fault::Damaged("a scan before the frame"))?;
        let (&count, rest) = content.split_first().ok_or(CUT_OFF)?;
        let (components, rest) = rest.split_at_checked(2 * usize::from(count)).ok_or(CUT_OFF)?;
        let &[first, last, successive, ..] = rest else { return Err(CUT_OFF) };
        let mut scan = Scan {
            components: Vec::new(),
            first: first.into(),
            last: last.into(),
            high: successive >> 4,
            low: successive & 15,
        };
        for component in components.chunks_exact(2) {
            // Some files give all channels one name: then their order counts, as with libjpeg.
            let is_new = |at: &usize| scan.components.iter().all(|other: &Scanned| other.at != *at);
            let mut named = (0..frame.components.len()).filter(|at| frame.components[*at].id == component[0]);
            let at = named.find(is_new);
            let at = at.ok_or(Fault::Damaged("a scan of a channel that is not there"))?;
            let table =
                |tables: &[Option<Arc<Huffman>>; 4], at: u8| tables.get(usize::from(at)).cloned().flatten();
            let (dc, ac) = (table(&self.dc, component[1] >> 4), table(&self.ac, component[1] & 15));
            scan.components.push(Scanned { at, dc, ac });
        }
        if scan.components.is_empty() { Err(Fault::Damaged("a scan of nothing")) } else { Ok(scan) }
    }
}

const CUT_OFF: Fault = Fault::Damaged("a segment is too short");

/// A segment's content; its length, which is its own two bytes longer, stands at `at`.
fn content(data: &[u8], at: usize) -> Option<&[u8]> {
    let length = usize::from(word(data, at).ok()?);
    data.get(at + 2..at + length.max(2))
}

/// Two bytes, the high one first.
pub(super) fn word(bytes: &[u8], at: usize) -> Result<u16, Fault> {
    let bytes = bytes.get(at..at + 2).and_then(|two| two.try_into().ok()).ok_or(CUT_OFF)?;
    Ok(u16::from_be_bytes(bytes))
}
