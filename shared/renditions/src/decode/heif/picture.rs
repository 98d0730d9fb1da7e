//! One picture item, coded whole or as a grid of tiles, decoded into planes.

use super::av1;
use super::brands::{Codec, codec_of};
use super::container::{Container, Item};
use super::fields::{Fields, Kind};
use super::raster::Raster;
use super::still::{Header, Still};
use super::unsupported;
use crate::planes::Plane;
use crate::{Refusal, Size, limits};
use std::time::Duration;

/// The most time that all tiles of a picture and its alpha may take to decode: with the rest that is to do, less than
/// five seconds. Enough for 100 megapixels in 12 MB of HEVC, or in 7 MB of AV1.
const MOST_TIME: Duration = Duration::from_secs(4);

/// The most tiles of a picture, for each costs some time however small it is. One of 100 megapixels in the smallest tiles
/// that are usual (256 × 256) has 1,600.
const MOST_TILES: usize = 4096;

/// What a picture and its alpha share, as estimated before decoding begins.
#[derive(Debug)]
pub(super) struct Budget {
    /// How much more time decoding may take.
    time: Duration,
    /// How many bytes are in use.
    bytes: u64,
}

impl Budget {
    pub(super) fn new() -> Self {
        Self { time: MOST_TIME, bytes: 0 }
    }

    fn spend(&mut self, time: Duration) -> Result<(), Refusal> {
        self.time = self.time.checked_sub(time).ok_or(Refusal::TooSlow { seconds: MOST_TIME.as_secs() })?;
        Ok(())
    }

    /// Allocates the planes of a picture, if they and its decoder fit.
    fn allocate(&mut self, size: Size, tile: Size, header: Header) -> Result<Raster, Refusal> {
        let raster = Raster::new(size, tile, header);
        self.bytes += raster.bytes();
        self.check(&header)?;
        Ok(raster.allocated())
    }

    fn check(&self, header: &Header) -> Result<(), Refusal> {
        limits::check_memory(self.bytes + header.decoder_bytes)
    }
}

/// An item, decoded.
pub(super) struct Picture {
    pub(super) planes: Vec<Plane>,
    /// Of its first tile.
    pub(super) header: Header,
}

/// Where the tiles of an item are: as many in a row as there are columns.
struct Tiles {
    ids: Vec<u32>,
    columns: u32,
    /// Of each.
    size: Size,
}

/// The size of an item before it is cropped or turned.
pub(super) fn size(container: &Container, item: &Item) -> Result<Size, Refusal> {
    let ispe = property(container, item, b"ispe");
    let size = ispe.and_then(|mut ispe| {
        ispe.version()?;
        Some(Size::new(ispe.number32(4)?, ispe.number32(4)?))
    });
    size.ok_or_else(|| Refusal::damaged("it does not say its size"))
}

/// The first property of a type that an item has.
pub(super) fn property<'a>(container: &Container<'a>, item: &Item<'a>, wanted: &Kind) -> Option<Fields<'a>> {
    container.properties(item).find(|(kind, _)| kind == wanted).map(|(_, contents)| contents)
}

/// Decodes an item.
pub(super) fn decode(container: &Container, id: u32, budget: &mut Budget) -> Result<Picture, Refusal> {
    let size = size(container, container.item(id)?)?;
    limits::check_size(size)?;
    let tiles = tiles(container, id, size)?;
    let mut filled: Option<(Raster, Header)> = None;
    let mut shared = av1::Shared::default();
    for (place, &tile) in (0..).zip(&tiles.ids) {
        let item = container.item(tile)?;
        let data = container.data(item)?;
        let (codec, config) = coding(container, item)?;
        let still = Still::open(codec, config, &data)?;
        let header = still.header();
        check_tile(&tiles, &header, filled.as_ref().map(|(_, first)| first))?;
        budget.spend(header.decoder_time)?;
        budget.check(&header)?;
        let (raster, _) = match &mut filled {
            Some(filled) => filled,
            None => filled.insert((budget.allocate(size, tiles.size, header)?, header)),
        };
        let corner = (place % tiles.columns * tiles.size.width, place / tiles.columns * tiles.size.height);
        still.decode(&mut shared, &mut |plane, channel| {
            raster.place(plane, corner, channel.cut(plane, &header, tiles.size))
        })?;
    }
    let (raster, header) = filled.ok_or_else(|| Refusal::damaged("a grid of no tiles"))?;
    Ok(Picture { planes: raster.finish(), header })
}

fn tiles(container: &Container, id: u32, size: Size) -> Result<Tiles, Refusal> {
    let item = container.item(id)?;
    if &item.kind != b"grid" {
        return Ok(Tiles { ids: vec![id], columns: 1, size });
    }
    let (rows, columns, said) = grid(Fields(&container.data(item)?)).ok_or_else(wrong_grid)?;
    let ids = container.referenced(id, b"dimg");
    if ids.len() > MOST_TILES {
        return Err(unsupported("a grid of very many tiles"));
    }
    let first = container.item(*ids.first().ok_or_else(wrong_grid)?)?;
    let tile = self::size(container, first)?;
    let reaches = |tile: u32, count: u32, side: u32| {
        let before_last = u64::from(tile) * u64::from(count - 1);
        before_last < u64::from(side) && u64::from(side) <= before_last + u64::from(tile)
    };
    let covers = said == size
        && ids.len() as u64 == u64::from(rows) * u64::from(columns)
        && reaches(tile.width, columns, size.width)
        && reaches(tile.height, rows, size.height);
    if !covers {
        return Err(wrong_grid());
    }
    Ok(Tiles { ids, columns, size: tile })
}

/// Rows, columns and size (ISO/IEC 23008-12, 6.6.2.3.2).
fn grid(mut data: Fields) -> Option<(u32, u32, Size)> {
    data.bytes(1)?;
    let wide = if data.number(1)? & 1 == 0 { 2 } else { 4 };
    let (rows, columns) = (data.number32(1)? + 1, data.number32(1)? + 1);
    Some((rows, columns, Size::new(data.number32(wide)?, data.number32(wide)?)))
}

/// The codec of an item of pixels, and its configuration.
fn coding<'a>(container: &Container<'a>, item: &Item<'a>) -> Result<(Codec, Fields<'a>), Refusal> {
    let kind = String::from_utf8_lossy(&item.kind);
    let codec = codec_of(&item.kind).ok_or_else(|| unsupported(format!("a picture of type {kind}")))?;
    let wanted = match codec {
        Codec::Hevc => b"hvcC",
        Codec::Av1 => b"av1C",
    };
    let config = property(container, item, wanted);
    Ok((codec, config.ok_or_else(|| Refusal::damaged("a picture without its decoder's configuration"))?))
}

fn check_tile(tiles: &Tiles, header: &Header, first: Option<&Header>) -> Result<(), Refusal> {
    if header.size.width < tiles.size.width || header.size.height < tiles.size.height {
        return Err(Refusal::damaged("a picture smaller than it should be"));
    }
    let shape = |header: &Header| (header.size, header.planes, header.subsampling, header.bits);
    if first.is_some_and(|first| shape(first) != shape(header)) {
        return Err(Refusal::damaged("tiles of different kinds in one grid"));
    }
    Ok(())
}

fn wrong_grid() -> Refusal {
    Refusal::damaged("its tiles do not make up the picture")
}
