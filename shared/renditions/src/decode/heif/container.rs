//! The items of a file: what they are, where their bytes are, which belong together (ISO/IEC 14496-12, 8.11).
//!
//! Nothing is copied but what is asked for, and each table is gone through once, so that a hostile one costs no more
//! than reading it.

use super::fields::{Fields, Kind};
use super::unsupported;
use crate::Refusal;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The most items of a file. A picture of 100 megapixels in the smallest tiles that are usual (256 × 256) has 1,600 and
/// as many for its alpha.
const MOST_ITEMS: usize = 16_384;
/// The most properties that 15 bits can name.
const MOST_PROPERTIES: usize = 32_767;

/// A part of the file that other boxes speak of.
#[derive(Debug, Default)]
pub(super) struct Item<'a> {
    /// `hvc1`, `av01`, `grid`, …
    pub(super) kind: Kind,
    location: Option<Location<'a>>,
    /// Whether the places of its properties take two bytes, and these bytes.
    associations: (bool, Fields<'a>),
}

#[derive(Debug, Clone, Copy)]
struct Location<'a> {
    /// Where to count from: 0 the file, 1 the `idat` box.
    method: u64,
    base: u64,
    /// Bytes of the fields of an extent: index, offset, length.
    widths: [usize; 3],
    extents: Fields<'a>,
}

/// A file.
#[derive(Debug, Default)]
pub(super) struct Container<'a> {
    /// The item that is the picture.
    pub(super) primary: u32,
    file: &'a [u8],
    idat: &'a [u8],
    items: BTreeMap<u32, Item<'a>>,
    properties: Vec<(Kind, Fields<'a>)>,
    iref: Fields<'a>,
}

impl<'a> Container<'a> {
    /// Reads the tables of a file.
    pub(super) fn parse(file: &'a [u8]) -> Result<Self, Refusal> {
        let mut meta = Fields(file).find(b"meta").ok_or_else(|| match Fields(file).find(b"moov") {
            Some(_) => unsupported("a sequence without a still picture"),
            None => Refusal::damaged("no items in it"),
        })?;
        let parsed = meta.version().and_then(|_| Self::from_meta(file, meta));
        parsed.ok_or_else(|| Refusal::damaged("its tables of items cannot be read"))
    }

    fn from_meta(file: &'a [u8], meta: Fields<'a>) -> Option<Self> {
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
        container.properties = iprp.find(b"ipco")?.boxes().take(MOST_PROPERTIES).collect();
        for (_, ipma) in iprp.boxes().filter(|(kind, _)| kind == b"ipma") {
            container.read_associations(ipma)?;
        }
        Some(container)
    }

    /// `iinf`: what the items are.
    fn read_infos(&mut self, mut iinf: Fields<'a>) -> Option<()> {
        let (version, _) = iinf.version()?;
        iinf.bytes(if version == 0 { 2 } else { 4 })?;
        for (_, mut infe) in iinf.boxes().filter(|(kind, _)| kind == b"infe") {
            let (version, _) = infe.version()?;
            if version < 2 {
                continue;
            }
            let id = infe.number32(if version == 2 { 2 } else { 4 })?;
            infe.bytes(2)?;
            self.items.entry(id).or_default().kind = infe.kind()?;
            if self.items.len() > MOST_ITEMS {
                return None;
            }
        }
        Some(())
    }

    /// `iloc`: where they are.
    fn read_locations(&mut self, mut iloc: Fields<'a>) -> Option<()> {
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
            let extents = Fields(iloc.bytes(extents)?);
            if let Some(item) = self.items.get_mut(&id) {
                item.location = Some(Location { method, base, widths, extents });
            }
        }
        Some(())
    }

    /// `ipma`: which properties they have.
    fn read_associations(&mut self, mut ipma: Fields<'a>) -> Option<()> {
        let (version, flags) = ipma.version()?;
        let wide = flags & 1 != 0;
        for _ in 0..ipma.number(4)? {
            let id = ipma.number32(if version == 0 { 2 } else { 4 })?;
            let count = ipma.count(1)?;
            let places = Fields(ipma.bytes(if wide { 2 * count } else { count })?);
            if let Some(item) = self.items.get_mut(&id) {
                item.associations = (wide, places);
            }
        }
        Some(())
    }

    /// An item by its number.
    pub(super) fn item(&self, id: u32) -> Result<&Item<'a>, Refusal> {
        self.items.get(&id).ok_or_else(|| Refusal::damaged(format!("no item {id}")))
    }

    /// The properties of an item, in the order in which they are to be applied: type and contents.
    pub(super) fn properties(&self, item: &Item<'a>) -> impl Iterator<Item = (Kind, Fields<'a>)> {
        let (wide, mut places) = item.associations;
        // The highest bit says whether the property is essential.
        let (bytes, mask) = if wide { (2, 0x7FFF) } else { (1, 0x7F) };
        std::iter::from_fn(move || places.count(bytes).map(|place| place & mask))
            .filter_map(|place| self.properties.get(place.checked_sub(1)?).copied())
    }

    /// The items that an item refers to with references of a type.
    pub(super) fn referenced(&self, from: u32, kind: &Kind) -> Vec<u32> {
        let found = self.references(kind).find(|(source, _)| *source == from);
        found.map(|(_, to)| to.collect()).unwrap_or_default()
    }

    /// The items that refer to an item with references of a type.
    pub(super) fn referring(&self, to: u32, kind: &Kind) -> Vec<u32> {
        let found = self.references(kind).filter(|(_, targets)| targets.clone().any(|target| target == to));
        found.map(|(from, _)| from).collect()
    }

    /// `iref`: all references of a type, each from one item to some.
    fn references(&self, wanted: &Kind) -> impl Iterator<Item = (u32, impl Iterator<Item = u32> + Clone)> {
        let mut iref = self.iref;
        let wide = if iref.version().is_some_and(|(version, _)| version == 0) { 2 } else { 4 };
        iref.boxes().filter(move |(kind, _)| kind == wanted).filter_map(move |(_, mut reference)| {
            let from = reference.number32(wide)?;
            let count = reference.count(2)?;
            let mut targets = Fields(reference.bytes(count * wide)?);
            Some((from, std::iter::repeat_with(move || targets.number32(wide)).map_while(|target| target)))
        })
    }

    /// The bytes of an item.
    pub(super) fn data(&self, item: &Item<'a>) -> Result<Cow<'a, [u8]>, Refusal> {
        let missing = || Refusal::damaged("the bytes of an item are not there");
        let location = item.location.ok_or_else(missing)?;
        let source = match location.method {
            0 => self.file,
            1 => self.idat,
            _ => return Err(unsupported("an item made of other items")),
        };
        let mut data = Cow::Borrowed(&[][..]);
        for extent in location.in_file(source) {
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
    /// The pieces of an item, one after the other; none for one that is not in the source.
    fn in_file(self, source: &'a [u8]) -> impl Iterator<Item = Option<&'a [u8]>> {
        let [index, offset, length] = self.widths;
        let mut extents = self.extents;
        // Of no bytes, there would be no end of extents.
        let most = if index + offset + length == 0 { 1 } else { usize::MAX };
        std::iter::from_fn(move || {
            extents.number(index)?;
            let (offset, length) = (extents.number(offset)?, extents.count(length)?);
            let start = self.base.checked_add(offset).and_then(|start| usize::try_from(start).ok());
            let rest = start.and_then(|start| source.get(start..));
            // No length is the whole of the rest.
            Some(rest.and_then(|rest| if length == 0 { Some(rest) } else { rest.get(..length) }))
        })
        .take(most)
    }
}
