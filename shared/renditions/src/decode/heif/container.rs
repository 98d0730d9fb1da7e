//! The items of a file: their types, locations, properties and references (ISO/IEC 14496-12, 8.11).
//!
//! Copies only item data, and only if the data has several extents. Scans each table a fixed number
//! of times, so that the time for a hostile table is proportional to its size.

use super::iso_box::{BoxReader, FourCc};
use super::types::unsupported;
use crate::refusal::Refusal;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The maximum number of items in a file. A picture of 100 megapixels has 1,600 tiles of 256 × 256,
/// the smallest usual size, and as many for its alpha.
const MAX_ITEMS: usize = 16_384;
/// The maximum number of properties, because their indices have 15 bits.
const MAX_PROPERTIES: usize = 32_767;

/// A picture, tile or metadata block of the file.
#[derive(Debug, Default)]
pub(super) struct Item<'a> {
    /// The type: `hvc1`, `av01`, `grid`, …
    pub(super) kind: FourCc,
    location: Option<Location<'a>>,
    /// Whether the indices of the properties take two bytes instead of one, and the indices.
    associations: (bool, BoxReader<'a>),
}

/// The location of the data of an item: a list of extents.
#[derive(Debug, Clone, Copy)]
struct Location<'a> {
    /// The source of the data: 0 is the file, 1 the `idat` box.
    method: u64,
    /// The offset that is added to the offset of each extent.
    base: u64,
    /// The lengths of the fields of an extent, in bytes: index, offset, length.
    widths: [usize; 3],
    extents: BoxReader<'a>,
}

/// The tables of a file.
#[derive(Debug, Default)]
pub(super) struct Container<'a> {
    /// The id of the primary item.
    pub(super) primary: u32,
    file: &'a [u8],
    idat: &'a [u8],
    items: BTreeMap<u32, Item<'a>>,
    properties: Vec<(FourCc, BoxReader<'a>)>,
    iref: BoxReader<'a>,
}

impl<'a> Container<'a> {
    pub(super) fn parse(file: &'a [u8]) -> Result<Self, Refusal> {
        let mut meta =
            BoxReader(file).find_box(b"meta").ok_or_else(|| match BoxReader(file).find_box(b"moov") {
                Some(_) => unsupported("a sequence without a still picture"),
                None => Refusal::damaged("it has no items"),
            })?;
        let parsed = meta.read_version_and_flags().and_then(|_| Self::from_meta(file, meta));
        parsed.ok_or_else(|| Refusal::damaged("its tables of items cannot be read"))
    }

    fn from_meta(file: &'a [u8], meta: BoxReader<'a>) -> Option<Self> {
        let mut pitm = meta.find_box(b"pitm")?;
        let (version, _) = pitm.read_version_and_flags()?;
        let mut container = Self {
            primary: pitm.read_number_u32(if version == 0 { 2 } else { 4 })?,
            file,
            idat: meta.find_box(b"idat").unwrap_or_default().0,
            iref: meta.find_box(b"iref").unwrap_or_default(),
            ..Self::default()
        };
        container.read_infos(meta.find_box(b"iinf")?)?;
        container.read_locations(meta.find_box(b"iloc")?)?;
        let iprp = meta.find_box(b"iprp")?;
        container.properties = iprp.find_box(b"ipco")?.boxes().take(MAX_PROPERTIES).collect();
        for (_, ipma) in iprp.boxes().filter(|(kind, _)| kind == b"ipma") {
            container.read_associations(ipma)?;
        }
        Some(container)
    }

    /// Reads the types of the items (`iinf` box).
    fn read_infos(&mut self, mut iinf: BoxReader<'a>) -> Option<()> {
        let (version, _) = iinf.read_version_and_flags()?;
        iinf.read_bytes(if version == 0 { 2 } else { 4 })?;
        for (_, mut infe) in iinf.boxes().filter(|(kind, _)| kind == b"infe") {
            let (version, _) = infe.read_version_and_flags()?;
            if version < 2 {
                continue;
            }
            let id = infe.read_number_u32(if version == 2 { 2 } else { 4 })?;
            infe.read_bytes(2)?;
            self.items.entry(id).or_default().kind = infe.read_four_cc()?;
            if self.items.len() > MAX_ITEMS {
                return None;
            }
        }
        Some(())
    }

    /// Reads the locations of the items (`iloc` box).
    fn read_locations(&mut self, mut iloc: BoxReader<'a>) -> Option<()> {
        let (version, _) = iloc.read_version_and_flags()?;
        let [low, high] = *iloc.read_bytes(2)? else { return None };
        let [offset, length, base, index] = [low >> 4, low & 15, high >> 4, high & 15].map(usize::from);
        let widths = [if version == 0 { 0 } else { index }, offset, length];
        let wide = if version < 2 { 2 } else { 4 };
        for _ in 0..iloc.read_number(wide)? {
            let id = iloc.read_number_u32(wide)?;
            let method = if version == 0 { 0 } else { iloc.read_number(2)? & 15 };
            iloc.read_bytes(2)?;
            let base = iloc.read_number(base)?;
            let extents = iloc.read_count(2)? * widths.iter().sum::<usize>();
            let extents = BoxReader(iloc.read_bytes(extents)?);
            if let Some(item) = self.items.get_mut(&id) {
                item.location = Some(Location { method, base, widths, extents });
            }
        }
        Some(())
    }

    /// Reads the indices of the properties of the items (`ipma` box).
    fn read_associations(&mut self, mut ipma: BoxReader<'a>) -> Option<()> {
        let (version, flags) = ipma.read_version_and_flags()?;
        let wide = flags & 1 != 0;
        for _ in 0..ipma.read_number(4)? {
            let id = ipma.read_number_u32(if version == 0 { 2 } else { 4 })?;
            let count = ipma.read_count(1)?;
            let indices = BoxReader(ipma.read_bytes(if wide { 2 * count } else { count })?);
            if let Some(item) = self.items.get_mut(&id) {
                item.associations = (wide, indices);
            }
        }
        Some(())
    }

    /// Returns the item with an id, or an error if there is none.
    pub(super) fn item(&self, id: u32) -> Result<&Item<'a>, Refusal> {
        self.items.get(&id).ok_or_else(|| Refusal::damaged(format!("no item {id}")))
    }

    /// Returns the types and contents of the properties of an item, in the order in which they
    /// apply.
    pub(super) fn properties(&self, item: &Item<'a>) -> impl Iterator<Item = (FourCc, BoxReader<'a>)> {
        let (wide, mut indices) = item.associations;
        // The highest bit marks an essential property.
        let (bytes, mask) = if wide { (2, 0x7FFF) } else { (1, 0x7F) };
        std::iter::from_fn(move || indices.read_count(bytes).map(|index| index & mask))
            .filter_map(|index| self.properties.get(index.checked_sub(1)?).copied())
    }

    /// Returns the ids of the items to which `from` has a reference of a type.
    pub(super) fn referenced_items(&self, from: u32, kind: &FourCc) -> Vec<u32> {
        let reference = self.references(kind).find(|(source, _)| *source == from);
        reference.map(|(_, targets)| targets.collect()).unwrap_or_default()
    }

    /// Calls `visit` with the source and the target of each reference of a type.
    pub(super) fn for_each_reference(&self, kind: &FourCc, mut visit: impl FnMut(u32, u32)) {
        for (source, targets) in self.references(kind) {
            targets.for_each(|target| visit(source, target));
        }
    }

    /// Returns all references of a type (`iref` box). Each is from one item to several items.
    fn references(&self, kind: &FourCc) -> impl Iterator<Item = (u32, impl Iterator<Item = u32> + Clone)> {
        let mut iref = self.iref;
        let wide = if iref.read_version_and_flags().is_some_and(|(version, _)| version == 0) { 2 } else { 4 };
        iref.boxes().filter(move |(box_kind, _)| box_kind == kind).filter_map(move |(_, mut reference)| {
            let from = reference.read_number_u32(wide)?;
            let count = reference.read_count(2)?;
            let mut targets = BoxReader(reference.read_bytes(count * wide)?);
            Some((
                from,
                std::iter::repeat_with(move || targets.read_number_u32(wide)).map_while(|target| target),
            ))
        })
    }

    /// Returns the data of an item, joined from its extents.
    pub(super) fn data(&self, item: &Item<'a>) -> Result<Cow<'a, [u8]>, Refusal> {
        let missing = || Refusal::damaged("the data of an item is missing");
        let location = item.location.ok_or_else(missing)?;
        let source = match location.method {
            0 => self.file,
            1 => self.idat,
            _ => return Err(unsupported("an item made of other items")),
        };
        let mut data = Cow::Borrowed(&[][..]);
        for extent in location.extents_in(source) {
            let extent = extent.ok_or_else(missing)?;
            if data.is_empty() {
                data = Cow::Borrowed(extent);
            } else if data.len() + extent.len() <= source.len() {
                data.to_mut().extend_from_slice(extent);
            } else {
                return Err(Refusal::damaged("an item is longer than its file"));
            }
        }
        Ok(data)
    }
}

impl<'a> Location<'a> {
    /// Returns the bytes of the extents in order, or `None` for an extent outside the source.
    fn extents_in(self, source: &'a [u8]) -> impl Iterator<Item = Option<&'a [u8]>> {
        let [index, offset, length] = self.widths;
        let mut extents = self.extents;
        // If no field has bytes, reading extents would never end.
        let max = if index + offset + length == 0 { 1 } else { usize::MAX };
        std::iter::from_fn(move || {
            extents.read_number(index)?;
            let (offset, length) = (extents.read_number(offset)?, extents.read_count(length)?);
            let start = self.base.checked_add(offset).and_then(|start| usize::try_from(start).ok());
            let rest = start.and_then(|start| source.get(start..));
            // A length of 0 means the rest of the source.
            Some(rest.and_then(|rest| if length == 0 { Some(rest) } else { rest.get(..length) }))
        })
        .take(max)
    }
}
