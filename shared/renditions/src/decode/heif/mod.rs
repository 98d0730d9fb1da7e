//! HEIF, which HEIC and AVIF are: pictures of HEVC or AV1, whole or in tiles, with alpha apart, and how they are to be
//! cropped and turned (ISO/IEC 23008-12; <https://aomediacodec.github.io/av1-avif/>).

mod av1;
mod av1_header;
mod brands;
mod colours;
mod container;
mod fields;
mod hevc;
mod levels;
mod picture;
mod raster;
mod still;
mod transform;

use crate::decode::{Decoded, Pixels};
use crate::planes::{Colour, Planar, Plane};
use crate::{Refusal, Size, limits};
pub(crate) use brands::{Codec, recognise};
use container::Container;
use picture::{Budget, Picture};
use still::Cicp;
use transform::{Area, Transform};

/// Decodes the picture that the file says is its primary one.
pub(crate) fn decode(bytes: &[u8], codec: Codec) -> Result<Decoded, Refusal> {
    let name = match codec {
        Codec::Hevc => "HEIC",
        Codec::Av1 => "AVIF",
    };
    decode_primary(bytes).map_err(|refusal| match refusal {
        Refusal::UnsupportedVariant { reason, .. } => Refusal::UnsupportedVariant { format: name, reason },
        other => other,
    })
}

fn decode_primary(bytes: &[u8]) -> Result<Decoded, Refusal> {
    let container = Container::parse(bytes)?;
    let id = container.primary;
    let item = container.item(id)?;
    let stored = picture::size(&container, item)?;
    limits::check_size(stored)?;
    let mut transform = Transform::none(stored);
    container.properties(item).for_each(|(kind, property)| transform.apply(kind, property));

    let mut budget = Budget::new();
    let said = colours::said(&container, id)?;
    let Picture { mut planes, header } = picture::decode(&container, id, &mut budget)?;
    let cicp = said.nclx.unwrap_or(header.cicp);
    let colour = colours::colour(cicp, &header)?;
    if colour == Colour::Rgb {
        // Stored as green, blue, red (H.273, equations 31 to 33).
        planes.rotate_right(1);
        if !cicp.full_range {
            planes.iter_mut().for_each(|plane| levels::widen(plane, header.bits));
        }
    }
    let alpha = alpha(&container, id, header.bits, &mut budget)?;
    let mut planar = Planar { planes, alpha, bits: header.bits, colour };
    crop(&mut planar, stored, transform.area);
    Ok(Decoded {
        pixels: Pixels::Planar(planar),
        size: transform.area.size,
        orientation: transform.orientation(),
        profile: colours::profile(&said, cicp),
    })
}

/// The alpha of a picture: another picture that refers to it, full range and with as many bits as the colours have.
fn alpha(container: &Container, id: u32, bits: u8, budget: &mut Budget) -> Result<Option<Plane>, Refusal> {
    let is_alpha = |&auxiliary: &u32| {
        let aux_type =
            container.item(auxiliary).ok().and_then(|item| picture::property(container, item, b"auxC"));
        aux_type.is_some_and(|mut aux_type| {
            aux_type.version().is_some()
                && [b"urn:mpeg:hevc:2015:auxid:1".as_slice(), b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha"]
                    .contains(&aux_type.text())
        })
    };
    let Some(id) = container.referring(id, b"auxl").into_iter().find(is_alpha) else { return Ok(None) };
    let Picture { planes, header } = picture::decode(container, id, budget)?;
    let Cicp { full_range, .. } = colours::said(container, id)?.nclx.unwrap_or(header.cicp);
    Ok(planes.into_iter().next().map(|mut plane| {
        if !full_range {
            levels::widen(&mut plane, header.bits);
        }
        levels::convert(plane, header.bits, bits)
    }))
}

/// Keeps an area, given in pixels of a picture of this size.
fn crop(planar: &mut Planar, of: Size, area: Area) {
    if area.size != of {
        planar.planes.iter_mut().chain(&mut planar.alpha).for_each(|plane| transform::crop(plane, of, area));
    }
}

/// A variant that we do not read. Which format it is of is filled in by [`decode`].
fn unsupported(reason: impl ToString) -> Refusal {
    Refusal::UnsupportedVariant { format: "HEIC or AVIF", reason: reason.to_string() }
}
