//! Decodes the alpha of a picture: an auxiliary item of the picture or, in a grid, of each tile.

use super::container::Container;
use super::iso_box::FourCc;
use super::item::{self, DecodeBudget, DecodedItem};
use super::types::Cicp;
use super::{colours, sample_range};
use crate::planes::Plane;
use crate::refusal::Refusal;
use std::collections::BTreeMap;

/// The type of the reference from an auxiliary item to its picture.
const AUXILIARY: &FourCc = b"auxl";
/// The types of auxiliary items with alpha.
const ALPHA_TYPES: [&[u8]; 2] =
    [b"urn:mpeg:hevc:2015:auxid:1", b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha"];

/// Decodes the alpha to full range and `bits` bits. `chain` is an item and the items from which it
/// is derived by identity. Returns `None` if none of them and no tile has alpha. A tile without
/// alpha in a grid of tiles with alpha is opaque.
pub(super) fn decode(
    container: &Container,
    chain: &[u32],
    bits: u8,
    budget: &mut DecodeBudget,
) -> Result<Option<Plane>, Refusal> {
    let own = alpha_items(container, chain);
    if let Some(&alpha) = chain.iter().rev().find_map(|id| own.get(id)) {
        let size = item::size(container, alpha)?;
        let tiles = item::tiles(container, alpha, size)?;
        return finish(container, alpha, item::decode_tiles(container, size, &tiles, budget)?, bits)
            .map(Some);
    }
    let Some(&stored) = chain.last() else { return Ok(None) };
    if &container.item(stored)?.kind != b"grid" {
        return Ok(None);
    }
    let size = item::size(container, stored)?;
    let mut tiles = item::tiles(container, stored, size)?;
    let ids: Vec<u32> = tiles.ids.iter().flatten().copied().collect();
    let alphas = alpha_items(container, &ids);
    let Some(&first) = ids.iter().find_map(|id| alphas.get(id)) else { return Ok(None) };
    tiles.ids = ids.iter().map(|id| alphas.get(id).copied()).collect();
    finish(container, first, item::decode_tiles(container, size, &tiles, budget)?, bits).map(Some)
}

/// Converts the first plane of an item to full range and `bits` bits. `id` is the item, or its
/// first tile.
fn finish(
    container: &Container,
    id: u32,
    DecodedItem { planes, header }: DecodedItem,
    bits: u8,
) -> Result<Plane, Refusal> {
    let Cicp { full_range, .. } = colours::ColourInfo::read(container, id)?.nclx.unwrap_or(header.cicp);
    let mut plane = planes.into_iter().next().ok_or_else(|| Refusal::failed("alpha without a plane"))?;
    if !full_range {
        sample_range::expand_video_range(&mut plane, header.bits);
    }
    Ok(sample_range::convert_bit_depth(plane, header.bits, bits))
}

/// Returns the alpha item of each of these items that has one.
fn alpha_items(container: &Container, items: &[u32]) -> BTreeMap<u32, u32> {
    let mut alphas: BTreeMap<u32, Option<u32>> = items.iter().map(|&id| (id, None)).collect();
    container.for_each_reference(AUXILIARY, |auxiliary, target| {
        if let Some(alpha @ None) = alphas.get_mut(&target)
            && is_alpha(container, auxiliary)
        {
            *alpha = Some(auxiliary);
        }
    });
    alphas.into_iter().filter_map(|(id, alpha)| Some((id, alpha?))).collect()
}

fn is_alpha(container: &Container, auxiliary: u32) -> bool {
    let property = container.item(auxiliary).ok().and_then(|item| item::property(container, item, b"auxC"));
    property.is_some_and(|mut property| {
        property.read_version_and_flags().is_some() && ALPHA_TYPES.contains(&property.read_text())
    })
}
