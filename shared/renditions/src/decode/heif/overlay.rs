//! Draws overlays: pictures on a canvas (`iovl`, ISO/IEC 23008-12, 6.6.2.2).
//!
//! The canvas has at most the size of the large rendition. Each layer is decoded on its own,
//! converted to sRGB and scaled to the canvas.

use super::container::Container;
use super::iso_box::BoxReader;
use super::item::DecodeBudget;
use super::transform::Transform;
use super::types::unsupported;
use super::{Depth, decode_item};
use crate::decode::{Decoded, Pixels};
use crate::prepared::PreparedPicture;
use crate::refusal::Refusal;
use crate::rendition::LARGE_EDGE;
use crate::size::Size;
use image::{DynamicImage, Rgba, RgbaImage};
use std::time::Duration;

/// The maximum longer side of a scaled layer, in pixels. Decoders keep at least this size.
const MAX_LAYER_EDGE: u32 = 2 * LARGE_EDGE;
/// The estimated time to convert and draw a layer, without its decoder.
const LAYER_TIME: Duration = Duration::from_millis(60);

/// The content of an overlay item.
struct Overlay {
    /// The colour of the canvas, RGBA.
    fill: [u8; 4],
    size: Size,
    /// The position of the left and top edge of each layer, in pixels.
    offsets: Vec<(i32, i32)>,
}

impl Overlay {
    /// Parses the content of an item with this number of layers.
    fn read(mut data: BoxReader, layers: usize) -> Option<Self> {
        data.read_bytes(1)?;
        let wide = if data.read_number(1)? & 1 == 0 { 2 } else { 4 };
        let mut channel = || Some((data.read_number_u32(2)? >> 8) as u8);
        let fill = [channel()?, channel()?, channel()?, channel()?];
        let size = Size::new(data.read_number_u32(wide)?, data.read_number_u32(wide)?);
        let mut signed = || {
            let number = data.read_number_u32(wide)?;
            Some(if wide == 2 { i32::from((number as u16).cast_signed()) } else { number.cast_signed() })
        };
        let offsets = (0..layers).map(|_| Some((signed()?, signed()?))).collect::<Option<_>>()?;
        Some(Overlay { fill, size, offsets })
    }
}

/// Returns the size of an overlay by its content.
pub(super) fn size(data: &[u8]) -> Option<Size> {
    Overlay::read(BoxReader(data), 0).map(|overlay| overlay.size)
}

/// Decodes the visible area of an overlay.
pub(super) fn decode(
    container: &Container,
    id: u32,
    transform: &Transform,
    budget: &mut DecodeBudget,
    depth: Depth,
) -> Result<Decoded, Refusal> {
    let layers = container.referenced_items(id, b"dimg");
    let data = container.data(container.item(id)?)?;
    let overlay = Overlay::read(BoxReader(&data), layers.len())
        .ok_or_else(|| Refusal::damaged("an overlay is truncated"))?;
    let area = transform.area;
    let to = area.size.fit(LARGE_EDGE);
    let scale = f64::from(to.long_edge()) / f64::from(area.size.long_edge());
    let mut canvas = RgbaImage::from_pixel(to.width, to.height, Rgba(overlay.fill));
    for (layer, (left, top)) in layers.into_iter().zip(overlay.offsets) {
        budget.spend_time(LAYER_TIME)?;
        let layer = scaled_layer(decode_item(container, layer, budget, depth.next()?)?, scale)?;
        let position =
            |offset: i32, start: u32| ((f64::from(offset) - f64::from(start)) * scale).round() as i64;
        draw(&mut canvas, &layer, (position(left, area.left), position(top, area.top)));
    }
    Ok(Decoded {
        pixels: Pixels::Interleaved(DynamicImage::ImageRgba8(canvas)),
        size: area.size,
        orientation: transform.orientation(),
        icc_profile: None,
    })
}

/// Scales a layer, converts it to sRGB and turns it upright.
fn scaled_layer(layer: Decoded, scale: f64) -> Result<RgbaImage, Refusal> {
    let side = |side: u32| ((f64::from(side) * scale).round() as u32).max(1);
    let to = Size::new(side(layer.size.width), side(layer.size.height));
    if to.long_edge() > MAX_LAYER_EDGE {
        return Err(unsupported("a layer that is much larger than its overlay"));
    }
    let mut picture = PreparedPicture::new(layer.pixels, layer.icc_profile.as_deref(), to)?;
    picture.apply_orientation(layer.orientation);
    Ok(picture.shrink(to.oriented(layer.orientation))?.into_rgba8())
}

/// Draws a layer on the canvas, weighted by its alpha. Ignores the part outside the canvas.
fn draw(canvas: &mut RgbaImage, layer: &RgbaImage, (left, top): (i64, i64)) {
    for (x, y, &Rgba(above)) in layer.enumerate_pixels() {
        let place = (u32::try_from(left + i64::from(x)), u32::try_from(top + i64::from(y)));
        if let (Ok(x), Ok(y)) = place
            && let Some(Rgba(below)) = canvas.get_pixel_mut_checked(x, y)
        {
            *below = blend(above, *below);
        }
    }
}

/// Blends two colours by the alpha of the upper one.
fn blend(above: [u8; 4], below: [u8; 4]) -> [u8; 4] {
    let [upper, lower] = [above, below].map(|colour| u32::from(colour[3]));
    let lower = lower * (255 - upper);
    let alpha = 255 * upper + lower;
    if upper == 255 || alpha == 0 {
        return above;
    }
    let channel = |index: usize| {
        let sum = u32::from(above[index]) * 255 * upper + u32::from(below[index]) * lower;
        ((sum + alpha / 2) / alpha) as u8
    };
    [channel(0), channel(1), channel(2), ((alpha + 127) / 255) as u8]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_blended_by_alpha() {
        let (red, blue) = ([200, 0, 0, 255], [0, 0, 200, 255]);
        assert_eq!(blend(red, blue), red);
        assert_eq!(blend([200, 0, 0, 0], blue), blue);
        assert_eq!(blend([200, 0, 0, 51], blue), [40, 0, 160, 255]);
        assert_eq!(blend([200, 0, 0, 128], [0; 4]), [200, 0, 0, 128]);
        assert_eq!(blend([0; 4], [0; 4]), [0; 4]);
    }

    #[test]
    fn reads_negative_offsets_of_both_widths() {
        let short = [&[0, 0][..], &[255; 8], &[0, 9, 0, 7], &[0xFF, 0xFE, 0, 3]].concat();
        let overlay = Overlay::read(BoxReader(&short), 1).unwrap();
        assert_eq!((overlay.size, overlay.fill), (Size::new(9, 7), [255; 4]));
        assert_eq!(overlay.offsets, [(-2, 3)]);
        let long = [&[0, 1][..], &[0; 8], &[0, 0, 0, 9, 0, 0, 0, 7], &[0xFF; 4], &[0, 0, 0, 3]].concat();
        assert_eq!(Overlay::read(BoxReader(&long), 1).unwrap().offsets, [(-1, 3)]);
        assert!(Overlay::read(BoxReader(&long), 2).is_none());
    }
}
