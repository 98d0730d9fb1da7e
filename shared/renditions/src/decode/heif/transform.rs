//! Cropping, rotation and mirroring (ISO/IEC 23008-12, 6.5.9 to 6.5.12). The EXIF orientation does
//! not apply to these files (A.2.1).

use super::iso_box::{BoxReader, FourCc};
use crate::planes::{Plane, Samples};
use crate::size::Size;
use image::metadata::Orientation;

/// A part of a picture, in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Area {
    pub(super) left: u32,
    pub(super) top: u32,
    pub(super) size: Size,
}

/// All transformations of a picture, combined: crop, then rotate clockwise, then mirror left and
/// right.
#[derive(Debug, Clone, Copy)]
pub(super) struct Transform {
    /// The visible area, in pixels of the stored picture.
    pub(super) area: Area,
    /// The number of clockwise quarter turns.
    quarter_turns: u32,
    is_mirrored: bool,
}

impl Transform {
    /// Creates a transformation that does not change a picture of this size.
    pub(super) fn identity(size: Size) -> Self {
        Self { area: Area { left: 0, top: 0, size }, quarter_turns: 0, is_mirrored: false }
    }

    /// Returns the orientation of the visible area.
    pub(super) fn orientation(&self) -> Orientation {
        match (self.quarter_turns % 4, self.is_mirrored) {
            (0, false) => Orientation::NoTransforms,
            (1, false) => Orientation::Rotate90,
            (2, false) => Orientation::Rotate180,
            (_, false) => Orientation::Rotate270,
            (0, true) => Orientation::FlipHorizontal,
            (1, true) => Orientation::Rotate90FlipH,
            (2, true) => Orientation::FlipVertical,
            (_, true) => Orientation::Rotate270FlipH,
        }
    }

    /// Appends the transformation of a property. Ignores properties of other types.
    pub(super) fn apply(&mut self, kind: FourCc, mut property: BoxReader) {
        match &kind {
            // The property counts anticlockwise quarter turns.
            b"irot" => self.rotate(4 - property.read_number_u32(1).unwrap_or_default() % 4),
            // 1 mirrors left and right. 0 mirrors top and bottom, which is half a turn and then a
            // mirroring of left and right.
            b"imir" => {
                if property.read_number(1).unwrap_or_default() & 1 == 0 {
                    self.rotate(2);
                }
                self.is_mirrored = !self.is_mirrored;
            }
            b"clap" => {
                let visible_size = self.area.size.oriented(self.orientation());
                if let Some(area) = clean_aperture(property, visible_size) {
                    self.crop(area);
                }
            }
            _ => {}
        }
    }

    /// Appends clockwise quarter turns. A turn after mirroring is an opposite turn before
    /// mirroring.
    fn rotate(&mut self, quarters: u32) {
        self.quarter_turns += if self.is_mirrored { 4 - quarters % 4 } else { quarters };
    }

    /// Crops to an area of the visible picture. Maps the area to the stored picture by undoing the
    /// mirroring and the rotation.
    fn crop(&mut self, mut area: Area) {
        let mut visible_size = self.area.size.oriented(self.orientation());
        if self.is_mirrored {
            area.left = visible_size.width - area.left - area.size.width;
        }
        for _ in 0..self.quarter_turns % 4 {
            area = Area {
                left: area.top,
                top: visible_size.width - area.left - area.size.width,
                size: Size::new(area.size.height, area.size.width),
            };
            visible_size = Size::new(visible_size.height, visible_size.width);
        }
        self.area = Area { left: self.area.left + area.left, top: self.area.top + area.top, size: area.size };
    }
}

/// Parses a `clap` property (ISO/IEC 14496-12, 12.1.4). Its fields are the sides of the area, and
/// the offset of its centre from the centre of the picture, as fractions.
///
/// Returns `None` if the area is empty or not inside the picture.
fn clean_aperture(mut clap: BoxReader, picture_size: Size) -> Option<Area> {
    let mut fraction = || {
        let (numerator, denominator) = (clap.read_number_u32(4)?, clap.read_number_u32(4)?);
        (denominator != 0).then(|| f64::from(numerator.cast_signed()) / f64::from(denominator))
    };
    let (width, height) = (fraction()?, fraction()?);
    let (right, down) = (fraction()?, fraction()?);
    let start = |side: u32, length: f64, shift: f64| {
        let start = ((f64::from(side) - length) / 2.0 + shift).round();
        (length >= 1.0 && start >= 0.0 && start + length.round() <= f64::from(side)).then_some(start as u32)
    };
    Some(Area {
        left: start(picture_size.width, width, right)?,
        top: start(picture_size.height, height, down)?,
        size: Size::new(width.round() as u32, height.round() as u32),
    })
}

/// Crops a plane of a picture to an area of the picture. The edges are rounded to samples of the
/// plane.
pub(super) fn crop_plane(plane: &mut Plane, picture_size: Size, area: Area) {
    let across = plane.covered.0 / f64::from(picture_size.width);
    let down = plane.covered.1 / f64::from(picture_size.height);
    let left = (f64::from(area.left) * across) as usize;
    let top = (f64::from(area.top) * down) as usize;
    let covered = (f64::from(area.size.width) * across, f64::from(area.size.height) * down);
    let side = |covered: f64, rest: usize| (covered.ceil() as usize).clamp(1, rest);
    let stride = plane.width as usize;
    let width = side(covered.0, stride - left);
    let height = side(covered.1, plane.height as usize - top);
    let start = top * stride + left;
    match &mut plane.samples {
        Samples::Eight(bytes) => keep_area(bytes, start, stride, width, height),
        Samples::Sixteen(words) => keep_area(words, start, stride, width, height),
    }
    (plane.width, plane.height) = (width as u32, height as u32);
    plane.covered = (covered.0.min(width as f64), covered.1.min(height as f64));
}

fn keep_area<T: Copy>(samples: &mut Vec<T>, start: usize, stride: usize, width: usize, height: usize) {
    for row in 0..height {
        let from = start + row * stride;
        samples.copy_within(from..from + width, row * width);
    }
    samples.truncate(width * height);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clap(width: u32, height: u32, right: i32, down: i32) -> Vec<u8> {
        [width, 1, height, 1, right.cast_unsigned(), 1, down.cast_unsigned(), 1]
            .map(u32::to_be_bytes)
            .concat()
    }

    fn transformed(properties: &[([u8; 4], Vec<u8>)]) -> Transform {
        let mut transform = Transform::identity(Size::new(40, 20));
        for (kind, property) in properties {
            transform.apply(*kind, BoxReader(property));
        }
        transform
    }

    #[test]
    fn rotations_and_mirrors_combine() {
        let of = |properties: &[([u8; 4], Vec<u8>)]| transformed(properties).orientation();
        assert_eq!(of(&[(*b"irot", vec![1])]), Orientation::Rotate270);
        assert_eq!(of(&[(*b"irot", vec![3])]), Orientation::Rotate90);
        assert_eq!(of(&[(*b"imir", vec![0])]), Orientation::FlipVertical);
        assert_eq!(of(&[(*b"imir", vec![1])]), Orientation::FlipHorizontal);
        assert_eq!(of(&[(*b"irot", vec![1]), (*b"imir", vec![1])]), Orientation::Rotate270FlipH);
        assert_eq!(of(&[(*b"imir", vec![1]), (*b"irot", vec![1])]), Orientation::Rotate90FlipH);
        assert_eq!(of(&[(*b"imir", vec![1]), (*b"imir", vec![1])]), Orientation::NoTransforms);
    }

    #[test]
    fn a_crop_maps_to_the_stored_picture() {
        let crop = (*b"clap", clap(10, 10, -15, -5));
        let corner = |left, top| Area { left, top, size: Size::new(10, 10) };
        assert_eq!(transformed(std::slice::from_ref(&crop)).area, corner(0, 0));
        let half_turn = (*b"irot", vec![2]);
        assert_eq!(transformed(&[half_turn, crop]).area, corner(30, 10));
        let tall = (*b"clap", clap(10, 10, -5, -15));
        // After a clockwise rotation, the bottom left corner is at the top left.
        assert_eq!(transformed(&[(*b"irot", vec![3]), tall.clone()]).area, corner(0, 10));
        // After a mirroring too, the top left corner is at the top left.
        assert_eq!(transformed(&[(*b"irot", vec![3]), (*b"imir", vec![1]), tall]).area, corner(0, 0));
    }

    #[test]
    fn an_invalid_crop_is_ignored() {
        for bad in [clap(41, 20, 0, 0), clap(10, 10, -16, 0), clap(0, 0, 0, 0), vec![0; 32], vec![1]] {
            assert_eq!(transformed(&[(*b"clap", bad)]).area.size, Size::new(40, 20));
        }
    }
}
