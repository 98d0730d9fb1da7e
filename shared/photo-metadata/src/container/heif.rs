//! HEIF, the base of HEIC and AVIF: items described in a `meta` box (ISO/IEC 23008-12; ISO/IEC
//! 14496-12, 8.11).

use std::ops::Range;

use super::bmff::{self, Fields};
use super::info::{ContainerInfo, find_exif};
use crate::clean::number::{Size, size};
use crate::partial_file::{Block, Parsed, PartialFile};
use crate::tiff;

/// The maximum number of properties examined.
const MAX_PROPERTIES: usize = 1024;
/// The maximum number of identities around an item. Programs write one.
const MAX_IDENTITIES: usize = 4;

/// The IDs of the metadata items.
#[derive(Debug, Default)]
struct MetadataItems {
    exif: Option<u32>,
    xmp: Option<u32>,
    /// Whether the list of items was read to its end and has at most one item of each type.
    is_complete: bool,
}

/// The position of the bytes of an item.
#[derive(Clone, Copy, Debug)]
struct Location {
    /// Whether `start` is relative to the `idat` box instead of the file.
    in_idat: bool,
    start: u64,
    length: u64,
    /// Whether the item has no further extents.
    is_whole: bool,
}

pub(super) fn scan(file: &PartialFile) -> Parsed<ContainerInfo> {
    let [meta] = bmff::find_boxes(file, 0..file.total(), [b"meta"])?;
    let Some(meta) = meta else { return Ok(ContainerInfo::default()) };
    // Version and flags precede the boxes.
    let within = (meta.start + 4).min(meta.end)..meta.end;
    let [pitm, iinf, iloc, iprp, idat] =
        bmff::find_boxes(file, within.clone(), [b"pitm", b"iinf", b"iloc", b"iprp", b"idat"])?;
    let items = metadata_items(bmff::read_fields(file, iinf.clone())?).unwrap_or_default();
    let [exif, xmp] = locations(bmff::read_fields(file, iloc)?, [items.exif, items.xmp]);
    let iprp = bmff::read_fields(file, iprp)?;
    let size = match primary_item(bmff::read_fields(file, pitm)?) {
        Some(id) => displayed_size(iprp, &identity_chain(file, within, bmff::read_fields(file, iinf)?, id)?),
        None => None,
    };
    let block = |location: Option<Location>| {
        let Location { in_idat, start, length, .. } = location?;
        let base = if in_idat { idat.as_ref()?.start } else { 0 };
        let start = base.saturating_add(start).min(file.total());
        Some(start..start.saturating_add(length).min(file.total()))
    };
    let has_more_extents = [exif, xmp].into_iter().flatten().any(|location| !location.is_whole);
    let exif = match block(exif) {
        Some(block) => find_exif_in_item(file, block)?,
        None => None,
    };
    let xmp = block(xmp).map(Block::InFile);
    let has_all_items = (exif.is_some(), xmp.is_some()) == (items.exif.is_some(), items.xmp.is_some());
    Ok(ContainerInfo {
        size,
        is_upright: size.is_some(),
        exif,
        xmp,
        is_searched: items.is_complete && has_all_items,
        has_unread: has_more_extents,
        ..ContainerInfo::default()
    })
}

/// Finds the TIFF structure in an Exif item. The first four bytes of the item are the offset of the
/// structure, relative to the end of these bytes (ISO/IEC 23008-12, A.2.1).
fn find_exif_in_item(file: &PartialFile, item: Range<u64>) -> Parsed<Option<Block>> {
    let offset = file.read_array(item.start)?.map_or(0, u32::from_be_bytes);
    let after_offset = item.start.saturating_add(4).min(item.end);
    let start = after_offset.saturating_add(u64::from(offset)).min(item.end);
    match file.read(start, 4)? {
        head if tiff::is_header(head) => Ok(Some(Block::InFile(start..item.end))),
        // Some programs write `Exif\0\0` before the structure but do not count it in the offset.
        _ => find_exif(file, after_offset..item.end),
    }
}

/// Returns the ID of the item with the picture (`pitm` box).
fn primary_item(mut pitm: Fields) -> Option<u32> {
    let (version, _) = pitm.read_version_and_flags()?;
    pitm.read_number_u32(if version == 0 { 2 } else { 4 })
}

/// Returns the IDs of the first EXIF and XMP items (`iinf` box).
fn metadata_items(mut iinf: Fields) -> Option<MetadataItems> {
    let (version, _) = iinf.read_version_and_flags()?;
    let count = iinf.read_number_u32(if version == 0 { 2 } else { 4 })?;
    let mut items = MetadataItems { is_complete: true, ..MetadataItems::default() };
    let mut read = 0;
    while let Some((kind, entry)) = iinf.next_box() {
        read += 1;
        match (&kind, item_entry(entry)) {
            (b"infe", Some((id, b"Exif", _))) if items.exif.is_none() => items.exif = Some(id),
            (b"infe", Some((id, b"mime", b"application/rdf+xml"))) if items.xmp.is_none() => {
                items.xmp = Some(id);
            }
            (b"infe", Some((_, b"Exif", _) | (_, b"mime", b"application/rdf+xml")) | None) => {
                items.is_complete = false;
            }
            _ => {}
        }
    }
    items.is_complete &= read == count;
    Some(items)
}

/// Returns the ID, the type and, for items of type `mime`, the MIME type of an item (`infe` box).
fn item_entry<'a>(mut infe: Fields<'a>) -> Option<(u32, &'a [u8; 4], &'a [u8])> {
    let (version, _) = infe.read_version_and_flags()?;
    let id = infe.read_number_u32(match version {
        2 => 2,
        3 => 4,
        _ => return None,
    })?;
    infe.read_bytes(2)?;
    let kind = infe.read_bytes(4)?.try_into().ok()?;
    let mime = infe.read_text().and_then(|_name| infe.read_text());
    Some((id, kind, mime.unwrap_or_default()))
}

/// Returns the locations of two items (`iloc` box).
fn locations(mut iloc: Fields, ids: [Option<u32>; 2]) -> [Option<Location>; 2] {
    let mut locations = [None; 2];
    let Some(table) = LocationTable::read(&mut iloc) else { return locations };
    for _ in 0..table.count {
        let Some((id, location)) = table.read_entry(&mut iloc) else { break };
        if let Some(index) = ids.iter().position(|candidate| *candidate == Some(id)) {
            locations[index] = locations[index].or(location);
        }
    }
    locations
}

/// The header of the `iloc` box: the number of bytes of each field, and the number of items.
struct LocationTable {
    version: u8,
    offset: usize,
    length: usize,
    base: usize,
    index: usize,
    count: u32,
}

impl LocationTable {
    fn read(iloc: &mut Fields) -> Option<Self> {
        let (version, _) = iloc.read_version_and_flags()?;
        let [low, high] = *iloc.read_bytes(2)? else { return None };
        let [offset, length, base, index] = [low >> 4, low & 15, high >> 4, high & 15].map(usize::from);
        if version > 2 || [offset, length, base, index].iter().any(|width| *width > 8) {
            return None;
        }
        let count = iloc.read_number_u32(if version < 2 { 2 } else { 4 })?;
        Some(Self { version, offset, length, base, index: if version == 0 { 0 } else { index }, count })
    }

    /// Reads the ID and the location of the next item. The location is that of its first extent, or
    /// `None` if the item is in another file or made of other items.
    fn read_entry(&self, iloc: &mut Fields) -> Option<(u32, Option<Location>)> {
        let id = iloc.read_number_u32(if self.version < 2 { 2 } else { 4 })?;
        let method = if self.version == 0 { 0 } else { iloc.read_number(2)? & 15 };
        let file = iloc.read_number(2)?;
        let base = iloc.read_number(self.base)?;
        let extents = usize::try_from(iloc.read_number(2)?).ok()?;
        let is_whole = extents == 1;
        // Skips all extents at once, because a loop over 65,535 empty extents would take long.
        let mut extents = Fields::new(iloc.read_bytes(extents * (self.index + self.offset + self.length))?);
        let first = extents.read_bytes(self.index).and_then(|_| {
            let (start, length) = (extents.read_number(self.offset)?, extents.read_number(self.length)?);
            // A length of 0 means the rest of the file.
            let length = if length == 0 { u64::MAX } else { length };
            Some(Location { in_idat: method == 1, start: base.saturating_add(start), length, is_whole })
        });
        Some((id, first.filter(|_| file == 0 && method <= 1)))
    }
}

/// Returns an item and, while the last item is an identity (`iden`, ISO/IEC 23008-12, 6.6.2.1), the
/// item from which it is derived. `meta` is the range of the boxes in the `meta` box.
fn identity_chain(file: &PartialFile, meta: Range<u64>, iinf: Fields, id: u32) -> Parsed<Vec<u32>> {
    let mut chain = vec![id];
    if !is_identity(iinf, id) {
        return Ok(chain);
    }
    let [iref] = bmff::find_boxes(file, meta, [b"iref"])?;
    let iref = bmff::read_fields(file, iref)?;
    let mut last = id;
    while let Some(source) = source_of(iref, last).filter(|_| chain.len() <= MAX_IDENTITIES) {
        chain.push(source);
        if !is_identity(iinf, source) {
            break;
        }
        last = source;
    }
    Ok(chain)
}

fn is_identity(mut iinf: Fields, id: u32) -> bool {
    let entries = iinf.read_version_and_flags().and_then(|(version, _)| {
        iinf.read_bytes(if version == 0 { 2 } else { 4 })?;
        Some(std::iter::from_fn(|| iinf.next_box()))
    });
    let mut entries = entries.into_iter().flatten();
    entries.any(|(kind, entry)| {
        &kind == b"infe" && matches!(item_entry(entry), Some((item, b"iden", _)) if item == id)
    })
}

/// Returns the first item from which an item is derived (`iref` box).
fn source_of(mut iref: Fields, id: u32) -> Option<u32> {
    let (version, _) = iref.read_version_and_flags()?;
    let length = if version == 0 { 2 } else { 4 };
    while let Some((kind, mut reference)) = iref.next_box() {
        if &kind == b"dimg" && reference.read_number_u32(length) == Some(id) {
            reference.read_number(2)?;
            return reference.read_number_u32(length);
        }
    }
    None
}

/// Returns the displayed size of an item (`iprp` box). The EXIF orientation does not apply (ISO/IEC
/// 23008-12, A.2.1). `chain` is the item and the items from which it is derived by identity.
fn displayed_size(mut iprp: Fields, chain: &[u32]) -> Option<Size> {
    let (_, mut ipco) = iprp.next_box().filter(|(kind, _)| kind == b"ipco")?;
    let properties: Vec<_> = std::iter::from_fn(|| ipco.next_box()).take(MAX_PROPERTIES).collect();
    let mut size = None;
    for &id in chain.iter().rev() {
        let mut boxes = iprp;
        while let Some((kind, ipma)) = boxes.next_box() {
            let indices = if &kind == b"ipma" { property_indices(ipma, id) } else { None };
            // `ipma` lists the properties in the order of application.
            for (kind, property) in
                indices.unwrap_or_default().iter().filter_map(|index| properties.get(index.checked_sub(1)?))
            {
                size = apply_property(*kind, *property, size);
            }
        }
    }
    size
}

/// Returns the one-based indices in `ipco` of the properties of an item (`ipma` box).
fn property_indices(mut ipma: Fields, id: u32) -> Option<Vec<usize>> {
    let (version, flags) = ipma.read_version_and_flags()?;
    let is_wide = flags & 1 != 0;
    for _ in 0..ipma.read_number_u32(4)? {
        let item = ipma.read_number_u32(if version == 0 { 2 } else { 4 })?;
        let count = usize::try_from(ipma.read_number(1)?).ok()?;
        let mut indices = Fields::new(ipma.read_bytes(if is_wide { 2 * count } else { count })?);
        if item == id {
            // The highest bit marks an essential property.
            let index = |number: u64| usize::try_from(number & if is_wide { 0x7FFF } else { 0x7F }).ok();
            return std::iter::from_fn(|| indices.read_number(if is_wide { 2 } else { 1 }))
                .map(index)
                .collect();
        }
    }
    None
}

/// Returns the size of an item after a property: `ispe` sets the size, `clap` crops the item, and
/// `irot` rotates it.
fn apply_property(kind: [u8; 4], mut property: Fields, current: Option<Size>) -> Option<Size> {
    match &kind {
        b"ispe" => {
            property.read_version_and_flags()?;
            size(property.read_number_u32(4)?, property.read_number_u32(4)?)
        }
        b"clap" => {
            let mut side = || property.read_number_u32(4)?.checked_div(property.read_number_u32(4)?);
            let (width, height) = current?;
            size(side()?, side()?).filter(|&(w, h)| w <= width && h <= height).or(current)
        }
        b"irot" if property.read_number(1)? & 1 == 1 => current.map(|(width, height)| (height, width)),
        _ => current,
    }
}
