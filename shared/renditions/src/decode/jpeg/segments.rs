//! Reads the segments between the scans (ITU-T T.81, annex B).

use super::super::exif::Exif;
use super::error::{JpegError, TRUNCATED_SEGMENT};
use super::frame::Frame;
use super::huffman::HuffmanTable;
use super::markers::{next_marker, read_u16, segment_content};
use super::standard_tables::HUFFMAN_TABLES;
use std::sync::Arc;

/// The maximum total size of the segments of a colour profile, in bytes. Profiles of printers, the
/// largest in use, have about two million bytes.
const MAX_PROFILE_BYTES: usize = 4 << 20;
/// The maximum number of segments of a profile, because their numbers are bytes from 1 on.
const MAX_PROFILE_PARTS: usize = 255;

/// The contents of all segments read so far.
#[derive(Debug, Default)]
pub(super) struct Segments<'a> {
    pub(super) frame: Option<Frame>,
    /// Four tables of quantisation steps, each in the order of the file.
    pub(super) quantisation: [Option<[u16; 64]>; 4],
    /// Four Huffman tables of DC coefficients.
    dc_tables: [Option<Arc<HuffmanTable>>; 4],
    /// Four Huffman tables of AC coefficients.
    ac_tables: [Option<Arc<HuffmanTable>>; 4],
    /// The number of MCUs between two restart markers, or 0 if there are none.
    pub(super) restart_interval: usize,
    /// The first EXIF block with a TIFF header.
    pub(super) exif: Option<Exif<'a>>,
    /// The colour transform in Adobe's marker: 0 none, 1 `YCbCr`, 2 YCCK.
    pub(super) adobe_transform: Option<u8>,
    /// Whether there is a JFIF marker.
    pub(super) is_jfif: bool,
    /// Numbers and contents of the parts of the colour profile.
    profile_parts: Vec<(u8, &'a [u8])>,
}

/// The header of a scan.
#[derive(Debug)]
pub(super) struct Scan {
    pub(super) components: Vec<ScanComponent>,
    /// The first coefficient of each block, in the order of the file (Ss).
    pub(super) first: usize,
    /// The last coefficient of each block, in the order of the file (Se).
    pub(super) last: usize,
    /// The number of low bits that the previous scan of these coefficients omitted (Ah), or 0 for
    /// their first scan.
    pub(super) high: u8,
    /// The number of low bits that this scan omits (Al).
    pub(super) low: u8,
}

/// A component in a scan.
#[derive(Debug)]
pub(super) struct ScanComponent {
    /// Index into the components of the frame.
    pub(super) index: usize,
    pub(super) dc: Option<Arc<HuffmanTable>>,
    pub(super) ac: Option<Arc<HuffmanTable>>,
}

impl<'a> Segments<'a> {
    /// Reads segments from position `at` up to the next scan. Returns the header of the scan and
    /// the position of its entropy-coded data, or `None` at the end of the picture.
    pub(super) fn read_until_scan(
        &mut self,
        data: &'a [u8],
        mut at: usize,
    ) -> Result<Option<(Scan, usize)>, JpegError> {
        loop {
            let Some((marker, length)) = data.get(at..).and_then(next_marker) else { return Ok(None) };
            at += length;
            match marker {
                0xD9 => return Ok(None),
                // Markers without content: start of image, surplus restart markers.
                0x01 | 0xD0..=0xD8 => continue,
                _ => {}
            }
            let content = segment_content(data, at).ok_or(JpegError::Damaged("a segment is truncated"))?;
            at += 2 + content.len();
            match marker {
                0xC4 => self.read_huffman_tables(content)?,
                0xC0..=0xC2 => self.read_frame(marker, content)?,
                0xC3 => return Err(JpegError::Unsupported("lossless")),
                0xC5..=0xC7 => return Err(JpegError::Unsupported("hierarchical")),
                0xC8..=0xCF => return Err(JpegError::Unsupported("arithmetic coding")),
                0xDA => return Ok(Some((self.read_scan(content)?, at))),
                0xDB => self.read_quantisation_tables(content)?,
                0xDD => self.restart_interval = usize::from(read_u16(content, 0)?),
                0xE0..=0xEF => self.read_application_data(marker, content),
                _ => {}
            }
        }
    }

    fn read_frame(&mut self, marker: u8, content: &[u8]) -> Result<(), JpegError> {
        if self.frame.is_some() {
            return Err(JpegError::Damaged("it has two frames"));
        }
        self.frame = Some(Frame::parse(marker == 0xC2, content)?);
        Ok(())
    }

    fn read_huffman_tables(&mut self, mut content: &[u8]) -> Result<(), JpegError> {
        while let Some((&[class, ref counts @ ..], rest)) = content.split_first_chunk::<17>() {
            let total = counts.iter().map(|count| usize::from(*count)).sum();
            let symbols = rest.get(..total).ok_or(TRUNCATED_SEGMENT)?;
            let tables = if class >> 4 == 0 { &mut self.dc_tables } else { &mut self.ac_tables };
            let table = tables
                .get_mut(usize::from(class & 15))
                .ok_or(JpegError::Damaged("the index of a Huffman table exceeds 3"))?;
            *table = Some(Arc::new(HuffmanTable::new(counts, symbols)?));
            content = &rest[total..];
        }
        Ok(())
    }

    fn read_quantisation_tables(&mut self, mut content: &[u8]) -> Result<(), JpegError> {
        while let Some((&kind, rest)) = content.split_first() {
            let bytes = if kind >> 4 == 0 { 1 } else { 2 };
            let values = rest.get(..64 * bytes).ok_or(TRUNCATED_SEGMENT)?;
            let table = self
                .quantisation
                .get_mut(usize::from(kind & 15))
                .ok_or(JpegError::Damaged("the index of a quantisation table exceeds 3"))?;
            let value = |value: &[u8]| value.iter().fold(0, |sum, byte| sum << 8 | u16::from(*byte));
            *table = Some(std::array::from_fn(|at| value(&values[at * bytes..][..bytes])));
            content = &rest[64 * bytes..];
        }
        Ok(())
    }

    fn read_application_data(&mut self, marker: u8, content: &'a [u8]) {
        match marker {
            0xE0 if content.starts_with(b"JFIF\0") => self.is_jfif = true,
            0xE1 if content.get(..5).is_some_and(|start| start.eq_ignore_ascii_case(b"Exif\0")) => {
                self.exif = self.exif.or_else(|| Exif::open(content));
            }
            0xE2 => {
                if self.profile_parts.len() < MAX_PROFILE_PARTS
                    && let Some(&[part, _, ref profile @ ..]) = content.strip_prefix(b"ICC_PROFILE\0")
                {
                    self.profile_parts.push((part, profile));
                }
            }
            0xEE if content.starts_with(b"Adobe") => self.adobe_transform = content.get(11).copied(),
            _ => {}
        }
    }

    /// Joins the colour profile from its numbered parts (ICC.1:2022, B.4). Returns `None` if there
    /// is none or it exceeds [`MAX_PROFILE_BYTES`].
    pub(super) fn icc_profile(&self) -> Option<Vec<u8>> {
        let mut parts = self.profile_parts.clone();
        parts.sort_by_key(|(part, _)| *part);
        let length: usize = parts.iter().map(|(_, bytes)| bytes.len()).sum();
        (1..=MAX_PROFILE_BYTES)
            .contains(&length)
            .then(|| parts.into_iter().flat_map(|(_, bytes)| bytes).copied().collect())
    }

    fn read_scan(&mut self, content: &[u8]) -> Result<Scan, JpegError> {
        if self.dc_tables.iter().chain(&self.ac_tables).all(Option::is_none) {
            self.read_huffman_tables(&HUFFMAN_TABLES)?;
        }
        let frame = self.frame.as_ref().ok_or(JpegError::Damaged("a scan comes before the frame"))?;
        let (&count, rest) = content.split_first().ok_or(TRUNCATED_SEGMENT)?;
        let (components, rest) = rest.split_at_checked(2 * usize::from(count)).ok_or(TRUNCATED_SEGMENT)?;
        let &[first, last, successive, ..] = rest else { return Err(TRUNCATED_SEGMENT) };
        let mut scan = Scan {
            components: Vec::new(),
            first: first.into(),
            last: last.into(),
            high: successive >> 4,
            low: successive & 15,
        };
        for component in components.chunks_exact(2) {
            // Some files use the same id for all components. Like libjpeg, this decoder then
            // identifies the components by their order.
            let is_new =
                |index: &usize| scan.components.iter().all(|other: &ScanComponent| other.index != *index);
            let mut candidates =
                (0..frame.components.len()).filter(|index| frame.components[*index].id == component[0]);
            let index = candidates.find(is_new);
            let index = index.ok_or(JpegError::Damaged("a scan has an unknown component"))?;
            let table = |tables: &[Option<Arc<HuffmanTable>>; 4], index: u8| {
                tables.get(usize::from(index)).cloned().flatten()
            };
            let (dc, ac) =
                (table(&self.dc_tables, component[1] >> 4), table(&self.ac_tables, component[1] & 15));
            scan.components.push(ScanComponent { index, dc, ac });
        }
        if scan.components.is_empty() {
            Err(JpegError::Damaged("a scan has no components"))
        } else {
            Ok(scan)
        }
    }
}
