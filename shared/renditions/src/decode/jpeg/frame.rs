//! Size and channels of a picture (ITU-T T.81, A.1 and B.2.2).

use super::Fault;
use super::idct::SIDES;
use super::segments::word;
use crate::Size;

/// Size and channels.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) size: Size,
    /// Whether coefficients come bit by bit, in several scans.
    pub(super) is_progressive: bool,
    pub(super) components: Vec<Component>,
    /// The most samples that any component has of a unit (MCU) of 8 × 8 of them.
    most: (u32, u32),
}

/// One channel of a picture.
#[derive(Debug)]
pub(super) struct Component {
    /// Its name: often a number, sometimes a letter.
    pub(super) id: u8,
    /// How many of its blocks a unit has, across and down: 1 to 4.
    pub(super) sampling: (u32, u32),
    /// Which table of steps it takes.
    pub(super) table: usize,
    /// How many samples a side are made of a block of 8 × 8.
    pub(super) side: usize,
    /// How many blocks it has, across and down.
    pub(super) blocks: (usize, usize),
    /// The same, filled up to whole units.
    pub(super) stored: (usize, usize),
    /// How many of the samples that are made the picture covers.
    pub(super) covered: (f64, f64),
}

impl Frame {
    pub(super) fn read(is_progressive: bool, content: &[u8]) -> Result<Self, Fault> {
        let (height, width) = (word(content, 1)?, word(content, 3)?);
        let (precision, count) = (content[0], content.get(5).copied().unwrap_or(0));
        if height == 0 {
            return Err(Fault::Variant("its height comes behind its pixels"));
        }
        if precision != 8 {
            return Err(Fault::Variant("not eight bits"));
        }
        if !matches!(count, 1 | 3 | 4) {
            return Err(Fault::Variant("neither one, three nor four channels"));
        }
        let listed =
            content.get(6..6 + 3 * usize::from(count)).ok_or(Fault::Damaged("a frame is cut off"))?;
        let mut components = Vec::new();
        for listed in listed.chunks_exact(3) {
            let sampling = (u32::from(listed[1] >> 4), u32::from(listed[1] & 15));
            let known = (1..=4).contains(&sampling.0) && (1..=4).contains(&sampling.1) && listed[2] < 4;
            if !known {
                return Err(Fault::Damaged("a channel that cannot be"));
            }
            components.push(Component {
                id: listed[0],
                // Where there is one channel only, its sampling says nothing (A.2.2).
                sampling: if count == 1 { (1, 1) } else { sampling },
                table: listed[2].into(),
                side: 8,
                blocks: (0, 0),
                stored: (0, 0),
                covered: (0.0, 0.0),
            });
        }
        let most = |of: fn(&Component) -> u32| components.iter().map(of).max().unwrap_or(1);
        let most = (most(|c| c.sampling.0), most(|c| c.sampling.1));
        Ok(Frame { size: Size::new(width.into(), height.into()), is_progressive, components, most })
    }

    /// How many units (MCUs) there are, across and down.
    pub(super) fn units(&self) -> (usize, usize) {
        let units = |size: u32, most: u32| size.div_ceil(8 * most) as usize;
        (units(self.size.width, self.most.0), units(self.size.height, self.most.1))
    }

    /// Chooses for each channel the fewest samples a block that are `enough` for the channel of that number, across and down,
    /// and counts its blocks.
    pub(super) fn scale_to(&mut self, enough: impl Fn(usize) -> Size) {
        let (units, size, most) = (self.units(), self.size, self.most);
        for (at, component) in self.components.iter_mut().enumerate() {
            let of =
                |side: u32, sampling: u32, most: u32| f64::from(side) * f64::from(sampling) / f64::from(most);
            let whole =
                (of(size.width, component.sampling.0, most.0), of(size.height, component.sampling.1, most.1));
            let Size { width, height } = enough(at);
            let scaled = |whole: f64, side: usize| whole * side as f64 / 8.0;
            let fits = |whole: f64, side: usize, enough: u32| scaled(whole, side).ceil() >= f64::from(enough);
            let enough = |side: &usize| fits(whole.0, *side, width) && fits(whole.1, *side, height);
            let side = SIDES.into_iter().find(enough).unwrap_or(8);
            let blocks = |whole: f64| (whole / 8.0).ceil() as usize;
            component.side = side;
            component.covered = (scaled(whole.0, side), scaled(whole.1, side));
            component.blocks = (blocks(whole.0), blocks(whole.1));
            component.stored =
                (units.0 * component.sampling.0 as usize, units.1 * component.sampling.1 as usize);
        }
    }
}
