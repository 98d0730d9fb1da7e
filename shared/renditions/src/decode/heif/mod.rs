//! Decodes HEIF, the container of HEIC and AVIF. A picture is coded as HEVC or AV1, whole or as a
//! grid of tiles, or derived from other pictures. The file also has its alpha as a second picture,
//! its cropping and its orientation (ISO/IEC 23008-12; <https://aomediacodec.github.io/av1-avif/>).

mod alpha;
mod av1;
mod av1_header;
mod brands;
mod coded_picture;
mod colours;
mod container;
mod hevc;
mod iso_box;
mod item;
mod overlay;
mod sample_range;
mod tile_canvas;
mod transform;
mod types;

use super::decoded::{Decoded, Pixels};
use crate::check;
use crate::planes::{ColourSpace, Planar};
use crate::refusal::Refusal;
use crate::size::Size;
pub(crate) use brands::codec_of_file;
use container::Container;
use item::{DecodeBudget, DecodedItem};
use transform::{Area, Transform};
pub(crate) use types::Codec;
use types::unsupported;

/// Decodes the primary item.
pub(crate) fn decode(bytes: &[u8], codec: Codec) -> Result<Decoded, Refusal> {
    let name = match codec {
        Codec::Hevc => "HEIC",
        Codec::Av1 => "AVIF",
    };
    decode_primary_item(bytes).map_err(|refusal| match refusal {
        Refusal::UnsupportedVariant { reason, .. } => Refusal::UnsupportedVariant { format: name, reason },
        other => other,
    })
}

fn decode_primary_item(bytes: &[u8]) -> Result<Decoded, Refusal> {
    let container = Container::parse(bytes)?;
    decode_item(&container, container.primary, &mut DecodeBudget::new(), Depth(0))
}

/// The number of derived items around an item.
#[derive(Debug, Clone, Copy)]
struct Depth(usize);

impl Depth {
    /// The maximum depth. Programs write one or two levels.
    const MAX: usize = 4;

    /// Returns the depth of an item inside an item of this depth. Returns an error above the
    /// maximum, because items can contain themselves.
    fn next(self) -> Result<Self, Refusal> {
        if self.0 < Self::MAX {
            Ok(Depth(self.0 + 1))
        } else {
            Err(unsupported("items that are derived from each other"))
        }
    }
}

/// Decodes an item of any type.
fn decode_item(
    container: &Container,
    id: u32,
    budget: &mut DecodeBudget,
    depth: Depth,
) -> Result<Decoded, Refusal> {
    let chain = identity_chain(container, id, depth)?;
    let stored = *chain.last().unwrap_or(&id);
    let stored_size = item::size(container, stored)?;
    check::picture_size(stored_size)?;
    let mut transform = Transform::identity(stored_size);
    for &id in chain.iter().rev() {
        container
            .properties(container.item(id)?)
            .for_each(|(kind, property)| transform.apply(kind, property));
    }
    if &container.item(stored)?.kind == b"iovl" {
        return overlay::decode(container, stored, &transform, budget, depth);
    }
    let colours = colours::ColourInfo::read_first(container, &chain)?;
    let DecodedItem { mut planes, header } = item::decode(container, stored, budget)?;
    let cicp = colours.nclx.unwrap_or(header.cicp);
    let colour_space = colours::colour_space(cicp, &header)?;
    if colour_space == ColourSpace::Rgb {
        // The planes are stored as green, blue, red (H.273, equations 31 to 33).
        planes.rotate_right(1);
        if !cicp.full_range {
            planes.iter_mut().for_each(|plane| sample_range::expand_video_range(plane, header.bits));
        }
    }
    let alpha = alpha::decode(container, &chain, header.bits, budget)?;
    let mut planar = Planar { planes, alpha, bits: header.bits, colour_space };
    crop(&mut planar, stored_size, transform.area);
    Ok(Decoded {
        pixels: Pixels::Planar(planar),
        size: transform.area.size,
        orientation: transform.orientation(),
        icc_profile: colours.icc_profile(cicp),
    })
}

/// Returns an item and, while the last item is an identity (`iden`, ISO/IEC 23008-12, 6.6.2.1), the
/// item from which it is derived.
fn identity_chain(container: &Container, id: u32, mut depth: Depth) -> Result<Vec<u32>, Refusal> {
    let (mut chain, mut last) = (vec![id], id);
    while &container.item(last)?.kind == b"iden" {
        depth = depth.next()?;
        let sources = container.referenced_items(last, b"dimg");
        last = *sources.first().ok_or_else(|| Refusal::damaged("a derived item without a source"))?;
        chain.push(last);
    }
    Ok(chain)
}

/// Crops all planes of a picture of size `picture_size`.
fn crop(planar: &mut Planar, picture_size: Size, area: Area) {
    if area.size != picture_size {
        let planes = planar.planes.iter_mut().chain(&mut planar.alpha);
        planes.for_each(|plane| transform::crop_plane(plane, picture_size, area));
    }
}
