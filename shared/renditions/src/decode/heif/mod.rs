//! Decodes HEIF, the container of HEIC and AVIF. A picture is coded as HEVC or AV1, whole or as a
//! grid of tiles. The file also has its alpha as a second picture, its cropping and its orientation
//! (ISO/IEC 23008-12; <https://aomediacodec.github.io/av1-avif/>).

mod av1;
mod av1_header;
mod brands;
mod coded_picture;
mod colours;
mod container;
mod hevc;
mod iso_box;
mod item;
mod sample_range;
mod tile_canvas;
mod transform;
mod types;

use super::decoded::{Decoded, Pixels};
use crate::check;
use crate::planes::{ColourSpace, Planar, Plane};
use crate::refusal::Refusal;
use crate::size::Size;
pub(crate) use brands::codec_of_file;
use container::Container;
use item::{DecodeBudget, DecodedItem};
use transform::{Area, Transform};
use types::Cicp;
pub(crate) use types::Codec;

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
    let id = container.primary;
    let item = container.item(id)?;
    let stored_size = item::size(&container, item)?;
    check::picture_size(stored_size)?;
    let mut transform = Transform::identity(stored_size);
    container.properties(item).for_each(|(kind, property)| transform.apply(kind, property));

    let mut budget = DecodeBudget::new();
    let colours = colours::ColourInfo::read(&container, id)?;
    let DecodedItem { mut planes, header } = item::decode(&container, id, &mut budget)?;
    let cicp = colours.nclx.unwrap_or(header.cicp);
    let colour_space = colours::colour_space(cicp, &header)?;
    if colour_space == ColourSpace::Rgb {
        // The planes are stored as green, blue, red (H.273, equations 31 to 33).
        planes.rotate_right(1);
        if !cicp.full_range {
            planes.iter_mut().for_each(|plane| sample_range::expand_video_range(plane, header.bits));
        }
    }
    let alpha = decode_alpha(&container, id, header.bits, &mut budget)?;
    let mut planar = Planar { planes, alpha, bits: header.bits, colour_space };
    crop(&mut planar, stored_size, transform.area);
    Ok(Decoded {
        pixels: Pixels::Planar(planar),
        size: transform.area.size,
        orientation: transform.orientation(),
        icc_profile: colours.icc_profile(cicp),
    })
}

/// Decodes the alpha of an item to full range and `bits` bits. The alpha is an auxiliary item with
/// a reference to the item. Returns `None` if the item has no alpha.
fn decode_alpha(
    container: &Container,
    id: u32,
    bits: u8,
    budget: &mut DecodeBudget,
) -> Result<Option<Plane>, Refusal> {
    let is_alpha = |&auxiliary: &u32| {
        let aux_type =
            container.item(auxiliary).ok().and_then(|item| item::property(container, item, b"auxC"));
        aux_type.is_some_and(|mut aux_type| {
            aux_type.read_version_and_flags().is_some()
                && [b"urn:mpeg:hevc:2015:auxid:1".as_slice(), b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha"]
                    .contains(&aux_type.read_text())
        })
    };
    let Some(id) = container.items_referring_to(id, b"auxl").into_iter().find(is_alpha) else {
        return Ok(None);
    };
    let DecodedItem { planes, header } = item::decode(container, id, budget)?;
    let Cicp { full_range, .. } = colours::ColourInfo::read(container, id)?.nclx.unwrap_or(header.cicp);
    Ok(planes.into_iter().next().map(|mut plane| {
        if !full_range {
            sample_range::expand_video_range(&mut plane, header.bits);
        }
        sample_range::convert_bit_depth(plane, header.bits, bits)
    }))
}

/// Crops all planes of a picture of size `picture_size`.
fn crop(planar: &mut Planar, picture_size: Size, area: Area) {
    if area.size != picture_size {
        let planes = planar.planes.iter_mut().chain(&mut planar.alpha);
        planes.for_each(|plane| transform::crop_plane(plane, picture_size, area));
    }
}
