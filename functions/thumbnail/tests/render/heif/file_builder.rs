//! Builds HEIF files (ISO/IEC 14496-12, 8.11; ISO/IEC 23008-12) from coded pictures.

/// A coded picture: item type, decoder configuration and data.
#[derive(Clone)]
pub struct CodedPicture {
    pub kind: [u8; 4],
    pub config: Vec<u8>,
    pub data: Vec<u8>,
}

/// An item of a file.
#[derive(Clone)]
pub struct Item {
    pub kind: [u8; 4],
    /// Complete boxes.
    pub properties: Vec<Vec<u8>>,
    pub data: Vec<u8>,
}

/// A file. Item ids start at one, and the first item is the primary item.
pub struct File {
    pub brand: [u8; 4],
    pub items: Vec<Item>,
    /// Type, from, to.
    pub references: Vec<([u8; 4], u16, Vec<u16>)>,
}

impl CodedPicture {
    /// Extracts the picture from a file with a single picture.
    pub fn of(file: &[u8]) -> Self {
        let after = |name: &[u8; 4]| file.windows(4).position(|four| four == name).map(|at| at + 4);
        let (kind, config) = match after(b"av1C") {
            Some(start) => (*b"av01", start),
            None => (*b"hvc1", after(b"hvcC").unwrap()),
        };
        let length = u32::from_be_bytes(file[config - 8..config - 4].try_into().unwrap()) as usize;
        CodedPicture {
            kind,
            config: file[config..config + length - 8].to_vec(),
            data: file[after(b"mdat").unwrap()..].to_vec(),
        }
    }

    /// Extracts the second picture from a file with two pictures of the same codec. Both must have
    /// one extent, and the file must have an `iloc` box of version 0 with 32-bit offsets.
    pub fn second_of(file: &[u8]) -> Self {
        let first = Self::of(file);
        let name: &[u8; 4] = if &first.kind == b"av01" { b"av1C" } else { b"hvcC" };
        let configs: Vec<usize> =
            file.windows(4).enumerate().filter(|(_, four)| four == name).map(|(at, _)| at + 4).collect();
        let number = |at: usize| u32::from_be_bytes(file[at..at + 4].try_into().unwrap()) as usize;
        let config = *configs.last().unwrap();
        let iloc = file.windows(4).position(|four| four == b"iloc").unwrap() - 4;
        // The last eight bytes of the box are the offset and the length of the second picture.
        let end = iloc + number(iloc);
        let has_base = file[iloc + 13] >> 4 == 4;
        let base = if has_base { number(end - 14) } else { 0 };
        let (start, length) = (base + number(end - 8), number(end - 4));
        CodedPicture {
            kind: first.kind,
            config: file[config..config + number(config - 8) - 8].to_vec(),
            data: file[start..start + length].to_vec(),
        }
    }

    /// Creates a grid item of tiles of 64 × 64 pixels.
    pub fn grid_item(&self, columns: u8, rows: u8) -> Item {
        let (width, height) = (64 * u32::from(columns), 64 * u32::from(rows));
        self.grid(columns, rows, width, height).items.remove(0)
    }

    /// Creates an item of this size with further properties.
    pub fn item(&self, width: u32, height: u32, properties: &[Vec<u8>]) -> Item {
        let config = if &self.kind == b"av01" { b"av1C" } else { b"hvcC" };
        let own = [make_box(config, &self.config), ispe(width, height)];
        Item { kind: self.kind, properties: [&own, properties].concat(), data: self.data.clone() }
    }

    /// Creates an item without the property of its size, with further properties.
    pub fn item_without_size(&self, properties: &[Vec<u8>]) -> Item {
        let mut item = self.item(0, 0, properties);
        item.properties.remove(1);
        item
    }

    /// Creates a file with only this picture.
    pub fn file(&self, width: u32, height: u32, properties: &[Vec<u8>]) -> File {
        let brand = if &self.kind == b"av01" { *b"avif" } else { *b"heic" };
        File { brand, items: vec![self.item(width, height, properties)], references: Vec::new() }
    }

    /// Creates a file with a grid. Each tile of the grid is this picture of 64 × 64 pixels.
    pub fn grid(&self, columns: u8, rows: u8, width: u32, height: u32) -> File {
        let size = [width.to_be_bytes(), height.to_be_bytes()].concat();
        let data = [&[0, 1, rows - 1, columns - 1], size.as_slice()].concat();
        let grid = Item { kind: *b"grid", properties: vec![ispe(width, height)], data };
        let tiles = vec![2; usize::from(columns) * usize::from(rows)];
        let File { brand, items, .. } = self.file(64, 64, &[]);
        File { brand, items: [vec![grid], items].concat(), references: vec![(*b"dimg", 1, tiles)] }
    }
}

impl File {
    pub fn bytes(&self) -> Vec<u8> {
        let ftyp = make_box(b"ftyp", &[self.brand.as_slice(), b"\0\0\0\0mif1"].concat());
        // The length of the box does not depend on the offsets.
        let start = ftyp.len() + self.meta(0).len() + 8;
        let data: Vec<u8> = self.items.iter().flat_map(|item| item.data.clone()).collect();
        [ftyp, self.meta(start), make_box(b"mdat", &data)].concat()
    }

    fn meta(&self, mut start: usize) -> Vec<u8> {
        let count = (self.items.len() as u16).to_be_bytes();
        let (mut infos, mut locations) = (count.to_vec(), [&[0x44, 0], count.as_slice()].concat());
        let (mut properties, mut associations) =
            (Vec::new(), u32::from(u16::from_be_bytes(count)).to_be_bytes().to_vec());
        let mut property_index = 0;
        for (number, item) in (1u16..).zip(&self.items) {
            let id = number.to_be_bytes();
            infos.extend(full_box(b"infe", 2, &[id.as_slice(), &[0, 0], &item.kind, b"\0"].concat()));
            locations.extend([id.as_slice(), &[0, 0, 0, 1]].concat());
            locations.extend([(start as u32).to_be_bytes(), (item.data.len() as u32).to_be_bytes()].concat());
            start += item.data.len();
            associations.extend([id.as_slice(), &[item.properties.len() as u8]].concat());
            for property in &item.properties {
                properties.extend(property);
                property_index += 1;
                associations.push(property_index);
            }
        }
        let references = self.references.iter().flat_map(|(kind, from, to)| {
            let to: Vec<u8> = to.iter().flat_map(|id| id.to_be_bytes()).collect();
            make_box(
                kind,
                &[&from.to_be_bytes(), ((to.len() / 2) as u16).to_be_bytes().as_slice(), &to].concat(),
            )
        });
        let iprp = [make_box(b"ipco", &properties), full_box(b"ipma", 0, &associations)].concat();
        let boxes = [
            full_box(b"hdlr", 0, b"\0\0\0\0pict\0\0\0\0\0\0\0\0\0\0\0\0\0"),
            full_box(b"pitm", 0, &[0, 1]),
            full_box(b"iinf", 0, &infos),
            full_box(b"iloc", 0, &locations),
            full_box(b"iref", 0, &references.collect::<Vec<u8>>()),
            make_box(b"iprp", &iprp),
        ];
        full_box(b"meta", 0, &boxes.concat())
    }
}

/// Builds a box (ISO/IEC 14496-12, 4.2).
pub fn make_box(kind: &[u8; 4], contents: &[u8]) -> Vec<u8> {
    [&(contents.len() as u32 + 8).to_be_bytes(), kind.as_slice(), contents].concat()
}

/// Builds a box with a version and zero flags.
pub fn full_box(kind: &[u8; 4], version: u8, contents: &[u8]) -> Vec<u8> {
    make_box(kind, &[&[version, 0, 0, 0], contents].concat())
}

pub fn ispe(width: u32, height: u32) -> Vec<u8> {
    full_box(b"ispe", 0, &[width.to_be_bytes(), height.to_be_bytes()].concat())
}
