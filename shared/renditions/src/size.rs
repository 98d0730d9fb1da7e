//! Width and height of a picture.

use image::metadata::Orientation;

/// Width and height, in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Size {
    pub(crate) width: u32,
    pub(crate) height: u32,
}

impl Size {
    pub(crate) fn new(width: u32, height: u32) -> Self {
        Size { width, height }
    }

    pub(crate) fn pixels(self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }

    pub(crate) fn long_edge(self) -> u32 {
        self.width.max(self.height)
    }

    /// Scales the longer side down to at most `edge` and preserves the aspect ratio. Never
    /// enlarges. The shorter side has at least one pixel.
    pub(crate) fn fit(self, edge: u32) -> Self {
        if self.long_edge() <= edge {
            return self;
        }
        let scale = f64::from(edge) / f64::from(self.long_edge());
        let scaled = |side: u32| ((f64::from(side) * scale).round() as u32).max(1);
        Size { width: scaled(self.width), height: scaled(self.height) }
    }

    /// Returns the size after the orientation is applied. Four of the eight orientations swap the
    /// sides.
    pub(crate) fn oriented(self, orientation: Orientation) -> Self {
        use Orientation::{Rotate90, Rotate90FlipH, Rotate270, Rotate270FlipH};
        match orientation {
            Rotate90 | Rotate270 | Rotate90FlipH | Rotate270FlipH => Size::new(self.height, self.width),
            _ => self,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fits_the_longer_side_and_preserves_the_aspect_ratio() {
        assert_eq!(Size::new(4000, 3000).fit(1600), Size::new(1600, 1200));
        assert_eq!(Size::new(3000, 4000).fit(320), Size::new(240, 320));
    }

    #[test]
    fn never_enlarges_and_leaves_at_least_one_pixel() {
        assert_eq!(Size::new(300, 200).fit(320), Size::new(300, 200));
        assert_eq!(Size::new(30_000, 1).fit(320), Size::new(320, 1));
    }
}
