//! Decodes one picture item, coded whole or as a grid of tiles, into planes.

use super::av1::Av1Decoder;
use super::coded_picture::CodedPicture;
use super::container::{Container, Item};
use super::iso_box::{BoxReader, FourCc};
use super::overlay;
use super::tile_canvas::TileCanvas;
use super::types::{Codec, Header, unsupported};
use crate::check;
use crate::planes::Plane;
use crate::refusal::Refusal;
use crate::rendition::LARGE_EDGE;
use crate::size::Size;
use std::time::Duration;

/// The maximum estimated time to decode all tiles of a picture and its alpha. It suffices for 100
/// megapixels in 12 MB of HEVC or 7 MB of AV1. With all other work, a picture takes less than five
/// seconds.
const MAX_DECODE_TIME: Duration = Duration::from_secs(4);

/// The maximum number of tiles of a picture, because even a tiny tile takes some time. A picture of
/// 100 megapixels has 1,600 tiles of 256 × 256, the smallest usual size.
const MAX_TILES: usize = 4096;

/// The estimated time and memory for a picture and its alpha, checked before decoding.
#[derive(Debug)]
pub(super) struct DecodeBudget {
    /// The remaining decoding time.
    time: Duration,
    /// The memory of all allocated planes, in bytes.
    bytes: u64,
}

impl DecodeBudget {
    pub(super) fn new() -> Self {
        Self { time: MAX_DECODE_TIME, bytes: 0 }
    }

    /// Subtracts the time for a tile. Returns [`Refusal::TooSlow`] if less time is left.
    pub(super) fn spend_time(&mut self, time: Duration) -> Result<(), Refusal> {
        self.time =
            self.time.checked_sub(time).ok_or(Refusal::TooSlow { seconds: MAX_DECODE_TIME.as_secs() })?;
        Ok(())
    }

    /// Allocates the planes of a picture. Returns [`Refusal::OutOfMemory`] if the planes and the
    /// decoder exceed the memory of a decoder.
    ///
    /// If the planes do not fit at twice the size of the large rendition, they have at least this
    /// size.
    fn allocate(&mut self, size: Size, tile: Size, header: Header) -> Result<TileCanvas, Refusal> {
        let mut canvas = TileCanvas::new(size, tile, header, 2 * LARGE_EDGE);
        if check::decoder_memory(self.bytes + canvas.bytes() + header.decoder_bytes).is_err() {
            canvas = TileCanvas::new(size, tile, header, LARGE_EDGE);
        }
        self.bytes += canvas.bytes();
        self.check_memory(&header)?;
        Ok(canvas.allocate())
    }

    fn check_memory(&self, header: &Header) -> Result<(), Refusal> {
        check::decoder_memory(self.bytes + header.decoder_bytes)
    }
}

/// A decoded item.
pub(super) struct DecodedItem {
    pub(super) planes: Vec<Plane>,
    /// The header of the first tile.
    pub(super) header: Header,
}

/// The tiles of an item.
pub(super) struct Tiles {
    /// The ids of the tiles, row by row. A tile without an id has the maximum value in all samples.
    pub(super) ids: Vec<Option<u32>>,
    /// The number of tiles per row.
    columns: u32,
    /// The declared size of each tile.
    size: Size,
}

/// Returns the size of an item before cropping and rotation.
///
/// A file without this property (`ispe`) violates the standard. The size in the data of the item
/// counts instead.
pub(super) fn size(container: &Container, id: u32) -> Result<Size, Refusal> {
    let item = container.item(id)?;
    if let Some(size) = declared_size(container, item) {
        return Ok(size);
    }
    let data = container.data(item)?;
    let size = match &item.kind {
        b"grid" => read_grid(BoxReader(&data)).map(|(_, _, size)| size),
        b"iovl" => overlay::size(&data),
        _ => {
            let (codec, config) = codec_and_config(container, item)?;
            Some(CodedPicture::open(codec, config, &data)?.header().size)
        }
    };
    size.ok_or_else(|| Refusal::damaged("it has no size"))
}

fn declared_size(container: &Container, item: &Item) -> Option<Size> {
    let mut ispe = property(container, item, b"ispe")?;
    ispe.read_version_and_flags()?;
    Some(Size::new(ispe.read_number_u32(4)?, ispe.read_number_u32(4)?))
}

/// Returns the contents of the first property of a type of an item.
pub(super) fn property<'a>(
    container: &Container<'a>,
    item: &Item<'a>,
    kind: &FourCc,
) -> Option<BoxReader<'a>> {
    let property = container.properties(item).find(|(property_kind, _)| property_kind == kind);
    property.map(|(_, contents)| contents)
}

/// Decodes an item tile by tile.
pub(super) fn decode(
    container: &Container,
    id: u32,
    budget: &mut DecodeBudget,
) -> Result<DecodedItem, Refusal> {
    let size = size(container, id)?;
    decode_tiles(container, size, &tiles(container, id, size)?, budget)
}

/// Decodes the tiles of a picture of this size.
pub(super) fn decode_tiles(
    container: &Container,
    size: Size,
    tiles: &Tiles,
    budget: &mut DecodeBudget,
) -> Result<DecodedItem, Refusal> {
    check::picture_size(size)?;
    let mut canvas_and_header: Option<(TileCanvas, Header)> = None;
    let mut av1_decoder = Av1Decoder::default();
    for (index, tile) in (0..).zip(&tiles.ids).filter_map(|(index, tile)| Some((index, (*tile)?))) {
        let item = container.item(tile)?;
        let data = container.data(item)?;
        let (codec, config) = codec_and_config(container, item)?;
        let picture = CodedPicture::open(codec, config, &data)?;
        let header = picture.header();
        check_tile(tiles, &header, canvas_and_header.as_ref().map(|(_, first)| first))?;
        budget.spend_time(header.decoder_time)?;
        budget.check_memory(&header)?;
        let (canvas, _) = match &mut canvas_and_header {
            Some(canvas_and_header) => canvas_and_header,
            None => {
                let mut canvas = budget.allocate(size, tiles.size, header)?;
                if tiles.ids.iter().any(Option::is_none) {
                    canvas.fill_with_maximum();
                }
                canvas_and_header.insert((canvas, header))
            }
        };
        let corner = (index % tiles.columns * tiles.size.width, index / tiles.columns * tiles.size.height);
        picture.decode(&mut av1_decoder, &mut |plane, samples| {
            canvas.draw_plane(plane, corner, samples.cut(plane, &header, tiles.size))
        })?;
    }
    let (canvas, header) = canvas_and_header.ok_or_else(|| Refusal::damaged("a grid without tiles"))?;
    Ok(DecodedItem { planes: canvas.finish(), header })
}

/// Returns the tiles of an item. An item that is not a grid has one tile.
pub(super) fn tiles(container: &Container, id: u32, size: Size) -> Result<Tiles, Refusal> {
    let item = container.item(id)?;
    if &item.kind != b"grid" {
        return Ok(Tiles { ids: vec![Some(id)], columns: 1, size });
    }
    let data = container.data(item)?;
    let (rows, columns, grid_size) = read_grid(BoxReader(&data)).ok_or_else(invalid_grid)?;
    let ids = container.referenced_items(id, b"dimg");
    if ids.len() > MAX_TILES {
        return Err(unsupported("a grid of too many tiles"));
    }
    let tile = self::size(container, *ids.first().ok_or_else(invalid_grid)?)?;
    // The last tile of a row or column contains the edge of the picture.
    let covers_side = |tile: u32, count: u32, side: u32| {
        let before_last = u64::from(tile) * u64::from(count - 1);
        before_last < u64::from(side) && u64::from(side) <= before_last + u64::from(tile)
    };
    let covers_picture = grid_size == size
        && ids.len() as u64 == u64::from(rows) * u64::from(columns)
        && covers_side(tile.width, columns, size.width)
        && covers_side(tile.height, rows, size.height);
    if !covers_picture {
        return Err(invalid_grid());
    }
    Ok(Tiles { ids: ids.into_iter().map(Some).collect(), columns, size: tile })
}

/// Parses the rows, the columns and the size of a grid (ISO/IEC 23008-12, 6.6.2.3.2).
fn read_grid(mut data: BoxReader) -> Option<(u32, u32, Size)> {
    data.read_bytes(1)?;
    let wide = if data.read_number(1)? & 1 == 0 { 2 } else { 4 };
    let (rows, columns) = (data.read_number_u32(1)? + 1, data.read_number_u32(1)? + 1);
    Some((rows, columns, Size::new(data.read_number_u32(wide)?, data.read_number_u32(wide)?)))
}

/// Returns the codec of a coded item and its configuration property.
fn codec_and_config<'a>(
    container: &Container<'a>,
    item: &Item<'a>,
) -> Result<(Codec, BoxReader<'a>), Refusal> {
    let kind = String::from_utf8_lossy(&item.kind);
    let codec =
        Codec::of_item_type(&item.kind).ok_or_else(|| unsupported(format!("an item of type {kind}")))?;
    let config_kind = match codec {
        Codec::Hevc => b"hvcC",
        Codec::Av1 => b"av1C",
    };
    let config = property(container, item, config_kind);
    Ok((codec, config.ok_or_else(|| Refusal::damaged("a picture without a decoder configuration"))?))
}

/// Refuses a tile that is too small or differs in format from the first tile.
fn check_tile(tiles: &Tiles, header: &Header, first: Option<&Header>) -> Result<(), Refusal> {
    if header.size.width < tiles.size.width || header.size.height < tiles.size.height {
        return Err(Refusal::damaged("a tile is smaller than its declared size"));
    }
    let shape = |header: &Header| (header.size, header.planes, header.subsampling, header.bits);
    if first.is_some_and(|first| shape(first) != shape(header)) {
        return Err(Refusal::damaged("tiles of one grid differ in format"));
    }
    Ok(())
}

fn invalid_grid() -> Refusal {
    Refusal::damaged("its tiles do not cover the picture")
}
