//! Size and components of a picture (ITU-T T.81, A.1 and B.2.2).

use super::error::JpegError;
use super::idct::SIDES;
use super::markers::read_u16;
use crate::size::Size;

/// Size and components of a picture.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) size: Size,
    /// Whether coefficients are spread over several scans.
    pub(super) is_progressive: bool,
    pub(super) components: Vec<Component>,
    /// The maximum horizontal and vertical sampling factors of all components.
    max_sampling: (u32, u32),
}

/// One channel of a picture.
#[derive(Debug)]
pub(super) struct Component {
    /// Usually a number, sometimes a letter.
    pub(super) id: u8,
    /// The horizontal and vertical sampling factors, 1 to 4. They are also the numbers of blocks in
    /// an MCU.
    pub(super) sampling: (u32, u32),
    /// The index of the quantisation table.
    pub(super) quantisation_table: usize,
    /// The number of samples per side of a transformed block of 8 × 8 coefficients.
    pub(super) side: usize,
    /// The number of blocks that the picture covers, horizontally and vertically.
    pub(super) blocks: (usize, usize),
    /// The number of blocks including the padding to complete MCUs, horizontally and vertically.
    pub(super) padded_blocks: (usize, usize),
    /// The number of samples that the picture covers at the reduced resolution, horizontally and
    /// vertically.
    pub(super) covered: (f64, f64),
}

impl Frame {
    /// Parses the content of a SOF segment. Call [`Frame::scale_to`] to choose the resolution.
    pub(super) fn parse(is_progressive: bool, content: &[u8]) -> Result<Self, JpegError> {
        let (height, width) = (read_u16(content, 1)?, read_u16(content, 3)?);
        let (precision, count) = (content[0], content.get(5).copied().unwrap_or(0));
        if height == 0 {
            return Err(JpegError::Unsupported("its height comes after its pixels"));
        }
        if precision != 8 {
            return Err(JpegError::Unsupported("it does not have eight bits per sample"));
        }
        if !matches!(count, 1 | 3 | 4) {
            return Err(JpegError::Unsupported("it does not have one, three or four components"));
        }
        let entries =
            content.get(6..6 + 3 * usize::from(count)).ok_or(JpegError::Damaged("a frame is truncated"))?;
        let mut components = Vec::new();
        for entry in entries.chunks_exact(3) {
            let sampling = (u32::from(entry[1] >> 4), u32::from(entry[1] & 15));
            let is_valid = (1..=4).contains(&sampling.0) && (1..=4).contains(&sampling.1) && entry[2] < 4;
            if !is_valid {
                return Err(JpegError::Damaged("a component is invalid"));
            }
            components.push(Component {
                id: entry[0],
                // The sampling of a single component has no meaning (A.2.2).
                sampling: if count == 1 { (1, 1) } else { sampling },
                quantisation_table: entry[2].into(),
                side: 8,
                blocks: (0, 0),
                padded_blocks: (0, 0),
                covered: (0.0, 0.0),
            });
        }
        let max = |of: fn(&Component) -> u32| components.iter().map(of).max().unwrap_or(1);
        let max_sampling = (max(|c| c.sampling.0), max(|c| c.sampling.1));
        Ok(Frame { size: Size::new(width.into(), height.into()), is_progressive, components, max_sampling })
    }

    /// Returns the number of minimum coded units (MCUs), horizontally and vertically.
    pub(super) fn mcus(&self) -> (usize, usize) {
        let mcus = |size: u32, max_sampling: u32| size.div_ceil(8 * max_sampling) as usize;
        (mcus(self.size.width, self.max_sampling.0), mcus(self.size.height, self.max_sampling.1))
    }

    /// Chooses the smallest transform of each component that gives a plane of at least
    /// `min_size(index)`, or the full transform if none does. Also sets the numbers of blocks.
    pub(super) fn scale_to(&mut self, min_size: impl Fn(usize) -> Size) {
        let (mcus, size, max) = (self.mcus(), self.size, self.max_sampling);
        for (index, component) in self.components.iter_mut().enumerate() {
            let sampled =
                |side: u32, sampling: u32, max: u32| f64::from(side) * f64::from(sampling) / f64::from(max);
            let full = (
                sampled(size.width, component.sampling.0, max.0),
                sampled(size.height, component.sampling.1, max.1),
            );
            let Size { width, height } = min_size(index);
            let scaled = |full: f64, side: usize| full * side as f64 / 8.0;
            let reaches = |full: f64, side: usize, min: u32| scaled(full, side).ceil() >= f64::from(min);
            let is_enough = |side: &usize| reaches(full.0, *side, width) && reaches(full.1, *side, height);
            let side = SIDES.into_iter().find(is_enough).unwrap_or(8);
            let blocks = |full: f64| (full / 8.0).ceil() as usize;
            component.side = side;
            component.covered = (scaled(full.0, side), scaled(full.1, side));
            component.blocks = (blocks(full.0), blocks(full.1));
            component.padded_blocks =
                (mcus.0 * component.sampling.0 as usize, mcus.1 * component.sampling.1 as usize);
        }
    }
}
