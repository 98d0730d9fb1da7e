//! Decodes one picture item, coded whole or as a grid of tiles, into planes.

use super::av1::Av1Decoder;
use super::coded_picture::CodedPicture;
use super::container::{Container, Item};
use super::iso_box::{BoxReader, FourCc};
use super::tile_canvas::TileCanvas;
use super::types::{Codec, Header, unsupported};
use crate::check;
use crate::planes::Plane;
use crate::refusal::Refusal;
use crate::size::Size;
use std::time::Duration;

/// Maximum estimated time to decode all tiles of a picture and its alpha. With all other work, a
/// picture takes less than five seconds. Enough for 100 megapixels in 12 MB of HEVC or 7 MB of AV1.
const MAX_DECODE_TIME: Duration = Duration::from_secs(4);

/// Maximum number of tiles of a picture, because each costs some time, however small. A picture of
/// 100 megapixels has 1,600 tiles of 256 × 256, the smallest usual size.
const MAX_TILES: usize = 4096;

/// The time and memory that a picture and its alpha share, estimated before decoding.
#[derive(Debug)]
pub(super) struct DecodeBudget {
    /// Remaining decoding time.
    time: Duration,
    /// Bytes in use.
    bytes: u64,
}

impl DecodeBudget {
    pub(super) fn new() -> Self {
        Self { time: MAX_DECODE_TIME, bytes: 0 }
    }

    fn spend_time(&mut self, time: Duration) -> Result<(), Refusal> {
        self.time =
            self.time.checked_sub(time).ok_or(Refusal::TooSlow { seconds: MAX_DECODE_TIME.as_secs() })?;
        Ok(())
    }

    /// Allocates the planes of a picture, if they and the decoder fit into memory.
    fn allocate(&mut self, size: Size, tile: Size, header: Header) -> Result<TileCanvas, Refusal> {
        let canvas = TileCanvas::new(size, tile, header);
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
struct Tiles {
    /// Row by row.
    ids: Vec<u32>,
    columns: u32,
    /// Size of each tile.
    size: Size,
}

/// The size of an item before cropping and rotation.
pub(super) fn size(container: &Container, item: &Item) -> Result<Size, Refusal> {
    let ispe = property(container, item, b"ispe");
    let size = ispe.and_then(|mut ispe| {
        ispe.version()?;
        Some(Size::new(ispe.number32(4)?, ispe.number32(4)?))
    });
    size.ok_or_else(|| Refusal::damaged("it has no size"))
}

/// The item's first property of a type.
pub(super) fn property<'a>(
    container: &Container<'a>,
    item: &Item<'a>,
    wanted: &FourCc,
) -> Option<BoxReader<'a>> {
    container.properties(item).find(|(kind, _)| kind == wanted).map(|(_, contents)| contents)
}

/// Decodes an item.
pub(super) fn decode(
    container: &Container,
    id: u32,
    budget: &mut DecodeBudget,
) -> Result<DecodedItem, Refusal> {
    let size = size(container, container.item(id)?)?;
    check::picture_size(size)?;
    let tiles = tiles(container, id, size)?;
    let mut filled: Option<(TileCanvas, Header)> = None;
    let mut av1_decoder = Av1Decoder::default();
    for (index, &tile) in (0..).zip(&tiles.ids) {
        let item = container.item(tile)?;
        let data = container.data(item)?;
        let (codec, config) = codec_and_config(container, item)?;
        let picture = CodedPicture::open(codec, config, &data)?;
        let header = picture.header();
        check_tile(&tiles, &header, filled.as_ref().map(|(_, first)| first))?;
        budget.spend_time(header.decoder_time)?;
        budget.check_memory(&header)?;
        let (canvas, _) = match &mut filled {
            Some(filled) => filled,
            None => filled.insert((budget.allocate(size, tiles.size, header)?, header)),
        };
        let corner = (index % tiles.columns * tiles.size.width, index / tiles.columns * tiles.size.height);
        picture.decode(&mut av1_decoder, &mut |plane, samples| {
            canvas.draw_plane(plane, corner, samples.cut(plane, &header, tiles.size))
        })?;
    }
    let (canvas, header) = filled.ok_or_else(|| Refusal::damaged("a grid without tiles"))?;
    Ok(DecodedItem { planes: canvas.finish(), header })
}

fn tiles(container: &Container, id: u32, size: Size) -> Result<Tiles, Refusal> {
    let item = container.item(id)?;
    if &item.kind != b"grid" {
        return Ok(Tiles { ids: vec![id], columns: 1, size });
    }
    let data = container.data(item)?;
    let (rows, columns, grid_size) = read_grid(BoxReader(&data)).ok_or_else(invalid_grid)?;
    let ids = container.referenced_items(id, b"dimg");
    if ids.len() > MAX_TILES {
        return Err(unsupported("a grid of too many tiles"));
    }
    let first = container.item(*ids.first().ok_or_else(invalid_grid)?)?;
    let tile = self::size(container, first)?;
    let reaches = |tile: u32, count: u32, side: u32| {
        let before_last = u64::from(tile) * u64::from(count - 1);
        before_last < u64::from(side) && u64::from(side) <= before_last + u64::from(tile)
    };
    let covers = grid_size == size
        && ids.len() as u64 == u64::from(rows) * u64::from(columns)
        && reaches(tile.width, columns, size.width)
        && reaches(tile.height, rows, size.height);
    if !covers {
        return Err(invalid_grid());
    }
    Ok(Tiles { ids, columns, size: tile })
}

/// Rows, columns and size of a grid (ISO/IEC 23008-12, 6.6.2.3.2).
fn read_grid(mut data: BoxReader) -> Option<(u32, u32, Size)> {
    data.bytes(1)?;
    let wide = if data.number(1)? & 1 == 0 { 2 } else { 4 };
    let (rows, columns) = (data.number32(1)? + 1, data.number32(1)? + 1);
    Some((rows, columns, Size::new(data.number32(wide)?, data.number32(wide)?)))
}

/// The codec of a coded item and its configuration property.
fn codec_and_config<'a>(
    container: &Container<'a>,
    item: &Item<'a>,
) -> Result<(Codec, BoxReader<'a>), Refusal> {
    let kind = String::from_utf8_lossy(&item.kind);
    let codec =
        Codec::of_item_type(&item.kind).ok_or_else(|| unsupported(format!("an item of type {kind}")))?;
    let wanted = match codec {
        Codec::Hevc => b"hvcC",
        Codec::Av1 => b"av1C",
    };
    let config = property(container, item, wanted);
    Ok((codec, config.ok_or_else(|| Refusal::damaged("a picture without a decoder configuration"))?))
}

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
