//! The items of a file: their types, locations, properties and references (ISO/IEC 14496-12, 8.11).
//!
//! Only item data is copied, and each table is read once, so that a hostile table costs no more
//! than reading it.

use super::iso_box::{BoxReader, FourCc};
use super::types::unsupported;
use crate::refusal::Refusal;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Maximum number of items in a file. A picture of 100 megapixels has 1,600 tiles of 256 × 256, the
/// smallest usual size, and as many for its alpha.
const MAX_ITEMS: usize = 16_384;
/// Maximum number of properties: their indices have 15 bits.
const MAX_PROPERTIES: usize = 32_767;

/// A picture, tile or metadata block of the file.
#[derive(Debug, Default)]
pub(super) struct Item<'a> {
    /// `hvc1`, `av01`, `grid`, …
    pub(super) kind: FourCc,
    location: Option<Location<'a>>,
    /// Whether the indices of its properties take two bytes, and the indices.
    associations: (bool, BoxReader<'a>),
}

#[derive(Debug, Clone, Copy)]
struct Location<'a> {
    /// The base of offsets: 0 is the file, 1 the `idat` box.
    method: u64,
    base: u64,
    /// Lengths of the fields of an extent, in bytes: index, offset, length.
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
        let mut meta = BoxReader(file).find(b"meta").ok_or_else(|| match BoxReader(file).find(b"moov") {
            Some(_) => unsupported("a sequence without a still picture"),
            None => Refusal::damaged("it has no items"),
        })?;
        let parsed = meta.version().and_then(|_| Self::from_meta(file, meta));
        parsed.ok_or_else(|| Refusal::damaged("its tables of items cannot be read"))
    }

    fn from_meta(file: &'a [u8], meta: BoxReader<'a>) -> Option<Self> {
        let mut pitm = meta.find(b"pitm")?;
        let (version, _) = pitm.version()?;
        let mut container = Self {
            primary: pitm.number32(if version == 0 { 2 } else { 4 })?,
            file,
            idat: meta.find(b"idat").unwrap_or_default().0,
            iref: meta.find(b"iref").unwrap_or_default(),
            ..Self::default()
        };
        container.read_infos(meta.find(b"iinf")?)?;
        container.read_locations(meta.find(b"iloc")?)?;
        let iprp = meta.find(b"iprp")?;
        container.properties = iprp.find(b"ipco")?.boxes().take(MAX_PROPERTIES).collect();
        for (_, ipma) in iprp.boxes().filter(|(kind, _)| kind == b"ipma") {
            container.read_associations(ipma)?;
        }
        Some(container)
    }

    /// `iinf`: the types of the items.
    fn read_infos(&mut self, mut iinf: BoxReader<'a>) -> Option<()> {
        let (version, _) = iinf.version()?;
        iinf.bytes(if version == 0 { 2 } else { 4 })?;
        for (_, mut infe) in iinf.boxes().filter(|(kind, _)| kind == b"infe") {
            let (version, _) = infe.version()?;
            if version < 2 {
                continue;
            }
            let id = infe.number32(if version == 2 { 2 } else { 4 })?;
            infe.bytes(2)?;
            self.items.entry(id).or_default().kind = infe.four_cc()?;
            if self.items.len() > MAX_ITEMS {
                return None;
            }
        }
        Some(())
    }

    /// `iloc`: the locations of the items.
    fn read_locations(&mut self, mut iloc: BoxReader<'a>) -> Option<()> {
        let (version, _) = iloc.version()?;
        let [low, high] = *iloc.bytes(2)? else { return None };
        let [offset, length, base, index] = [low >> 4, low & 15, high >> 4, high & 15].map(usize::from);
        let widths = [if version == 0 { 0 } else { index }, offset, length];
        let wide = if version < 2 { 2 } else { 4 };
        for _ in 0..iloc.number(wide)? {
            let id = iloc.number32(wide)?;
            let method = if version == 0 { 0 } else { iloc.number(2)? & 15 };
            iloc.bytes(2)?;
            let base = iloc.number(base)?;
            let extents = iloc.count(2)? * widths.iter().sum::<usize>();
            let extents = BoxReader(iloc.bytes(extents)?);
            if let Some(item) = self.items.get_mut(&id) {
                item.location = Some(Location { method, base, widths, extents });
            }
        }
        Some(())
    }

    /// `ipma`: the properties of the items.
    fn read_associations(&mut self, mut ipma: BoxReader<'a>) -> Option<()> {
        let (version, flags) = ipma.version()?;
        let wide = flags & 1 != 0;
        for _ in 0..ipma.number(4)? {
            let id = ipma.number32(if version == 0 { 2 } else { 4 })?;
            let count = ipma.count(1)?;
            let indices = BoxReader(ipma.bytes(if wide { 2 * count } else { count })?);
            if let Some(item) = self.items.get_mut(&id) {
                item.associations = (wide, indices);
            }
        }
        Some(())
    }

    /// The item with this id.
    pub(super) fn item(&self, id: u32) -> Result<&Item<'a>, Refusal> {
        self.items.get(&id).ok_or_else(|| Refusal::damaged(format!("no item {id}")))
    }

    /// Type and contents of an item's properties, in the order in which they apply.
    pub(super) fn properties(&self, item: &Item<'a>) -> impl Iterator<Item = (FourCc, BoxReader<'a>)> {
        let (wide, mut indices) = item.associations;
        // The highest bit marks an essential property.
        let (bytes, mask) = if wide { (2, 0x7FFF) } else { (1, 0x7F) };
        std::iter::from_fn(move || indices.count(bytes).map(|index| index & mask))
            .filter_map(|index| self.properties.get(index.checked_sub(1)?).copied())
    }

    /// The ids of the items that `from` refers to with references of a type.
    pub(super) fn referenced_items(&self, from: u32, kind: &FourCc) -> Vec<u32> {
        let found = self.references(kind).find(|(source, _)| *source == from);
        found.map(|(_, to)| to.collect()).unwrap_or_default()
    }

    /// The ids of the items that refer to `to` with references of a type.
    pub(super) fn items_referring_to(&self, to: u32, kind: &FourCc) -> Vec<u32> {
        let found = self.references(kind).filter(|(_, targets)| targets.clone().any(|target| target == to));
        found.map(|(from, _)| from).collect()
    }

    /// `iref`: all references of a type, each from one item to others.
    fn references(&self, wanted: &FourCc) -> impl Iterator<Item = (u32, impl Iterator<Item = u32> + Clone)> {
        let mut iref = self.iref;
        let wide = if iref.version().is_some_and(|(version, _)| version == 0) { 2 } else { 4 };
        iref.boxes().filter(move |(kind, _)| kind == wanted).filter_map(move |(_, mut reference)| {
            let from = reference.number32(wide)?;
            let count = reference.count(2)?;
            let mut targets = BoxReader(reference.bytes(count * wide)?);
            Some((from, std::iter::repeat_with(move || targets.number32(wide)).map_while(|target| target)))
        })
    }

    /// The data of an item.
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
    /// The extents of an item in order; `None` for an extent outside the source.
    fn extents_in(self, source: &'a [u8]) -> impl Iterator<Item = Option<&'a [u8]>> {
        let [index, offset, length] = self.widths;
        let mut extents = self.extents;
        // Extents without bytes would never end.
        let max = if index + offset + length == 0 { 1 } else { usize::MAX };
        std::iter::from_fn(move || {
            extents.number(index)?;
            let (offset, length) = (extents.number(offset)?, extents.count(length)?);
            let start = self.base.checked_add(offset).and_then(|start| usize::try_from(start).ok());
            let rest = start.and_then(|start| source.get(start..));
            // A length of 0 means the rest of the source.
            Some(rest.and_then(|rest| if length == 0 { Some(rest) } else { rest.get(..length) }))
        })
        .take(max)
    }
}
