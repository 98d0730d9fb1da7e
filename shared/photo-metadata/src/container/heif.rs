//! HEIF, which HEIC and AVIF are: items described in a `meta` box (ISO/IEC 23008-12; ISO/IEC 14496-12, 8.11).

use std::ops::Range;

use super::bmff::{Fields, contents, find as find_boxes};
use super::{Found, Size, exif_in, size};
use crate::source::{Block, Parsed, Source};
use crate::tiff;

/// The most properties of all items that are looked at.
const MOST_PROPERTIES: usize = 1024;

/// The items that matter, by their numbers.
#[derive(Debug, Default)]
struct Items {
    exif: Option<u32>,
    xmp: Option<u32>,
}

/// Where the bytes of an item are.
#[derive(Clone, Copy, Debug)]
struct Location {
    /// Whether it counts from the start of the `idat` box instead of the file.
    in_idat: bool,
    start: u64,
    length: u64,
}

pub(super) fn find(source: &Source) -> Parsed<Found> {
    let [meta] = find_boxes(source, 0..source.total(), [b"meta"])?;
    let Some(meta) = meta else { return Ok(Found::default()) };
    // Version and flags stand before the boxes.
    let within = (meta.start + 4).min(meta.end)..meta.end;
    let [pitm, iinf, iloc, iprp, idat] =
        find_boxes(source, within, [b"pitm", b"iinf", b"iloc", b"iprp", b"idat"])?;
    let items = items(contents(source, iinf)?).unwrap_or_default();
    let [exif, xmp] = locations(contents(source, iloc)?, [items.exif, items.xmp]);
    let iprp = contents(source, iprp)?;
    let size = primary(contents(source, pitm)?).and_then(|id| displayed(iprp, id));
    let block = |location: Option<Location>| {
        let Location { in_idat, start, length } = location?;
        let base = if in_idat { idat.as_ref()?.start } else { 0 };
        let start = base.saturating_add(start).min(source.total());
        Some(start..start.saturating_add(length).min(source.total()))
    };
    let exif = match block(exif) {
        Some(block) => exif_item(source, block)?,
        None => None,
    };
    Ok(Found { size, is_upright: size.is_some(), exif, xmp: block(xmp).map(Block::At), ..Found::default() })
}

/// The TIFF structure in an Exif item: its first four bytes say how far behind them it begins (ISO/IEC 23008-12, A.2.1).
fn exif_item(source: &Source, item: Range<u64>) -> Parsed<Option<Block>> {
    let offset = source.array(item.start)?.map_or(0, u32::from_be_bytes);
    let behind = item.start.saturating_add(4).min(item.end);
    let start = behind.saturating_add(u64::from(offset)).min(item.end);
    match source.read(start, 4)? {
        head if tiff::is_header(head) => Ok(Some(Block::At(start..item.end))),
        // Some programs do not count the `Exif\0\0` that they write there too.
        _ => exif_in(source, behind..item.end),
    }
}

/// `pitm`: the number of the item that is the picture.
fn primary(mut pitm: Fields) -> Option<u32> {
    let (version, _) = pitm.version()?;
    pitm.number32(if version == 0 { 2 } else { 4 })
}

/// `iinf`: what the items are.
fn items(mut iinf: Fields) -> Option<Items> {
    let (version, _) = iinf.version()?;
    iinf.bytes(if version == 0 { 2 } else { 4 })?;
    let mut items = Items::default();
    while let Some((kind, entry)) = iinf.next_box() {
        match (&kind, item(entry)) {
            (b"infe", Some((id, b"Exif", _))) if items.exif.is_none() => items.exif = Some(id),
            (b"infe", Some((id, b"mime", b"application/rdf+xml"))) if items.xmp.is_none() => {
                items.xmp = Some(id);
            }
            _ => {}
        }
    }
    Some(items)
}

/// `infe`: number, type and, where the type is `mime`, the MIME type of an item.
fn item<'a>(mut infe: Fields<'a>) -> Option<(u32, &'a [u8; 4], &'a [u8])> {
    let (version, _) = infe.version()?;
    let id = infe.number32(match version {
        2 => 2,
        3 => 4,
        _ => return None,
    })?;
    infe.bytes(2)?;
    let kind = infe.bytes(4)?.try_into().ok()?;
    let mime = infe.text().and_then(|_name| infe.text());
    Some((id, kind, mime.unwrap_or_default()))
}

/// `iloc`: where these items are.
fn locations(mut iloc: Fields, wanted: [Option<u32>; 2]) -> [Option<Location>; 2] {
    let mut found = [None; 2];
    let Some(table) = Table::read(&mut iloc) else { return found };
    for _ in 0..table.count {
        let Some((id, location)) = table.entry(&mut iloc) else { break };
        if let Some(place) = wanted.iter().position(|wanted| *wanted == Some(id)) {
            found[place] = found[place].or(location);
        }
    }
    found
}

/// Widths of the fields of `iloc` (bytes), and how many items it has.
struct Table {
    version: u8,
    offset: usize,
    length: usize,
    base: usize,
    index: usize,
    count: u32,
}

impl Table {
    fn read(iloc: &mut Fields) -> Option<Self> {
        let (version, _) = iloc.version()?;
        let [low, high] = *iloc.bytes(2)? else { return None };
        let [offset, length, base, index] = [low >> 4, low & 15, high >> 4, high & 15].map(usize::from);
        if version > 2 || [offset, length, base, index].iter().any(|width| *width > 8) {
            return None;
        }
        let count = iloc.number32(if version < 2 { 2 } else { 4 })?;
        Some(Self { version, offset, length, base, index: if version == 0 { 0 } else { index }, count })
    }

    /// The next item: its number, and where it is. An item in more than one piece is known by its first alone; one in
    /// another file is nowhere.
    fn entry(&self, iloc: &mut Fields) -> Option<(u32, Option<Location>)> {
        let id = iloc.number32(if self.version < 2 { 2 } else { 4 })?;
        let method = if self.version == 0 { 0 } else { iloc.number(2)? & 15 };
        let file = iloc.number(2)?;
        let base = iloc.number(self.base)?;
        let extents = usize::try_from(iloc.number(2)?).ok()?;
        // Not one by one: 65,535 of no bytes each would take long.
        let mut extents = Fields::of(iloc.bytes(extents * (self.index + self.offset + self.length))?);
        let first = extents.bytes(self.index).and_then(|_| {
            let (start, length) = (extents.number(self.offset)?, extents.number(self.length)?);
            // No length is the whole of the file.
            let length = if length == 0 { u64::MAX } else { length };
            Some(Location { in_idat: method == 1, start: base.saturating_add(start), length })
        });
        Some((id, first.filter(|_| file == 0 && method <= 1)))
    }
}

/// `iprp`: the size of an item as displayed. EXIF's orientation does not count (ISO/IEC 23008-12, A.2.1).
fn displayed(mut iprp: Fields, id: u32) -> Option<Size> {
    let (_, mut ipco) = iprp.next_box().filter(|(kind, _)| kind == b"ipco")?;
    let properties: Vec<_> = std::iter::from_fn(|| ipco.next_box()).take(MOST_PROPERTIES).collect();
    let mut displayed = None;
    while let Some((kind, ipma)) = iprp.next_box() {
        let indices = if &kind == b"ipma" { associated(ipma, id) } else { None };
        // In the order in which they are to be applied.
        for (kind, property) in
            indices.unwrap_or_default().iter().filter_map(|index| properties.get(index.checked_sub(1)?))
        {
            displayed = applied(*kind, *property, displayed);
        }
    }
    displayed
}

/// `ipma`: the properties of an item, by their places in `ipco` counted from one.
fn associated(mut ipma: Fields, id: u32) -> Option<Vec<usize>> {
    let (version, flags) = ipma.version()?;
    let wide = flags & 1 != 0;
    for _ in 0..ipma.number32(4)? {
        let item = ipma.number32(if version == 0 { 2 } else { 4 })?;
        let count = usize::try_from(ipma.number(1)?).ok()?;
        let mut places = Fields::of(ipma.bytes(if wide { 2 * count } else { count })?);
        if item == id {
            // The highest bit says whether the property is essential.
            let place = |number: u64| usize::try_from(number & if wide { 0x7FFF } else { 0x7F }).ok();
            return std::iter::from_fn(|| places.number(if wide { 2 } else { 1 })).map(place).collect();
        }
    }
    None
}

/// The size after a property: `ispe` gives it, `clap` crops, `irot` turns. `imir` changes none.
fn applied(kind: [u8; 4], mut property: Fields, before: Option<Size>) -> Option<Size> {
    match &kind {
        b"ispe" => {
            property.version()?;
            size(property.number32(4)?, property.number32(4)?)
        }
        b"clap" => {
            let mut side = || property.number32(4)?.checked_div(property.number32(4)?);
            let (width, height) = before?;
            size(side()?, side()?).filter(|&(w, h)| w <= width && h <= height).or(before)
        }
        b"irot" if property.number(1)? & 1 == 1 => before.map(|(width, height)| (height, width)),
        _ => before,
    }
}
